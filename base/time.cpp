#include "base/time.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace spokeswatch {

using namespace std::chrono;

namespace {

// Reads exactly `count` digits at `at` and moves behind them.
std::optional<int> digits(std::string_view text, std::size_t& at, std::size_t count) {
    if (text.size() - at < count) return std::nullopt;
    int value = 0;
    for (const std::size_t end = at + count; at < end; ++at) {
        if (text[at] < '0' || text[at] > '9') return std::nullopt;
        value = value * 10 + (text[at] - '0');
    }
    return value;
}

bool take(std::string_view text, std::size_t& at, char wanted) {
    if (at >= text.size() || text[at] != wanted) return false;
    ++at;
    return true;
}

// A fraction of any length; what is finer than a microsecond is cut off.
std::optional<microseconds> fraction(std::string_view text, std::size_t& at) {
    const std::size_t start = at;
    std::int64_t value = 0;
    std::int64_t unit = 100'000;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
        value += (text[at] - '0') * unit;
        unit /= 10;
    }
    if (at == start) return std::nullopt;
    return microseconds(value);
}

std::optional<minutes> offset(std::string_view text, std::size_t& at) {
    if (take(text, at, 'Z') || take(text, at, 'z')) return minutes(0);
    const bool east = take(text, at, '+');
    if (!east && !take(text, at, '-')) return std::nullopt;
    const auto hour = digits(text, at, 2);
    if (!hour || *hour > 23 || !take(text, at, ':')) return std::nullopt;
    const auto minute = digits(text, at, 2);
    if (!minute || *minute > 59) return std::nullopt;
    const minutes distance(*hour * 60 + *minute);
    return east ? distance : -distance;
}

struct Unit {
    std::string_view name;
    Duration size;
};
constexpr std::array units{
    Unit{"y", days(365)},
    Unit{"w", days(7)},
    Unit{"d", days(1)},
    Unit{"h", hours(1)},
    Unit{"m", minutes(1)},
    Unit{"s", seconds(1)},
    Unit{"ms", milliseconds(1)},
};
constexpr Duration duration_max = days(36'500);

// RFC 3339 has years of four digits.
constexpr Time format_min = sys_days(year(0) / January / 1);
constexpr Time format_max = Time(sys_days(year(10'000) / January / 1)) - microseconds(1);

}  // namespace

std::string format_time(Time time) {
    time = std::clamp(time, format_min, format_max);
    const auto day = floor<days>(time);
    const year_month_day date(day);
    const hh_mm_ss clock(time - day);
    std::array<char, 48> buffer{};
    int size = std::snprintf(
        buffer.data(),
        buffer.size(),
        "%04d-%02u-%02uT%02d:%02d:%02d",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        static_cast<int>(clock.hours().count()),
        static_cast<int>(clock.minutes().count()),
        static_cast<int>(clock.seconds().count())
    );
    std::string out(buffer.data(), static_cast<std::size_t>(size));
    const auto rest = static_cast<int>(clock.subseconds().count());
    if (rest != 0) {
        size = std::snprintf(buffer.data(), buffer.size(), ".%06d", rest);
        out.append(buffer.data(), static_cast<std::size_t>(size));
        while (out.back() == '0') out.pop_back();
    }
    return out + 'Z';
}

std::optional<Time> parse_time(std::string_view text) {
    std::size_t at = 0;
    const auto y = digits(text, at, 4);
    if (!y || !take(text, at, '-')) return std::nullopt;
    const auto m = digits(text, at, 2);
    if (!m || !take(text, at, '-')) return std::nullopt;
    const auto d = digits(text, at, 2);
    if (!d) return std::nullopt;
    if (!take(text, at, 'T') && !take(text, at, 't') && !take(text, at, ' ')) return std::nullopt;

    const auto hour = digits(text, at, 2);
    if (!hour || *hour > 23 || !take(text, at, ':')) return std::nullopt;
    const auto minute = digits(text, at, 2);
    if (!minute || *minute > 59 || !take(text, at, ':')) return std::nullopt;
    // 60 is a leap second, which this clock does not have: it is the next minute's beginning.
    const auto second = digits(text, at, 2);
    if (!second || *second > 60) return std::nullopt;
    microseconds rest{0};
    if (take(text, at, '.')) {
        const auto part = fraction(text, at);
        if (!part) return std::nullopt;
        rest = *part;
    }
    const auto east = offset(text, at);
    if (!east || at != text.size()) return std::nullopt;

    const year_month_day date(
        year(*y), month(static_cast<unsigned>(*m)), day(static_cast<unsigned>(*d))
    );
    if (!date.ok()) return std::nullopt;
    return Time(sys_days(date)) + hours(*hour) + minutes(*minute) + seconds(*second) + rest - *east;
}

std::string format_duration(Duration duration) {
    if (duration < Duration::zero()) return '-' + format_duration(-duration);
    std::string out;
    for (const Unit& unit : units) {
        // Weeks and years are for writing; people read days.
        if (unit.name == "y" || unit.name == "w") continue;
        const auto count = duration / unit.size;
        if (count == 0) continue;
        out += std::to_string(count);
        out += unit.name;
        duration %= unit.size;
    }
    return out.empty() ? "0s" : out;
}

std::optional<Duration> parse_duration(std::string_view text) {
    if (text == "0") return Duration::zero();
    if (text.empty()) return std::nullopt;
    Duration sum{0};
    std::size_t at = 0;
    std::size_t next_unit = 0;
    while (at < text.size()) {
        const std::size_t start = at;
        std::int64_t count = 0;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
            count = count * 10 + (text[at] - '0');
            if (count > duration_max / milliseconds(1)) return std::nullopt;
        }
        if (at == start) return std::nullopt;
        std::size_t end = at;
        while (end < text.size() && text[end] >= 'a' && text[end] <= 'z') ++end;
        const std::string_view name = text.substr(at, end - at);
        while (next_unit < units.size() && units[next_unit].name != name) ++next_unit;
        if (next_unit == units.size()) return std::nullopt;
        const Duration size = units[next_unit++].size;
        if (count > duration_max / size) return std::nullopt;
        sum += size * count;
        if (sum > duration_max) return std::nullopt;
        at = end;
    }
    return sum;
}

}  // namespace spokeswatch
