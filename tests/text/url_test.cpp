#include "text/url.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;

namespace {

std::string resolved(std::string_view base, std::string_view reference) {
    return resolve_url(base, reference).value_or("none");
}
std::string normal(std::string_view url) { return normalise_url(url).value_or("none"); }

}  // namespace

TEST_CASE("the examples of RFC 3986 resolve as it says") {
    const std::string base = "http://a/b/c/d;p?q";
    const std::vector<std::pair<std::string, std::string>> examples{
        {"g:h", "g:h"},
        {"g", "http://a/b/c/g"},
        {"./g", "http://a/b/c/g"},
        {"g/", "http://a/b/c/g/"},
        {"/g", "http://a/g"},
        {"//g", "http://g/"},
        {"?y", "http://a/b/c/d;p?y"},
        {"g?y", "http://a/b/c/g?y"},
        {"#s", "http://a/b/c/d;p?q#s"},
        {"g#s", "http://a/b/c/g#s"},
        {"g?y#s", "http://a/b/c/g?y#s"},
        {";x", "http://a/b/c/;x"},
        {"", "http://a/b/c/d;p?q"},
        {".", "http://a/b/c/"},
        {"./", "http://a/b/c/"},
        {"..", "http://a/b/"},
        {"../g", "http://a/b/g"},
        {"../..", "http://a/"},
        {"../../../g", "http://a/g"},
        {"/./g", "http://a/g"},
        {"/../g", "http://a/g"},
        {"g.", "http://a/b/c/g."},
        {"..g", "http://a/b/c/..g"},
        {"./g/.", "http://a/b/c/g/"},
        {"g/../h", "http://a/b/c/h"},
        {"g?y/../x", "http://a/b/c/g?y/../x"},
        {"http:g", "http://a/b/c/g"},
    };
    for (const auto& [reference, wanted] : examples) {
        INFO(reference);
        CHECK(resolved(base, reference) == wanted);
    }
}

TEST_CASE("what authors write is read as browsers read it") {
    const std::string base = "https://example.org/news/list.html?x#y";
    CHECK(resolved(base, "  /a b\n/c.html ") == "https://example.org/a%20b/c.html");
    CHECK(resolved(base, "\\\\evil.example\\x") == "https://evil.example/x");
    CHECK(resolved(base, "..\\up") == "https://example.org/up");
    CHECK(
        resolved(base, "/новости?в=1#ё") ==
        "https://example.org/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8?%D0%B2=1#%D1%91"
    );
    CHECK(resolved(base, "/%2e%2E/a") == "https://example.org/a");
    CHECK(resolved(base, "https:///x.example/a") == "https://x.example/a");
    CHECK(resolved(base, "HTTPS://X.Example:443/A") == "https://x.example/A");
    CHECK(resolved(base, "https://x.example:8443") == "https://x.example:8443/");
    CHECK(resolved(base, "https://u:p@x.example/") == "https://u:p@x.example/");
    CHECK(resolved(base, "mailto:a@b.example") == "mailto:a@b.example");
    CHECK(resolved(base, "javascript:alert(1)") == "javascript:alert(1)");
    CHECK(resolved(base, "/a%zz%20b") == "https://example.org/a%zz%20b");
    CHECK(resolved("", "https://x.example/a") == "https://x.example/a");
    CHECK(resolved("not a base", "/a") == "none");
    CHECK(resolved("", "/a") == "none");
    CHECK(resolved("mailto:x", "a") == "none");
    CHECK(resolved("file:///etc/x", "../y") == "file:///y");
}

TEST_CASE("hosts become what is connected to") {
    CHECK(url_host("https://例え.jp/") == "xn--r8jz45g.jp");
    CHECK(url_host("http://президент.рф/x") == "xn--d1abbgf6aiiy.xn--p1ai");
    CHECK(url_host("http://BÜCHER.example") == "xn--bcher-kva.example");
    CHECK(url_host("http://faß.de") == "xn--fa-hia.de");
    CHECK(url_host("http://ｅｘａｍｐｌｅ．org/") == "example.org");
    CHECK(url_host("http://a_b.example.org./") == "a_b.example.org.");
    CHECK(url_host("http://r3---sn.example/") == "r3---sn.example");
    CHECK(url_host("http://127.0.0.1@evil.example/") == "evil.example");
    CHECK(url_host("http://evil.example\\@good.example/") == "evil.example");
    CHECK(url_host("mailto:a@b") == "");
    CHECK(url_host("/path") == "");
    for (const char* loopback :
         {"http://0x7f.1/",
          "http://2130706433/",
          "http://017700000001/",
          "http://127.1/",
          "http://0x7F000001/",
          "http://127.0.0.1./",
          "http://１２７.0.0.1/",
          "http://%31%32%37.1/"})
        CHECK(url_host(loopback) == "127.0.0.1");
    CHECK(url_host("http://[::1]:80/") == "[::1]");
    CHECK(url_host("http://[::FFFF:127.0.0.1]/") == "[::ffff:127.0.0.1]");
    CHECK(url_host("http://1e3.example/") == "1e3.example");
}

TEST_CASE("addresses that are none are refused") {
    for (const char* url :
         {"http://",
          "http:///",
          "http://a b/",
          "http://a:99999/",
          "http://a:b/",
          "http://256.1.1.1/",
          "http://1.2.3.4.5/",
          "http://0x100000000/",
          "http://[::1",
          "http://[zz]/",
          "http://xn--/",
          "http://a%00b/",
          "http://a%2Fb/",
          "http://a<b/",
          "ftp://example.org/",
          "example.org",
          "",
          "//example.org/",
          "javascript:alert(1)",
          "http://0x7f.1.zz.9999999999/"}) {
        INFO(url);
        CHECK(normal(url) == "none");
        CHECK_FALSE(is_http_url(url));
        CHECK(canonical_url(url).empty());
    }
    CHECK_FALSE(is_http_url("http://" + std::string(5000, 'a') + "/"));
    CHECK_FALSE(is_http_url("http://a/" + std::string(url_bytes_max, 'a')));
}

TEST_CASE("a normal URL has everything encoded and means the same when normalised again") {
    CHECK(normal("http://Example.org") == "http://example.org/");
    CHECK(
        normal("http://example.org/a|b?c[]={x}&d=50%#^") ==
        "http://example.org/a%7Cb?c%5B%5D=%7Bx%7D&d=50%25#%5E"
    );
    for (const char* url :
         {"http://example.org/a|b?c[]={x}&d=50%#^",
          "http://例え.jp/ü?ü#ü",
          "https://u:p@[::1]:8/%41/../b//c?#",
          "http://0x7f.1/\"'`"}) {
        const std::string once = normal(url);
        CHECK(normal(once) == once);
        CHECK(resolved("", once) == once);
    }
}

TEST_CASE("the same page has one canonical URL") {
    const std::string key = canonical_url("https://example.org/news/1");
    CHECK(key == "https://example.org/news/1");
    for (const char* url : {
             "http://example.org/news/1",
             "https://www.example.org/news/1",
             "HTTPS://WWW.EXAMPLE.ORG:443/news/1/",
             "http://example.org:80/news/1#top",
             "https://example.org/news/1?utm_source=rss&UTM_medium=x&fbclid=1&gclid=2&at_x=3&ref=4",
             "https://example.org/%6Eews/1?",
             "https://user@example.org/news/../news/1",
         }) {
        INFO(url);
        CHECK(canonical_url(url) == key);
    }
    CHECK(canonical_url("https://example.org/?b=2&utm_x=1&a=1") == "https://example.org?b=2&a=1");
    CHECK(canonical_url("https://example.org/?reference=1") == "https://example.org?reference=1");
    CHECK(canonical_url("https://example.org/a") != canonical_url("https://example.org/A"));
    CHECK(canonical_url("https://example.org:8443/a") == "https://example.org:8443/a");
}

TEST_CASE("no cut of a URL does harm") {
    const std::string url = "https://u:p@例え.jp:8443/a/../%2e%2e/ü?q=%zz&x#f\\[::1]@0x7f.1";
    for (std::size_t at = 0; at <= url.size(); ++at) {
        for (const std::string& part : {url.substr(0, at), url.substr(at)}) {
            (void)resolve_url(url, part);
            (void)resolve_url(part, url.substr(at / 2));
            (void)canonical_url(part);
            const auto once = normalise_url(part);
            if (once) CHECK(normalise_url(*once) == once);
        }
    }
    CHECK(resolved("http://a/", std::string(30'000, '/') + "..").size() < 40'000);
}

TEST_CASE("a page is known by its address without fragment and tracking") {
    CHECK(
        plain_url("https://www.a.example/n/1/?utm_source=x&id=2&fbclid=y#top") ==
        "https://www.a.example/n/1/?id=2"
    );
    CHECK(plain_url("http://a.example/n?ref=home") == "http://a.example/n");
    CHECK(plain_url("mailto:a@b.example").empty());
}
