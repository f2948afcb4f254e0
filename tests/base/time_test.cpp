#include "base/time.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;
using namespace std::chrono_literals;

namespace {

Time at(std::chrono::sys_days day, Duration clock) { return Time(day) + clock; }

const Time morning = at(std::chrono::sys_days(std::chrono::year(2023) / 3 / 17), 9h);

}  // namespace

TEST_CASE("a time is written in UTC with a fraction only where there is one") {
    CHECK(format_time(morning) == "2023-03-17T09:00:00Z");
    CHECK(format_time(morning + 500ms) == "2023-03-17T09:00:00.5Z");
    CHECK(format_time(morning + 1us) == "2023-03-17T09:00:00.000001Z");
    CHECK(format_time(Time{} - 1us) == "1969-12-31T23:59:59.999999Z");
    CHECK(format_time(Time::max()) == "9999-12-31T23:59:59.999999Z");
    CHECK(format_time(Time::min()) == "0000-01-01T00:00:00Z");
    CHECK(parse_time(format_time(Time::min())));
}

TEST_CASE("a written time reads back as itself") {
    for (const Duration fraction : {0us, 1us, 120'000us, 999'999us})
        CHECK(parse_time(format_time(morning + fraction)) == morning + fraction);
}

TEST_CASE("RFC 3339 is read with every separator, offset and fraction it allows") {
    CHECK(parse_time("2023-03-17T09:00:00Z") == morning);
    CHECK(parse_time("2023-03-17t09:00:00z") == morning);
    CHECK(parse_time("2023-03-17 09:00:00Z") == morning);
    CHECK(parse_time("2023-03-17T17:00:00+08:00") == morning);
    CHECK(parse_time("2023-03-17T03:30:00-05:30") == morning);
    CHECK(parse_time("2023-03-17T09:00:00.1234567890123Z") == morning + 123'456us);
    CHECK(parse_time("2016-12-31T23:59:60Z") == parse_time("2017-01-01T00:00:00Z"));
}

TEST_CASE("a text that is not RFC 3339 is no time") {
    for (const char* text :
         {"",
          "2023-03-17",
          "2023-03-17T09:00Z",
          "2023-03-17T09:00:00",
          "2023-03-17T09:00:00+0800",
          "2023-03-17T09:00:00+24:00",
          "2023-03-17T09:00:00.Z",
          "2023-03-17T09:00:00Z ",
          "2023-02-29T09:00:00Z",
          "2023-13-01T09:00:00Z",
          "2023-03-17T24:00:00Z",
          "2023-03-17T09:60:00Z",
          "2023-03-17T09:00:61Z",
          "23-03-17T09:00:00Z",
          "2023-3-17T09:00:00Z",
          "Fri, 17 Mar 2023 09:00:00 GMT"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_time(text));
    }
}

TEST_CASE("a duration is written in its largest units") {
    CHECK(format_duration(0s) == "0s");
    CHECK(format_duration(90s) == "1m30s");
    CHECK(format_duration(250ms) == "250ms");
    CHECK(format_duration(36h) == "1d12h");
    CHECK(format_duration(-90s) == "-1m30s");
}

TEST_CASE("a duration is read in the form that Prometheus uses") {
    CHECK(parse_duration("0") == 0s);
    CHECK(parse_duration("0s") == 0s);
    CHECK(parse_duration("500ms") == 500ms);
    CHECK(parse_duration("30s") == 30s);
    CHECK(parse_duration("5m") == 5min);
    CHECK(parse_duration("1h30m") == 90min);
    CHECK(parse_duration("2d") == 48h);
    CHECK(parse_duration("1w") == 168h);
    CHECK(parse_duration("1y") == 8'760h);
}

TEST_CASE("a duration without unit, with units out of order or beyond a century is refused") {
    for (const char* text :
         {"",
          "5",
          "00",
          "s",
          "-5s",
          "+5s",
          "1.5h",
          "5 m",
          "5M",
          "5min",
          "30m1h",
          "1h1h",
          "1s500",
          "101y",
          "99999999999999999999s",
          "100y1d"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_duration(text));
    }
}
