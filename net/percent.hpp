#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace spokeswatch {

// Percent-decoding (RFC 3986 section 2.1), once. nullopt when an escape is broken or hides a NUL.
std::optional<std::string> percent_decode_strictly(std::string_view text);

}  // namespace spokeswatch
