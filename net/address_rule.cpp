#include "net/address_rule.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace spokeswatch {

namespace ip = boost::asio::ip;

namespace {

struct V4Range {
    std::uint32_t first;
    int bits;
    const char* what;
};

constexpr std::uint32_t v4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
    return a << 24 | b << 16 | c << 8 | d;
}

constexpr const char* metadata = "a link-local (metadata) address";

// IANA's special-purpose registry; multicast and the reserved top included.
constexpr std::array v4_ranges{
    V4Range{v4(0, 0, 0, 0), 8, "an unspecified address"},
    V4Range{v4(10, 0, 0, 0), 8, "a private address"},
    V4Range{v4(100, 64, 0, 0), 10, "a carrier-grade NAT address"},
    V4Range{v4(127, 0, 0, 0), 8, "a loopback address"},
    V4Range{v4(169, 254, 0, 0), 16, metadata},
    V4Range{v4(172, 16, 0, 0), 12, "a private address"},
    V4Range{v4(192, 0, 0, 0), 24, "a special-purpose address"},
    V4Range{v4(192, 0, 2, 0), 24, "a documentation address"},
    V4Range{v4(192, 88, 99, 0), 24, "a 6to4 relay address"},
    V4Range{v4(192, 168, 0, 0), 16, "a private address"},
    V4Range{v4(198, 18, 0, 0), 15, "a benchmarking address"},
    V4Range{v4(198, 51, 100, 0), 24, "a documentation address"},
    V4Range{v4(203, 0, 113, 0), 24, "a documentation address"},
    V4Range{v4(224, 0, 0, 0), 4, "a multicast address"},
    V4Range{v4(240, 0, 0, 0), 4, "a reserved address"},
};

const char* class_of_v4(std::uint32_t address) {
    for (const V4Range& range : v4_ranges) {
        const std::uint32_t mask = ~std::uint32_t{0} << (32 - range.bits);
        if ((address & mask) == range.first) return range.what;
    }
    return nullptr;
}

using Bytes = ip::address_v6::bytes_type;

struct V6Range {
    Bytes first;
    int bits;
    const char* what;
};

constexpr std::array v6_ranges{
    V6Range{{0}, 96, "an unspecified or IPv4-compatible address"},
    V6Range{{0, 0x64, 0xff, 0x9b, 0, 1}, 48, "a local NAT64 address"},
    V6Range{{1}, 64, "a discard address"},
    V6Range{{0x20, 1, 0, 0}, 23, "a special-purpose address"},
    V6Range{{0x20, 1, 0x0d, 0xb8}, 32, "a documentation address"},
    V6Range{{0xfc}, 7, "a private address"},
    V6Range{{0xfe, 0x80}, 10, "a link-local address"},
    V6Range{{0xfe, 0xc0}, 10, "a site-local address"},
    V6Range{{0xff}, 8, "a multicast address"},
};

// fd00:ec2::254, the metadata service of EC2.
constexpr Bytes v6_metadata{0xfd, 0, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54};

bool in_range(const Bytes& address, const Bytes& first, int bits) {
    for (std::size_t i = 0; i < address.size() && bits > 0; ++i, bits -= 8) {
        const unsigned mask = bits >= 8 ? 0xffu : 0xffu << (8 - bits) & 0xffu;
        if ((address[i] & mask) != (first[i] & mask)) return false;
    }
    return true;
}

std::uint32_t v4_at(const Bytes& address, std::size_t at) {
    return v4(address[at], address[at + 1], address[at + 2], address[at + 3]);
}

// The IPv4 address that a translated or tunnelled IPv6 address leads to.
std::optional<std::uint32_t> embedded_v4(const Bytes& address) {
    constexpr Bytes mapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
    constexpr Bytes nat64{0, 0x64, 0xff, 0x9b};
    constexpr Bytes six_to_four{0x20, 0x02};
    if (in_range(address, mapped, 96) || in_range(address, nat64, 96)) return v4_at(address, 12);
    if (in_range(address, six_to_four, 16)) return v4_at(address, 2);
    return std::nullopt;
}

const char* class_of_v6(const Bytes& address) {
    if (address == v6_metadata) return metadata;
    if (const auto inner = embedded_v4(address)) return class_of_v4(*inner);
    constexpr Bytes loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    if (address == loopback) return "a loopback address";
    for (const V6Range& range : v6_ranges)
        if (in_range(address, range.first, range.bits)) return range.what;
    return nullptr;
}

}  // namespace

std::string refused_as(const ip::address& address, AddressRule rule) {
    const char* found = address.is_v4() ? class_of_v4(address.to_v4().to_uint())
                                        : class_of_v6(address.to_v6().to_bytes());
    if (found == nullptr) return {};
    if (rule == AddressRule::any_but_metadata && std::string_view(found) != metadata) return {};
    return found;
}

bool is_private_host(const std::string& host) {
    if (host == "localhost") return true;
    const bool in_brackets = host.starts_with('[') && host.ends_with(']');
    boost::system::error_code failed;
    const auto address =
        boost::asio::ip::make_address(in_brackets ? host.substr(1, host.size() - 2) : host, failed);
    return !failed && !refused_as(address, AddressRule::public_only).empty();
}

}  // namespace spokeswatch
