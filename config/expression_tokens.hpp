#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The words and signs of the expression form of `match` (docs/rules.md, "Expressions").

namespace spokeswatch {

struct ExpressionToken {
    enum class Kind : std::uint8_t {
        word,
        phrase,    // "in quotes"
        exact,     // exact:"..."
        regex,     // /.../ or /.../i
        concept_,  // $name or $name.lang
        tag,       // #tag
        mention,   // @handle
        field,     // title: and its like, before what is searched there
        open,
        close,
        and_,
        or_,
        not_,
        near,    // NEAR/n, W/n
        before,  // BEFORE/n, ONEAR/n, PRE/n
        end
    };

    Kind kind = Kind::end;
    std::size_t start = 0, end = 0;              // bytes of the expression
    std::size_t inner_start = 0, inner_end = 0;  // without quotes, slashes and `$`
    std::string text;                            // what is inside; of a field its name
    int within = 0;                              // near, before
    bool ignore_case = false;                    // regex
};

// What cannot be read, and where: bytes [start, end).
struct ExpressionFault {
    std::size_t start = 0, end = 0;
    std::string message;
    std::string label;
    std::string help{};
    const char* code = "SW133";  // code::expression
};

struct ExpressionTokens {
    std::vector<ExpressionToken> tokens;   // the last one is `end`
    std::optional<ExpressionFault> fault;  // the first one; `tokens` end before it

    // Whether the text has no operator, quote, parenthesis or sign: then it is one phrase.
    [[nodiscard]] bool one_phrase() const;
};

ExpressionTokens expression_tokens(std::string_view text);

// What makes no sense as a word beside operators: curly quotes, full-width brackets, an unknown
// field, single quotes, a minus for NOT. Nothing when the word is a plain one.
std::optional<ExpressionFault> odd_word(const ExpressionToken& word);

}  // namespace spokeswatch
