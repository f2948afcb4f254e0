#include "config/lint_terms.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "config/codes.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t letters_min = 3;

enum class Script { latin, cyrillic, greek, other };

Script script_of(char32_t c) {
    if ((c >= U'a' && c <= U'z') || (c >= U'A' && c <= U'Z')) return Script::latin;
    if (c >= 0xc0 && c <= 0x24f && c != 0xd7 && c != 0xf7) return Script::latin;
    if (c >= 0x1e00 && c <= 0x1eff) return Script::latin;
    if (c >= 0x400 && c <= 0x52f) return Script::cyrillic;
    if (c >= 0x370 && c <= 0x3ff && c != 0x37e && c != 0x387) return Script::greek;
    return Script::other;
}

const char* name_of(Script script) {
    switch (script) {
        case Script::latin:
            return "Latin";
        case Script::cyrillic:
            return "Cyrillic";
        case Script::greek:
            return "Greek";
        case Script::other:
            break;
    }
    return "other";
}

// Letters that look like a Latin one, by their Unicode names.
struct LookAlike {
    char32_t letter;
    char latin;
    const char* name;
};
constexpr std::array look_alikes{
    LookAlike{0x0410, 'A', "CYRILLIC CAPITAL LETTER A"},
    LookAlike{0x0412, 'B', "CYRILLIC CAPITAL LETTER VE"},
    LookAlike{0x0415, 'E', "CYRILLIC CAPITAL LETTER IE"},
    LookAlike{0x041a, 'K', "CYRILLIC CAPITAL LETTER KA"},
    LookAlike{0x041c, 'M', "CYRILLIC CAPITAL LETTER EM"},
    LookAlike{0x041d, 'H', "CYRILLIC CAPITAL LETTER EN"},
    LookAlike{0x041e, 'O', "CYRILLIC CAPITAL LETTER O"},
    LookAlike{0x0420, 'P', "CYRILLIC CAPITAL LETTER ER"},
    LookAlike{0x0421, 'C', "CYRILLIC CAPITAL LETTER ES"},
    LookAlike{0x0422, 'T', "CYRILLIC CAPITAL LETTER TE"},
    LookAlike{0x0423, 'Y', "CYRILLIC CAPITAL LETTER U"},
    LookAlike{0x0425, 'X', "CYRILLIC CAPITAL LETTER HA"},
    LookAlike{0x0406, 'I', "CYRILLIC CAPITAL LETTER BYELORUSSIAN-UKRAINIAN I"},
    LookAlike{0x0408, 'J', "CYRILLIC CAPITAL LETTER JE"},
    LookAlike{0x0405, 'S', "CYRILLIC CAPITAL LETTER DZE"},
    LookAlike{0x0430, 'a', "CYRILLIC SMALL LETTER A"},
    LookAlike{0x0435, 'e', "CYRILLIC SMALL LETTER IE"},
    LookAlike{0x043e, 'o', "CYRILLIC SMALL LETTER O"},
    LookAlike{0x0440, 'p', "CYRILLIC SMALL LETTER ER"},
    LookAlike{0x0441, 'c', "CYRILLIC SMALL LETTER ES"},
    LookAlike{0x0443, 'y', "CYRILLIC SMALL LETTER U"},
    LookAlike{0x0445, 'x', "CYRILLIC SMALL LETTER HA"},
    LookAlike{0x0456, 'i', "CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I"},
    LookAlike{0x0458, 'j', "CYRILLIC SMALL LETTER JE"},
    LookAlike{0x0455, 's', "CYRILLIC SMALL LETTER DZE"},
    LookAlike{0x04bb, 'h', "CYRILLIC SMALL LETTER SHHA"},
    LookAlike{0x0501, 'd', "CYRILLIC SMALL LETTER KOMI DE"},
    LookAlike{0x051b, 'q', "CYRILLIC SMALL LETTER QA"},
    LookAlike{0x051d, 'w', "CYRILLIC SMALL LETTER WE"},
    LookAlike{0x0391, 'A', "GREEK CAPITAL LETTER ALPHA"},
    LookAlike{0x0392, 'B', "GREEK CAPITAL LETTER BETA"},
    LookAlike{0x0395, 'E', "GREEK CAPITAL LETTER EPSILON"},
    LookAlike{0x0396, 'Z', "GREEK CAPITAL LETTER ZETA"},
    LookAlike{0x0397, 'H', "GREEK CAPITAL LETTER ETA"},
    LookAlike{0x0399, 'I', "GREEK CAPITAL LETTER IOTA"},
    LookAlike{0x039a, 'K', "GREEK CAPITAL LETTER KAPPA"},
    LookAlike{0x039c, 'M', "GREEK CAPITAL LETTER MU"},
    LookAlike{0x039d, 'N', "GREEK CAPITAL LETTER NU"},
    LookAlike{0x039f, 'O', "GREEK CAPITAL LETTER OMICRON"},
    LookAlike{0x03a1, 'P', "GREEK CAPITAL LETTER RHO"},
    LookAlike{0x03a4, 'T', "GREEK CAPITAL LETTER TAU"},
    LookAlike{0x03a5, 'Y', "GREEK CAPITAL LETTER UPSILON"},
    LookAlike{0x03a7, 'X', "GREEK CAPITAL LETTER CHI"},
    LookAlike{0x03bf, 'o', "GREEK SMALL LETTER OMICRON"},
    LookAlike{0x03bd, 'v', "GREEK SMALL LETTER NU"},
};

struct Invisible {
    char32_t character;
    const char* name;
    const char* advice;
};
constexpr std::array invisible{
    Invisible{0x00a0, "NO-BREAK SPACE", "write a space"},
    Invisible{0x00ad, "SOFT HYPHEN", "remove it"},
    Invisible{0x200b, "ZERO WIDTH SPACE", "remove it"},
    Invisible{0x200e, "LEFT-TO-RIGHT MARK", "remove it"},
    Invisible{0x200f, "RIGHT-TO-LEFT MARK", "remove it"},
    Invisible{0x202a, "LEFT-TO-RIGHT EMBEDDING", "remove it"},
    Invisible{0x202c, "POP DIRECTIONAL FORMATTING", "remove it"},
    Invisible{0x2060, "WORD JOINER", "remove it"},
    Invisible{0xfeff, "ZERO WIDTH NO-BREAK SPACE", "remove it"},
};

std::string code_point_name(char32_t c) {
    std::array<char, 16> buffer{};
    std::snprintf(buffer.data(), buffer.size(), " (U+%04X)", static_cast<unsigned>(c));
    return buffer.data();
}

std::u32string decoded(const std::string& text) {
    std::u32string out;
    for (std::size_t at = 0; at < text.size();) out += next_code_point(text, at);
    return out;
}

std::string encoded(char32_t c) {
    std::string out;
    append_code_point(out, c);
    return out;
}

// Where character `index` of a term stands; the whole term when escapes or line breaks hide it.
Span place_of(const Located<std::string>& term, std::size_t length, std::size_t index) {
    Span span = term.span;
    if (span.length == length) {
        span.column += index;
        span.length = 1;
    }
    return span;
}

std::size_t count(std::u32string_view text, Script script) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [script](char32_t c) {
        return script_of(c) == script;
    }));
}

// Which of the two scripts of a word is the slip: the rarer one in the word, else in the term, else
// the one that the language does not write.
Script odd_one(
    std::u32string_view word, std::u32string_view term, Script other, const std::string& lang
) {
    for (const std::u32string_view text : {word, term}) {
        const std::size_t latin = count(text, Script::latin);
        const std::size_t second = count(text, other);
        if (latin != second) return latin < second ? Script::latin : other;
    }
    const bool other_script = lang == "ru" || lang == "uk" || lang == "bg" || lang == "sr" ||
                              lang == "be" || lang == "kk" || lang == "el";
    return other_script ? Script::latin : other;
}

std::string described(char32_t c, Script odd, Script usual) {
    if (odd == Script::latin) {
        const auto twin =
            std::find_if(look_alikes.begin(), look_alikes.end(), [c, usual](const LookAlike& l) {
                return static_cast<char32_t>(l.latin) == c && script_of(l.letter) == usual;
            });
        std::string out = "Latin letter `" + encoded(c) + "`" + code_point_name(c);
        if (twin != look_alikes.end())
            out += "; did you mean " + std::string(name_of(usual)) + " `" + encoded(twin->letter) +
                   "`?";
        return out;
    }
    const auto found = std::find_if(
        look_alikes.begin(), look_alikes.end(), [c](const LookAlike& l) { return l.letter == c; }
    );
    if (found == look_alikes.end())
        return std::string(name_of(odd)) + " letter `" + encoded(c) + "`" + code_point_name(c);
    return found->name + code_point_name(c) + "; did you mean Latin `" + found->latin + "`?";
}

void lint_scripts(
    const Located<std::string>& term,
    const std::u32string& text,
    const std::string& lang,
    Diagnostics& diagnostics
) {
    for (std::size_t start = 0; start < text.size();) {
        std::size_t end = start;
        while (end < text.size() && script_of(text[end]) != Script::other) ++end;
        const std::u32string_view word = std::u32string_view(text).substr(start, end - start);
        const Script other = count(word, Script::cyrillic) > 0 ? Script::cyrillic : Script::greek;
        if (count(word, Script::latin) > 0 && count(word, other) > 0) {
            const Script odd = odd_one(word, text, other, lang);
            std::size_t at = start;
            while (script_of(text[at]) != odd) ++at;
            diagnostics
                .warning(
                    code::mixed_scripts,
                    place_of(term, text.size(), at),
                    std::string("term mixes ") + name_of(other) +
                        " and Latin letters, so it will not match normal text"
                )
                .label = described(text[at], odd, odd == Script::latin ? other : Script::latin);
            return;
        }
        start = end + 1;
    }
}

}  // namespace

bool needs_lint(std::string_view term) {
    std::size_t letters = 0;
    bool others = false, latin = false, second = false, unseen = false;
    for (const char c : term) {
        const auto byte = static_cast<unsigned char>(c);
        if (ascii_letter(c)) ++letters;
        if (byte >= 0x80 || ascii_digit(c)) others = true;
        latin = latin || ascii_letter(c) || (byte >= 0xc3 && byte <= 0xc9) || byte == 0xe1;
        second = second || (byte >= 0xcd && byte <= 0xd4);
        unseen = unseen || byte == 0xc2 || byte == 0xe2 || byte == 0xef;
    }
    return (latin && second) || unseen || (letters < letters_min && !others);
}

void lint_characters(
    const Located<std::string>& term, const std::string& lang, Diagnostics& diagnostics
) {
    if (!needs_lint(term.value)) return;
    const std::u32string text = decoded(term.value);
    lint_scripts(term, text, lang, diagnostics);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto found =
            std::find_if(invisible.begin(), invisible.end(), [&text, i](const Invisible& c) {
                return c.character == text[i];
            });
        if (found == invisible.end()) continue;
        diagnostics
            .warning(
                code::invisible_character,
                place_of(term, text.size(), i),
                "this term holds a character that cannot be seen"
            )
            .label = found->name + code_point_name(text[i]) + ": " + found->advice;
        return;
    }
}

void lint_term(
    const Located<std::string>& term, const std::string& lang, Diagnostics& diagnostics
) {
    lint_characters(term, lang, diagnostics);
    std::size_t letters = 0;
    for (const char c : term.value) {
        // Other scripts say more with two characters, and digits are rare enough.
        if (static_cast<unsigned char>(c) >= 0x80 || ascii_digit(c)) return;
        if (ascii_letter(c)) ++letters;
    }
    if (letters == 0) {
        diagnostics.warning(
            code::never_matches, term.span, "a term without letters or digits never matches"
        );
    } else if (letters < letters_min) {
        diagnostics
            .warning(
                code::short_term,
                term.span,
                "term " + cited(term.value) + " has fewer than 3 letters, so it finds a lot"
            )
            .label = "for capitals as written: " + cited("exact: " + term.value);
    }
}

}  // namespace spokeswatch
