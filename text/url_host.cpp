#include "text/url_host.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include <unicode/uidna.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "text/url_encoding.hpp"

namespace spokeswatch {
namespace {

constexpr std::size_t host_bytes_max = 1024;  // before IDN; the DNS allows 253

std::optional<std::string> idn_to_ascii(const std::string& host) {
    static const std::unique_ptr<UIDNA, void (*)(UIDNA*)> idna = [] {
        UErrorCode status = U_ZERO_ERROR;
        UIDNA* opened = uidna_openUTS46(
            UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII, &status
        );
        return std::unique_ptr<UIDNA, void (*)(UIDNA*)>(opened, uidna_close);
    }();
    if (!idna) return std::nullopt;
    std::array<char, 4 * host_bytes_max> buffer;
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    UErrorCode status = U_ZERO_ERROR;
    const std::int32_t size = uidna_nameToASCII_UTF8(
        idna.get(),
        host.data(),
        static_cast<std::int32_t>(host.size()),
        buffer.data(),
        static_cast<std::int32_t>(buffer.size()),
        &info,
        &status
    );
    // Hyphens are as the owner of the name likes them, and a final dot is no empty label.
    constexpr std::uint32_t harmless = UIDNA_ERROR_LEADING_HYPHEN | UIDNA_ERROR_TRAILING_HYPHEN |
                                       UIDNA_ERROR_HYPHEN_3_4 | UIDNA_ERROR_EMPTY_LABEL;
    if (U_FAILURE(status) || (info.errors & ~harmless) != 0) return std::nullopt;
    return std::string(buffer.data(), static_cast<std::size_t>(size));
}

// 0x7f.1, 2130706433, 0177.0.0.1 as browsers read them. `number` is set when the last label is one:
// then it is an address or nothing.
std::optional<std::uint32_t> parse_ipv4(std::string_view host, bool& is_number) {
    if (!host.empty() && host.back() == '.') host.remove_suffix(1);
    std::vector<std::optional<std::uint64_t>> parts;
    for (std::size_t at = 0; at <= host.size() && parts.size() < 5;) {
        const std::size_t end = std::min(host.find('.', at), host.size());
        std::string_view digits = host.substr(at, end - at);
        at = end + 1;
        unsigned base = 10;
        const bool all_digits =
            !digits.empty() && std::all_of(digits.begin(), digits.end(), ascii_digit);
        if (digits.size() >= 2 && digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X')) {
            base = 16;
            digits.remove_prefix(2);
        } else if (digits.size() >= 2 && digits[0] == '0') {
            base = 8;
            digits.remove_prefix(1);
        } else if (digits.empty()) {
            parts.emplace_back(std::nullopt);
            continue;
        }
        std::optional<std::uint64_t> value = 0;
        for (const char c : digits) {
            const int digit = hex_digit(c);
            if (digit < 0 || digit >= static_cast<int>(base)) {
                value.reset();
                break;
            }
            value =
                std::min<std::uint64_t>(*value * base + static_cast<unsigned>(digit), 1ULL << 33);
        }
        parts.push_back(value);
        is_number = value.has_value() || all_digits;
        if (end < host.size()) is_number = false;
    }
    if (!is_number || parts.empty() || parts.size() > 4) return std::nullopt;
    std::uint64_t address = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (!parts[i]) return std::nullopt;
        const bool last = i + 1 == parts.size();
        const std::uint64_t limit = last ? 1ULL << (8 * (5 - parts.size())) : 256;
        if (*parts[i] >= limit) return std::nullopt;
        address += last ? *parts[i] : *parts[i] << (8 * (3 - i));
    }
    return static_cast<std::uint32_t>(address);
}

std::string format_ipv4(std::uint32_t address) {
    std::string out;
    for (int shift = 24; shift >= 0; shift -= 8) {
        if (!out.empty()) out += '.';
        out += std::to_string((address >> shift) & 255);
    }
    return out;
}

// The inside of the brackets; the net takes it apart, here its letters are checked.
std::optional<std::string> parse_ipv6(std::string_view inside) {
    const bool plain = std::all_of(inside.begin(), inside.end(), [](char c) {
        return hex_digit(c) >= 0 || c == ':' || c == '.';
    });
    const auto colons = std::count(inside.begin(), inside.end(), ':');
    if (!plain || colons < 2 || colons > 8) return std::nullopt;
    return "[" + ascii_lower(inside) + "]";
}

}  // namespace

std::optional<std::string> parse_host(std::string_view written, bool special_scheme) {
    if (written.size() > host_bytes_max) return std::nullopt;
    if (!written.empty() && written.front() == '[') {
        if (written.back() != ']' || written.size() < 4) return std::nullopt;
        return parse_ipv6(written.substr(1, written.size() - 2));
    }
    if (!special_scheme) return percent_encode(written, {});
    std::string host = percent_decode(written);
    if (!valid_utf8(host)) return std::nullopt;
    const bool plain = std::all_of(host.begin(), host.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x80;
    });
    if (plain && ascii_lower(host).find("xn--") == std::string::npos) {
        host = ascii_lower(host);
    } else {
        auto ascii = idn_to_ascii(host);
        if (!ascii) return std::nullopt;
        host = std::move(*ascii);
    }
    const bool forbidden = std::any_of(host.begin(), host.end(), [](char c) {
        constexpr std::string_view never = "#/:<>?@[\\]^|%\"`{}";
        return c <= 0x20 || c == 0x7F || never.find(c) != std::string_view::npos;
    });
    if (host.empty() || forbidden) return std::nullopt;
    bool is_number = false;
    const auto address = parse_ipv4(host, is_number);
    if (is_number) {
        if (!address) return std::nullopt;
        return format_ipv4(*address);
    }
    return host;
}

}  // namespace spokeswatch
