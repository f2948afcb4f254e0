// The Bluesky connector through `poll` and `presence`.

#include <string>

#include <catch2/catch.hpp>

#include "tests/connectors/live.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

const std::string did = "did:plc:ministry2222222222222222";
const std::string resolved = R"({"did":")" + did + "\"}";
const std::string no_records = R"({"records":[]})";
const std::string document =
    R"({"id":")" + did +
    R"(","service":[{"id":"#other","serviceEndpoint":"https://no.example"},)"
    R"({"id":"#atproto_pds","serviceEndpoint":"https://pds.example/"}]})";

std::string uri(int rkey) { return "at://" + did + "/app.bsky.feed.post/" + std::to_string(rkey); }

std::string view(int rkey, const std::string& words) {
    return R"({"uri":")" + uri(rkey) + R"(","author":{"did":")" + did +
           R"(","handle":"mfa.example"},"record":{"text":")" + words + " " + std::to_string(rkey) +
           R"(","createdAt":"2023-03-17T07:00:00Z"},"indexedAt":"2023-03-17T07:00:00Z"})";
}

// Newest first; an empty cursor ends the feed.
std::string feed(
    int first, int last, const std::string& cursor = "", const std::string& words = "words"
) {
    std::string entries;
    for (int rkey = last; rkey >= first; --rkey) {
        if (!entries.empty()) entries += ",";
        entries += R"({"post":)" + view(rkey, words) + "}";
    }
    std::string end = cursor.empty() ? "" : R"(,"cursor":")" + cursor + "\"";
    return R"({"feed":[)" + entries + "]" + end + "}";
}

std::string record(int rkey, const std::string& reply = "") {
    return R"({"uri":")" + uri(rkey) + R"(","cid":"c","value":{"text":"x")" + reply + "}}";
}

std::string records(int first, int last) {
    std::string list;
    for (int rkey = last; rkey >= first; --rkey) {
        if (!list.empty()) list += ",";
        list += record(rkey);
    }
    return R"({"records":[)" + list + "]}";
}

struct Feed : Scripted {
    explicit Feed(const std::string& account = "@MFA.example")
        : Scripted(source_of("bluesky", "account", account), make_bluesky) {}

    Batch good(Cursor since = {}) {
        auto batch = poll(std::move(since));
        if (!batch) FAIL(batch.error().message);
        CHECK(http.answers.empty());
        return std::move(*batch);
    }
    Error bad(Cursor since = {}) {
        auto batch = poll(std::move(since));
        REQUIRE_FALSE(batch);
        return batch.error();
    }
    void compare(const std::string& list) {
        http.answer(200, document);
        http.answer(200, list);
    }
    // The first poll, over posts 101 to 130, with the comparison that only learns.
    Batch begin() {
        http.answer(200, resolved);
        http.answer(200, feed(101, 130, "older"));
        compare(records(111, 130));
        Batch batch = good();
        http.requests.clear();
        return batch;
    }
    std::string asked(std::size_t number) const { return http.requests.at(number).url; }
};

const std::string author_feed =
    "https://public.api.bsky.app/xrpc/app.bsky.feed.getAuthorFeed?actor=" + did +
    "&limit=30&filter=posts_and_author_threads&includePins=false";

}  // namespace

TEST_CASE("a server plays three polls of a feed: baseline, new post, edit and deletion") {
    Live live(source_of("bluesky", "account", "mfa.example"), make_bluesky);
    live.answer(200, resolved);
    live.answer(200, feed(101, 103, "older"));
    live.answer(200, records(101, 103));
    auto batch = live.poll();
    REQUIRE(batch);
    CHECK(native_ids(*batch) == std::vector<std::string>{uri(101), uri(102), uri(103)});
    CHECK(batch->account_key == did);
    CHECK(live.request(0).starts_with(
        "GET /xrpc/com.atproto.identity.resolveHandle?handle=mfa.example HTTP/1.1"
    ));
    CHECK(live.request(2).find("com.atproto.repo.listRecords?repo=" + did) != std::string::npos);

    live.answer(200, feed(101, 104, "older"));
    batch = live.poll(batch->next);
    REQUIRE(batch);
    CHECK(batch->statements.back().native_id == uri(104));
    CHECK(count_late(*batch) == 0);
    CHECK_FALSE(batch->gap);
    CHECK(batch->notes.empty());

    live.answer(200, feed(102, 104, "older", "edited"));
    batch = live.poll(batch->next);
    REQUIRE(batch);
    CHECK(statement_of(*batch, uri(103)).text == "edited 103");

    live.answer(400, R"({"error":"RecordNotFound","message":"Could not locate record"})");
    CHECK(*live.presence(uri(101)) == Presence::deleted);
    live.answer(200, record(104));
    CHECK(*live.presence(uri(104)) == Presence::there);
    CHECK(
        live.request(6).find(
            "getRecord?repo=" + did + "&collection=app.bsky.feed.post&rkey=104 "
        ) != std::string::npos
    );
}

TEST_CASE("a feed is read back to the last known post, and what is found there is late") {
    Feed mfa;
    Batch batch = mfa.begin();
    mfa.http.answer(200, feed(171, 200, "2023-03-17T10:00:00+00:00 & more"));
    mfa.http.answer(200, R"({"feed":[],"cursor":"c2"})");
    mfa.http.answer(200, feed(141, 170, "c3"));
    mfa.http.answer(200, feed(121, 140, "c4"));
    batch = mfa.good(batch.next);
    CHECK(mfa.asked(0) == author_feed);
    CHECK(mfa.asked(1) == author_feed + "&cursor=2023-03-17T10:00:00%2B00:00%20%26%20more");
    CHECK(mfa.asked(3) == author_feed + "&cursor=c3");
    CHECK(batch.statements.size() == 80);
    CHECK(batch.statements.front().native_id == uri(121));
    CHECK(batch.statements.back().native_id == uri(200));
    CHECK(count_late(batch) == 40);
    CHECK_FALSE(batch.gap);
}

TEST_CASE("paging ends after ten pages, with a gap when no known post was reached") {
    Feed mfa;
    Batch batch = mfa.begin();
    for (int i = 0; i < 10; ++i) {
        int last = 2000 - i * 30;
        mfa.http.answer(200, feed(last - 29, last, "c" + std::to_string(i)));
    }
    batch = mfa.good(batch.next);
    CHECK(mfa.http.requests.size() == 10);
    REQUIRE(batch.gap);
    CHECK(batch.gap->from_id == uri(130));
    CHECK(batch.gap->to_id == uri(1701));
    CHECK(batch.statements.size() == 300);
    CHECK(batch.next.knows(uri(2000)));
    CHECK(batch.next.seen.size() == 200);
}

TEST_CASE("a page of the past that fails fails the poll of the feed") {
    Feed mfa;
    Batch batch = mfa.begin();
    mfa.http.answer(200, feed(171, 200, "c1"));
    mfa.http.answer(429, R"({"error":"RateLimitExceeded"})", {{"RateLimit-Reset", "1679054460"}});
    Error error = mfa.bad(batch.next);
    CHECK(error.kind == ErrorKind::rate_limited);
    CHECK(error.retry_after == std::chrono::seconds(60));
}

TEST_CASE("a cursor that stays where it is does not lead in circles") {
    Feed mfa;
    Batch batch = mfa.begin();
    mfa.http.answer(200, R"({"feed":[],"cursor":"c"})");
    mfa.http.answer(200, R"({"feed":[],"cursor":"c"})");
    batch = mfa.good(batch.next);
    CHECK(batch.statements.empty());
    CHECK_FALSE(batch.gap);
}

TEST_CASE("pins, and old posts that deletions bring up, are never new") {
    Feed mfa;
    Batch batch = mfa.begin();
    std::string pinned = feed(98, 127, "older");
    pinned.insert(
        pinned.find('[') + 1,
        R"({"post":)" + view(7, "pinned") +
            R"(,"reason":{"$type":"app.bsky.feed.defs#reasonPin"}},)"
    );
    mfa.http.answer(200, pinned);
    batch = mfa.good(batch.next);
    CHECK(batch.statements.size() == 27);
    CHECK(batch.statements.front().native_id == uri(101));
    CHECK_FALSE(batch.next.knows(uri(7)));
    CHECK_FALSE(batch.next.knows(uri(98)));
}

TEST_CASE("a post that the feed left out is found by the hourly comparison with the records") {
    Feed mfa;
    Batch batch = mfa.begin();
    mfa.http.answer(200, feed(101, 130));
    batch = mfa.good(batch.next);
    CHECK(mfa.http.requests.size() == 1);  // not within the hour

    mfa.clock.advance(std::chrono::hours(1));
    mfa.http.requests.clear();
    mfa.http.answer(200, feed(103, 132));
    mfa.compare(
        R"({"records":[)" +
        record(
            134,
            R"(,"reply":{"root":{"uri":"at://did:plc:un/app.bsky.feed.post/1"},"parent":{"uri":"at://did:plc:un/app.bsky.feed.post/1"}})"
        ) +
        "," + record(133) + "," + records(120, 132).substr(12)
    );
    mfa.http.answer(200, R"({"posts":[)" + view(133, "left out") + "]}");
    batch = mfa.good(batch.next);
    CHECK(mfa.asked(1) == "https://plc.directory/" + did);
    CHECK(
        mfa.asked(2) == "https://pds.example/xrpc/com.atproto.repo.listRecords?repo=" + did +
                            "&collection=app.bsky.feed.post&limit=20"
    );
    // An answer to somebody else does not belong into the feed.
    CHECK(
        mfa.asked(3) == "https://public.api.bsky.app/xrpc/app.bsky.feed.getPosts?uris=" + uri(133)
    );
    CHECK(batch.statements.back().text == "left out 133");
    REQUIRE(batch.notes.size() == 1);
    CHECK(batch.notes[0].starts_with("the feed left out posts, last 1"));

    mfa.clock.advance(std::chrono::hours(1));
    mfa.http.answer(200, feed(103, 132));
    mfa.compare(records(114, 133));
    batch = mfa.good(batch.next);
    CHECK(batch.notes.empty());
    CHECK(batch.statements.size() == 30);
}

TEST_CASE("records that are older than all that is known are no news") {
    Feed mfa;
    Batch batch = mfa.begin();
    mfa.clock.advance(std::chrono::hours(1));
    mfa.http.answer(200, feed(110, 130));
    mfa.compare(records(91, 110));
    batch = mfa.good(batch.next);
    CHECK(batch.statements.size() == 21);
    CHECK(mfa.http.requests.size() == 3);
}

TEST_CASE("a comparison that fails is a note and no failure of the poll") {
    Feed mfa;
    Batch batch = mfa.begin();
    auto note = [&](const std::string& expected) {
        mfa.clock.advance(std::chrono::hours(1));
        batch = mfa.good(batch.next);
        CHECK(batch.statements.size() == 30);
        REQUIRE(batch.notes.size() == 1);
        CHECK_THAT(batch.notes[0], Catch::StartsWith("the feed could not be compared"));
        CHECK_THAT(batch.notes[0], Catch::Contains(expected));
    };
    mfa.http.answer(200, feed(101, 130));
    mfa.http.answer(503, "");
    note("HTTP 503");
    mfa.http.answer(200, feed(101, 130));
    mfa.http.answer(
        200, R"({"service":[{"id":"#atproto_pds","serviceEndpoint":"http://in.example"}]})"
    );
    note("names no host");
    mfa.http.answer(200, feed(101, 130));
    mfa.compare("{}");
    note("expected a list of records");
    mfa.http.answer(200, feed(101, 130));
    mfa.compare(records(112, 131));
    mfa.http.answer(502, R"({"error":"UpstreamFailure"})");
    note("HTTP 502");
}

TEST_CASE("a handle is resolved once a day, and what became of it is told") {
    Feed mfa;
    Batch batch = mfa.begin();
    auto note = [&](int code, const std::string& body) {
        mfa.clock.advance(std::chrono::hours(24));
        mfa.http.answer(code, body);
        mfa.http.answer(200, feed(101, 130));
        mfa.compare(records(111, 130));
        batch = mfa.good(batch.next);
        CHECK(batch.account_key == did);
        return batch.notes.empty() ? std::string() : batch.notes.at(0);
    };
    CHECK(note(200, resolved) == "");
    CHECK(
        note(400, R"({"error":"InvalidRequest","message":"Unable to resolve handle"})") ==
        "nobody has the handle any more; the account that had it is still read"
    );
    CHECK(
        note(200, R"({"did":"did:plc:other"})") ==
        "the handle now belongs to another account; the one that had it is still read"
    );
    CHECK(note(502, "") != "");  // it stays until the question is answered
    CHECK(note(200, resolved) == "");
}

TEST_CASE("a DID needs no resolution, and did:web keeps its document on its own site") {
    Feed plc(did);
    plc.http.answer(200, feed(101, 102));
    plc.compare(no_records);
    CHECK(plc.good().account_key == did);
    CHECK(plc.asked(0) == author_feed);

    Feed web("did:web:mfa.example");
    web.http.answer(200, feed(101, 102));
    web.compare(no_records);
    web.good();
    CHECK(web.asked(1) == "https://mfa.example/.well-known/did.json");
}

TEST_CASE("an account that cannot be read has the class of its reason") {
    Feed mfa;
    mfa.http.answer(400, R"({"error":"InvalidRequest","message":"Unable to resolve handle"})");
    CHECK(mfa.bad().kind == ErrorKind::gone);
    mfa.http.answer(200, R"({"did":"nonsense"})");
    CHECK(mfa.bad().kind == ErrorKind::malformed);
    auto kind = [&](int code, const std::string& body) {
        mfa.http.answer(200, resolved);
        mfa.http.answer(code, body);
        return mfa.bad().kind;
    };
    CHECK(kind(400, R"({"error":"AccountTakedown"})") == ErrorKind::gone);
    CHECK(kind(400, R"({"error":"AccountDeactivated"})") == ErrorKind::gone);
    CHECK(kind(502, R"({"error":"UpstreamFailure"})") == ErrorKind::server);
    CHECK(kind(200, "[]") == ErrorKind::malformed);
    CHECK(kind(403, read_file(fixture("feed/challenge.html"))) == ErrorKind::blocked);

    std::string hidden = feed(101, 102);
    const std::string author = R"("author":{)";
    hidden.insert(
        hidden.find(author) + author.size(), R"("labels":[{"val":"!no-unauthenticated"}],)"
    );
    CHECK(kind(200, hidden) == ErrorKind::forbidden);
    for (std::string name : {"", "@", "mfa", "a b.example", "a/b.example", "did:key:z6Mk"}) {
        Feed nonsense(name);
        CHECK(nonsense.bad().kind == ErrorKind::rejected);
        CHECK(nonsense.http.requests.empty());
    }
}

TEST_CASE("only the account's own records prove that a post was deleted") {
    Feed mfa;
    auto ask = [&](int code, const std::string& body) {
        mfa.http.answer(200, document);
        mfa.http.answer(code, body);
        return mfa.presence(uri(101));
    };
    CHECK(*ask(200, record(101)) == Presence::there);
    CHECK(
        mfa.asked(1) == "https://pds.example/xrpc/com.atproto.repo.getRecord?repo=" + did +
                            "&collection=app.bsky.feed.post&rkey=101"
    );
    CHECK(*ask(400, R"({"error":"RecordNotFound"})") == Presence::deleted);
    CHECK(*ask(200, record(102)) == Presence::unknown);
    for (std::string error :
         {"RepoNotFound", "RepoDeactivated", "AccountTakedown", "InvalidRequest"}) {
        CHECK(*ask(400, R"({"error":")" + error + "\"}") == Presence::unknown);
    }
    CHECK(ask(404, "").error().kind == ErrorKind::server);
    CHECK(ask(502, R"({"error":"RecordNotFound"})").error().kind == ErrorKind::server);
    CHECK(ask(429, "").error().kind == ErrorKind::rate_limited);
    mfa.http.answer(503, "");
    CHECK(mfa.presence(uri(101)).error().kind == ErrorKind::server);
    mfa.http.requests.clear();
    CHECK(*mfa.presence("https://bsky.app/profile/x") == Presence::unknown);
    CHECK(mfa.http.requests.empty());
}
