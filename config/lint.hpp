#pragma once

namespace spokeswatch {

struct Loading;

// Warnings (SW2xx) about a configuration that can be loaded and still not be meant. `sound`: there
// was no error; otherwise nothing is said about what is missing or unused.
void lint(Loading& loading, bool sound);

// Its parts: rules and terms (lint_rules.cpp), the rest (lint.cpp).
void lint_rules(Loading& loading);

}  // namespace spokeswatch
