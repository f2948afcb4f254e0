#pragma once

#include <map>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "model/source.hpp"

namespace spokeswatch {

// When the page of each item was read, and when it is to be read again: pages are edited in place
// after a press conference. Kept in the state of a cursor, for the items that the cursor knows.
class ArticleBook {
  public:
    static constexpr std::chrono::hours watched{24};  // from the first reading

    struct Entry {
        std::string listed;         // hash of what the list said
        Time first{};               // when it was first asked for
        std::optional<Time> again;  // when to ask again; none: not any more
        bool read = false;          // its page has been read
    };

    explicit ArticleBook(const Cursor& cursor);

    [[nodiscard]] const Entry* find(const std::string& native_id) const;
    // After a reading, good or not. The next one is due with the next poll (they lie about
    // `interval` apart), then whenever the age has doubled: after five minutes, ten, twenty, ...
    void note(
        const std::string& native_id,
        const std::string& listed,
        bool read,
        Time now,
        Duration interval
    );
    // Writes it into the cursor, without the items that this one has forgotten.
    void keep(Cursor& cursor) const;

  private:
    std::map<std::string, Entry> entries_;  // by a hash of the native id
};

}  // namespace spokeswatch
