#pragma once

#include <vector>

#include "model/statement.hpp"

namespace spokeswatch {

// Oldest first, by date. Without dates the order of the document decides, and that is newest first
// nearly everywhere.
void sort_oldest_first(std::vector<Statement>& statements);

}  // namespace spokeswatch
