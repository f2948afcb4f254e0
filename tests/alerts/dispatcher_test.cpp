#include "alerts/dispatcher.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "tests/alerts/fake_notifier.hpp"
#include "tests/support/run.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

// A store in memory, a clock that stands still, and a receiver `desk` with one fake target.
struct Bench {
    boost::asio::io_context io;
    ManualClock clock{parse_time("2023-03-17T09:00:00Z").value()};
    Random random{7};
    Metrics metrics;
    Store store{Database::in_memory()};
    Dispatcher dispatcher{io.get_executor(), store, clock, random, metrics};
    std::shared_ptr<FakeService> service = std::make_shared<FakeService>();
    int alerts = 0;

    Bench() {
        Receivers receivers;
        receivers.add(fake_target("desk", "fake-1", service));
        use(std::move(receivers));
    }

    void use(Receivers receivers) {
        dispatcher.use(std::make_shared<const Receivers>(std::move(receivers)), std::nullopt);
    }

    template <typename Work>
    auto on_store(Work work) {
        return run(io, store.run(std::move(work)));
    }

    // One statement that opened one alert, told to `receiver`.
    std::string open_alert(
        const std::string& receiver = "desk", Severity severity = Severity::warning
    ) {
        const std::string number = std::to_string(++alerts);
        Ingest ingest;
        ingest.source = "source";
        ingest.kind = "feed";
        ingest.account_key = "account";
        ingest.now = clock.now();
        NewRevision revision;
        revision.statement.source = "source";
        revision.statement.kind = "feed";
        revision.statement.account_key = "account";
        revision.statement.native_id = number;
        revision.statement.text = "statement " + number;
        revision.statement.observed_at = clock.now();
        revision.content_hash = "hash" + number;
        revision.story_id = "story" + number;
        const StatementKey key{"feed", "account", number};
        ingest.stories.push_back({revision.story_id, "title " + number, clock.now()});
        ingest.alerts.push_back(
            {"ALERT" + number, "rule", revision.story_id, severity, {}, clock.now()}
        );
        NewEvidence evidence;
        evidence.alert_id = "ALERT" + number;
        evidence.statement = key;
        evidence.org = "org";
        ingest.evidence.push_back(evidence);
        NewMember member;
        member.group_id = "group" + number + receiver;
        member.route = "/";
        member.receiver = receiver;
        member.alert_id = "ALERT" + number;
        member.statement = key;
        ingest.members.push_back(member);
        ingest.revisions.push_back(std::move(revision));
        const auto committed =
            on_store([ingest](Database& database) { return database.commit(ingest); });
        REQUIRE(committed);
        return "ALERT" + number;
    }

    void drain() { run(io, dispatcher.drain()); }

    // Time passes until nothing waits, at most `limit` of it.
    void run_out(Duration limit) {
        const Time end = clock.now() + limit;
        for (;;) {
            drain();
            const std::optional<Time> due = run(io, dispatcher.next_due());
            if (!due || *due > end) return;
            if (*due > clock.now()) clock.advance_to(*due);
        }
    }

    std::vector<OutboxRow> rows() {
        auto rows = on_store([](Database& database) { return database.outbox(OutboxFilter{}); });
        REQUIRE(rows);
        return *rows;
    }
};

}  // namespace

TEST_CASE("an alert becomes one row and one message") {
    Bench bench;
    const std::string alert = bench.open_alert();
    bench.drain();
    REQUIRE(bench.service->sent.size() == 1);
    CHECK(bench.service->sent[0].key == "sw-" + alert + "-fake-1-1");
    CHECK(bench.service->sent[0].alerts[0].alert.evidence[0].text == "statement 1");
    REQUIRE(bench.rows().size() == 1);
    CHECK(bench.rows()[0].state == OutboxState::delivered);
    CHECK(bench.rows()[0].remote_id == "remote-1");
    bench.run_out(24h);
    CHECK(bench.service->sent.size() == 1);
}

TEST_CASE("a transient failure is tried again under the same key until it works") {
    Bench bench;
    bench.service->say(Verdict::retry);
    bench.service->say(Verdict::ambiguous);
    bench.service->say(Verdict::partial);
    bench.open_alert();
    bench.run_out(1h);
    REQUIRE(bench.service->sent.size() == 4);
    for (const Notification& sent : bench.service->sent)
        CHECK(sent.key == bench.service->sent[0].key);
    CHECK(bench.service->sent[3].attempt == 4);
    CHECK(bench.rows()[0].state == OutboxState::delivered);
}

TEST_CASE("a hint is obeyed by every row of the bucket") {
    Bench bench;
    bench.service->say(Verdict::retry_after, 30s);
    const Time start = bench.clock.now();
    std::vector<Time> times;
    bench.service->on_send = [&](const Notification&) { times.push_back(bench.clock.now()); };
    bench.open_alert();
    bench.drain();
    bench.open_alert();
    bench.run_out(10min);
    REQUIRE(times.size() == 3);
    CHECK(times[1] - start >= 30s);
    CHECK(times[2] - start >= 30s);
    CHECK(times[2] - start < 40s);
}

TEST_CASE("a message that is refused goes once in its simplest form and then is given up") {
    Bench bench;
    bench.service->say(Verdict::permanent_message);
    bench.service->say(Verdict::permanent_message);
    bench.open_alert();
    bench.run_out(24h);
    REQUIRE(bench.service->sent.size() == 2);
    CHECK_FALSE(bench.service->sent[0].minimal);
    CHECK(bench.service->sent[1].minimal);
    CHECK(bench.rows()[0].state == OutboxState::dead);
}

TEST_CASE("a dead target is paused and keeps its rows, and another one goes on") {
    Bench bench;
    auto other = std::make_shared<FakeService>();
    Receivers receivers;
    receivers.add(fake_target("desk", "fake-1", bench.service));
    receivers.add(fake_target("night", "fake-2", other));
    bench.use(std::move(receivers));
    bench.service->say(Verdict::permanent_target);
    bench.service->say(Verdict::permanent_target);
    bench.open_alert("desk");
    bench.drain();
    REQUIRE(bench.dispatcher.paused().size() == 1);
    CHECK(bench.dispatcher.paused()[0].target == "fake-1");

    bench.open_alert("desk");
    bench.open_alert("night");
    bench.drain();
    CHECK(bench.service->sent.size() == 1);
    CHECK(other->sent.size() == 1);

    // One row is the probe; when it gets through everything does.
    bench.run_out(1h);
    CHECK(bench.service->sent.size() == 4);
    CHECK(bench.dispatcher.paused().empty());
    for (const OutboxRow& row : bench.rows()) CHECK(row.state == OutboxState::delivered);
}

TEST_CASE("resume tries a paused receiver at once") {
    Bench bench;
    bench.service->say(Verdict::permanent_target);
    bench.open_alert();
    bench.drain();
    REQUIRE(bench.dispatcher.paused().size() == 1);
    const auto resumed = run(bench.io, bench.dispatcher.resume("desk"));
    REQUIRE(resumed);
    CHECK(*resumed == 1);
    bench.drain();
    CHECK(bench.service->sent.size() == 2);
    CHECK(bench.rows()[0].state == OutboxState::delivered);
}

TEST_CASE("a paused target stays paused over a restart") {
    Bench bench;
    bench.service->say(Verdict::permanent_target);
    bench.open_alert();
    bench.drain();
    Dispatcher again(
        bench.io.get_executor(), bench.store, bench.clock, bench.random, bench.metrics
    );
    REQUIRE(run(bench.io, again.recover()));
    CHECK(again.paused().size() == 1);
}

TEST_CASE("what does not get through in its time is given up and says so") {
    Bench bench;
    for (int i = 0; i < 1000; ++i) bench.service->say(Verdict::retry);
    bench.open_alert();
    bench.run_out(48h);
    REQUIRE(bench.rows().size() == 1);
    CHECK(bench.rows()[0].state == OutboxState::dead);
    CHECK(bench.rows()[0].detail == "retry");
    CHECK(bench.rows()[0].attempts > 100);
    CHECK(bench.clock.now() - bench.rows()[0].created_at < 25h);
}

TEST_CASE("the most severe alert goes first") {
    Bench bench;
    bench.open_alert("desk", Severity::info);
    bench.open_alert("desk", Severity::critical);
    bench.open_alert("desk", Severity::warning);
    bench.drain();
    REQUIRE(bench.service->sent.size() == 3);
    CHECK(bench.service->sent[0].alerts[0].alert.id == "ALERT2");
    CHECK(bench.service->sent[2].alerts[0].alert.id == "ALERT1");
}

TEST_CASE("many rows behind a slow target go out as one digest, none is lost") {
    Bench bench;
    Target slow = fake_target("desk", "fake-1", bench.service);
    slow.per_second = 1;
    slow.burst = 1;
    slow.in_flight_max = 1;
    Receivers receivers;
    receivers.add(std::move(slow));
    bench.use(std::move(receivers));
    for (int i = 0; i < 40; ++i) bench.open_alert();
    bench.run_out(1min);
    REQUIRE(bench.service->sent.size() == 2);
    CHECK(bench.service->sent[0].alerts.size() == 1);
    CHECK(bench.service->sent[1].alerts.size() == 10);
    CHECK(bench.service->sent[1].more == 29);
    std::size_t delivered = 0;
    for (const OutboxRow& row : bench.rows())
        delivered += row.state == OutboxState::delivered ? 1 : 0;
    CHECK(delivered == 41);  // 40 alerts and the digest
}

TEST_CASE("a webhook never gets a digest") {
    Bench bench;
    Target target = fake_target("desk", "fake-1", bench.service);
    target.per_second = 1;
    target.burst = 1;
    target.one_alert_each = true;
    Receivers receivers;
    receivers.add(std::move(target));
    bench.use(std::move(receivers));
    for (int i = 0; i < 20; ++i) bench.open_alert();
    bench.run_out(5min);
    CHECK(bench.service->sent.size() == 20);
}

TEST_CASE("more rows than may be under way at once all arrive") {
    Bench bench;
    Target target = fake_target("desk", "fake-1", bench.service);
    target.in_flight_max = 1000;
    target.one_alert_each = true;
    Receivers receivers;
    receivers.add(std::move(target));
    bench.use(std::move(receivers));
    for (int i = 0; i < 600; ++i) bench.open_alert();
    bench.run_out(5min);
    CHECK(bench.service->sent.size() == 600);
}

TEST_CASE("an uncertain message is held where a repeat would cost") {
    Bench bench;
    Target target = fake_target("desk", "fake-1", bench.service);
    target.hold_ambiguous = true;
    Receivers receivers;
    receivers.add(std::move(target));
    bench.use(std::move(receivers));
    bench.service->say(Verdict::ambiguous);
    bench.open_alert();
    bench.run_out(24h);
    CHECK(bench.service->sent.size() == 1);
    CHECK(bench.rows()[0].state == OutboxState::dead);
}

TEST_CASE("rows for a receiver that left the configuration wait until it is back") {
    Bench bench;
    bench.service->say(Verdict::retry);
    bench.open_alert();
    bench.drain();
    bench.use(Receivers{});
    bench.run_out(1h);
    CHECK(bench.service->sent.size() == 1);
    Receivers receivers;
    receivers.add(fake_target("desk", "fake-1", bench.service));
    bench.use(std::move(receivers));
    bench.run_out(1h);
    CHECK(bench.service->sent.size() == 2);
    CHECK(bench.rows()[0].state == OutboxState::delivered);
}
