// Threads profiles through `poll`, `presence` and `parse_threads`.

#include <string>

#include <catch2/catch.hpp>

#include "tests/connectors/graph_support.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

std::string write_entry(const GraphPost& post) {
    return R"({"id":")" + post.id + R"(","text":")" + post.text +
           R"(","media_type":"TEXT_POST","timestamp":"2023-03-17T07:00:00+0000"})";
}

std::string write_page(const std::string& entries, const std::string& paging) {
    return R"({"data":[)" + entries + "]" + paging + "}";
}

GraphDialect dialect() {
    GraphDialect threads;
    threads.kind = "threads";
    threads.account = "mfa_example";
    threads.list = "/v1.0/profile_posts?username=mfa_example&limit=25&fields=id,";
    threads.single = "/v1.0/";
    threads.make = make_threads;
    threads.parse = parse_threads;
    threads.entry = write_entry;
    threads.page = write_page;
    return threads;
}

Result<Batch> parsed(const std::string& body) {
    return parse_threads(recorded(graph_source("threads", "mfa_example"), body));
}

}  // namespace

TEST_CASE("posts of a profile become statements") {
    const Batch batch = good(parsed(read_file(fixture("threads/posts.json"))));
    CHECK(batch.account_key == "1700");
    REQUIRE(ids(batch) == std::vector<std::string>{"1806", "1805", "1804", "1803", "1802", "1801"});

    const Statement& post = batch.statements[0];
    CHECK(post.form == Form::post);
    CHECK(post.text == "Statement on the visit, see https://www.mfa.example/visit");
    CHECK(post.url == "https://www.threads.net/@mfa_example/post/F");
    CHECK(post.author_handle == "mfa_example");
    CHECK(post.author_id == "1700");
    CHECK(format_time(*post.published_at) == "2023-03-17T07:00:00Z");
    CHECK(
        post.links ==
        std::vector<std::string>{"https://www.mfa.example/visit", "https://news.example/a"}
    );
    REQUIRE(post.media.size() == 1);
    CHECK(post.media[0].kind == "link");

    const Statement& quote = batch.statements[1];
    CHECK(quote.form == Form::quote);
    CHECK(quote.text == "We agree");
    REQUIRE(quote.quote_of);
    CHECK(quote.quote_of->native_id == "1600");

    const Statement& repost = batch.statements[2];
    CHECK(repost.form == Form::repost);
    CHECK(repost.text.empty());
    REQUIRE(repost.repost_of);
    CHECK(repost.repost_of->native_id == "1500");

    const Statement& carousel = batch.statements[3];
    CHECK(carousel.form == Form::post);
    CHECK(carousel.media.size() == 2);

    const Statement& video = batch.statements[4];
    REQUIRE(video.media.size() == 1);
    CHECK(video.media[0].kind == "video");
    CHECK(video.media[0].url == "https://pictures.example/2.mp4");
    CHECK(video.media[0].thumb == "https://pictures.example/2.jpg");
    CHECK(video.media[0].alt == "The minister at the airport");

    const Statement& reply = batch.statements[5];
    CHECK(reply.form == Form::reply);
    REQUIRE(reply.reply_to);
    CHECK(reply.reply_to->native_id == "1400");
}

TEST_CASE("an id that is a number stays whole") {
    const Batch batch =
        good(parsed(R"({"data":[{"id":18000000000000010,"timestamp":"2023-03-17T07:00:00+0000"}]})")
        );
    CHECK(ids(batch) == std::vector<std::string>{"18000000000000010"});
}

TEST_CASE("without a profile the token's own is read, with its owner") {
    SourceConfig source = source_of("threads", "base_url", "http://127.0.0.1:8080/");
    source.options.set("access_token", Secret(graph_token), Span());
    Scripted scripted(source, make_threads);
    scripted.http.answer(200, R"({"data":[]})");
    CHECK(good(scripted.poll()).statements.empty());
    const HttpRequest& request = scripted.http.requests.at(0);
    CHECK(request.url.starts_with("http://127.0.0.1:8080/v1.0/me/threads?limit=25&fields=owner,id,")
    );
    CHECK(find_header(request.headers, "Authorization") == "Bearer " + graph_token);
}

TEST_CASE("a profile that cannot be one is refused before anything is asked") {
    Scripted scripted(graph_source("threads", "two words"), make_threads);
    CHECK(bad(scripted.poll()).message == "`account` is not the name of an account");
    CHECK(scripted.http.requests.empty());
}

TEST_CASE("three polls of a profile: baseline, new post, edit and deletion") {
    play_three_polls(dialect(), Presence::deleted);
}

TEST_CASE("posts of a profile that left the first page are read, up to ten pages") {
    play_catch_up(dialect());
}

TEST_CASE("no credential of a profile leaves the connector") { play_credentials(dialect()); }

TEST_CASE("an answer about a profile that is cut anywhere is refused") {
    play_cuts(dialect(), write_page(write_entry({"900_1", "визит 🇸🇬"}), ""));
}

TEST_CASE("recorded answers about profiles are understood") {
    using Kind = ErrorKind;
    play_recordings(
        dialect(),
        {{"error_190.json", Kind::unauthorized},
         {"error_4.json", Kind::rate_limited},
         {"restfb_basic-quota.json", Kind::malformed},
         {"restfb_media-container-error.json", Kind::malformed},
         {"restfb_media-with-location.json", Kind::malformed},
         {"empty.json", {}},
         {"huginn_user_posts.json", {}, 2, "1002", "2024-01-02T12:00:00Z", "Second"},
         {"restfb_basic-list-reply.json",
          {},
          3,
          "1234567890",
          "2024-01-01T18:20:00Z",
          "First",
          Form::reply},
         {"restfb_basic-media.json", {}, 1, "1234567", "2023-10-17T05:42:03Z", "Today"},
         {"restfb_basic-reply.json",
          {},
          1,
          "1234567890",
          "2024-01-01T18:20:00Z",
          "First",
          Form::reply},
         {"user_threads_page.json",
          {},
          3,
          "18000000000000010",
          "2023-10-17T05:42:03Z",
          "Statement",
          Form::quote}}
    );
}
