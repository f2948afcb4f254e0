// The X connector through `poll` and `presence`, on a scripted network and on loopback.

#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "connectors/answer.hpp"
#include "tests/connectors/x_samples.hpp"
#include "tests/support/raw_server.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

struct Account : Scripted {
    Account() : Account(account_source()) {}
    explicit Account(const SourceConfig& source) : Scripted(source, make_x) {}

    // After a first poll that read post 100.
    Cursor begun() {
        http.answer(200, user);
        http.answer(200, page_of(post("100", "first")));
        Cursor cursor = good(poll()).next;
        http.requests.clear();
        return cursor;
    }
    Result<Presence> presence(const std::string& id) {
        return run(io, connector->presence(id, ""));
    }
};

bool asks(const HttpRequest& request, const std::string& words) {
    return request.url.find(words) != std::string::npos;
}

// A loopback server that plays `replies` in turn, and the connector that talks to it.
struct Loopback {
    explicit Loopback(std::vector<std::string> replies)
        : server([this, replies](const std::string&, int) {
              RawReply reply;
              reply.bytes = replies.at(turn++);
              reply.after = After::read_next;
              return reply;
          }),
          clock(noon),
          client(make_http_client(io.get_executor(), system, HttpClientOptions())) {
        ConnectorDeps deps;
        deps.http = client.get();
        deps.clock = &clock;
        connector = make_x(account_source(server.url("")), deps);
    }
    Result<Batch> poll(Cursor since = {}) { return run(io, connector->poll(std::move(since))); }

    std::size_t turn = 0;
    RawServer server;
    boost::asio::io_context io;
    SystemClock system;
    ManualClock clock;
    std::unique_ptr<HttpClient> client;
    std::unique_ptr<Connector> connector;
};

std::string refused(const std::string& status, const std::string& body) {
    return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + body;
}

}  // namespace

TEST_CASE("the limit's reset is waited for, but not where the month is used up") {
    const Headers reset{{"x-rate-limit-reset", "1679054700"}};
    Account limited;
    limited.http.answer(429, "{}", reset);
    CHECK(limited.poll().error().retry_after == std::chrono::seconds(300));
    limited.http.answer(429, R"({"title":"UsageCapExceeded"})", reset);
    CHECK_FALSE(limited.poll().error().retry_after);

    Account account;
    Cursor cursor = account.begun();
    account.http.answer(
        200, empty_page, {{"x-rate-limit-remaining", "0"}, {"x-rate-limit-reset", "1679054700"}}
    );
    CHECK(good(account.poll(cursor)).poll_after == std::chrono::seconds(300));
}

TEST_CASE("three polls over loopback: baseline, a post and an edit, and a deletion") {
    Loopback x({
        http_ok(user),
        http_ok(page_of(post("100", "first"))),
        http_ok(page_of(post("102", "first, mended", "100") + "," + post("101", "second"))),
        http_ok(empty_page),
        http_ok(
            R"({"errors":[{"resource_id":"100","type":"https://api.x.com/2/problems/resource-not-found"}]})"
        ),
    });
    Batch batch = good(x.poll());
    CHECK(batch.account_key == "7");
    CHECK(batch.next.get("last_id") == "100");
    batch = good(x.poll(batch.next));
    REQUIRE(batch.statements.size() == 2);
    CHECK(batch.statements[0].native_id == "101");
    CHECK(batch.statements[1].native_id == "100");
    CHECK(batch.statements[1].text == "first, mended");
    CHECK(batch.next.get("last_id") == "102");
    const Cursor before = batch.next;
    batch = good(x.poll(batch.next));
    CHECK(batch.statements.empty());
    CHECK(batch.next == before);
    auto presence = run(x.io, x.connector->presence("100", ""));
    REQUIRE(presence);
    CHECK(*presence == Presence::deleted);

    auto requests = x.server.requests();
    CHECK(requests.at(0).starts_with("GET /2/users/by/username/Ministry_EX?"));
    CHECK(requests.at(0).find("Authorization: Bearer " + token) != std::string::npos);
    CHECK(requests.at(1).starts_with("GET /2/users/7/tweets?max_results=10&tweet.fields="));
    CHECK(requests.at(2).starts_with("GET /2/users/7/tweets?max_results=10&since_id=100&"));
    CHECK(requests.at(3).find("since_id=102&") != std::string::npos);
    CHECK(requests.at(4).starts_with("GET /2/tweets?ids=100 "));
}

TEST_CASE("the other dialect is tried once and remembered") {
    Loopback x({
        http_ok(user),
        refused("400 Bad Request", wrong_fields),
        http_ok(page_of(post("100", "first"))),
        http_ok(empty_page),
    });
    Batch batch = good(x.poll());
    CHECK(batch.statements.size() == 1);
    CHECK(batch.next.get("dialect") == "post");
    good(x.poll(batch.next));
    auto requests = x.server.requests();
    REQUIRE(requests.size() == 4);
    CHECK(requests[1].find("&tweet.fields=") != std::string::npos);
    CHECK(requests[2].find("&post.fields=") != std::string::npos);
    CHECK(requests[2].find("tweet.fields") == std::string::npos);
    CHECK(requests[3].find("&post.fields=") != std::string::npos);
}

TEST_CASE("a dialect that is refused after the switch, or was configured, is an error") {
    Account account;
    account.http.answer(200, user);
    account.http.answer(400, wrong_fields);
    account.http.answer(400, wrong_fields);
    CHECK(account.poll().error().kind == ErrorKind::rejected);
    CHECK(account.http.requests.size() == 3);

    SourceConfig source = account_source();
    source.options.set("dialect", std::string("tweet"), Span());
    Account fixed(source);
    fixed.http.answer(200, user);
    fixed.http.answer(400, wrong_fields);
    CHECK(fixed.poll().error().kind == ErrorKind::rejected);
    CHECK(fixed.http.requests.size() == 2);
}

TEST_CASE("catching up reads page by page, and what it does not reach is a gap") {
    std::vector<std::string> replies{http_ok(user), http_ok(page_of(post("100", "first")))};
    for (int page = 0; page < 10; ++page) {
        std::string next = "t/" + std::to_string(page);
        replies.push_back(http_ok(page_of(post(std::to_string(900 - page), "words"), next)));
    }
    Loopback x(replies);
    Batch batch = good(x.poll());
    batch = good(x.poll(batch.next));
    CHECK(batch.statements.size() == 10);
    CHECK(batch.statements.front().native_id == "891");
    CHECK(batch.statements.front().late);
    CHECK_FALSE(batch.statements.back().late);
    REQUIRE(batch.gap);
    CHECK(batch.gap->from_id == "100");
    CHECK(batch.gap->to_id == "891");
    CHECK(batch.next.get("last_id") == "900");
    auto requests = x.server.requests();
    CHECK(
        requests.at(3).find("max_results=100&since_id=100&pagination_token=t/0&") !=
        std::string::npos
    );
    CHECK(requests.size() == 12);
}

TEST_CASE("catching up ends without a gap where the pages end or the known post is met") {
    Account account;
    Cursor cursor = account.begun();
    account.http.answer(200, page_of(post("103", "c"), "one"));
    account.http.answer(200, R"({"meta":{"result_count":0,"next_token":"two"}})");
    account.http.answer(200, page_of(post("101", "a")));
    Batch batch = good(account.poll(cursor));
    CHECK(batch.statements.size() == 2);
    CHECK_FALSE(batch.gap);

    account.http.answer(200, page_of(post("104", "d") + "," + post("103", "c"), "more"));
    batch = good(account.poll(batch.next));
    CHECK(batch.statements.size() == 2);
    CHECK_FALSE(batch.gap);
    CHECK(account.http.answers.empty());
}

TEST_CASE("a since_id that is too old is left out") {
    Account account;
    Cursor cursor = account.begun();
    account.http.answer(
        400,
        R"({"errors":[{"parameters":{"since_id":["100"]},"message":"'since_id' must be a tweet id created after"}]})"
    );
    account.http.answer(200, page_of(post("900", "new"), "older"));
    account.http.answer(
        200, page_of(post("500", "between") + "," + post("100", "first"), "older2")
    );
    Batch batch = good(account.poll(cursor));
    CHECK(batch.statements.size() == 3);
    CHECK_FALSE(batch.gap);
    CHECK_FALSE(asks(account.http.requests[1], "since_id="));
}

TEST_CASE("once an hour the newest twenty are read again, which costs nothing twice") {
    Account account;
    Cursor cursor = account.begun();
    account.clock.advance(std::chrono::hours(1));
    account.http.answer(200, empty_page);
    account.http.answer(200, page_of(post("100", "first") + "," + post("99", "indexed late")));
    Batch batch = good(account.poll(cursor));
    CHECK(asks(account.http.requests[1], "max_results=20&tweet.fields"));
    REQUIRE(batch.statements.size() == 2);
    CHECK(batch.statements[0].native_id == "99");
    CHECK(batch.next.get("last_id") == "100");
    // One user and two posts.
    CHECK(batch.notes.back() == "about $0.02 spent on reads this month");
    account.http.answer(200, empty_page);
    good(account.poll(batch.next));
    CHECK(account.http.requests.size() == 3);
}

TEST_CASE("the handle is looked up once a day, and the account behind it stays") {
    Account account;
    Cursor cursor = account.begun();
    account.clock.advance(std::chrono::hours(24));
    account.http.answer(
        200,
        R"({"errors":[{"title":"Forbidden","type":"https://api.x.com/2/problems/resource-not-found"}]})"
    );
    account.http.answer(200, empty_page);
    account.http.answer(200, empty_page);
    Batch batch = good(account.poll(cursor));
    CHECK(batch.account_key == "7");
    CHECK(batch.notes.front().find("nobody has the handle") == 0);
    account.clock.advance(std::chrono::hours(24));
    account.http.answer(200, R"({"data":{"id":"8","username":"Ministry_EX"}})");
    account.http.answer(200, empty_page);
    account.http.answer(200, empty_page);
    batch = good(account.poll(batch.next));
    CHECK(batch.account_key == "7");
    CHECK(batch.notes.front().find("another account") != std::string::npos);
    CHECK(asks(account.http.requests.back(), "/2/users/7/tweets"));
}

TEST_CASE("an account that is not there fails its first poll") {
    Account account;
    account.http.answer(
        200,
        R"({"errors":[{"title":"Forbidden","type":"https://api.x.com/2/problems/resource-not-found"}]})"
    );
    Error error = account.poll().error();
    CHECK(error.kind == ErrorKind::gone);
    CHECK(error.message == "the account is suspended");
    SourceConfig source = account_source();
    source.options.set("account", std::string("no/name"), Span());
    Account nonsense(source);
    CHECK(nonsense.poll().error().kind == ErrorKind::rejected);
    CHECK(nonsense.http.requests.empty());
}

TEST_CASE("a budget that is spent stops the source until the month ends") {
    SourceConfig source = account_source();
    source.options.set("monthly_budget_usd", std::int64_t{1}, Span());
    Account account(source);
    Cursor cursor = account.begun();
    std::string posts;
    for (int id = 1000; id < 1100; ++id) {
        posts += (posts.empty() ? "" : ",") + post(std::to_string(id), "x");
    }
    account.http.answer(200, page_of(post("2000", "new"), "a"));
    account.http.answer(200, page_of(posts, "b"));
    account.http.answer(200, page_of(replaced(posts, "\"1", "\"5"), "c"));
    Batch batch = good(account.poll(cursor));
    CHECK(batch.gap);
    CHECK(asks(account.http.requests[2], "max_results=96&"));
    CHECK(account.http.requests.size() == 3);
    Error error = account.poll(batch.next).error();
    CHECK(error.kind == ErrorKind::quota);
    CHECK(error.message.find("2023-04-01T00:00:00Z") != std::string::npos);
    CHECK(error.retry_after == retry_after_max);
    CHECK(account.presence("100").error().kind == ErrorKind::quota);
    CHECK(account.http.requests.size() == 3);

    // Another process knows it from the cursor; the next month begins with nothing.
    Account restarted(source);
    CHECK(restarted.poll(batch.next).error().kind == ErrorKind::quota);
    restarted.clock.advance(std::chrono::hours(24 * 15));
    restarted.http.answer(200, user);
    restarted.http.answer(200, empty_page);
    restarted.http.answer(200, empty_page);
    CHECK(good(restarted.poll(batch.next)).notes.back().find("about $0.01 spent") == 0);
}

TEST_CASE("the estimate of a month follows from what a day cost") {
    Account account;
    Cursor cursor = account.begun();
    account.clock.advance(std::chrono::hours(24));
    account.http.answer(200, user);
    account.http.answer(200, empty_page);
    account.http.answer(200, empty_page);
    CHECK(
        good(account.poll(cursor)).notes.back() ==
        "about $0.03 spent on reads this month, about $0.78 a month at this rate"
    );
}

TEST_CASE("only a post that is not found is deleted") {
    Account account;
    auto presence = [&](int status, const std::string& body) {
        account.http.answer(status, body);
        return account.presence("100");
    };
    auto failing = [](const std::string& type) {
        return R"({"errors":[{"resource_id":"100","type":"https://api.x.com/2/problems/)" + type +
               "\"}]}";
    };
    CHECK(*presence(200, failing("resource-not-found")) == Presence::deleted);
    CHECK(*presence(200, failing("not-authorized-for-resource")) == Presence::unknown);
    CHECK(*presence(200, page_of(post("102", "x", "100"))) == Presence::there);
    CHECK(
        *presence(200, replaced(failing("resource-not-found"), "100", "101")) == Presence::unknown
    );
    CHECK(presence(503, "").error().kind == ErrorKind::server);
    CHECK(*account.presence("1/../2") == Presence::unknown);
}

TEST_CASE("reposts can be left out, and another place of the API is used as given") {
    SourceConfig source = account_source("http://127.0.0.1:8080/");
    source.options.set("exclude_reposts", true, Span());
    Account account(source);
    account.http.answer(200, user);
    account.http.answer(200, empty_page);
    good(account.poll());
    CHECK(account.http.requests[1].url.starts_with("http://127.0.0.1:8080/2/users/7/tweets?"));
    CHECK(asks(account.http.requests[1], "&exclude=retweets&"));
}

TEST_CASE("no error and no note of X holds the token") {
    const std::string echo = R"({"title":")" + token + R"(","detail":")" + token +
                             R"(","type":"https://api.x.com/)" + token +
                             R"(","errors":[{"message":")" + token + "\"}]}";
    for (int status : {200, 301, 400, 401, 402, 403, 404, 409, 418, 429, 500, 503}) {
        Account account;
        Cursor cursor = account.begun();
        account.http.answer(status, echo, {{"Location", "https://x.example/" + token}});
        Error error = account.poll(cursor).error();
        INFO(status << " " << error.message);
        CHECK(error.message.find(token) == std::string::npos);
    }
    Account account;
    account.http.answer(200, user);
    account.http.answer(200, R"({"data":[],"errors":[)" + echo + R"(],"meta":{},"includes":{}})");
    Batch batch = good(account.poll());
    for (const std::string& note : batch.notes) CHECK(note.find(token) == std::string::npos);
    for (const auto& [key, value] : batch.next.state) CHECK(value.find(token) == std::string::npos);
}
