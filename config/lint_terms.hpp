#pragma once

#include <string>
#include <string_view>

#include "config/diagnostic.hpp"

namespace spokeswatch {

// Warns of terms that look right and find nothing, or too much. `lang`: the key that the term
// stands under; empty when there is none.
void lint_term(const Located<std::string>& term, const std::string& lang, Diagnostics& diagnostics);
// Whether there is anything to warn of. Looks at bytes alone: of a million terms nearly none needs
// more.
bool needs_lint(std::string_view term);
// Only the part about characters: mixed scripts and what cannot be seen.
void lint_characters(
    const Located<std::string>& term, const std::string& lang, Diagnostics& diagnostics
);

}  // namespace spokeswatch
