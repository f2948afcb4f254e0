#pragma once

#include "config/config.hpp"
#include "config/diagnostic.hpp"
#include "config/yaml_tree.hpp"

namespace spokeswatch {

inline constexpr std::size_t expression_bytes_max = 256 * 1024;

// The expression form of `match`:
//
//   expr  = or                      or = and {"OR" and}          and = unary {"AND" unary}
//   unary = ["NOT"] near            near = prim [("NEAR/"n | "BEFORE/"n) prim]
//   prim  = "(" expr ")" | field ":" prim | word | word"*" | "\"phrase\"" | "exact:\"...\""
//         | "/regex/"["i"] | "$"concept["."lang] | "#"tag | "@"handle
//
// What has two readings is refused and both are offered: words side by side, AND with OR on one
// level, NOT alone or inside NEAR. Every node and every fault has its place in the file, however
// the scalar is written. False when something is wrong; that is reported.
bool parse_expression(Yaml scalar, Forms forms, Diagnostics& diagnostics, MatchNode& into);

}  // namespace spokeswatch
