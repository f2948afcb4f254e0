#include <catch2/catch.hpp>

#include "tests/store/support.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

IntakeKnowledge know(Database& database, const std::string& native_id, const std::string& story) {
    IntakeQuestion question;
    question.statements = {key(native_id)};
    question.story_keys = {story};
    question.stories_since = at(-3600);
    return good(database.know(question));
}

}  // namespace

TEST_CASE("a batch is known afterwards with its revision, story, sights, matches and alert") {
    auto database = Database::in_memory();
    good(database.commit(make_alert_ingest("a")));

    const auto knowledge = know(database, "statement-a", "text:a");
    REQUIRE(knowledge.statements.size() == 1);
    REQUIRE(knowledge.statements[0]);
    const auto& statement = *knowledge.statements[0];
    CHECK(statement.revision == 1);
    CHECK(statement.content_hash == "hash-statement-a-1");
    CHECK(statement.story_id == "story-a");
    CHECK(statement.matched_rules == std::vector<std::string>{"visits"});
    CHECK(statement.seen_by == std::vector<std::string>{"mfa"});
    CHECK(knowledge.stories == std::vector<std::string>{"story-a"});
    REQUIRE(knowledge.alerts.size() == 1);
    CHECK(knowledge.alerts[0].id == "alert-a");
    CHECK(knowledge.alerts[0].rule == "visits");
    CHECK(knowledge.alerts[0].severity == Severity::critical);
    CHECK(knowledge.alerts[0].labels == Labels{{"desk", "asia"}, {"tier", "official"}});
    CHECK(knowledge.alerts[0].orgs == std::vector<std::string>{"MFA"});
    CHECK(knowledge.alerts[0].statement_ids == std::vector<std::int64_t>{statement.id});
}

TEST_CASE("what was never stored is unknown") {
    auto database = Database::in_memory();
    const auto knowledge = know(database, "nothing", "text:nothing");
    CHECK_FALSE(knowledge.statements[0]);
    CHECK(knowledge.stories == std::vector<std::string>{""});
    CHECK(knowledge.alerts.empty());
}

TEST_CASE("a story key that is too old is not considered, and a new story takes it over") {
    auto database = Database::in_memory();
    good(database.commit(make_alert_ingest("old", at(-7200))));
    CHECK(know(database, "x", "text:old").stories == std::vector<std::string>{""});

    auto ingest = make_alert_ingest("new");
    ingest.story_keys[0].key = "text:old";
    good(database.commit(ingest));
    CHECK(know(database, "x", "text:old").stories == std::vector<std::string>{"story-new"});
}

TEST_CASE("a statement comes back exactly as it was stored, with markup, raw slice and matches") {
    auto database = Database::in_memory();
    auto ingest = make_alert_ingest("a");
    Statement& statement = ingest.revisions[0].statement;
    statement.text = "国事访问\nline \"two\" \xF0\x9F\x87\xA8\xF0\x9F\x87\xB3";
    statement.raw = std::string("\0\xff\xfe binary \0", 12);
    statement.late = true;
    statement.tags = {"StateVisit"};
    statement.published_precision = Precision::day;
    statement.reply_to = Reference{"7", "https://x.example/7", "a", "b", "c"};
    good(database.commit(ingest));

    const auto revisions = good(database.revisions(key("statement-a")));
    REQUIRE(revisions.size() == 1);
    const auto& stored = revisions[0].statement;
    CHECK(to_json(stored, true) == to_json(statement, true));
    CHECK(stored.raw == statement.raw);
    CHECK(stored.html == statement.html);
    CHECK(stored.late);
    CHECK(revisions[0].content_hash == ingest.revisions[0].content_hash);
    CHECK(revisions[0].story_id == "story-a");
    REQUIRE(revisions[0].matches.size() == 1);
    CHECK(revisions[0].matches[0].rule == "visits");
    CHECK(revisions[0].matches[0].severity == Severity::critical);
    CHECK(revisions[0].matches[0].labels == Labels{{"desk", "asia"}});
    CHECK(revisions[0].matches[0].highlights == ingest.revisions[0].matches[0].highlights);
}

TEST_CASE("an edit makes a new revision and overwrites nothing") {
    auto database = Database::in_memory();
    good(database.commit(make_alert_ingest("a")));
    auto edit = make_ingest(at(60));
    edit.revisions.push_back(make_revision("statement-a", 2));
    edit.revisions[0].statement.text = "Corrected.";
    good(database.commit(edit));

    const auto revisions = good(database.revisions(key("statement-a")));
    REQUIRE(revisions.size() == 2);
    CHECK(revisions[0].statement.text == "The president will pay a state visit.");
    CHECK(revisions[1].statement.text == "Corrected.");
    const auto known = know(database, "statement-a", "").statements[0];
    REQUIRE(known);
    CHECK(known->revision == 2);
    CHECK(known->matched_rules.empty());
    CHECK(known->story_id == "story-a");
}

TEST_CASE("a revision that does not follow the last one is refused") {
    auto database = Database::in_memory();
    good(database.commit(make_alert_ingest("a")));
    auto edit = make_ingest();
    edit.revisions.push_back(make_revision("statement-a", 3));
    const auto result = database.commit(edit);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::storage);
    CHECK(good(database.counts()).revisions == 1);
}

TEST_CASE("a batch that is committed twice is refused the second time and changes nothing") {
    auto database = Database::in_memory();
    const auto ingest = make_alert_ingest("a");
    good(database.commit(ingest));
    auto again = ingest;
    again.next.remember("later");
    const auto result = database.commit(again);
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::storage);

    const auto counts = good(database.counts());
    CHECK(counts.statements == 1);
    CHECK(counts.revisions == 1);
    CHECK(counts.alerts == 1);
    const auto groups = good(database.due_groups(at(0), 10));
    REQUIRE(groups.size() == 1);
    CHECK(groups[0].members[0].member_ids.size() == 1);
    CHECK(good(database.source("mfa"))->cursor == ingest.next);
    good(database.verify_chain());
}

TEST_CASE("a batch of sights alone is refused the second time too") {
    auto database = Database::in_memory();
    good(database.commit(make_alert_ingest("a")));
    auto sight = make_ingest(at(5), "mfa-mirror");
    sight.sights = {key("statement-a")};
    good(database.commit(sight));
    CHECK_FALSE(database.commit(sight));
    CHECK(good(database.source("mfa-mirror"))->statements == 1);
    CHECK(
        know(database, "statement-a", "").statements[0]->seen_by ==
        std::vector<std::string>{"mfa", "mfa-mirror"}
    );
}

TEST_CASE("an unknown statement in evidence rolls the whole batch back") {
    auto database = Database::in_memory();
    auto ingest = make_alert_ingest("a");
    ingest.evidence[0].statement.native_id = "elsewhere";
    const auto result = database.commit(ingest);
    REQUIRE_FALSE(result);
    CHECK_THAT(result.error().message, Catch::Contains("no statement elsewhere"));
    CHECK(good(database.counts()).statements == 0);
    CHECK_FALSE(good(database.source("mfa")));
}

TEST_CASE("an alert of a story that does not exist is refused by its foreign key") {
    auto database = Database::in_memory();
    auto ingest = make_alert_ingest("a");
    ingest.alerts[0].story_id = "nowhere";
    CHECK_FALSE(database.commit(ingest));
    CHECK(good(database.counts()).alerts == 0);
}

TEST_CASE("a raise of severity updates the alert and a second alert of rule and story is refused") {
    auto database = Database::in_memory();
    auto ingest = make_alert_ingest("a");
    ingest.alerts[0].severity = Severity::info;
    good(database.commit(ingest));

    auto raise = make_ingest(at(10));
    raise.alerts = ingest.alerts;
    raise.alerts[0].severity = Severity::critical;
    raise.alerts[0].first_seen_at = at(99);
    good(database.commit(raise));
    const auto alert = good(database.alert("alert-a"))->alert;
    CHECK(alert.severity == Severity::critical);
    CHECK(alert.first_seen_at == at(0));

    auto twin = make_ingest(at(20));
    twin.alerts = raise.alerts;
    twin.alerts[0].id = "alert-twin";
    CHECK_FALSE(database.commit(twin));
}

TEST_CASE("newer evidence of the same statement replaces the older and keeps its place") {
    auto database = Database::in_memory();
    good(database.commit(make_alert_ingest("a")));
    auto second = make_ingest(at(5));
    second.revisions.push_back(make_revision("statement-b", 1, "story-a"));
    second.evidence.push_back({"alert-a", key("statement-b"), 1, "Kremlin", {}});
    good(database.commit(second));
    auto edit = make_ingest(at(10));
    edit.revisions.push_back(make_revision("statement-a", 2));
    edit.revisions[0].statement.text = "Edited.";
    edit.evidence.push_back({"alert-a", key("statement-a"), 2, "MFA", {{"text", 0, 6, "edited"}}});
    good(database.commit(edit));

    const auto alert = good(database.alert("alert-a"))->alert;
    REQUIRE(alert.evidence.size() == 2);
    CHECK(alert.evidence[0].native_id == "statement-a");
    CHECK(alert.evidence[0].revision == 2);
    CHECK(alert.evidence[0].text == "Edited.");
    CHECK(alert.evidence[0].highlights.size() == 1);
    CHECK(alert.evidence[1].native_id == "statement-b");
    CHECK(alert.evidence[1].org == "Kremlin");
}

TEST_CASE("a statement stored without a match joins the story of its first alert") {
    auto database = Database::in_memory();
    auto silent = make_ingest();
    silent.revisions.push_back(make_revision("statement-b"));
    good(database.commit(silent));
    auto ingest = make_alert_ingest("a", at(5));
    ingest.source = "mirror";
    ingest.sights = {key("statement-b")};
    ingest.evidence.push_back({"alert-a", key("statement-b"), 1, "MFA", {}});
    good(database.commit(ingest));
    CHECK(know(database, "statement-b", "").statements[0]->story_id == "story-a");
}

TEST_CASE("cursor, pinned account and baseline are written with the batch and only there") {
    auto database = Database::in_memory();
    auto first = make_ingest();
    first.baseline = true;
    first.account_key = "";
    first.next.state["etag"] = "\"abc\xff\"";
    first.gap = Gap{"1", "9"};
    good(database.commit(first));
    auto second = make_ingest(at(5));
    second.account_key = "pinned";
    second.next.remember("7");
    good(database.commit(second));
    auto third = make_ingest(at(6));
    third.account_key = "renamed";
    third.next = second.next;
    good(database.commit(third));

    SourceRecord poll;
    poll.name = "mfa";
    poll.kind = "feed";
    poll.account_key = "ignored";
    poll.failures = 3;
    poll.last_error = "timeout";
    poll.last_message = "no answer within 20 s";
    poll.last_attempt_at = at(7);
    poll.not_before = at(70);
    good(database.record_polls({poll}));

    const auto source = good(database.source("mfa"));
    REQUIRE(source);
    CHECK(source->account_key == "pinned");
    CHECK(source->cursor == second.next);
    CHECK(source->baseline_done);
    CHECK(source->failures == 3);
    CHECK(source->last_error == "timeout");
    CHECK(source->last_message == "no answer within 20 s");
    CHECK(source->last_attempt_at == at(7));
    CHECK_FALSE(source->last_success_at);
    CHECK(source->not_before == at(70));
    REQUIRE(source->last_gap);
    CHECK(source->last_gap->to_id == "9");
    CHECK(source->last_gap_at == at(0));
    CHECK(good(database.sources()).size() == 1);
}

TEST_CASE("bytes that are not text survive in a cursor") {
    auto database = Database::in_memory();
    auto ingest = make_ingest();
    ingest.next.state["etag"] = "\"caf\xe9\"";
    good(database.commit(ingest));
    CHECK(good(database.source("mfa"))->cursor == ingest.next);
}
