#include <catch2/catch.hpp>

#include "tests/store/support.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

std::vector<std::string> ids(const std::vector<Alert>& alerts) {
    std::vector<std::string> ids;
    for (const auto& alert : alerts) ids.push_back(alert.id);
    return ids;
}

}  // namespace

TEST_CASE("alerts are listed newest first and filtered") {
    auto database = Database::in_memory();
    good(database.commit(make_alert_ingest("a", at(0))));
    auto ingest = make_alert_ingest("b", at(10));
    ingest.alerts[0].rule = "crisis";
    ingest.alerts[0].severity = Severity::info;
    good(database.commit(ingest));

    using Ids = std::vector<std::string>;
    CHECK(ids(good(database.alerts(AlertFilter{}))) == Ids{"alert-b", "alert-a"});
    AlertFilter filter;
    filter.rule = "crisis";
    CHECK(ids(good(database.alerts(filter))) == Ids{"alert-b"});
    filter = AlertFilter{};
    filter.id_prefix = "alert-a";
    CHECK(ids(good(database.alerts(filter))) == Ids{"alert-a"});
    filter = AlertFilter{};
    filter.severity = Severity::critical;
    CHECK(ids(good(database.alerts(filter))) == Ids{"alert-a"});
    filter = AlertFilter{};
    filter.since = at(5);
    CHECK(ids(good(database.alerts(filter))) == Ids{"alert-b"});
    filter = AlertFilter{};
    filter.limit = 1;
    const auto alerts = good(database.alerts(filter));
    CHECK(ids(alerts) == Ids{"alert-b"});
    CHECK(alerts[0].evidence.size() == 1);
}

TEST_CASE("one alert is shown with its notifications and the reasons of its story") {
    auto database = Database::in_memory();
    CHECK_FALSE(good(database.alert("alert-a")));
    good(database.commit(make_alert_ingest("a")));
    auto second = make_ingest(at(1));
    second.revisions.push_back(make_revision("statement-b", 1, "story-a"));
    second.revisions[0].story_reason = "same text";
    good(database.commit(second));
    put(database, {make_insert("k-1", "a"), make_insert("k-2", "a"), make_insert("k-x", "x")});

    const auto detail = good(database.alert("alert-a"));
    REQUIRE(detail);
    CHECK(detail->alert.story_title == "Title of a");
    CHECK(detail->alert.evidence.size() == 1);
    CHECK(keys(detail->notifications) == std::vector<std::string>{"k-1", "k-2"});
    CHECK(detail->story_reasons == std::vector<std::string>{"first", "same text"});
}

TEST_CASE("the store counts what it holds") {
    auto database = Database::in_memory();
    CHECK_FALSE(good(database.counts()).outbox_oldest_at);
    good(database.commit(make_alert_ingest("a")));
    auto edit = make_ingest(at(1));
    edit.revisions.push_back(make_revision("statement-a", 2));
    good(database.commit(edit));
    const auto counts = good(database.counts());
    CHECK(counts.statements == 1);
    CHECK(counts.revisions == 2);
    CHECK(counts.stories == 1);
    CHECK(counts.alerts == 1);
    CHECK(counts.groups_waiting == 1);
    CHECK(good(database.source("mfa"))->statements == 1);
}

TEST_CASE("states have names that read back") {
    for (const auto state :
         {OutboxState::pending,
          OutboxState::sending,
          OutboxState::retry_wait,
          OutboxState::delivered,
          OutboxState::dead})
        CHECK(parse_outbox_state(to_string(state)) == state);
    CHECK_FALSE(parse_outbox_state("gone"));
}
