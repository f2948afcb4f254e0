#pragma once

#include <chrono>
#include <string>

#include "base/time.hpp"

namespace spokeswatch {

// Whether `name` is an IANA time zone ("Europe/Berlin", "UTC") that this machine knows.
bool known_zone(const std::string& name);

// Local time minus UTC at that moment, whole minutes; zero for an unknown zone.
std::chrono::minutes zone_offset(Time time, const std::string& zone);

// For people, to the minute: "17 Mar 2023 10:04 CET (09:04 UTC)". The UTC part has its own date
// where the day differs and is alone when the zone is UTC or unknown. A zone without a common
// English abbreviation shows its offset ("UTC+8").
std::string time_in_zone(Time time, const std::string& zone);

}  // namespace spokeswatch
