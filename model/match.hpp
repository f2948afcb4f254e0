#pragma once

#include <string>
#include <vector>

#include "model/source.hpp"

namespace spokeswatch {

enum class Severity { info, warning, critical };  // in rising order
std::string_view to_string(Severity severity);
std::optional<Severity> parse_severity(std::string_view text);

// Where a term was found: half-open [start, end) in code points of the original field.
// field: title spoiler text alt quote author link tag mention.
struct Highlight {
    std::string field;
    std::size_t start = 0;
    std::size_t end = 0;
    std::string term;         // as written in the rule
    bool look_alike = false;  // found by letters that only look like those of the term

    bool operator==(const Highlight&) const = default;
};

// One rule that is true of one revision of a statement.
struct Match {
    std::string rule;
    Severity severity = Severity::warning;
    Labels labels;                      // the rule's
    std::vector<Highlight> highlights;  // by field in reading order, then start; no duplicates
};

}  // namespace spokeswatch
