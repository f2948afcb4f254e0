#include "config/reader.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "config/codes.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t name_max = 64;
struct WideComma {
    std::string_view sign, name;
};
constexpr std::array wide_commas{
    WideComma{"，", "full-width comma `，` (U+FF0C)"},
    WideComma{"、", "ideographic comma `、` (U+3001)"},
};

std::string listed(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) {
        if (!out.empty()) out += ", ";
        out += word;
    }
    return out;
}

std::string named(std::string_view key) { return cited(key); }

// Whether the port is none or one that exists. `rest`: a URL behind its scheme.
bool port_fits(std::string_view rest) {
    std::string_view host = rest.substr(0, rest.find_first_of("/?#"));
    host = host.substr(host.rfind('@') + 1);
    const std::size_t colon = host.rfind(':');
    if (colon == host.npos || host.find(']', colon) != host.npos) return true;
    const std::string_view digits = host.substr(colon + 1);
    int port = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return digits.empty() || (parsed.ec == std::errc() && port > 0 && port <= 65535 &&
                              parsed.ptr == digits.data() + digits.size());
}

// What a text that stands for a mapping lacks: `name:visits`, `name = visits`, `visits`. The text
// itself may be a secret.
const char* pair_missing(Yaml item) {
    const std::string text = item.is_scalar() ? item.text() : "";
    const std::size_t end = text.find_first_not_of("abcdefghijklmnopqrstuvwxyz_");
    if (end != std::string::npos && end > 0 && text[end] == ':')
        return "a space is missing behind the `:`";
    if (end != std::string::npos && end > 0 && text.find('=') <= end + 1)
        return "write `key: value`, with `:` instead of `=`";
    return item.is_scalar() ? "begin with `name: ...`" : "write `key: value` pairs";
}

}  // namespace

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= name_max &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return ascii_letter(c) || ascii_digit(c) || c == '_' || c == '.' || c == '-';
           });
}

bool is_label_name(std::string_view text) {
    return !text.empty() && !ascii_digit(text[0]) &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return ascii_letter(c) || ascii_digit(c) || c == '_';
           });
}

std::optional<std::string> Reader::text_of(Yaml value, const std::string& what) {
    if (!value.is_scalar()) {
        Diagnostic& fault = wrong_type(diagnostics_, what, "a text", value);
        if (value.is_empty()) fault.label = "nothing stands here; a `#` begins a comment";
        if (value.is_map()) fault.label = "a text that holds `: ` needs quotes";
        return std::nullopt;
    }
    return value.text();
}

std::optional<std::int64_t> Reader::whole_of(
    Yaml value,
    const std::string& what,
    std::optional<std::int64_t> low,
    std::optional<std::int64_t> high
) {
    if (!value.is_scalar()) {
        wrong_type(diagnostics_, what, "a whole number", value);
        return std::nullopt;
    }
    const std::string& text = value.text();
    const bool negative = text.starts_with('-');
    const std::string_view digits = std::string_view(text).substr(negative ? 1 : 0);
    const bool all_digits =
        !digits.empty() && std::all_of(digits.begin(), digits.end(), ascii_digit);
    if (!all_digits || (digits.size() > 1 && digits[0] == '0')) {
        Diagnostic& fault = diagnostics_.error(
            code::whole_number,
            value.span(),
            all_digits ? what + " needs a whole number without leading zeros"
                       : what + " needs a whole number, this is text"
        );
        const std::string better = suggest_whole(text);
        fault.label = better.empty() ? "write digits" : "write " + cited(better);
        return std::nullopt;
    }
    std::int64_t number = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool fits = parsed.ec == std::errc();
    if (!fits || (low && number < *low) || (high && number > *high)) {
        Diagnostic& fault =
            diagnostics_.error(code::not_allowed, value.span(), what + " cannot be " + cited(text));
        if (low && high)
            fault.label =
                "write a number from " + std::to_string(*low) + " to " + std::to_string(*high);
        else if (low)
            fault.label = "the smallest is " + std::to_string(*low);
        else if (high)
            fault.label = "the largest is " + std::to_string(*high);
        return std::nullopt;
    }
    return number;
}

std::optional<bool> Reader::flag_of(Yaml value, const std::string& what) {
    if (!value.is_scalar()) {
        wrong_type(diagnostics_, what, "yes or no", value);
        return std::nullopt;
    }
    const std::string word = ascii_lower(value.text());
    if (word == "true" || word == "yes" || word == "on") return true;
    if (word == "false" || word == "no" || word == "off") return false;
    diagnostics_
        .error(
            code::wrong_type, value.span(), what + " needs yes or no, not " + cited(value.text())
        )
        .label = "write `true` or `false`";
    return std::nullopt;
}

std::optional<Duration> Reader::duration_of(
    Yaml value, const std::string& what, std::optional<Duration> low, std::optional<Duration> high
) {
    if (!value.is_scalar()) {
        wrong_type(diagnostics_, what, "a duration such as `5m`", value);
        return std::nullopt;
    }
    const auto parsed = parse_duration(value.text());
    if (!parsed) {
        Diagnostic& fault = diagnostics_.error(
            code::duration, value.span(), cited(value.text()) + " is not a duration"
        );
        const std::string better = suggest_duration(value.text());
        if (!better.empty()) fault.label = "write " + cited(better);
        fault.helps.emplace_back(
            "a number and a unit, joined: 30s, 5m, 6h, 2d, 1w; combine as 1h30m"
        );
        return std::nullopt;
    }
    if ((low && *parsed < *low) || (high && *parsed > *high)) {
        diagnostics_
            .error(code::not_allowed, value.span(), what + " cannot be " + cited(value.text()))
            .label = low && *parsed < *low ? "the shortest is " + format_duration(*low)
                                           : "the longest is " + format_duration(*high);
        return std::nullopt;
    }
    return parsed;
}

std::optional<std::string> Reader::url_of(Yaml value, const std::string& what) {
    auto text = text_of(value, what);
    if (!text) return std::nullopt;
    const std::string start = ascii_lower(text->substr(0, 8));
    const std::size_t scheme = start.starts_with("https://")  ? 8
                               : start.starts_with("http://") ? 7
                                                              : 0;
    const bool port = port_fits(std::string_view(*text).substr(scheme));
    const bool has_host = text->size() > scheme && (*text)[scheme] != '/' &&
                          (*text)[scheme] != '?' && (*text)[scheme] != ':';
    if (scheme != 0 && has_host && port && text->find_first_of(" \t\r\n\\") == std::string::npos)
        return text;
    Diagnostic& fault =
        diagnostics_.error(code::place, value.span(), what + " needs a URL, not " + cited(*text));
    const bool bare = scheme == 0 && text->find(":/") == std::string::npos;
    if (bare && text->find('.') != text->npos)
        fault.label = "write " + cited("https://" + *text);
    else if (scheme != 0 && has_host && !port)
        fault.label = "a port is a number from 1 to 65535";
    else if (scheme != 0 && has_host && text->find(' ') != std::string::npos)
        fault.label = "a URL has no space: write `%20` for it";
    else
        fault.label = "a URL begins with `https://` or `http://` and a host";
    return std::nullopt;
}

std::optional<std::string> Reader::choice_of(
    Yaml value, const std::string& what, const std::vector<std::string>& choices
) {
    auto text = text_of(value, what);
    if (!text) return std::nullopt;
    if (std::find(choices.begin(), choices.end(), *text) != choices.end()) return text;
    Diagnostic& fault =
        diagnostics_.error(code::not_allowed, value.span(), what + " cannot be " + cited(*text));
    const std::string near = nearest(*text, choices);
    fault.label = near.empty() ? "one of: " + listed(choices) : "did you mean " + cited(near) + "?";
    if (!near.empty()) fault.notes.push_back("allowed: " + listed(choices));
    return std::nullopt;
}

std::optional<std::vector<Located<std::string>>> Reader::texts_of(
    Yaml value, const std::string& what, Texts kind
) {
    std::vector<Located<std::string>> out;
    if (value.is_scalar()) {
        out.push_back({value.text(), value.span()});
        return out;
    }
    if (!value.is_list()) {
        Diagnostic& fault = wrong_type(diagnostics_, what, "a text or a list of texts", value);
        if (value.is_map() && value.size() > 0) fault.label = "write a list: `[a, b]`";
        return std::nullopt;
    }
    bool good = true;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const Yaml item = value.item(i);
        const auto text = text_of(item, "an item of " + what);
        if (!text || (kind == Texts::terms && !parted_by_commas(item)))
            good = false;
        else
            out.push_back({*text, item.span()});
    }
    if (!good) return std::nullopt;
    return out;
}

bool Reader::parted_by_commas(Yaml value) {
    if (value.quoted() || !value.in_flow()) return true;
    const auto comma =
        std::find_if(wide_commas.begin(), wide_commas.end(), [value](const WideComma& one) {
            return value.text().find(one.sign) != std::string::npos;
        });
    if (comma == wide_commas.end()) return true;
    const std::size_t at = value.text().find(comma->sign);
    Span span = value.span();
    span.column += code_points(value.text().substr(0, at));
    span.length = 1;
    Diagnostic& fault = diagnostics_.error(
        code::full_width,
        std::move(span),
        std::string(comma->name) + " where YAML needs `,` and a space"
    );
    fault.label = "replace with `, `";
    fault.helps.emplace_back("if it belongs to the text, put the text in quotes");
    return false;
}

bool Reader::text(const Mapping& map, std::string_view key, std::string& into) {
    const Yaml value = map[key];
    if (!value) return false;
    auto read = text_of(value, named(key));
    if (read) into = std::move(*read);
    return read.has_value();
}

bool Reader::flag(const Mapping& map, std::string_view key, bool& into) {
    const Yaml value = map[key];
    if (!value) return false;
    const auto read = flag_of(value, named(key));
    if (read) into = *read;
    return read.has_value();
}

bool Reader::duration(const Mapping& map, std::string_view key, Duration& into, Duration low) {
    std::optional<Duration> read;
    if (!duration(map, key, read, low)) return false;
    into = *read;
    return true;
}

bool Reader::duration(
    const Mapping& map, std::string_view key, std::optional<Duration>& into, Duration low
) {
    const Yaml value = map[key];
    if (!value) return false;
    const auto read = duration_of(value, named(key), low, std::nullopt);
    if (read) into = read;
    return read.has_value();
}

bool Reader::url(const Mapping& map, std::string_view key, std::string& into) {
    const Yaml value = map[key];
    if (!value) return false;
    auto read = url_of(value, named(key));
    if (read) into = std::move(*read);
    return read.has_value();
}

bool Reader::labels(const Mapping& map, std::string_view key, Labels& into) {
    const Yaml value = map[key];
    if (!value || value.is_empty()) return false;
    if (!value.is_map()) {
        wrong_type(diagnostics_, named(key), "a mapping", value).label =
            "write `{org: Kremlin, country: RU}`";
        return false;
    }
    for (std::size_t i = 0; i < value.size(); ++i) {
        const Yaml label = value.key(i);
        if (!is_label_name(label.text())) {
            diagnostics_
                .error(code::bad_name, label.span(), cited(label.text()) + " cannot name a label")
                .label = "use letters, digits and `_`, no digit first";
            continue;
        }
        const auto text = text_of(value.value(i), "label " + cited(label.text()));
        if (text) into[label.text()] = *text;
    }
    return true;
}

bool Reader::name(const Mapping& map, Located<std::string>& into) {
    const Yaml value = map["name"];
    // Others report of a thing by where its name stands, whatever became of the name.
    into.span = map.span();
    if (!value) {
        if (map.meant("name")) return false;
        diagnostics_.error(code::missing_key, map.span(), map.title() + " needs a `name`").label =
            "add `name: ...`";
        return false;
    }
    const auto text = text_of(value, "`name`");
    if (!text) return false;
    into = {*text, value.span()};
    if (is_name(*text)) return true;
    Diagnostic& fault =
        diagnostics_.error(code::bad_name, value.span(), cited(*text) + " cannot be a name");
    std::string better = *text;
    for (const std::string_view quote : {"“", "”"}) {
        const std::size_t at = better.find(quote);
        if (at != std::string::npos) better.erase(at, quote.size());
    }
    std::replace(better.begin(), better.end(), ' ', '_');
    fault.label = is_name(better)
                      ? "write " + cited(better)
                      : "use letters A-Z a-z, digits and `_` `.` `-`, at most 64 in all";
    return false;
}

bool Reader::texts(
    const Mapping& map, std::string_view key, std::vector<Located<std::string>>& into, Texts kind
) {
    const Yaml value = map[key];
    if (!value) return false;
    auto read = texts_of(value, named(key), kind);
    if (read) into = std::move(*read);
    return read.has_value();
}

std::vector<Yaml> Reader::items(
    const Mapping& map, std::string_view key, const std::string& of_what
) {
    std::vector<Yaml> out;
    const Yaml value = map[key];
    if (!value || value.is_empty()) return out;
    if (!value.is_list()) {
        const bool dash =
            value.is_map() && value.size() > 0 && value.key(0).text().starts_with('-');
        wrong_type(diagnostics_, named(key), "a list", value).label =
            dash ? "a space is missing behind the `-`"
                 : "every " + of_what + " is an item of its own: `- ...`";
        return out;
    }
    for (std::size_t i = 0; i < value.size(); ++i) {
        const Yaml item = value.item(i);
        if (item.is_map())
            out.push_back(item);
        else
            wrong_type(diagnostics_, "a " + of_what, "a mapping", item).label = pair_missing(item);
    }
    return out;
}

}  // namespace spokeswatch
