// Facebook pages through `poll`, `presence` and `parse_facebook`.

#include <string>

#include <catch2/catch.hpp>

#include "tests/connectors/graph_support.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

std::string write_entry(const GraphPost& post) {
    return R"({"id":")" + post.id + R"(","message":")" + post.text +
           R"(","created_time":"2023-03-17T07:00:00+0000"})";
}

std::string write_page(const std::string& entries, const std::string& paging) {
    return R"({"data":[)" + entries + "]" + paging + "}";
}

GraphDialect dialect() {
    GraphDialect facebook;
    facebook.kind = "facebook";
    facebook.account = "mfa.example";
    facebook.list = "/v25.0/mfa.example/posts?limit=25&fields=id,message,";
    facebook.single = "/v25.0/";
    facebook.make = make_facebook;
    facebook.parse = parse_facebook;
    facebook.entry = write_entry;
    facebook.page = write_page;
    return facebook;
}

std::string post_with(const std::string& fields) {
    return R"({"id":"900_1","created_time":"2023-03-17T07:00:00+0000",)" + fields + "}";
}

Statement parsed(const std::string& body) {
    Batch batch = good(parse_facebook(recorded(graph_source("facebook", "900"), body)));
    REQUIRE(batch.statements.size() == 1);
    return batch.statements.front();
}

}  // namespace

TEST_CASE("posts of a page become statements") {
    const std::string body = read_file(fixture("facebook/posts.json"));
    const Batch batch = good(parse_facebook(recorded(graph_source("facebook", "900"), body)));
    CHECK(batch.account_key == "900");
    CHECK(batch.recovered);
    CHECK(everything_in(batch).find("HAND-WRITTEN") == std::string::npos);
    REQUIRE(
        ids(batch) ==
        std::vector<std::string>{"900_17", "900_16", "900_15", "900_14", "900_13", "900_12"}
    );

    const Statement& album = batch.statements[0];
    CHECK(album.form == Form::post);
    CHECK(album.text == "Minister on the visit: https://www.mfa.example/visit\nFull text below.");
    CHECK(album.url == "https://www.facebook.com/900/posts/17");
    CHECK(album.author_id == "900");
    CHECK(album.author_name == "Ministry");
    CHECK(format_time(*album.published_at) == "2023-03-17T07:00:00Z");
    CHECK(format_time(album.edited_at.value()) == "2023-03-17T09:30:00Z");
    CHECK_FALSE(album.edited);
    CHECK(album.links == std::vector<std::string>{"https://www.mfa.example/visit"});
    CHECK(album.mentions == std::vector<std::string>{"United Nations"});
    REQUIRE(album.media.size() == 2);
    CHECK(album.media[0].kind == "photo");
    CHECK(album.media[0].url == "https://pictures.example/1.jpg?oh=a&oe=b");
    CHECK(album.media[0].w == 720);
    CHECK(album.media[1].kind == "video");
    CHECK(album.media[1].url == "https://pictures.example/2.mp4");
    CHECK(album.media[1].thumb == "https://pictures.example/2.jpg");
    CHECK(album.raw.starts_with(R"({"id":"900_17")"));

    const Statement& quote = batch.statements[1];
    CHECK(quote.form == Form::quote);
    CHECK(quote.text == "Our neighbours say it well");
    CHECK_FALSE(quote.edited_at);
    REQUIRE(quote.quote_of);
    CHECK(quote.quote_of->native_id == "800_3");
    CHECK(quote.quote_of->text == "We welcome the visit");
    CHECK(quote.quote_of->author_name == "Neighbours");
    CHECK(quote.quote_of->url == "https://www.facebook.com/800/posts/3");
    CHECK(quote.media.empty());

    const Statement& repost = batch.statements[2];
    CHECK(repost.form == Form::repost);
    CHECK(repost.text.empty());
    REQUIRE(repost.repost_of);
    CHECK(repost.repost_of->native_id == "800_2");
    CHECK(repost.repost_of->text == "Good news");

    const Statement& link = batch.statements[3];
    CHECK(link.form == Form::post);
    CHECK_FALSE(link.quote_of);
    CHECK(link.links == std::vector<std::string>{"https://news.example/a"});
    REQUIRE(link.media.size() == 1);
    CHECK(link.media[0].kind == "link");
    CHECK(link.media[0].alt == "Interview\nTen questions");

    const Statement& story = batch.statements[4];
    CHECK(story.form == Form::service);
    CHECK(story.text == "Ministry updated their cover photo.");

    const Statement& picture = batch.statements[5];
    CHECK(picture.form == Form::post);
    CHECK(picture.text.empty());
    REQUIRE(picture.media.size() == 1);
    CHECK(picture.media[0].url == "https://pictures.example/5.jpg");
}

TEST_CASE("a shared post without a parent is known by its attachment") {
    const Statement statement = parsed(post_with(
        R"("message":"See","attachments":{"data":[{"type":"share","target":{"id":"800_4"},)"
        R"("unshimmed_url":"https://m.facebook.com/800/posts/4","description":"Words"}]})"
    ));
    CHECK(statement.form == Form::quote);
    REQUIRE(statement.quote_of);
    CHECK(statement.quote_of->native_id == "800_4");
    CHECK(statement.quote_of->text == "Words");
    const Statement away =
        parsed(post_with(R"("message":"See","attachments":{"data":[{"type":"share",)"
                         R"("url":"https://l.facebook.com/l.php?u=x"}]})"));
    CHECK(away.form == Form::post);
    CHECK(away.media.at(0).kind == "link");
}

TEST_CASE("a long post is whole, and one beyond the limit is partial") {
    const std::string words(60'000, 'a');
    const Statement statement = parsed(post_with(R"("message":")" + words + "\""));
    CHECK(statement.text == words);
    CHECK_FALSE(statement.partial);
    const std::string more(300'000, 'a');
    CHECK(parsed(post_with(R"("message":")" + more + "\"")).partial);
}

TEST_CASE("of more links than a statement holds the first are kept") {
    std::string words;
    for (int i = 0; i < 150; ++i) words += "https://news.example/" + std::to_string(i) + " ";
    const Statement statement = parsed(post_with(R"("message":")" + words + "\""));
    CHECK(statement.links.size() == 100);
    CHECK(statement.links.front() == "https://news.example/0");
}

TEST_CASE("addresses that are none are left out") {
    const Statement statement = parsed(
        post_with(R"("permalink_url":"javascript:x","full_picture":"<url>","attachments":{"data":[)"
                  R"({"type":"photo","media":{"image":{"src":"data:x"}}},{"type":5},null]})")
    );
    CHECK(statement.url.empty());
    CHECK(statement.media.empty());
}

TEST_CASE("the declared language of a source is that of its posts") {
    SourceConfig source = graph_source("facebook", "900");
    source.lang = "ru";
    const Batch batch = good(parse_facebook(recorded(source, post_with(R"("message":"a")"))));
    CHECK(batch.statements.at(0).lang == "ru");
    CHECK(batch.statements.at(0).lang_declared);
}

TEST_CASE("a page's own token reads the complete list") {
    SourceConfig source = graph_source("facebook", "900");
    source.options.set("own_page", true, Span());
    source.options.set("api_version", std::string("v26.0"), Span());
    source.options.set("app_secret", Secret(graph_app_secret), Span());
    Scripted scripted(source, make_facebook);
    scripted.http.answer(200, R"({"data":[]})");
    good(scripted.poll());
    const std::string url = scripted.http.requests.at(0).url;
    CHECK(url.starts_with("https://graph.facebook.com/v26.0/900/published_posts?limit=25&fields="));
    CHECK(url.ends_with("&appsecret_proof=" + hex(hmac_sha256(graph_app_secret, graph_token))));
}

TEST_CASE("a page that cannot be one is refused before anything is asked") {
    Scripted scripted(graph_source("facebook", "not a page"), make_facebook);
    const Error error = bad(scripted.poll());
    CHECK(error.kind == ErrorKind::rejected);
    CHECK(error.message == "`page` is not the id or the name of a page");
    CHECK(*run(scripted.io, scripted.connector->presence("900_1", "")) == Presence::unknown);
    CHECK(scripted.http.requests.empty());
}

TEST_CASE("another page in the configuration starts anew") {
    Scripted scripted(graph_source("facebook", "900"), make_facebook);
    scripted.http.answer(200, post_with(R"("message":"a")"));
    Cursor other;
    other.state["name"] = "800";
    other.remember("800_1");
    const Batch batch = good(scripted.poll(other));
    CHECK_FALSE(batch.gap);
    CHECK(batch.next.seen == std::vector<std::string>{"900_1"});
}

TEST_CASE("three polls of a page: baseline, new post, edit and deletion") {
    play_three_polls(dialect(), Presence::deleted);
}

TEST_CASE("posts of a page that left the first page are read, up to ten pages") {
    play_catch_up(dialect());
}

TEST_CASE("no credential of a page leaves the connector") { play_credentials(dialect()); }

TEST_CASE("an answer about a page that is cut anywhere is refused") {
    play_cuts(dialect(), write_page(post_with(R"("message":"a visit — визит")"), ""));
}

TEST_CASE("recorded answers about pages are understood") {
    using Kind = ErrorKind;
    play_recordings(
        dialect(),
        {{"error_100_no_object.json", Kind::forbidden},
         {"error_100_ppca.json", Kind::forbidden},
         {"error_17.json", Kind::rate_limited},
         {"error_190_expired.http", Kind::unauthorized},
         {"error_200_permission.json", Kind::forbidden},
         {"error_2_transient.json", Kind::server},
         {"error_32.json", Kind::rate_limited},
         {"error_4.http", Kind::rate_limited},
         {"error_80001.http", Kind::rate_limited},
         {"restfb_exampleErrorNew.json", Kind::unauthorized},
         {"restfb_exampleOauthError.json", Kind::unauthorized},
         {"restfb_post-with-insight.json", Kind::malformed},
         {"page_posts_empty.json", {}},
         {"feed_fields_p1.json", {}, 5, "4_10113477241177441", "2021-07-04T19:50:58Z", "Happy"},
         {"feed_fields_p2.json", {}, 5, "4_10113477241177441", "2021-07-04T19:50:58Z", "Happy"},
         {"feeds_default_fields_p1.json",
          {},
          5,
          "19292868552_10158349356748553",
          "2021-07-09T19:09:52Z",
          "Singaporean"},
         {"page_posts.http",
          {},
          3,
          "100000000000001_122100000000000009",
          "2023-03-17T07:00:00Z",
          "State"},
         {"restfb_feed-got.json",
          {},
          25,
          "74133697733_10152424438657734",
          "2014-09-20T12:59:48Z",
          "Only"},
         {"restfb_post-attachments.json",
          {},
          1,
          "1234567891234_987654321987654",
          "2015-06-22T12:48:05Z",
          "Test"},
         {"restfb_post-messagetags.json",
          {},
          1,
          "10000224132434695_6841623116674",
          "2014-09-03T13:13:48Z",
          "Ich"},
         {"restfb_post-story.json",
          {},
          1,
          "987654321_678607288890643",
          "2014-08-22T10:32:44Z",
          "Tester",
          Form::service},
         {"single_post_data.json",
          {},
          1,
          "175154750010052_424924701699721",
          "2019-08-12T03:45:11Z",
          "我"}}
    );
}
