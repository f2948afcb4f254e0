#include "text/date.hpp"

#include <fstream>
#include <iostream>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "tests/support/fixtures.hpp"

using namespace spokeswatch;

namespace {

std::string utc(std::string_view text, int default_zone_minutes = 0) {
    const auto date = parse_date(text, default_zone_minutes);
    return date ? format_time(date->time) : "none";
}

}  // namespace

TEST_CASE("dates of mail are read with all their misspellings") {
    CHECK(utc("Fri, 17 Mar 2023 09:00:00 GMT") == "2023-03-17T09:00:00Z");
    CHECK(utc("Fri, 17 Mar 2023 12:00:00 +0300") == "2023-03-17T09:00:00Z");
    CHECK(utc("17 Mar 2023 09:00 UT") == "2023-03-17T09:00:00Z");
    CHECK(utc("Mon, 17 Mar 2023 09:00:00 Z") == "2023-03-17T09:00:00Z");  // wrong weekday
    CHECK(utc("Fri, 17 Mar 23 09:00:00 GMT") == "2023-03-17T09:00:00Z");
    CHECK(utc("Sat, 01 Jan 94 00:00:00 GMT") == "1994-01-01T00:00:00Z");
    CHECK(utc("Fri,17-Mar-2023 09:00:00 GMT") == "2023-03-17T09:00:00Z");
    CHECK(utc("Fri, 17 March 2023 12:00:00 +3:00") == "2023-03-17T09:00:00Z");
    CHECK(utc("Fri, 17 Mar 2023 12:00:00 GMT+3") == "2023-03-17T09:00:00Z");
    CHECK(utc("Fri, 17 Mar 2023 12:00:00 UTC+03:00") == "2023-03-17T09:00:00Z");
    CHECK(utc("  Fri , 17   Mar\t2023  09:00:00\r\n +0000 ") == "2023-03-17T09:00:00Z");
    CHECK(utc("03 Apr 02 1500 GMT") == "2002-04-03T15:00:00Z");
    CHECK(utc("Fri, 17 Mar 2023 24:00:00 GMT") == "2023-03-18T00:00:00Z");
    CHECK(utc("Sat, 31 Dec 2016 23:59:60 GMT") == "2017-01-01T00:00:00Z");
    CHECK(utc("Fri (oh), 17(th) Mar(ch) 2023 09:00 +0000 (GMT r0x0rz)") == "2023-03-17T09:00:00Z");
    CHECK(utc("Fri, 17 (a (nested) \\) one) Mar 2023 09:00 GMT") == "2023-03-17T09:00:00Z");
}

TEST_CASE("zones by name are read") {
    const auto at = [](const std::string& zone) { return utc("17 Mar 2023 12:00:00 " + zone); };
    CHECK(at("EST") == "2023-03-17T17:00:00Z");
    CHECK(at("EDT") == "2023-03-17T16:00:00Z");
    CHECK(at("CST") == "2023-03-17T18:00:00Z");
    CHECK(at("CDT") == "2023-03-17T17:00:00Z");
    CHECK(at("MST") == "2023-03-17T19:00:00Z");
    CHECK(at("PST") == "2023-03-17T20:00:00Z");
    CHECK(at("PDT") == "2023-03-17T19:00:00Z");
    CHECK(at("MSK") == "2023-03-17T09:00:00Z");
    CHECK(at("мск") == "2023-03-17T09:00:00Z");
    CHECK(at("CET") == "2023-03-17T11:00:00Z");
    CHECK(at("CEST") == "2023-03-17T10:00:00Z");
    CHECK(at("BST") == "2023-03-17T11:00:00Z");
    CHECK(at("JST") == "2023-03-17T03:00:00Z");
    CHECK(at("KST") == "2023-03-17T03:00:00Z");
    CHECK(utc("17 Mar 2023 12:00:00 CST", 480) == "2023-03-17T04:00:00Z");
    CHECK(at("XYZ") == "2023-03-17T12:00:00Z");
    CHECK_FALSE(parse_date("17 Mar 2023 12:00:00 XYZ")->zone_given);
}

TEST_CASE("the default zone counts only where none is written") {
    CHECK(utc("2023-03-17 12:00", 180) == "2023-03-17T09:00:00Z");
    CHECK(utc("2023-03-17", 480) == "2023-03-16T16:00:00Z");
    CHECK(utc("2023-03-17T12:00:00Z", 180) == "2023-03-17T12:00:00Z");
    CHECK(parse_date("2023-03-17T12:00:00Z")->zone_given);
    CHECK_FALSE(parse_date("2023-03-17T12:00:00")->zone_given);
}

TEST_CASE("ISO 8601 in its forms") {
    CHECK(utc("2023-03-17T09:00:00Z") == "2023-03-17T09:00:00Z");
    CHECK(utc("2023-03-17t09:00:00.250z") == "2023-03-17T09:00:00.25Z");
    CHECK(utc("2023-03-17T12:00:00+0300") == "2023-03-17T09:00:00Z");
    CHECK(utc("2023-03-17 12:00:00 +03:00") == "2023-03-17T09:00:00Z");
    CHECK(utc("2023-03-17 T 12:00:00+03") == "2023-03-17T09:00:00Z");
    CHECK(utc("20230317T090000Z") == "2023-03-17T09:00:00Z");
    CHECK(utc("2023-03-17T090000,5Z") == "2023-03-17T09:00:00.5Z");
    CHECK(utc("2023-03-17T09Z") == "2023-03-17T09:00:00Z");
    CHECK(utc("20230317090000") == "2023-03-17T09:00:00Z");
    CHECK(utc("2023-W11-5T09:00:00Z") == "2023-03-17T09:00:00Z");
    CHECK(utc("2023W115") == "2023-03-17T00:00:00Z");
    CHECK(utc("2020-W53") == "2020-12-28T00:00:00Z");
    CHECK(utc("2023-076") == "2023-03-17T00:00:00Z");
    CHECK(utc("2023076") == "2023-03-17T00:00:00Z");
    CHECK(utc("2023-03") == "2023-03-01T00:00:00Z");
    CHECK(utc("2023") == "2023-01-01T00:00:00Z");
    CHECK(utc("2023/03/17 09:00") == "2023-03-17T09:00:00Z");
    CHECK(utc("2023.03.17") == "2023-03-17T00:00:00Z");
    CHECK(utc("２０２３－０３－１７　０９：００") == "2023-03-17T09:00:00Z");
}

TEST_CASE("unix time in seconds, milliseconds and microseconds") {
    CHECK(utc("1679043600") == "2023-03-17T09:00:00Z");
    CHECK(utc("1679043600250") == "2023-03-17T09:00:00.25Z");
    CHECK(utc("1679043600250000") == "2023-03-17T09:00:00.25Z");
    CHECK(utc("1679043600.25") == "2023-03-17T09:00:00.25Z");
    CHECK(utc("9999999999999999") == "none");
    CHECK(utc("12345678901234567890123") == "none");
}

TEST_CASE("asctime and the form of Weibo and X") {
    CHECK(utc("Fri Mar 17 09:00:00 2023") == "2023-03-17T09:00:00Z");
    CHECK(utc("Fri Mar 17 17:00:00 +0800 2023") == "2023-03-17T09:00:00Z");
    CHECK(utc("Fri Mar 17 09:00:00 UTC 2023") == "2023-03-17T09:00:00Z");
}

TEST_CASE("dates as pages write them in many languages") {
    for (const char* text : {
             "March 17, 2023, 15:00",
             "Mar. 17th, 2023 3:00 pm",
             "Friday, 17 March 2023 at 3:00 p.m.",
             "17 марта 2023 года, 15:00",
             "17 марта 2023 г. 15:00",
             "пятница, 17 мар 2023, 15:00",
             "17 березня 2023 року, 15:00",
             "2023年03月17日 15:00",
             "2023年3月17日15时00分",
             "2023年3月17日 星期五 下午3:00",
             "2023年3月17日（金）午後3時00分",
             "令和5年3月17日 15時00分",
             "2023년 3월 17일 금요일 오후 3:00",
             "2023. 3. 17. 15:00",
             "Freitag, 17. März 2023, 15:00 Uhr",
             "17.03.2023, 15.00 Uhr",
             "17.3.2023 um 15 Uhr",
             "vendredi 17 mars 2023 à 15h00",
             "17 de marzo de 2023 - 15:00",
             "17/03/2023 15h",
             "Sex, 17 Mar 2023 15:00:00 +0000",
             "mar. 17 marzo 2023, 15:00",
             "vrijdag 17 maart 2023 15:00",
             "17 marca 2023, 15:00",
             "Παρ, 17 Μαρτίου 2023 3:00 μ.μ.",
             "2023. március 17., 15:00",
             "2023-március-17T15:00",
             "Published: 17 March 2023 | 15:00",
         }) {
        INFO(text);
        CHECK(utc(text) == "2023-03-17T15:00:00Z");
    }
    CHECK(utc("mardi 17 janvier 2023") == "2023-01-17T00:00:00Z");
    CHECK(utc("martes 17/01/2023") == "2023-01-17T00:00:00Z");
    CHECK(utc("30 août 2023") == "2023-08-30T00:00:00Z");
    CHECK(utc("1er juillet 2023") == "2023-07-01T00:00:00Z");
    CHECK(utc("am 17. März 2023 um 12:30 Uhr") == "2023-03-17T12:30:00Z");
    CHECK(utc("17 мая 2023") == "2023-05-17T00:00:00Z");
    CHECK(utc("二〇二三年三月十七日") == "2023-03-17T00:00:00Z");
    CHECK(utc("二〇二三年十二月三十一日") == "2023-12-31T00:00:00Z");
    CHECK(utc("Seg, 18 Set 2017 10:00:00 -0300") == "2017-09-18T13:00:00Z");
    CHECK(utc("3/17/2023") == "2023-03-17T00:00:00Z");
    CHECK(utc("12:15 AM, March 17, 2023") == "2023-03-17T00:15:00Z");
    CHECK(utc("March 17, 2023 3 PM ET") == "2023-03-17T20:00:00Z");
}

TEST_CASE("the precision is what is written") {
    CHECK(parse_date("2023-03-17T09:00:00.5Z")->precision == Precision::us);
    CHECK(parse_date("2023-03-17T09:00:00Z")->precision == Precision::s);
    CHECK(parse_date("2023-03-17T09:00Z")->precision == Precision::min);
    CHECK(parse_date("17 March 2023")->precision == Precision::day);
    CHECK(parse_date("2023")->precision == Precision::day);
    CHECK(parse_date("1679043600")->precision == Precision::s);
}

TEST_CASE("what is no date is none") {
    for (const char* text : {
             "",
             " ",
             "yesterday",
             "insert date here",
             "17 March",
             "15:00",
             "2023-13-01",
             "2023-02-29",
             "2023-00-10",
             "2023-03-00",
             "31 April 2023",
             "2023-03-17T25:00:00Z",
             "2023-03-17T10:61:00Z",
             "2023-03-17T10:00:61Z",
             "2023-03-17T10:00:00+99:99",
             "2023-03-17T10:00:00+zz:00",
             "Sun, 16 Dec 2012 1:2:3:4 GMT",
             "0001-01-01T00:00:00Z",
             "1969-12-31T00:00:00Z",
             "2201-01-01",
             "http://example.org/2023",
             "2013-01-27-01",
             "2013-xx-27",
             "5 minutes ago",
             "((((((((",
             "٢٠٢٣",
         }) {
        INFO(text);
        CHECK(utc(text) == "none");
    }
    CHECK(utc(std::string(100'000, '1')) == "none");
    CHECK(utc(std::string(200, ':')) == "none");
}

TEST_CASE("no cut of a date and no byte in it does harm") {
    for (const std::string text :
         {"Fri, 17 Mar 2023 12:00:00.5 GMT+03:00 (x\\)",
          "2023-W11-5T09:00:00,25+03:00",
          "令和5年3月17日（金）午後3時00分",
          "2023년 3월 17일 금요일 오후 3:00"}) {
        for (std::size_t at = 0; at <= text.size(); ++at) {
            (void)parse_date(text.substr(0, at));
            (void)parse_date(text.substr(at));
            for (const char byte : {'\0', '-', ':', '9', '\xFF', '\xE5', '('}) {
                std::string changed = text;
                changed.insert(at, 1, byte);
                const auto date = parse_date(changed);
                if (date)
                    CHECK(
                        date->time < Time(std::chrono::sys_days(std::chrono::year(2202) / 1 / 1))
                    );
            }
        }
    }
}

TEST_CASE("the table of dates of other projects is read") {
    const auto folder = testing::shared_fixtures("feeds");
    if (!folder) return;
    std::ifstream lines(*folder / "DATES.jsonl");
    std::size_t others = 0, others_good = 0;
    for (std::string line; std::getline(lines, line);) {
        const auto row = boost::json::parse(line).as_object();
        const std::string input(row.at("input").as_string());
        const std::string wanted =
            row.at("expect_utc").is_null() ? "none" : std::string(row.at("expect_utc").as_string());
        std::string got = utc(input);
        // The table has whole seconds.
        if (const auto dot = got.find('.'); dot != std::string::npos)
            got = got.substr(0, dot) + "Z";
        INFO(input);
        if (row.at("core").as_bool()) {
            CHECK(got == wanted);
        } else {
            ++others;
            others_good += got == wanted ? 1 : 0;
        }
    }
    CHECK(others_good == others);
}
