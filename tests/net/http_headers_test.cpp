#include <catch2/catch.hpp>

#include "net/http_client.hpp"

using namespace spokeswatch;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::sys_seconds noon =
    std::chrono::sys_days(std::chrono::year(2023) / 3 / 17) + 12h;

std::optional<std::chrono::seconds> wait_for(
    const std::string& value, const std::string& date = ""
) {
    HttpResponse response;
    response.headers.emplace_back("retry-after", value);
    if (!date.empty()) response.headers.emplace_back("Date", date);
    return retry_after(response, noon, 24h);
}

}  // namespace

TEST_CASE("the three forms of an HTTP date are read") {
    const auto nine = std::chrono::sys_days(std::chrono::year(2023) / 3 / 17) + 9h + 30s;
    CHECK(parse_http_date("Fri, 17 Mar 2023 09:00:30 GMT") == nine);
    CHECK(parse_http_date("Friday, 17-Mar-23 09:00:30 GMT") == nine);
    CHECK(parse_http_date("Fri Mar 17 09:00:30 2023") == nine);
    CHECK(parse_http_date(" Fri Mar  7 09:00:30 2023 ") == nine - 10 * 24h);
    CHECK(
        parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT") ==
        std::chrono::sys_days(std::chrono::year(1994) / 11 / 6) + 8h + 49min + 37s
    );
    for (const char* wrong :
         {"",
          "tomorrow",
          "Fri, 17 Mar 2023 09:00:30",
          "Fri, 17 Mar 2023 09:00:30 CET",
          "Fri, 31 Feb 2023 09:00:30 GMT",
          "Fri, 17 Mrz 2023 09:00:30 GMT",
          "Fri, 17 Mar 2023 25:00:30 GMT",
          "Fri, 17 Mar 2023 09-00-30 GMT",
          "Fri, 17 Mar  -23 09:00:30 GMT"}) {
        INFO(wrong);
        CHECK_FALSE(parse_http_date(wrong));
    }
}

TEST_CASE("Retry-After is seconds or a date, bounded, and junk is nothing") {
    CHECK(wait_for("30") == 30s);
    CHECK(wait_for(" 30 ") == 30s);
    CHECK(wait_for("999999") == 24h);
    CHECK(wait_for("99999999999999999999999999") == 24h);
    CHECK(wait_for("Fri, 17 Mar 2023 12:01:00 GMT") == 60s);
    CHECK(wait_for("Fri, 17 Mar 2099 12:01:00 GMT") == 24h);
    // The server's own clock is the one that its date was made with.
    CHECK(wait_for("Fri, 17 Mar 2023 12:01:00 GMT", "Fri, 17 Mar 2023 12:00:50 GMT") == 10s);
    for (const char* junk :
         {"", "0", "-1", "1.5", "soon", "1h", "0x10", "Fri, 17 Mar 2023 11:00:00 GMT"})
        CHECK_FALSE(wait_for(junk));
    CHECK_FALSE(retry_after(HttpResponse(), noon, 1h));
}

TEST_CASE("a header is found by its name in any case, the first one wins") {
    const Headers headers{{"ETag", "1"}, {"etag", "2"}};
    CHECK(find_header(headers, "ETAG") == "1");
    CHECK_FALSE(find_header(headers, "ETa"));
}
