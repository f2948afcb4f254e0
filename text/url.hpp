#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace spokeswatch {

// Longer ones are no URLs for any function here.
inline constexpr std::size_t url_bytes_max = 65536;

// `reference` against `base` as WHATWG reads it (backslashes as slashes, spaces and non-ASCII
// percent-encoded, IDN host as A-label, 0x7f.1 as 127.0.0.1). Any scheme may come out: ask
// is_http_url. nullopt when neither gives an absolute URL.
std::optional<std::string> resolve_url(std::string_view base, std::string_view reference);

// An absolute http(s) URL with everything encoded that RFC 3986 wants encoded; nullopt otherwise.
std::optional<std::string> normalise_url(std::string_view url);

// Key for "the same page": scheme http and https are one, host lower case without "www.", default
// port, user, fragment, trailing slash and tracking parameters (utm_*, fbclid, gclid, at_*, ref)
// removed, parameters kept in order. Empty when it is no http(s) URL.
std::string canonical_url(std::string_view url);

// An http(s) URL without fragment and tracking parameters, else as it was written: the address
// under which a page is known. Empty when it is no http(s) URL.
std::string plain_url(std::string_view url);

// Host in lower case as A-label (an IPv6 address in brackets); empty when there is none.
std::string url_host(std::string_view url);
bool is_http_url(std::string_view url);

}  // namespace spokeswatch
