#include <algorithm>

#include "base/utf8.hpp"
#include "config/codes.hpp"
#include "config/loader.hpp"

// What a term may hold: the `*` of prefix words.

namespace spokeswatch {

namespace {

constexpr std::size_t prefix_letters_min = 3;
constexpr std::size_t prefix_han_min = 2;

bool han(char32_t c) {
    return (c >= 0x2e80 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
           (c >= 0x20000 && c <= 0x3ffff);
}

bool word_letter(char32_t c) {
    return c >= 0x80 || (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z') ||
           (c >= U'A' && c <= U'Z');
}

}  // namespace

bool check_term(const Located<std::string>& term, Diagnostics& diagnostics) {
    const std::string& text = term.value;
    std::size_t letters = 0;
    std::size_t ideographs = 0;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_code_point(text, at);
        const bool gap = !word_letter(c);
        if (c == U'*') {
            std::size_t next = at;
            const bool ends_word = at == text.size() || !word_letter(next_code_point(text, next));
            if (ends_word && (letters >= prefix_letters_min || ideographs >= prefix_han_min))
                continue;
            Diagnostic& fault = diagnostics.error(
                code::short_prefix,
                term.span,
                ends_word ? "too few letters before the `*` in " + cited(text)
                          : "a `*` stands only at the end of a word, not as in " + cited(text)
            );
            fault.label = "3 letters or more (2 of Chinese) before it";
            fault.helps.emplace_back("to find the character itself, use `exact:`");
            return false;
        }
        letters = gap ? 0 : letters + 1;
        ideographs = gap || !han(c) ? 0 : ideographs + 1;
    }
    return true;
}

}  // namespace spokeswatch
