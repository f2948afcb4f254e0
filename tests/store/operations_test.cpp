#include <catch2/catch.hpp>

#include "tests/store/raw.hpp"
#include "tests/store/support.hpp"
#include "tests/support/fixtures.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

OperationalEvent event(const std::string& id, Event kind, const std::string& subject, Time since) {
    OperationalEvent event;
    event.id = id;
    event.event = kind;
    event.subject = subject;
    event.message = "timeout: no first byte";
    event.body_file = "/var/lib/x.body";
    event.labels = {{"source", subject}, {"org", "MFA"}};
    event.since = since;
    return event;
}

OutboxInsert insert_of(const OperationalEvent& event, const std::string& key) {
    OutboxInsert insert = make_insert(key, event.id);
    insert.notification.alerts.clear();
    insert.notification.events.push_back(event);
    return insert;
}

}  // namespace

TEST_CASE("an event is kept with its notifications, open until it ends, and found afterwards") {
    auto database = Database::in_memory();
    EventsRecord began;
    began.started = {
        event("A", Event::source_failing, "mfa", at(0)), event("B", Event::gap, "tass", at(1))};
    began.notifications = {insert_of(began.started[0], "sw-A-slack_0-1")};
    began.now = at(1);
    good(database.record_events(began));
    EventFilter open;
    open.open = true;
    CHECK(good(database.operational_events(open)).size() == 2);
    const auto row = good(database.claim(at(1), allow({"slack_0"}))).at(0);
    REQUIRE(row.notification.events.size() == 1);
    CHECK(row.notification.events[0] == began.started[0]);

    EventsRecord over;
    over.ended = {began.started[0]};
    over.ended[0].ended_at = at(60);
    over.now = at(60);
    good(database.record_events(over));
    REQUIRE(good(database.operational_events(open)).size() == 1);
    CHECK(good(database.operational_events(open))[0].subject == "tass");
    EventFilter of_mfa;
    of_mfa.subject = "mfa";
    CHECK(good(database.operational_events(of_mfa)) == over.ended);
}

TEST_CASE("events that ended long ago are forgotten, open ones never") {
    auto database = Database::in_memory();
    EventsRecord record;
    record.started = {
        event("A", Event::gap, "mfa", at(0)), event("B", Event::source_gone, "mfa", at(0))};
    good(database.record_events(record));
    record = {};
    record.ended = {event("A", Event::gap, "mfa", at(0))};
    record.ended[0].ended_at = at(10);
    record.now = at(10) + std::chrono::days(91);
    good(database.record_events(record));
    const auto left = good(database.operational_events(EventFilter{}));
    REQUIRE(left.size() == 1);
    CHECK(left[0].id == "B");
}

TEST_CASE("nothing of an event is kept when its notifications cannot be") {
    auto database = Database::in_memory();
    EventsRecord record;
    record.started = {event("A", Event::gap, "mfa", at(0))};
    record.notifications = {
        insert_of(record.started[0], "twice"), insert_of(record.started[0], "twice")};
    CHECK_FALSE(database.record_events(record));
    CHECK(good(database.operational_events(EventFilter{})).empty());
}

TEST_CASE("events and alerts never wait for one digest") {
    auto database = Database::in_memory();
    put(database, {make_insert("alert", "1")});
    EventsRecord record;
    record.started = {event("A", Event::gap, "mfa", at(0))};
    record.notifications = {insert_of(record.started[0], "event")};
    record.now = at(0);
    good(database.record_events(record));
    CHECK(keys(good(database.queued(at(0), "slack_0", false, 9))).at(0) == "alert");
    CHECK(good(database.waiting(at(0), "slack_0", false)) == 1);
    CHECK(keys(good(database.queued(at(0), "slack_0", true, 9))).at(0) == "event");
    CHECK(good(database.waiting(at(0), "slack_0", true)) == 1);
}

TEST_CASE("a target is stuck when its oldest row was tried three times in vain") {
    auto database = Database::in_memory();
    put(database, {make_insert("old", "1")}, at(0));
    put(database, {make_insert("new", "2", "mail")}, at(0));
    for (int i = 1; i <= 3; ++i) {
        CHECK(good(database.stuck_targets(at(100))).empty());
        good(database.claim(at(i), allow({"slack_0"})));
        good(database.record_attempts({failed("old", OutboxState::retry_wait, at(i))}));
    }
    const auto stuck = good(database.stuck_targets(at(100)));
    REQUIRE(stuck.size() == 1);
    CHECK(stuck[0].target == "slack_0");
    CHECK(stuck[0].since == at(0));
    CHECK(good(database.stuck_targets(at(0))).empty());
}

TEST_CASE("a source stays paused until it is resumed, whatever is recorded of its polls") {
    auto database = Database::in_memory();
    good(database.pause_source("mfa", "feed", at(1)));
    SourceRecord record;
    record.name = "mfa";
    record.kind = "feed";
    record.failures = 2;
    good(database.record_polls({record}));
    CHECK(good(database.source("mfa"))->paused_at == at(1));
    CHECK(good(database.sources()).at(0).failures == 2);
    good(database.pause_source("mfa", "feed", std::nullopt));
    CHECK_FALSE(good(database.source("mfa"))->paused_at);
}

TEST_CASE("a store of the third version keeps what waits and takes events") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    {
        auto database = good(Database::open(path));
        put(database, {make_insert("waits", "1")});
    }
    run_sql(path, std::string(undo_fourth_version) + "PRAGMA user_version = 3");
    auto database = good(Database::open(path));
    CHECK(good(database.waiting(at(0), "slack_0", false)) == 1);
    EventsRecord record;
    record.started = {event("A", Event::gap, "mfa", at(0))};
    good(database.record_events(record));
}
