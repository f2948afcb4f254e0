#include <algorithm>

#include "base/utf8.hpp"
#include "config/codes.hpp"
#include "config/loader.hpp"

// What a text of a rule may hold: the `*` of prefix words, and the signs of expressions.

namespace spokeswatch {

namespace {

constexpr std::size_t prefix_letters_min = 3;
constexpr std::size_t prefix_han_min = 2;

bool han(char32_t c) {
    return (c >= 0x2e80 && c <= 0x9fff) || (c >= 0xf900 && c <= 0xfaff) ||
           (c >= 0x20000 && c <= 0x3ffff);
}

// Factiva's `adj5` and `near5`.
bool counts_words(const std::string& word) {
    const std::size_t name = word.starts_with("near") ? 4 : word.starts_with("adj") ? 3 : 0;
    return name > 0 && word.size() > name &&
           word.find_first_not_of("0123456789", name) == std::string::npos;
}

bool word_letter(char32_t c) {
    return c >= 0x80 || (c >= U'0' && c <= U'9') || (c >= U'a' && c <= U'z') ||
           (c >= U'A' && c <= U'Z');
}

}  // namespace

bool is_expression(const std::string& text) {
    if (text.find_first_of("\"()$") != std::string::npos) return true;
    if (text.starts_with('/') || text.starts_with('#') || text.starts_with('@')) return true;
    std::size_t at = 0;
    while (at < text.size()) {
        const std::size_t end = std::min(text.find_first_of(" \t\n", at), text.size());
        const std::string word = text.substr(at, end - at);
        at = end + 1;
        if (word == "AND" || word == "OR" || word == "NOT") return true;
        if (word.size() > 1 && (word[0] == '#' || word[0] == '@')) return true;
        if (counts_words(word)) return true;
        const std::string before_slash = word.substr(0, word.find('/'));
        if (before_slash != word &&
            (before_slash == "NEAR" || before_slash == "BEFORE" || before_slash == "ONEAR" ||
             before_slash == "PRE" || before_slash == "W"))
            return true;
        const std::string before_colon = word.substr(0, word.find(':'));
        if (before_colon == word) continue;
        if (before_colon == "exact" || before_colon == "regex") return true;
        const auto fields = keys_of(Section::field);
        if (std::any_of(fields.begin(), fields.end(), [&before_colon](const KeySpec& field) {
                return field.name == before_colon;
            }))
            return true;
    }
    return false;
}

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
