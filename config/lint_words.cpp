#include <algorithm>
#include <array>

#include "base/ascii.hpp"
#include "config/codes.hpp"
#include "config/loader.hpp"
#include "config/scalar_places.hpp"
#include "config/schema.hpp"

// Words and signs of a phrase that were meant to join several.

namespace spokeswatch {

namespace {

struct Joint {
    std::string_view word;
    const char* advice;
};
constexpr const char* advice_and = "write `AND` or `all: [a, b]`";
constexpr const char* advice_or = "write `OR` or `any: [a, b]`";
constexpr std::array joints{
    Joint{" and ", advice_and},
    Joint{" or ", advice_or},
    Joint{" And ", advice_and},
    Joint{" Or ", advice_or},
    Joint{" И ", advice_and},
    Joint{" ИЛИ ", advice_or},
};
constexpr std::array operators{
    Joint{" AND ", "write `all: [a, b]`, or the expression as the whole text of `match`"},
    Joint{" OR ", "write two items, or the expression as the whole text of `match`"},
    Joint{" NOT ", "write `none: [a]` beside this list"},
    Joint{" NEAR/", "write `{near: [a, b], within: 5 words}`"},
    Joint{" BEFORE/", "write `{before: [a, b], within: 5 words}`"},
};
constexpr std::array<std::string_view, 3> commas{", ", "，", "、"};

// A warning under bytes [start, end) of the text.
void warn(
    Yaml text,
    std::size_t start,
    std::size_t end,
    std::string message,
    std::string label,
    Diagnostics& diagnostics
) {
    diagnostics
        .warning(code::operator_as_word, ScalarPlaces(text).at(start, end), std::move(message))
        .label = std::move(label);
}

void warn_of_comma(Yaml value, Diagnostics& diagnostics) {
    const std::string& text = value.text();
    for (const std::string_view comma : commas) {
        const std::size_t at = text.find(comma);
        if (at == std::string::npos) continue;
        const std::string_view sign = comma.substr(0, comma == ", " ? 1 : comma.size());
        warn(
            value,
            at,
            at + sign.size(),
            cited(sign) + " parts nothing here: this is one phrase",
            "for one of several, write `any: [a, b]`",
            diagnostics
        );
        return;
    }
}

// `title` of `title:visit`; empty when it names no field.
std::string_view field_of(std::string_view text) {
    const std::string_view name = text.substr(0, text.find(':'));
    const auto fields = keys_of(Section::field);
    const bool known = std::any_of(fields.begin(), fields.end(), [name](const KeySpec& key) {
        return key.name == name;
    });
    return known && name.size() + 1 < text.size() ? name : std::string_view();
}

}  // namespace

void lint_lone_phrase(Yaml value, Diagnostics& diagnostics) {
    const std::string& text = value.text();
    for (const Joint& joint : joints) {
        const std::size_t at = text.find(joint.word);
        if (at == std::string::npos) continue;
        const std::string plain(joint.word.substr(1, joint.word.size() - 2));
        warn(
            value,
            at + 1,
            at + 1 + plain.size(),
            cited(plain) + " is searched as a word here",
            std::string("to join two terms, ") + joint.advice,
            diagnostics
        );
    }
    warn_of_comma(value, diagnostics);
    const std::string near = nearest(text, {"everything"});
    if (!near.empty())
        warn(
            value,
            0,
            text.size(),
            cited(text) + " is searched as a word here",
            "did you mean " + cited(near) + "?",
            diagnostics
        );
}

void lint_listed_phrase(Yaml value, bool in_list, Diagnostics& diagnostics) {
    const std::string& text = value.text();
    for (const Joint& joint : operators) {
        const std::size_t at = text.find(joint.word);
        if (at == std::string::npos) continue;
        const std::string word(joint.word.substr(1, joint.word.find_last_not_of(" /")));
        warn(
            value,
            at + 1,
            at + 1 + word.size(),
            cited(word) + " is searched as a word here: in a list a text is a phrase",
            joint.advice,
            diagnostics
        );
        return;
    }
    const bool concept_name = text.size() > 1 && text[0] == '$' && ascii_letter(text[1]) &&
                              text.find(' ') == std::string::npos;
    const std::string_view field = field_of(text);
    if (concept_name || !field.empty())
        warn(
            value,
            0,
            text.size(),
            cited(text) + " is searched as words here: in a list a text is a phrase",
            concept_name ? "in `match`, write " + cited("concept: " + text.substr(1))
                         : "in `match`, write " + cited("field: {" + std::string(field) + ": ...}"),
            diagnostics
        );
    if (!in_list) warn_of_comma(value, diagnostics);
}

}  // namespace spokeswatch
