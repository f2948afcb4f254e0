#include <catch2/catch.hpp>

#include "tests/store/support.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

Ingest grouped(const std::string& name, Time now) {
    auto ingest = make_alert_ingest(name, now);
    ingest.members[0].group_id = "group";
    ingest.members[0].grouped = true;
    ingest.members[0].group_wait = 10s;
    ingest.members[0].group_interval = 60s;
    return ingest;
}

GroupFlush flush_of(const DueGroup& group, Time now) {
    GroupFlush flush;
    flush.group_id = group.group_id;
    flush.now = now;
    for (const auto& member : group.members)
        flush.member_ids.insert(
            flush.member_ids.end(), member.member_ids.begin(), member.member_ids.end()
        );
    return flush;
}

// Further evidence for alert-a.
Ingest update(const std::string& native_id, Time now, Change change = Change::evidence) {
    auto ingest = make_ingest(now);
    ingest.revisions.push_back(make_revision(native_id, 1, "story-a"));
    ingest.evidence.push_back({"alert-a", key(native_id), 1, "Kremlin", {}});
    NewMember member = make_alert_ingest("a").members[0];
    member.change = change;
    member.statement = key(native_id);
    ingest.members.push_back(member);
    return ingest;
}

}  // namespace

TEST_CASE("a new group waits for group_wait, and later members do not put it off") {
    auto database = Database::in_memory();
    CHECK_FALSE(good(database.next_group_at()));
    good(database.commit(grouped("a", at(0))));
    CHECK(good(database.next_group_at()) == at(10));
    good(database.commit(grouped("b", at(8))));
    CHECK(good(database.next_group_at()) == at(10));
    CHECK(good(database.due_groups(at(9), 10)).empty());

    const auto groups = good(database.due_groups(at(10), 10));
    REQUIRE(groups.size() == 1);
    CHECK(groups[0].group_id == "group");
    CHECK(groups[0].receiver == "desk");
    CHECK(groups[0].grouped);
    REQUIRE(groups[0].members.size() == 2);
    CHECK(groups[0].members[0].alert_id == "alert-a");
    CHECK(groups[0].members[1].alert_id == "alert-b");
}

TEST_CASE("an idle group keeps group_interval after its last flush, or speaks at once later") {
    auto database = Database::in_memory();
    good(database.commit(grouped("a", at(0))));
    good(database.flush(flush_of(good(database.due_groups(at(10), 10))[0], at(10))));
    CHECK_FALSE(good(database.next_group_at()));

    good(database.commit(grouped("b", at(20))));
    CHECK(good(database.next_group_at()) == at(70));
    good(database.flush(flush_of(good(database.due_groups(at(70), 10))[0], at(70))));

    good(database.commit(grouped("c", at(500))));
    CHECK(good(database.next_group_at()) == at(500));
}

TEST_CASE("members that come while a message is made wait for the group's next turn") {
    auto database = Database::in_memory();
    good(database.commit(grouped("a", at(0))));
    const auto group = good(database.due_groups(at(10), 10))[0];
    good(database.commit(grouped("b", at(10))));
    good(database.flush(flush_of(group, at(11))));
    CHECK(good(database.next_group_at()) == at(71));
    const auto next = good(database.due_groups(at(71), 10));
    REQUIRE(next.size() == 1);
    REQUIRE(next[0].members.size() == 1);
    CHECK(next[0].members[0].alert_id == "alert-b");
}

TEST_CASE("a new alert is loaded whole, with evidence from the stored revision") {
    auto database = Database::in_memory();
    auto ingest = make_alert_ingest("a");
    ingest.revisions[0].statement.late = true;
    ingest.revisions[0].statement.author_handle = "spokesperson";
    good(database.commit(ingest));
    const auto groups = good(database.due_groups(at(0), 10));
    REQUIRE(groups.size() == 1);
    REQUIRE(groups[0].members.size() == 1);
    const auto& notified = groups[0].members[0].alert;
    CHECK(notified.is_new());
    CHECK(notified.alert.rule == "visits");
    CHECK(notified.alert.severity == Severity::critical);
    CHECK(notified.alert.story_id == "story-a");
    CHECK(notified.alert.story_title == "Title of a");
    CHECK(notified.alert.labels.at("tier") == "official");
    CHECK(notified.alert.first_seen_at == at(0));
    REQUIRE(notified.alert.evidence.size() == 1);
    const auto& evidence = notified.alert.evidence[0];
    const auto& statement = ingest.revisions[0].statement;
    CHECK(evidence.source == "mfa");
    CHECK(evidence.kind == "feed");
    CHECK(evidence.org == "MFA");
    CHECK(evidence.native_id == "statement-a");
    CHECK(evidence.url == statement.url);
    CHECK(evidence.author_handle == "spokesperson");
    CHECK(evidence.title == statement.title);
    CHECK(evidence.text == statement.text);
    CHECK(evidence.published_at == statement.published_at);
    CHECK(evidence.observed_at == statement.observed_at);
    CHECK(evidence.late);
    CHECK(evidence.highlights == ingest.evidence[0].highlights);
}

TEST_CASE("members of one alert are one, and created covers what else happened") {
    auto database = Database::in_memory();
    good(database.commit(make_alert_ingest("a")));
    good(database.commit(update("statement-b", at(1))));
    const auto members = good(database.due_groups(at(1), 10))[0].members;
    REQUIRE(members.size() == 1);
    CHECK(members[0].member_ids.size() == 2);
    CHECK(members[0].changes == std::vector<Change>{Change::created});
    REQUIRE(members[0].alert.alert.evidence.size() == 2);
    CHECK(members[0].alert.alert.evidence[0].native_id == "statement-a");
    CHECK(members[0].alert.alert.evidence[1].native_id == "statement-b");
}

TEST_CASE("an update shows only the evidence it announces, its changes in order") {
    auto database = Database::in_memory();
    good(database.commit(make_alert_ingest("a")));
    good(database.flush(flush_of(good(database.due_groups(at(0), 10))[0], at(0))));
    good(database.commit(update("statement-c", at(2), Change::severity)));
    good(database.commit(update("statement-b", at(3))));
    auto unannounced = update("statement-d", at(4));
    unannounced.members.clear();
    good(database.commit(unannounced));

    const auto members = good(database.due_groups(at(4), 10))[0].members;
    REQUIRE(members.size() == 1);
    CHECK(members[0].changes == std::vector<Change>{Change::evidence, Change::severity});
    const auto& evidence = members[0].alert.alert.evidence;
    REQUIRE(evidence.size() == 2);
    CHECK(evidence[0].native_id == "statement-c");
    CHECK(evidence[1].native_id == "statement-b");
}

TEST_CASE("a new alert with much evidence shows the ten newest, oldest first") {
    auto database = Database::in_memory();
    good(database.commit(make_alert_ingest("a")));
    for (int i = 0; i < 12; ++i)
        good(database.commit(update("more-" + std::to_string(i), at(i + 1))));
    const auto members = good(database.due_groups(at(60), 10))[0].members;
    const auto& evidence = members[0].alert.alert.evidence;
    REQUIRE(evidence.size() == 10);
    CHECK(evidence.front().native_id == "more-2");
    CHECK(evidence.back().native_id == "more-11");
    CHECK(good(database.alert("alert-a"))->alert.evidence.size() == 13);
}

TEST_CASE("a flush writes rows and threads, and the same flush is refused the second time") {
    auto database = Database::in_memory();
    good(database.commit(make_alert_ingest("a")));
    auto flush = flush_of(good(database.due_groups(at(0), 10))[0], at(0));
    flush.notifications = {
        make_insert("sw-a-slack_0-1", "a"), make_insert("sw-a-mail-1", "a", "m")};
    good(database.flush(flush));
    CHECK_FALSE(database.flush(flush));

    auto again = flush;
    again.member_ids.clear();
    CHECK_FALSE(database.flush(again));  // keys are unique
    CHECK(good(database.counts()).outbox_pending == 2);

    const auto threads = good(database.threads({"a", "other"}));
    REQUIRE(threads.size() == 2);
    CHECK(threads[0].thread_id == "a");
    CHECK(threads[0].target == "m");
    CHECK(threads[0].sequence == 1);
    CHECK(threads[1].root_key == "sw-a-slack_0-1");
    CHECK(threads[1].root_subject == "Subject of sw-a-slack_0-1");
    CHECK(threads[1].root_remote.empty());

    put(database, {make_insert("sw-a-slack_0-2", "a")});
    const auto later = good(database.threads({"a"}))[1];
    CHECK(later.sequence == 2);
    CHECK(later.root_key == "sw-a-slack_0-1");
    CHECK(later.root_subject == "Subject of sw-a-slack_0-1");
}

TEST_CASE("at most groups_max groups are flushed in one go, the longest waiting first") {
    auto database = Database::in_memory();
    good(database.commit(make_alert_ingest("b", at(1))));
    good(database.commit(make_alert_ingest("a", at(0))));
    good(database.commit(make_alert_ingest("c", at(2))));
    const auto groups = good(database.due_groups(at(5), 2));
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].group_id == "group-a");
    CHECK(groups[1].group_id == "group-b");
    CHECK(good(database.counts()).groups_waiting == 3);
}
