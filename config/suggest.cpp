#include <algorithm>
#include <array>
#include <cmath>

#include "base/ascii.hpp"
#include "config/reader.hpp"

// Guesses of what was meant by a value that cannot be taken.

namespace spokeswatch {

namespace {

struct UnitWord {
    std::string_view word;
    Duration size;
};
using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::weeks;

constexpr std::array unit_words{
    UnitWord{"ms", milliseconds(1)}, UnitWord{"millisecond", milliseconds(1)},
    UnitWord{"s", seconds(1)},       UnitWord{"sec", seconds(1)},
    UnitWord{"second", seconds(1)},  UnitWord{"m", minutes(1)},
    UnitWord{"min", minutes(1)},     UnitWord{"minute", minutes(1)},
    UnitWord{"h", hours(1)},         UnitWord{"hr", hours(1)},
    UnitWord{"hour", hours(1)},      UnitWord{"d", days(1)},
    UnitWord{"day", days(1)},        UnitWord{"w", weeks(1)},
    UnitWord{"week", weeks(1)},      UnitWord{"month", days(30)},
    UnitWord{"year", days(365)},     UnitWord{"秒", seconds(1)},
    UnitWord{"分钟", minutes(1)},    UnitWord{"分", minutes(1)},
    UnitWord{"小时", hours(1)},      UnitWord{"天", days(1)},
    UnitWord{"周", weeks(1)},
};

constexpr std::array<std::string_view, 13> number_words{
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
};

const UnitWord* unit_named(std::string word) {
    if (word.size() > 2 && word.ends_with('s') && word != "ms") word.pop_back();
    const auto found = std::find_if(unit_words.begin(), unit_words.end(), [&word](const auto& u) {
        return u.word == word;
    });
    return found == unit_words.end() ? nullptr : &*found;
}

std::optional<std::size_t> number_word(const std::string& word) {
    const auto found = std::find(number_words.begin(), number_words.end(), word);
    if (found == number_words.end()) return std::nullopt;
    return static_cast<std::size_t>(found - number_words.begin());
}

}  // namespace

std::string suggest_duration(std::string_view given) {
    constexpr std::size_t given_max = 64;
    constexpr double seconds_max = 100.0 * 365 * 24 * 3600;
    if (given.size() > given_max) return "";
    const std::string text = ascii_lower(given);
    double sum_s = 0;
    bool any = false;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == ' ' || text[at] == ',' || text[at] == '+') {
            ++at;
            continue;
        }
        double count = 0;
        if (ascii_digit(text[at])) {
            std::size_t used = 0;
            // A comma is a decimal point to half of Europe.
            std::string number = text.substr(at, text.find_first_not_of("0123456789.,", at) - at);
            std::replace(number.begin(), number.end(), ',', '.');
            count = std::stod(number, &used);
            at += used;
        } else {
            const std::size_t end = std::min(text.find(' ', at), text.size());
            const auto word = number_word(text.substr(at, end - at));
            if (!word) return "";
            count = static_cast<double>(*word);
            at = end;
        }
        while (at < text.size() && text[at] == ' ') ++at;
        std::size_t end = at;
        while (end < text.size() && !ascii_digit(text[end]) && text[end] != ' ' && text[end] != ',')
            ++end;
        if (end == at) {
            if (any || end != text.size()) return "";
            sum_s += count;  // a bare number: seconds, as Prometheus once had it
        } else {
            const UnitWord* unit = unit_named(text.substr(at, end - at));
            if (unit == nullptr) return "";
            sum_s += count * std::chrono::duration<double>(unit->size).count();
        }
        any = true;
        at = end;
    }
    if (!any || !std::isfinite(sum_s) || sum_s <= 0 || sum_s > seconds_max) return "";
    return format_duration(milliseconds(std::llround(sum_s * 1000)));
}

std::string suggest_whole(std::string_view given) {
    constexpr std::size_t given_max = 64;
    if (given.size() > given_max) return "";
    const std::string text = ascii_lower(given);
    if (const auto word = number_word(text)) return std::to_string(*word);
    std::size_t start = text.find_first_of("0123456789");
    if (start == std::string::npos) return "";
    // "3 words" is 3; a fraction or a second number is nobody's guess.
    const std::size_t end = std::min(text.find_first_not_of("0123456789", start), text.size());
    if (text.find_first_of("0123456789", end) != std::string::npos) return "";
    while (start + 1 < end && text[start] == '0') ++start;
    return text.substr(start, end - start);
}

}  // namespace spokeswatch
