#pragma once

#include <string>
#include <vector>

#include "config/diagnostic.hpp"

namespace spokeswatch {

// Warns of each term that finds nothing beyond what another one of the same choice finds: it stands
// there twice, or all words of the other stand in it. Takes what is plain phrases.
void lint_covered(const std::vector<Located<std::string>>& terms, Diagnostics& diagnostics);

}  // namespace spokeswatch
