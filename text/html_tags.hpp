#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// What `text/html_text.cpp` knows about tags, and how it reads one.

namespace spokeswatch {

using Traits = unsigned;
namespace traits {
inline constexpr Traits block = 1;       // a blank line before and after
inline constexpr Traits line = 2;        // a line of its own
inline constexpr Traits hidden = 4;      // never shown
inline constexpr Traits raw = 8;         // no markup inside, never shown: skipped to its end tag
inline constexpr Traits childless = 16;  // no end tag
inline constexpr Traits cell = 32;       // set off from the cell before
inline constexpr Traits pre = 64;        // white space is kept
inline constexpr Traits closes_p = 128;  // ends an open <p>
inline constexpr Traits kept = 256;      // goes into the allow-list markup
}  // namespace traits

struct KnownTag {
    Traits traits = 0;
    std::string_view kept_name;  // in the markup
};
// No traits for a name that is not known. `name` in lower case.
const KnownTag& known_tag(std::string_view name);

constexpr std::uint64_t name_id(std::string_view name) {
    std::uint64_t id = 14695981039346656037ULL;
    for (const char c : name) id = (id ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return id;
}

struct HtmlTag {
    std::string name;  // lower case
    bool self_closing = false;
    bool hidden = false;
    std::optional<std::string> href, src, alt, classes, style;
};

// Reads a tag after the HTML standard: `at` stands on the first letter of the name and moves behind
// the `>`. nullopt: the input ends within the tag.
std::optional<HtmlTag> read_tag(std::string_view input, std::size_t& at);

// By its attribute `hidden` or its style.
bool tag_hides(const HtmlTag& tag);
// By its class: the image or character within is an emoji.
bool tag_shows_emoji(const HtmlTag& tag);

}  // namespace spokeswatch
