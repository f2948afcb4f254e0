#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// Slips of the hand that break one line of YAML, each where it was made. yaml-cpp reports most of
// them somewhere behind, in words for people who know YAML's grammar.

namespace spokeswatch {

struct Slip {
    const char* code;
    std::size_t offset;  // bytes, in the text that was looked at
    std::size_t length;
    std::string message, label;
};

// What a backslash in double quotes does that was not meant: `\d` is no escape, `\b` a backspace.
// `inner`: what stands between the quotes.
std::optional<Slip> slip_in_double_quotes(std::string_view inner);
// A line that goes on a text without quotes, and holds a `: `: it was to be a key of its own.
std::optional<Slip> slip_in_continuation(std::string_view line);
// A line where a key must stand and none does: `severity:critical`, `severity critical`.
Slip slip_without_key(std::string_view line);
// The sign that a list item begins with instead of `- `: `–`, `•`, `--`.
std::optional<Slip> slip_in_dash(std::string_view line);
// What stands behind `|` or `>` (`header`: the rest of the line), and must stand below it.
std::optional<Slip> slip_behind_block_sign(std::string_view header);
// The first line below `|` or `>`, when it is a text that is not indented deeper than its key.
std::optional<Slip> slip_below_block_sign(std::string_view line);
// What a value begins with on a Chinese or typographic keyboard: a full-width bracket or `#`, and
// between brackets a curly quote whose text YAML parts at a comma.
std::optional<Slip> slip_of_keyboard(std::string_view text, bool in_flow, bool begins_line);
// A text that goes on behind its closing quote: `"state visit" AND summit`.
Slip slip_behind_quote(std::string_view text);
// A key in `{a: b c: d}`, where a comma is missing before its last word.
std::optional<Slip> slip_before_key(std::string_view text);

}  // namespace spokeswatch
