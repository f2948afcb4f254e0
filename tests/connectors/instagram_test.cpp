// Instagram accounts through `poll`, `presence` and `parse_instagram`.

#include <string>

#include <catch2/catch.hpp>

#include "tests/connectors/graph_support.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

std::string write_entry(const GraphPost& post) {
    return R"({"id":")" + post.id + R"(","caption":")" + post.text +
           R"(","media_type":"IMAGE","timestamp":"2023-03-17T07:00:00+0000"})";
}

std::string write_page(const std::string& entries, const std::string& paging) {
    return R"({"business_discovery":{"id":"900","media":{"data":[)" + entries + "]" + paging +
           R"(}},"id":"17800"})";
}

GraphDialect dialect() {
    GraphDialect instagram;
    instagram.kind = "instagram";
    instagram.account = "mfa_example";
    instagram.list = "/v25.0/17800?fields=business_discovery.username(mfa_example)%7Bid,";
    instagram.single = "/v25.0/";
    instagram.make = make_instagram;
    instagram.parse = parse_instagram;
    instagram.entry = write_entry;
    instagram.page = write_page;
    return instagram;
}

Result<Batch> parsed(const std::string& body) {
    return parse_instagram(recorded(graph_source("instagram", "mfa_example"), body));
}

}  // namespace

TEST_CASE("media of a discovered account become statements") {
    const Batch batch = good(parsed(read_file(fixture("instagram/discovery.json"))));
    CHECK(batch.account_key == "17900");
    REQUIRE(ids(batch) == std::vector<std::string>{"18003", "18002", "18001"});

    const Statement& carousel = batch.statements[0];
    CHECK(carousel.form == Form::post);
    CHECK(carousel.text == "State visit #diplomacy with @un");
    CHECK(carousel.url == "https://www.instagram.com/p/CCC/");
    CHECK(carousel.author_handle == "mfa_example");
    CHECK(carousel.author_name == "Ministry");
    CHECK(carousel.author_id == "17900");
    CHECK(format_time(*carousel.published_at) == "2023-03-17T07:00:00Z");
    CHECK_FALSE(carousel.edited_at);
    REQUIRE(carousel.media.size() == 2);
    CHECK(carousel.media[0].kind == "photo");
    CHECK(carousel.media[0].url == "https://pictures.example/1.jpg?oe=6104526E");
    CHECK(carousel.media[1].kind == "video");
    CHECK(carousel.media[1].url.empty());

    const Statement& reel = batch.statements[1];
    CHECK(reel.text.empty());
    REQUIRE(reel.media.size() == 1);
    CHECK(reel.media[0].kind == "video");
    CHECK(reel.media[0].url.empty());
    CHECK(reel.media[0].thumb == "https://pictures.example/2.jpg");

    CHECK(batch.statements[2].text == "Портрет министра 🇸🇬");
    CHECK(batch.statements[2].media.at(0).kind == "photo");
}

TEST_CASE("an account without media is empty, and other JSON is refused") {
    const Batch batch = good(parsed(R"({"business_discovery":{"id":"17900"},"id":"17800"})"));
    CHECK(batch.statements.empty());
    CHECK(batch.account_key == "17900");
    CHECK(bad(parsed(R"({"id":"17800"})")).kind == ErrorKind::malformed);
    CHECK(bad(parsed("[1]")).kind == ErrorKind::malformed);
    CHECK(bad(parsed(R"({"a":{"id":"1"},"b":{}})")).kind == ErrorKind::malformed);
}

TEST_CASE("the question names the account, its fields and the place in the list") {
    Scripted scripted(graph_source("instagram", "@mfa_example"), make_instagram);
    scripted.http.answer(200, write_page(write_entry({"900_1", "a"}), ""));
    Batch batch = good(scripted.poll());
    CHECK(
        scripted.http.requests.at(0).url ==
        "https://graph.facebook.com/v25.0/17800?fields=business_discovery.username(mfa_example)"
        "%7Bid,username,name,media.limit(25)%7Bid,caption,media_type,media_product_type,media_url,"
        "thumbnail_url,permalink,timestamp,children%7Bid,media_type,media_url%7D%7D%7D"
    );
    scripted.http.answer(
        200, write_page(write_entry({"900_9", "a"}), R"(,"paging":{"cursors":{"after":"QVF="}})")
    );
    scripted.http.answer(200, write_page(write_entry({"900_1", "a"}), ""));
    batch = good(scripted.poll(batch.next));
    CHECK(batch.statements.size() == 2);
    CHECK(
        scripted.http.requests.at(2).url.find("media.limit(25).after(QVF%3D)%7B") !=
        std::string::npos
    );
}

TEST_CASE("an account that cannot be one is refused before anything is asked") {
    Scripted nonsense(graph_source("instagram", "a){id}"), make_instagram);
    CHECK(bad(nonsense.poll()).message == "`account` is not the name of an account");
    SourceConfig source = graph_source("instagram", "mfa_example");
    source.options.set("user_id", std::string("me?"), Span());
    Scripted reader(source, make_instagram);
    CHECK(bad(reader.poll()).message == "`user_id` is not the id of an account");
    CHECK(nonsense.http.requests.empty());
    CHECK(reader.http.requests.empty());
}

TEST_CASE("an account that nobody has is gone") {
    Scripted scripted(graph_source("instagram", "mfa_example"), make_instagram);
    scripted.http.answer(400, R"({"error":{"code":110,"error_subcode":2207013}})");
    CHECK(bad(scripted.poll()).kind == ErrorKind::gone);
}

TEST_CASE("three polls of an account: baseline, new post, edit, and a deletion without proof") {
    play_three_polls(dialect(), Presence::unknown);
}

TEST_CASE("posts of an account that left the first page are read, up to ten pages") {
    play_catch_up(dialect());
}

TEST_CASE("no credential of an account leaves the connector") { play_credentials(dialect()); }

TEST_CASE("an answer about an account that is cut anywhere is refused") {
    play_cuts(dialect(), write_page(write_entry({"900_1", "визит 🇸🇬"}), ""));
}

TEST_CASE("recorded answers about accounts are understood") {
    using Kind = ErrorKind;
    play_recordings(
        dialect(),
        {{"error_190.json", Kind::unauthorized},
         {"error_4.json", Kind::rate_limited},
         {"error_user_not_found.json", Kind::gone},
         {"restfb_ig_login_exception.json", Kind::rejected},
         {"empty.json", {}},
         {"user_fields.json", {}},
         {"base_discovery_medias_p1.json", {}, 5, "17984016661384418", "2021-10-22T14:00:39Z", ""},
         {"business_discovery.http", {}, 2, "18000000000000001", "2023-03-17T07:00:00Z", "State"},
         {"medias_fields.json", {}, 2, "17893085207160254", "2021-06-09T09:47:29Z", "Peach"},
         {"medias_p1.json", {}, 2, "17885103395504675", "2021-08-17T19:00:42Z", "To"},
         {"restfb_media-carousel.json", {}, 1, "123456789", "2018-02-22T10:40:45Z", "Great"},
         {"restfb_media-image.json", {}, 1, "123456789", "2018-02-22T10:00:29Z", "a"}}
    );
}
