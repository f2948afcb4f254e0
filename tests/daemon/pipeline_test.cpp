#include "daemon/pipeline.hpp"

#include <map>

#include <catch2/catch.hpp>

#include "tests/daemon/bench.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

using Changes = std::vector<Change>;

TEST_CASE("a matching statement opens one alert and wakes the dispatcher") {
    IntakeBench bench;
    const Accepted accepted = bench.accept(
        IntakeBench::from("mfa", "MFA China"),
        {bench.say("1", "President Xi will pay a state visit to Russia"),
         bench.say("2", "Good morning")}
    );
    CHECK(accepted.fresh == 2);
    CHECK(accepted.alerts == 1);
    CHECK(bench.woken == 1);
    const auto told = bench.told();
    REQUIRE(told.size() == 1);
    CHECK(told[0].changes == Changes{Change::created});
    REQUIRE(told[0].alert.alert.evidence.size() == 1);
    const Evidence& evidence = told[0].alert.alert.evidence[0];
    CHECK(evidence.org == "MFA China");
    REQUIRE(evidence.highlights.size() == 1);
    CHECK(evidence.text.substr(evidence.highlights[0].start, 11) == "state visit");
    CHECK(told[0].alert.alert.story_title == "President Xi will pay a state visit to Russia");
    CHECK(bench.counts().statements == 2);
}

TEST_CASE("the same page read again is nothing new") {
    IntakeBench bench;
    const Statement statement = bench.say("1", "a state visit");
    bench.accept(IntakeBench::from("mfa"), {statement});
    bench.told();
    const Accepted again = bench.accept(IntakeBench::from("mfa"), {statement});
    CHECK(again.fresh == 0);
    CHECK(again.edited == 0);
    CHECK(bench.told().empty());
    CHECK(bench.counts().revisions == 1);
}

TEST_CASE("the first poll is a silent baseline and what comes after it is not") {
    IntakeBench bench;
    Intake first = IntakeBench::from("mfa");
    first.baseline = true;
    const Accepted accepted = bench.accept(first, {bench.say("1", "an old state visit")});
    CHECK(accepted.alerts == 0);
    CHECK(bench.alerts().empty());
    CHECK(bench.counts().statements == 1);
    bench.accept(
        IntakeBench::from("mfa"),
        {bench.say("1", "an old state visit"),
         bench.say("2", "another state visit, this time to Serbia")}
    );
    CHECK(bench.alerts().size() == 1);
}

TEST_CASE("backfill alerts on what is young enough in the first poll") {
    IntakeBench bench;
    Intake first = IntakeBench::from("mfa");
    first.baseline = true;
    first.backfill = 2h;
    Statement old = bench.say("1", "state visit to Serbia");
    old.published_at = bench.clock.now() - 3h;
    Statement recent = bench.say("2", "state visit to Russia");
    recent.published_at = bench.clock.now() - 1h;
    CHECK(bench.accept(first, {old, recent}).alerts == 1);
}

TEST_CASE("a statement older than max_age is kept and alerts nobody") {
    IntakeBench bench;
    Statement old = bench.say("1", "a state visit");
    old.published_at = bench.clock.now() - 25h;
    bench.accept(IntakeBench::from("mfa"), {old});
    CHECK(bench.alerts().empty());
    CHECK(bench.counts().statements == 1);
}

TEST_CASE("a statement without a date counts as new when it is seen, a date in the future as well"
) {
    IntakeBench bench;
    Statement undated = bench.say("1", "a state visit to one country, without a date");
    undated.published_at.reset();
    Statement future = bench.say("2", "a state visit to another country, from the future");
    future.published_at = bench.clock.now() + 24h * 365 * 9;
    CHECK(bench.accept(IntakeBench::from("mfa"), {undated, future}).alerts == 2);
}

TEST_CASE("equal text from a second organisation grows the alert and is told once more") {
    IntakeBench bench;
    const std::string text = "Chinese President Xi Jinping left Moscow after a state visit";
    bench.accept(IntakeBench::from("xinhua", "Xinhua"), {bench.say("1", text)});
    CHECK(bench.told().size() == 1);
    bench.accept(
        IntakeBench::from("cnbc", "CNBC"),
        {bench.say("2", "  CHINESE President Xi Jinping left Moscow after a state visit")}
    );
    const auto told = bench.told();
    REQUIRE(told.size() == 1);
    CHECK(told[0].changes == Changes{Change::evidence});
    CHECK(told[0].alert.alert.evidence.size() == 1);  // only what was not announced before
    REQUIRE(bench.alerts().size() == 1);
    CHECK(bench.alert(bench.alerts()[0].id).evidence.size() == 2);

    SECTION("the same voice again completes the record in silence") {
        bench.accept(IntakeBench::from("cnbc", "CNBC"), {bench.say("3", text)});
        CHECK(bench.told().empty());
        CHECK(bench.alert(bench.alerts()[0].id).evidence.size() == 3);
    }
    SECTION("after the window the same words are another story") {
        bench.clock.advance(73h);
        bench.accept(IntakeBench::from("xinhua", "Xinhua"), {bench.say("4", text)});
        CHECK(bench.alerts().size() == 2);
    }
}

TEST_CASE("one address is one story, the front page of a site is none") {
    IntakeBench bench;
    Statement one = bench.say("1", "first words about a state visit");
    Statement two = bench.say("2", "other words about a state visit");
    one.url = "https://www.example.org/news/1?utm_source=x";
    two.url = "http://example.org/news/1";
    bench.accept(IntakeBench::from("a", "A"), {one});
    bench.accept(IntakeBench::from("b", "B"), {two});
    CHECK(bench.alerts().size() == 1);
    Statement three = bench.say("3", "third words about a state visit");
    Statement four = bench.say("4", "fourth words about a state visit");
    three.url = "https://example.org/";
    four.url = "https://example.org/";
    bench.accept(IntakeBench::from("a", "A"), {three, four});
    CHECK(bench.alerts().size() == 3);
}

TEST_CASE("two statements of one batch can be one story") {
    IntakeBench bench;
    const std::string text = "the same long sentence about one state visit to Moscow";
    Intake intake = IntakeBench::from("agency", "Agency");
    CHECK(bench.accept(intake, {bench.say("1", text), bench.say("2", text)}).alerts == 1);
    CHECK(bench.alert(bench.alerts()[0].id).evidence.size() == 2);
}

TEST_CASE("an address names the story of who had it last, within a batch as well") {
    IntakeBench bench;
    Statement one = bench.say("1", "first words about a state visit");
    Statement two = bench.say("2", "other words about a state visit");
    bench.accept(IntakeBench::from("a"), {one, two});
    REQUIRE(bench.alerts().size() == 2);
    // The second one is edited and moves to the address of the first one, where a third one comes.
    two.text += ", corrected";
    two.url = one.url;
    Statement three = bench.say("3", "third words about a state visit");
    three.url = one.url;
    bench.accept(IntakeBench::from("a"), {two, three});
    std::map<std::size_t, std::string> newest;  // by evidence
    for (const Alert& alert : bench.alerts()) {
        const Alert whole = bench.alert(alert.id);
        newest[whole.evidence.size()] = whole.story_title;
    }
    CHECK(newest[1] == "first words about a state visit");
    CHECK(newest[2] == "other words about a state visit");
}

TEST_CASE("an edit that brings the words opens an alert, one that keeps them does not") {
    IntakeBench bench;
    Statement statement = bench.say("1", "Xi arrived in Moscow");
    bench.accept(IntakeBench::from("mfa"), {statement});
    CHECK(bench.alerts().empty());
    statement.text = "Xi arrived in Moscow for a state visit";
    const Accepted edited = bench.accept(IntakeBench::from("mfa"), {statement});
    CHECK(edited.edited == 1);
    CHECK(edited.alerts == 1);
    bench.told();
    statement.text = "Xi has arrived in Moscow for a state visit";
    bench.accept(IntakeBench::from("mfa"), {statement});
    CHECK(bench.told().empty());
    const Alert alert = bench.alert(bench.alerts()[0].id);
    REQUIRE(alert.evidence.size() == 1);
    CHECK(alert.evidence[0].text == "Xi has arrived in Moscow for a state visit");
    CHECK(alert.evidence[0].revision == 3);
    CHECK(bench.counts().revisions == 3);
}

TEST_CASE("an edit that takes the words away is told to the thread") {
    IntakeBench bench;
    Statement statement = bench.say("1", "Xi will pay a state visit");
    bench.accept(IntakeBench::from("mfa"), {statement});
    bench.told();
    statement.text = "This statement was withdrawn";
    bench.accept(IntakeBench::from("mfa"), {statement});
    const auto told = bench.told();
    REQUIRE(told.size() == 1);
    CHECK(told[0].changes == Changes{Change::edit});
    CHECK(told[0].alert.alert.evidence[0].text == "This statement was withdrawn");
    CHECK(told[0].alert.alert.evidence[0].highlights.empty());
    // And only once.
    statement.text = "This statement was withdrawn.";
    bench.accept(IntakeBench::from("mfa"), {statement});
    CHECK(bench.told().empty());
}

TEST_CASE("a rule that asks for edits is told of every one") {
    IntakeBench bench;
    bench.config.rules[0].on_edit = true;
    bench.compile();
    Statement statement = bench.say("1", "a state visit");
    bench.accept(IntakeBench::from("mfa"), {statement});
    bench.told();
    statement.text = "a state visit, corrected";
    bench.accept(IntakeBench::from("mfa"), {statement});
    CHECK(bench.told().size() == 1);
}

TEST_CASE("two sources of one account share the record; rules that name the second run then, once"
) {
    IntakeBench bench;
    MatcherConfig only;
    only.parts.push_back({"", MatcherOp::equal, "second"});
    bench.config.rules[0].from.push_back(only);
    bench.compile();
    Intake first = IntakeBench::from("first");
    Intake second = IntakeBench::from("second");
    first.account_key = "shared";
    second.account_key = "shared";
    const Statement statement = bench.say("1", "a state visit");
    bench.accept(first, {statement});
    CHECK(bench.alerts().empty());
    bench.accept(second, {statement});
    CHECK(bench.alerts().size() == 1);
    bench.told();
    bench.accept(second, {statement});
    bench.accept(first, {statement});
    CHECK(bench.told().empty());
    CHECK(bench.counts().statements == 1);
}

TEST_CASE("a form that the source ignores is kept and matches nothing") {
    IntakeBench bench;
    Statement repost = bench.say("1", "a state visit");
    repost.form = Form::repost;
    Intake intake = IntakeBench::from("mfa");
    intake.ignore.push_back(Form::repost);
    bench.accept(intake, {repost});
    CHECK(bench.alerts().empty());
    CHECK(bench.counts().statements == 1);
}

TEST_CASE("an alert carries the labels of its rule and, where those are silent, of its source") {
    IntakeBench bench;
    bench.config.rules[0].labels = {{"desk", "asia"}, {"country", "rule"}};
    bench.compile();
    Intake intake = IntakeBench::from("mfa", "MFA China");
    intake.source.labels["country"] = "CN";
    bench.accept(intake, {bench.say("1", "a state visit")});
    REQUIRE(bench.alerts().size() == 1);
    const Labels expected{{"desk", "asia"}, {"country", "rule"}, {"org", "MFA China"}};
    CHECK(bench.alerts()[0].labels == expected);
}
