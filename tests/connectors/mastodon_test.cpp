// The Mastodon connector through `poll` and `presence`.

#include <string>

#include <catch2/catch.hpp>

#include "tests/connectors/live.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

const std::string lookup = R"({"id":"700","acct":"mfa","url":"https://social.example/@mfa"})";
const std::string not_found = R"({"error":"Record not found"})";

SourceConfig ministry(const std::string& account = "mfa") {
    SourceConfig source = source_of("mastodon", "server", "social.example");
    source.options.set("account", account, Span());
    return source;
}

std::string status(int id, const std::string& words = "words") {
    std::string text = std::to_string(id);
    return R"({"id":")" + text + R"(","url":"https://social.example/@mfa/)" + text +
           R"(","created_at":"2023-03-17T07:00:00.000Z","visibility":"public","content":"<p>)" +
           words + " " + text + R"(</p>","account":{"id":"700","acct":"mfa"}})";
}

// Newest first, as every server gives them.
std::string page(int first, int last, const std::string& words = "words") {
    std::string text;
    for (int id = last; id >= first; --id) {
        if (!text.empty()) text += ",";
        text += status(id, words);
    }
    return "[" + text + "]";
}

struct Account : Scripted {
    explicit Account(const SourceConfig& source = ministry()) : Scripted(source, make_mastodon) {}

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
    // The first poll, over statuses 1001 to 1000 + `count`.
    Batch begin(int count = 20) {
        http.answer(200, lookup);
        http.answer(200, page(1001, 1000 + count));
        Batch batch = good();
        http.requests.clear();
        return batch;
    }
    std::string asked(std::size_t number) const { return http.requests.at(number).url; }
};

const std::string statuses = "https://social.example/api/v1/accounts/700/statuses?limit=40";

}  // namespace

TEST_CASE("a server plays three polls of an account: baseline, new status, edit and deletion") {
    Live live(ministry(), make_mastodon);
    live.answer(200, lookup);
    live.answer(200, page(1001, 1003));
    auto batch = live.poll();
    REQUIRE(batch);
    CHECK(native_ids(*batch) == std::vector<std::string>{"1001", "1002", "1003"});
    CHECK(batch->account_key == "700@social.example");
    CHECK(live.request(0).starts_with("GET /api/v1/accounts/lookup?acct=mfa HTTP/1.1"));
    CHECK(live.request(1).starts_with("GET /api/v1/accounts/700/statuses?limit=40 HTTP/1.1"));

    live.answer(200, page(1004, 1004));
    batch = live.poll(batch->next);
    REQUIRE(batch);
    CHECK(native_ids(*batch) == std::vector<std::string>{"1004"});
    CHECK(count_late(*batch) == 0);
    CHECK(live.request(2).find("min_id=1003 ") != std::string::npos);

    live.clock.advance(std::chrono::minutes(10));
    live.answer(200, "[]");
    live.answer(200, "[" + status(1004, "edited") + "," + status(1002) + "," + status(1001) + "]");
    batch = live.poll(batch->next);
    REQUIRE(batch);
    CHECK(statement_of(*batch, "1004").text == "edited 1004");
    CHECK(batch->statements.size() == 3);
    CHECK_FALSE(batch->gap);
    CHECK(batch->next.get("last_id") == "1004");

    live.answer(404, not_found);
    live.answer(200, lookup);
    CHECK(*live.presence("1003") == Presence::deleted);
    live.answer(200, status(1004));
    CHECK(*live.presence("1004") == Presence::there);
}

TEST_CASE("an edit is looked for every ten minutes and not before") {
    Account account;
    Batch batch = account.begin();
    account.http.answer(200, "[]");
    batch = account.good(batch.next);
    CHECK(account.http.requests.size() == 1);
    account.clock.advance(std::chrono::minutes(10));
    account.http.answer(200, "[]");
    account.http.answer(200, page(1001, 1020, "edited"));
    batch = account.good(batch.next);
    CHECK(account.asked(2) == statuses);
    CHECK(batch.statements.back().text == "edited 1020");
}

TEST_CASE("statuses after a pause are read forward page by page, oldest first, and are late") {
    Account account;
    Batch batch = account.begin();
    account.http.answer(200, page(1021, 1060));
    account.http.answer(200, "[]");  // nothing between 1020 and 1021
    account.http.answer(200, page(1061, 1070));
    batch = account.good(batch.next);
    CHECK(account.asked(0) == statuses + "&min_id=1020");
    CHECK(account.asked(1) == statuses + "&min_id=1020&max_id=1021");
    CHECK(account.asked(2) == statuses + "&min_id=1060");
    CHECK(account.http.requests.size() == 3);
    CHECK(batch.statements.size() == 50);
    CHECK(batch.statements.front().native_id == "1021");
    CHECK(count_late(batch) == 40);
    CHECK_FALSE(batch.gap);
    CHECK(batch.next.get("last_id") == "1070");
}

TEST_CASE("catching up ends after ten pages, with a gap up to the newest page") {
    Account account;
    Batch batch = account.begin();
    for (int i = 0; i < 10; ++i) {
        account.http.answer(200, page(1021 + i * 40, 1060 + i * 40));
        if (i == 0) account.http.answer(200, "[]");
    }
    account.http.answer(200, page(2001, 2040));
    batch = account.good(batch.next);
    CHECK(account.http.requests.size() == 12);
    CHECK(account.asked(11) == statuses);
    REQUIRE(batch.gap);
    CHECK(batch.gap->from_id == "1420");
    CHECK(batch.gap->to_id == "2001");
    CHECK(batch.statements.size() == 440);
    CHECK(count_late(batch) == 400);
    CHECK(batch.next.get("last_id") == "2040");
    CHECK(batch.next.seen.size() == 200);
}

TEST_CASE("ten pages that reach the newest one leave no gap") {
    Account account;
    Batch batch = account.begin();
    for (int i = 0; i < 10; ++i) {
        account.http.answer(200, page(1021 + i * 40, 1060 + i * 40));
        if (i == 0) account.http.answer(200, "[]");
    }
    account.http.answer(200, page(1390, 1429));
    batch = account.good(batch.next);
    CHECK_FALSE(batch.gap);
    CHECK(batch.statements.size() == 409);
}

TEST_CASE("a server that gives the newest page for min_id is asked for what lies between") {
    Account account;
    Batch batch = account.begin();
    account.http.answer(200, page(1041, 1080));
    account.http.answer(200, page(1021, 1040));
    account.http.answer(200, "[]");
    Batch joined = account.good(batch.next);
    CHECK(account.asked(1) == statuses + "&min_id=1020&max_id=1041");
    CHECK(joined.statements.size() == 60);
    CHECK(statement_of(joined, "1021").late);
    CHECK_FALSE(statement_of(joined, "1080").late);
    REQUIRE(joined.gap);  // a full page may have more before it
    CHECK(joined.gap->from_id == "1020");
    CHECK(joined.gap->to_id == "1021");

    account.http.answer(200, page(1041, 1080));
    account.http.answer(200, page(1031, 1040));
    account.http.answer(200, "[]");
    CHECK_FALSE(account.good(batch.next).gap);
}

TEST_CASE("a page of the past that fails fails the poll, so that nothing is skipped") {
    Account account;
    Batch batch = account.begin();
    account.http.answer(200, page(1021, 1060));
    account.http.answer(200, "[]");
    account.http.answer(
        429,
        R"({"error":"Too many requests"})",
        {{"X-RateLimit-Reset", "2023-03-17T12:05:00.000000Z"}}
    );
    Error error = account.bad(batch.next);
    CHECK(error.kind == ErrorKind::rate_limited);
    CHECK(error.retry_after == std::chrono::minutes(5));
}

TEST_CASE("pins, and old statuses that deletions bring up, never count as new") {
    Account account;
    Batch batch = account.begin();
    CHECK(batch.statements.size() == 20);
    account.clock.advance(std::chrono::minutes(10));
    account.http.answer(200, "[]");
    // A server that puts the pinned status first, and three statuses less.
    account.http.answer(200, "[" + status(17, "pinned") + "," + page(998, 1017).substr(1));
    batch = account.good(batch.next);
    CHECK(batch.statements.size() == 17);
    CHECK(batch.statements.front().native_id == "1001");
    CHECK(batch.next.get("last_id") == "1020");
    for (const HttpRequest& request : account.http.requests) {
        CHECK(request.url.find("pinned") == std::string::npos);
    }
}

TEST_CASE("a status that appears between known ones is new") {
    Account account;
    account.http.answer(200, lookup);
    account.http.answer(200, "[" + status(1003) + "," + status(1001) + "]");
    Batch batch = account.good();
    account.clock.advance(std::chrono::minutes(10));
    account.http.answer(200, "[]");
    account.http.answer(200, page(1001, 1003));
    batch = account.good(batch.next);
    CHECK(batch.statements.size() == 3);
    CHECK(batch.next.knows("1002"));
}

TEST_CASE("an account without statuses is read until there are some") {
    Account account;
    account.http.answer(200, lookup);
    account.http.answer(200, "[]");
    Batch batch = account.good();
    CHECK(batch.statements.empty());
    CHECK(batch.account_key == "700@social.example");
    account.http.answer(200, page(1, 2));
    batch = account.good(batch.next);
    CHECK(batch.statements.size() == 2);
    CHECK(batch.next.get("last_id") == "2");
}

TEST_CASE("statuses for followers move the cursor and are not kept") {
    Account account;
    Batch batch = account.begin();
    std::string hidden = status(1021);
    hidden.replace(hidden.find("\"public\""), 8, "\"private\"");
    account.http.answer(200, "[" + hidden + "]");
    batch = account.good(batch.next);
    CHECK(batch.statements.empty());
    CHECK(batch.next.get("last_id") == "1021");
}

TEST_CASE("the name is looked up once a day, and what became of the account is told") {
    Account account;
    Batch batch = account.begin();
    auto note = [&](int code, const std::string& body) {
        Cursor since = batch.next;
        account.clock.advance(std::chrono::hours(24));
        account.http.answer(code, body);
        account.http.answer(200, "[]");
        account.http.answer(200, page(1001, 1020));
        batch = account.good(since);
        CHECK(batch.account_key == "700@social.example");
        return batch.notes.empty() ? std::string() : batch.notes.at(0);
    };
    CHECK(note(200, lookup) == "");
    std::string moved = lookup;
    moved.insert(1, R"("moved":{"id":"9","url":"https://new.example/@mfa"},)");
    CHECK(note(200, moved) == "the account has moved to https://new.example/@mfa");
    CHECK(note(404, not_found).starts_with("the name leads to no account any more"));
    CHECK(
        note(200, R"({"id":"999","acct":"mfa"})") ==
        "the name now belongs to another account; the account it led to is still read"
    );
    CHECK(note(200, lookup) == "");
}

TEST_CASE("a look-up that fails for now does not keep a known account from being read") {
    Account account;
    Batch batch = account.begin();
    account.clock.advance(std::chrono::hours(24));
    for (int i = 0; i < 2; ++i) {
        account.http.answer(502, "");
        account.http.answer(200, "[]");
        account.http.answer(200, page(1001, 1020));
        CHECK(account.good(batch.next).statements.size() == 20);
    }
    CHECK(account.asked(3) == "https://social.example/api/v1/accounts/lookup?acct=mfa");
    Account fresh;
    fresh.http.answer(502, "");
    CHECK(fresh.bad().kind == ErrorKind::server);
}

TEST_CASE("a suspended account is gone") {
    Account account;
    account.http.answer(200, read_file(fixture("mastodon/account_suspended.json")));
    Error error = account.bad();
    CHECK(error.kind == ErrorKind::gone);
    CHECK(error.message == "the account is suspended");
    account.http.answer(200, lookup);
    account.http.answer(410, R"({"error":"Gone"})");
    CHECK(account.bad().kind == ErrorKind::gone);
}

TEST_CASE("a deletion is believed only while the account itself can be read") {
    Account account;
    auto presence = [&](int code, const std::string& body, int then = 0, std::string more = "") {
        account.http.answer(code, body);
        if (then > 0) account.http.answer(then, std::move(more));
        auto answer = account.presence("1003");
        CHECK(account.http.answers.empty());
        REQUIRE(answer);
        return *answer;
    };
    CHECK(presence(200, status(1003)) == Presence::there);
    CHECK(presence(200, status(1004)) == Presence::unknown);
    CHECK(presence(404, not_found, 200, lookup) == Presence::deleted);
    std::string suspended = read_file(fixture("mastodon/account_suspended.json"));
    CHECK(presence(404, not_found, 200, suspended) == Presence::unknown);
    CHECK(presence(404, not_found, 404, not_found) == Presence::unknown);
    CHECK(presence(401, R"({"error":"x"})") == Presence::unknown);
    CHECK(presence(403, R"({"error":"x"})") == Presence::unknown);
    CHECK(presence(410, R"({"error":"Gone"})") == Presence::unknown);

    auto failed = [&](int code, const std::string& body) {
        account.http.answer(code, body);
        auto answer = account.presence("1003");
        REQUIRE_FALSE(answer);
        return answer.error().kind;
    };
    CHECK(failed(404, "<html><body>nginx</body></html>") == ErrorKind::server);
    CHECK(failed(503, "") == ErrorKind::server);
    CHECK(failed(429, "") == ErrorKind::rate_limited);
    CHECK(failed(403, read_file(fixture("feed/challenge.html"))) == ErrorKind::blocked);
    account.http.requests.clear();
    CHECK(*account.presence("../../1") == Presence::unknown);
    CHECK(account.http.requests.empty());
}

TEST_CASE("options of an account decide what is asked") {
    SourceConfig source = ministry("@mfa@remote.example");
    source.options.set("server", std::string("https://Social.Example/"), Span());
    source.options.set("exclude_reblogs", true, Span());
    source.options.set("access_token", Secret("token-of-the-reader"), Span());
    Account account(source);
    account.http.answer(200, lookup);
    account.http.answer(200, page(1, 2));
    Batch batch = account.good();
    CHECK(
        account.asked(0) == "https://social.example/api/v1/accounts/lookup?acct=mfa@remote.example"
    );
    CHECK(account.asked(1) == statuses + "&exclude_reblogs=true");
    for (const HttpRequest& request : account.http.requests) {
        CHECK(find_header(request.headers, "Authorization") == "Bearer token-of-the-reader");
    }
    for (const auto& [key, value] : batch.next.state)
        CHECK(value.find("token") == std::string::npos);
    account.http.answer(401, R"({"error":"The access token is invalid"})");
    Error error = account.bad();
    CHECK(error.kind == ErrorKind::unauthorized);
    CHECK(error.message.find("token-of-the-reader") == std::string::npos);
}

TEST_CASE("another account under the same source begins anew") {
    Account account;
    Batch batch = account.begin();
    Account other(ministry("president"));
    other.http.answer(200, R"({"id":"701","acct":"president"})");
    other.http.answer(200, page(5, 6));
    Batch first = other.good(batch.next);
    CHECK(first.account_key == "701@social.example");
    CHECK(first.next.get("last_id") == "6");
}

TEST_CASE("a server or account that cannot be one is refused without a request") {
    for (std::string name : {"", "@", "a b", "a@b@c", "a/b", "a?b"}) {
        Account account(ministry(name));
        CHECK(account.bad().kind == ErrorKind::rejected);
        CHECK(account.http.requests.empty());
    }
    for (std::string host : {"", "social.example/x", "a@b.example", "https://"}) {
        SourceConfig source = ministry();
        source.options.set("server", host, Span());
        Account account(source);
        CHECK(account.bad().kind == ErrorKind::rejected);
        CHECK(account.http.requests.empty());
    }
}
