#include "alerts/operations.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "alerts/dispatcher.hpp"
#include "alerts/outgoing.hpp"
#include "tests/alerts/fake_notifier.hpp"
#include "tests/support/run.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

// A store in memory, a dispatcher, and receivers `engineers` (fake-1) and `on_call` (fake-2).
struct Bench {
    boost::asio::io_context io;
    ManualClock clock{parse_time("2023-03-17T09:00:00Z").value()};
    Random random{7};
    Metrics metrics;
    Store store{Database::in_memory()};
    Dispatcher dispatcher{io.get_executor(), store, clock, random, metrics};
    Operations operations{store, clock, random, [this] { dispatcher.wake(); }};
    std::shared_ptr<FakeService> engineers = std::make_shared<FakeService>();
    std::shared_ptr<FakeService> on_call = std::make_shared<FakeService>();
    std::shared_ptr<const Receivers> receivers;
    RouteTree routes;

    Bench() {
        Receivers made;
        made.add(fake_target("engineers", "fake-1", engineers));
        made.add(fake_target("on_call", "fake-2", on_call));
        receivers = std::make_shared<const Receivers>(std::move(made));
        dispatcher.use(receivers, std::nullopt);
        Config config;
        config.operations.emplace();
        config.operations->receiver.value = "engineers";
        RouteConfig auth;
        auth.receiver.value = "on_call";
        MatcherConfig matcher;
        matcher.parts.push_back({"event", MatcherOp::equal, "source_auth"});
        auth.matchers.push_back(matcher);
        auth.continue_ = false;
        config.operations->routes.push_back(auth);
        Diagnostics diagnostics;
        routes = RouteTree::compile_operations(config, diagnostics);
    }

    void settle(Operations& with, std::vector<Trouble> troubles) {
        REQUIRE(run(io, with.settle(std::move(troubles), routes, receivers)));
        run(io, dispatcher.drain());
    }
    void settle(std::vector<Trouble> troubles) { settle(operations, std::move(troubles)); }
};

Trouble trouble(Event event, const std::string& subject) {
    Trouble trouble;
    trouble.event = event;
    trouble.subject = subject;
    trouble.message = "it does not work";
    trouble.labels = {{"source", subject}, {"kind", "feed"}};
    return trouble;
}

}  // namespace

TEST_CASE("an event is told once when it begins and once when it is over, in one thread") {
    Bench bench;
    bench.settle({trouble(Event::source_failing, "mfa")});
    bench.clock.advance(60s);
    bench.settle({trouble(Event::source_failing, "mfa")});
    REQUIRE(bench.engineers->sent.size() == 1);
    const Notification& began = bench.engineers->sent[0];
    CHECK(began.alerts.empty());
    REQUIRE(began.events.size() == 1);
    CHECK(began.events[0].message == "it does not work");
    CHECK_FALSE(began.events[0].ended_at);
    REQUIRE(bench.operations.open().size() == 1);

    bench.clock.advance(60s);
    bench.settle({});
    bench.settle({});
    REQUIRE(bench.engineers->sent.size() == 2);
    const Notification& over = bench.engineers->sent[1];
    CHECK(over.events.at(0).id == bench.engineers->sent[0].events.at(0).id);
    CHECK(over.events[0].ended_at == bench.clock.now());
    CHECK(over.thread_key == bench.engineers->sent[0].key);
    CHECK(bench.operations.open().empty());
    CHECK(bench.on_call->sent.empty());
}

TEST_CASE("what was told before a restart is not told again, and ends") {
    Bench bench;
    bench.settle({trouble(Event::source_gone, "mfa")});
    Operations restarted{bench.store, bench.clock, bench.random, [&] { bench.dispatcher.wake(); }};
    REQUIRE(run(bench.io, restarted.restore()));
    bench.settle(restarted, {trouble(Event::source_gone, "mfa")});
    CHECK(bench.engineers->sent.size() == 1);
    bench.settle(restarted, {});
    CHECK(bench.engineers->sent.size() == 2);
}

TEST_CASE("an event takes its own way and events of other sources are apart") {
    Bench bench;
    bench.settle({trouble(Event::source_auth, "x"), trouble(Event::source_failing, "mfa")});
    REQUIRE(bench.on_call->sent.size() == 1);
    CHECK(bench.on_call->sent[0].events.at(0).labels.at("event") == "source_auth");
    CHECK(bench.engineers->sent.size() == 1);
    bench.settle({trouble(Event::source_failing, "mfa")});
    CHECK(bench.on_call->sent.size() == 2);
    CHECK(bench.engineers->sent.size() == 1);
}

TEST_CASE("a target is not told that it fails itself, and its end is told to who heard of it") {
    Bench bench;
    bench.settle({trouble(Event::receiver_failing, "fake-1")});
    CHECK(bench.engineers->sent.empty());
    bench.settle({});
    CHECK(bench.engineers->sent.empty());
    CHECK(bench.on_call->sent.empty());
}

TEST_CASE("without operations events are kept and nobody is told") {
    Bench bench;
    bench.routes = RouteTree();
    bench.settle({trouble(Event::gap, "mfa")});
    CHECK(bench.operations.open().size() == 1);
    CHECK(bench.engineers->sent.empty());
}

TEST_CASE("many events for a slow target become one message of events alone") {
    std::vector<OutboxRow> rows;
    for (int i = 0; i < 12; ++i) {
        OutboxRow row;
        row.key = "sw-" + std::to_string(i) + "-slack-1-1";
        row.receiver = "engineers";
        row.target = "slack-1";
        OperationalEvent event;
        event.id = std::to_string(i);
        event.subject = "source_" + std::to_string(i);
        row.notification.events.push_back(event);
        rows.push_back(row);
    }
    const OutboxInsert digest =
        merge_notifications(rows, parse_time("2023-03-17T09:00:00Z").value());
    CHECK(digest.notification.events.size() == digest_alerts_shown_max);
    CHECK(digest.notification.more == 2);
    CHECK(digest.notification.alerts.empty());
}
