#include "net/url_target.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <unicode/uidna.h>

#include "base/ascii.hpp"
#include "base/log.hpp"
#include "net/http_client.hpp"
#include "net/percent.hpp"

namespace spokeswatch {

namespace ip = boost::asio::ip;
namespace urls = boost::urls;

namespace {

constexpr std::size_t url_bytes_max = 16 * 1024;
constexpr std::size_t host_bytes_max = 253;  // RFC 1035
constexpr std::size_t label_bytes_max = 63;

Error rejected(std::string message) { return Error{ErrorKind::rejected, std::move(message)}; }

bool is_hex(char c) { return hex_digit(c) >= 0; }

// What may stand in a path or query as it is (RFC 3986 pchar, '/', '?').
bool is_plain(char c) {
    constexpr std::string_view signs = "-._~!$&'()*+,;=:@/?";
    return ascii_alphanumeric(c) || signs.find(c) != std::string_view::npos;
}

std::string encode_path(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool escape =
            c == '%' && i + 2 < text.size() && is_hex(text[i + 1]) && is_hex(text[i + 2]);
        if (escape || is_plain(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 15];
    }
    return out;
}

std::optional<std::string> to_ascii(std::string_view host) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<UIDNA, decltype(&uidna_close)> idna(
        uidna_openUTS46(
            UIDNA_NONTRANSITIONAL_TO_ASCII | UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ |
                UIDNA_USE_STD3_RULES,
            &status
        ),
        uidna_close
    );
    if (U_FAILURE(status)) return std::nullopt;
    std::array<char, host_bytes_max + 3> name{};
    UIDNAInfo info = UIDNA_INFO_INITIALIZER;
    const std::int32_t length = uidna_nameToASCII_UTF8(
        idna.get(),
        host.data(),
        static_cast<std::int32_t>(host.size()),
        name.data(),
        static_cast<std::int32_t>(name.size()),
        &info,
        &status
    );
    if (U_FAILURE(status) || info.errors != 0 || length <= 0) return std::nullopt;
    return std::string(name.data(), static_cast<std::size_t>(length));
}

bool is_host_name(std::string_view host) {
    if (host.empty() || host.size() > host_bytes_max) return false;
    std::size_t label = 0;
    for (const char c : host) {
        if (c == '.') {
            if (label == 0) return false;
            label = 0;
            continue;
        }
        const bool known = ascii_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '_';
        if (!known || ++label > label_bytes_max) return false;
    }
    return label > 0;
}

// WHATWG's "ends in a number": such a host is an IPv4 address in one of its forms, never a name.
bool ends_in_number(std::string_view host) {
    const std::string_view last = host.substr(host.rfind('.') + 1);
    if (last.empty()) return false;
    if (std::all_of(last.begin(), last.end(), ascii_digit)) return true;
    return last.starts_with("0x") && std::all_of(last.begin() + 2, last.end(), is_hex);
}

Result<void> read_host(std::string_view text, UrlTarget& target) {
    boost::system::error_code error;
    if (text.starts_with('[')) {
        const std::string inner(text.substr(1, text.size() - 2));
        const auto address = ip::make_address_v6(inner, error);
        if (error || inner.find('%') != std::string::npos) {
            return rejected("the URL's host is not an IPv6 address without zone");
        }
        target.host = address.to_string();
        target.address = address;
        return {};
    }
    std::string host = ascii_lower(text);
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    if (!std::all_of(host.begin(), host.end(), is_ascii) ||
        host.find("xn--") != std::string::npos) {
        auto name = to_ascii(host);
        if (!name) return rejected("the URL's host is not a valid internationalised name");
        host = ascii_lower(*name);
    }
    if (host.ends_with('.')) host.pop_back();
    if (!is_host_name(host)) return rejected("the URL's host is not a valid name");
    if (ends_in_number(host)) {
        const auto address = ip::make_address_v4(host, error);
        if (error) return rejected("the URL's host is an address in an unusual form");
        target.address = address;
    }
    target.host = std::move(host);
    return {};
}

Result<void> read_authority(std::string_view text, UrlTarget& target) {
    target.port = target.tls ? 443 : 80;
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) return rejected("the URL's host lacks a bracket");
        auto host = read_host(text.substr(0, close + 1), target);
        if (!host) return host.error();
        text.remove_prefix(close + 1);
    } else {
        const std::size_t colon = std::min(text.find(':'), text.size());
        auto host = read_host(text.substr(0, colon), target);
        if (!host) return host.error();
        text.remove_prefix(colon);
    }
    if (text.empty() || text == ":") return {};
    unsigned port = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + 1, end, port);
    if (text.front() != ':' || parsed.ec != std::errc() || parsed.ptr != end || port == 0 ||
        port > 65535) {
        return rejected("the URL's port is not a number from 1 to 65535");
    }
    target.port = static_cast<std::uint16_t>(port);
    return {};
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
}

Result<UrlTarget> parse(std::string_view url, bool take_user_info) {
    if (url.size() > url_bytes_max) return rejected("the URL is longer than 16 KiB");
    if (has_control(url)) return rejected("the URL holds a control character");
    UrlTarget target;
    const std::string scheme = ascii_lower(url.substr(0, 8));
    if (scheme.starts_with("https://")) {
        target.tls = true;
        url.remove_prefix(8);
    } else if (scheme.starts_with("http://")) {
        url.remove_prefix(7);
    } else {
        return rejected("the URL does not begin with http:// or https://");
    }
    url = url.substr(0, url.find('#'));
    // A backslash ends the host, as in every browser: "https://a\@b/" is on host a.
    const std::size_t authority_end = std::min(url.find_first_of("/?\\"), url.size());
    std::string_view authority = url.substr(0, authority_end);
    std::string_view rest = url.substr(authority_end);

    const std::size_t at = authority.rfind('@');
    if (at != std::string_view::npos) {
        if (!take_user_info) {
            return rejected(
                "the URL holds a user name or password: credentials have settings of their own"
            );
        }
        auto decoded = percent_decode_strictly(authority.substr(0, at));
        if (!decoded) return rejected("the URL's user name has a broken escape");
        target.user_info = std::move(*decoded);
        authority.remove_prefix(at + 1);
    }
    auto read = read_authority(authority, target);
    if (!read) return read.error();

    std::string path(rest);
    const auto query = static_cast<std::ptrdiff_t>(std::min(path.find('?'), path.size()));
    std::replace(path.begin(), path.begin() + query, '\\', '/');
    target.path = encode_path(path);
    if (!target.path.starts_with('/')) target.path.insert(0, 1, '/');
    return target;
}

bool has_scheme(std::string_view text) {
    const std::size_t colon = text.find_first_of(":/?#");
    return colon != std::string_view::npos && text[colon] == ':';
}

}  // namespace

std::string UrlTarget::authority_with_port() const {
    const bool v6 = address && address->is_v6();
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::string UrlTarget::authority() const {
    std::string text = authority_with_port();
    if (port == (tls ? 443 : 80)) text.resize(text.rfind(':'));
    return text;
}

std::string UrlTarget::origin() const { return (tls ? "https://" : "http://") + authority(); }

Result<UrlTarget> parse_target(std::string_view url) { return parse(url, false); }

Result<UrlTarget> parse_proxy(std::string_view url) {
    auto target = parse(url, true);
    if (!target) return rejected("proxy: " + target.error().message);
    if (target->tls) return rejected("proxy: only http:// proxies are supported");
    return target;
}

Result<UrlTarget> resolve_location(const UrlTarget& base, std::string_view location) {
    if (has_control(location)) return rejected("a redirect holds a control character");
    if (location.starts_with("//") || location.starts_with("\\\\") || location.starts_with("/\\") ||
        location.starts_with("\\/")) {
        return parse((base.tls ? "https://" : "http://") + std::string(location.substr(2)), false);
    }
    if (has_scheme(location)) return parse(location, false);

    const std::string base_url = base.url();  // the views below look into it
    const auto from = urls::parse_uri(base_url);
    const std::string reference = encode_path(location.substr(0, location.find('#')));
    const auto to = urls::parse_uri_reference(reference);
    urls::url absolute;
    if (!from || !to || !urls::resolve(*from, *to, absolute)) {
        return rejected("a redirect leads to something that is no URL");
    }
    const auto text = absolute.buffer();
    auto target = parse(std::string_view(text.data(), text.size()), false);
    // RFC 3986 5.2.4 drops what climbs above the root; the library keeps it.
    while (target && target->path.starts_with("/../")) target->path.erase(0, 3);
    return target;
}

std::string url_for_people(std::string_view url) {
    url = url.substr(0, url.find_first_of("?#"));
    std::string text(url);
    const std::size_t scheme = text.find("://");
    if (scheme != std::string::npos) {
        const std::size_t start = scheme + 3;
        const std::size_t end = std::min(text.find_first_of("/\\", start), text.size());
        const std::size_t at = text.substr(0, end).rfind('@');
        if (at != std::string::npos && at >= start) text.erase(start, at + 1 - start);
    }
    return printable(text, 256);
}

}  // namespace spokeswatch
