#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/net/http_bench.hpp"
#include "tests/support/raw_server.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

RawReply redirect(const std::string& to, int status = 302) {
    RawReply made;
    made.bytes = "HTTP/1.1 " + std::to_string(status) + " Moved\r\nLocation: " + to +
                 "\r\nContent-Length: 0\r\n\r\n";
    made.after = After::read_next;
    return made;
}

RawReply page(const std::string& body) {
    RawReply made;
    made.bytes = http_ok(body);
    made.after = After::read_next;
    return made;
}

std::string path_of(const std::string& request) {
    const std::size_t start = request.find(' ') + 1;
    return request.substr(start, request.find(' ', start) - start);
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("redirects are followed and told") {
    RawServer server([](const std::string& request, int) {
        const std::string path = path_of(request);
        if (path == "/a/b") return redirect("../c?x=1", 301);
        if (path == "/c?x=1")
            return redirect(
                "//127.0.0.1:" + request.substr(request.find("127.0.0.1:") + 10, 5) + "/d", 308
            );
        if (path == "/d") return redirect("?y=новости и всё", 302);
        return page(path);
    });
    HttpBench bench;
    auto answer = bench.get(server.url("/a/b"));
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->body.starts_with("/d?y=%D0%BD"));
    CHECK(holds(answer->body, "%20"));
    REQUIRE(answer->redirects.size() == 3);
    CHECK(answer->redirects[0].status == 301);
    CHECK(answer->redirects[0].url == server.url("/c?x=1"));
    CHECK(answer->redirects[1].status == 308);
    CHECK(answer->redirects[1].url == server.url("/d"));
    CHECK(answer->url == answer->redirects[2].url);
}

TEST_CASE("a redirect without a place to go and one that is not followed are answers") {
    RawServer server([](const std::string& request, int) {
        RawReply made = redirect("/b");
        if (path_of(request) == "/none") made.bytes = "HTTP/1.1 302 X\r\nContent-Length: 0\r\n\r\n";
        return made;
    });
    HttpBench bench;
    auto none = bench.get(server.url("/none"));
    REQUIRE(none);
    CHECK(none->status == 302);
    auto request = HttpBench::request(server.url("/a"));
    request.follow_redirects = false;
    auto answer = bench.send(std::move(request));
    REQUIRE(answer);
    CHECK(answer->status == 302);
    CHECK(answer->header("Location") == "/b");
}

TEST_CASE("loops and long chains end as rejected") {
    RawServer server([](const std::string& request, int) {
        const std::string path = path_of(request);
        if (path == "/self") return redirect("/self");
        if (path == "/ping") return redirect("/pong");
        if (path == "/pong") return redirect("/ping#x");
        return redirect(path + "x");
    });
    HttpBench bench;
    for (const char* path : {"/self", "/ping", "/chain"}) {
        auto answer = bench.get(server.url(path));
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::rejected);
    }
    CHECK(holds(bench.get(server.url("/self")).error().message, "loop"));
    CHECK(holds(bench.get(server.url("/chain")).error().message, "more than 5 redirects"));
}

TEST_CASE("exactly five redirects are followed") {
    RawServer server([](const std::string& request, int) {
        const std::string path = path_of(request);
        return path == "/xxxxx" ? page("end") : redirect(path + "x");
    });
    HttpBench bench;
    auto answer = bench.get(server.url("/"));
    REQUIRE(answer);
    CHECK(answer->body == "end");
    CHECK(answer->redirects.size() == 5);
}

TEST_CASE("a redirect to something that is not ours to fetch is rejected") {
    for (const char* to :
         {"ftp://example.org/",
          "file:///etc/passwd",
          "javascript:alert(1)",
          "http://user:password@example.org/",
          "http://0x7f.1/",
          "http://2130706433/",
          "http://[fe80::1%25eth0]/",
          "http://exa mple.org/",
          "http://example.org:99999/"}) {
        INFO(to);
        RawServer server([to](const std::string&, int) { return redirect(to); });
        HttpBench bench;
        auto answer = bench.get(server.url("/"));
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::rejected);
        CHECK_FALSE(holds(answer.error().message, "password@"));
    }
}

TEST_CASE("a redirect from a public place to a private one is refused before a connection") {
    // An operator's own target may be private; where it redirects to may not.
    RawServer inside([](const std::string&, int) { return page("secret"); });
    for (const std::string& to : std::vector<std::string>{
             inside.url("/"),
             "http://169.254.169.254/latest/meta-data/",
             "http://[::ffff:127.0.0.1]:" + std::to_string(inside.port()) + "/",
             "http://localhost:" + std::to_string(inside.port()) + "/"}) {
        RawServer server([&](const std::string&, int) { return redirect(to); });
        HttpBench bench;
        auto request = HttpBench::request(server.url("/"));
        request.allow_private = false;
        request.operator_target = true;
        auto answer = bench.send(std::move(request));
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::rejected);
    }
    CHECK(inside.connections() == 0);
}

TEST_CASE("credentials stay with their origin") {
    RawServer other([](const std::string&, int) { return page("other"); });
    RawServer server([&](const std::string& request, int) {
        return path_of(request) == "/away" ? redirect(other.url("/")) : redirect("/away");
    });
    HttpBench bench;
    auto request = HttpBench::request(server.url("/"));
    request.headers = {{"authorization", "Bearer t"}, {"Cookie", "c=1"}, {"X-Other", "stays"}};
    REQUIRE(bench.send(std::move(request)));
    CHECK(holds(server.requests().at(1), "Bearer t"));
    const std::string sent = other.requests().at(0);
    CHECK_FALSE(holds(sent, "Bearer"));
    CHECK_FALSE(holds(sent, "Cookie"));
    CHECK(holds(sent, "X-Other: stays"));
}

TEST_CASE("the method after a redirect is the one that its status asks for") {
    const std::map<int, std::string> wanted{
        {301, "GET"}, {302, "GET"}, {303, "GET"}, {307, "POST"}, {308, "POST"}};
    for (const auto& [status, method] : wanted) {
        RawServer server([status = status](const std::string& request, int) {
            return path_of(request) == "/to" ? page("done") : redirect("/to", status);
        });
        HttpBench bench;
        auto request = HttpBench::request(server.url("/"));
        request.method = "POST";
        request.body = "text";
        request.headers = {{"Content-Type", "text/plain"}};
        REQUIRE(bench.send(std::move(request)));
        const std::string sent = server.requests().at(1);
        CHECK(sent.starts_with(method + " /to"));
        CHECK(holds(sent, "Content-Type") == (method == "POST"));
        CHECK(sent.ends_with(method == "POST" ? "\r\n\r\ntext" : "\r\n\r\n"));
    }
}

TEST_CASE("a failure after a redirected POST says that the request was sent") {
    RawServer server([](const std::string& request, int) {
        RawReply broken;
        broken.after = After::reset;
        return path_of(request) == "/to" ? broken : redirect("/to", 303);
    });
    HttpBench bench;
    auto request = HttpBench::request(server.url("/"));
    request.method = "POST";
    auto answer = bench.send(std::move(request));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().request_sent);
}
