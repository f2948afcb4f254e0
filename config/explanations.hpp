#pragma once

#include <span>
#include <string>
#include <string_view>

namespace spokeswatch {

// What a code means, at length. The examples are whole configuration files: the wrong one gives the
// code, the right one gives no error and not the code (a test loads them all, beside a file
// `other.yml` without content and a secret file `webhook`).
struct Explanation {
    std::string_view code;
    std::string_view title;    // "unknown key"
    std::string_view meaning;  // sentences: what is wrong, and why it matters
    std::string_view advice;   // sentences: what to do
    std::string_view wrong, right;
};

// Errors in the order of their codes, then warnings.
std::span<const Explanation> explanations();
// Null when nothing has that code; case does not matter.
const Explanation* explanation_of(std::string_view code);
// For a terminal.
std::string explained(const Explanation& explanation);

}  // namespace spokeswatch
