#include "text/date_format.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;

namespace {

std::string shown(const std::optional<ParsedDate>& date) {
    if (!date) return "none";
    return format_time(date->time) + ' ' + std::string(to_string(date->precision));
}

}  // namespace

TEST_CASE("a date without zone is local time of the stated zone") {
    CHECK(
        shown(parse_date_in_zone("2023-03-17 15:00:03", "Asia/Shanghai")) ==
        "2023-03-17T07:00:03Z s"
    );
    CHECK(shown(parse_date_in_zone("2023-03-17 15:00:03", "")) == "2023-03-17T15:00:03Z min");
    CHECK(
        shown(parse_date_in_zone("2023-03-17T15:00:03+01:00", "Asia/Shanghai")) ==
        "2023-03-17T14:00:03Z s"
    );
    CHECK(shown(parse_date_in_zone("soon", "Asia/Shanghai")) == "none");
}

TEST_CASE("a date is read by its format") {
    CHECK(
        shown(parse_date_format("16/03/2023", "%d/%m/%Y", "Europe/Paris")) ==
        "2023-03-15T23:00:00Z day"
    );
    CHECK(shown(parse_date_format(" 20230317 ", "%Y%m%d", "")) == "2023-03-17T00:00:00Z day");
    CHECK(
        shown(parse_date_format("17 Mar 2023, 10:04", "%d %b %Y, %H:%M", "")) ==
        "2023-03-17T10:04:00Z min"
    );
    CHECK(
        shown(parse_date_format("2023-03-17 10:04:05 +0300", "%F %T %z", "Asia/Tokyo")) ==
        "2023-03-17T07:04:05Z s"
    );
    CHECK(
        shown(parse_date_format("10:04:05 17.3.23", "%H:%M:%S %d.%m.%y", "UTC")) ==
        "2023-03-17T10:04:05Z s"
    );
    // In July local time of Berlin is two hours ahead.
    CHECK(
        shown(parse_date_format("01.07.2023 12:00", "%d.%m.%Y %H:%M", "Europe/Berlin")) ==
        "2023-07-01T10:00:00Z min"
    );
}

TEST_CASE("what does not fit a format is no date") {
    CHECK_FALSE(parse_date_format("2023-02-30", "%Y-%m-%d", ""));
    CHECK_FALSE(parse_date_format("2023-03-17 and more", "%Y-%m-%d", ""));
    CHECK_FALSE(parse_date_format("17 mars 2023", "%d/%m/%Y", ""));
    CHECK_FALSE(parse_date_format("", "%Y", ""));
    CHECK_FALSE(parse_date_format("1066-10-14", "%Y-%m-%d", ""));
    CHECK_FALSE(parse_date_format("2023", "%Y%Q", ""));
}

TEST_CASE("a conversion that is not known is pointed at") {
    CHECK(unknown_conversion("%Y-%m-%d %H:%M:%S%z %%") == std::nullopt);
    CHECK(unknown_conversion("%Y %f") == 3);
    CHECK(unknown_conversion("%Y %") == 3);
    CHECK(unknown_conversion("%Es") == 0);
}
