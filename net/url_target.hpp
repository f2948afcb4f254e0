#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/ip/address.hpp>

#include "base/result.hpp"

namespace spokeswatch {

// An http or https URL taken apart and made ready for the wire.
struct UrlTarget {
    bool tls = false;
    std::string host;  // lower case, IDN as A-labels; an IPv6 address without brackets
    std::uint16_t port = 0;
    std::string path;                                 // and query, encoded; starts with '/'
    std::string user_info;                            // "user:password", decoded; proxies only
    std::optional<boost::asio::ip::address> address;  // the host, when it is an address

    [[nodiscard]] std::string authority() const;  // host, and the port unless it is the default
    [[nodiscard]] std::string authority_with_port() const;
    [[nodiscard]] std::string origin() const;  // "https://" and the authority
    [[nodiscard]] std::string url() const { return origin() + path; }
};

// Encodes what a URL must not hold (spaces, non-ASCII; UTF-8 is assumed) and turns an
// internationalised name into A-labels (UTS 46, nontransitional). Refused as `rejected`: other
// schemes, user names, zone ids, addresses in other forms than four decimal numbers, control
// characters. The fragment is dropped.
Result<UrlTarget> parse_target(std::string_view url);

// "http://[user:password@]host[:port]".
Result<UrlTarget> parse_proxy(std::string_view url);

// Where a `Location` leads from `base` (RFC 3986 section 5); the rules of parse_target hold.
Result<UrlTarget> resolve_location(const UrlTarget& base, std::string_view location);

}  // namespace spokeswatch
