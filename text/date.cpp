#include "text/date.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "base/ascii.hpp"
#include "text/date_tokens.hpp"

namespace spokeswatch {
namespace {

constexpr std::size_t date_bytes_max = 256;
constexpr int year_min = 1970;
constexpr int year_max = 2200;
constexpr int zone_minutes_max = 15 * 60;

std::optional<int> to_int(std::string_view digits) {
    if (digits.empty() || digits.size() > 9) return std::nullopt;
    int value = 0;
    for (const char c : digits) {
        if (!ascii_digit(c)) return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

// RFC 2822: 00-49 are of this century, 50-99 of the last.
int full_year(int two_digits) { return two_digits + (two_digits < 50 ? 2000 : 1900); }

class DateReader {
  public:
    DateReader(std::vector<DateToken> tokens, int default_zone_minutes)
        : tokens_(std::move(tokens)), default_zone_(default_zone_minutes) {}

    std::optional<ParsedDate> read() {
        while (at_ < tokens_.size()) {
            bool good = false;
            switch (tokens_[at_].type) {
                case DateTokenType::number:
                    good = read_number();
                    break;
                case DateTokenType::word:
                    good = read_word();
                    break;
                case DateTokenType::sign:
                    good = read_sign();
                    break;
            }
            if (!good) return std::nullopt;
        }
        return result();
    }

  private:
    [[nodiscard]] bool is(std::size_t at, std::string_view text) const {
        return at < tokens_.size() && tokens_[at].text == text;
    }
    // The number at `at`, when it has so many digits.
    [[nodiscard]] std::optional<int> number(
        std::size_t at, std::size_t digits_min, std::size_t digits_max
    ) const {
        if (at >= tokens_.size() || tokens_[at].type != DateTokenType::number) return std::nullopt;
        const std::string& text = tokens_[at].text;
        if (text.size() < digits_min || text.size() > digits_max) return std::nullopt;
        return to_int(text);
    }
    [[nodiscard]] bool joined(std::size_t at) const {
        return at < tokens_.size() && !tokens_[at].space_before;
    }
    [[nodiscard]] bool month_word(std::size_t at) const {
        return at < tokens_.size() && tokens_[at].type == DateTokenType::word &&
               month_by_name(tokens_[at].text).has_value();
    }

    bool read_number() {
        if (is(at_ + 1, ":")) return read_time();
        if (read_unit()) return true;
        if (!year_ && !day_ && read_numeric_date()) return true;
        if (read_hour_form()) return true;
        return read_bare_number();
    }

    // 10:14, 10:14:55, 10:14:55.123
    bool read_time() {
        const auto hour = number(at_, 1, 2);
        const auto minute = number(at_ + 2, 1, 2);
        if (hour_ || !hour || !minute) return false;
        hour_ = hour;
        minute_ = minute;
        at_ += 3;
        if (!is(at_, ":")) return true;
        const auto second = number(at_ + 1, 1, 2);
        if (!second) return false;
        second_ = second;
        at_ += 2;
        return read_fraction() && !is(at_, ":");
    }

    bool read_fraction() {
        const bool fraction = (is(at_, ".") || is(at_, ",")) && joined(at_) && joined(at_ + 1) &&
                              at_ + 1 < tokens_.size() &&
                              tokens_[at_ + 1].type == DateTokenType::number;
        if (!fraction) return true;
        std::string digits = tokens_[at_ + 1].text.substr(0, 6);
        digits.resize(6, '0');
        micros_ = to_int(digits);
        at_ += 2;
        return micros_.has_value();
    }

    // 2023年03月17日15時30分, 2023년 3월 17일
    bool read_unit() {
        const auto value = number(at_, 1, 4);
        if (!value || at_ + 1 >= tokens_.size()) return false;
        const std::string& unit = tokens_[at_ + 1].text;
        const auto among = [&unit](std::initializer_list<std::string_view> names) {
            return std::find(names.begin(), names.end(), unit) != names.end();
        };
        const bool small = tokens_[at_].text.size() <= 2;
        if (among({"年", "년"})) {
            year_ = era_start_ ? *era_start_ + *value : small ? full_year(*value) : *value;
        } else if (small && among({"月", "월"})) {
            month_ = *value;
        } else if (small && among({"日", "일", "号", "號"})) {
            day_ = *value;
        } else if (small && among({"時", "时", "시", "点", "點"})) {
            hour_ = *value;
        } else if (small && hour_ && among({"分", "분"})) {
            minute_ = *value;
        } else if (small && minute_ && among({"秒", "초"})) {
            second_ = *value;
        } else {
            return false;
        }
        at_ += 2;
        return true;
    }

    // All forms of digits and separators: 2003-12-31, 2003/12/31, 31.12.2003, 20031231, 2003-365,
    // 2003-W52-3, 03-12-31, 2003-12, ... Moves only when it is one.
    bool read_numeric_date() {
        if (read_week_date()) return true;
        const std::string& first = tokens_[at_].text;
        if (first.size() == 8 || first.size() == 14 || first.size() == 12 || first.size() == 7)
            return read_packed_date(first);
        if (at_ + 2 >= tokens_.size()) return false;
        const std::string& separator = tokens_[at_ + 1].text;
        if (separator != "-" && separator != "/" && separator != ".") return false;
        if (read_ordinal_date(separator)) return true;
        const bool three = is(at_ + 3, separator) && number(at_ + 4, 1, 4).has_value();
        if (!three) return read_year_month(separator);
        const auto a = number(at_, 1, 4);
        auto b = number(at_ + 2, 1, 2);
        const std::string& middle = tokens_[at_ + 2].text;
        // One nought too many: 2003-012-31.
        if (middle.size() == 3 && middle[0] == '0') b = to_int(middle);
        const auto c = number(at_ + 4, 1, 4);
        if (!a || !b || !c) return false;
        const std::size_t last_size = tokens_[at_ + 4].text.size();
        if (first.size() == 4 && last_size <= 2) {
            set_date(*a, *b, *c);
        } else if (first.size() <= 2 && last_size == 4) {
            set_day_first(*c, *a, *b);
        } else if (first.size() == 2 && last_size == 2 && separator == "-") {
            set_date(full_year(*a), *b, *c);
        } else if (first.size() <= 2 && last_size == 2) {
            set_day_first(full_year(*c), *a, *b);
        } else {
            return false;
        }
        at_ += 5;
        return true;
    }

    bool read_week_date() {
        const auto year = number(at_, 4, 4);
        std::size_t at = at_ + 1;
        if (is(at, "-")) ++at;
        if (!year || !is(at, "w") || at + 1 >= tokens_.size()) return false;
        std::string digits = tokens_[at + 1].text;
        at += 2;
        if (digits.size() == 2 && is(at, "-") && number(at + 1, 1, 1)) {
            digits += tokens_[at + 1].text;
            at += 2;
        }
        const auto value = to_int(digits);
        if (!value || (digits.size() != 2 && digits.size() != 3)) return false;
        const int week = digits.size() == 3 ? *value / 10 : *value;
        const int weekday = digits.size() == 3 ? *value % 10 : 1;
        if (week < 1 || week > 53 || weekday < 1 || weekday > 7) return false;
        // Week 1 is the one with 4 January.
        const std::chrono::sys_days fourth =
            std::chrono::year(*year) / std::chrono::January / std::chrono::day(4);
        const auto iso = static_cast<int>(std::chrono::weekday(fourth).iso_encoding());
        set_days(fourth + std::chrono::days((week - 1) * 7 + weekday - iso));
        at_ = at;
        return true;
    }

    bool read_packed_date(const std::string& digits) {
        const int year = *to_int(digits.substr(0, 4));
        if (year < year_min || year > year_max) return false;
        if (digits.size() == 7) return read_day_of_year(year, *to_int(digits.substr(4)), 1);
        set_date(year, *to_int(digits.substr(4, 2)), *to_int(digits.substr(6, 2)));
        if (digits.size() > 8 && !read_packed_time(digits.substr(8))) return false;
        ++at_;
        return true;
    }

    bool read_packed_time(std::string_view digits) {
        if (hour_ || (digits.size() != 4 && digits.size() != 6)) return false;
        hour_ = to_int(digits.substr(0, 2));
        minute_ = to_int(digits.substr(2, 2));
        if (digits.size() == 6) second_ = to_int(digits.substr(4, 2));
        return true;
    }

    bool read_ordinal_date(std::string_view separator) {
        const auto year = number(at_, 4, 4);
        const auto day = number(at_ + 2, 3, 3);
        if (!year || !day || separator != "-" || is(at_ + 3, "-")) return false;
        return read_day_of_year(*year, *day, 3);
    }

    bool read_day_of_year(int year, int day, std::size_t tokens) {
        if (day < 1 || day > (std::chrono::year(year).is_leap() ? 366 : 365)) return false;
        set_days(
            std::chrono::sys_days(std::chrono::year(year) / 1 / 1) + std::chrono::days(day - 1)
        );
        at_ += tokens;
        return true;
    }

    bool read_year_month(std::string_view separator) {
        const auto year = number(at_, 4, 4);
        const auto month = number(at_ + 2, 1, 2);
        if (!year || !month || separator == ".") return false;
        year_ = year;
        month_ = month;
        at_ += 3;
        return true;
    }

    void set_date(int year, int month, int day) {
        year_ = year;
        month_ = month;
        day_ = day;
    }
    void set_days(std::chrono::sys_days days) {
        const std::chrono::year_month_day date(days);
        set_date(
            static_cast<int>(date.year()),
            static_cast<int>(static_cast<unsigned>(date.month())),
            static_cast<int>(static_cast<unsigned>(date.day()))
        );
    }
    // Most of the world writes the day first; what cannot be so is American.
    void set_day_first(int year, int day, int month) {
        if (month > 12 && day <= 12) std::swap(day, month);
        set_date(year, month, day);
    }

    // 15h30, 15 h, 15.30 Uhr, 3 pm
    bool read_hour_form() {
        const auto hour = number(at_, 1, 2);
        if (hour_ || !hour) return false;
        if (is(at_ + 1, "h") || is(at_ + 1, "uhr") || meridiem(at_ + 1)) {
            hour_ = hour;
            const auto minute = is(at_ + 1, "h") ? number(at_ + 2, 2, 2) : std::nullopt;
            minute_ = minute.value_or(0);
            at_ += is(at_ + 1, "h") ? 2 : 1;
            if (minute) ++at_;
            return true;
        }
        const auto minute = number(at_ + 2, 2, 2);
        if (!is(at_ + 1, ".") || !minute || !year_ || !month_ || !day_) return false;
        hour_ = hour;
        minute_ = minute;
        at_ += 3;
        return true;
    }

    bool read_bare_number() {
        const std::string& text = tokens_[at_].text;
        const auto value = to_int(text);
        if (!value) return false;
        const bool time_wanted = at_ > 0 && is(at_ - 1, "t") && !hour_;
        if (time_wanted && (text.size() == 4 || text.size() == 6)) {
            if (!read_packed_time(text)) return false;
        } else if (time_wanted && text.size() == 2) {
            hour_ = value;
            minute_ = 0;
        } else if (text.size() == 4 && !year_) {
            year_ = value;
        } else if (text.size() == 4 && !hour_) {
            if (!read_packed_time(text)) return false;
        } else if (text.size() <= 2 && !day_) {
            day_ = value;
        } else if (text.size() <= 2 && !year_ && month_) {
            year_ = full_year(*value);
        } else if (text.size() == 3 && !year_ && month_ && day_) {
            year_ = 1900 + *value;  // as RFC 2822 reads it
        } else {
            return false;
        }
        ++at_;
        return !(time_wanted && second_) || read_fraction();
    }

    // +1: after noon, -1: before noon, 0: neither.
    [[nodiscard]] int meridiem(std::size_t at) const {
        if (at >= tokens_.size()) return 0;
        const std::string& word = tokens_[at].text;
        if (word == "pm" || word == "μμ" || word == "오후") return 1;
        if (word == "am" || word == "πμ" || word == "오전") return -1;
        if (word != "午") return 0;
        if (is(at + 1, "前") || (at > 0 && is(at - 1, "上"))) return -1;
        const bool after = is(at + 1, "後") || is(at + 1, "后") ||
                           (at > 0 && (is(at - 1, "下") || is(at - 1, "中")));
        return after ? 1 : 0;
    }

    bool read_word() {
        const std::string& word = tokens_[at_].text;
        // "am 17. März" has no hour before it.
        const bool german = word == "am" && !hour_;
        if (const int half = meridiem(at_); half != 0 && !german) {
            meridiem_ = half;
        } else if (word == "和" && at_ > 0 && is(at_ - 1, "令")) {
            era_start_ = 2018;
        } else if (word == "成" && at_ > 0 && is(at_ - 1, "平")) {
            era_start_ = 1988;
        } else if (hour_ && !zone_ && read_zone_name(word)) {
            return true;
        } else if (const auto month = month_by_name(word); month) {
            // A later name wins: the first may be a weekday (mardi, martes).
            if (month_ && year_ && day_) return unknown_word();
            month_ = static_cast<int>(*month);
            month_named_ = true;
        } else {
            return unknown_word();
        }
        ++at_;
        return true;
    }

    // Weekdays, "de", "at", "года" mean nothing here. A word in the place of a number is a fault.
    bool unknown_word() {
        const auto binds = [this](std::size_t at) {
            return is(at, ":") || is(at, "+") || is(at, "-");
        };
        const bool after = at_ > 0 && binds(at_ - 1) && joined(at_);
        const bool before = binds(at_ + 1) && joined(at_ + 1) && !is(at_ + 1, ":");
        if (tokens_[at_].text != "t" && (after || before)) return false;
        ++at_;
        return true;
    }

    bool read_zone_name(std::string_view word) {
        const auto minutes = zone_by_name(word);
        if (!minutes) return false;
        ++at_;
        const bool offset_follows = *minutes == 0 && (is(at_, "+") || is(at_, "-")) &&
                                    joined(at_ + 1) && number(at_ + 1, 1, 4).has_value();
        if (offset_follows) return read_offset();
        zone_ = word == "cst" && default_zone_ == 480 ? 480 : *minutes;
        return true;
    }

    // +03:00, +0300, +3:00, +3, at the sign.
    bool read_offset() {
        const bool west = is(at_, "-");
        const auto value = number(at_ + 1, 1, 4);
        if (!value) return false;
        const std::size_t size = tokens_[at_ + 1].text.size();
        int hours = *value, minutes = 0;
        at_ += 2;
        if (size > 2) {
            hours = *value / 100;
            minutes = *value % 100;
        } else if (is(at_, ":")) {
            const auto given = number(at_ + 1, 2, 2);
            if (!given) return false;
            minutes = *given;
            at_ += 2;
        }
        if (minutes > 59 || hours * 60 + minutes > zone_minutes_max) return false;
        if (!zone_) zone_ = (west ? -1 : 1) * (hours * 60 + minutes);
        return true;
    }

    bool read_sign() {
        const std::string& sign = tokens_[at_].text;
        if (sign == "+" || sign == "-") {
            const bool offset = hour_ && joined(at_ + 1) && number(at_ + 1, 1, 4).has_value();
            if (offset) return read_offset();
            if (sign == "+") return false;
            if (at_ == 0) return read_truncated_year();
            const bool alone = tokens_[at_].space_before && !joined(at_ + 1);
            if (!alone && !month_word(at_ - 1) && !month_word(at_ + 1)) return false;
        } else if (sign == ":") {
            // After a label ("Published: ..."), nowhere else.
            if (at_ == 0 || tokens_[at_ - 1].type != DateTokenType::word || year_ || day_ || hour_)
                return false;
        } else if (sign == "/") {
            const bool words = at_ > 0 && tokens_[at_ - 1].type == DateTokenType::word;
            if (!words) return false;
        }
        ++at_;
        return true;
    }

    // ISO 8601's "-03-12" of 1988: year and month.
    bool read_truncated_year() {
        const auto year = number(1, 2, 2);
        const auto month = number(3, 2, 2);
        if (!year || !month || !is(2, "-") || tokens_.size() != 4) return false;
        year_ = full_year(*year);
        month_ = month;
        at_ = 4;
        return true;
    }

    [[nodiscard]] std::optional<ParsedDate> result() const {
        if (!year_ || !month_) return std::nullopt;
        const int first_year = month_named_ ? 1 : year_min;
        if (*year_ < first_year || *year_ > year_max) return std::nullopt;
        if (*month_ < 1 || day_.value_or(1) < 1) return std::nullopt;
        const std::chrono::year_month_day date(
            std::chrono::year(*year_),
            std::chrono::month(static_cast<unsigned>(*month_)),
            std::chrono::day(static_cast<unsigned>(day_.value_or(1)))
        );
        if (!date.ok()) return std::nullopt;
        const auto hour = full_hour();
        const int minute = minute_.value_or(0), second = second_.value_or(0);
        // Second 60 is a leap second, hour 24 the end of the day.
        if (!hour || minute > 59 || second > 60) return std::nullopt;
        if (*hour == 24 && (minute > 0 || second > 0)) return std::nullopt;

        ParsedDate parsed;
        parsed.zone_given = zone_.has_value();
        parsed.time = std::chrono::sys_days(date) + std::chrono::hours(*hour) +
                      std::chrono::minutes(minute - zone_.value_or(default_zone_)) +
                      std::chrono::seconds(second) + std::chrono::microseconds(micros_.value_or(0));
        parsed.precision = micros_   ? Precision::us
                           : second_ ? Precision::s
                           : hour_   ? Precision::min
                                     : Precision::day;
        return parsed;
    }

    [[nodiscard]] std::optional<int> full_hour() const {
        int hour = hour_.value_or(0);
        if (hour > 24) return std::nullopt;
        if (meridiem_ > 0 && hour < 12) hour += 12;
        if (meridiem_ < 0 && hour == 12) hour = 0;
        return hour;
    }

    std::vector<DateToken> tokens_;
    std::size_t at_ = 0;
    int default_zone_ = 0;
    std::optional<int> year_, month_, day_, hour_, minute_, second_, micros_, zone_, era_start_;
    int meridiem_ = 0;
    bool month_named_ = false;
};

std::optional<ParsedDate> from_unix(std::string_view digits, Precision precision) {
    std::int64_t value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    const std::int64_t scale = precision == Precision::s ? 1'000'000
                               : digits.size() == 13     ? 1'000
                                                         : 1;
    ParsedDate parsed;
    parsed.time = Time(Duration(value * scale));
    parsed.precision = precision;
    parsed.zone_given = true;
    constexpr Time last = std::chrono::sys_days(std::chrono::year(year_max + 1) / 1 / 1);
    if (parsed.time >= last) return std::nullopt;
    return parsed;
}

// Nothing but digits: a year, a packed date or unix time, by the count of digits.
std::optional<ParsedDate> parse_digits(const std::string& digits, int default_zone_minutes) {
    const auto date = [default_zone_minutes](std::string written) {
        return DateReader(lex_date(written), default_zone_minutes).read();
    };
    switch (digits.size()) {
        case 4:
            return date(digits + "-01");
        case 5: {
            // YYDDD; but where the last four read as a year the first is a slip of the finger.
            const int tail = *to_int(digits.substr(1));
            if (tail >= 1900 && tail <= year_max) return std::nullopt;
            return date(std::to_string(full_year(*to_int(digits.substr(0, 2)))) + digits.substr(2));
        }
        case 6:
            return date(
                digits.substr(0, 2) + "-" + digits.substr(2, 2) + "-" + digits.substr(4, 2)
            );
        case 9:
        case 10:
            return from_unix(digits, Precision::s);
        case 13:
        case 16:
            return from_unix(digits, Precision::us);
        default:
            return date(digits);
    }
}

}  // namespace

std::optional<ParsedDate> parse_date(std::string_view text, int default_zone_minutes) {
    if (text.size() > date_bytes_max) return std::nullopt;
    auto tokens = lex_date(fold_date(text));
    if (tokens.empty() || tokens.size() > date_tokens_max) return std::nullopt;
    if (tokens.size() == 1 && tokens[0].type == DateTokenType::number)
        return parse_digits(tokens[0].text, default_zone_minutes);
    const bool unix_fraction = tokens.size() == 3 && tokens[0].type == DateTokenType::number &&
                               tokens[0].text.size() == 10 && tokens[1].text == "." &&
                               tokens[2].type == DateTokenType::number;
    if (unix_fraction) {
        std::string micros = tokens[2].text.substr(0, 6);
        micros.resize(6, '0');
        return from_unix(tokens[0].text + micros, Precision::us);
    }
    return DateReader(std::move(tokens), default_zone_minutes).read();
}

}  // namespace spokeswatch
