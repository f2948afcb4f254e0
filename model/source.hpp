#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "model/statement.hpp"

namespace spokeswatch {

using Labels = std::map<std::string, std::string>;

// Who speaks: what rules, routes and messages need to know of a source.
struct SourceInfo {
    std::string name;
    std::string kind;
    Labels labels;

    // The unit that corroboration counts: label `org`, else the name.
    [[nodiscard]] const std::string& org() const;
};

inline constexpr std::size_t seen_ids_max = 200;

// Where a source's reading stands. Committed in one transaction with what was read.
struct Cursor {
    std::vector<std::string> seen;             // last 200 native ids, newest last
    std::map<std::string, std::string> state;  // the connector's own: etag, last_modified, ...

    [[nodiscard]] bool knows(const std::string& native_id) const;
    // Appends (moving a known id to the end) and forgets the oldest beyond seen_ids_max.
    void remember(const std::string& native_id);
    [[nodiscard]] std::string get(const std::string& key) const;  // empty when absent

    bool operator==(const Cursor&) const = default;
};

// A stretch of time in which statements may have been missed.
struct Gap {
    std::string from_id;  // last known id before it
    std::string to_id;    // first id after it
};

// What one poll brought. Nothing new is an empty batch, not an error. `next` is stored only when
// the whole batch was.
struct Batch {
    std::vector<Statement> statements;  // oldest first
    Cursor next;
    std::string account_key;  // empty when the source did not tell
    bool not_modified = false;
    bool recovered = false;                          // the document was broken and mended
    std::optional<std::chrono::seconds> poll_after;  // the source asked for at least this interval
    std::optional<Gap> gap;
    std::vector<std::string> notes;  // for log and status: "permanent redirect to ...", ...
};

}  // namespace spokeswatch
