#include <catch2/catch.hpp>

#include "tests/store/raw.hpp"
#include "tests/store/support.hpp"
#include "tests/support/fixtures.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

const HistorySubject war{"concept war", "1"};

// A statement of the account that was said then and holds the subject.
Ingest use_of(const std::string& id, Time said, const HistorySubject& subject = war) {
    Ingest ingest = make_ingest(said);
    ingest.subjects.push_back(subject);
    NewRevision revision = make_revision(id);
    revision.statement.observed_at = said;
    revision.said_at = said;
    revision.uses.push_back({subject.name, said});
    ingest.revisions.push_back(std::move(revision));
    return ingest;
}

HistoryQuestion question(const HistorySubject& subject = war) {
    HistoryQuestion question;
    question.kind = "feed";
    question.account_key = "mfa.example";
    question.subjects.push_back(subject);
    question.latest.push_back(subject.name);
    question.times.push_back({subject.name, at(0), 100});
    return question;
}

}  // namespace

TEST_CASE("uses are counted with the commit, by day, and found again") {
    auto database = Database::in_memory();
    good(database.commit(use_of("a", at(0))));
    good(database.commit(use_of("b", at(60))));
    good(database.commit(use_of("c", at(0) + 24h)));
    const auto known = good(database.history(question()));
    CHECK(known.watched_since == at(0));
    CHECK(known.counted == std::vector<bool>{true});
    REQUIRE(known.latest.at(0));
    CHECK(known.latest[0]->statement == key("c"));
    CHECK(known.latest[0]->source == "mfa");
    CHECK(known.times.at(0) == std::vector<Time>{at(0), at(60), at(0) + 24h});
    const auto days = good(database.day_counts("concept war"));
    REQUIRE(days.size() == 2);
    CHECK(days[0].count == 2);
    CHECK(days[0].first_native_id == "a");
    CHECK(days[0].last_native_id == "b");
}

TEST_CASE("times of uses are the newest of one account, since a moment") {
    auto database = Database::in_memory();
    for (int i = 0; i < 5; ++i) good(database.commit(use_of(std::to_string(i), at(i))));
    Ingest other = use_of("x", at(9));
    other.account_key = other.revisions[0].statement.account_key = "other.example";
    good(database.commit(other));
    HistoryQuestion asked = question();
    asked.times = {{"concept war", at(2), 100}, {"concept war", at(0), 2}, {"nothing", at(0), 9}};
    const auto times = good(database.history(asked)).times;
    CHECK(times.at(0) == std::vector<Time>{at(2), at(3), at(4)});
    CHECK(times.at(1) == std::vector<Time>{at(3), at(4)});
    CHECK(times.at(2).empty());
}

TEST_CASE("a subject with another fingerprint is counted from the start, in pages, once") {
    auto database = Database::in_memory();
    good(database.commit(use_of("a", at(0))));
    good(database.commit(use_of("b", at(60))));
    const HistorySubject changed{"concept war", "2"};
    CHECK(good(database.history(question(changed))).counted == std::vector<bool>{false});
    const auto progress = good(database.prepare_subjects({changed}));
    REQUIRE(progress.size() == 1);
    CHECK(progress[0].counted_to == 0);
    CHECK(good(database.day_counts("concept war")).empty());

    const auto archived = good(database.archived(ArchiveFilter{}));
    REQUIRE(archived.size() == 2);
    CHECK(archived[1].revision == 1);
    SearchedRevision searched;
    searched.record = archived[0].record;
    searched.statement = key("a");
    searched.uses.push_back({"concept war", at(0)});
    good(database.count_uses({changed}, 0, {searched}));
    good(database.count_uses({changed}, 0, {searched}));
    // While it lags behind, a commit leaves it alone: its turn comes in the order of the archive.
    good(database.commit(use_of("c", at(90), changed)));
    REQUIRE(good(database.day_counts("concept war")).size() == 1);
    CHECK(good(database.day_counts("concept war"))[0].count == 1);
    CHECK(good(database.prepare_subjects({changed}))[0].counted_to == 1);
}

TEST_CASE("an alert on a silence is kept without a poll, with its state") {
    auto database = Database::in_memory();
    Ingest said = make_ingest();
    said.revisions.push_back(make_revision("a"));
    said.next.remember("a");
    good(database.commit(said));
    Ingest silence;
    silence.now = at(100);
    silence.stories.push_back(NewStory{"story-s", "mfa is silent", at(100)});
    AlertWrite alert;
    alert.id = "alert-s";
    alert.rule = "quiet";
    alert.story_id = "story-s";
    alert.first_seen_at = at(100);
    silence.alerts.push_back(alert);
    NewEvidence evidence;
    evidence.alert_id = "alert-s";
    evidence.statement = key("a");
    evidence.note = "silent for 36h";
    silence.evidence.push_back(evidence);
    silence.watch_states.push_back({"quiet", "feed mfa.example", "story-s", at(0)});
    good(database.commit(silence));

    REQUIRE(good(database.sources()).size() == 1);
    CHECK(good(database.source("mfa"))->cursor.knows("a"));
    const auto detail = good(database.alert("alert-s"));
    REQUIRE(detail);
    REQUIRE(detail->alert.evidence.size() == 1);
    CHECK(detail->alert.evidence[0].note == "silent for 36h");
    HistoryQuestion asked = question();
    asked.states.push_back({"quiet", "feed mfa.example"});
    const auto state = good(database.history(asked)).states.at(0);
    REQUIRE(state);
    CHECK(state->at == at(0));
    CHECK(state->story_id == "story-s");
}

TEST_CASE("a store of the second version gets the accounts of its statements") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    {
        auto database = good(Database::open(path));
        Ingest said = make_ingest(at(5));
        said.revisions.push_back(make_revision("a"));
        said.revisions[0].statement.observed_at = at(5);
        good(database.commit(said));
    }
    run_sql(
        path,
        std::string(undo_fourth_version) +
            "DROP TABLE watch_state; DROP TABLE text_use; DROP TABLE subject_day;"
            "DROP TABLE subject_use; DROP TABLE subject; DROP TABLE account;"
            "DROP INDEX evidence_statement; ALTER TABLE evidence DROP COLUMN note;"
            "PRAGMA user_version = 2"
    );
    auto database = good(Database::open(path));
    CHECK(good(database.history(question())).watched_since == at(5));
    good(database.verify_chain());
}
