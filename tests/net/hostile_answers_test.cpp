#include <array>
#include <atomic>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/net/http_bench.hpp"
#include "tests/support/raw_server.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

RawReply reply(std::string bytes, After after = After::close) {
    RawReply made;
    made.bytes = std::move(bytes);
    made.after = after;
    return made;
}

// What the client makes of one reply.
Result<HttpResponse> fetch(const RawReply& one, RawOptions options = {}, HttpLimits limits = {}) {
    RawServer server([one](const std::string&, int) { return one; }, std::move(options));
    HttpBench bench;
    auto request = HttpBench::request(server.url("/"));
    request.limits = limits;
    return bench.send(std::move(request));
}

Result<HttpResponse> fetch(const std::string& bytes, After after = After::close) {
    return fetch(reply(bytes, after));
}

// Of one that is meant to be too slow.
Result<HttpResponse> fetch_slow(const RawReply& one) {
    HttpLimits limits;
    limits.first_byte = 300ms;
    limits.rate_window = 300ms;
    limits.rate_bytes_min = 1000;
    return fetch(one, {}, limits);
}

struct Case {
    const char* name;
    std::string bytes;
    ErrorKind kind;
};

const std::string ok = "HTTP/1.1 200 OK\r\n";
const std::string chunked = ok + "Transfer-Encoding: chunked\r\n\r\n";

}  // namespace

TEST_CASE("an answer whose framing can be read in two ways is malformed") {
    const std::vector<Case> cases{
        {"shorter than its length", ok + "Content-Length: 10\r\n\r\nabc", ErrorKind::malformed},
        {"ends within the head", ok + "Content-Le", ErrorKind::malformed},
        {"two lengths",
         ok + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
         ErrorKind::malformed},
        {"two lengths in one", ok + "Content-Length: 3, 4\r\n\r\nabcd", ErrorKind::malformed},
        {"negative length", ok + "Content-Length: -1\r\n\r\n", ErrorKind::malformed},
        {"length with a sign", ok + "Content-Length: +3\r\n\r\nabc", ErrorKind::malformed},
        {"length and chunks",
         ok + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
         ErrorKind::malformed},
        {"chunks and length",
         ok + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
         ErrorKind::malformed},
        {"other transfer coding",
         ok + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
         ErrorKind::malformed},
        {"unknown transfer coding", ok + "Transfer-Encoding: x\r\n\r\nabc", ErrorKind::malformed},
        {"huge chunk", chunked + "ffffffffffffffff\r\nabc", ErrorKind::malformed},
        {"chunk size that overflows", chunked + "1ffffffffffffffff\r\nabc", ErrorKind::malformed},
        {"negative chunk", chunked + "-1\r\nabc", ErrorKind::malformed},
        {"no chunk size", chunked + "zz\r\nabc", ErrorKind::malformed},
        {"chunk longer than its size", chunked + "3\r\nabcdef\r\n0\r\n\r\n", ErrorKind::malformed},
        {"chunk extension of 70 KB",
         chunked + "3;" + std::string(70'000, 'x') + "\r\nabc\r\n0\r\n\r\n",
         ErrorKind::malformed},
        {"no last chunk", chunked + "3\r\nabc\r\n", ErrorKind::malformed},
        {"no HTTP", "SSH-2.0-OpenSSH_9\r\n", ErrorKind::malformed},
        {"HTTP/9.9", "HTTP/9.9 200 OK\r\n\r\n", ErrorKind::malformed},
        {"HTTP/2 in clear", "HTTP/2 200\r\n\r\n", ErrorKind::malformed},
        {"status 999", "HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n", ErrorKind::malformed},
        {"status 000", "HTTP/1.1 000 X\r\nContent-Length: 0\r\n\r\n", ErrorKind::malformed},
        {"status of four digits", "HTTP/1.1 2000 X\r\n\r\n", ErrorKind::malformed},
        {"unasked 101", "HTTP/1.1 101 Switching\r\nUpgrade: x\r\n\r\n", ErrorKind::malformed},
        {"unasked 206", "HTTP/1.1 206 Part\r\nContent-Length: 1\r\n\r\na", ErrorKind::malformed},
        {"NUL in a header", ok + std::string("X: a\0b\r\n\r\n", 10), ErrorKind::malformed},
        {"space before the colon", ok + "Content-Length : 1\r\n\r\na", ErrorKind::malformed},
        {"nothing", "", ErrorKind::network},
    };
    for (const Case& one : cases) {
        INFO(one.name);
        auto answer = fetch(one.bytes);
        CHECK_FALSE(answer);
        if (!answer) CHECK(answer.error().kind == one.kind);
        if (!answer) CHECK(answer.error().request_sent);
    }
}

TEST_CASE("an answer that ends with its connection is whole") {
    auto answer = fetch(ok + "\r\nabc");
    REQUIRE(answer);
    CHECK(answer->body == "abc");
}

TEST_CASE("chunks, extensions and trailers are taken apart") {
    auto answer =
        fetch(chunked + "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nETag: \"trailer\"\r\n\r\n");
    REQUIRE(answer);
    CHECK(answer->body == "abc0123456789");
    CHECK_FALSE(answer->header("ETag"));
}

TEST_CASE("an answer reads the same however it is cut") {
    RawReply pieces;
    pieces.bytes =
        "HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + chunked + "5\r\nhello\r\n0\r\n\r\n";
    pieces.piece_bytes = 1;
    auto answer = fetch(pieces);
    REQUIRE(answer);
    CHECK(answer->body == "hello");
}

TEST_CASE("a reset near the end gives no part of a body") {
    auto answer = fetch(ok + "Content-Length: 1000\r\n\r\n" + std::string(990, 'x'), After::reset);
    REQUIRE_FALSE(answer);
    CHECK((answer.error().kind == ErrorKind::network || answer.error().kind == ErrorKind::malformed)
    );
}

TEST_CASE("a head over its limits is too large") {
    for (const std::string& bytes : {
             ok + "X: " + std::string(1 << 20, 'x') + "\r\n\r\n",
             "HTTP/1.1 200 " + std::string(100'000, 'x') + "\r\n\r\n",
         }) {
        auto answer = fetch(bytes);
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::too_large);
    }
    std::string many = ok;
    for (int i = 0; i < 101; ++i) many += "X-" + std::to_string(i) + ": 1\r\n";
    auto answer = fetch(many + "Content-Length: 0\r\n\r\n");
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::too_large);
    CHECK(holds(answer.error().message, "100 headers"));

    RawReply endless = reply(ok);
    endless.endless = [n = 0]() mutable { return "X-" + std::to_string(n++) + ": 1\r\n"; };
    auto cut = fetch(endless);
    REQUIRE_FALSE(cut);
    CHECK(cut.error().kind == ErrorKind::too_large);
}

TEST_CASE("interim answers are skipped until there are too many") {
    std::string few;
    for (int i = 0; i < 20; ++i) few += "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
    auto answer = fetch(few + ok + "Content-Length: 1\r\n\r\na");
    REQUIRE(answer);
    CHECK(answer->body == "a");
    CHECK_FALSE(answer->header("Link"));

    RawReply flood = reply("");
    flood.endless = [] { return std::string("HTTP/1.1 103 Early Hints\r\n\r\n"); };
    auto cut = fetch(flood);
    REQUIRE_FALSE(cut);
    CHECK(cut.error().kind == ErrorKind::too_large);
}

TEST_CASE("a body over its limit is too large, whatever its framing") {
    const std::string block(64 * 1024, 'x');
    const std::array<std::pair<std::string, std::string>, 3> cases{{
        {ok + "Content-Length: 99999999999\r\n\r\n", block},
        {chunked, "10000\r\n" + block + "\r\n"},
        {ok + "\r\n", block},
    }};
    for (const auto& [head, more] : cases) {
        RawReply endless = reply(head);
        endless.endless = [more = more] { return more; };
        auto answer = fetch(endless);
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::too_large);
    }
}

TEST_CASE("with cut_body the status of an endless or broken answer counts") {
    RawReply endless = reply(ok + "\r\n");
    endless.endless = [] { return std::string(64 * 1024, 'x'); };
    for (const RawReply& one : {endless, reply(ok + "Content-Length: 100\r\n\r\nabc")}) {
        RawServer server([one](const std::string&, int) { return one; });
        HttpBench bench;
        auto request = HttpBench::request(server.url("/"));
        request.method = "POST";
        request.cut_body = true;
        request.limits.body_bytes_max = 64 * 1024;
        auto answer = bench.send(std::move(request));
        REQUIRE(answer);
        CHECK(answer->status == 200);
        CHECK(answer->body.size() <= 64 * 1024);
    }
}

TEST_CASE("answers without content have none, whatever follows") {
    for (const char* status :
         {"204 No Content", "205 Reset Content", "207 Multi-Status", "304 Not Modified"}) {
        RawServer server([&](const std::string&, int) {
            return reply(
                std::string("HTTP/1.1 ") + status + "\r\nContent-Length: 5\r\n\r\nhello",
                After::read_next
            );
        });
        HttpBench bench;
        for (int i = 0; i < 2; ++i) {
            auto answer = bench.get(server.url("/"));
            REQUIRE(answer);
            CHECK(answer->body.empty());
        }
        // What was sent without being due ends the connection's use.
        const bool framed = std::string(status).starts_with("20") && status[2] != '4';
        CHECK(server.connections() == (framed ? 1 : 2));
    }
}

TEST_CASE("silence is cut at each stage") {
    SECTION("no answer") {
        auto answer = fetch_slow(reply("", After::hang));
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::timeout);
        CHECK(answer.error().request_sent);
    }
    SECTION("half a head") {
        auto answer = fetch_slow(reply("HTTP/1.1 200 OK\r\nX: ", After::hang));
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::timeout);
    }
    SECTION("half a body") {
        auto answer = fetch_slow(reply(ok + "Content-Length: 10\r\n\r\nabc", After::hang));
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::timeout);
    }
    SECTION("one byte after the other") {
        RawReply drip = reply(ok + "Content-Length: 1000\r\n\r\n");
        drip.endless = [] { return std::string("x"); };
        drip.pause = 10ms;
        auto answer = fetch_slow(drip);
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::timeout);
        CHECK(holds(answer.error().message, "slower than"));
    }
    SECTION("the limit of the whole counts although every part is in time") {
        RawReply steady = reply(ok + "\r\n");
        steady.endless = [] { return std::string(1000, 'x'); };
        steady.pause = 5ms;
        RawServer server([steady](const std::string&, int) { return steady; });
        HttpBench bench;
        auto request = HttpBench::request(server.url("/"));
        request.limits.whole = 300ms;
        auto answer = bench.send(std::move(request));
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::timeout);
        CHECK(holds(answer.error().message, "within 300ms"));
        CHECK(answer.error().request_sent);
    }
}

TEST_CASE("a server that speaks before it is asked is not used") {
    RawOptions options;
    options.greeting = http_ok("early");
    RawServer server(
        [](const std::string&, int) { return reply(http_ok("late"), After::read_next); }, options
    );
    HttpBench bench;
    for (int i = 0; i < 3; ++i) {
        auto answer = bench.get(server.url("/"));
        // The greeting may arrive before or after the look at the socket; it is never kept.
        if (answer) CHECK(answer->body == "early");
        if (!answer) CHECK(answer.error().kind == ErrorKind::malformed);
    }
    CHECK(server.connections() == 3);
}

TEST_CASE("ten thousand cookies are too large and none is ever sent back") {
    std::string cookies = ok;
    for (int i = 0; i < 10'000; ++i) cookies += "Set-Cookie: a" + std::to_string(i) + "=b\r\n";
    auto answer = fetch(cookies + "\r\n");
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::too_large);

    RawServer server([](const std::string&, int) {
        return reply(http_ok("a", "Set-Cookie: session=1\r\n"), After::read_next);
    });
    HttpBench bench;
    REQUIRE(bench.get(server.url("/")));
    REQUIRE(bench.get(server.url("/")));
    CHECK_FALSE(holds(server.requests().at(1), "session"));
}
