#pragma once

#include <string>

#include "config/diagnostic.hpp"

namespace spokeswatch {

// Warns of terms that look right and find nothing, or too much. `lang`: the key that the term
// stands under; empty when there is none.
void lint_term(const Located<std::string>& term, const std::string& lang, Diagnostics& diagnostics);
// Only the part about characters: mixed scripts and what cannot be seen.
void lint_characters(
    const Located<std::string>& term, const std::string& lang, Diagnostics& diagnostics
);

}  // namespace spokeswatch
