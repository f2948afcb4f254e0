#include "config/yaml_slips.hpp"

#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "config/codes.hpp"
#include "config/diagnostic.hpp"

namespace spokeswatch {

namespace {

bool key_letter(char c) { return ascii_alphanumeric(c) || c == '_' || c == '-'; }

std::size_t key_size(std::string_view text) {
    return static_cast<std::size_t>(
        std::find_if_not(text.begin(), text.end(), key_letter) - text.begin()
    );
}

// Where the line's comment begins, else its end.
std::size_t content_size(std::string_view line) {
    std::size_t end = std::min(line.find(" #"), line.size());
    while (end > 0 && ascii_space(line[end - 1])) --end;
    return end;
}

}  // namespace

std::optional<Slip> slip_in_dash(std::string_view line) {
    constexpr std::array<std::string_view, 7> signs{"--", "–", "—", "−", "－", "•", "·"};
    const auto sign = std::find_if(signs.begin(), signs.end(), [line](std::string_view one) {
        return line.starts_with(one) && line.size() > one.size() && line[one.size()] == ' ';
    });
    if (sign == signs.end()) return std::nullopt;
    return Slip{
        code::syntax,
        0,
        sign->size(),
        cited(*sign) + " does not begin a list item",
        "write `- `, or put the text in quotes"};
}

std::optional<Slip> slip_of_keyboard(std::string_view text, bool in_flow, bool begins_line) {
    const std::string_view sign = text.substr(0, 3);
    std::string ascii;
    if (sign == "［") ascii = "[";
    if (sign == "｛") ascii = "{";
    if (sign == "＃" && begins_line && !in_flow) ascii = "#";
    if (sign == "“" && in_flow) {
        constexpr std::size_t quoted_max = 1024;
        text = text.substr(0, quoted_max);
        const std::size_t closing = text.find("”");
        if (closing != text.npos && text.find(',') < closing) ascii = "\"";
    }
    if (ascii.empty()) return std::nullopt;
    return Slip{
        code::full_width,
        0,
        sign.size(),
        cited(sign) + " where YAML needs " + cited(ascii),
        "replace with " + cited(ascii) + "; if it belongs to the text, put the text in quotes"};
}

std::optional<Slip> slip_behind_block_sign(std::string_view header) {
    const std::size_t text = header.find_first_not_of("+-0123456789");
    if (text == std::string_view::npos) return std::nullopt;
    const std::size_t start = header.find_first_not_of(" \t\r", text);
    if (start == std::string_view::npos || (start > text && header[start] == '#'))
        return std::nullopt;
    return Slip{
        code::syntax,
        start,
        content_size(header.substr(start)),
        "behind `|` or `>` the line ends",
        "write the text on the next line, indented deeper; a text that begins with the sign "
        "needs quotes"};
}

std::optional<Slip> slip_below_block_sign(std::string_view line) {
    if (line.starts_with('#') || line.starts_with("- ") || line == "-") return std::nullopt;
    const std::size_t quote = line.starts_with('"') || line.starts_with('\'') ? 1 : 0;
    const std::size_t colon = quote + key_size(line.substr(quote)) + quote;
    if (colon < line.size() && line[colon] == ':') return std::nullopt;
    return Slip{
        code::syntax,
        0,
        std::max<std::size_t>(content_size(line), 1),
        "the text below `|` or `>` is not indented",
        "indent it deeper than its key"};
}

Slip slip_behind_quote(std::string_view text) {
    std::string inner(text);
    // Single quotes make no phrase in an expression, and within YAML's own they are doubled.
    if (inner[0] == '\'') std::replace(inner.begin(), inner.end(), '\'', '"');
    const bool plain = inner.find('\'') == std::string::npos;
    return Slip{
        code::syntax,
        0,
        text.size(),
        "a text in quotes ends here, and more follows",
        plain ? "put all of it in quotes: " + cited('\'' + inner + '\'')
              : "put all of it in quotes"};
}

std::optional<Slip> slip_in_double_quotes(std::string_view inner) {
    constexpr std::string_view harmless = "tnr \"/\\N_LPxuU\t\n\r";
    constexpr std::string_view controls = "0abefv";
    for (std::size_t at = inner.find('\\'); at < inner.size() - 1; at = inner.find('\\', at + 2)) {
        const char c = inner[at + 1];
        if (harmless.find(c) != std::string_view::npos) continue;
        // The message must not cut a character of several bytes.
        const bool whole = static_cast<unsigned char>(c) < 0x80;
        const std::string escape(inner.substr(at, whole ? 2 : 1));
        const bool control = controls.find(c) != std::string_view::npos;
        return Slip{
            control ? code::encoding : code::syntax,
            at,
            escape.size(),
            "in double quotes " + cited(escape) +
                (control ? " is a control character" : " is no escape that YAML knows"),
            "put the text in single quotes: there a backslash is a backslash"};
    }
    return std::nullopt;
}

std::optional<Slip> slip_in_continuation(std::string_view line) {
    line = line.substr(0, content_size(line));
    std::size_t colon = line.find(": ");
    if (colon == std::string_view::npos && line.ends_with(':')) colon = line.size() - 1;
    if (colon == std::string_view::npos) return std::nullopt;
    if (colon > 0 && key_size(line) == colon)
        return Slip{
            code::syntax,
            0,
            colon,
            "this key is indented deeper than the line above it",
            "keys of one mapping are indented alike"};
    return Slip{
        code::syntax,
        colon,
        1,
        "a `:` that cannot stand here",
        "a text that holds `: ` needs quotes"};
}

Slip slip_without_key(std::string_view line) {
    if (auto dash = slip_in_dash(line)) return std::move(*dash);
    line = line.substr(0, content_size(line));
    const std::size_t size = key_size(line);
    const std::string key(line.substr(0, size));
    if (size > 0 && size + 1 < line.size() && line[size] == ':')
        return Slip{
            code::syntax,
            0,
            line.size(),
            "a space is missing behind the `:`",
            "write " + cited(key + ": " + std::string(line.substr(size + 1)))};
    if (size > 1 && key[0] == '-')
        return Slip{
            code::syntax,
            0,
            line.size(),
            "a space is missing behind the `-`",
            "write " + cited("- " + std::string(line.substr(1)))};
    if (size > 0 && size < line.size() && line[size] == ' ')
        return Slip{
            code::syntax,
            0,
            line.size(),
            "a key must stand here, and no `:` does",
            "write " + cited(key + ": " + std::string(line.substr(size + 1)))};
    return Slip{
        code::syntax,
        0,
        std::max<std::size_t>(line.size(), 1),
        "a key must stand here",
        "write `key: value`"};
}

std::optional<Slip> slip_before_key(std::string_view text) {
    const std::size_t space = text.find_last_of(" \t\n");
    if (space == std::string_view::npos || space == 0) return std::nullopt;
    const std::string_view word = text.substr(space + 1);
    if (word.empty() || key_size(word) != word.size()) return std::nullopt;
    return Slip{
        code::syntax,
        space + 1,
        word.size(),
        "a comma is missing before this key",
        "write " + cited(", " + std::string(word) + ": ...")};
}

}  // namespace spokeswatch
