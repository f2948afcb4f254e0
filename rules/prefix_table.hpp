#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace spokeswatch {

// The words with `*` of all phrases, without the star: which of them does a word begin with? They
// lie in rising order, so all beginnings of a word stand on one chain: the last form that is not
// behind the word, the longest form that this one begins with, and so on. A bitmap over the first
// letters turns most words away before the search.
class PrefixTable {
  public:
    // The key under which a phrase has the word. Never the key of a whole word.
    std::uint64_t add(std::string_view form);
    // After the last add, before the first question.
    void build();

    [[nodiscard]] bool empty() const { return entries_.empty(); }
    // Calls `use` with the key of every form that `word` begins with.
    template <typename Use>
    void each(std::string_view word, Use use) const {
        for (std::uint32_t at = last_not_behind(word); at != none; at = entries_[at].shorter)
            if (word.substr(0, entries_[at].form.size()) == entries_[at].form)
                use(entries_[at].key);
    }

  private:
    static constexpr std::uint32_t none = 0xFFFFFFFF;
    struct Entry {
        std::string form;
        std::uint64_t key = 0;
        std::uint32_t shorter = none;  // the longest form that this one begins with
    };

    [[nodiscard]] std::uint32_t last_not_behind(std::string_view word) const;
    [[nodiscard]] std::size_t lead(std::string_view word) const;

    std::vector<Entry> entries_;  // by form
    std::size_t lead_letters_ = 3;
    std::array<std::uint64_t, 256> leads_{};  // bitmap over hashes of the first letters
};

}  // namespace spokeswatch
