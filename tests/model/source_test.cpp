#include "model/source.hpp"

#include <catch2/catch.hpp>

#include "model/match.hpp"

using namespace spokeswatch;

TEST_CASE("a source speaks for its label org, else for its name") {
    SourceInfo source{"mfa_telegram", "telegram_web", {{"country", "CN"}}};
    CHECK(source.org() == "mfa_telegram");
    source.labels["org"] = "";
    CHECK(source.org() == "mfa_telegram");
    source.labels["org"] = "mfa";
    CHECK(source.org() == "mfa");
}

TEST_CASE("a cursor keeps the last 200 ids, newest last") {
    Cursor cursor;
    for (int id = 0; id < 250; ++id) cursor.remember(std::to_string(id));
    CHECK(cursor.seen.size() == 200);
    CHECK(cursor.seen.front() == "50");
    CHECK(cursor.seen.back() == "249");
    CHECK(cursor.knows("50"));
    CHECK_FALSE(cursor.knows("49"));
}

TEST_CASE("an id that is seen again is newest again and pushes none out") {
    Cursor cursor;
    cursor.remember("a");
    cursor.remember("b");
    cursor.remember("c");
    cursor.remember("a");
    CHECK(cursor.seen == std::vector<std::string>{"b", "c", "a"});
}

TEST_CASE("a cursor without a key answers with an empty text") {
    Cursor cursor;
    CHECK(cursor.get("etag").empty());
    cursor.state["etag"] = "\"1\"";
    CHECK(cursor.get("etag") == "\"1\"");
}

TEST_CASE("severities have an order and names") {
    CHECK(Severity::info < Severity::warning);
    CHECK(Severity::warning < Severity::critical);
    for (const char* name : {"info", "warning", "critical"})
        CHECK(to_string(parse_severity(name).value()) == name);
    CHECK_FALSE(parse_severity("fatal"));
}
