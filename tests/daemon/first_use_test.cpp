#include <catch2/catch.hpp>

#include "daemon/historian.hpp"
#include "daemon/watching.hpp"
#include "tests/daemon/watch_bench.hpp"

// `first_use` and `shift`, over a store on the disk.

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

using Ids = std::vector<std::string>;

RuleConfig first_use(Duration in) {
    FirstUse watch;
    watch.of = named("war");
    watch.in = in;
    return watch_rule("new_word", watch);
}

RuleConfig shift(Duration baseline) {
    Shift watch;
    watch.from = named("operation");
    watch.to = named("war");
    watch.baseline = baseline;
    return watch_rule("shift", watch);
}

}  // namespace

TEST_CASE("the first use of a concept in a year alerts with the last use before beside it") {
    WatchBench bench({first_use(24h * 365)});
    bench.say("mfa", "old", "we warn of a war");
    bench.clock.advance(24h * 400);
    CHECK(bench.say("mfa", "other", "nothing of note was said today") == 0);
    CHECK(bench.say("mfa", "new", "this is a war") == 1);
    const auto alerts = bench.alerts("new_word");
    REQUIRE(alerts.size() == 1);
    CHECK(WatchBench::evidence(alerts[0]) == Ids{"old", "new"});
    CHECK(alerts[0].evidence[0].note == "last use before");
    REQUIRE(alerts[0].evidence[0].highlights.size() == 1);
    CHECK(alerts[0].evidence[0].highlights[0].term == "war");
    CHECK(alerts[0].evidence[1].note == "first use of `war` in 365d, the last was 2023-01-02");
    // Told once, and not by the next use.
    CHECK(bench.told().size() == 1);
    bench.clock.advance(1h);
    CHECK(bench.say("mfa", "again", "a war, still") == 0);
    CHECK(bench.alerts("new_word").size() == 1);
}

TEST_CASE("a source that was watched for too short a time has no first use") {
    WatchBench bench({first_use(24h * 30)});
    bench.say("mfa", "1", "good morning to all of you");
    bench.clock.advance(24h * 29);
    CHECK(bench.say("mfa", "2", "this is a war") == 0);
    bench.clock.advance(24h * 31);
    CHECK(bench.say("mfa", "3", "this is a war") == 1);
}

TEST_CASE("what one source says is not news to another one's history") {
    WatchBench bench({first_use(24h * 10)});
    bench.say("mfa", "a", "good morning to all of you");
    bench.say("kremlin", "b", "good evening to all of you");
    bench.clock.advance(24h * 11);
    CHECK(bench.say("mfa", "c", "this is a war") == 1);
    CHECK(bench.say("kremlin", "d", "they call it a war") == 1);
    CHECK(bench.alerts("new_word").size() == 2);
}

TEST_CASE("the same page read again counts nothing and alerts nobody") {
    WatchBench bench({first_use(24h * 10)});
    bench.say("mfa", "a", "good morning to all of you");
    bench.clock.advance(24h * 11);
    const Statement statement = bench.statement("b", "this is a war, and a war");
    Intake intake = IntakeBench::from("mfa", "mfa");
    CHECK(bench.accept(intake, {statement}).alerts == 1);
    bench.restart();
    CHECK(bench.accept(intake, {statement}).alerts == 0);
    const auto days = bench.days("concept war");
    REQUIRE(days.size() == 1);
    CHECK(days[0].count == 1);
    CHECK(days[0].first_native_id == "b");
    CHECK(days[0].account_key == "mfa");
}

TEST_CASE("an edit that brings the words is a use, at the time of the edit") {
    WatchBench bench({first_use(24h * 10)});
    bench.say("mfa", "a", "good morning to all of you");
    bench.clock.advance(24h * 11);
    Intake intake = IntakeBench::from("mfa", "mfa");
    Statement statement = bench.statement("b", "this is a conflict");
    CHECK(bench.accept(intake, {statement}).alerts == 0);
    bench.clock.advance(2h);
    statement.text = "this is a war";
    CHECK(bench.accept(intake, {statement}).alerts == 1);
    REQUIRE(bench.days("concept war").size() == 1);
    CHECK(bench.days("concept war")[0].first_at == bench.clock.now());

    SECTION("words that are taken away were said all the same") {
        statement.text = "this is a conflict";
        bench.accept(intake, {statement});
        CHECK(bench.days("concept war")[0].count == 1);
        statement.text = "this is a war";
        bench.accept(intake, {statement});
        CHECK(bench.days("concept war")[0].count == 1);
        CHECK(bench.alerts("new_word").size() == 1);
    }
    SECTION("an edit that keeps them is told to nobody, and stays evidence") {
        bench.told();
        statement.text = "this is a war, we say";
        bench.accept(intake, {statement});
        CHECK(bench.told().empty());
        const auto alerts = bench.alerts("new_word");
        REQUIRE(alerts.size() == 1);
        CHECK(alerts[0].evidence.back().revision == 3);
        CHECK_FALSE(alerts[0].evidence.back().note.empty());
    }
}

TEST_CASE("what comes late counts on its own day and is no first use after a later one") {
    WatchBench bench({first_use(24h * 10)});
    bench.say("mfa", "a", "good morning to all of you");
    bench.clock.advance(24h * 12);
    CHECK(bench.say("mfa", "b", "this is a war") == 1);
    Statement late = bench.statement("c", "there was a war before");
    late.published_at = bench.clock.now() - 20h;
    CHECK(bench.accept(IntakeBench::from("mfa", "mfa"), {late}).alerts == 0);
    const auto days = bench.days("concept war");
    REQUIRE(days.size() == 2);
    CHECK(days[0].last_native_id == "c");
    CHECK(days[1].last_native_id == "b");
}

TEST_CASE("a baseline is history and never an alert") {
    WatchBench bench({first_use(24h * 5)});
    Intake first = IntakeBench::from("mfa", "mfa");
    first.baseline = true;
    bench.accept(first, {bench.statement("a", "this is a war")});
    CHECK(bench.alerts("new_word").empty());
    bench.clock.advance(24h * 4);
    CHECK(bench.say("mfa", "b", "this is a war") == 0);
    bench.clock.advance(24h * 6);
    CHECK(bench.say("mfa", "c", "this is a war") == 1);
}

TEST_CASE("`match` and `from` say which first use alerts; every use is history") {
    RuleConfig rule = first_use(24h * 5);
    rule.match = phrase("minister");
    WatchBench bench({rule});
    bench.say("mfa", "a", "good morning to all of you");
    bench.clock.advance(24h * 6);
    CHECK(bench.say("mfa", "b", "this is a war") == 0);
    CHECK(bench.say("mfa", "c", "the minister spoke of a war") == 0);
    bench.clock.advance(24h * 6);
    CHECK(bench.say("mfa", "d", "the minister spoke of a war") == 1);
}

TEST_CASE("a rule that is new knows the archive after it was counted, and not before") {
    WatchBench bench({});
    bench.say("mfa", "a", "this is a war");
    bench.clock.advance(24h * 30);
    for (int i = 0; i < 450; ++i)
        bench.say("mfa", "f" + std::to_string(i), "nothing of note was said today");
    bench.config.rules = {first_use(24h * 20)};
    bench.compile();
    CHECK(bench.say("mfa", "b", "this is a war") == 0);  // the archive is not counted yet
    Historian historian(bench.io.get_executor(), *bench.store);
    REQUIRE(run(bench.io, historian.catch_up(bench.snapshot)));
    REQUIRE(bench.days("concept war").size() == 2);
    bench.clock.advance(24h * 21);
    CHECK(bench.say("mfa", "c", "this is a war") == 1);
    REQUIRE(bench.days("concept war").size() == 3);

    SECTION("a concept that got other terms is counted again from the start") {
        bench.config.concepts[0] = concept_of("war", {"nothing of note"});
        bench.compile();
        CHECK(bench.say("mfa", "d", "nothing of note in this either") == 0);
        REQUIRE(run(bench.io, historian.catch_up(bench.snapshot)));
        const auto days = bench.days("concept war");
        REQUIRE(days.size() == 2);
        CHECK(days[0].count == 450);
        CHECK(days[1].count == 1);
    }
    SECTION("nothing is counted twice") {
        REQUIRE(run(bench.io, historian.catch_up(bench.snapshot)));
        for (const DayCount& day : bench.days("concept war")) CHECK(day.count == 1);
    }
}

TEST_CASE("a new wording in place of an old one alerts with both beside each other") {
    WatchBench bench({shift(24h * 60)});
    bench.say("mfa", "a", "the special operation goes on");
    bench.clock.advance(24h * 30);
    bench.say("mfa", "b", "the special operation goes as planned");
    bench.clock.advance(24h * 35);
    CHECK(bench.say("mfa", "c", "this is a war") == 1);
    const auto alerts = bench.alerts("shift");
    REQUIRE(alerts.size() == 1);
    CHECK(WatchBench::evidence(alerts[0]) == Ids{"b", "c"});
    CHECK(alerts[0].evidence[0].note == "last use of `operation` before");
    REQUIRE(alerts[0].evidence[0].highlights.size() == 1);
    CHECK(alerts[0].evidence[0].highlights[0].term == "special operation");
    CHECK(
        alerts[0].evidence[1].note ==
        "from `operation` to `war`: first use in 60d; `operation` was last used 2023-02-01"
    );
    bench.clock.advance(24h);
    CHECK(bench.say("mfa", "d", "a war again") == 0);
}

TEST_CASE("without the old wording in the baseline there is nothing to shift from") {
    WatchBench bench({shift(24h * 30)});
    bench.say("mfa", "a", "the special operation goes on");
    bench.clock.advance(24h * 31);
    CHECK(bench.say("mfa", "b", "this is a war") == 0);
    bench.clock.advance(24h * 10);
    bench.say("mfa", "c", "the special operation goes on");
    bench.clock.advance(24h * 10);
    // The new wording is not new in the baseline.
    CHECK(bench.say("mfa", "d", "this is a war") == 0);
    CHECK(bench.alerts("shift").empty());
}
