#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/pattern.hpp"

// What Pattern does to a regular expression and to a text before RE2 sees them. RE2 knows `\b`,
// `\w` and `\d` for ASCII only, and has no look-around with which to say otherwise. So `\w` and
// `\d` become Unicode classes, and for an expression with `\b` the text gets a sign of its own at
// every border of a word: `\b` matches that sign, and everything else lets it pass.

namespace spokeswatch {

// A code point that no text has a meaning for (a noncharacter).
inline constexpr std::string_view border_sign = "\xEF\xB7\x90";

struct RegexRewrite {
    std::string text;
    bool borders = false;  // the text must be marked with border_sign
    // The expression without its `\b`: it is found wherever that one is, in unmarked text.
    std::string without_borders;
    std::optional<Pattern::Problem> problem;
};
RegexRewrite rewrite_regex(std::string_view pattern);

struct MarkedText {
    std::string text;
    std::vector<std::size_t> signs;  // places of border signs in `text`, rising

    // Place in the unmarked text.
    [[nodiscard]] std::size_t original(std::size_t at) const;
};
MarkedText mark_borders(std::string_view text);

}  // namespace spokeswatch
