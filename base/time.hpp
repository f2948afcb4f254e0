#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace spokeswatch {

// Wall time: microseconds since 1970-01-01 UTC. Steady time is std::chrono::steady_clock.
using Time = std::chrono::sys_time<std::chrono::microseconds>;
using Duration = std::chrono::microseconds;

// RFC 3339 in UTC with `Z`; a fraction only where it is not zero ("2023-03-17T09:00:00Z"). A time
// outside of the years 0 to 9999 becomes the nearest inside, so that parse_time reads every answer.
std::string format_time(Time time);

// RFC 3339 (`T` or a space, `Z` or an offset, optional fraction). Nothing else; dates in the wild
// are `text/date.hpp`.
std::optional<Time> parse_time(std::string_view text);

// "90s" -> "1m30s"; zero -> "0s"; milliseconds are kept ("250ms").
std::string format_duration(Duration duration);

// Prometheus form: number and unit, joined: 500ms, 30s, 5m, 6h, 2d, 1w, 1h30m; also "0".
// Units must fall in size. nullopt for anything else, an overflow of 100 years included.
std::optional<Duration> parse_duration(std::string_view text);

}  // namespace spokeswatch
