#include "text/zone.hpp"

#include <array>
#include <cstdio>
#include <memory>

#include <unicode/locid.h>
#include <unicode/timezone.h>
#include <unicode/unistr.h>

namespace spokeswatch {

namespace {

using namespace std::chrono;

std::unique_ptr<icu::TimeZone> find_zone(const std::string& name) {
    std::unique_ptr<icu::TimeZone> zone(
        icu::TimeZone::createTimeZone(icu::UnicodeString::fromUTF8(name))
    );
    if (zone && *zone == icu::TimeZone::getUnknown()) zone.reset();
    return zone;
}

struct Offset {
    minutes from_utc{};
    bool daylight = false;
};

Offset offset_at(const icu::TimeZone& zone, Time time) {
    const double utc_ms = static_cast<double>(floor<milliseconds>(time).time_since_epoch().count());
    std::int32_t raw_ms = 0;
    std::int32_t daylight_ms = 0;
    UErrorCode status = U_ZERO_ERROR;
    zone.getOffset(utc_ms, false, raw_ms, daylight_ms, status);
    if (U_FAILURE(status)) return {};
    return {floor<minutes>(milliseconds(raw_ms + daylight_ms)), daylight_ms != 0};
}

// ICU knows CET in British and PST in American English, and neither elsewhere.
std::string abbreviation(const icu::TimeZone& zone, const Offset& offset) {
    for (const char* country : {"GB", "US", "AU"}) {
        icu::UnicodeString name;
        zone.getDisplayName(
            offset.daylight, icu::TimeZone::SHORT, icu::Locale("en", country), name
        );
        std::string text;
        name.toUTF8String(text);
        if (text == "GMT" || !text.starts_with("GMT")) return text;
    }
    const auto total = offset.from_utc.count();
    const auto size = total < 0 ? -total : total;
    std::string text = total < 0 ? "UTC-" : "UTC+";
    text += std::to_string(size / 60);
    if (size % 60 != 0) {
        text += size % 60 < 10 ? ":0" : ":";
        text += std::to_string(size % 60);
    }
    return text;
}

std::string date_text(year_month_day date) {
    static constexpr std::array months{
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    return std::to_string(static_cast<unsigned>(date.day())) + ' ' +
           months[static_cast<unsigned>(date.month()) - 1] + ' ' +
           std::to_string(static_cast<int>(date.year()));
}

std::string clock_text(Time time) {
    const hh_mm_ss parts(floor<minutes>(time) - floor<days>(time));
    char text[16];
    std::snprintf(
        text,
        sizeof text,
        "%02d:%02d",
        static_cast<int>(parts.hours().count()),
        static_cast<int>(parts.minutes().count())
    );
    return text;
}

}  // namespace

bool known_zone(const std::string& name) { return find_zone(name) != nullptr; }

std::chrono::minutes zone_offset(Time time, const std::string& zone) {
    const auto found = find_zone(zone);
    return found ? offset_at(*found, time).from_utc : minutes(0);
}

std::string time_in_zone(Time time, const std::string& zone) {
    const year_month_day utc_date(floor<days>(time));
    const auto found = find_zone(zone);
    const Offset offset = found ? offset_at(*found, time) : Offset{};
    const bool is_utc = !found || (offset.from_utc == minutes(0) && !found->useDaylightTime());
    if (is_utc) return date_text(utc_date) + ' ' + clock_text(time) + " UTC";

    const Time local = time + offset.from_utc;
    const year_month_day local_date(floor<days>(local));
    std::string text =
        date_text(local_date) + ' ' + clock_text(local) + ' ' + abbreviation(*found, offset) + " (";
    if (local_date != utc_date) text += date_text(utc_date) + ' ';
    return text + clock_text(time) + " UTC)";
}

}  // namespace spokeswatch
