#include "daemon/story.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;

namespace {

Statement with(const std::string& text, const std::string& url = "") {
    Statement statement;
    statement.text = text;
    statement.url = url;
    return statement;
}

}  // namespace

TEST_CASE("equal words in another dress make the same key") {
    const auto one = story_keys(with("President Xi will pay a state visit to Russia."));
    const auto two = story_keys(with("PRESIDENT  Xi will pay a “state visit” to Russia"));
    REQUIRE(one.size() == 1);
    REQUIRE(two.size() == 1);
    CHECK(one[0].key == two[0].key);
    CHECK(one[0].reason == "same text");
}

TEST_CASE("a text too short to be the same by more than chance makes no key") {
    CHECK(story_keys(with("Statement.")).empty());
    CHECK(story_keys(with("国事访问")).empty());
    CHECK_FALSE(story_keys(with("国家主席习近平将于3月20日至22日对俄罗斯进行国事访问")).empty());
}

TEST_CASE("a page makes a key, a front page does not") {
    CHECK(story_keys(with("short", "https://example.org/")).empty());
    CHECK(story_keys(with("short", "https://example.org")).empty());
    const auto keys = story_keys(with("short", "https://www.example.org/a?utm_source=b"));
    REQUIRE(keys.size() == 1);
    CHECK(keys[0].key == story_keys(with("short", "http://example.org/a"))[0].key);
}

TEST_CASE("a story is titled by its title, else by its first sentence, on one line") {
    Statement statement = with("First sentence. Second one.\nThird.");
    CHECK(story_title(statement) == "First sentence.");
    statement.title = "A title\nin two lines";
    CHECK(story_title(statement).find('\n') == std::string::npos);
    CHECK(story_title(with("")) == "(no text)");
}
