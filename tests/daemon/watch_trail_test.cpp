#include <catch2/catch.hpp>

#include "tests/daemon/watch_bench.hpp"

// Why a watch alerted on a statement or did not, as it is kept with the statement.

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

RuleConfig first_use(const std::string& name, Duration in) {
    FirstUse watch;
    watch.of = named("war");
    watch.in = in;
    return watch_rule(name, watch);
}

RuleConfig shift(Duration baseline) {
    Shift watch;
    watch.from = named("operation");
    watch.to = named("war");
    watch.baseline = baseline;
    return watch_rule("shift", watch);
}

struct TrailBench : WatchBench {
    using WatchBench::WatchBench;

    Trail trail(const std::string& id) {
        const StatementKey key{"feed", "mfa", id};
        const auto read = [key](Database& database) { return database.revisions(key); };
        return ask(read).back().trail;
    }
    // What the watch lacked.
    std::string why(const std::string& id) {
        const Trail kept = trail(id);
        if (kept.rules.size() != 1 || kept.rules[0].nearest_miss() == nullptr) return "";
        return kept.rules[0].nearest_miss()->condition + ": " + kept.rules[0].nearest_miss()->note;
    }
};

}  // namespace

TEST_CASE("a watch that alerted is in the record with its reason, its alert and its routes") {
    TrailBench bench({first_use("new_word", 24h * 10)});
    bench.say("mfa", "a", "good morning to all of you");
    bench.clock.advance(24h * 11);
    bench.say("mfa", "b", "this is a war");
    CHECK(bench.trail("a").empty());
    const Trail trail = bench.trail("b");
    REQUIRE(trail.rules.size() == 1);
    CHECK(trail.rules[0].rule == "new_word");
    CHECK(trail.rules[0].matched);
    const TrailNode& watch = trail.rules[0].conditions.back();
    CHECK(watch.condition == "first_use");
    CHECK(watch.term == "war in 10d");
    CHECK(watch.holds);
    CHECK(watch.note == "first use of `war` in 10d, there was none before");
    REQUIRE(trail.decisions.size() == 1);
    CHECK(trail.decisions[0].outcome == MatchOutcome::opened);
    CHECK(trail.decisions[0].alert_id == bench.alerts("new_word").at(0).id);
    CHECK(trail.decisions[0].routes.at(0).receiver == "desk");
}

TEST_CASE("a watch that did not alert says in the record what it lacked") {
    SECTION("time: the source was watched for too short") {
        TrailBench bench({first_use("new_word", 24h * 10)});
        bench.say("mfa", "a", "good morning to all of you");
        bench.clock.advance(24h);
        bench.say("mfa", "b", "this is a war");
        CHECK(
            bench.why("b") ==
            "first_use: watched since 2023-01-02, 10d are needed: ready on 2023-01-12"
        );
        CHECK(bench.trail("b").decisions.empty());
    }
    SECTION("novelty") {
        TrailBench bench({first_use("new_word", 24h * 10)});
        bench.say("mfa", "a", "this is a war");
        bench.clock.advance(24h * 19);
        bench.say("mfa", "b", "this is a war");
        bench.clock.advance(24h);
        bench.say("mfa", "c", "a war, still");
        CHECK(bench.trail("b").rules.at(0).matched);
        CHECK(bench.why("c") == "first_use: `war` was last used 2023-01-21, less than 10d before");
    }
    SECTION("the old wording") {
        TrailBench bench({shift(24h * 10)});
        bench.say("mfa", "a", "good morning to all of you");
        bench.clock.advance(24h * 11);
        bench.say("mfa", "b", "this is a war");
        CHECK(
            bench.why("b") ==
            "shift: `operation` was not used in the 10d before: there is nothing to shift from"
        );
    }
    SECTION("company") {
        RuleConfig rule = watch_rule("surge", Frequency{3, 1h});
        rule.match = phrase("sanctions");
        TrailBench bench({rule});
        bench.say("mfa", "a", "new sanctions");
        CHECK(bench.why("a") == "frequency: fewer than 3 statements within 1h");
    }
    SECTION("a right to alert") {
        TrailBench bench({first_use("new_word", 24h * 10)});
        Intake first = IntakeBench::from("mfa", "mfa");
        first.baseline = true;
        bench.accept(first, {bench.statement("a", "this is a war")});
        CHECK(
            bench.why("a") == "first_use: in the first poll of its source: stored, never alerted"
        );
        Statement old = bench.statement("b", "this was a war");
        old.published_at = bench.clock.now() - 48h;
        bench.accept(IntakeBench::from("mfa", "mfa"), {old});
        CHECK(bench.why("b") == "first_use: older than max_age when it was seen");
    }
    SECTION("an edit that brings the words") {
        TrailBench bench({first_use("new_word", 24h * 10)});
        Intake intake = IntakeBench::from("mfa", "mfa");
        Statement statement = bench.statement("a", "this is a war");
        bench.accept(intake, {statement});
        statement.text = "this is a war, we say";
        bench.accept(intake, {statement});
        CHECK(bench.why("a") == "first_use: an earlier revision had these words");
    }
}

TEST_CASE("a watch without words records only what it alerted on") {
    TrailBench bench({watch_rule("one_voice", Chorus{2, 1h})});
    const std::string text = "together we build a shared future for mankind";
    bench.say("mfa", "a", text);
    CHECK(bench.trail("a").empty());
    bench.say("agency", "b", text);
    bench.say("mfa", "c", text);
    CHECK(bench.trail("c").rules.at(0).matched);
    CHECK(bench.trail("c").decisions.at(0).outcome == MatchOutcome::completed);
}

TEST_CASE("of many watches that miss one statement a few are recorded") {
    std::vector<RuleConfig> rules;
    for (int i = 0; i < 30; ++i) rules.push_back(first_use("r" + std::to_string(i), 24h * 10));
    TrailBench bench(rules);
    bench.say("mfa", "a", "this is a war");
    CHECK(bench.trail("a").rules.size() == trail_almost_max);
}

TEST_CASE("what a watch says of a statement that is not stored waits for the history") {
    TrailBench bench({first_use("new_word", 24h * 10)});
    const auto trails = explain(*bench.snapshot, bench.statement("a", "this is a war"), nullptr);
    REQUIRE(trails.size() == 1);
    CHECK_FALSE(trails[0].matched);
    CHECK(trails[0].missing == 1);
    CHECK(trails[0].nearest_miss()->note == "judged with the history, when it comes in");
}
