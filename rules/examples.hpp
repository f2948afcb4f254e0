#pragma once

#include "config/config.hpp"
#include "rules/evaluation.hpp"
#include "rules/program.hpp"

namespace spokeswatch {

// Runs the examples of every rule through the engine that matches statements. An example is a text
// alone: `from` and `statements` of the rule are left aside, tags, mentions and links are those in
// the text, and it stands for whatever field a condition names. A failing one is an error (SW151,
// SW152) that says what was missing, or what was found.
void run_examples(
    const Config& config, const Program& program, Evaluation& evaluation, Diagnostics& diagnostics
);

}  // namespace spokeswatch
