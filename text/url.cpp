#include "text/url.hpp"

#include <algorithm>
#include <vector>

#include "base/ascii.hpp"
#include "text/url_encoding.hpp"
#include "text/url_host.hpp"

// The URL parser of the WHATWG standard, as browsers read what authors write; Boost.URL refuses
// spaces and everything that is not ASCII.

namespace spokeswatch {
namespace {

struct Url {
    std::string scheme;
    std::string user;  // "name:password", encoded
    std::string host;
    std::string port;  // empty: the scheme's
    std::string path;  // encoded; a slash first unless opaque
    std::optional<std::string> query, fragment;
    bool has_authority = false;
    bool opaque = false;  // mailto:, javascript:
};

constexpr std::string_view encoded_in_path = "\"#<>?`{}";
constexpr std::string_view encoded_in_query = "\"#<>'";
constexpr std::string_view encoded_in_fragment = "\"<>`";
constexpr std::string_view encoded_in_user = "\"#<>?`{}/;=@[\\]^|";

std::string_view default_port(std::string_view scheme) {
    if (scheme == "http" || scheme == "ws") return "80";
    if (scheme == "https" || scheme == "wss") return "443";
    if (scheme == "ftp") return "21";
    return {};
}

// Schemes whose URLs have a host and read backslashes as slashes.
bool special(std::string_view scheme) { return !default_port(scheme).empty() || scheme == "file"; }

// Reads one URL, against `base` when it has no scheme of its own.
class UrlReader {
  public:
    UrlReader(std::string_view written, const Url* base) : base_(base) {
        // Controls and spaces around it and line breaks within are slips of markup.
        while (!written.empty() && static_cast<unsigned char>(written.front()) <= 0x20)
            written.remove_prefix(1);
        while (!written.empty() && static_cast<unsigned char>(written.back()) <= 0x20)
            written.remove_suffix(1);
        for (const char c : written)
            if (c != '\t' && c != '\n' && c != '\r') text_ += c;
        rest_ = text_;
    }

    std::optional<Url> read() {
        take_fragment();
        const bool own = take_scheme();
        if (!own && base_ == nullptr) return std::nullopt;
        if (own && base_ != nullptr && special(url_.scheme) && url_.scheme == base_->scheme &&
            !slash(0))
            return relative();
        if (!own) {
            if (base_->opaque && !rest_.empty()) return std::nullopt;
            url_.scheme = base_->scheme;
            return relative();
        }
        take_query();
        return absolute();
    }

  private:
    [[nodiscard]] bool slash(std::size_t at) const {
        return at < rest_.size() &&
               (rest_[at] == '/' || (rest_[at] == '\\' && special(url_.scheme)));
    }

    void take_fragment() {
        const std::size_t at = rest_.find('#');
        if (at == std::string_view::npos) return;
        url_.fragment = percent_encode(rest_.substr(at + 1), encoded_in_fragment);
        rest_ = rest_.substr(0, at);
    }

    void take_query() {
        const std::size_t at = rest_.find('?');
        if (at == std::string_view::npos) return;
        url_.query = percent_encode(rest_.substr(at + 1), encoded_in_query);
        rest_ = rest_.substr(0, at);
    }

    bool take_scheme() {
        if (rest_.empty() || !ascii_letter(rest_[0])) return false;
        const std::size_t end = rest_.find(':');
        if (end == std::string_view::npos) return false;
        const std::string_view scheme = rest_.substr(0, end);
        const bool good = std::all_of(scheme.begin(), scheme.end(), [](char c) {
            return ascii_letter(c) || ascii_digit(c) || c == '+' || c == '-' || c == '.';
        });
        if (!good) return false;
        url_.scheme = ascii_lower(scheme);
        rest_.remove_prefix(end + 1);
        return true;
    }

    std::optional<Url> absolute() {
        if (special(url_.scheme) && url_.scheme != "file") {
            while (slash(0)) rest_.remove_prefix(1);
            return authority();
        }
        if (slash(0) && slash(1)) {
            rest_.remove_prefix(2);
            return authority();
        }
        if (!slash(0)) {
            url_.opaque = true;
            url_.path = percent_encode(rest_, {});
            return std::move(url_);
        }
        return with_path({}, rest_);
    }

    std::optional<Url> authority() {
        std::size_t end = 0;
        while (end < rest_.size() && !slash(end)) ++end;
        std::string_view authority = rest_.substr(0, end);
        const std::string_view path = rest_.substr(end);
        const std::size_t at = authority.rfind('@');
        if (at != std::string_view::npos) {
            url_.user = percent_encode(authority.substr(0, at), encoded_in_user);
            authority.remove_prefix(at + 1);
        }
        const std::size_t colon = authority.rfind(':');
        const std::size_t bracket = authority.rfind(']');
        const bool has_port = colon != std::string_view::npos &&
                              (bracket == std::string_view::npos || colon > bracket);
        if (has_port && !take_port(authority.substr(colon + 1))) return std::nullopt;
        if (has_port) authority = authority.substr(0, colon);
        const bool may_be_empty = !special(url_.scheme) || url_.scheme == "file";
        url_.has_authority = true;
        if (!authority.empty() || !may_be_empty) {
            auto host = parse_host(authority, special(url_.scheme));
            if (!host) return std::nullopt;
            url_.host = std::move(*host);
        }
        return with_path({}, path);
    }

    bool take_port(std::string_view digits) {
        if (!std::all_of(digits.begin(), digits.end(), ascii_digit)) return false;
        while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
        if (digits.size() > 5 || (digits.size() == 5 && digits > "65535")) return false;
        if (digits != default_port(url_.scheme)) url_.port = digits;
        return true;
    }

    std::optional<Url> relative() {
        take_query();
        if (slash(0) && slash(1)) {
            while (slash(0)) rest_.remove_prefix(1);
            return authority();
        }
        url_.user = base_->user;
        url_.host = base_->host;
        url_.port = base_->port;
        url_.has_authority = base_->has_authority;
        url_.opaque = base_->opaque;
        if (rest_.empty()) {
            url_.path = base_->path;
            if (!url_.query) url_.query = base_->query;
            return std::move(url_);
        }
        if (slash(0)) return with_path({}, rest_);
        const std::size_t last = base_->path.rfind('/');
        const std::string_view folder = last == std::string::npos
                                            ? std::string_view{}
                                            : std::string_view(base_->path).substr(0, last);
        return with_path(folder, rest_);
    }

    static bool one_dot(std::string_view segment) {
        return segment == "." || ascii_lower(segment) == "%2e";
    }
    static bool two_dots(std::string_view segment) {
        if (segment.size() < 2 || segment.size() > 6) return false;
        const std::string low = ascii_lower(segment);
        return low == ".." || low == ".%2e" || low == "%2e." || low == "%2e%2e";
    }

    // `folder` is encoded and free of dots; "/a/b" and "../c" give "/a/c".
    std::optional<Url> with_path(std::string_view folder, std::string_view path) {
        std::vector<std::string> segments;
        for (std::size_t at = 1; at <= folder.size();) {
            const std::size_t end = std::min(folder.find('/', at), folder.size());
            segments.emplace_back(folder.substr(at, end - at));
            at = end + 1;
        }
        const bool slashes = special(url_.scheme);
        const std::string_view separators = slashes ? "/\\" : "/";
        if (!path.empty() && separators.find(path.front()) != std::string_view::npos)
            path.remove_prefix(1);
        for (std::size_t at = 0; at <= path.size();) {
            const std::size_t end = std::min(path.find_first_of(separators, at), path.size());
            const std::string_view segment = path.substr(at, end - at);
            const bool last = end == path.size();
            if (two_dots(segment)) {
                if (!segments.empty()) segments.pop_back();
                if (last) segments.emplace_back();
            } else if (one_dot(segment)) {
                if (last) segments.emplace_back();
            } else {
                segments.push_back(percent_encode(segment, encoded_in_path));
            }
            at = end + 1;
        }
        for (const std::string& segment : segments) url_.path += "/" + segment;
        return std::move(url_);
    }

    std::string text_;
    std::string_view rest_;
    const Url* base_;
    Url url_;
};

std::optional<Url> parse(std::string_view written, const Url* base = nullptr) {
    if (written.size() > url_bytes_max) return std::nullopt;
    return UrlReader(written, base).read();
}

std::optional<Url> parse_http(std::string_view written) {
    auto url = parse(written);
    if (!url || (url->scheme != "http" && url->scheme != "https")) return std::nullopt;
    return url;
}

std::string serialise(const Url& url) {
    std::string out = url.scheme + ":";
    if (url.has_authority) {
        out += "//";
        if (!url.user.empty()) out += url.user + "@";
        out += url.host;
        if (!url.port.empty()) out += ":" + url.port;
    } else if (!url.opaque && url.path.substr(0, 2) == "//") {
        out += "/.";  // or the path would read as a host
    }
    out += url.path;
    if (url.query) out += "?" + *url.query;
    if (url.fragment) out += "#" + *url.fragment;
    return out;
}

bool tracking(std::string_view parameter) {
    const std::string name = ascii_lower(parameter.substr(0, parameter.find('=')));
    return name.substr(0, 4) == "utm_" || name.substr(0, 3) == "at_" || name == "fbclid" ||
           name == "gclid" || name == "ref";
}

std::string without_tracking(std::string_view query) {
    std::string out;
    for (std::size_t at = 0; at < query.size();) {
        const std::size_t end = std::min(query.find('&', at), query.size());
        const std::string_view parameter = query.substr(at, end - at);
        at = end + 1;
        if (parameter.empty() || tracking(parameter)) continue;
        if (!out.empty()) out += '&';
        out += parameter;
    }
    return out;
}

}  // namespace

std::optional<std::string> resolve_url(std::string_view base, std::string_view reference) {
    const auto parsed_base = parse(base);
    const auto url = parse(reference, parsed_base ? &*parsed_base : nullptr);
    if (!url) return std::nullopt;
    return serialise(*url);
}

std::optional<std::string> normalise_url(std::string_view url) {
    auto parsed = parse_http(url);
    if (!parsed) return std::nullopt;
    parsed->path = percent_encode_strictly(parsed->path);
    if (parsed->query) parsed->query = percent_encode_strictly(*parsed->query);
    if (parsed->fragment) parsed->fragment = percent_encode_strictly(*parsed->fragment);
    return serialise(*parsed);
}

std::string canonical_url(std::string_view url) {
    auto parsed = parse_http(url);
    if (!parsed) return {};
    Url key;
    key.scheme = "https";
    key.has_authority = true;
    key.host = parsed->host;
    // "www.org" is a name like others.
    while (key.host.substr(0, 4) == "www." && key.host.find('.', 4) < key.host.size() - 1)
        key.host.erase(0, 4);
    if (parsed->port != "80" && parsed->port != "443") key.port = parsed->port;
    key.path = percent_normal(percent_encode_strictly(parsed->path));
    while (!key.path.empty() && key.path.back() == '/') key.path.pop_back();
    const std::string query = without_tracking(parsed->query.value_or(std::string{}));
    if (!query.empty()) key.query = percent_normal(percent_encode_strictly(query));
    return serialise(key);
}

std::string plain_url(std::string_view url) {
    auto parsed = parse_http(url);
    if (!parsed) return {};
    parsed->fragment.reset();
    if (parsed->query) {
        std::string query = without_tracking(*parsed->query);
        if (query.empty()) {
            parsed->query.reset();
        } else {
            parsed->query = std::move(query);
        }
    }
    return serialise(*parsed);
}

std::string url_host(std::string_view url) {
    const auto parsed = parse(url);
    return parsed ? parsed->host : std::string{};
}

bool is_http_url(std::string_view url) { return parse_http(url).has_value(); }

}  // namespace spokeswatch
