#pragma once

#include <optional>
#include <string_view>

#include "base/time.hpp"
#include "model/statement.hpp"

namespace spokeswatch {

struct ParsedDate {
    Time time{};
    // From what is written: day (also for a month or year alone), min without seconds, us with a
    // fraction.
    Precision precision = Precision::s;
    bool zone_given = false;
};

// Dates as feeds and pages write them: RFC 822 and its many misspellings, ISO 8601 (week and
// ordinal dates, no colon in zone), RFC 3339, asctime, unix time (s, ms, us), localised forms (ru,
// uk, zh, ko, ja, de, fr, es, it, pt, nl, pl, el, hu). A wrong weekday is ignored.
// `default_zone_minutes` is used where no zone is given; CST is China's where it is China's.
// nullopt: no date, a part that cannot be (minute 61), or a year after 2200 or, unless the month is
// a word and the year has four digits, before 1970. Independent of the process' locale and zone.
std::optional<ParsedDate> parse_date(std::string_view text, int default_zone_minutes = 0);

}  // namespace spokeswatch
