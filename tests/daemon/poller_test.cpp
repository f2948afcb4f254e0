#include "daemon/poller.hpp"

#include <fstream>

#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>

#include "tests/daemon/bench.hpp"
#include "tests/support/fake_http.hpp"
#include "tests/support/fixtures.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

std::string feed(std::initializer_list<std::pair<const char*, const char*>> items) {
    std::string out = "<rss version=\"2.0\"><channel><title>t</title>";
    for (const auto& [id, text] : items) {
        out += std::string("<item><guid>") + id + "</guid><title>" + text + "</title></item>";
    }
    return out + "</channel></rss>";
}

// The poller with one feed source and an HTTP client that answers what the test says.
struct PollBench : IntakeBench {
    FakeHttp http;
    Poller poller{io.get_executor(), store, clock, random, metrics, http, pipeline};

    PollBench() {
        SourceConfig source;
        source.name.value = "mfa";
        source.kind.value = "feed";
        source.poll_interval = 60s;
        source.poll_timeout = 60s;
        source.max_age = 24h;
        source.options.set("url", std::string("https://feeds.example.org/mfa"), {});
        config.sources.push_back(source);
        build();
    }

    void build() {
        compile();
        auto fresh = std::make_shared<Snapshot>();
        Diagnostics diagnostics;
        fresh->config = config;
        fresh->rules = RuleSet::compile(fresh->config, diagnostics);
        fresh->routes = RouteTree::compile(fresh->config, diagnostics);
        for (const SourceConfig& source : fresh->config.sources) {
            SourceInfo info;
            info.name = source.name.value;
            info.kind = source.kind.value;
            info.labels = source.labels;
            fresh->sources.emplace(info.name, info);
        }
        snapshot = fresh;
    }

    void start() { REQUIRE(run(io, poller.start(snapshot))); }

    // Lets time pass until `requests` polls were made in all and everything came to rest.
    void poll_until(std::size_t requests) {
        while (http.requests.size() < requests) step();
        settle();
    }

    void step() {
        settle();
        if (clock.next_wake()) {
            clock.advance(std::chrono::ceil<Duration>(*clock.next_wake() - clock.steady()));
        }
        settle();
    }

    // Runs what can run now; the store's thread is waited for by asking it something.
    void settle() {
        for (int i = 0; i < 20; ++i) {
            const auto ask = [](Database&) { return true; };
            run(io, store.run(ask));
            io.restart();
            io.poll();
        }
    }

    ~PollBench() { run(io, poller.stop()); }
};

SourceStatus only(const Poller& poller) {
    const auto all = poller.status();
    REQUIRE(all.size() == 1);
    return all[0];
}

}  // namespace

TEST_CASE("the first poll is silent, the second tells what is new") {
    PollBench bench;
    bench.http.answer(200, feed({{"1", "an old state visit"}}));
    bench.http.answer(200, feed({{"2", "a new state visit"}, {"1", "an old state visit"}}));
    bench.start();
    bench.poll_until(1);
    CHECK(bench.alerts().empty());
    CHECK(only(bench.poller).record.baseline_done);
    bench.poll_until(2);
    REQUIRE(bench.alerts().size() == 1);
    CHECK(only(bench.poller).record.statements == 2);
}

TEST_CASE("a source that fails is tried again, later each time, and works again") {
    PollBench bench;
    for (int i = 0; i < 5; ++i) bench.http.fail(Error{ErrorKind::timeout, "no first byte"});
    bench.http.answer(200, feed({{"1", "a"}}));
    bench.start();
    std::vector<Time> times;
    for (std::size_t i = 1; i <= 5; ++i) {
        bench.poll_until(i);
        times.push_back(bench.clock.now());
        CHECK(only(bench.poller).record.failures == static_cast<int>(i));
    }
    CHECK(only(bench.poller).record.last_error == "timeout");
    CHECK(times[4] - times[3] > times[1] - times[0]);
    bench.poll_until(6);
    CHECK(only(bench.poller).record.failures == 0);
    CHECK(only(bench.poller).record.last_success_at);
}

TEST_CASE("a source that says how long to wait is not asked before") {
    PollBench bench;
    bench.http.answer(429, "", {{"Retry-After", "600"}});
    bench.http.answer(200, feed({{"1", "a"}}));
    bench.start();
    bench.poll_until(1);
    const Time refused = bench.clock.now();
    bench.poll_until(2);
    CHECK(bench.clock.now() - refused >= 600s);
}

TEST_CASE("a page without any known statement means that some were missed") {
    PollBench bench;
    bench.http.answer(200, feed({{"1", "a"}}));
    bench.http.answer(200, feed({{"3", "c"}, {"2", "b"}}));
    bench.http.answer(200, feed({{"9", "i"}, {"8", "h"}}));
    bench.start();
    bench.poll_until(2);
    REQUIRE(only(bench.poller).record.last_gap_at);
    CHECK(only(bench.poller).record.last_gap->from_id == "1");
}

TEST_CASE("after a long silence of ours what is old is late and what is fresh is not") {
    PollBench bench;
    bench.http.answer(200, feed({{"1", "a"}}));
    for (int i = 0; i < 3; ++i) bench.http.fail(Error{ErrorKind::network, "refused"});
    bench.start();
    bench.poll_until(4);
    bench.clock.advance(2h);
    const std::string old_date = "Fri, 17 Mar 2023 09:30:00 GMT";
    bench.http.answer(
        200,
        "<rss version=\"2.0\"><channel><title>t</title><item><guid>1</guid><title>a</title></item>"
        "<item><guid>2</guid><title>missed state visit</title><pubDate>" +
            old_date + "</pubDate></item></channel></rss>"
    );
    bench.poll_until(5);
    REQUIRE(bench.alerts().size() == 1);
    CHECK(bench.alert(bench.alerts()[0].id).evidence[0].late);
}

TEST_CASE("a source under a new name is the account it was") {
    PollBench bench;
    bench.http.answer(200, feed({{"1", "an old state visit"}}));
    bench.start();
    bench.poll_until(1);
    run(bench.io, bench.poller.stop());
    bench.config.sources[0].name.value = "mfa_renamed";
    bench.build();
    bench.http.answer(200, feed({{"2", "a new state visit"}, {"1", "an old state visit"}}));
    bench.start();
    bench.poll_until(2);
    CHECK(bench.alerts().size() == 1);
}

TEST_CASE("nothing rests for good, and a fast source is not slowed to the pace of a slow one") {
    Random random(1);
    const Error gone{ErrorKind::gone, "410"};
    CHECK(backoff(gone, 1000, 60s, random) <= 27h);
    const Error server{ErrorKind::server, "503"};
    CHECK(backoff(server, 1, 1s, random) <= 2s);
    CHECK(backoff(server, 1000, 1s, random) <= 33min);
    CHECK(backoff(server, 1, 10min, random) >= 10min);
    Error limited{ErrorKind::rate_limited, "429"};
    limited.retry_after = 7s;
    CHECK(backoff(limited, 9, 1s, random) == 7s);
}

TEST_CASE("a paused source is not asked, also after a restart, until it is resumed") {
    PollBench bench;
    bench.http.answer(200, feed({{"1", "a"}}));
    bench.http.answer(200, feed({{"1", "a"}}));
    bench.start();
    bench.poll_until(1);
    CHECK(*run(bench.io, bench.poller.pause("mfa", true)));
    CHECK_FALSE(*run(bench.io, bench.poller.pause("tass", true)));
    bench.step();
    bench.step();
    CHECK(bench.http.requests.size() == 1);
    CHECK(only(bench.poller).record.paused_at);

    run(bench.io, bench.poller.stop());
    bench.start();
    bench.step();
    bench.step();
    CHECK(bench.http.requests.size() == 1);
    CHECK(only(bench.poller).record.paused_at);
    CHECK_FALSE(only(bench.poller).next_poll_at);

    CHECK(*run(bench.io, bench.poller.pause("mfa", false)));
    bench.poll_until(2);
    CHECK_FALSE(only(bench.poller).record.paused_at);
}

TEST_CASE("a source that is resumed is read at once and has one task, not two") {
    PollBench bench;
    for (int i = 0; i < 9; ++i) bench.http.answer(200, feed({{"1", "a"}}));
    bench.start();
    bench.poll_until(1);
    CHECK(*run(bench.io, bench.poller.pause("mfa", true)));
    CHECK(*run(bench.io, bench.poller.pause("mfa", false)));
    bench.settle();
    CHECK(bench.http.requests.size() == 2);
    bench.clock.advance(67s);  // an interval and its jitter
    bench.settle();
    CHECK(bench.http.requests.size() == 3);
}

TEST_CASE("an answer that cannot be read for the third time is kept in a file") {
    const TempDir directory;
    PollBench bench;
    bench.poller.keep_unread(UnreadAnswers(directory.path()));
    for (int i = 0; i < 3; ++i) bench.http.answer(200, "no feed, number " + std::to_string(i));
    bench.start();
    bench.poll_until(2);
    CHECK(only(bench.poller).record.last_error == "malformed");
    CHECK(only(bench.poller).body_file.empty());
    bench.poll_until(3);
    const std::string path = only(bench.poller).body_file;
    REQUIRE(path == (directory.path() / "mfa.body").string());
    std::ifstream file(path);
    std::string kept;
    std::getline(file, kept);
    CHECK(kept == "no feed, number 2");
}

TEST_CASE("polling does not move while a poll never ends") {
    // An upstream that neither answers nor fails.
    struct Silent : HttpClient {
        boost::asio::steady_timer never;
        explicit Silent(boost::asio::io_context& io)
            : never(io, boost::asio::steady_timer::time_point::max()) {}
        awaitable<Result<HttpResponse>> send(HttpRequest) override {
            co_await never.async_wait(boost::asio::use_awaitable);
            co_return Error{ErrorKind::network, "ended"};
        }
    };
    PollBench bench;
    Silent silent(bench.io);
    Poller poller(
        bench.io.get_executor(),
        bench.store,
        bench.clock,
        bench.random,
        bench.metrics,
        silent,
        bench.pipeline
    );
    CHECK(poller.moving());
    REQUIRE(run(bench.io, poller.start(bench.snapshot)));
    bench.step();
    bench.clock.advance(10min);
    CHECK(poller.moving());
    bench.clock.advance(10min);
    CHECK_FALSE(poller.moving());
    run(bench.io, poller.stop());
}
