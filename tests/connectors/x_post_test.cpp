// Posts and answers of X through `parse`.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/connectors/x_samples.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

Result<Batch> parsed(const std::string& body, int status = 200, Headers headers = {}) {
    SourceConfig source = account_source();
    ParseInput input;
    input.response.status = status;
    input.response.body = body;
    input.response.headers = std::move(headers);
    input.source = &source;
    input.now = noon;
    return parse_x(input);
}

// A page of every form, in the tweet dialect.
const std::string all_forms = read_file(fixture("x/all_forms.json"));

std::string in_post_dialect(std::string page) {
    page = replaced(std::move(page), "note_tweet", "note_post");
    page = replaced(std::move(page), "referenced_tweets", "referenced_posts");
    page = replaced(std::move(page), "edit_history_tweet_ids", "edit_history_post_ids");
    return replaced(std::move(page), "\"tweets\":", "\"posts\":");
}

}  // namespace

TEST_CASE("every form of a post is told apart, with the words of others beside it") {
    Batch batch = good(parsed(all_forms));
    REQUIRE(batch.statements.size() == 8);
    CHECK(batch.account_key == "7");
    CHECK(batch.notes.size() == 2);
    const auto& all = batch.statements;

    CHECK(all[0].form == Form::post);
    CHECK(all[0].text == "Thread & more");
    CHECK(all[0].reply_to->native_id == "101");
    CHECK(all[0].url == "https://x.com/Ministry_EX/status/108");

    CHECK(all[1].form == Form::reply);
    CHECK(all[1].reply_to->native_id == "50");
    CHECK(all[1].reply_to->author_handle == "other");
    CHECK(all[1].lang.empty());

    CHECK(all[2].text.empty());
    REQUIRE(all[2].media.size() == 3);
    CHECK(all[2].media[0].alt == "A hall");
    CHECK(all[2].media[0].w == 12);
    CHECK(all[2].media[1].url == "https://v.example/high");
    CHECK(all[2].media[1].duration_s == 1.5);
    CHECK(all[2].media[2].alt == "Yes\nNo");
    CHECK(all[2].links.empty());

    CHECK(
        all[3].text ==
        "The beginning of a long post that goes on to https://a.example/?a=1&copy=2 and ends."
    );
    CHECK(all[3].lang == "id");
    CHECK(all[3].tags == std::vector<std::string>{"Budget"});
    CHECK(all[3].mentions == std::vector<std::string>{"other"});

    CHECK(all[4].form == Form::quote);
    CHECK(all[4].text == "We agree. https://t.co/q");
    CHECK(all[4].quote_of->text == "Whole words <of another>");
    CHECK(all[4].quote_of->native_id == "49");
    CHECK(all[4].quote_of->url == "https://x.com/other/status/51");

    CHECK(all[5].form == Form::repost);
    CHECK(all[5].text == "Whole words <of another>");
    CHECK(all[5].repost_of->author_name == "Other");
    CHECK_FALSE(all[5].partial);

    CHECK(all[6].native_id == "100");
    CHECK(all[6].edited);
    CHECK(all[6].url == "https://x.com/Ministry_EX/status/102");

    CHECK(all[7].text == "🇨🇳👍🏽 国事访问 https://b.example/ end");
    CHECK(all[7].links == std::vector<std::string>{"https://b.example/"});
    CHECK(format_time(*all[7].published_at) == "2023-03-17T07:00:09.25Z");
}

TEST_CASE("both dialects give equal statements") {
    Batch tweets = good(parsed(all_forms));
    Batch posts = good(parsed(in_post_dialect(all_forms)));
    REQUIRE(tweets.statements.size() == posts.statements.size());
    for (std::size_t i = 0; i < posts.statements.size(); ++i) {
        CHECK(to_json(tweets.statements[i]) == to_json(posts.statements[i]));
    }
}

TEST_CASE("an address that does not stand where its entity says cuts no words") {
    auto text = [](const std::string& start) {
        return good(
                   parsed(
                       R"({"data":[{"id":"1","text":"Read https://t.co/z now","entities":{"urls":[
        {"start":)" + start +
                       R"(,"end":9,"url":"https://t.co/z","expanded_url":"https://z.example/"}]}}]})"
                   )
        )
            .statements.at(0)
            .text;
    };
    for (const char* start : {"5", "0", "7", "99999999", "-4", "1e300", "\"x\""}) {
        CHECK(text(start) == "Read https://z.example/ now");
    }
}

TEST_CASE("an edited post has the time of its first version, which its id holds") {
    // 2023-03-17T07:00:00Z and eight minutes later, above 22 bits.
    auto id = [](std::int64_t unix_s) {
        return std::to_string((unix_s * 1000 - 1'288'834'974'657) << 22);
    };
    std::string first = id(1'679'036'400);
    std::string body = R"({"data":[{"id":")" + id(1'679'036'880) +
                       R"(","text":"x","created_at":"2023-03-17T07:08:00.000Z",
        "edit_history_tweet_ids":[")" +
                       first + "\"]}]}";
    Statement statement = good(parsed(body)).statements.at(0);
    CHECK(statement.native_id == first);
    CHECK(format_time(*statement.published_at) == "2023-03-17T07:00:00Z");
    CHECK(format_time(*statement.edited_at) == "2023-03-17T07:08:00Z");
}

TEST_CASE("a repost whose original is not shown is partial") {
    Statement statement = good(parsed(R"({"data":[{"id":"5","text":"RT @a: cut…","author_id":"7",
        "referenced_tweets":[{"type":"retweeted","id":"4"}]}]})"))
                              .statements.at(0);
    CHECK(statement.form == Form::repost);
    CHECK(statement.partial);
    CHECK(statement.repost_of->native_id == "4");
    CHECK(statement.url == "https://x.com/i/status/5");
}

TEST_CASE("an article has its title and its whole text") {
    Statement statement = good(parsed(R"({"data":[{"id":"5","text":"https://t.co/a","author_id":"7",
        "article":{"title":"On trade","plain_text":"All of it."}}]})"))
                              .statements.at(0);
    CHECK(statement.form == Form::article);
    CHECK(statement.title == "On trade");
    CHECK(statement.text == "All of it.");
}

TEST_CASE("every answer that is no page has its class") {
    struct Row {
        int status;
        std::string body;
        ErrorKind kind;
    };
    const std::vector<Row> rows{
        {400, problem_base + R"(invalid-request","title":"Invalid Request"})", ErrorKind::rejected},
        {401, R"({"title":"Unauthorized","type":"about:blank"})", ErrorKind::unauthorized},
        {402, R"({"title":"CreditsDepleted"})", ErrorKind::quota},
        {403, problem_base + R"(client-forbidden"})", ErrorKind::forbidden},
        {403, problem_base + R"(not-authorized-for-resource"})", ErrorKind::forbidden},
        {403, problem_base + R"(usage-capped"})", ErrorKind::quota},
        {404, R"({"title":"Not Found"})", ErrorKind::gone},
        {409, "{}", ErrorKind::rejected},
        {429, R"({"title":"Too Many Requests"})", ErrorKind::rate_limited},
        {429, R"({"errors":[{"code":88}]})", ErrorKind::rate_limited},
        {429, problem_base + R"(usage-capped"})", ErrorKind::quota},
        {429, R"({"title":"UsageCapExceeded"})", ErrorKind::quota},
        {429, problem_base + R"(streaming-connection"})", ErrorKind::rate_limited},
        {500, "", ErrorKind::server},
        {503, problem_base + R"(usage-capped"})", ErrorKind::server},
        {200, "<html><body>hotel</body></html>", ErrorKind::server},
        {200, "{}", ErrorKind::malformed},
        {200, "[1", ErrorKind::malformed},
        {200, R"({"data":[{"id":"x","text":"a"}]})", ErrorKind::malformed},
        {200, R"({"title":"Unauthorized","status":401})", ErrorKind::unauthorized},
        {200, R"({"errors":[{"code":88}]})", ErrorKind::rate_limited},
        {200, R"({"errors":[{}]})", ErrorKind::malformed},
        {200, R"({"errors":[)" + problem_base + R"(resource-not-found"}]})", ErrorKind::gone},
        {200,
         R"({"errors":[)" + problem_base + R"(not-authorized-for-resource"}]})",
         ErrorKind::forbidden},
    };
    for (const Row& row : rows) {
        INFO(row.status << " " << row.body);
        auto batch = parsed(row.body, row.status);
        REQUIRE_FALSE(batch);
        CHECK(to_string(batch.error().kind) == to_string(row.kind));
        CHECK_FALSE(batch.error().message.empty());
    }
    CHECK(good(parsed(empty_page)).statements.empty());
}

TEST_CASE("a page cut at any byte is a page or an error") {
    for (const std::string& body : {all_forms, user, wrong_fields}) {
        for (std::size_t size = 0; size <= body.size(); ++size) {
            auto batch = parsed(body.substr(0, size));
            if (!batch) CHECK_FALSE(batch.error().message.empty());
        }
    }
}

TEST_CASE("the recorded answers of X have their class, whole and cut") {
    auto folder = shared_fixtures("x");
    if (!folder) {
        WARN("recorded answers of X are not here");
        return;
    }
    const std::map<std::string, ErrorKind> errors{
        {"error_400_since_id_too_old.json", ErrorKind::rejected},
        {"error_400_unknown_field.json", ErrorKind::rejected},
        {"error_401.http", ErrorKind::unauthorized},
        {"error_402_credits.http", ErrorKind::quota},
        {"error_403_client.json", ErrorKind::forbidden},
        {"error_429.http", ErrorKind::rate_limited},
        {"error_429_usage_cap.json", ErrorKind::quota},
        {"error_503.http", ErrorKind::server},
        {"lookup_deleted.json", ErrorKind::gone},
        {"lookup_protected.json", ErrorKind::forbidden},
        {"user_not_found.json", ErrorKind::gone},
        {"user_suspended.json", ErrorKind::gone},
        {"stream_too_many_connections.json", ErrorKind::rate_limited},
        {"stream_lines.txt", ErrorKind::malformed},
        {"pytwitter_post_rules.json", ErrorKind::malformed},
        {"pytwitter_expansions.json", ErrorKind::malformed},
    };
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
        const std::string name = entry.path().filename().string();
        if (name == "SOURCES.txt") continue;
        INFO(name);
        ++files;
        const std::string bytes = read_file(entry.path());
        SourceConfig source = account_source();
        ParseInput input;
        input.source = &source;
        input.now = noon;
        input.response.body = bytes;
        if (name.ends_with(".http")) {
            auto response = parse_recorded_response(bytes);
            REQUIRE(response);
            input.response = *response;
        }
        auto batch = parse_x(input);
        auto expected = errors.find(name);
        if (expected != errors.end()) {
            REQUIRE_FALSE(batch);
            CHECK(to_string(batch.error().kind) == to_string(expected->second));
        } else {
            if (!batch) FAIL_CHECK(batch.error().message);
            bool empty =
                name == "users_tweets_empty.http" || name.find("user") != std::string::npos;
            if (batch && !empty) CHECK_FALSE(batch->statements.empty());
        }
        const std::string body = input.response.body;
        const std::size_t step = 1 + body.size() / 2000;
        for (std::size_t size = 0; size < body.size(); size += step) {
            input.response.body = body.substr(0, size);
            auto cut = parse_x(input);
            if (!cut) CHECK_FALSE(cut.error().message.empty());
        }
    }
    CHECK(files > static_cast<int>(errors.size()));
}
