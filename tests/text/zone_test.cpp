#include "text/zone.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;
using namespace std::chrono_literals;

TEST_CASE("a time for people stands in its zone with UTC beside it") {
    const Time winter = *parse_time("2023-03-17T09:04:59Z");
    CHECK(time_in_zone(winter, "Europe/Berlin") == "17 Mar 2023 10:04 CET (09:04 UTC)");
    CHECK(time_in_zone(winter, "America/New_York") == "17 Mar 2023 05:04 EDT (09:04 UTC)");
    CHECK(time_in_zone(winter, "Asia/Singapore") == "17 Mar 2023 17:04 UTC+8 (09:04 UTC)");
    CHECK(time_in_zone(winter, "Asia/Kathmandu") == "17 Mar 2023 14:49 UTC+5:45 (09:04 UTC)");
    CHECK(time_in_zone(winter, "Europe/London") == "17 Mar 2023 09:04 GMT (09:04 UTC)");
    const Time summer = *parse_time("2023-07-01T22:30:00Z");
    CHECK(time_in_zone(summer, "Europe/Berlin") == "2 Jul 2023 00:30 CEST (1 Jul 2023 22:30 UTC)");
}

TEST_CASE("UTC and a zone that nobody knows show UTC alone") {
    const Time time = *parse_time("2023-03-17T09:04:00Z");
    CHECK(time_in_zone(time, "UTC") == "17 Mar 2023 09:04 UTC");
    CHECK(time_in_zone(time, "Etc/UTC") == "17 Mar 2023 09:04 UTC");
    CHECK(time_in_zone(time, "Mars/Olympus") == "17 Mar 2023 09:04 UTC");
}

TEST_CASE("zones are known by their IANA names") {
    CHECK(known_zone("Europe/Berlin"));
    CHECK(known_zone("UTC"));
    CHECK_FALSE(known_zone("Berlin"));
    CHECK_FALSE(known_zone(""));
    const Time time = *parse_time("2023-07-01T12:00:00Z");
    CHECK(zone_offset(time, "Europe/Berlin") == 120min);
    CHECK(zone_offset(time, "America/St_Johns") == -150min);
    CHECK(zone_offset(time, "nowhere") == 0min);
}
