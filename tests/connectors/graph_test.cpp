// Errors, limits and paging that Facebook, Instagram and Threads have in common.

#include "connectors/graph.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "connectors/graph_answer.hpp"
#include "tests/connectors/graph_support.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

std::string error_body(int code, int subcode = 0, const std::string& more = "") {
    std::string body = R"({"error":{"message":"(#1) words","type":"OAuthException","code":)" +
                       std::to_string(code);
    if (subcode > 0) body += ",\"error_subcode\":" + std::to_string(subcode);
    return body + more + "}}";
}

struct Page : Scripted {
    explicit Page(const SourceConfig& source = graph_source("facebook", "900"))
        : Scripted(source, make_facebook) {}
};

std::string posts(int newest, int oldest, const std::string& next = "") {
    std::string body = R"({"data":[)";
    for (int id = newest; id >= oldest; --id) {
        body += (id < newest ? R"(,{"id":"900_)" : R"({"id":"900_)") + std::to_string(id) +
                R"(","message":"words","created_time":"2023-03-17T07:00:00+0000"})";
    }
    body += "]";
    if (!next.empty()) {
        body += R"(,"paging":{"cursors":{"after":")" + next + R"("},"next":"https://x.example/"})";
    }
    return body + "}";
}

}  // namespace

TEST_CASE("the code of a refusal decides, whatever its status") {
    Page page;
    struct Row {
        int status, code, subcode;
        ErrorKind kind;
    };
    const std::vector<Row> rows{
        {400, 190, 458, ErrorKind::unauthorized},
        {400, 190, 460, ErrorKind::unauthorized},
        {400, 190, 463, ErrorKind::unauthorized},
        {400, 190, 464, ErrorKind::unauthorized},
        {400, 190, 467, ErrorKind::unauthorized},
        {400, 190, 492, ErrorKind::unauthorized},
        {400, 102, 0, ErrorKind::unauthorized},
        {400, 10, 0, ErrorKind::forbidden},
        {403, 200, 0, ErrorKind::forbidden},
        {400, 299, 0, ErrorKind::forbidden},
        {400, 3, 0, ErrorKind::forbidden},
        {400, 100, 33, ErrorKind::forbidden},
        {400, 100, 0, ErrorKind::rejected},
        {403, 4, 0, ErrorKind::rate_limited},
        {400, 17, 2446079, ErrorKind::rate_limited},
        {400, 32, 0, ErrorKind::rate_limited},
        {400, 613, 0, ErrorKind::rate_limited},
        {400, 80001, 0, ErrorKind::rate_limited},
        {400, 80002, 0, ErrorKind::rate_limited},
        {500, 1, 0, ErrorKind::server},
        {400, 2, 0, ErrorKind::server},
        {400, 368, 0, ErrorKind::forbidden},
        {400, 2635, 0, ErrorKind::rejected},
        {400, 803, 0, ErrorKind::gone},
        {400, 110, 2207013, ErrorKind::gone},
        {400, 24, 2207006, ErrorKind::rejected},
        {400, 2500, 0, ErrorKind::rejected},
        {503, 99999, 0, ErrorKind::server},
        {200, 190, 0, ErrorKind::unauthorized},
    };
    for (const Row& row : rows) {
        INFO(row.status << " " << row.code << "/" << row.subcode);
        page.http.answer(row.status, error_body(row.code, row.subcode));
        const Error error = bad(page.poll());
        CHECK(error.kind == row.kind);
        CHECK(error.message.find("words") == std::string::npos);
        CHECK(error.message.find("code " + std::to_string(row.code)) != std::string::npos);
    }
    page.http.answer(400, error_body(9, 0, R"(,"is_transient":true)"));
    CHECK(bad(page.poll()).kind == ErrorKind::server);
    page.http.answer(
        400, R"({"error":{"code":100,"message":"(#100) Pages Public Content Access requires"}})"
    );
    const Error feature = bad(page.poll());
    CHECK(feature.kind == ErrorKind::forbidden);
    CHECK(feature.message.find("`app_secret`") != std::string::npos);
}

TEST_CASE("answers that are not the API's have the class of their status") {
    Page page;
    auto kind = [&](int status, const std::string& body) {
        page.http.answer(status, body);
        return bad(page.poll()).kind;
    };
    CHECK(kind(200, "<html><body>hotel</body></html>") == ErrorKind::server);
    CHECK(kind(502, "") == ErrorKind::server);
    CHECK(kind(401, "") == ErrorKind::unauthorized);
    CHECK(kind(400, "{}") == ErrorKind::rejected);
    CHECK(kind(200, "") == ErrorKind::malformed);
    CHECK(kind(200, "[]") == ErrorKind::malformed);
    CHECK(kind(200, R"({"error":"words"})") == ErrorKind::malformed);
    CHECK(kind(200, R"({"data":[{"id":"1"},{"id":"2"}]})") == ErrorKind::malformed);
    CHECK(
        kind(400, R"({"error_type":"OAuthException","code":400,"error_message":"words"})") ==
        ErrorKind::unauthorized
    );
}

TEST_CASE("a limit ends when the usage headers say so, else in an hour") {
    Page page;
    auto wait = [&](Headers headers) {
        page.http.answer(400, error_body(80001), std::move(headers));
        const Error error = bad(page.poll());
        CHECK(error.kind == ErrorKind::rate_limited);
        return error.retry_after;
    };
    const std::string business =
        R"({"1":[{"type":"pages","call_count":100,"estimated_time_to_regain_access":37}],)"
        R"("2":[{"type":"pages","estimated_time_to_regain_access":5}]})";
    CHECK(wait({{"X-Business-Use-Case-Usage", business}}) == 37min);
    CHECK(wait({{"X-App-Usage", R"({"call_count":100})"}}) == 1h);
    CHECK(wait({{"X-App-Usage", R"({"estimated_time_to_regain_access":90000})"}}) == 24h);
    CHECK(wait({{"X-App-Usage", "{"}}) == 1h);
    CHECK(wait({{"Retry-After", "30"}}) == 30s);
    CHECK(wait({}) == 1h);
}

TEST_CASE("polling slows down above 75 % of a limit and stops at 95 %") {
    SourceConfig source = graph_source("facebook", "900");
    source.poll_interval = 5min;
    Page page(source);
    auto batch = [&](const std::string& usage) {
        page.http.answer(200, posts(3, 1), {{"X-Page-Usage", usage}});
        return good(page.poll());
    };
    CHECK_FALSE(batch(R"({"call_count":75,"total_time":4})").poll_after);
    CHECK(batch(R"({"call_count":10,"total_time":76})").poll_after == 10min);
    const Batch stopped = batch(R"({"total_cputime":95})");
    CHECK(stopped.poll_after == 1h);
    REQUIRE(stopped.notes.size() == 1);
    CHECK(
        stopped.notes.front() == "requests are used up to 95 % of the limit: the next poll is in 1h"
    );
    CHECK(
        batch(R"({"1":[{"call_count":99,"estimated_time_to_regain_access":12}]})").poll_after ==
        12min
    );
}

TEST_CASE("a limit that is nearly reached ends a catch-up with a gap") {
    Page page;
    page.http.answer(200, posts(3, 1));
    Batch batch = good(page.poll());
    page.http.answer(200, posts(12, 10, "A"));
    page.http.answer(200, posts(9, 7, "B"), {{"X-App-Usage", R"({"call_count":96})"}});
    batch = good(page.poll(batch.next));
    CHECK(page.http.requests.size() == 3);
    CHECK(batch.statements.size() == 6);
    REQUIRE(batch.gap);
    CHECK(batch.gap->from_id == "900_3");
    CHECK(batch.gap->to_id == "900_7");
    CHECK(batch.poll_after == 1h);
}

TEST_CASE("a page of the past that the Graph API refuses fails the poll, so that nothing is skipped"
) {
    Page page;
    page.http.answer(200, posts(3, 1));
    Batch batch = good(page.poll());
    page.http.answer(200, posts(12, 10, "A"));
    page.http.answer(400, error_body(32));
    CHECK(bad(page.poll(batch.next)).kind == ErrorKind::rate_limited);
}

TEST_CASE("an empty page does not end a list that goes on, and an empty list keeps the cursor") {
    Page page;
    page.http.answer(200, R"({"data":[],"paging":{"cursors":{"after":"A+="},"next":"x"}})");
    page.http.answer(200, posts(3, 1));
    Batch batch = good(page.poll());
    CHECK(batch.statements.size() == 3);
    CHECK(page.http.requests[1].url.ends_with("&after=A%2B%3D"));

    page.http.answer(200, R"({"data":[]})");
    const Batch empty = good(page.poll(batch.next));
    CHECK(empty.next.seen == batch.next.seen);
    CHECK(empty.notes.size() == 1);
    CHECK_FALSE(empty.gap);
    CHECK(empty.account_key == "900");
}

TEST_CASE("a list that repeats its cursor is left, and so is one with a cursor that is none") {
    Page page;
    page.http.answer(200, posts(3, 1));
    Batch batch = good(page.poll());
    page.http.answer(200, posts(12, 10, "A"));
    page.http.answer(200, posts(12, 10, "A"));
    CHECK(good(page.poll(batch.next)).statements.size() == 3);
    page.http.answer(200, posts(15, 13, "A&access_token=b"));
    CHECK(good(page.poll(batch.next)).statements.size() == 3);
    CHECK(page.http.requests.size() == 4);
}

TEST_CASE("a name that passes to another account is noticed and read anew") {
    Page page(graph_source("facebook", "mfa.example"));
    page.http.answer(200, posts(3, 1));
    Batch batch = good(page.poll());
    CHECK(batch.account_key == "900");
    page.http.answer(
        200,
        R"({"data":[{"id":"77_1","message":"a","created_time":"2023-03-17T07:00:00+0000"}],)"
        R"("paging":{"cursors":{"after":"A"},"next":"x"}})"
    );
    batch = good(page.poll(batch.next));
    CHECK(batch.account_key == "77");
    CHECK(batch.notes.size() == 1);
    CHECK(page.http.requests.size() == 2);
}

TEST_CASE("deletion is proved only where the list answers and another post can be read") {
    Page page;
    auto told = [&] { return run(page.io, page.connector->presence("900_2", "")); };
    const std::string missing = error_body(100, 33);

    page.http.answer(200, R"({"id":"900_2"})");
    CHECK(*told() == Presence::there);
    CHECK(page.http.requests[0].url == "https://graph.facebook.com/v25.0/900_2?fields=id");

    page.http.answer(400, missing);
    page.http.answer(200, R"({"data":[]})");
    CHECK(*told() == Presence::unknown);

    page.http.answer(400, missing);
    page.http.answer(200, posts(3, 1));
    CHECK(*told() == Presence::unknown);

    page.http.answer(400, missing);
    page.http.answer(200, posts(9, 8));
    page.http.answer(400, missing);
    CHECK(*told() == Presence::unknown);

    page.http.answer(400, missing);
    page.http.answer(200, posts(9, 8));
    page.http.answer(200, R"({"id":"900_9"})");
    CHECK(*told() == Presence::deleted);

    page.http.answer(400, missing);
    page.http.answer(400, missing);
    CHECK(told().error().kind == ErrorKind::forbidden);

    page.http.answer(400, error_body(4));
    CHECK(told().error().kind == ErrorKind::rate_limited);

    page.http.answer(200, R"({"id":"900_3"})");
    CHECK(told().error().kind == ErrorKind::malformed);
}

TEST_CASE("credentials are taken out of what the service sends back") {
    CHECK(without_credentials("no secret", graph_token) == "no secret");
    CHECK(without_credentials("a " + graph_token + graph_token + " b", graph_token) == "a  b");
    CHECK(
        without_credentials(
            R"("x?access_token=abc&appsecret_proof=12\u0026y=access_token=z")", ""
        ) == R"("x?access_token=&appsecret_proof=\u0026y=access_token=")"
    );
    CHECK(without_credentials("access_token=", "") == "access_token=");
    CHECK(without_credentials("a word", "word") == "a word");
}

TEST_CASE("an account may be written as a name, with its sign or as an address") {
    CHECK(graph_account("mfa.example", "facebook.com") == "mfa.example");
    CHECK(graph_account("@mfa_example", "threads.net") == "mfa_example");
    CHECK(graph_account("https://www.facebook.com/mfa.example/", "facebook.com") == "mfa.example");
    CHECK(graph_account("https://threads.net/@mfa", "threads.net") == "mfa");
    for (const char* text : {"", "@", "../me", "a/b", "a?b", "https://elsewhere.example/a"}) {
        CHECK(graph_account(text, "facebook.com").empty());
    }
}
