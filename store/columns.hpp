#pragma once

#include <string>
#include <vector>

#include "model/match.hpp"
#include "model/source.hpp"

// Lists and maps as they stand in a column: JSON. Reading throws StoreFault on anything that we
// did not write.

namespace spokeswatch {

std::string labels_to_column(const Labels& labels);
Labels labels_from_column(const std::string& column);

std::string highlights_to_column(const std::vector<Highlight>& highlights);
std::vector<Highlight> highlights_from_column(const std::string& column);

std::string matches_to_column(const std::vector<Match>& matches);
std::vector<Match> matches_from_column(const std::string& column);

std::string cursor_to_column(const Cursor& cursor);
Cursor cursor_from_column(const std::string& column);

}  // namespace spokeswatch
