#include "net/http_server.hpp"

#include <string>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <catch2/catch.hpp>

#include "base/task_scope.hpp"
#include "tests/net/http_bench.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;
using boost::asio::ip::tcp;

namespace {

awaitable<ServerResponse> echo(ServerRequest request) {
    ServerResponse response;
    if (request.path == "/throw") throw std::runtime_error("bad");
    if (request.path == "/none") {
        response.status = 304;
        response.headers.emplace_back("ETag", "\"1\"");
        co_return response;
    }
    response.body = request.method + " " + request.path + " ? " + request.query + " " +
                    std::to_string(request.headers.size()) + " " + request.body +
                    (request.from_loopback ? " loopback" : " remote");
    response.headers.emplace_back("X-Line", "a\r\nInjected: b");
    co_return response;
}

// Sends bytes and reads until the server closes.
awaitable<std::string> talk(std::uint16_t port, std::string bytes) {
    const auto executor = co_await boost::asio::this_coro::executor;
    tcp::socket socket(executor);
    const tcp::endpoint endpoint(boost::asio::ip::address_v4::loopback(), port);
    co_await socket.async_connect(endpoint, use_awaitable);
    boost::system::error_code error;
    co_await boost::asio::async_write(
        socket, boost::asio::buffer(bytes), boost::asio::redirect_error(use_awaitable, error)
    );
    std::string all;
    std::string block(4096, '\0');
    while (!error) {
        const std::size_t count = co_await socket.async_read_some(
            boost::asio::buffer(block), boost::asio::redirect_error(use_awaitable, error)
        );
        all.append(block, 0, count);
    }
    co_return all;
}

class ServerBench {
  public:
    explicit ServerBench(ServerLimits limits = {})
        : server(bench.io.get_executor(), echo, limits), scope_(bench.io.get_executor()) {
        auto listening = server.listen("127.0.0.1:0");
        REQUIRE(listening);
        scope_.spawn("server", server.run());
    }
    ~ServerBench() {
        scope_.cancel();
        run(bench.io, scope_.join());
    }

    std::string exchange(const std::string& bytes) {
        return run(bench.io, talk(server.port(), bytes));
    }
    std::string url(const std::string& path) {
        return "http://127.0.0.1:" + std::to_string(server.port()) + path;
    }

    HttpBench bench;
    HttpServer server;

  private:
    TaskScope scope_;
};

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("the server gives method, decoded path, query and body to its handler") {
    ServerBench bench;
    auto request = HttpBench::request(bench.url("/a%20b/%D1%8F?x=%20y"));
    request.method = "POST";
    request.body = "body";
    auto answer = bench.bench.send(std::move(request));
    REQUIRE(answer);
    CHECK(answer->status == 200);
    CHECK(holds(answer->body, "POST /a b/я ? x=%20y"));
    CHECK(holds(answer->body, " body loopback"));
    CHECK(answer->header("X-Line") == "a  Injected: b");
    CHECK(answer->header("Content-Type") == "text/plain; charset=utf-8");
    CHECK(parse_http_date(answer->header("Date").value_or("")));
}

TEST_CASE("the server keeps connections and answers pipelined requests in order") {
    ServerBench bench;
    const std::string got = bench.exchange(
        "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
        "GET /3 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    );
    const std::size_t first = got.find("GET /1");
    const std::size_t second = got.find("GET /2");
    const std::size_t third = got.find("GET /3");
    CHECK(first < second);
    CHECK(second < third);
    CHECK(third != std::string::npos);
}

TEST_CASE("HEAD gets the head of a GET") {
    ServerBench bench;
    const std::string got =
        bench.exchange("HEAD /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    CHECK(got.starts_with("HTTP/1.1 200 OK\r\n"));
    CHECK(holds(got, "\r\nContent-Length: "));
    CHECK(got.ends_with("\r\n\r\n"));
}

TEST_CASE("an answer without content has no length") {
    ServerBench bench;
    const std::string got = bench.exchange("GET /none HTTP/1.0\r\n\r\n");
    CHECK(got.starts_with("HTTP/1.1 304 Not Modified\r\n"));
    CHECK_FALSE(holds(got, "Content-Length"));
    CHECK(holds(got, "ETag: \"1\""));
}

TEST_CASE("a request that is not valid gets the answer that says so") {
    ServerLimits limits;
    limits.head_bytes_max = 1024;
    limits.body_bytes_max = 100;
    ServerBench bench(limits);
    const auto status = [&](const std::string& bytes) {
        return bench.exchange(bytes).substr(0, 12);
    };
    CHECK(status("GET / HTTP/1.1\r\n\r\n") == "HTTP/1.1 400");
    CHECK(status("nonsense\r\n\r\n") == "HTTP/1.1 400");
    CHECK(status("GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n") == "HTTP/1.1 400");
    CHECK(status("GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n") == "HTTP/1.1 400");
    CHECK(
        status("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\naa") ==
        "HTTP/1.1 400"
    );
    CHECK(
        status(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
            "0\r\n\r\n"
        ) == "HTTP/1.1 400"
    );
    CHECK(status("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n") == "HTTP/1.1 413");
    CHECK(
        status("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(2000, 'x') + "\r\n\r\n") ==
        "HTTP/1.1 431"
    );
    CHECK(status("GET /throw HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") == "HTTP/1.1 500");
}

TEST_CASE("a request that stops coming is given up") {
    ServerLimits limits;
    limits.idle = 300ms;
    ServerBench bench(limits);
    CHECK(bench.exchange("GET / HTTP/1.1\r\nHost:").starts_with("HTTP/1.1 408"));
    CHECK(bench.exchange("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
              .starts_with("HTTP/1.1 408"));
    CHECK(bench.exchange("").empty());
}

TEST_CASE("a chunked request and one that waits for 100 are taken") {
    ServerLimits limits;
    limits.idle = 300ms;
    ServerBench bench(limits);
    CHECK(holds(
        bench.exchange("POST /c HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: "
                       "chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
        " abc loopback"
    ));
    const std::string got = bench.exchange(
        "POST /c HTTP/1.1\r\nHost: a\r\nConnection: close\r\nExpect: 100-continue\r\n"
        "Content-Length: 3\r\n\r\n"
    );
    CHECK(got.starts_with("HTTP/1.1 100 Continue\r\n\r\n"));
}

TEST_CASE("a connection above the limit is turned away") {
    ServerLimits limits;
    limits.connections_max = 1;
    ServerBench bench(limits);
    REQUIRE(bench.bench.get(bench.url("/")));  // kept open by the pool
    CHECK(bench.exchange("").starts_with("HTTP/1.1 503 "));
}

TEST_CASE("cancelling the server closes its connections") {
    HttpBench bench;
    HttpServer server(bench.io.get_executor(), echo);
    REQUIRE(server.listen("[::1]:0"));
    TaskScope scope(bench.io.get_executor());
    scope.spawn("server", server.run());
    const std::string url = "http://[::1]:" + std::to_string(server.port()) + "/";
    REQUIRE(bench.get(url));
    scope.cancel();
    run(bench.io, scope.join());
    CHECK_FALSE(bench.get(url));
}

TEST_CASE("an address that cannot be listened on is an error with the reason") {
    HttpBench bench;
    HttpServer first(bench.io.get_executor(), echo);
    REQUIRE(first.listen("localhost:0"));
    HttpServer second(bench.io.get_executor(), echo);
    auto taken = second.listen("127.0.0.1:" + std::to_string(first.port()));
    REQUIRE_FALSE(taken);
    CHECK(holds(taken.error().message, "in use"));
    for (const char* wrong : {"nowhere", "host.example:80", "127.0.0.1:99999", "[::1:80", ""}) {
        HttpServer other(bench.io.get_executor(), echo);
        CHECK_FALSE(other.listen(wrong));
    }
}
