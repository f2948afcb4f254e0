#pragma once

#include <string>

#include "model/trail.hpp"

namespace spokeswatch {

// A trail for a terminal: the rule with its verdict, then a line for every condition with what
// stands there, where (characters of the original, the end not included), and yes or no.
std::string trail_text(const RuleTrail& trail);

// "`near`: 31 words apart, limit 25": what a rule lacks, in one line; empty when it matched.
std::string nearest_miss_text(const RuleTrail& trail);

// Whether a rule missed by one condition alone while some other one found its words. What has but
// one condition misses nearly everything by one.
bool almost_matched(const RuleTrail& trail);

// `text` with spaces behind it, to this many terminal cells.
std::string padded(const std::string& text, std::size_t cells);

}  // namespace spokeswatch
