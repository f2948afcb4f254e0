// The Reddit connector through `poll` and `presence`.

#include <catch2/catch.hpp>

#include "tests/connectors/imitation.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

using Texts = std::vector<std::string>;

const std::string feed_hash = "0123456789abcdef";
const std::string feed_address =
    "https://www.reddit.com/user/mfa_example/submitted.rss?feed=" + feed_hash + "&user=desk";
const std::string token_answer =
    R"({"access_token":"bearer-secret","token_type":"bearer","expires_in":3600,"scope":"*"})";

SourceConfig reddit_source(const std::string& option = "user", std::string name = "mfa_example") {
    SourceConfig source = source_of("reddit", option, std::move(name));
    source.options.set("client_id", std::string("app"), Span());
    source.options.set("client_secret", Secret("app-secret"), Span());
    return source;
}

SourceConfig feed_source(std::string address = feed_address) {
    SourceConfig source;
    source.name.value = "test";
    source.kind.value = "reddit";
    source.poll_timeout = 30s;
    source.options.set("feed_url", Secret(std::move(address)), Span());
    return source;
}

std::string recorded(const std::string& name) { return read_file(fixture("reddit/" + name)); }

// The post of that number, as many seconds after a fixed time.
std::string post(int number, const std::string& words, const std::string& more = "") {
    const std::string id = std::to_string(number);
    return R"({"kind":"t3","data":{"name":"t3_)" + id + R"(","author":"mfa_example",)" +
           R"("author_fullname":"t2_mfa","subreddit_id":"t5_exam","title":"T","selftext":")" +
           words + R"(","is_self":true,"permalink":"/r/e/comments/)" + id +
           R"(/t/","created_utc":)" + std::to_string(1'679'000'000 + number) + ".0" + more + "}}";
}

std::string listing(const Texts& posts, const std::string& after = "") {
    std::string all;
    for (const std::string& one : posts) all += (all.empty() ? "" : ",") + one;
    const std::string behind = after.empty() ? "null" : '"' + after + '"';
    return R"({"kind":"Listing","data":{"after":)" + behind + R"(,"children":[)" + all + "]}}";
}

std::string range(int first, int last, const std::string& after = "") {
    Texts posts;
    for (int number = last; number >= first; --number) posts.push_back(post(number, "w"));
    return listing(posts, after);
}

struct Reddit : Scripted {
    Reddit() : Reddit(reddit_source()) {}
    explicit Reddit(const SourceConfig& source) : Scripted(source, make_reddit) {}

    // A first poll has read these.
    Cursor knowing(const std::string& page) {
        http.answer(200, token_answer);
        http.answer(200, page);
        return good().next;
    }
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
};

}  // namespace

TEST_CASE("the end of a rate limit of Reddit is in seconds from now, and a zero says nothing") {
    Reddit reddit;
    const Cursor cursor = reddit.knowing(range(1, 2));
    const std::string page = "<!doctype html><html><head><title>Too Many Requests</title></head>";
    reddit.http.answer(429, page, {{"retry-after", "0"}, {"x-ratelimit-reset", "283"}});
    Error error = reddit.bad(cursor);
    CHECK(error.kind == ErrorKind::rate_limited);
    CHECK(error.retry_after == 283s);
    reddit.http.answer(429, page, {{"retry-after", "0"}});
    error = reddit.bad(cursor);
    CHECK(error.kind == ErrorKind::rate_limited);
    CHECK(error.retry_after == 61min);
}

TEST_CASE("a token of Reddit is asked for with the application's secret and kept until its end") {
    Reddit reddit;
    Cursor cursor = reddit.knowing(range(1, 2));
    const HttpRequest token = reddit.http.requests.at(0);
    CHECK(token.method == "POST");
    CHECK(token.url == "https://www.reddit.com/api/v1/access_token");
    CHECK(token.body == "grant_type=client_credentials");
    CHECK(find_header(token.headers, "Authorization") == "Basic YXBwOmFwcC1zZWNyZXQ=");
    const HttpRequest list = reddit.http.requests.at(1);
    CHECK(
        list.url ==
        "https://oauth.reddit.com/user/mfa_example/submitted?raw_json=1&limit=25&sort=new"
    );
    CHECK(find_header(list.headers, "Authorization") == "Bearer bearer-secret");

    reddit.clock.advance(50min);
    reddit.http.answer(200, range(1, 3));
    cursor = reddit.good(cursor).next;
    CHECK(reddit.http.requests.size() == 3);
    reddit.clock.advance(10min);
    reddit.http.answer(200, token_answer);
    reddit.http.answer(200, range(1, 3));
    reddit.good(cursor);
    CHECK(reddit.http.requests.size() == 5);
}

TEST_CASE("a token that Reddit refuses is renewed once") {
    Reddit reddit;
    const Cursor cursor = reddit.knowing(range(1, 2));
    reddit.http.answer(401, R"({"message":"Unauthorized","error":401})");
    reddit.http.answer(200, token_answer);
    reddit.http.answer(200, range(1, 3));
    CHECK(reddit.good(cursor).statements.size() == 3);
    reddit.http.answer(401, "");
    reddit.http.answer(200, token_answer);
    reddit.http.answer(401, R"({"message":"Unauthorized","error":401})");
    CHECK(reddit.bad(cursor).kind == ErrorKind::unauthorized);
    CHECK(reddit.http.answers.empty());
}

TEST_CASE("an application that Reddit refuses is unauthorized") {
    Reddit reddit;
    reddit.http.answer(401, R"({"message":"Unauthorized","error":401})");
    CHECK(reddit.bad().kind == ErrorKind::unauthorized);
    reddit.http.answer(200, R"({"error":"invalid_grant"})");
    CHECK(reddit.bad().kind == ErrorKind::unauthorized);
    reddit.http.answer(200, R"({"access_token":"a\r\nX: y"})");
    CHECK(reddit.bad().kind == ErrorKind::unauthorized);
    reddit.http.answer(429, "", {{"x-ratelimit-reset", "30"}});
    CHECK(reddit.bad().retry_after == 30s);
    reddit.http.answer(200, "no JSON");
    CHECK(reddit.bad().kind == ErrorKind::malformed);
}

TEST_CASE("subreddits and comments of Reddit have addresses of their own") {
    Reddit subreddit(reddit_source("subreddit", "r/WorldNews"));
    subreddit.http.answer(200, token_answer);
    subreddit.http.answer(200, range(1, 2));
    const Batch batch = subreddit.good();
    CHECK(batch.account_key == "t5_exam");
    CHECK(subreddit.http.requests.at(1).url.find("/r/worldnews/new?") != std::string::npos);
    SourceConfig source = reddit_source();
    source.options.set("comments", true, Span());
    Reddit comments(source);
    comments.knowing(range(1, 2));
    CHECK(
        comments.http.requests.at(1).url.find("/user/mfa_example/overview?") != std::string::npos
    );
}

TEST_CASE("options of Reddit that do not fit together are told before anything is asked") {
    SourceConfig both = reddit_source();
    both.options.set("subreddit", std::string("other"), Span());
    for (const SourceConfig& source :
         {both,
          reddit_source("user", "not a name"),
          source_of("reddit", "user", std::string("mfa_example")),
          feed_source("ftp://x.example/")}) {
        Reddit reddit(source);
        CHECK(reddit.bad().kind == ErrorKind::rejected);
        CHECK(reddit.http.requests.empty());
    }
}

TEST_CASE("pages of Reddit are read back to a known post, and what was missed is late") {
    Reddit reddit;
    const Cursor cursor = reddit.knowing(range(1, 25));
    reddit.http.answer(200, range(51, 75, "t3_51"));
    reddit.http.answer(200, range(26, 50, "t3_26"));
    reddit.http.answer(200, range(1, 25));
    const Batch batch = reddit.good(cursor);
    CHECK(reddit.http.requests.at(3).url.ends_with("&after=t3_51"));
    CHECK(batch.statements.size() == 75);
    CHECK(batch.statements.front().native_id == "t3_1");
    CHECK(batch.statements[30].late);
    CHECK_FALSE(batch.statements[10].late);
    CHECK_FALSE(batch.statements[60].late);
    CHECK_FALSE(batch.gap);
}

TEST_CASE("reading Reddit back ends after ten pages with a gap") {
    Reddit reddit;
    const Cursor cursor = reddit.knowing(range(1, 25));
    for (int page = 0; page < 12; ++page) {
        const int last = 2000 - page * 25;
        reddit.http.answer(200, range(last - 24, last, "t3_" + std::to_string(last)));
    }
    const Batch batch = reddit.good(cursor);
    CHECK(reddit.http.requests.size() == 12);
    REQUIRE(batch.gap);
    CHECK(batch.gap->from_id == "t3_25");
    CHECK(batch.gap->to_id == "t3_1751");
}

TEST_CASE("a pinned post of Reddit is nothing new unless it is") {
    const std::string pin = R"(,"pinned":true)";
    Reddit reddit;
    const Cursor cursor = reddit.knowing(range(11, 12));
    reddit.http.answer(200, listing({post(5, "old", pin), post(13, "new"), post(12, "w")}));
    Batch batch = reddit.good(cursor);
    CHECK(ids_of(batch) == Texts{"t3_12", "t3_13"});
    reddit.http.answer(200, listing({post(14, "news", pin), post(13, "new")}));
    CHECK(ids_of(reddit.good(batch.next)) == Texts{"t3_13", "t3_14"});
}

TEST_CASE("three polls of Reddit: baseline, new and edited, and a deletion is proved") {
    Imitation service(reddit_source(), make_reddit, {"base_url", "auth_url"});
    const std::string path = "/user/mfa_example/submitted?";
    service.serve("/api/v1/access_token", token_answer);
    service.serve(path, range(1, 3));
    auto first = service.poll();
    REQUIRE(first);
    CHECK(ids_of(*first) == Texts{"t3_1", "t3_2", "t3_3"});
    CHECK(first->account_key == "t2_mfa");
    service.serve(
        path, listing({post(4, "w"), post(3, "mended", R"(,"edited":1679040000.0)"), post(2, "w")})
    );
    auto second = service.poll(first->next);
    REQUIRE(second);
    CHECK(ids_of(*second) == Texts{"t3_2", "t3_3", "t3_4"});
    CHECK(second->statements[1].text == "mended");
    CHECK(second->statements[1].edited);
    service.serve(path, listing({post(4, "w"), post(2, "w")}));
    auto third = service.poll(second->next);
    REQUIRE(third);
    CHECK(ids_of(*third) == Texts{"t3_2", "t3_4"});
    CHECK(third->account_key == "t2_mfa");

    const std::string info = "/api/info?raw_json=1&id=t3_";
    service.serve(
        info + "1", listing({post(1, "[removed]", R"(,"removed_by_category":"moderator")")})
    );
    service.serve(info + "3", listing({post(3, "[deleted]")}));
    service.serve(info + "4", listing({post(4, "w")}));
    service.serve(info + "5", listing({}));
    CHECK(*service.presence("t3_1") == Presence::deleted);
    CHECK(*service.presence("t3_3") == Presence::deleted);
    CHECK(*service.presence("t3_4") == Presence::there);
    CHECK(*service.presence("t3_5") == Presence::unknown);
    CHECK_FALSE(service.presence("t3_6"));
    CHECK(*service.presence("t3_4&x=1") == Presence::unknown);
}

TEST_CASE("a private feed of Reddit gives the same statements without its signature") {
    Reddit reddit(feed_source());
    reddit.http.answer(200, recorded("private_feed.atom"));
    const Batch batch = reddit.good();
    CHECK(reddit.http.requests.at(0).url == feed_address);
    REQUIRE(ids_of(batch) == Texts{"t3_11aaa08", "t3_11aaa09"});
    const Statement& s = batch.statements[1];
    CHECK(s.title == "Statement");
    CHECK(s.text == "State visit & more, this feed");
    CHECK(s.author_handle == "mfa_example");
    CHECK(s.url == "https://www.reddit.com/r/example/comments/11aaa09/x/");
    CHECK(format_time(*s.published_at) == "2023-03-17T07:00:09Z");
    CHECK(batch.statements[0].text == "Earlier words");
    CHECK(batch.account_key == "https://www.reddit.com/user/mfa_example/submitted.rss");
    auto presence = run(reddit.io, reddit.connector->presence("t3_11aaa09", ""));
    REQUIRE(presence);
    CHECK(*presence == Presence::unknown);

    reddit.http.answer(200, recorded("private_feed.atom"));
    CHECK_FALSE(reddit.good(batch.next).gap);
    reddit.http.answer(403, "<!doctype html><html><title>Blocked</title></html>");
    CHECK(reddit.bad().kind == ErrorKind::blocked);
    reddit.http.answer(200, "<!doctype html><html></html>");
    CHECK(reddit.bad().kind == ErrorKind::server);
}

TEST_CASE("secrets of Reddit appear nowhere") {
    Imitation service(reddit_source(), make_reddit, {"base_url", "auth_url"});
    service.serve("/api/v1/access_token", token_answer);
    service.serve("/user/", recorded("listing.json"));
    auto good = service.poll();
    REQUIRE(good);
    CHECK(everything(good).find("secret") == std::string::npos);
    for (int status : {401, 403, 404, 429, 500, 200}) {
        service.serve("/user/", "bearer-secret app-secret", status);
        auto bad = service.poll(good->next);
        REQUIRE_FALSE(bad);
        CHECK(everything(bad).find("secret") == std::string::npos);
    }

    Reddit feed(feed_source());
    feed.http.answer(200, recorded("private_feed.atom"));
    auto batch = feed.poll();
    REQUIRE(batch);
    CHECK(everything(batch).find(feed_hash) == std::string::npos);
    for (const auto& [status, body] : std::vector<std::pair<int, std::string>>{
             {429, ""},
             {403, "<html>" + feed_hash},
             {404, ""},
             {200, "<x>" + feed_hash},
             {302, ""}}) {
        feed.http.answer(status, body);
        CHECK(everything(feed.poll()).find(feed_hash) == std::string::npos);
    }
    Imitation unreachable(
        feed_source("http://127.0.0.1:1/x.rss?feed=" + feed_hash), make_reddit, {}
    );
    auto error = unreachable.poll();
    REQUIRE_FALSE(error);
    CHECK(error.error().kind == ErrorKind::network);
    CHECK(everything(error).find(feed_hash) == std::string::npos);
}
