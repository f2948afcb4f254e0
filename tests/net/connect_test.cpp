#include "net/connect.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <string>

#include <boost/asio/ip/address.hpp>
#include <catch2/catch.hpp>

#include "tests/net/http_bench.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/fixtures.hpp"
#include "tests/support/raw_server.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

boost::asio::ip::address ip(const char* text) { return boost::asio::ip::make_address(text); }

RawReply page(const std::string& body) {
    RawReply made;
    made.bytes = http_ok(body);
    made.after = After::read_next;
    return made;
}

std::string at_name(const RawServer& server, const std::string& name) {
    return server.url("/", name);
}

Lookup fixed(Addresses addresses) {
    return [addresses = std::move(addresses)](const std::string&) -> Result<Addresses> {
        return addresses;
    };
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("families take turns behind the first address") {
    const Addresses mixed =
        interleave_families({ip("::1"), ip("::2"), ip("::3"), ip("10.0.0.1"), ip("10.0.0.2")});
    CHECK(mixed == Addresses{ip("::1"), ip("10.0.0.1"), ip("::2"), ip("10.0.0.2"), ip("::3")});
    CHECK(interleave_families({}).empty());
}

TEST_CASE("a source at a private address is refused, however it is written") {
    RawServer server([](const std::string&, int) { return page("inside"); });
    const std::string port = std::to_string(server.port());
    HttpBench bench;
    for (const std::string& host : std::vector<std::string>{
             "127.0.0.1",
             "127.0.0.2",
             "localhost",
             "LOCALHOST",
             "localhost.",
             "[::1]",
             "[::ffff:127.0.0.1]",
             "[::ffff:7f00:1]",
             "[0:0:0:0:0:0:0:1]",
             "0.0.0.0",
             "[::]",
             "127.1",
             "0x7f.0.0.1",
             "0177.0.0.1",
             "2130706433",
             "0x7f000001",
             "１２７.0.0.1",
             "①②⑦.0.0.1",
             "169.254.169.254",
             "10.0.0.1",
             "[fd00:ec2::254]",
             "[64:ff9b::7f00:1]"}) {
        INFO(host);
        HttpRequest request("http://" + host + ":" + port + "/");
        request.min_gap = 0ms;
        auto answer = bench.send(std::move(request));
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::rejected);
        CHECK_FALSE(answer.error().request_sent);
    }
    CHECK(server.connections() == 0);
    auto answer = bench.send(HttpRequest("http://127.0.0.1:" + port + "/"));
    CHECK(holds(answer.error().message, "127.0.0.1 is a loopback address (allow_private is off)"));
}

TEST_CASE("metadata addresses are refused even where private ones are allowed") {
    HttpBench bench;
    for (const char* url : {"http://169.254.169.254/", "http://[fd00:ec2::254]/"}) {
        auto answer = bench.get(url);
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::rejected);
        auto request = HttpRequest(url);
        request.operator_target = true;
        CHECK(bench.send(std::move(request)).error().kind == ErrorKind::rejected);
    }
}

TEST_CASE("one private address among public ones refuses the name") {
    HttpBench bench({}, fixed({ip("93.184.216.34"), ip("10.0.0.1")}));
    auto answer = bench.send(HttpRequest("http://mixed.example/"));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::rejected);
    CHECK(holds(answer.error().message, "10.0.0.1"));
}

TEST_CASE("the connection goes to the address that was checked, whatever the name says next") {
    RawServer server([](const std::string&, int) { return page("checked"); });
    std::atomic<int> asked = 0;
    HttpBench bench({}, [&](const std::string&) -> Result<Addresses> {
        return Addresses{asked++ == 0 ? ip("127.0.0.1") : ip("127.0.0.9")};
    });
    for (int i = 0; i < 2; ++i) {
        auto request = HttpBench::request(at_name(server, "rebind.example"));
        request.headers.emplace_back("X-Number", std::to_string(i));
        auto answer = bench.send(std::move(request));
        REQUIRE(answer);
        CHECK(answer->body == "checked");
    }
    CHECK(asked == 1);
    CHECK(holds(server.requests().at(0), "\r\nHost: rebind.example:"));
}

TEST_CASE("a dead first address does not keep a name from answering") {
    RawServer server([](const std::string&, int) { return page("alive"); });
    // Nobody listens at 127.0.0.3; 192.0.2.1 swallows what is sent to it.
    for (const Addresses& addresses : std::vector<Addresses>{
             {ip("127.0.0.3"), ip("127.0.0.1")},
             {ip("::1"), ip("127.0.0.1")},
             {ip("192.0.2.1"), ip("127.0.0.1")},
             {ip("2001:db8::1"), ip("192.0.2.1"), ip("127.0.0.1")}}) {
        HttpBench bench({}, fixed(addresses));
        auto answer = bench.get(at_name(server, "dual.example"));
        REQUIRE(answer);
        CHECK(answer->body == "alive");
    }
}

TEST_CASE("when every address is dead the reason is told") {
    std::uint16_t port = 0;
    {
        RawServer server([](const std::string&, int) { return page(""); });
        port = server.port();
    }
    HttpBench bench({}, fixed({ip("127.0.0.1"), ip("127.0.0.2")}));
    auto answer = bench.get("http://dead.example:" + std::to_string(port) + "/");
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::network);
    CHECK(holds(answer.error().message, "dead.example"));
    CHECK(holds(answer.error().message, "refused"));
}

TEST_CASE("a name that does not resolve is a network error and is asked again") {
    std::atomic<int> asked = 0;
    HttpBench bench({}, [&](const std::string&) -> Result<Addresses> {
        ++asked;
        return Error{ErrorKind::network, "Name or service not known"};
    });
    for (int i = 0; i < 2; ++i) {
        auto answer = bench.get("http://unknown.example/");
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::network);
        CHECK(holds(answer.error().message, "unknown.example: cannot resolve the name"));
    }
    CHECK(asked == 2);
}

TEST_CASE("a name server that hangs delays neither the limit nor other names") {
    RawServer server([](const std::string&, int) { return page("alive"); });
    std::mutex mutex;
    std::condition_variable changed;
    bool release = false;
    int hanging = 0;
    {
        HttpBench bench({}, [&](const std::string& host) -> Result<Addresses> {
            std::unique_lock lock(mutex);
            if (host == "hang.example") {
                ++hanging;
                changed.wait(lock, [&] { return release; });
                --hanging;
                changed.notify_all();
            }
            return Addresses{ip("127.0.0.1")};
        });
        auto request = HttpBench::request(at_name(server, "hang.example"));
        request.limits.resolve = 100ms;
        auto late = bench.send(std::move(request));
        REQUIRE_FALSE(late);
        CHECK(late.error().kind == ErrorKind::timeout);
        CHECK(holds(late.error().message, "resolve"));
        CHECK(bench.get(at_name(server, "other.example")));
    }
    // The client is gone; its look-up ends later and harms nothing.
    std::unique_lock lock(mutex);
    release = true;
    changed.notify_all();
    changed.wait(lock, [&] { return hanging == 0; });
}

TEST_CASE("http goes through a proxy with the whole URL, https through a tunnel") {
    const TempDir folder;
    CertificateAuthority authority(folder.path());
    const auto files = authority.issue("server");
    RawOptions tls;
    tls.certificate_file = files.certificate;
    tls.key_file = files.key;
    RawServer target([](const std::string&, int) { return page("behind"); }, tls);
    HttpBench bench;

    SECTION("http") {
        RawServer proxy([](const std::string&, int) { return page("by proxy"); });
        auto request = HttpBench::request("http://public.example/x?y");
        request.allow_private = false;
        request.proxy_url = "http://user:pa%3Ass@127.0.0.1:" + std::to_string(proxy.port());
        auto answer = bench.send(std::move(request));
        REQUIRE(answer);
        CHECK(answer->body == "by proxy");
        const std::string sent = proxy.requests().at(0);
        CHECK(sent.starts_with("GET http://public.example/x?y HTTP/1.1\r\nHost: public.example\r\n")
        );
        CHECK(holds(sent, "\r\nProxy-Authorization: Basic dXNlcjpwYTpzcw==\r\n"));
    }
    SECTION("a tunnel that is refused") {
        RawServer proxy([](const std::string&, int) {
            RawReply made;
            made.bytes =
                "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 3\r\n\r\nno.";
            return made;
        });
        auto request =
            HttpBench::request("https://localhost:" + std::to_string(target.port()) + "/");
        request.proxy_url = proxy.url("");
        auto answer = bench.send(std::move(request));
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::network);
        CHECK(holds(answer.error().message, "407"));
        CHECK_FALSE(answer.error().request_sent);
        CHECK(proxy.requests().at(0).starts_with(
            "CONNECT localhost:" + std::to_string(target.port()) + " HTTP/1.1\r\nHost: localhost:"
        ));
    }
    SECTION("a tunnel that stands") {
        RawOptions pipe;
        pipe.tunnel_port = target.port();
        RawServer proxy([](const std::string&, int) { return RawReply(); }, pipe);
        auto request =
            HttpBench::request("https://localhost:" + std::to_string(target.port()) + "/");
        request.proxy_url = proxy.url("");
        request.ca_file = authority.file();
        for (int i = 0; i < 2; ++i) {
            auto answer = bench.send(request);
            REQUIRE(answer);
            CHECK(answer->body == "behind");
        }
        CHECK(proxy.connections() == 1);
        CHECK(target.connections() == 1);
    }
    SECTION("a private target stays refused behind a proxy") {
        RawServer proxy([](const std::string&, int) { return page("by proxy"); });
        for (const char* url : {"http://10.0.0.1/", "http://localhost/", "http://[::1]/"}) {
            HttpRequest request(url);
            request.proxy_url = proxy.url("");
            auto answer = bench.send(std::move(request));
            REQUIRE_FALSE(answer);
            CHECK(answer.error().kind == ErrorKind::rejected);
        }
        CHECK(proxy.connections() == 0);
    }
}
