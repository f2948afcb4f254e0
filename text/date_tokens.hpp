#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The words of dates, for `text/date.cpp`.

namespace spokeswatch {

inline constexpr std::size_t date_tokens_max = 48;

enum class DateTokenType { number, word, sign };

struct DateToken {
    DateTokenType type = DateTokenType::sign;
    std::string text;
    bool space_before = false;
};

// NFKC, lower case, no accents on Latin, Greek and Cyrillic; dashes and spaces of all kinds as the
// ASCII ones; comments in parentheses and brackets (RFC 822, weekdays in Chinese) as a space.
std::string fold_date(std::string_view text);

// Runs of digits, words (one Han character is a word of its own) and signs; Chinese numerals as
// digits. Stops behind date_tokens_max.
std::vector<DateToken> lex_date(std::string_view folded);

// By the beginning of a folded name, in the languages of parse_date.
std::optional<unsigned> month_by_name(std::string_view word);

// Minutes east of UTC. Names that several places claim mean what mail means by them.
std::optional<int> zone_by_name(std::string_view word);

}  // namespace spokeswatch
