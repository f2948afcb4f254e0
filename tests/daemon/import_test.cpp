#include "daemon/import.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "daemon/snapshot.hpp"
#include "tests/support/fixtures.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

// What a configuration of this YAML watches; fails the test when it is none.
std::vector<SourceConfig> loaded(const std::string& yaml) {
    const TempDir directory;
    std::ofstream(directory.path() / "spokeswatch.yml") << yaml;
    LoadOptions options;
    options.file = directory.path() / "spokeswatch.yml";
    options.kinds = kind_specs();
    Diagnostics diagnostics;
    const Config config = load_config(options, diagnostics);
    INFO(render(diagnostics, DiagnosticFormat::human));
    REQUIRE_FALSE(diagnostics.has_errors());
    return config.sources;
}

Import good(Result<Import> import) {
    REQUIRE(import);
    return std::move(*import);
}

}  // namespace

TEST_CASE("the feeds of an OPML file become sources, with their folders as a label") {
    const Import import = good(import_opml(R"xml(<?xml version="1.0"?><opml version="2.0"><body>
        <outline text="Ministries"><outline text="Europe">
          <outline type="rss" text="MFA: the 'news'" xmlUrl="https://mfa.example/rss?a=1&amp;b=2"/>
        </outline></outline>
        <outline title="MFA the news" xmlUrl="https://other.example/atom"/>
        <outline text="Telegram" xmlUrl="https://t.me/s/mfa_channel"/>
        <outline text="a folder"/>
        <outline text="bad" xmlUrl="javascript:alert(1)"/>
        </body></opml>)xml"));
    CHECK(import.found.size() == 3);
    REQUIRE(import.left_out.size() == 1);
    CHECK_THAT(import.left_out[0], Catch::Contains("no web address"));
    const auto sources = loaded(sources_yaml(import));
    REQUIRE(sources.size() == 3);
    CHECK(sources[0].name.value == "mfa_the_news");
    CHECK(sources[0].options.text("url") == "https://mfa.example/rss?a=1&b=2");
    CHECK(sources[0].labels.at("group") == "Ministries/Europe");
    CHECK(sources[1].name.value == "mfa_the_news_2");
    CHECK(sources[2].kind.value == "telegram_web");
}

TEST_CASE("what is exported as OPML comes back by an import, and only feeds are") {
    const auto config_of = [](std::vector<SourceConfig> sources) {
        Config config;
        config.sources = std::move(sources);
        return config;
    };
    const auto sources = loaded(
        "sources:\n"
        "  - {name: kremlin, kind: feed, url: 'https://k.example/feed?a=(1)&b=2'}\n"
        "  - {name: channel, kind: telegram_web, channel: channel}\n"
    );
    const auto again = loaded(sources_yaml(good(import_opml(export_opml(config_of(sources))))));
    REQUIRE(again.size() == 1);
    CHECK(again[0].name.value == "kremlin");
    CHECK(again[0].options.text("url") == sources[0].options.text("url"));
}

TEST_CASE("jobs of urlwatch: feeds are sources, pages are comments, the rest is left out") {
    const Import import = good(import_urlwatch(R"(# my jobs
name: "MFA feed"
url: https://mfa.example/rss.xml
---
name: A page
url: https://press.example/news
filter:
  - css: .news
---
command: ls
---
name: [broken
---
# only a comment
)"));
    CHECK(import.found.size() == 2);
    CHECK(import.left_out.size() == 2);
    const std::string yaml = sources_yaml(import);
    CHECK_THAT(yaml, Catch::Contains("#   A page: https://press.example/news\n"));
    const auto sources = loaded(yaml);
    REQUIRE(sources.size() == 1);
    CHECK(sources[0].name.value == "mfa_feed");
}

TEST_CASE("changedetection.io's store, the answer of its API, and its plain list are read") {
    const std::string watch =
        R"({"a1": {"url": "https://mfa.example/feed", "title": "MFA", "tag": "asia"},
            "b2": {"url": "https://press.example/", "title": null}})";
    for (const std::string& text : {R"({"watching": )" + watch + R"(, "settings": {}})", watch}) {
        const Import import = good(import_changedetection(text));
        REQUIRE(import.found.size() == 2);
        CHECK(import.found[0].group == "asia");
        CHECK_FALSE(import.found[0].page);
        CHECK(import.found[1].page);
        CHECK(loaded(sources_yaml(import)).size() == 1);
    }
    const Import plain =
        good(import_changedetection("https://mfa.example/feed asia, eu\n\nhttps://a.example/\n"));
    REQUIRE(plain.found.size() == 2);
    CHECK(plain.found[0].group == "asia, eu");
}

TEST_CASE("what is no such list is refused, and a list without end is cut") {
    CHECK_FALSE(import_opml("<rss version='2.0'/>"));
    CHECK_FALSE(import_opml(""));
    CHECK_FALSE(import_urlwatch(""));
    CHECK_FALSE(import_urlwatch("PK\x03\x04"));
    CHECK_FALSE(import_changedetection("{}"));
    CHECK_FALSE(import_changedetection("PK\x03\x04"));
    CHECK_FALSE(import_changedetection(std::string(100, '[')));
    std::string many;
    for (std::size_t i = 0; i < imported_max + 5; ++i) many += "https://a.example/feed\n";
    const Import import = good(import_changedetection(many));
    CHECK(import.found.size() == imported_max);
    CHECK(import.left_out.size() == 1);
}

TEST_CASE("nothing in a title or an address breaks out of its line") {
    const Import cleaned = good(import_changedetection(
        R"({"1": {"url": "https://a.example/feed'\n  evil: 1", "title": "x\n- y", "tag": "g'\n: h"}})"
    ));
    CHECK(loaded(sources_yaml(cleaned)).size() == 1);
}
