// The JSON connector through `poll` and `presence`.

#include <catch2/catch.hpp>

#include "tests/connectors/page_support.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using Lines = std::vector<std::string>;

namespace {

const std::string address = "https://api.mfa.example/v1/list";

SourceConfig json_source(const Written& options, const std::string& url = address) {
    return written_source("json_api", url, options);
}

const Written plain{
    {"items", "/list"},
    {"fields.id", "/id"},
    {"fields.text", "/text"},
    {"fields.published", "/date"}};

SourceConfig plain_source(const Written& more = {}) {
    Written options = plain;
    for (const auto& [name, value] : more) options[name] = value;
    SourceConfig source = json_source(options);
    source.options.set("respect_robots", false, Span());
    return source;
}

std::string item(int id, const std::string& more = "") {
    const std::string number = std::to_string(id);
    return "{\"id\":" + number + ",\"text\":\"Item " + number +
           "\",\"date\":" + std::to_string(1'679'000'000 + id) + more + "}";
}

// Items `to` down to `from`.
std::string list(int from, int to, const std::string& more = "") {
    std::string items;
    for (int id = to; id >= from; --id) items += (items.empty() ? "" : ",") + item(id);
    return "{\"list\":[" + items + "]" + more + "}";
}

struct Api : Scripted {
    explicit Api(const SourceConfig& source) : Scripted(source, make_json_api) {}

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
    Lines asked() {
        Lines urls;
        for (const HttpRequest& request : http.requests) urls.push_back(request.url);
        http.requests.clear();
        return urls;
    }
};

}  // namespace

TEST_CASE("three polls with a cursor, an edit and a removal") {
    Api api(plain_source({{"cursor_param", "since_id={last_id}&from={last_time}"}}));
    api.http.answer(200, list(1, 3));
    Batch batch = api.good();
    CHECK(ids(batch) == Lines{"1", "2", "3"});
    CHECK(api.asked() == Lines{address});

    api.http.answer(200, list(4, 4));
    batch = api.good(batch.next);
    CHECK(ids(batch) == Lines{"4"});
    CHECK(api.asked() == Lines{address + "?since_id=3&from=2023-03-16T20:53:23Z"});
    CHECK_FALSE(batch.gap);

    api.http.answer(200, "{\"list\":[{\"id\":4,\"text\":\"Corrected\",\"date\":1679000004}]}");
    batch = api.good(batch.next);
    CHECK(batch.statements.at(0).text == "Corrected");
    CHECK(batch.next.get("last_id") == "4");

    api.http.answer(200, "{\"list\":[]}");
    batch = api.good(batch.next);
    CHECK(batch.statements.empty());
    CHECK(batch.next.get("last_id") == "4");
}

TEST_CASE("what an answer calls deleted is no statement, and proof of it") {
    Api api(plain_source({{"fields.deleted", "/gone"}}));
    const std::string body = "{\"list\":[" + item(2) + "," + item(1, ",\"gone\":true") + "]}";
    api.http.answer(200, body);
    CHECK(ids(api.good()) == Lines{"2"});
    const auto presence = [&](const std::string& id, const std::string& url) {
        api.http.answer(200, body);
        auto found = run(api.io, api.connector->presence(id, url));
        REQUIRE(found);
        return *found;
    };
    CHECK(presence("1", "") == Presence::deleted);
    CHECK(presence("2", "") == Presence::there);
    CHECK(presence("3", "") == Presence::unknown);
    api.asked();
    api.http.answer(200, body);
    api.http.answer(404, "");
    CHECK(*run(api.io, api.connector->presence("3", "https://mfa.example/3")) == Presence::unknown);
    api.clock.jump_to(noon + std::chrono::hours(1));
    api.http.answer(200, body);
    api.http.answer(404, "");
    CHECK(*run(api.io, api.connector->presence("3", "https://mfa.example/3")) == Presence::deleted);
}

TEST_CASE("older pages are read by address or by parameter when nothing is known") {
    Api by_address(plain_source({{"next.pointer", "/next"}}));
    by_address.http.answer(200, list(1, 3));
    Batch batch = by_address.good();
    by_address.asked();
    by_address.http.answer(200, list(8, 10, ",\"next\":\"/v1/list?page=2\""));
    by_address.http.answer(200, list(3, 7, ",\"next\":\"/v1/list?page=3\""));
    batch = by_address.good(batch.next);
    CHECK(by_address.asked() == Lines{address, address + "?page=2"});
    CHECK(batch.statements.size() == 8);
    CHECK_FALSE(batch.gap);

    Api by_parameter(plain_source({{"next.pointer", "/next"}, {"next.param", "cursor"}}));
    by_parameter.http.answer(200, list(1, 3));
    batch = by_parameter.good();
    by_parameter.asked();
    by_parameter.http.answer(200, list(8, 10, ",\"next\":\"a&b\""));
    by_parameter.http.answer(200, list(5, 7));
    batch = by_parameter.good(batch.next);
    CHECK(by_parameter.asked() == Lines{address, address + "?cursor=a%26b"});
    REQUIRE(batch.gap);
    CHECK(batch.gap->from_id == "3");
    CHECK(batch.gap->to_id == "5");
}

TEST_CASE("pages that lead in a circle, without end or to another host are left") {
    SourceConfig source = plain_source({{"next.pointer", "/next"}});
    source.options.set("max_pages", std::int64_t(3), Span());
    Api api(source);
    api.http.answer(200, list(1, 3));
    const Cursor since = api.good().next;
    api.asked();
    api.http.answer(200, list(8, 10, ",\"next\":\"/v1/list\""));
    CHECK(api.good(since).gap);
    CHECK(api.asked().size() == 1);
    api.http.answer(200, list(8, 10, ",\"next\":\"https://evil.example/v1/list\""));
    CHECK(api.good(since).gap);
    CHECK(api.asked().size() == 1);
    for (int i = 0; i < 5; ++i) {
        api.http.answer(
            200, list(90 - 3 * i, 92 - 3 * i, ",\"next\":\"?p=" + std::to_string(i) + "\"")
        );
    }
    CHECK(api.good(since).gap);
    CHECK(api.asked().size() == 3);
}

TEST_CASE("a secret goes where the configuration says, and nowhere else") {
    const std::string secret = "s3cret";
    SourceConfig source = json_source(
        {{"method", "POST"},
         {"items", "/list"},
         {"fields.id", "/id"},
         {"fields.text", "/text"},
         {"body", R"({"key":"{token}"})"}},
        address + "?key={token}"
    );
    source.options.set("headers", Lines{"Authorization: Bearer {token}", "X-One:two"}, Span());
    source.options.set("token", Secret(secret), Span());
    Api api(source);
    api.http.answer(404, "");
    api.http.answer(200, "{\"list\":[{\"id\":1,\"text\":\"x\",\"url\":\"/1\"}]}");
    const Batch batch = api.good();
    const HttpRequest& robots = api.http.requests.at(0);
    CHECK(robots.url == "https://api.mfa.example/robots.txt");
    CHECK_FALSE(find_header(robots.headers, "Authorization"));
    const HttpRequest& request = api.http.requests.at(1);
    CHECK(request.url == address + "?key=s3cret");
    CHECK(request.method == "POST");
    CHECK(request.body == R"({"key":"s3cret"})");
    CHECK(find_header(request.headers, "Authorization") == "Bearer s3cret");
    CHECK(find_header(request.headers, "X-One") == "two");
    CHECK(find_header(request.headers, "Content-Type") == "application/json");
    CHECK_FALSE(request.follow_redirects);
    std::string kept = batch.account_key + batch.statements.at(0).raw + batch.statements[0].url;
    for (const auto& [key, value] : batch.next.state) kept += value;
    for (const std::string& note : batch.notes) kept += note;
    CHECK(kept.find(secret) == std::string::npos);
    for (const int status : {302, 401, 404, 500}) {
        api.http.answer(status, "{\"echo\":\"s3cret\"}");
        CHECK(api.bad().message.find(secret) == std::string::npos);
    }
    api.http.answer(200, "{\"echo\":\"s3cret\"");
    CHECK(api.bad().message.find(secret) == std::string::npos);
}

TEST_CASE("the end of a rate limit is in its header") {
    Api api(plain_source());
    api.http.answer(429, "{}", {{"RateLimit", "limit=100, remaining=0, reset=50"}});
    const Error error = api.bad();
    CHECK(error.kind == ErrorKind::rate_limited);
    CHECK(error.retry_after == std::chrono::seconds(50));
}
