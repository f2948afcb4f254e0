#include "connectors/bluesky_post.hpp"

#include <map>
#include <string>

#include <catch2/catch.hpp>

#include "base/utf8.hpp"
#include "tests/connectors/support.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

using Texts = std::vector<std::string>;

const std::string ministry = "did:plc:ministry2222222222222222";

std::string uri(const std::string& rkey, const std::string& did = ministry) {
    return "at://" + did + "/app.bsky.feed.post/" + rkey;
}

Result<Batch> parse(const std::string& body, int status = 200) {
    const SourceConfig source = source_of("bluesky", "account", "mfa.example");
    return parse_answer(parse_bluesky, source, body, status);
}

Batch feed() {
    auto batch = parse(read_file(fixture("bluesky/author_feed.json")));
    if (!batch) FAIL(batch.error().message);
    return std::move(*batch);
}

Statement post(const std::string& rkey) { return statement_of(feed(), uri(rkey)); }

ErrorKind refused(int status, const std::string& error, const std::string& message = "") {
    auto batch = parse(R"({"error":")" + error + R"(","message":")" + message + "\"}", status);
    REQUIRE_FALSE(batch);
    CHECK_FALSE(batch.error().message.empty());
    return batch.error().kind;
}

// Links of a post whose text has one link facet from `start` to `end`.
Texts linked(const std::string& text, const std::string& start, const std::string& end) {
    auto batch = parse(
        R"({"feed":[{"post":{"uri":"at://did:plc:a/app.bsky.feed.post/1","author":{"did":"did:plc:a"},)"
        R"("record":{"text":")" +
        text + R"(","facets":[{"index":{"byteStart":)" + start + R"(,"byteEnd":)" + end +
        R"(},"features":[{"$type":"app.bsky.richtext.facet#link","uri":"https://x.example/"}]}]}}}]})"
    );
    REQUIRE(batch);
    return batch->statements.at(0).links;
}

}  // namespace

TEST_CASE("an author feed gives its posts without the pin, under the account's DID") {
    Batch batch = feed();
    CHECK(batch.account_key == ministry);
    CHECK(batch.recovered);  // the last entry has no record
    CHECK(batch.statements.size() == 14);
    for (const Statement& s : batch.statements) {
        CHECK(s.author_id == ministry);
        CHECK(s.author_handle == "mfa.example");
        CHECK(s.author_name == "Ministry \U0001F54A");
        CHECK(s.native_id.starts_with("at://" + ministry));
        CHECK(s.text.find("pinned") == std::string::npos);
        CHECK_FALSE(s.raw.empty());
    }
}

TEST_CASE("facets count bytes of UTF-8, whatever emoji and Chinese stand before them") {
    Statement s = post("3k01");
    CHECK(s.form == Form::post);
    CHECK(s.text == "\U0001F1F7\U0001F1FA 中俄关系 mfa.example/vi… #Visit @un.example \U0001F525");
    // One lies over a single character; the halved, overlapping, endless and empty ones are
    // nothing.
    CHECK(s.links == Texts{"https://inside.example/", "https://mfa.example/visit?long=1"});
    CHECK(s.tags == Texts{"Visit", "Diplomacy"});
    CHECK(s.mentions == Texts{"un.example"});
    CHECK(s.url == "https://bsky.app/profile/" + ministry + "/post/3k01");
    CHECK(s.lang == "en");
    CHECK(s.lang_declared);
    CHECK(format_time(*s.published_at) == "2023-03-17T07:00:00Z");
    CHECK_FALSE(s.edited);
}

TEST_CASE("a facet that does not lie on whole characters of the text is nothing") {
    const Texts one{"https://x.example/"};
    CHECK(linked("中俄", "0", "3") == one);
    CHECK(linked("中俄", "3", "6") == one);
    for (auto [start, end] : {
             std::pair("0", "2"),
             std::pair("1", "6"),
             std::pair("0", "7"),
             std::pair("3", "3"),
             std::pair("6", "3"),
             std::pair("-1", "3"),
             std::pair("1e300", "1e301"),
             std::pair("null", "3"),
             std::pair("\"0\"", "3"),
         }) {
        INFO(start << " " << end);
        CHECK(linked("中俄", start, end).empty());
    }
    CHECK(linked("", "0", "1").empty());
}

TEST_CASE("a repost is by who reposts, at that time, with the words of the other apart") {
    Batch batch = feed();
    const Statement& s = statement_of(batch, "at://" + ministry + "/app.bsky.feed.repost/3r01");
    CHECK(s.form == Form::repost);
    CHECK(s.text.empty());
    CHECK(format_time(*s.published_at) == "2023-03-17T07:30:00Z");
    REQUIRE(s.repost_of);
    CHECK(s.repost_of->native_id == uri("3u09", "did:plc:un22222222222222222222222"));
    CHECK(s.repost_of->author_handle == "un.example");
    CHECK(s.repost_of->text == "Words of the UN");
    CHECK(s.url == s.repost_of->url);
    CHECK_FALSE(s.partial);
}

TEST_CASE("words of an account that only readers who are logged in may see are left out") {
    Batch batch = feed();
    const Statement& s = statement_of(batch, "at://" + ministry + "/app.bsky.feed.repost/3r02");
    CHECK(s.partial);
    CHECK(s.repost_of->author_handle == "hidden.example");
    CHECK(s.repost_of->text.empty());
    CHECK(post("3k11").quote_of->text.empty());
}

TEST_CASE("a post that quotes keeps the quoted words apart, alone or with media") {
    Statement s = post("3k12");
    CHECK(s.form == Form::quote);
    CHECK(s.text == "We agree.");
    REQUIRE(s.quote_of);
    CHECK(s.quote_of->text == "The Council met.");
    CHECK(s.quote_of->author_name == "UN");
    Statement both = post("3k11");
    CHECK(both.form == Form::quote);
    REQUIRE(both.media.size() == 1);
    CHECK(both.media[0].url == "https://cdn.example/1.jpg");
    CHECK(both.media[0].alt == "The signing");
    CHECK(both.media[0].w == 1200);
    Statement withdrawn = post("3k10");
    CHECK(withdrawn.form == Form::quote);
    CHECK(withdrawn.quote_of->native_id == uri("3u03", "did:plc:un22222222222222222222222"));
    Statement list = post("3k09");
    CHECK(list.form == Form::post);
    CHECK_FALSE(list.quote_of);
}

TEST_CASE("pictures, films and cards of a post are media") {
    Statement film = post("3k08");
    REQUIRE(film.media.size() == 1);
    CHECK(film.media[0].kind == "video");
    CHECK(film.media[0].url == "https://video.example/1.m3u8");
    CHECK(film.media[0].thumb == "https://video.example/1.jpg");
    Statement card = post("3k07");
    REQUIRE(card.media.size() == 1);
    CHECK(card.media[0].kind == "link");
    CHECK(card.media[0].alt == "On the visit\nAll about it");
    CHECK(card.links == Texts{"https://mfa.example/page"});
    Statement gallery = post("3k06");
    CHECK(gallery.text.empty());
    REQUIRE(gallery.media.size() == 2);
    CHECK(gallery.media[0].kind == "photo");
    CHECK(gallery.media[0].thumb == "https://cdn.example/2s.jpg");
    CHECK(gallery.media[0].alt == "Scan");
}

TEST_CASE("a post that answers oneself stays a post, one that answers another is a reply") {
    Statement other = post("3k05");
    CHECK(other.form == Form::reply);
    REQUIRE(other.reply_to);
    CHECK(other.reply_to->author_handle == "un.example");
    CHECK(other.reply_to->text == "A question");
    Statement own = post("3k04");
    CHECK(own.form == Form::post);
    REQUIRE(own.reply_to);
    CHECK(own.reply_to->native_id == uri("3k01"));
    CHECK(own.reply_to->url == "https://bsky.app/profile/" + ministry + "/post/3k01");
}

TEST_CASE("a time that a client cannot mean gives way to that of the arrival") {
    CHECK(format_time(*post("3k03").published_at) == "2023-03-17T07:00:30Z");
    CHECK(format_time(*post("3k02").published_at) == "2023-03-17T07:00:20Z");
    CHECK_FALSE(post("3k02").lang_declared);
}

TEST_CASE("addresses of records and DIDs are taken apart, and nothing else is taken") {
    auto parts = parse_at_uri("at://did:plc:abc/app.bsky.feed.post/3k:a_b~c-d.e");
    REQUIRE(parts);
    CHECK(parts->did == "did:plc:abc");
    CHECK(parts->collection == "app.bsky.feed.post");
    CHECK(parts->rkey == "3k:a_b~c-d.e");
    for (std::string bad :
         {"",
          "https://x",
          "at://did:plc:abc",
          "at://did:plc:abc/app.bsky.feed.post",
          "at://did:plc:abc/app.bsky.feed.post/",
          "at://mfa.example/app.bsky.feed.post/3k",
          "at://did:plc:abc/a/b/c",
          "at://did:plc:abc/a&b/c",
          "at://did:plc:abc//c",
          "at://did:plc:abc/a/c?d",
          "at://did:plc:a b/a/c"}) {
        INFO(bad);
        CHECK_FALSE(parse_at_uri(bad));
    }
    CHECK(is_did("did:web:mfa.example"));
    CHECK_FALSE(is_did("did:plc:"));
    CHECK_FALSE(is_did("did:key:z6Mk"));
    CHECK_FALSE(is_did("did:plc:" + std::string(300, 'a')));
}

TEST_CASE("an answer of XRPC that is no feed has the class of its reason") {
    CHECK(refused(400, "AccountTakedown", "Account has been suspended") == ErrorKind::gone);
    CHECK(refused(400, "AccountDeactivated", "Account is deactivated") == ErrorKind::gone);
    CHECK(refused(400, "InvalidRequest", "Profile not found") == ErrorKind::gone);
    CHECK(refused(400, "InvalidRequest", "Unable to resolve handle") == ErrorKind::gone);
    CHECK(refused(400, "InvalidRequest", "Could not find repo: did:plc:a") == ErrorKind::gone);
    CHECK(refused(400, "RepoDeactivated") == ErrorKind::gone);
    CHECK(refused(400, "InvalidRequest", "Error: limit") == ErrorKind::rejected);
    CHECK(refused(400, "BlockedActor") == ErrorKind::forbidden);
    CHECK(refused(401, "AuthMissing") == ErrorKind::unauthorized);
    CHECK(refused(429, "RateLimitExceeded") == ErrorKind::rate_limited);
    CHECK(refused(502, "UpstreamFailure") == ErrorKind::server);
    CHECK(refused(200, "InternalServerError") == ErrorKind::malformed);
    CHECK(parse("", 200).error().kind == ErrorKind::malformed);
    CHECK(parse("[]", 200).error().kind == ErrorKind::malformed);
    CHECK(parse(R"({"feed":{}})", 200).error().kind == ErrorKind::malformed);
    CHECK(parse(R"({"feed":[{},{},{}]})", 200).error().kind == ErrorKind::malformed);
    CHECK(parse("<html><body>502</body></html>", 502).error().kind == ErrorKind::server);
    CHECK(parse("<html><body>no</body></html>", 403).error().kind == ErrorKind::blocked);
    CHECK(parse(read_file(fixture("feed/challenge.html")), 200).error().kind == ErrorKind::blocked);
}

TEST_CASE("an empty feed is no error, and a resolved handle names the account") {
    auto empty = parse(R"({"feed":[],"cursor":"2023-03-01T00:00:00Z"})");
    REQUIRE(empty);
    CHECK(empty->statements.empty());
    auto handle = parse(R"({"did":"did:plc:abc"})");
    REQUIRE(handle);
    CHECK(handle->account_key == "did:plc:abc");
}

TEST_CASE("markup in the words of a post is words") {
    auto batch = parse(
        R"({"feed":[{"post":{"uri":"at://did:plc:a/app.bsky.feed.post/1","author":{"did":"did:plc:a"},)"
        R"("record":{"text":"<title>Just a moment</title>"}}}]})"
    );
    REQUIRE(batch);
    CHECK(batch->statements.at(0).text == "<title>Just a moment</title>");
}

TEST_CASE("no truncation of a feed of posts does harm") {
    const std::string whole = read_file(fixture("bluesky/author_feed.json"));
    std::size_t parsed = 0;
    for (std::size_t size = 0; size < whole.size(); ++size) {
        if (parse(whole.substr(0, size))) ++parsed;
    }
    CHECK(parsed <= 1);  // all but the last line break
}

TEST_CASE("every recorded answer of Bluesky gives its posts or its reason") {
    auto root = shared_fixtures("bluesky");
    if (!root) {
        WARN("the recorded answers are not here");
        return;
    }
    const SourceConfig source = source_of("bluesky", "account", "mfa.example");
    const std::map<std::string, ErrorKind> errors{
        {"error_400_account_deactivated.json", ErrorKind::gone},
        {"error_400_account_takedown.json", ErrorKind::gone},
        {"error_400_actor_not_found.json", ErrorKind::gone},
        {"error_400_handle.http", ErrorKind::gone},
        {"error_429.http", ErrorKind::rate_limited},
        {"error_502_upstream.json", ErrorKind::server},
        // A record without its author, a list of accounts and frames of a stream are no posts.
        {"extended_post_record.json", ErrorKind::malformed},
        {"get_follows.json", ErrorKind::malformed},
        {"jetstream_v1_golden.jsonl", ErrorKind::malformed},
        {"jetstream_v2_frames.jsonl", ErrorKind::malformed},
    };
    std::map<std::string, Batch> read;
    for (const auto& file : std::filesystem::directory_iterator(*root)) {
        const std::string name = file.path().filename().string();
        if (name == "SOURCES.txt") continue;
        INFO(name);
        int status = name.find("_400_") != std::string::npos   ? 400
                     : name.find("_502_") != std::string::npos ? 502
                                                               : 200;
        auto batch = parse_file(parse_bluesky, source, file.path(), status);
        if (auto error = errors.find(name); error != errors.end()) {
            REQUIRE_FALSE(batch);
            CHECK(batch.error().kind == error->second);
            continue;
        }
        if (!batch) FAIL(batch.error().message);
        CHECK_FALSE(batch->recovered);
        for (const Statement& s : batch->statements) {
            CHECK(s.published_at);
            CHECK(valid_utf8(s.text));
            CHECK((!s.text.empty() || !s.media.empty() || s.repost_of));
        }
        read.emplace(name, std::move(*batch));
    }
    CHECK(read.at("resolve_handle.json").account_key == "did:plc:z72i7hdynmk6r22z27h6tvur");
    CHECK(read.at("author_feed_empty_with_cursor.json").statements.empty());
    const Batch& page = read.at("author_feed_page.json");
    const std::string did = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa";
    CHECK(page.account_key == did);
    REQUIRE(page.statements.size() == 5);
    CHECK(page.statements[0].native_id == "at://" + did + "/app.bsky.feed.repost/3krep1");
    CHECK(page.statements[0].form == Form::repost);
    CHECK(page.statements[1].form == Form::post);
    CHECK(page.statements[1].reply_to);
    CHECK(page.statements[1].links == Texts{"https://mfa.example/a?long=1"});
    CHECK(page.statements[2].form == Form::quote);
    CHECK(page.statements[2].quote_of->text == "quoted text");
    CHECK(page.statements[3].media.at(0).alt == "Scan of the statement");
    CHECK(format_time(*page.statements[4].published_at) == "2023-03-17T07:00:30Z");
    CHECK(read.at("snapshot_posts_1.json").statements.at(0).media.size() == 2);
    CHECK(read.at("snapshot_posts_0.json").statements.at(0).quote_of);
    CHECK(read.at("thread_view_post_with_embed_media.json").statements.size() == 1);
}
