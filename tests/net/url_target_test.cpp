#include "net/url_target.hpp"

#include <catch2/catch.hpp>

#include "net/http_client.hpp"

using namespace spokeswatch;

namespace {

std::string parsed(const std::string& url) {
    auto target = parse_target(url);
    return target ? target->url() : "refused: " + target.error().message;
}

std::string resolved(const std::string& base, const std::string& location) {
    auto from = parse_target(base);
    REQUIRE(from);
    auto to = resolve_location(*from, location);
    return to ? to->url() : "refused: " + to.error().message;
}

}  // namespace

TEST_CASE("a URL is made ready for the wire") {
    CHECK(parsed("http://example.org") == "http://example.org/");
    CHECK(parsed("HTTPS://Example.ORG:443/a?b#c") == "https://example.org/a?b");
    CHECK(parsed("http://example.org:8080?x") == "http://example.org:8080/?x");
    CHECK(parsed("http://example.org./") == "http://example.org/");
    CHECK(
        parsed("http://example.org/a b\"<>%zz%41") == "http://example.org/a%20b%22%3C%3E%25zz%41"
    );
    CHECK(
        parsed("http://example.org/новости?q=я") ==
        "http://example.org/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8?q=%D1%8F"
    );
    CHECK(parsed("http://[::1]:8080/") == "http://[::1]:8080/");
    CHECK(parsed("http://a_b.example.org/") == "http://a_b.example.org/");
    CHECK(parsed("http://example.org\\a\\b?c\\d") == "http://example.org/a/b?c%5Cd");
}

TEST_CASE("an internationalised name becomes A-labels") {
    CHECK(parsed("https://例え.jp/") == "https://xn--r8jz45g.jp/");
    CHECK(parsed("https://президент.рф/") == "https://xn--d1abbgf6aiiy.xn--p1ai/");
    CHECK(parsed("https://BÜCHER.example/") == "https://xn--bcher-kva.example/");
    CHECK(parsed("https://xn--bcher-kva.example/") == "https://xn--bcher-kva.example/");
    CHECK(parsed("https://fuß.example/") == "https://xn--fu-hia.example/");
}

TEST_CASE("what is not an ordinary http URL is refused") {
    for (const char* url :
         {"",
          "example.org",
          "ftp://example.org/",
          "http:/example.org",
          "http://",
          "http:///path",
          "http://user@example.org/",
          "http://user:password@example.org/",
          "http://127.0.0.1@evil.example/",
          "http://exa mple.org/",
          "http://example..org/",
          "http://-%41.org/",
          "http://example.org:0/",
          "http://example.org:65536/",
          "http://example.org:80x/",
          "http://[::1/",
          "http://[::1]x/",
          "http://[fe80::1%eth0]/",
          "http://[1.2.3.4]/",
          "http://0x7f.1/",
          "http://0x7f000001/",
          "http://2130706433/",
          "http://017700000001/",
          "http://127.1/",
          "http://127.0.0.01/",
          "http://1.2.3.4.5/",
          "http://１２７.１/",
          "http://xn--a/",
          "http://example.org/\r\nX: y",
          "http://example.org/\n",
          "http://exa\tmple.org/"}) {
        INFO(url);
        CHECK(parsed(url).starts_with("refused: "));
    }
    CHECK_FALSE(parse_target("http://example.org/" + std::string(20'000, 'a')));
    CHECK(parsed("http://user:password@example.org/").find("password@") == std::string::npos);
}

TEST_CASE("full-width digits are an address like any other") {
    auto target = parse_target("http://１２７.０.０.１/");
    REQUIRE(target);
    REQUIRE(target->address);
    CHECK(target->address->is_loopback());
}

TEST_CASE("a Location is resolved against its base") {
    const std::string base = "https://example.org/a/b?c";
    CHECK(resolved(base, "d") == "https://example.org/a/d");
    CHECK(resolved(base, "../d/./e") == "https://example.org/d/e");
    CHECK(resolved(base, "/d?e#f") == "https://example.org/d?e");
    CHECK(resolved(base, "?x y") == "https://example.org/a/b?x%20y");
    CHECK(resolved(base, "//other.org/x") == "https://other.org/x");
    CHECK(resolved(base, "\\\\other.org/x") == "https://other.org/x");
    CHECK(resolved(base, "/\\other.org/x") == "https://other.org/x");
    CHECK(resolved(base, "http://例え.jp/ё") == "http://xn--r8jz45g.jp/%D1%91");
    CHECK(resolved(base, "") == "https://example.org/a/b?c");
    CHECK(resolved(base, "../../../../x") == "https://example.org/x");
    CHECK(resolved(base, "javascript:alert(1)").starts_with("refused: "));
    CHECK(resolved(base, "/a\r\nb").starts_with("refused: "));
}

TEST_CASE("a proxy may have a user and a password") {
    auto proxy = parse_proxy("http://us%40er:p%3Ass@proxy.example:3128");
    REQUIRE(proxy);
    CHECK(proxy->user_info == "us@er:p:ss");
    CHECK(proxy->authority_with_port() == "proxy.example:3128");
    CHECK_FALSE(parse_proxy("https://proxy.example:3128"));
    CHECK_FALSE(parse_proxy("socks5://proxy.example"));
}

TEST_CASE("a URL for people has no user, query or fragment") {
    CHECK(url_for_people("https://u:p@example.org/a/b?token=1#x") == "https://example.org/a/b");
    CHECK(url_for_people("https://example.org/@user") == "https://example.org/@user");
    CHECK(url_for_people("https://example.org/a\nb") == "https://example.org/a\\nb");
    CHECK(url_for_people("nonsense?x") == "nonsense");
    CHECK(url_for_people("https://u:p@q@example.org") == "https://example.org");
}
