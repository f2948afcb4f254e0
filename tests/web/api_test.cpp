#include "web/api.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "tests/support/run.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

// The endpoints over a backend that only keeps what it was asked.
struct ApiBench {
    boost::asio::io_context io;
    Metrics metrics;
    Secret token;
    bool ready = true;
    ApiBackend::Outcome reload_outcome;
    std::vector<std::string> asked;

    ServerResponse ask(ServerRequest request) {
        ApiBackend backend;
        backend.ready = [this] { return ready; };
        backend.metrics = []() -> awaitable<std::string> { co_return "metrics"; };
        backend.status = []() -> awaitable<std::string> { co_return "{}"; };
        backend.reload = [this]() -> awaitable<ApiBackend::Outcome> {
            asked.emplace_back("reload");
            co_return reload_outcome;
        };
        backend.retry = [this](std::string what) -> awaitable<Result<std::size_t>> {
            asked.push_back("retry " + what);
            co_return std::size_t{3};
        };
        backend.resume = [this](std::string name) -> awaitable<Result<std::size_t>> {
            asked.push_back("resume " + name);
            co_return Error{ErrorKind::storage, "the disk is full"};
        };
        backend.pause_source = [this](std::string name, bool paused) -> awaitable<Result<bool>> {
            asked.push_back((paused ? "pause " : "go on ") + name);
            co_return name == "mfa";
        };
        backend.token = [this] { return token; };
        backend.external_host = [] { return std::string("watch.example.org"); };
        const HttpServer::Handler handler = make_api(std::move(backend), metrics);
        return run(io, handler(std::move(request)));
    }

    ServerResponse get(const std::string& path) {
        ServerRequest request;
        request.method = "GET";
        request.path = path;
        return ask(std::move(request));
    }

    static ServerRequest change(const std::string& path, std::string body = "") {
        ServerRequest request;
        request.method = "POST";
        request.path = path;
        request.body = std::move(body);
        request.from_loopback = true;
        request.headers.emplace_back("Host", "127.0.0.1:8317");
        request.headers.emplace_back("X-Spokeswatch-Request", "1");
        return request;
    }
};

}  // namespace

TEST_CASE("what only looks is open and what does not exist is said to be missing") {
    ApiBench bench;
    CHECK(bench.get("/-/healthy").status == 200);
    CHECK(bench.get("/-/ready").status == 200);
    bench.ready = false;
    CHECK(bench.get("/-/ready").status == 503);
    CHECK(bench.get("/metrics").body == "metrics");
    CHECK(bench.get("/api/v1/status").content_type == "application/json");
    CHECK(bench.get("/api/v1/other").status == 404);
    CHECK(bench.get("/-/reload").status == 405);
    CHECK(
        bench.metrics.expose().find("spokeswatch_http_requests_total{code=\"404\"} 1") !=
        std::string::npos
    );
}

TEST_CASE("a change from this machine needs the header and a host name of ours") {
    ApiBench bench;
    CHECK(bench.ask(ApiBench::change("/-/reload")).status == 200);
    CHECK(bench.asked == std::vector<std::string>{"reload"});

    ServerRequest without = ApiBench::change("/-/reload");
    without.headers.pop_back();
    CHECK(bench.ask(without).status == 403);

    ServerRequest rebound = ApiBench::change("/-/reload");
    rebound.headers[0].second = "evil.example:8317";
    CHECK(bench.ask(rebound).status == 421);

    ServerRequest named = ApiBench::change("/-/reload");
    named.headers[0].second = "Watch.Example.org";
    CHECK(bench.ask(named).status == 200);

    ServerRequest remote = ApiBench::change("/-/reload");
    remote.from_loopback = false;
    CHECK(bench.ask(remote).status == 403);
    CHECK(bench.asked.size() == 2);
}

TEST_CASE("with a token the token decides, from anywhere") {
    ApiBench bench;
    bench.token = Secret("opensesame");
    CHECK(bench.ask(ApiBench::change("/-/reload")).status == 401);
    ServerRequest request = ApiBench::change("/-/reload");
    request.from_loopback = false;
    request.headers.emplace_back("Authorization", "Bearer opensesame");
    CHECK(bench.ask(request).status == 200);
    request.headers.back().second = "Bearer opensesame2";
    const ServerResponse refused = bench.ask(request);
    CHECK(refused.status == 401);
    CHECK(refused.body.find("opensesame") == std::string::npos);
}

TEST_CASE("a refused reload shows the faults") {
    ApiBench bench;
    bench.reload_outcome.ok = false;
    bench.reload_outcome.text = "error[SW101]: unknown key";
    const ServerResponse response = bench.ask(ApiBench::change("/-/reload"));
    CHECK(response.status == 422);
    CHECK(response.body == "error[SW101]: unknown key\n");
}

TEST_CASE("retry and resume want a name in JSON and tell what came of it") {
    ApiBench bench;
    CHECK(bench.ask(ApiBench::change("/api/v1/notifications/retry", "not json")).status == 400);
    CHECK(
        bench.ask(ApiBench::change("/api/v1/notifications/retry", "[[[[[[[[1]]]]]]]]")).status ==
        400
    );
    const ServerResponse retried =
        bench.ask(ApiBench::change("/api/v1/notifications/retry", R"({"what":"desk"})"));
    CHECK(retried.status == 200);
    CHECK(retried.body == "{\"retried\":3}\n");
    const ServerResponse failed =
        bench.ask(ApiBench::change("/api/v1/receivers/resume", R"({"name":"desk"})"));
    CHECK(failed.status == 500);
    CHECK(failed.body.find("the disk is full") != std::string::npos);
    CHECK(bench.asked == std::vector<std::string>{"retry desk", "resume desk"});
}

TEST_CASE("a source is paused and resumed by its name, and a name that is none is said to be") {
    ApiBench bench;
    const auto ask = [&](const std::string& verb, const std::string& name) {
        return bench.ask(
            ApiBench::change("/api/v1/sources/" + verb, R"({"name":")" + name + R"("})")
        );
    };
    CHECK(
        ask("pause", "mfa").body == R"({"paused":"mfa"})"
                                    "\n"
    );
    CHECK(
        ask("resume", "mfa").body == R"({"resumed":"mfa"})"
                                     "\n"
    );
    CHECK(ask("pause", "tass").status == 404);
    CHECK(bench.asked == std::vector<std::string>{"pause mfa", "go on mfa", "pause tass"});
    CHECK(bench.get("/api/v1/sources/pause").status == 405);
}
