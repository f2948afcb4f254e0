#include <map>
#include <random>
#include <set>

#include <catch2/catch.hpp>

#include "tests/daemon/watch_bench.hpp"

// `frequency`, `chorus` and `follow`, over a store on the disk.

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

using Ids = std::vector<std::string>;

RuleConfig frequency(int at_least, Duration within) {
    Frequency watch;
    watch.at_least = at_least;
    watch.within = within;
    RuleConfig rule = watch_rule("surge", watch);
    rule.match = phrase("sanctions");
    return rule;
}

RuleConfig chorus(int orgs, Duration within) {
    Chorus watch;
    watch.orgs = orgs;
    watch.within = within;
    return watch_rule("chorus", watch);
}

RuleConfig follow(const std::string& rule) {
    Follow watch;
    watch.rules = {named(rule)};
    RuleConfig made = watch_rule("edits", watch);
    made.on_edit = true;  // as the loader sets it
    return made;
}

const std::string slogan = "together we build a community with a shared future for mankind";

// What the rules of these tests should alert on, the slow way: (when, org) of what was said before
// decides, and an alert makes its rule quiet for one window.
struct Model {
    struct Line {
        Time at{};
        std::string org;
    };
    std::vector<Line> said;
    std::optional<Time> alerted_at;

    // Whether some window that holds `line` has enough; `count` counts lines of a window.
    template <typename Count>
    bool alerts(const Line& line, Duration within, std::size_t enough, Count count) {
        said.push_back(line);
        if (alerted_at && line.at - *alerted_at < within && *alerted_at - line.at < within)
            return false;
        for (const Line& first : said) {
            std::vector<Line> window;
            for (const Line& one : said)
                if (one.at >= first.at && one.at - first.at < within) window.push_back(one);
            const bool inside = line.at >= first.at && line.at - first.at < within;
            if (!inside || count(window) < enough) continue;
            alerted_at = line.at;
            return true;
        }
        return false;
    }
};

std::size_t lines_in(const std::vector<Model::Line>& window) { return window.size(); }

std::size_t orgs_in(const std::vector<Model::Line>& window) {
    std::set<std::string> orgs;
    for (const auto& line : window) orgs.insert(line.org);
    return orgs.size();
}

}  // namespace

TEST_CASE("enough statements in a short time alert once, with all of them") {
    WatchBench bench({frequency(3, 1h)});
    CHECK(bench.say("mfa", "1", "sanctions against one") == 0);
    bench.clock.advance(20min);
    CHECK(bench.say("kremlin", "2", "sanctions against two") == 0);
    CHECK(bench.say("kremlin", "x", "something else") == 0);
    bench.clock.advance(20min);
    bench.restart();
    CHECK(bench.say("mfa", "3", "sanctions against three") == 1);
    auto alerts = bench.alerts("surge");
    REQUIRE(alerts.size() == 1);
    CHECK(WatchBench::evidence(alerts[0]) == Ids{"1", "2", "3"});
    CHECK(alerts[0].evidence[2].note == "3 statements within 40m");
    CHECK(alerts[0].evidence[0].highlights.size() == 1);
    CHECK(bench.told().size() == 1);

    SECTION("what comes in the next hour joins, also after a restart") {
        bench.clock.advance(59min);
        bench.restart();
        CHECK(bench.say("mfa", "4", "sanctions against four") == 0);
        alerts = bench.alerts("surge");
        REQUIRE(alerts.size() == 1);
        CHECK(WatchBench::evidence(alerts[0]) == Ids{"1", "2", "3", "4"});
        CHECK(bench.told().empty());
        // A voice that the alert has not heard is news.
        CHECK(bench.say("xinhua", "5", "sanctions against five") == 0);
        CHECK(bench.told().size() == 1);
    }
    SECTION("after it, the next surge is an alert of its own") {
        bench.clock.advance(61min);
        CHECK(bench.say("mfa", "4", "sanctions against four") == 0);
        CHECK(bench.say("mfa", "5", "sanctions against five") == 0);
        CHECK(bench.say("mfa", "6", "sanctions against six") == 1);
        CHECK(WatchBench::evidence(bench.alerts("surge").at(1)) == Ids{"4", "5", "6"});
    }
}

TEST_CASE("one batch can hold a whole surge") {
    WatchBench bench({frequency(3, 1h)});
    const Accepted accepted = bench.accept(
        IntakeBench::from("mfa"),
        {bench.statement("1", "sanctions one"),
         bench.statement("2", "sanctions two"),
         bench.statement("3", "sanctions three"),
         bench.statement("4", "sanctions four")}
    );
    CHECK(accepted.alerts == 1);
    const auto alerts = bench.alerts("surge");
    REQUIRE(alerts.size() == 1);
    CHECK(WatchBench::evidence(alerts[0]) == Ids{"1", "2", "3", "4"});
    CHECK(alerts[0].evidence[1].highlights.size() == 1);
}

TEST_CASE("organisations that say the same text in a short time are a chorus") {
    WatchBench bench({chorus(3, 2h)});
    CHECK(bench.say("mfa", "1", slogan) == 0);
    CHECK(bench.say("mfa", "1b", slogan) == 0);
    bench.clock.advance(30min);
    CHECK(
        bench.say(
            "xinhua",
            "2",
            "TOGETHER we build a community with a shared future "
            "for  mankind"
        ) == 0
    );
    bench.restart();
    bench.clock.advance(30min);
    CHECK(bench.say("cgtn", "3", slogan) == 1);
    const auto alerts = bench.alerts("chorus");
    REQUIRE(alerts.size() == 1);
    CHECK(WatchBench::evidence(alerts[0]) == Ids{"1", "2", "3"});
    CHECK(alerts[0].evidence.back().note == "3 organisations say the same within 1h");
    bench.told();
    CHECK(bench.say("people", "4", slogan) == 0);
    CHECK(bench.told().size() == 1);
    CHECK(bench.alerts("chorus").size() == 1);
}

TEST_CASE("an organisation that repeats itself hides no other voice of a chorus") {
    WatchBench bench({chorus(3, 2h)});
    bench.say("cgtn", "first", slogan);
    for (int i = 0; i < 40; ++i) bench.say("mfa", "m" + std::to_string(i), slogan);
    bench.clock.advance(10min);
    CHECK(bench.say("xinhua", "last", slogan) == 1);
    const auto alerts = bench.alerts("chorus");
    REQUIRE(alerts.size() == 1);
    CHECK(WatchBench::evidence(alerts[0]) == Ids{"first", "m0", "last"});
}

TEST_CASE("short texts, reposts and one organisation are no chorus") {
    WatchBench bench({chorus(2, 2h)});
    CHECK(bench.say("mfa", "1", "Good morning") == 0);
    CHECK(bench.say("xinhua", "2", "Good morning") == 0);
    CHECK(bench.say("mfa", "3", slogan) == 0);
    CHECK(bench.say("mfa", "4", slogan) == 0);
    Statement repost = bench.statement("5", slogan);
    repost.form = Form::repost;
    CHECK(bench.accept(IntakeBench::from("cgtn"), {repost}).alerts == 0);
    bench.clock.advance(2h);
    CHECK(bench.say("xinhua", "6", slogan) == 0);
    CHECK(bench.alerts("chorus").empty());
}

TEST_CASE("an edit of a statement that was alerted on is told with what changed") {
    RuleConfig visits = rule("visits", "visit");
    WatchBench bench({visits, follow("visits")});
    Intake intake = IntakeBench::from("mfa", "mfa");
    Statement other = bench.statement("0", "a call will take place soon");
    Statement statement = bench.statement("1", "the president will pay a state visit");
    bench.accept(intake, {other, statement});
    bench.told();
    bench.clock.advance(24h * 3);  // older than max_age: the edit is new all the same
    other.text = "a call took place";
    bench.accept(intake, {other});
    CHECK(bench.alerts("edits").empty());
    statement.text = "the president will pay a working visit";
    bench.accept(intake, {statement});
    auto alerts = bench.alerts("edits");
    REQUIRE(alerts.size() == 1);
    REQUIRE(alerts[0].evidence.size() == 1);
    CHECK(alerts[0].evidence[0].text == "the president will pay a working visit");
    CHECK(
        alerts[0].evidence[0].note ==
        "words changed: … president will pay a [-state-] {+working+} visit"
    );
    CHECK(alerts[0].evidence[0].highlights.size() == 1);
    CHECK(bench.told().size() == 1);

    SECTION("and every further edit is, once") {
        statement.text = "the president paid a working visit";
        bench.accept(intake, {statement});
        bench.restart();
        bench.accept(intake, {statement});
        alerts = bench.alerts("edits");
        REQUIRE(alerts.size() == 1);
        CHECK_THAT(alerts[0].evidence[0].note, Catch::Contains("{+paid+}"));
        CHECK(bench.told().size() == 1);
    }
}

TEST_CASE("windows alert as a model does that looks at everything, restarts or not") {
    for (unsigned seed = 1; seed <= 12; ++seed) {
        std::mt19937 dice(seed);
        WatchBench bench({frequency(4, 1h), chorus(3, 90min)});
        Model surge;
        Model same;
        for (int i = 0; i < 60; ++i) {
            bench.clock.advance(std::chrono::minutes(dice() % 25));
            if (dice() % 10 == 0) bench.restart();
            const std::string org = "org" + std::to_string(dice() % 4);
            const bool surging = dice() % 2 == 0;
            Statement statement = bench.statement(
                std::to_string(i), surging ? "sanctions " + std::to_string(i) : slogan
            );
            statement.url.clear();
            // Some come late.
            if (dice() % 4 == 0) *statement.published_at -= std::chrono::minutes(dice() % 60);
            const Model::Line line{*statement.published_at, org};
            const bool expected = surging ? surge.alerts(line, 1h, 4, lines_in)
                                          : same.alerts(line, 90min, 3, orgs_in);
            const std::string rule = surging ? "surge" : "chorus";
            const auto evidence_of_it = [&] {
                std::size_t count = 0;
                for (const Alert& alert : bench.alerts(rule))
                    for (const Evidence& one : alert.evidence)
                        count += one.native_id == statement.native_id && !one.note.empty() ? 1 : 0;
                return count;
            };
            bench.accept(IntakeBench::from(org, org), {statement});
            bench.accept(IntakeBench::from(org, org), {statement});
            INFO("seed " << seed << ", statement " << i << ", " << rule);
            REQUIRE(evidence_of_it() == (expected ? 1 : 0));
        }
    }
}

TEST_CASE("counts are what was said, day by day, however it is read") {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        std::mt19937 dice(seed);
        FirstUse watch;
        watch.of = named("war");
        watch.in = 24h * 3;
        WatchBench bench({watch_rule("new_word", watch)});
        std::map<std::pair<std::string, std::chrono::sys_days>, std::int64_t> expected;
        std::map<std::string, std::pair<std::string, Statement>> said;
        std::set<std::string> counted;
        for (int i = 0; i < 80; ++i) {
            bench.clock.advance(std::chrono::hours(dice() % 15));
            if (dice() % 10 == 0) bench.restart();
            std::string source = "source" + std::to_string(dice() % 3);
            Statement statement = bench.statement(std::to_string(i), "");
            bool edit = false;
            if (!said.empty() && dice() % 3 == 0) {
                const auto old = std::next(said.begin(), static_cast<long>(dice() % said.size()));
                source = old->second.first;
                statement = old->second.second;
                edit = true;
            }
            const bool has = dice() % 2 == 0;
            statement.text = (has ? "a war " : "a peace ") + std::to_string(i);
            const Time at = edit ? bench.clock.now() : *statement.published_at;
            if (has && counted.insert(statement.native_id).second)
                ++expected[{source, std::chrono::floor<std::chrono::days>(at)}];
            bench.accept(IntakeBench::from(source), {statement});
            bench.accept(IntakeBench::from(source), {statement});
            said[statement.native_id] = {source, statement};
        }
        std::map<std::pair<std::string, std::chrono::sys_days>, std::int64_t> found;
        for (const DayCount& day : bench.days("concept war"))
            found[{day.account_key, day.day}] = day.count;
        INFO("seed " << seed);
        CHECK(found == expected);
    }
}
