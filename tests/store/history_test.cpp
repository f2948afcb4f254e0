#include <catch2/catch.hpp>

#include "tests/store/raw.hpp"
#include "tests/store/support.hpp"
#include "tests/support/fixtures.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

Trail some_trail() {
    RuleTrail rule;
    rule.rule = "visits";
    rule.severity = Severity::critical;
    rule.matched = true;
    TrailNode node;
    node.condition = "phrase";
    node.term = "state visit";
    node.holds = true;
    rule.conditions.push_back(node);
    Decision decision;
    decision.rule = "visits";
    decision.alert_id = "alert-a";
    decision.routes.push_back({"/0", "desk"});
    Trail trail;
    trail.rules.push_back(rule);
    trail.decisions.push_back(decision);
    return trail;
}

Ingest batch_of(const std::vector<std::string>& ids, Time now, bool baseline = false) {
    Ingest ingest = make_ingest(now);
    ingest.baseline = baseline;
    for (const auto& id : ids) {
        ingest.revisions.push_back(make_revision(id));
        ingest.revisions.back().statement.observed_at = now;
    }
    return ingest;
}

std::vector<std::string> ids(const std::vector<ArchivedStatement>& piece) {
    std::vector<std::string> out;
    for (const auto& one : piece) out.push_back(one.statement.native_id);
    return out;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the trail of a revision is kept with it and the chain still holds") {
    auto database = Database::in_memory();
    Ingest ingest = make_alert_ingest("a");
    ingest.revisions[0].trail = some_trail();
    good(database.commit(ingest));
    good(database.commit(make_alert_ingest("b")));
    CHECK(good(database.revisions(key("statement-a")))[0].trail == some_trail());
    CHECK(good(database.revisions(key("statement-b")))[0].trail.empty());
    good(database.verify_chain());
}

TEST_CASE("a trail of any size is cut to what a revision may keep") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    Ingest ingest = make_alert_ingest("a");
    Trail& trail = ingest.revisions[0].trail;
    trail = some_trail();
    for (int i = 0; i < 1000; ++i) trail.rules.push_back(trail.rules[0]);
    for (RuleTrail& rule : trail.rules) rule.conditions[0].term = std::string(1000, 'x');
    auto database = good(Database::open(path));
    good(database.commit(ingest));
    const auto bytes = std::stoul(run_sql(path, "SELECT length(trail) FROM trail"));
    CHECK(bytes <= trail_bytes_max + 200);
    CHECK(good(database.revisions(key("statement-a")))[0].trail.decisions.size() == 1);
}

TEST_CASE("a statement is found by its id and by the address of its last revision") {
    auto database = Database::in_memory();
    good(database.commit(make_alert_ingest("a")));
    CHECK(good(database.find_statements("statement-a")).size() == 1);
    CHECK(good(database.find_statements("https://mfa.example/statement-a")).size() == 1);
    CHECK(good(database.find_statements("statement-b")).empty());
    CHECK(good(database.find_statements("")).empty());
    Ingest edit = make_ingest(at(1));
    edit.revisions.push_back(make_revision("statement-a", 2));
    edit.revisions[0].statement.url = "https://mfa.example/moved";
    good(database.commit(edit));
    CHECK(good(database.find_statements("https://mfa.example/statement-a")).empty());
    CHECK(good(database.find_statements("https://mfa.example/moved")).size() == 1);
}

TEST_CASE("the alerts of a statement are those it is evidence of") {
    auto database = Database::in_memory();
    good(database.commit(make_alert_ingest("a")));
    CHECK(good(database.alerts_of(key("statement-a"))) == Names{"alert-a"});
    CHECK(good(database.alerts_of(key("statement-b"))).empty());
}

TEST_CASE("the archive is read in the order of arrival, in pieces, within a time") {
    auto database = Database::in_memory();
    good(database.commit(batch_of({"1", "2"}, at(0), true)));
    good(database.commit(batch_of({"3"}, at(10))));
    Ingest edit = make_ingest(at(20));
    edit.revisions.push_back(make_revision("1", 2));
    edit.revisions[0].statement.observed_at = at(20);
    good(database.commit(edit));

    ArchiveFilter filter;
    filter.limit = 3;
    const auto first = good(database.archived(filter));
    CHECK(ids(first) == Names{"1", "2", "3"});
    CHECK(first[0].first_poll);
    CHECK(first[1].first_poll);
    CHECK_FALSE(first[2].first_poll);
    CHECK(first[0].statement.source == "mfa");
    CHECK(first[0].statement.account_key == "mfa.example");
    CHECK(first[0].statement.text == "The president will pay a state visit.");
    filter.after_record = first.back().record;
    const auto second = good(database.archived(filter));
    CHECK(ids(second) == Names{"1"});
    CHECK_FALSE(second[0].first_poll);
    filter.after_record = second.back().record;
    CHECK(good(database.archived(filter)).empty());

    filter.after_record = 0;
    filter.since = at(10);
    filter.until = at(20);
    CHECK(ids(good(database.archived(filter))) == Names{"3"});
    CHECK(good(database.count_archived(filter)) == 1);
    CHECK(good(database.count_archived(ArchiveFilter{})) == 4);
}

TEST_CASE("a piece of the archive ends early where statements are large") {
    auto database = Database::in_memory();
    Ingest ingest = make_ingest();
    for (int i = 0; i < 60; ++i) {
        ingest.revisions.push_back(make_revision(std::to_string(i)));
        ingest.revisions.back().statement.text = std::string(256 * 1024, 'x');
    }
    good(database.commit(ingest));
    const auto piece = good(database.archived(ArchiveFilter{}));
    CHECK(piece.size() < 20);
    CHECK_FALSE(piece.empty());
}

TEST_CASE("a store of the first version gets addresses and first polls from what it holds") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    {
        auto database = good(Database::open(path));
        good(database.commit(batch_of({"1", "2"}, at(0), true)));
        good(database.commit(batch_of({"3"}, at(10))));
    }
    // What later versions added is taken out again.
    run_sql(
        path,
        std::string(undo_fourth_version) +
            "DROP TABLE watch_state; DROP TABLE text_use; DROP TABLE subject_day;"
            "DROP TABLE subject_use; DROP TABLE subject; DROP TABLE account;"
            "DROP INDEX evidence_statement; ALTER TABLE evidence DROP COLUMN note;"
            "DROP TABLE trail; DROP INDEX statement_url; DROP INDEX statement_native_id;"
            "ALTER TABLE statement DROP COLUMN url; ALTER TABLE source DROP COLUMN baseline_record;"
            "UPDATE revision SET body = 'damaged' WHERE id = 3; PRAGMA user_version = 1"
    );
    CHECK_FALSE(Database::open_read_only(path));
    auto database = good(Database::open(path));
    CHECK(good(database.find_statements("https://mfa.example/2")).size() == 1);
    const auto all = good(database.archived(ArchiveFilter{}));
    REQUIRE(all.size() == 3);
    CHECK(all[1].first_poll);
    CHECK_FALSE(all[2].first_poll);
}
