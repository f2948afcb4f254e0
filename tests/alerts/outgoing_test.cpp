#include "alerts/outgoing.hpp"

#include <catch2/catch.hpp>

#include "tests/alerts/fake_notifier.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

GroupMember member(const std::string& alert_id, Severity severity, Change change) {
    GroupMember member;
    member.alert_id = alert_id;
    member.alert.alert.id = alert_id;
    member.alert.alert.rule = "rule";
    member.alert.alert.severity = severity;
    member.alert.alert.story_title = "title of " + alert_id;
    member.alert.alert.evidence.emplace_back();
    member.alert.changed.push_back(change);
    member.changes.push_back(change);
    return member;
}

DueGroup group_of(std::vector<GroupMember> members, bool grouped) {
    DueGroup group;
    group.group_id = "0011223344556677";
    group.receiver = "desk";
    group.grouped = grouped;
    group.members = std::move(members);
    return group;
}

OutboxRow row(const std::string& alert_id, Severity severity = Severity::warning) {
    OutboxRow row;
    row.key = "sw-" + alert_id + "-slack-1-1";
    row.receiver = "desk";
    row.target = "slack-1";
    row.severity = severity;
    row.notification.alerts.push_back(member(alert_id, severity, Change::created).alert);
    return row;
}

const Time now = parse_time("2023-03-17T09:00:00Z").value();

}  // namespace

TEST_CASE("each target of the receiver gets a message of its own under its own key") {
    Receivers receivers;
    receivers.add(fake_target("desk", "slack-1", nullptr));
    receivers.add(fake_target("desk", "email-1", nullptr));
    receivers.add(fake_target("other", "slack-2", nullptr));
    const auto inserts = make_notifications(
        group_of({member("A", Severity::critical, Change::created)}, false), receivers, {}, now
    );
    REQUIRE(inserts.size() == 2);
    CHECK(inserts[0].notification.key == "sw-A-slack-1-1");
    CHECK(inserts[1].notification.key == "sw-A-email-1-1");
    CHECK(inserts[0].severity == Severity::critical);
    CHECK(inserts[0].notification.key.find('.') == std::string::npos);
}

TEST_CASE("an update continues the thread of its alert") {
    Receivers receivers;
    receivers.add(fake_target("desk", "slack-1", nullptr));
    Threads threads;
    Thread thread;
    thread.thread_id = "A";
    thread.target = "slack-1";
    thread.sequence = 2;
    thread.root_key = "sw-A-slack-1-1";
    thread.root_subject = "first title";
    threads[{"A", "slack-1"}] = thread;
    const auto inserts = make_notifications(
        group_of({member("A", Severity::info, Change::evidence)}, false), receivers, threads, now
    );
    REQUIRE(inserts.size() == 1);
    CHECK(inserts[0].notification.key == "sw-A-slack-1-3");
    CHECK(inserts[0].notification.thread_key == "sw-A-slack-1-1");
    CHECK(inserts[0].notification.thread_subject == "first title");
    CHECK_FALSE(inserts[0].notification.alerts[0].is_new());
}

TEST_CASE("a target that never heard of an alert hears of a new one, whatever changed") {
    Receivers receivers;
    receivers.add(fake_target("desk", "slack-1", nullptr));
    const auto inserts = make_notifications(
        group_of({member("A", Severity::info, Change::edit)}, false), receivers, {}, now
    );
    REQUIRE(inserts.size() == 1);
    CHECK(inserts[0].notification.alerts[0].is_new());
}

TEST_CASE(
    "a group is one message, the most severe alert first, but one each where a target wants it"
) {
    Receivers receivers;
    receivers.add(fake_target("desk", "slack-1", nullptr));
    Target webhook = fake_target("desk", "webhook-1", nullptr);
    webhook.one_alert_each = true;
    receivers.add(std::move(webhook));
    const auto inserts = make_notifications(
        group_of(
            {member("A", Severity::info, Change::created),
             member("B", Severity::critical, Change::created)},
            true
        ),
        receivers,
        {},
        now
    );
    REQUIRE(inserts.size() == 3);
    std::size_t messages_with_two = 0;
    for (const OutboxInsert& insert : inserts) {
        if (insert.notification.target == "slack-1") {
            ++messages_with_two;
            REQUIRE(insert.notification.alerts.size() == 2);
            CHECK(insert.notification.alerts[0].alert.id == "B");
            CHECK(insert.thread_id == "0011223344556677");
        } else {
            CHECK(insert.notification.alerts.size() == 1);
        }
    }
    CHECK(messages_with_two == 1);
}

TEST_CASE("a digest shows the most severe and newest alerts and counts the rest") {
    std::vector<OutboxRow> rows;
    for (int i = 0; i < 14; ++i) rows.push_back(row("W" + std::to_string(i)));
    rows.push_back(row("C", Severity::critical));
    const OutboxInsert digest = merge_notifications(rows, now);
    REQUIRE(digest.notification.alerts.size() == digest_alerts_shown_max);
    CHECK(digest.notification.more == 5);
    CHECK(digest.notification.alerts[0].alert.id == "C");
    CHECK(digest.notification.alerts[1].alert.id == "W13");
    CHECK(digest.severity == Severity::critical);
    // The same rows make the same key: a crash between two attempts changes nothing.
    CHECK(merge_notifications(rows, now).notification.key == digest.notification.key);
}

TEST_CASE("two rows of one alert become one entry of the digest with all evidence") {
    OutboxRow update = row("A");
    update.key = "sw-A-slack-1-2";
    update.notification.alerts[0].changed.assign(1, Change::evidence);
    const OutboxInsert digest = merge_notifications({row("A"), row("B"), update}, now);
    REQUIRE(digest.notification.alerts.size() == 2);
    CHECK(digest.notification.alerts[0].alert.id == "A");
    CHECK(digest.notification.alerts[0].alert.evidence.size() == 2);
    CHECK(digest.notification.alerts[0].is_new());
    CHECK(digest.notification.more == 0);
}
