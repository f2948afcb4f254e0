#pragma once

#include <string>
#include <vector>

#include "model/trail.hpp"

namespace spokeswatch {

// A trail for a terminal: the rule with its verdict, then a line for every condition with what
// stands there, where (characters of the original, the end not included), and yes or no.
std::string trail_text(const RuleTrail& trail);

// "`near`: 31 words apart, limit 25": what a rule lacks, in one line; empty when it matched.
std::string nearest_miss_text(const RuleTrail& trail);

// "MATCHED", "ALMOST: one condition is missing", "no".
std::string verdict_text(const RuleTrail& trail);

// `text` with spaces behind it, to this many terminal cells.
std::string padded(const std::string& text, std::size_t cells);

// Of several trails of one rule, the one that lacks least; null when there is none that misses.
const RuleTrail* nearest_of(const std::vector<RuleTrail>& trails);

}  // namespace spokeswatch
