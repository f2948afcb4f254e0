#pragma once

#include <string>
#include <string_view>

// Percent encoding, for `text/url.cpp` and `text/url_host.cpp`.

namespace spokeswatch {

// Encodes controls, spaces, everything beyond ASCII and `also`; what is encoded already stays.
std::string percent_encode(std::string_view text, std::string_view also);
std::string percent_decode(std::string_view text);

// Encodes also what browsers send bare but RFC 3986 wants encoded, and percent signs that encode
// nothing.
std::string percent_encode_strictly(std::string_view text);

// One spelling: upper-case digits, and nothing encoded that need not be.
std::string percent_normal(std::string_view text);

}  // namespace spokeswatch
