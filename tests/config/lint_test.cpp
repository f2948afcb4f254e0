#include <catch2/catch.hpp>

#include "tests/config/loaded.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

// Warnings about a rule with this `match`.
std::string linted(const std::string& code, const std::string& match) {
    const Loaded loaded("rules: [{name: r, examples: {match: x}, match: " + match + "}]\n");
    CHECK(loaded.errors().empty());
    return loaded.lines(code);
}

}  // namespace

TEST_CASE("a rule that forbids what it needs can never match") {
    const auto never = [](const std::string& match) { return linted("SW201", match) != ""; };
    CHECK(never("{all: [war, peace], none: [Peace]}"));
    CHECK(never("{all: [state visit], none: [visit]}"));
    CHECK(never("{any: [war, peace], none: [war, peace]}"));
    CHECK(never("{any: [war, peace], at_least: 2, none: [war]}"));
    CHECK(never("{all: [{all: [war]}, {any: [peace]}], none: [{any: [war]}]}"));
    CHECK_FALSE(never("{any: [war, peace], none: [war]}"));
    CHECK_FALSE(never("{all: [visit], none: [state visit]}"));
    CHECK_FALSE(never("{all: [award], none: [war]}"));
    CHECK_FALSE(never("{all: [exact: WAR], none: [war]}"));
    CHECK(never("{any: ['!!!']}"));
}

TEST_CASE("a rule of `none` alone is warned of") {
    CHECK(linted("SW208", "{none: [war]}") != "");
    CHECK(linted("SW208", "{none: [war], any: [visit]}").empty());
}

TEST_CASE("terms that find too much or nothing are warned of") {
    CHECK_THAT(linted("SW205", "{any: [EU]}"), Catch::Contains("`exact: EU`"));
    CHECK(linted("SW205", "{any: [exact: EU, 'G7', 'ЕС', 普京, war]}").empty());
    CHECK_THAT(
        linted("SW206", "{any: [\"state\u200b visit\"]}"),
        Catch::Contains(":61: warning[SW206]") && Catch::Contains("ZERO WIDTH SPACE (U+200B)")
    );
    CHECK_THAT(linted("SW206", "{any: [state\u00a0visit]}"), Catch::Contains("NO-BREAK SPACE"));
    CHECK_THAT(
        linted("SW210", "{any: [виза Pоссии]}"),
        Catch::Contains("Latin letter `P` (U+0050); did you mean Cyrillic `Р`?")
    );
    CHECK_THAT(linted("SW210", "{any: [exact: ΝATO]}"), Catch::Contains("GREEK CAPITAL LETTER NU"));
    CHECK(linted("SW210", "{any: [Газпром Nord Stream, 'Xi 习近平']}").empty());
}

TEST_CASE("what nobody uses is warned of") {
    const Loaded loaded(R"(
sources:
  - {name: a, kind: feed, url: 'https://example.org/', labels: {tier: official}}
  - {name: b, kind: feed, url: 'https://example.org/', labels: {tier: media}}
  - {name: c, kind: feed, url: 'https://example.org/', labels: {tier: media}}
concepts: [{name: used, terms: {en: [war]}}, {name: unused, terms: [war]}]
rules:
  - {name: r, from: ['tier=official', b, 'tier=~"x"'], not_from: [b, 'org=none'],
     match: {concept: used.en}, examples: {match: war}}
receivers: [{name: x}, {name: y}]
route: {receiver: x}
)");
    CHECK(
        loaded.lines("SW202") ==
        "spokeswatch.yml:4:12: warning[SW202]: no rule reads source `b`; "
        "its statements are stored and never alert\n"
        "spokeswatch.yml:6:53: warning[SW202]: no rule uses concept `unused`\n"
        "spokeswatch.yml:10:31: warning[SW202]: no route leads to receiver `y`\n"
    );
    CHECK_THAT(
        loaded.lines("SW214"), Catch::Contains("8:71: warning[SW214]: this is true of no source")
    );
}

TEST_CASE("a route behind one that takes everything is warned of") {
    const Loaded loaded(R"(
receivers: [{name: x}]
route:
  receiver: x
  routes:
    - {matchers: [a=b]}
    - {matchers: [a=b, c=d]}
    - {matchers: [a=c]}
    - {receiver: x}
    - {matchers: [e=f]}
)");
    const std::string told = loaded.lines("SW203");
    CHECK_THAT(told, Catch::Contains("spokeswatch.yml:7:7: warning[SW203]"));
    CHECK_THAT(told, Catch::Contains("spokeswatch.yml:10:7: warning[SW203]"));
    CHECK_THAT(told, !Catch::Contains("yml:8:") && !Catch::Contains("yml:9:7: warning"));
}

TEST_CASE("a rule without examples is warned of") {
    CHECK(Loaded("rules: [{name: r, match: war}]\n").lines("SW204") != "");
}

TEST_CASE("a listener that others reach without a token is warned of") {
    const auto listen = [](const std::string& address, const std::string& more = "") {
        return Loaded("web: {listen_address: '" + address + "'" + more + "}\n").lines("SW207");
    };
    CHECK(listen("0.0.0.0:8317") != "");
    CHECK(listen(":8317") != "");
    CHECK(listen("[::]:8317") != "");
    CHECK(listen("0.0.0.0:8317", ", auth_token: x").empty());
    CHECK(listen("127.0.0.1:0").empty());
    CHECK(listen("localhost:1").empty());
    CHECK(listen("[::1]:8317").empty());
}

TEST_CASE("a private address of a source is warned of") {
    const auto source = [](const std::string& url, const std::string& more = "") {
        return Loaded("sources: [{name: a, kind: feed, url: '" + url + "'" + more + "}]\n")
            .lines("SW212");
    };
    for (const char* url :
         {"http://127.0.0.1:8080/x",
          "http://localhost/",
          "https://10.1.2.3/",
          "http://[::1]/",
          "http://192.168.1.1/",
          "http://172.20.0.1/",
          "http://169.254.169.254/",
          "http://user@127.0.0.1/",
          "http://[fd00::1]:80/",
          "http://100.64.0.1/"}) {
        INFO(url);
        CHECK(source(url) != "");
    }
    CHECK(source("http://127.0.0.1/", ", allow_private: true").empty());
    CHECK(source("https://8.8.8.8/").empty());
    CHECK(source("https://172.32.0.1/").empty());
    CHECK(source("https://10.example.org/").empty());
}

TEST_CASE("a term that another one covers is warned of") {
    CHECK_THAT(
        linted("SW217", "{any: [visit, State Visit]}"),
        Catch::Contains("term `State Visit` adds nothing: `visit` finds all of it")
    );
    CHECK_THAT(linted("SW217", "{any: [visit, Visit]}"), Catch::Contains("stands here twice"));
    CHECK(linted("SW217", "{any: ['visit*', state visits]}") != "");
    CHECK(linted("SW217", "{any: [访问, 国事访问]}") != "");
    CHECK(linted("SW217", "{any: [visit, visits, visitor]}").empty());
    CHECK(linted("SW217", "{any: [visit, state visit], at_least: 2}").empty());
    CHECK(linted("SW217", "{all: [visit, state visit]}").empty());
    CHECK(linted("SW217", "{any: [exact: visit, state visit]}").empty());
    CHECK(linted("SW217", "{any: ['visit*', 'visit*']}") != "");
    const Loaded loaded(
        "concepts: [{name: a, terms: {en: [visit, state visit], zh: [访问], ru: [visit abroad]}}]\n"
    );
    CHECK_THAT(loaded.lines("SW217"), Catch::StartsWith("spokeswatch.yml:1:42: warning[SW217]"));
    CHECK_THAT(loaded.lines("SW217"), !Catch::Contains("abroad"));
}

TEST_CASE("a first receiver that sends nothing is warned of") {
    const auto told = [](const std::string& configs, const std::string& receiver) {
        return Loaded(
                   "receivers: [{name: desk" + configs +
                   "}, {name: nobody}]\n"
                   "route: {receiver: " +
                   receiver + ", routes: [{matchers: [a=b], receiver: nobody}]}\n"
        )
            .lines("SW218");
    };
    CHECK_THAT(told("", "desk"), Catch::Contains("yml:1:20: warning[SW218]"));
    CHECK(told(", file_configs: [{path: x}]", "desk").empty());
}
