#pragma once

#include <string>

#include "config/config.hpp"
#include "config/diagnostic.hpp"

// What both forms of `match` ask of the tree that they make.

namespace spokeswatch {

// Whether a condition has a place in the text from which words can be counted: a phrase (also one
// of a field), a concept, or any of these.
bool has_place(const MatchNode& node);
// Whether it can be true only of statements that hold something: `none` alone is true of nearly
// every statement.
bool asks_for_something(const MatchNode& node);

// Whether a field holds whole tags, handles and addresses instead of text: tag, mention, link.
bool holds_entities(std::string_view field);
// Restricts a condition to one field. False when the condition has no meaning there; that is
// reported.
bool narrow_to_field(MatchNode& node, const std::string& field, Diagnostics& diagnostics);

}  // namespace spokeswatch
