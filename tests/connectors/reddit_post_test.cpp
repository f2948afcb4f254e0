// Listings and feeds of Reddit as they are recorded.

#include <catch2/catch.hpp>

#include "tests/connectors/imitation.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

using Texts = std::vector<std::string>;

const SourceConfig source = source_of("reddit", "user", std::string("mfa_example"));

std::string recorded(const std::string& name) { return read_file(fixture("reddit/" + name)); }

Batch parsed(std::string body) {
    auto batch = parse_body(parse_reddit, source, std::move(body));
    if (!batch) FAIL(batch.error().message);
    return std::move(*batch);
}

Error refused(std::string body, int status = 200) {
    auto batch = parse_body(parse_reddit, source, std::move(body), status);
    REQUIRE_FALSE(batch);
    return batch.error();
}

Statement thing(const std::string& name) {
    for (Statement& statement : parsed(recorded("listing.json")).statements) {
        if (statement.native_id == name) return std::move(statement);
    }
    FAIL("no " << name);
    return {};
}

}  // namespace

TEST_CASE("a listing of Reddit gives its posts and comments without deleted ones") {
    const Batch batch = parsed(recorded("listing.json"));
    CHECK(
        ids_of(batch) ==
        Texts{
            "t3_11aaa09",
            "t3_11aaa08",
            "t3_11aaa07",
            "t3_11aaa06",
            "t1_ccc0005",
            "t1_ccc0004",
            "t3_11aaa02",
            "t3_11aaa01",
            "t3_11aaa00"}
    );
    CHECK(batch.account_key == "t2_mfa");
}

TEST_CASE("an edited post of Reddit") {
    const Statement s = thing("t3_11aaa09");
    CHECK(s.form == Form::post);
    CHECK(s.title == "Statement & more");
    CHECK(s.text == "State visit & more, see here");
    CHECK(s.url == "https://www.reddit.com/r/example/comments/11aaa09/x/");
    CHECK(s.author_handle == "mfa_example");
    CHECK(s.author_id == "t2_mfa");
    CHECK(format_time(*s.published_at) == "2023-03-17T07:00:09Z");
    CHECK(s.edited);
    CHECK(format_time(*s.edited_at) == "2023-03-17T08:00:00Z");
    CHECK(s.links == Texts{"https://mfa.example/1"});
    CHECK(s.media.empty());
}

TEST_CASE("posts of Reddit may be links, pictures, galleries and films alone") {
    const Statement picture = thing("t3_11aaa08");
    CHECK(picture.text.empty());
    CHECK_FALSE(picture.edited);
    REQUIRE(picture.media.size() == 1);
    CHECK(picture.media[0].kind == "photo");
    CHECK(picture.links == Texts{"https://i.redd.example/a.jpg"});
    const Statement gallery = thing("t3_11aaa02");
    REQUIRE(gallery.media.size() == 1);
    CHECK(gallery.media[0].url == "https://preview.redd.example/m1.jpg?a=1&b=2");
    CHECK(gallery.media[0].alt == "the hall");
    CHECK(gallery.media[0].w == 800);
    const Statement film = thing("t3_11aaa01");
    REQUIRE(film.media.size() == 1);
    CHECK(film.media[0].kind == "video");
    CHECK(film.media[0].duration_s == 12);
}

TEST_CASE("what is passed on at Reddit is kept apart from the account's own words") {
    const Statement repost = thing("t3_11aaa07");
    CHECK(repost.form == Form::repost);
    REQUIRE(repost.repost_of);
    CHECK(repost.repost_of->native_id == "t3_10zzz01");
    CHECK(repost.repost_of->text == "Their words\n\nBody");
    CHECK(repost.repost_of->author_handle == "someone");
    const Statement quote = thing("t3_11aaa06");
    CHECK(quote.form == Form::quote);
    CHECK(quote.title == "We disagree");
    CHECK(quote.quote_of->text == "Their claim");
}

TEST_CASE("a comment of Reddit is a reply, but under one's own post a part of it") {
    const Statement reply = thing("t1_ccc0005");
    CHECK(reply.form == Form::reply);
    CHECK(reply.text == "An answer");
    CHECK(reply.reply_to->native_id == "t3_11aaa01");
    CHECK(reply.reply_to->text == "A question");
    CHECK(reply.reply_to->author_handle == "other");
    const Statement part = thing("t1_ccc0004");
    CHECK(part.form == Form::post);
    CHECK(part.reply_to->native_id == "t3_11aaa09");
}

TEST_CASE("a listing of Reddit that is escaped once more is read all the same") {
    const Batch batch = parsed(recorded("escaped.json"));
    REQUIRE(batch.statements.size() == 1);
    CHECK(batch.statements[0].title == "A & B");
    CHECK(batch.statements[0].text == "State & more");
}

TEST_CASE("an answer of Reddit that is no listing has the class of its reason") {
    CHECK(
        refused(R"({"message":"Unauthorized","error":401})", 401).kind == ErrorKind::unauthorized
    );
    CHECK(refused(R"({"message":"Forbidden","error":403})", 403).kind == ErrorKind::forbidden);
    CHECK(refused(R"({"message":"Not Found","error":404})", 404).kind == ErrorKind::gone);
    CHECK(
        refused(R"({"reason":"private","message":"Forbidden","error":403})").kind ==
        ErrorKind::forbidden
    );
    CHECK(
        refused(R"({"reason":"banned","message":"Not Found","error":404})", 404).kind ==
        ErrorKind::gone
    );
    CHECK(refused("", 302).kind == ErrorKind::gone);
    CHECK(refused("", 503).kind == ErrorKind::server);
    CHECK(
        refused("<!doctype html><html><head><title>Blocked</title></head></html>", 403).kind ==
        ErrorKind::blocked
    );
    CHECK(refused("<!doctype html><html></html>").kind == ErrorKind::server);
    CHECK(refused("{}").kind == ErrorKind::malformed);
    CHECK(refused("[]").kind == ErrorKind::malformed);
    CHECK(
        refused(R"({"data":{"children":[{"kind":"t5","data":{"name":"t5_a"}}]}})").kind ==
        ErrorKind::malformed
    );
    CHECK(refused("<x>").kind == ErrorKind::malformed);
    CHECK(parsed(R"({"data":{"children":[]}})").statements.empty());
}

TEST_CASE("answers of Reddit may be cut off anywhere") {
    for (const char* name : {"listing.json", "escaped.json", "private_feed.atom"}) {
        CHECK(survives_cuts(parse_reddit, source, recorded(name)));
    }
}

TEST_CASE("recorded answers of Reddit parse or have the class of their reason") {
    const auto folder = shared_fixtures("reddit");
    if (!folder) {
        WARN("recorded answers of Reddit are not there: nothing was tried");
        return;
    }
    struct Row {
        std::string file;
        std::string verdict;  // ids, or the error
    };
    const std::vector<Row> rows{
        {"error_403.http", "blocked"},
        {"error_404_private.json", "forbidden"},
        {"error_429.http", "rate_limited"},
        {"goreddit_post_duplicates.json", "t3_i2gvs1 t3_8kbs85 t3_le1tc "},
        {"goreddit_post_post.json", "t3_testpost t1_testc1 "},
        {"goreddit_user_comments.json", "t1_f0zsa37 "},
        {"goreddit_user_overview.json", "t3_gczwql t1_f0zsa37 "},
        {"listing_edge.json", "t3_11tabcd "},
        {"listing_empty.json", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.file);
        auto batch = parse_recording(parse_reddit, source, *folder / row.file);
        std::string verdict;
        if (!batch) verdict = to_string(batch.error().kind);
        if (batch) {
            for (const std::string& id : ids_of(*batch)) verdict += id + " ";
        }
        CHECK(verdict == row.verdict);
        CHECK(survives_cuts(parse_reddit, source, read_file(*folder / row.file).substr(0, 4000)));
    }
    auto edge = parse_recording(parse_reddit, source, *folder / "listing_edge.json");
    REQUIRE(edge);
    CHECK(edge->statements[0].text == "State visit & more");
    CHECK(format_time(*edge->statements[0].published_at) == "2023-03-17T07:00:00Z");
    CHECK(format_time(*edge->statements[0].edited_at) == "2023-03-17T08:00:00Z");
    auto comment = parse_recording(parse_reddit, source, *folder / "goreddit_user_comments.json");
    REQUIRE(comment);
    CHECK(comment->statements[0].form == Form::reply);
    CHECK(comment->statements[0].text == "Thank you!");
    auto limited = parse_recording(parse_reddit, source, *folder / "error_429.http");
    REQUIRE_FALSE(limited);
    CHECK(limited.error().retry_after == 283s);
    for (const char* name :
         {"rssparser_reddit-atom.rss", "rssparser_reddit-home.rss", "rssparser_reddit.rss"}) {
        CAPTURE(name);
        auto feed = parse_recording(parse_reddit, source, *folder / name);
        REQUIRE(feed);
        CHECK(feed->statements.size() == 24);
        for (const Statement& statement : feed->statements) {
            CHECK(statement.native_id.starts_with("t3_"));
            CHECK(statement.published_at);
            CHECK(statement.text.find("submitted by") == std::string::npos);
        }
    }
}
