#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace spokeswatch {

// Valid UTF-8 from anything: invalid sequences, surrogates and non-shortest forms become U+FFFD
// (one per maximal subpart, as WHATWG says), NUL is removed.
std::string repair_utf8(std::string_view bytes);
bool valid_utf8(std::string_view bytes);

// JSON text in which half a surrogate pair, as a service leaves it when it cuts an emoji, is
// written \ufffd: a strict parser would refuse the whole document for it. Same size as before.
std::string mend_surrogate_escapes(std::string_view json);

// Code points of valid UTF-8; display cells of a terminal (East Asian Wide = 2, combining = 0);
// UTF-16 code units.
std::size_t code_points(std::string_view utf8);
std::size_t display_cells(std::string_view utf8);
std::size_t utf16_units(std::string_view utf8);
// Byte offset of code point `index` (size() when beyond).
std::size_t byte_offset(std::string_view utf8, std::size_t index);

// Text as JSON writes it, in quotes. Valid UTF-8.
void append_json_text(std::string& out, std::string_view utf8);

// Decodes one code point at `at` (valid UTF-8) and moves `at` behind it.
char32_t next_code_point(std::string_view utf8, std::size_t& at);
void append_code_point(std::string& out, char32_t code_point);

}  // namespace spokeswatch
