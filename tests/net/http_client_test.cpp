#include "net/http_client.hpp"

#include <array>
#include <atomic>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <catch2/catch.hpp>

#include "tests/net/http_bench.hpp"
#include "tests/support/raw_server.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

// Answers every request with the same reply.
RawServer::Answer always(RawReply reply) {
    return [reply = std::move(reply)](const std::string&, int) { return reply; };
}

RawReply reply(std::string bytes, After after = After::close) {
    RawReply made;
    made.bytes = std::move(bytes);
    made.after = after;
    return made;
}

awaitable<void> send_into(
    HttpClient& client, HttpRequest request, std::optional<Result<HttpResponse>>* out
) {
    auto answer = co_await client.send(std::move(request));
    out->emplace(std::move(answer));
}

// Starts a request beside whatever else the test does.
void start(
    boost::asio::io_context& io,
    HttpClient& client,
    HttpRequest request,
    std::optional<Result<HttpResponse>>& out
) {
    boost::asio::co_spawn(io, send_into(client, std::move(request), &out), boost::asio::detached);
    io.restart();
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a GET brings status, headers and body") {
    RawServer server(always(reply(http_ok("hello", "Content-Type: text/plain\r\nETag: \"1\"\r\n")))
    );
    HttpClientOptions options;
    options.user_agent = "spokeswatch/0";
    HttpBench bench(options);
    auto request = HttpBench::request(server.url("/feed?x=1#part"));
    request.headers.emplace_back("If-None-Match", "\"0\"");
    auto answer = bench.send(std::move(request));
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(answer->reason == "OK");
    CHECK(answer->body == "hello");
    CHECK(answer->header("etag") == "\"1\"");
    CHECK(answer->url == server.url("/feed?x=1"));
    const std::string sent = server.requests().at(0);
    CHECK(sent.starts_with("GET /feed?x=1 HTTP/1.1\r\nHost: 127.0.0.1:"));
    CHECK(holds(sent, "\r\nIf-None-Match: \"0\"\r\n"));
    CHECK(holds(sent, "\r\nUser-Agent: spokeswatch/0\r\n"));
    CHECK(holds(sent, "\r\nAccept-Encoding: gzip, deflate, br\r\n"));
}

TEST_CASE("a POST sends its body with a length") {
    RawServer server(always(reply(http_ok("ok"))));
    HttpBench bench;
    auto request = HttpBench::request(server.url("/hook"));
    request.method = "POST";
    request.body = "{\"a\":1}";
    request.headers.emplace_back("Content-Type", "application/json");
    auto answer = bench.send(std::move(request));
    REQUIRE(answer);
    const std::string sent = server.requests().at(0);
    CHECK(sent.starts_with("POST /hook HTTP/1.1\r\n"));
    CHECK(holds(sent, "\r\nContent-Length: 7\r\n"));
    CHECK(sent.ends_with("\r\n\r\n{\"a\":1}"));
}

TEST_CASE("a request header with a line break is refused before anything is sent") {
    RawServer server(always(reply(http_ok("ok"))));
    HttpBench bench;
    auto request = HttpBench::request(server.url("/"));
    request.headers.emplace_back("If-None-Match", "a\r\nX: y");
    auto answer = bench.send(std::move(request));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::rejected);
    CHECK(server.requests().empty());
}

TEST_CASE("a kept connection carries the next request") {
    RawServer server(always(reply(http_ok("a"), After::read_next)));
    HttpBench bench;
    for (int i = 0; i < 3; ++i) REQUIRE(bench.get(server.url("/")));
    CHECK(server.connections() == 1);
    CHECK(server.requests().size() == 3);
}

TEST_CASE("a connection is not kept when more came than was asked for") {
    RawServer server(always(reply(http_ok("a") + http_ok("smuggled"), After::read_next)));
    HttpBench bench;
    for (int i = 0; i < 2; ++i) {
        auto answer = bench.get(server.url("/"));
        REQUIRE(answer);
        CHECK(answer->body == "a");
    }
    CHECK(server.connections() == 2);
}

TEST_CASE("a connection is not kept when the server says close or HTTP/1.0") {
    for (const std::string head :
         {"HTTP/1.1 200 OK\r\nConnection: close\r\n", "HTTP/1.0 200 OK\r\n"}) {
        RawServer server(always(reply(head + "Content-Length: 1\r\n\r\na", After::read_next)));
        HttpBench bench;
        REQUIRE(bench.get(server.url("/")));
        REQUIRE(bench.get(server.url("/")));
        CHECK(server.connections() == 2);
    }
}

TEST_CASE("bytes that came while a connection was idle end its use") {
    // The stray answer goes out behind the asked one, after the client has read that; the loopback
    // has delivered it when the server's write is done.
    std::atomic<bool> wanted = false;
    std::atomic<bool> written = false;
    RawServer server([&](const std::string&, int connection) {
        RawReply made = reply(http_ok("a"), After::read_next);
        if (connection == 0) {
            made.endless = [&, sent = false]() mutable -> std::string {
                if (sent) {
                    written = true;
                    return {};
                }
                while (!wanted) std::this_thread::yield();
                sent = true;
                return http_ok("stray");
            };
        }
        return made;
    });
    HttpBench bench;
    REQUIRE(bench.get(server.url("/")));
    wanted = true;
    while (!written) std::this_thread::yield();
    auto answer = bench.get(server.url("/"));
    REQUIRE(answer);
    CHECK(answer->body == "a");
    CHECK(server.connections() == 2);
}

TEST_CASE("a dead kept connection costs a GET one more try and a POST nothing that was sent") {
    // The first connection answers once and then resets whatever comes.
    std::atomic<int> seen = 0;
    RawServer server([&](const std::string&, int connection) {
        const int number = seen++;
        if (connection == 0 && number > 0) return reply("", After::reset);
        return reply(http_ok("a"), After::read_next);
    });
    HttpBench bench;
    REQUIRE(bench.get(server.url("/")));
    SECTION("GET") {
        REQUIRE(bench.get(server.url("/")));
        CHECK(server.connections() == 2);
    }
    SECTION("POST") {
        auto request = HttpBench::request(server.url("/"));
        request.method = "POST";
        auto answer = bench.send(std::move(request));
        REQUIRE_FALSE(answer);
        CHECK(answer.error().kind == ErrorKind::network);
        CHECK(answer.error().request_sent);
        CHECK(server.requests().size() == 2);
    }
}

TEST_CASE("a fresh connection that dies is not tried again") {
    RawServer server(always(reply("", After::reset)));
    HttpBench bench;
    auto answer = bench.get(server.url("/"));
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::network);
    CHECK(server.requests().size() == 1);
}

TEST_CASE("a refused connection is a network error at once, without a query string in it") {
    std::uint16_t port = 0;
    {
        RawServer server(always(reply("")));
        port = server.port();
    }
    HttpBench bench;
    auto answer = bench.get("http://127.0.0.1:" + std::to_string(port) + "/a?token=secret");
    REQUIRE_FALSE(answer);
    CHECK(answer.error().kind == ErrorKind::network);
    CHECK_FALSE(answer.error().request_sent);
    CHECK(holds(answer.error().message, "127.0.0.1"));
    CHECK(holds(answer.error().message, "Connection refused"));
    CHECK_FALSE(holds(answer.error().message, "secret"));
}

TEST_CASE("HEAD reads no body") {
    RawServer server(
        always(reply("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", After::read_next))
    );
    HttpBench bench;
    auto request = HttpBench::request(server.url("/"));
    request.method = "HEAD";
    auto answer = bench.send(std::move(request));
    REQUIRE(answer);
    CHECK(answer->body.empty());
    CHECK(answer->status == 200);
}

TEST_CASE("requests to one host are spaced and at most so many at a time") {
    RawServer server(always(reply(http_ok("a"), After::read_next)));
    boost::asio::io_context io;
    ManualClock clock(Time{});
    auto client = make_http_client(io.get_executor(), clock, {});
    auto request = HttpBench::request(server.url("/"));
    request.min_gap = 1000ms;
    REQUIRE(run(io, client->send(request)));

    std::optional<Result<HttpResponse>> second;
    start(io, *client, request, second);
    while (!clock.next_wake()) io.run_one();
    CHECK_FALSE(second);
    CHECK(*clock.next_wake() == clock.steady() + 1s);
    CHECK(server.requests().size() == 1);
    clock.advance(1s);
    while (!second) io.run_one();
    CHECK(server.requests().size() == 2);
}

TEST_CASE("a second host does not wait for a slow first one") {
    RawServer slow(always(reply("", After::hang)));
    RawServer quick(always(reply(http_ok("a"))));
    HttpBench bench;
    std::optional<Result<HttpResponse>> hanging;
    start(bench.io, bench.client(), HttpBench::request(slow.url("/")), hanging);
    CHECK(bench.get(quick.url("/")));
}

TEST_CASE("the third request to a host waits until one of two is done") {
    RawServer stuck(always(reply("", After::hang)));
    RawServer other(always(reply(http_ok("a"))));
    HttpBench bench;
    boost::asio::cancellation_signal give_up;
    std::array<std::optional<Result<HttpResponse>>, 3> answers;
    boost::asio::co_spawn(
        bench.io,
        send_into(bench.client(), HttpBench::request(stuck.url("/")), &answers[0]),
        boost::asio::bind_cancellation_slot(give_up.slot(), boost::asio::detached)
    );
    start(bench.io, bench.client(), HttpBench::request(stuck.url("/")), answers[1]);
    start(bench.io, bench.client(), HttpBench::request(stuck.url("/")), answers[2]);
    while (stuck.requests().size() < 2) bench.io.run_one_for(10ms);
    CHECK(bench.get(other.url("/")));  // so a third that does not wait had the time to connect
    CHECK(stuck.connections() == 2);

    give_up.emit(boost::asio::cancellation_type::terminal);
    while (stuck.requests().size() < 3) bench.io.run_one_for(10ms);
}

TEST_CASE("cancellation ends a request with operation_aborted") {
    RawServer server(always(reply("", After::hang)));
    HttpBench bench;
    boost::asio::cancellation_signal stop;
    std::optional<Result<HttpResponse>> answer;
    std::exception_ptr thrown;
    bool done = false;
    boost::asio::co_spawn(
        bench.io,
        send_into(bench.client(), HttpBench::request(server.url("/")), &answer),
        boost::asio::bind_cancellation_slot(
            stop.slot(),
            [&](std::exception_ptr error) {
                thrown = error;
                done = true;
            }
        )
    );
    bench.io.restart();
    while (server.requests().empty()) bench.io.run_one_for(10ms);
    stop.emit(boost::asio::cancellation_type::terminal);
    while (!done) bench.io.run_one();
    REQUIRE(thrown);
    try {
        std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
        CHECK(error.code() == boost::asio::error::operation_aborted);
    }
}
