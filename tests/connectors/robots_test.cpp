#include "connectors/robots.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;

namespace {

bool allows(std::string_view robots, std::string_view path) {
    return Robots::parse(robots, "spokeswatch").allows(path);
}

}  // namespace

TEST_CASE("the group that names us stands above the one for everybody") {
    const std::string text =
        "User-agent: *\nDisallow: /\n\nUser-Agent: SpokesWatch/1.0\nDisallow: /private\n";
    CHECK(allows(text, "/news"));
    CHECK_FALSE(allows(text, "/private/1"));
    CHECK_FALSE(Robots::parse(text, "other").allows("/news"));
    CHECK(allows("user-agent: someone\ndisallow: /", "/news"));
    CHECK(allows("", "/news"));
}

TEST_CASE("several names share a group, and groups of one name are one") {
    const std::string text =
        "User-agent: a\nUser-agent: spokeswatch # us\nDisallow: /x\nUser-agent: b\nDisallow: /y\n"
        "User-agent: spokeswatch\nDisallow: /z\n";
    CHECK_FALSE(allows(text, "/x"));
    CHECK(allows(text, "/y"));
    CHECK_FALSE(allows(text, "/z"));
}

TEST_CASE("the longest rule decides, and of two as long the one that allows") {
    const std::string text =
        "User-agent: *\nDisallow: /a\nAllow: /a/b\nDisallow: /a/b/*.pdf$\nAllow: /c\nDisallow: /c\n"
        "Disallow:\n";
    CHECK_FALSE(allows(text, "/a"));
    CHECK(allows(text, "/a/b/c"));
    CHECK_FALSE(allows(text, "/a/b/c.pdf"));
    CHECK(allows(text, "/a/b/c.pdf?x"));
    CHECK(allows(text, "/c"));
    CHECK(allows(text, "/"));
    CHECK(allows("User-agent: *\nDisallow: /", "/robots.txt"));
    CHECK_FALSE(allows("User-agent: *\nDisallow: *x*y", "/abcx123y4"));
    CHECK(allows("User-agent: *\nDisallow: *x*y", "/abcy123x4"));
}

TEST_CASE("the wished time between requests is at most a minute") {
    const auto delay = [](const std::string& value) {
        return Robots::parse("User-agent: *\nCrawl-delay: " + value, "x").delay();
    };
    CHECK(delay("5") == std::chrono::seconds(5));
    CHECK(delay("0.5") == std::chrono::seconds(1));
    CHECK(delay("86400") == std::chrono::seconds(60));
    CHECK_FALSE(delay("-1"));
    CHECK_FALSE(delay("soon"));
}

TEST_CASE("a file of stars and nonsense takes no time") {
    std::string text = "\xEF\xBB\xBFUser-agent: *\r\n";
    for (int i = 0; i < 20'000; ++i) text += "Disallow: /*a*a*a*a*a*b\r\n";
    CHECK(allows(text, '/' + std::string(60'000, 'a')));
    CHECK(allows(std::string(1000, ':') + '\n' + std::string(1000, '\xff'), "/"));
}
