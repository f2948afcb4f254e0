#include "text/date_format.hpp"

#include <chrono>
#include <ctime>

#include "text/zone.hpp"

namespace spokeswatch {

namespace {

using namespace std::chrono;

constexpr std::string_view conversions = "YymBbhdejHIMSpzaAFTRDnt%";
constexpr std::string_view blanks = " \t\r\n";

// Whether the format has one of these conversions.
bool has(std::string_view format, std::string_view letters) {
    for (std::size_t at = 0; at + 1 < format.size(); ++at) {
        if (format[at] != '%') continue;
        if (letters.find(format[++at]) != std::string_view::npos) return true;
    }
    return false;
}

Precision precision_of(std::string_view format) {
    if (has(format, "ST")) return Precision::s;
    return has(format, "HIMR") ? Precision::min : Precision::day;
}

// From local time to UTC.
void leave_zone(ParsedDate& date, const std::string& zone) {
    if (!zone.empty()) {
        date.time -= zone_offset(date.time - zone_offset(date.time, zone), zone);
    } else if (date.precision == Precision::us || date.precision == Precision::s) {
        date.precision = Precision::min;
    }
}

}  // namespace

std::optional<ParsedDate> parse_date_in_zone(std::string_view text, const std::string& zone) {
    auto date = parse_date(text, 0);
    if (date && !date->zone_given) leave_zone(*date, zone);
    return date;
}

std::optional<ParsedDate> parse_date_format(
    std::string_view text, const std::string& format, const std::string& zone
) {
    if (unknown_conversion(format)) return std::nullopt;
    const std::string written(text);
    std::tm parts{};
    parts.tm_mday = 1;
    const char* end = strptime(written.c_str(), format.c_str(), &parts);
    if (end == nullptr) return std::nullopt;
    const auto rest = static_cast<std::size_t>(end - written.c_str());
    if (written.find_first_not_of(blanks, rest) != std::string::npos) return std::nullopt;
    const year_month_day day(
        year(parts.tm_year + 1900),
        month(static_cast<unsigned>(parts.tm_mon) + 1),
        std::chrono::day(static_cast<unsigned>(parts.tm_mday))
    );
    if (!day.ok() || day.year() < year(1970) || day.year() > year(2200)) return std::nullopt;
    ParsedDate date;
    date.time =
        sys_days(day) + hours(parts.tm_hour) + minutes(parts.tm_min) + seconds(parts.tm_sec);
    date.precision = precision_of(format);
    date.zone_given = has(format, "z");
    if (date.zone_given) {
        date.time -= seconds(parts.tm_gmtoff);
    } else {
        leave_zone(date, zone);
    }
    return date;
}

std::optional<std::size_t> unknown_conversion(std::string_view format) {
    for (std::size_t at = 0; at < format.size(); ++at) {
        if (format[at] != '%') continue;
        if (at + 1 == format.size()) return at;
        if (conversions.find(format[at + 1]) == std::string_view::npos) return at;
        ++at;
    }
    return std::nullopt;
}

}  // namespace spokeswatch
