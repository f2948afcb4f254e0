#include "daemon/probe.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "daemon/snapshot.hpp"
#include "tests/support/fake_http.hpp"
#include "tests/support/run.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

const std::string rss =
    "<rss version='2.0'><channel><title>t</title><item><guid>1</guid>"
    "<title>a</title></item></channel></rss>";

std::string shown(const std::optional<Probed>& probed) {
    if (!probed) return "nothing";
    std::string text = probed->kind;
    for (const auto& [option, value] : probed->options) text += " " + option + "=" + value;
    return text;
}

Result<Probed> ask(FakeHttp& http, const std::string& what) {
    boost::asio::io_context io;
    return run(io, probe(what, http));
}

}  // namespace

TEST_CASE("an address that says what it is is recognised without a request") {
    CHECK(shown(recognise("https://t.me/mothershipsg")) == "telegram_web channel=mothershipsg");
    CHECK(shown(recognise("t.me/s/mothershipsg/12?x=1")) == "telegram_web channel=mothershipsg");
    CHECK(shown(recognise("https://t.me/+AbCdEf")) == "nothing");
    CHECK(shown(recognise("https://t.me/joinchat/AbCdEf")) == "nothing");
    CHECK(shown(recognise("https://t.me/")) == "nothing");
    CHECK(shown(recognise("https://bsky.app/profile/un.org")) == "bluesky account=un.org");
    CHECK(shown(recognise("@un.org")) == "bluesky account=un.org");
    CHECK(
        shown(recognise("https://www.youtube.com/channel/UC123/videos")) ==
        "feed url=https://www.youtube.com/feeds/videos.xml?channel_id=UC123"
    );
    CHECK(shown(recognise("https://press.example.org/t.me/x")) == "nothing");
    CHECK(shown(recognise("@mfa@social.example")) == "nothing");
}

TEST_CASE("a feed is a feed at the address it came from in the end") {
    FakeHttp http;
    http.answer(200, rss);
    http.answers.back()->url = "https://press.example.org/feed.xml";
    CHECK(
        shown(*ask(http, "press.example.org/feed")) == "feed url=https://press.example.org/feed.xml"
    );
    CHECK(http.requests.at(0).url == "https://press.example.org/feed");
    CHECK(http.requests[0].operator_target);
}

TEST_CASE("the feed of a page is found, read, and titled as the page is") {
    FakeHttp http;
    http.answer(
        200,
        "<html><head><title>Press\n office</title><link rel='alternate' "
        "type='application/rss+xml' href='/rss'></head><body>x</body></html>",
        {{"Content-Type", "text/html"}}
    );
    http.answer(200, rss);
    const auto probed = ask(http, "https://press.example.org/news");
    REQUIRE(probed);
    CHECK(shown(*probed) == "feed url=https://press.example.org/rss");
    CHECK(probed->title == "Press office");
}

TEST_CASE("a page may announce a feed elsewhere, but not send the operator's request inside") {
    const auto page = [](const std::string& feed) {
        return "<link rel=alternate type='application/rss+xml' href='" + feed + "'>";
    };
    FakeHttp http;
    http.answer(200, page("https://press.example.org/rss"));
    http.answer(200, rss);
    REQUIRE(ask(http, "https://press.example.org/"));
    CHECK(http.requests.at(1).operator_target);
    http.answer(200, page("http://10.0.0.1/rss"));
    http.answer(200, rss);
    REQUIRE(ask(http, "https://press.example.org/"));
    CHECK_FALSE(http.requests.at(3).operator_target);
    CHECK_FALSE(http.requests.at(3).allow_private);
}

TEST_CASE("a page without a feed, and one whose feed is none, are said to be that") {
    FakeHttp http;
    http.answer(200, "<html><head><title>Press</title></head></html>");
    auto probed = ask(http, "https://press.example.org/?token=secret");
    REQUIRE_FALSE(probed);
    CHECK(probed.error().kind == ErrorKind::rejected);
    CHECK_THAT(
        probed.error().message,
        Catch::Contains("announces no feed: `Press`") && !Catch::Contains("secret")
    );
    http.answer(200, "<link rel=alternate type='application/atom+xml' href='/a'>");
    http.answer(404, "");
    probed = ask(http, "https://press.example.org/");
    REQUIRE_FALSE(probed);
    CHECK_THAT(probed.error().message, Catch::Contains("that is none"));
    http.answer(500, "");
    CHECK_THAT(
        ask(http, "https://press.example.org/").error().message, Catch::Contains("status 500")
    );
    CHECK(ask(http, "https://press.example.org/").error().kind == ErrorKind::network);
}

TEST_CASE("WebFinger tells an account of the fediverse and the server where it is at home") {
    const std::string finger = R"({"subject":"acct:mfa@example.gov","links":[
        {"rel":"http://webfinger.net/rel/profile-page","href":"https://social.example.gov/@mfa"},
        {"rel":"self","type":"application/activity+json","href":"https://social.example.gov/users/mfa"}]})";
    FakeHttp http;
    http.answer(200, finger);
    CHECK(
        shown(*ask(http, "@mfa@example.gov")) ==
        "mastodon server=social.example.gov account=mfa@example.gov"
    );
    CHECK(
        http.requests.at(0).url ==
        "https://example.gov/.well-known/webfinger?resource=acct:mfa@example.gov"
    );
    http.answer(200, finger);
    CHECK(
        shown(*ask(http, "https://social.example.gov/@mfa")) ==
        "mastodon server=social.example.gov account=mfa"
    );
    http.answer(404, "");
    CHECK_THAT(ask(http, "@mfa@example.gov").error().message, Catch::Contains("knows no account"));
    // Not every page of that form is an account: it is looked at like any other.
    http.answer(404, "");
    http.answer(200, rss);
    CHECK(shown(*ask(http, "https://example.gov/@mfa")) == "feed url=https://example.gov/@mfa");
    // A name that would end the query asks nobody anything.
    CHECK_FALSE(ask(http, "@m&fa@example.gov"));
}

TEST_CASE("the YAML of what was found is a configuration, whatever its title and address hold") {
    Probed probed;
    probed.kind = "feed";
    probed.options.emplace_back("url", "https://www.press.example.org/it's?a=b: #c");
    probed.title = "It's: a 'title' # here";
    const std::string yaml = source_yaml(probed);
    CHECK_THAT(yaml, Catch::Contains("name: press_example_org\n"));
    CHECK_THAT(yaml, Catch::Contains("url: 'https://www.press.example.org/it''s?a=b: #c'\n"));
    CHECK_FALSE(yaml.find("allow_private") != std::string::npos);
    probed.options[0].second = "http://127.0.0.1:8000/feed";
    CHECK_THAT(source_yaml(probed), Catch::Contains("allow_private: true"));
    CHECK(source_name("外交部") == "source");
    CHECK(source_name("--MFA China (en)--") == "mfa_china_en");
    CHECK(source_name(std::string(100, 'x')).size() == 64);
}
