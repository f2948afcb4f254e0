#include "text/entities.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/ascii.hpp"
#include "text/fold.hpp"
#include "text/tokens.hpp"

namespace spokeswatch {

namespace {

bool is_ascii_word(char c) { return ascii_alphanumeric(c) || c == '_'; }

bool starts_with_any_case(std::string_view text, std::size_t at, std::string_view lower) {
    if (text.size() - at < lower.size()) return false;
    for (std::size_t i = 0; i < lower.size(); ++i) {
        const char c = text[at + i];
        if ((ascii_letter(c) ? static_cast<char>(c | 0x20) : c) != lower[i]) return false;
    }
    return true;
}

// Inside a URL: everything a browser's address bar takes, but no Chinese: there the text goes on
// right behind the address.
bool in_url(char32_t c) {
    if (c < 0x80) {
        return c > ' ' && c != 0x7F &&
               std::string_view("<>\"`{}|\\^").find(static_cast<char>(c)) == std::string_view::npos;
    }
    return char_entry(c).cls == CharClass::word;
}

bool in_tag(const CharEntry& entry, char32_t c) {
    switch (entry.cls) {
        case CharClass::word:
        case CharClass::ideograph:
        case CharClass::expand:
        case CharClass::mark:
        case CharClass::ignorable:
        case CharClass::underscore:
            return true;
        default:
            return c == 0xB7 || c == 0x30FB;  // middle dots inside names
    }
}

bool is_word_before(std::string_view text, std::size_t at) {
    while (at > 0) {
        const CharClass cls = char_entry(decode_back(text, at)).cls;
        if (cls == CharClass::mark || cls == CharClass::ignorable) continue;
        return cls == CharClass::word || cls == CharClass::underscore;
    }
    return false;
}

constexpr std::size_t tag_code_points_max = 140;

// Place of the sign that closes `#tag#`, on the same line with something between that neither
// begins nor ends with a space.
std::optional<std::size_t> closing_sign(std::string_view text, std::size_t start) {
    std::size_t at = start;
    bool space_before = true, spaces = false, ideographs = false;
    for (std::size_t count = 0; at < text.size() && count <= tag_code_points_max; ++count) {
        const std::size_t here = at;
        const char32_t c = decode(text, at);
        const CharEntry& entry = char_entry(c);
        switch (entry.cls) {
            case CharClass::hash: {
                if (space_before || here == start) return std::nullopt;
                const bool text_follows = at < text.size() && [&] {
                    std::size_t next = at;
                    const char32_t after = decode(text, next);
                    return in_tag(char_entry(after), after);
                }();
                // "#one#two" is two tags, "#1 and C#" none of this kind; Chinese has spaces inside
                // and goes on right behind the sign.
                if ((text_follows || spaces) && !ideographs) return std::nullopt;
                return here;
            }
            case CharClass::line_break:
            case CharClass::paragraph:
                return std::nullopt;
            case CharClass::space:
                if (here == start) return std::nullopt;
                space_before = spaces = true;
                break;
            default:
                space_before = false;
                if (entry.cls == CharClass::ideograph) ideographs = true;
        }
    }
    return std::nullopt;
}

void add(std::vector<std::string>& list, std::string_view item) {
    if (std::find(list.begin(), list.end(), item) == list.end()) list.emplace_back(item);
}

}  // namespace

std::optional<std::size_t> url_end(std::string_view text, std::size_t at) {
    std::size_t begin = at;
    if (starts_with_any_case(text, at, "https://"))
        begin += 8;
    else if (starts_with_any_case(text, at, "http://"))
        begin += 7;
    else if (starts_with_any_case(text, at, "www."))
        begin += 4;
    else
        return std::nullopt;

    std::size_t end = begin;
    int open = 0, open_square = 0;
    while (end < text.size()) {
        std::size_t next = end;
        const char32_t c = decode(text, next);
        if (!in_url(c)) break;
        if (c == '(') ++open;
        if (c == '[') ++open_square;
        if (c == ')' && --open < 0) break;
        if (c == ']' && --open_square < 0) break;
        end = next;
    }
    while (end > begin &&
           std::string_view(".,;:!?'*_~").find(text[end - 1]) != std::string_view::npos)
        --end;
    if (end == begin) return std::nullopt;
    return end;
}

std::optional<TagExtent> tag_extent(
    std::string_view text, std::size_t sign, std::size_t after_sign
) {
    if (is_word_before(text, sign)) return std::nullopt;
    std::size_t end = after_sign;
    bool letters = false;
    while (end < text.size()) {
        std::size_t next = end;
        const char32_t c = decode(text, next);
        const CharEntry& entry = char_entry(c);
        // A sign with a variation selector behind it is a key of a keyboard, no tag.
        if (!in_tag(entry, c) || (end == after_sign && c == 0xFE0F)) break;
        if (entry.is(CharEntry::letter)) letters = true;
        end = next;
    }
    TagExtent extent{after_sign, end, closing_sign(text, after_sign)};
    if (extent.closing) {
        extent.end = *extent.closing;
        return extent;
    }
    if (!letters) return std::nullopt;
    return extent;
}

std::size_t handle_end(std::string_view text, std::size_t at) {
    std::size_t end = at;
    const auto words = [&](std::size_t from) {
        while (from < text.size()) {
            std::size_t next = from;
            const CharClass cls = char_entry(decode(text, next)).cls;
            if (cls != CharClass::word && cls != CharClass::ideograph &&
                cls != CharClass::underscore)
                break;
            from = next;
        }
        return from;
    };
    end = words(at);
    // A domain as handle, or a hyphen inside: only in front of a further letter or digit.
    const auto parts = [&] {
        while (end > at && end + 1 < text.size() && (text[end] == '.' || text[end] == '-') &&
               is_ascii_word(text[end + 1]) && is_ascii_word(text[end - 1]))
            end = words(end + 1);
    };
    parts();
    if (end > at && end + 1 < text.size() && text[end] == '@' && is_ascii_word(text[end + 1])) {
        end = words(end + 1);
        parts();
    }
    return end;
}

Entities extract_entities(std::string_view original) {
    Entities entities;
    std::size_t at = 0, closing = std::string_view::npos;
    bool word_before = false;
    while (at < original.size()) {
        const std::size_t here = at;
        const char32_t c = decode(original, at);
        const CharEntry& entry = char_entry(c);
        const CharClass cls = entry.cls;
        if (cls == CharClass::word && !word_before) {
            if (const auto end = url_end(original, here)) {
                add(entities.links, original.substr(here, *end - here));
                at = *end;
                continue;
            }
        } else if (cls == CharClass::hash && here != closing) {
            if (const auto tag = tag_extent(original, here, at)) {
                add(entities.tags, original.substr(tag->start, tag->end - tag->start));
                if (tag->closing)
                    closing = *tag->closing;
                else
                    at = tag->end;
                word_before = false;
                continue;
            }
        } else if (cls == CharClass::at && !word_before) {
            const std::size_t end = handle_end(original, at);
            if (end > at) {
                add(entities.mentions, original.substr(at, end - at));
                at = end;
            }
        }
        if (cls != CharClass::mark && cls != CharClass::ignorable)
            word_before = cls == CharClass::word || cls == CharClass::underscore;
    }
    return entities;
}

}  // namespace spokeswatch
