// The feed connector through `poll`.

#include <string>

#include <catch2/catch.hpp>

#include "tests/connectors/support.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

const std::string address = "https://mfa.example/feed.xml";

std::string document(const std::string& items) {
    return "<rss version=\"2.0\"><channel><title>t</title>" + items + "</channel></rss>";
}

std::string item(const std::string& id, const std::string& title, int minute) {
    std::string two = (minute < 10 ? "0" : "") + std::to_string(minute);
    return "<item><guid isPermaLink=\"false\">" + id + "</guid><link>https://mfa.example/n/" +
           title + "</link><title>" + title + "</title><pubDate>Fri, 17 Mar 2023 09:" + two +
           ":00 GMT</pubDate></item>";
}

std::vector<std::string> ids(const Batch& batch) {
    std::vector<std::string> out;
    for (const Statement& s : batch.statements) out.push_back(s.native_id);
    return out;
}

using Texts = std::vector<std::string>;

struct Feed : Scripted {
    Feed() : Feed(source_of("feed", "url", address)) {}
    explicit Feed(const SourceConfig& source) : Scripted(source, make_feed) {}

    Batch good(Cursor since = {}) {
        auto batch = poll(std::move(since));
        if (!batch) FAIL(batch.error().message);
        return std::move(*batch);
    }
    Error bad(Cursor since = {}) {
        auto batch = poll(std::move(since));
        REQUIRE_FALSE(batch);
        return batch.error();
    }
    void answer_redirected(std::string body, std::vector<Redirect> redirects) {
        HttpResponse response;
        response.status = 200;
        response.body = std::move(body);
        response.url = redirects.back().url;
        response.redirects = std::move(redirects);
        http.answers.emplace_back(std::move(response));
    }
    std::optional<std::string> asked(std::string_view header) {
        return find_header(http.requests.back().headers, header);
    }
};

}  // namespace

TEST_CASE("three polls: the whole document, one new item, one edit") {
    Feed feed;
    feed.http.answer(200, document(item("2", "two", 2) + item("1", "one", 1)));
    Batch first = feed.good();
    CHECK(ids(first) == Texts{"1", "2"});
    CHECK(first.account_key == address);
    CHECK(first.next.seen == Texts{"1", "2"});

    feed.http.answer(
        200, document(item("3", "three", 3) + item("2", "two", 2) + item("1", "one", 1))
    );
    Batch second = feed.good(first.next);
    CHECK(ids(second) == Texts{"1", "2", "3"});

    feed.http.answer(200, document(item("3", "changed", 3) + item("2", "two", 2)));
    Batch third = feed.good(second.next);
    CHECK(ids(third) == Texts{"2", "3"});
    CHECK(third.statements[1].title == "changed");
}

TEST_CASE("a document in which nothing is known any more leaves a gap") {
    Feed feed;
    feed.http.answer(200, document(item("2", "two", 2) + item("1", "one", 1)));
    Batch batch = feed.good();
    CHECK_FALSE(batch.gap);
    feed.http.answer(200, document(item("3", "three", 3) + item("2", "two", 2)));
    batch = feed.good(batch.next);
    CHECK_FALSE(batch.gap);
    feed.http.answer(200, document(item("9", "nine", 9) + item("8", "eight", 8)));
    batch = feed.good(batch.next);
    REQUIRE(batch.gap);
    CHECK(batch.gap->from_id == "3");
    CHECK(batch.gap->to_id == "8");
    feed.http.answer(200, document(""));
    batch = feed.good(batch.next);
    CHECK_FALSE(batch.gap);
    CHECK(batch.notes == Texts{"the feed has no items, and it had some before"});
}

TEST_CASE("a feed that says it has moved is reported and not followed") {
    Feed feed;
    feed.http.answer(
        200, "<rss><newLocation>https://new.example/feed?key=1</newLocation><channel/></rss>"
    );
    CHECK(
        feed.good().notes == Texts{"the feed says that it has moved to https://new.example/feed"}
    );
}

TEST_CASE("validators are sent back byte for byte and kept from every answer") {
    Feed feed;
    feed.http.answer(
        200,
        document(item("1", "one", 1)),
        {{"ETag", "W/\"5f-a\"-gzip"}, {"Last-Modified", "Fri, 17 Mar 2023 07:00:05 GMT"}}
    );
    Batch first = feed.good();
    CHECK_FALSE(feed.asked("If-None-Match"));
    CHECK_FALSE(feed.asked("If-Modified-Since"));

    feed.http.answer(304, "", {{"ETag", "\"new\""}});
    Batch second = feed.good(first.next);
    CHECK(feed.asked("If-None-Match") == "W/\"5f-a\"-gzip");
    CHECK(feed.asked("If-Modified-Since") == "Fri, 17 Mar 2023 07:00:05 GMT");
    CHECK(second.not_modified);
    CHECK(second.statements.empty());

    feed.http.answer(
        200, document(item("1", "one", 1)), {{"Last-Modified", "Fri, 17 Mar 2023 08:00:05 GMT"}}
    );
    Batch third = feed.good(second.next);
    CHECK(feed.asked("If-None-Match") == "\"new\"");
    CHECK(feed.asked("If-Modified-Since") == "Fri, 17 Mar 2023 07:00:05 GMT");
    CHECK(third.not_modified);  // the body is the one already read

    feed.http.answer(304, "");
    feed.good(third.next);
    CHECK_FALSE(feed.asked("If-None-Match"));
    CHECK(feed.asked("If-Modified-Since") == "Fri, 17 Mar 2023 08:00:05 GMT");
}

TEST_CASE("a validator that cannot be right is left out once a day") {
    Feed feed;
    std::string body = document(item("1", "one", 1));
    feed.http.answer(200, body, {{"ETag", "no quotes"}});
    Batch batch = feed.good();
    feed.http.answer(304, "");
    batch = feed.good(batch.next);
    CHECK(feed.asked("If-None-Match") == "no quotes");
    feed.clock.advance(std::chrono::hours(25));
    feed.http.answer(200, body, {{"ETag", "no quotes"}});
    batch = feed.good(batch.next);
    CHECK_FALSE(feed.asked("If-None-Match"));
    feed.http.answer(304, "");
    feed.good(batch.next);
    CHECK(feed.asked("If-None-Match") == "no quotes");
}

TEST_CASE("validators belong to one address") {
    Feed feed;
    feed.http.answer(200, document(item("1", "one", 1)), {{"ETag", "\"a\""}});
    Batch batch = feed.good();
    Feed other(source_of("feed", "url", "https://other.example/feed"));
    other.http.answer(200, document(item("1", "one", 1)));
    Batch again = other.good(batch.next);
    CHECK_FALSE(other.asked("If-None-Match"));
    CHECK_FALSE(again.not_modified);
}

TEST_CASE("a request carries what the source says") {
    SourceConfig source = source_of("feed", "url", address);
    source.allow_private = true;
    source.proxy_url = "http://proxy.example:3128";
    source.ca_file = "/etc/ca.pem";
    source.user_agent = "test/1";
    source.options.set("username", std::string("u"), Span());
    source.options.set("password", Secret("p"), Span());
    Feed feed(source);
    feed.http.answer(200, document(""));
    feed.good();
    const HttpRequest& request = feed.http.requests.back();
    CHECK(request.url == address);
    CHECK(request.allow_private);
    CHECK(request.min_gap.count() == 0);
    CHECK(request.proxy_url == "http://proxy.example:3128");
    CHECK(request.ca_file == "/etc/ca.pem");
    CHECK(request.limits.whole == std::chrono::seconds(30));
    CHECK(feed.asked("User-Agent") == "test/1");
    CHECK(feed.asked("Authorization") == "Basic dTpw");
}

TEST_CASE("items come by date whatever their order, and undated ones as the newest") {
    Feed feed;
    feed.http.answer(
        200,
        document(
            item("2", "b", 2) + "<item><guid>u</guid><title>u</title></item>" + item("3", "c", 3) +
            item("1", "a", 1)
        )
    );
    CHECK(ids(feed.good()) == Texts{"1", "2", "3", "u"});
    feed.http.answer(200, document("<item><guid>new</guid></item><item><guid>old</guid></item>"));
    CHECK(ids(feed.good()) == Texts{"old", "new"});
}

TEST_CASE("of two items with one id the later counts only if it is newer and different") {
    Feed feed;
    feed.http.answer(
        200,
        document(
            item("1", "first", 1) + item("1", "newer", 5) + item("1", "older", 3) +
            item("1", "newer", 9)
        )
    );
    Batch batch = feed.good();
    REQUIRE(batch.statements.size() == 1);
    CHECK(batch.statements[0].title == "newer");
}

TEST_CASE("an item whose id changed while page and title stayed keeps its id") {
    Feed feed;
    feed.http.answer(200, document(item("http://old/1", "one", 1) + item("2", "two", 2)));
    Batch batch = feed.good();
    feed.http.answer(200, document(item("https://new/1", "one", 1) + item("2", "two", 2)));
    batch = feed.good(batch.next);
    CHECK(ids(batch) == Texts{"http://old/1", "2"});
    feed.http.answer(200, document(item("https://new/1", "one", 1) + item("3", "three", 3)));
    CHECK(ids(feed.good(batch.next)) == Texts{"http://old/1", "3"});
    // Two items that stand side by side are two.
    feed.http.answer(200, document(item("a", "one", 1) + item("b", "one", 2)));
    CHECK(ids(feed.good()) == Texts{"a", "b"});
}

TEST_CASE("a permanent redirect counts after three polls and a day") {
    Feed feed;
    std::string moved = "https://www.mfa.example/rss";
    int round = 0;
    auto through = [&](Cursor since, int status) {
        std::string id = std::to_string(++round);
        feed.answer_redirected(document(item(id, "x" + id, 1)), {{status, moved}});
        return feed.good(std::move(since));
    };
    Batch batch = through({}, 301);
    CHECK(batch.notes == Texts{"permanent redirect to https://www.mfa.example/rss"});
    batch = through(batch.next, 308);
    batch = through(batch.next, 301);
    CHECK(feed.http.requests.back().url == address);
    feed.clock.advance(std::chrono::hours(25));
    batch = through(batch.next, 301);
    CHECK(feed.http.requests.back().url == address);
    REQUIRE(batch.notes.size() == 1);
    CHECK(batch.notes[0].find("moved for good") != std::string::npos);

    feed.http.answer(200, document(item("9", "x9", 1)));
    batch = feed.good(batch.next);
    CHECK(feed.http.requests.back().url == moved);
    CHECK(batch.account_key == address);

    // The new address dies: the configured one is asked again in the same poll.
    feed.http.answer(404, "");
    feed.http.answer(200, document(item("10", "x10", 1)));
    batch = feed.good(batch.next);
    CHECK(feed.http.requests.back().url == address);
    CHECK(ids(batch) == Texts{"10"});
}

TEST_CASE("a temporary redirect, or one that changes, moves nothing") {
    Feed feed;
    Cursor cursor;
    for (int i = 0; i < 5; ++i) {
        feed.clock.advance(std::chrono::hours(13));
        std::string target = "https://cdn" + std::to_string(i) + ".example/feed";
        feed.answer_redirected(
            document(item(std::to_string(i), "x" + std::to_string(i), 1)),
            {{i % 2 == 0 ? 301 : 302, target}}
        );
        cursor = feed.good(cursor).next;
        CHECK(feed.http.requests.back().url == address);
    }
}

TEST_CASE("410 counts when it is said again after an hour") {
    Feed feed;
    feed.http.answer(410, "");
    Error first = feed.bad();
    CHECK(first.kind == ErrorKind::server);
    CHECK(first.retry_after == std::chrono::hours(1));
    feed.clock.advance(std::chrono::minutes(30));
    feed.http.answer(410, "");
    CHECK(feed.bad().kind == ErrorKind::server);
    feed.clock.advance(std::chrono::minutes(31));
    feed.http.answer(410, "");
    CHECK(feed.bad().kind == ErrorKind::gone);
    feed.http.answer(200, document(""));
    feed.good();
    feed.http.answer(410, "");
    CHECK(feed.bad().kind == ErrorKind::server);
}

TEST_CASE("every answer has its class") {
    Feed feed;
    auto kind = [&](int status, Headers headers = {}, std::string body = "") {
        feed.http.answer(status, std::move(body), std::move(headers));
        return feed.bad().kind;
    };
    CHECK(kind(400) == ErrorKind::rejected);
    CHECK(kind(401) == ErrorKind::unauthorized);
    CHECK(kind(402) == ErrorKind::quota);
    CHECK(kind(403) == ErrorKind::forbidden);
    CHECK(kind(404) == ErrorKind::server);
    CHECK(kind(429) == ErrorKind::rate_limited);
    CHECK(kind(451) == ErrorKind::forbidden);
    CHECK(kind(500) == ErrorKind::server);
    CHECK(kind(503) == ErrorKind::server);
    CHECK(kind(206) == ErrorKind::malformed);
    CHECK(kind(999) == ErrorKind::malformed);
    CHECK(kind(403, {{"cf-mitigated", "challenge"}}) == ErrorKind::blocked);
    std::string challenge = read_file(fixture("feed/challenge.html"));
    CHECK(kind(503, {}, challenge) == ErrorKind::blocked);
    CHECK(kind(200, {{"Content-Type", "application/rss+xml"}}, challenge) == ErrorKind::blocked);
    CHECK(kind(200, {}, "<opml/>") == ErrorKind::malformed);
    feed.http.fail(Error{ErrorKind::timeout, "slow"});
    CHECK(feed.bad().kind == ErrorKind::timeout);
}

TEST_CASE("Retry-After is heard, as seconds and as a date, at most a day") {
    Feed feed;
    feed.http.answer(429, "slow down", {{"Retry-After", "3600"}});
    CHECK(feed.bad().retry_after == std::chrono::seconds(3600));
    feed.http.answer(503, "", {{"Retry-After", "Fri, 17 Mar 2023 12:10:00 GMT"}});
    CHECK(feed.bad().retry_after == std::chrono::seconds(600));
    feed.http.answer(503, "", {{"Retry-After", "9999999"}});
    CHECK(feed.bad().retry_after == std::chrono::hours(24));
    feed.http.answer(429, "", {{"Retry-After", "0"}});
    CHECK_FALSE(feed.bad().retry_after);
}

TEST_CASE("a web page in place of a feed says which feed it announces") {
    Feed feed;
    feed.http.answer(200, read_file(fixture("feed/page.html")));
    Error error = feed.bad();
    CHECK(error.kind == ErrorKind::malformed);
    CHECK(
        error.message ==
        "this is a web page; it announces the feed https://mfa.example/press/rss.xml"
    );
    feed.answer_redirected(
        "<!doctype html><html><title>Login</title></html>",
        {{302, "https://login.example/?next=secret"}}
    );
    error = feed.bad();
    CHECK(
        error.message ==
        "expected a feed, got a web page after a redirect to https://login.example/ that announces "
        "no feed"
    );
}

TEST_CASE("an empty answer is an empty batch with a note and keeps what is known") {
    Feed feed;
    feed.http.answer(200, document(item("1", "one", 1)));
    Batch batch = feed.good();
    feed.http.answer(200, " \n");
    batch = feed.good(batch.next);
    CHECK(batch.statements.empty());
    CHECK_FALSE(batch.not_modified);
    CHECK(batch.notes == Texts{"the document is empty"});
    CHECK(batch.next.knows("1"));
    feed.http.answer(204, "");
    CHECK(feed.good(batch.next).statements.empty());
}

TEST_CASE("the publisher's wish for rest is passed on, up to a day, unless urgent") {
    Feed feed;
    feed.http.answer(
        200,
        document("<ttl>60</ttl>" + item("1", "one", 1)),
        {{"Cache-Control", "public, max-age=600"}}
    );
    Batch batch = feed.good();
    CHECK(batch.poll_after == std::chrono::minutes(60));
    feed.http.answer(304, "", {{"Cache-Control", "max-age=7200"}});
    CHECK(feed.good(batch.next).poll_after == std::chrono::hours(2));
    feed.http.answer(304, "", {{"Cache-Control", "max-age=720000"}});
    CHECK(feed.good(batch.next).poll_after == std::chrono::hours(24));
    feed.http.answer(
        200, document(item("2", "two", 2)), {{"Cache-Control", "no-cache, max-age=600"}}
    );
    CHECK_FALSE(feed.good(batch.next).poll_after);
    feed.http.answer(
        200,
        document(item("3", "x", 2)),
        {{"Expires", "Fri, 17 Mar 2023 12:30:00 GMT"}, {"Date", "Fri, 17 Mar 2023 12:00:00 GMT"}}
    );
    CHECK(feed.good(batch.next).poll_after == std::chrono::minutes(30));

    SourceConfig source = source_of("feed", "url", address);
    source.options.set("urgent", true, Span());
    Feed urgent(source);
    urgent.http.answer(200, document("<ttl>60</ttl>"));
    CHECK_FALSE(urgent.good().poll_after);
}

TEST_CASE("skipped hours and days move the next poll behind them") {
    Feed feed;
    // It is Friday noon and the interval ten minutes.
    feed.http.answer(200, document("<skipHours><hour>12</hour><hour>13</hour></skipHours>"));
    CHECK(feed.good().poll_after == std::chrono::hours(2));
    feed.http.answer(200, document("<skipDays><day>Friday</day></skipDays>"));
    CHECK(feed.good().poll_after == std::chrono::hours(12));
    feed.http.answer(200, document("<skipHours><hour>3</hour></skipHours>"));
    CHECK_FALSE(feed.good().poll_after);
}

TEST_CASE("226 brings new items and says nothing about the rest") {
    Feed feed;
    feed.http.answer(200, document(item("1", "one", 1)), {{"ETag", "\"1\""}});
    Batch batch = feed.good();
    feed.http.answer(226, document(item("2", "two", 2)), {{"ETag", "\"2\""}, {"IM", "feed"}});
    batch = feed.good(batch.next);
    CHECK(feed.asked("A-IM") == "feed");
    CHECK(ids(batch) == Texts{"2"});
    CHECK(batch.next.seen == Texts{"1", "2"});
}

TEST_CASE("`parse` reads a recorded answer in document order with duplicates") {
    SourceConfig source = source_of("feed", "url", address);
    ParseInput input;
    input.source = &source;
    input.now = noon;
    input.response.status = 200;
    input.response.url = address;
    input.response.body = document(item("2", "b", 2) + item("1", "a", 1) + item("2", "b", 2));
    auto batch = parse_feed(input);
    REQUIRE(batch);
    CHECK(ids(*batch) == Texts{"2", "1", "2"});
    input.response.status = 304;
    CHECK(parse_feed(input)->not_modified);
    input.response.status = 429;
    CHECK(parse_feed(input).error().kind == ErrorKind::rate_limited);
    input.response.status = 200;
    input.response.body = "<html><body>hi</body></html>";
    CHECK(parse_feed(input).error().kind == ErrorKind::malformed);
}
