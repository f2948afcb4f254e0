#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cstdint>

#include "net/http_client.hpp"

namespace spokeswatch {

namespace {

using std::chrono::sys_seconds;

bool same_letter(char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
}

std::string_view trim(std::string_view text) {
    const std::size_t start = text.find_first_not_of(" \t");
    if (start == std::string_view::npos) return {};
    return text.substr(start, text.find_last_not_of(" \t") - start + 1);
}

constexpr std::array<std::string_view, 12> months{
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

struct DateParts {
    int year = -1;
    std::string_view month;
    int day = -1;
    int hour = -1;
    int minute = -1;
    int second = -1;
};

std::optional<int> number(std::string_view text, std::size_t digits) {
    int value = 0;
    const char* end = text.data() + text.size();
    if (text.size() != digits || text.front() < '0' || text.front() > '9') return std::nullopt;
    const auto parsed = std::from_chars(text.data(), end, value);
    if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
    return value;
}

bool read_clock(std::string_view text, DateParts& parts) {
    if (text.size() != 8 || text[2] != ':' || text[5] != ':') return false;
    parts.hour = number(text.substr(0, 2), 2).value_or(-1);
    parts.minute = number(text.substr(3, 2), 2).value_or(-1);
    parts.second = number(text.substr(6, 2), 2).value_or(-1);
    return true;
}

std::optional<sys_seconds> to_time(const DateParts& parts) {
    const auto month = std::find(months.begin(), months.end(), parts.month);
    if (month == months.end() || parts.year < 0 || parts.hour < 0 || parts.hour > 23 ||
        parts.minute < 0 || parts.minute > 59 || parts.second < 0 || parts.second > 60 ||
        parts.day < 1) {
        return std::nullopt;
    }
    const std::chrono::year_month_day date(
        std::chrono::year(parts.year),
        std::chrono::month(static_cast<unsigned>(month - months.begin()) + 1),
        std::chrono::day(static_cast<unsigned>(parts.day))
    );
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(parts.hour) +
           std::chrono::minutes(parts.minute) + std::chrono::seconds(std::min(parts.second, 59));
}

// "Fri, 17 Mar 2023 09:00:00 GMT", after the comma.
std::optional<sys_seconds> parse_imf(std::string_view text) {
    if (text.size() != 24 || text[2] != ' ' || text[6] != ' ' || !text.ends_with(" GMT")) {
        return std::nullopt;
    }
    DateParts parts;
    parts.day = number(text.substr(0, 2), 2).value_or(-1);
    parts.month = text.substr(3, 3);
    parts.year = number(text.substr(7, 4), 4).value_or(-1);
    if (text[11] != ' ' || !read_clock(text.substr(12, 8), parts)) return std::nullopt;
    return to_time(parts);
}

// "Friday, 17-Mar-23 09:00:00 GMT", after the comma. Two digits mean at most 50 years ahead.
std::optional<sys_seconds> parse_rfc850(std::string_view text) {
    if (text.size() != 22 || text[2] != '-' || text[6] != '-' || !text.ends_with(" GMT")) {
        return std::nullopt;
    }
    DateParts parts;
    parts.day = number(text.substr(0, 2), 2).value_or(-1);
    parts.month = text.substr(3, 3);
    const auto year = number(text.substr(7, 2), 2);
    if (!year) return std::nullopt;
    parts.year = *year + (*year < 70 ? 2000 : 1900);
    if (text[9] != ' ' || !read_clock(text.substr(10, 8), parts)) return std::nullopt;
    return to_time(parts);
}

// "Fri Mar 17 09:00:00 2023"; a day of one digit has a space before it.
std::optional<sys_seconds> parse_asctime(std::string_view text) {
    if (text.size() != 24 || text[3] != ' ' || text[7] != ' ' || text[10] != ' ' ||
        text[19] != ' ') {
        return std::nullopt;
    }
    DateParts parts;
    parts.month = text.substr(4, 3);
    const bool one_digit = text[8] == ' ';
    parts.day =
        number(text.substr(one_digit ? 9 : 8, one_digit ? 1 : 2), one_digit ? 1 : 2).value_or(-1);
    parts.year = number(text.substr(20, 4), 4).value_or(-1);
    if (!read_clock(text.substr(11, 8), parts)) return std::nullopt;
    return to_time(parts);
}

}  // namespace

std::optional<std::string> find_header(const Headers& headers, std::string_view name) {
    for (const auto& [key, value] : headers) {
        if (std::equal(key.begin(), key.end(), name.begin(), name.end(), same_letter)) return value;
    }
    return std::nullopt;
}

std::optional<sys_seconds> parse_http_date(std::string_view text) {
    text = trim(text);
    const std::size_t comma = text.find(", ");
    if (comma == std::string_view::npos) return parse_asctime(text);
    if (auto time = parse_imf(text.substr(comma + 2))) return time;
    return parse_rfc850(text.substr(comma + 2));
}

std::optional<std::chrono::seconds> retry_after(
    const HttpResponse& response, sys_seconds now, std::chrono::seconds max
) {
    const auto header = response.header("Retry-After");
    if (!header) return std::nullopt;
    const std::string_view text = trim(*header);
    if (text.empty()) return std::nullopt;

    std::chrono::seconds wait{0};
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (std::all_of(text.begin(), text.end(), is_digit)) {
        std::int64_t seconds = 0;
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), seconds);
        // More digits than a number holds: as long as may be.
        wait = parsed.ec == std::errc() ? std::min(std::chrono::seconds(seconds), max) : max;
    } else if (const auto until = parse_http_date(text)) {
        const auto date = response.header("Date");
        const auto base = date ? parse_http_date(*date) : std::nullopt;
        wait = std::min(*until - base.value_or(now), max);
    }
    if (wait <= std::chrono::seconds::zero()) return std::nullopt;
    return wait;
}

}  // namespace spokeswatch
