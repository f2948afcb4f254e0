#pragma once

#include "rules/program.hpp"

namespace spokeswatch {

// Hangs every rule of a compiled program under the triggers that it waits for: of all sets of
// triggers of which one must hit before the rule can be true, the rarest. Phrases are built.
void index_rules(Program& program);

}  // namespace spokeswatch
