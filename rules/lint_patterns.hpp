#pragma once

#include "config/config.hpp"
#include "rules/program.hpp"

namespace spokeswatch {

inline constexpr std::size_t patterns_always_max = 1'000;  // more are warned of

// Warns (SW219) when more regular expressions than that run on every statement, because neither
// they nor what stands beside them asks for some literal, and says what they cost.
void lint_patterns(const Config& config, const Program& program, Diagnostics& diagnostics);

}  // namespace spokeswatch
