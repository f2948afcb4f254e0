#include "connectors/feed_words.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "text/html_text.hpp"

namespace spokeswatch {

namespace {

bool is_space(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

// The value of a reference that HTML knows, or nothing.
bool known_reference(std::string_view reference) { return decode_entities(reference) != reference; }

// Elements of HTML, a blank on each side.
constexpr std::string_view html_elements =
    " a abbr acronym address area article aside audio b big blockquote body br "
    "button canvas caption center cite code col dd del details dfn div dl dt em "
    "embed figcaption figure font footer form h1 h2 h3 h4 h5 h6 head header hr "
    "html i iframe img input ins kbd label li link main mark meta nav object ol "
    "p picture pre q s samp script section small source span strike strong style "
    "sub summary sup svg table tbody td tfoot th thead time title tr tt u ul var "
    "video wbr ";

}  // namespace

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

std::string one_line(std::string_view text) {
    std::string out;
    for (char c : trim(text)) {
        if (!is_space(c)) {
            out += c;
        } else if (out.back() != ' ') {
            out += ' ';
        }
    }
    return out;
}

std::string keep_lines(std::string_view text) {
    std::string out;
    text = trim(text);
    while (!text.empty()) {
        auto end = text.find('\n');
        out += trim(text.substr(0, end));
        if (end == std::string_view::npos) break;
        out += '\n';
        text.remove_prefix(end + 1);
    }
    return out;
}

std::string reflow(std::string_view text) {
    std::string out;
    text = trim(text);
    int breaks = 0;
    bool gap = false;
    for (char c : text) {
        if (is_space(c)) {
            gap = true;
            if (c == '\n') ++breaks;
            continue;
        }
        if (gap) out += breaks > 1 ? "\n\n" : " ";
        gap = false;
        breaks = 0;
        out += c;
    }
    return out;
}

bool has_reference(std::string_view text) {
    for (auto at = text.find('&'); at != std::string_view::npos; at = text.find('&', at + 1)) {
        auto end = text.find(';', at);
        if (end == std::string_view::npos) return false;
        if (end - at < 34 && end - at > 1 && known_reference(text.substr(at, end - at + 1))) {
            return true;
        }
    }
    return false;
}

bool looks_like_html(std::string_view text) {
    for (auto at = text.find('<'); at != std::string_view::npos; at = text.find('<', at + 1)) {
        std::string_view tag = text.substr(at + 1);
        if (tag.starts_with("!--")) return true;
        bool closing = tag.starts_with('/');
        if (closing) tag.remove_prefix(1);
        tag = tag.substr(0, 32);
        auto end = tag.find_first_of(" \t\r\n/>");
        if (end == std::string_view::npos || end == 0) continue;
        // An end tag is markup even when HTML does not know its name.
        bool is_name =
            std::all_of(tag.begin(), tag.begin() + static_cast<std::ptrdiff_t>(end), [](char c) {
                return ascii_alphanumeric(c) || c == '-';
            });
        if (closing && is_name && tag[end] == '>') return true;
        std::string wanted = " " + ascii_lower(tag.substr(0, end)) + " ";
        if (html_elements.find(wanted) != std::string_view::npos) return true;
    }
    return has_reference(text);
}

std::string person_name(std::string_view text) {
    text = trim(text);
    auto open = text.find('(');
    auto close = text.rfind(')');
    if (open != std::string_view::npos && close != std::string_view::npos && close > open &&
        text.find('@') != std::string_view::npos) {
        auto outside = trim(text.substr(0, open));
        auto inside = trim(text.substr(open + 1, close - open - 1));
        auto name = inside.find('@') == std::string_view::npos ? inside : outside;
        auto address = inside.find('@') == std::string_view::npos ? outside : inside;
        return std::string(name.empty() ? address : name);
    }
    open = text.find('<');
    close = text.rfind('>');
    if (open != std::string_view::npos && close != std::string_view::npos && close > open) {
        auto name = trim(text.substr(0, open));
        if (name.size() >= 2 && name.front() == '"' && name.back() == '"') {
            name = name.substr(1, name.size() - 2);
        }
        return std::string(name.empty() ? trim(text.substr(open + 1, close - open - 1)) : name);
    }
    return std::string(text);
}

}  // namespace spokeswatch
