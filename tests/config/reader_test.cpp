#include "config/reader.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;

TEST_CASE("a duration that people write is guessed") {
    CHECK(suggest_duration("5 minutes") == "5m");
    CHECK(suggest_duration("5min") == "5m");
    CHECK(suggest_duration("1 hour 30 min") == "1h30m");
    CHECK(suggest_duration("30") == "30s");
    CHECK(suggest_duration("1.5h") == "1h30m");
    CHECK(suggest_duration("0.5s") == "500ms");
    CHECK(suggest_duration("30m1h") == "1h30m");
    CHECK(suggest_duration("2 Days") == "2d");
    CHECK(suggest_duration("5M") == "5m");
    CHECK(suggest_duration("two hours") == "2h");
    CHECK(suggest_duration("5分钟") == "5m");
    CHECK(suggest_duration("soon").empty());
    CHECK(suggest_duration("").empty());
    CHECK(suggest_duration("5 parsecs").empty());
    CHECK(suggest_duration("99999999999 years").empty());
    CHECK(suggest_duration("-5m").empty());
    CHECK(suggest_duration("1...5h") != "x");
}

TEST_CASE("a whole number that people write is guessed") {
    CHECK(suggest_whole("two") == "2");
    CHECK(suggest_whole("0777") == "777");
    CHECK(suggest_whole("3 words") == "3");
    CHECK(suggest_whole("00") == "0");
    CHECK(suggest_whole("1.5").empty());
    CHECK(suggest_whole("many").empty());
}

TEST_CASE("time zones are those of tzdata and no way out of its folder") {
    CHECK(time_zone_exists("UTC"));
    CHECK_FALSE(time_zone_exists("Mars/Olympus"));
    CHECK_FALSE(time_zone_exists("../zoneinfo/UTC"));
    CHECK_FALSE(time_zone_exists("/usr/share/zoneinfo/UTC"));
    CHECK_FALSE(time_zone_exists("Europe"));
    CHECK_FALSE(time_zone_exists(""));
    CHECK_FALSE(time_zone_exists("tzdata.zi"));
}

TEST_CASE("names and labels are ASCII of a few signs") {
    CHECK(is_name("mfa-china.2_X"));
    CHECK_FALSE(is_name(""));
    CHECK_FALSE(is_name("a b"));
    CHECK_FALSE(is_name("外交部"));
    CHECK(is_name(std::string(64, 'a')));
    CHECK_FALSE(is_name(std::string(65, 'a')));
    CHECK(is_label_name("_org2"));
    CHECK_FALSE(is_label_name("2org"));
    CHECK_FALSE(is_label_name("a-b"));
}
