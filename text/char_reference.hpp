#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace spokeswatch {

// Decodes the HTML character reference at text[at], which must be '&', as WHATWG says: appends what
// it means to `out` and returns the bytes it takes; 0 and nothing when it is none. `strict` is the
// rule of attribute values: an old name without its semicolon is none before a letter, a digit or
// `=`, so that "?a=1&copy=2" stays as it is.
std::size_t decode_reference(std::string_view text, std::size_t at, bool strict, std::string& out);

}  // namespace spokeswatch
