#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace spokeswatch {

// The host of a URL as WHATWG reads it: percent encoding undone, IDN as A-label, lower case, every
// spelling of an IPv4 address (0x7f.1, 2130706433) as four numbers, IPv6 in brackets. Schemes that
// are not special take any host, encoded. nullopt: no host can be so.
std::optional<std::string> parse_host(std::string_view written, bool special_scheme);

}  // namespace spokeswatch
