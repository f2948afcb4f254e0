#include "daemon/backtest.hpp"

#include <algorithm>

#include "daemon/backtest_report.hpp"
#include "tests/daemon/past_bench.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

const std::string rules_text =
    "sources:\n"
    "  - {name: mfa, kind: feed, url: 'https://example.org/1', labels: {org: MFA}}\n"
    "  - {name: agency, kind: feed, url: 'https://example.org/2', labels: {org: Agency}}\n"
    "rules:\n"
    "  - {name: visits, severity: critical, match: state visit}\n"
    "  - {name: crisis, match: Ukraine crisis}\n"
    "  - {name: never, match: film festival}\n";

const std::string receivers_text =
    "route: {receiver: desk, group_by: [rule], group_wait: 10m, group_interval: 1h}\n"
    "receivers: [{name: desk}, {name: unused}]\n";

const Time start = parse_time("2023-03-17T09:00:00Z").value();

Arrival said(
    Duration after, const std::string& id, const std::string& text, const std::string& who = "mfa"
) {
    Arrival arrival;
    arrival.statement.source = who;
    arrival.statement.native_id = id;
    arrival.statement.text = text;
    arrival.statement.observed_at = start + after;
    arrival.statement.published_at = start + after;
    return arrival;
}

std::vector<std::string> ids(const std::vector<BacktestAlert>& alerts) {
    std::vector<std::string> ids;
    for (const BacktestAlert& alert : alerts) ids.push_back(alert.rule + ' ' + alert.native_id);
    return ids;
}
using Names = std::vector<std::string>;

std::string report_of(
    const Backtest& test, std::optional<BacktestDifference> difference = std::nullopt
) {
    BacktestReport report;
    report.statements = 5;
    report.first = start;
    report.last = start + 48h;
    report.test = &test;
    report.difference = std::move(difference);
    return to_text(report);
}

}  // namespace

TEST_CASE("matches, alerts, updates and what was held are counted for each rule and day") {
    const std::string text = "President Xi will pay a state visit to Russia on Monday";
    Arrival baseline = said(0s, "0", "An old state visit");
    baseline.mode = ArrivalMode::first_poll;
    Arrival old = said(2h, "old", "A state visit of last week");
    old.statement.published_at = start - 200h;
    const BacktestBench bench(
        snapshot_of(rules_text + receivers_text),
        {baseline,
         said(1h, "1", text),
         said(2h, "2", text, "agency"),
         said(2h, "3", text, "agency"),
         old,
         said(3h, "4", "Nothing of interest"),
         said(40h, "5", "A state visit amid the Ukraine crisis")}
    );
    const RuleTally& visits = bench.test.rules().at("visits");
    CHECK(visits.matches == 6);
    CHECK(visits.alerts == 2);
    CHECK(visits.updates == 1);
    CHECK(visits.held.at(MatchOutcome::first_poll) == 1);
    CHECK(visits.held.at(MatchOutcome::too_old) == 1);
    CHECK(visits.held.at(MatchOutcome::completed) == 1);
    CHECK(visits.days.at("2023-03-17").matches == 5);
    CHECK(visits.days.at("2023-03-17").alerts == 1);
    CHECK(visits.days.at("2023-03-19").alerts == 1);
    CHECK(bench.test.rules().at("never").matches == 0);
    CHECK(ids(bench.test.alerts()) == Names{"visits 1", "visits 5", "crisis 5"});
    CHECK(bench.test.alerts()[0].evidence == Names{"mfa 1", "agency 2", "agency 3"});
    CHECK(bench.test.alerts()[0].severity == Severity::critical);
}

TEST_CASE("watches over time alert with all that they rest on, and silences without a statement") {
    const BacktestBench bench(
        snapshot_of(
            rules_text +
            "  - {name: surge, match: sanctions, frequency: {at_least: 3, within: 1h}}\n"
            "  - {name: quiet, silent: {for: 36h}}\n" +
            receivers_text
        ),
        {said(0s, "a", "New sanctions on oil"),
         said(20min, "b", "The sanctions hit banks", "agency"),
         said(50min, "c", "Banks speak of the sanctions", "agency"),
         said(60h, "d", "Good morning")}
    );
    const std::vector<BacktestAlert>& alerts = bench.test.alerts();
    REQUIRE(ids(alerts) == Names{"surge c", "quiet a", "quiet c"});
    CHECK(alerts[0].evidence == Names{"mfa a", "agency b", "agency c"});
    CHECK(alerts[1].at == start + 36h);
    CHECK(alerts[1].evidence == Names{"mfa a"});
    CHECK(alerts[2].at == start + 36h + 50min);
    CHECK(alerts[2].evidence == Names{"agency c"});
    CHECK(bench.test.rules().at("quiet").alerts == 2);
    CHECK(bench.test.rules().at("surge").days.at("2023-03-17").alerts == 1);
}

TEST_CASE("groups gather what their receivers are told") {
    const BacktestBench bench(
        snapshot_of(rules_text + receivers_text),
        {said(0s, "1", "A first state visit"),
         said(5min, "2", "A second state visit, to another country"),
         said(11min, "3", "A third state visit, within the interval"),
         said(71min, "4", "A fourth state visit, after the interval")}
    );
    // At 10 minutes two, at 70 minutes the third, and the last one as it comes.
    CHECK(bench.test.receivers().at("desk").notifications == 3);
    CHECK(bench.test.receivers().at("desk").changes == 4);
    CHECK(bench.test.receivers().at("unused").notifications == 0);
}

TEST_CASE("an edit that takes the words away is an update, and an alert is one for all its edits") {
    const BacktestBench bench(
        snapshot_of(rules_text + receivers_text),
        {said(0s, "1", "Xi will pay a state visit"),
         said(1h, "1", "Xi will pay a state visit soon"),
         said(2h, "1", "This was withdrawn"),
         said(3h, "1", "Xi will pay a state visit")}
    );
    const RuleTally& visits = bench.test.rules().at("visits");
    CHECK(visits.alerts == 1);
    CHECK(visits.held.at(MatchOutcome::unchanged) == 1);
    CHECK(visits.updates == 2);
    CHECK(bench.test.alerts()[0].evidence == Names{"mfa 1"});
}

TEST_CASE("what came before the time that is looked at alerts nobody, and its edits neither") {
    Arrival before = said(0s, "1", "Xi will pay a state visit");
    before.mode = ArrivalMode::before;
    const BacktestBench bench(
        snapshot_of(rules_text + receivers_text),
        {before, said(1h, "1", "Xi will pay a state visit soon"), said(2h, "2", "A state visit")}
    );
    CHECK(ids(bench.test.alerts()) == Names{"visits 2"});
    CHECK(bench.test.rules().at("visits").held.at(MatchOutcome::known) == 1);
}

TEST_CASE("a backfill of the first poll alerts in a backtest as it did when it came") {
    std::string yaml = rules_text + receivers_text;
    yaml.replace(yaml.find("url"), 0, "backfill: 2h, ");
    Arrival recent = said(0s, "1", "A state visit of this morning");
    recent.mode = ArrivalMode::first_poll;
    Arrival before = said(0s, "2", "A state visit from before");
    before.mode = ArrivalMode::before;
    const BacktestBench bench(snapshot_of(yaml), {recent, before});
    CHECK(ids(bench.test.alerts()) == Names{"visits 1"});
}

TEST_CASE("sources of one account share their statements") {
    std::vector<Arrival> arrivals{
        said(0s, "1", "A state visit"), said(1h, "1", "A state visit, corrected", "agency")};
    for (Arrival& arrival : arrivals) arrival.account_key = "shared";
    const BacktestBench bench(snapshot_of(rules_text + receivers_text), arrivals);
    CHECK(bench.test.alerts().size() == 1);
}

TEST_CASE("statements without a time come with the one before them") {
    Arrival untimed = said(0s, "2", "A state visit without a date");
    untimed.statement.observed_at = {};
    untimed.statement.published_at.reset();
    const BacktestBench bench(
        snapshot_of(rules_text + receivers_text),
        {untimed,
         said(0s, "1", "A state visit with a date"),
         [&untimed] {
             Arrival again = untimed;
             again.statement.native_id = "3";
             again.statement.text = "Another state visit without a date";
             return again;
         }()}
    );
    REQUIRE(ids(bench.test.alerts()) == Names{"visits 2", "visits 1", "visits 3"});
    CHECK(bench.test.alerts()[1].at == start);
    CHECK(bench.test.alerts()[2].at == start);
}

TEST_CASE("a date in the future does not make what comes after it old") {
    Arrival future = said(0s, "2", "A state visit of another century");
    future.statement.observed_at = {};
    future.statement.published_at = parse_time("2999-01-01T00:00:00Z");
    const BacktestBench bench(
        snapshot_of(rules_text + receivers_text),
        {said(0s, "1", "A first state visit"), future, said(1h, "3", "A third state visit")}
    );
    REQUIRE(ids(bench.test.alerts()) == Names{"visits 1", "visits 2", "visits 3"});
    CHECK(bench.test.alerts()[1].at == start);
}

TEST_CASE("a difference lists alerts gained, lost and of another severity") {
    const std::vector<Arrival> arrivals{
        said(0s, "1", "A state visit"),
        said(1h, "2", "The Ukraine crisis"),
        said(2h, "3", "A film festival"),
        said(3h, "4", "A festival of films about the Ukraine crisis")};
    const std::string other =
        "rules:\n"
        "  - {name: visits, severity: info, match: state visit}\n"
        "  - {name: crisis, match: {all: [Ukraine crisis], none: [festival]}}\n"
        "  - {name: never, match: festival}\n";
    const BacktestBench before(snapshot_of(rules_text + receivers_text), arrivals);
    const BacktestBench after(snapshot_of(other), arrivals);
    const BacktestDifference found = difference(before.test.alerts(), after.test.alerts());
    CHECK(ids(found.gained) == Names{"never 4"});
    CHECK(ids(found.lost) == Names{"crisis 4"});
    REQUIRE(found.changed.size() == 1);
    CHECK(found.changed[0].alert.rule == "visits");
    CHECK(found.changed[0].before == Severity::critical);
    CHECK(found.changed[0].alert.severity == Severity::info);
    CHECK_FALSE(found.empty());
    CHECK(difference(before.test.alerts(), before.test.alerts()).empty());

    const std::string text = report_of(before.test, found);
    CHECK(text.find("+ 2023-03-17T12:00:00Z  warning  never  mfa 4") != std::string::npos);
    CHECK(text.find("- 2023-03-17T12:00:00Z  warning  crisis  mfa 4") != std::string::npos);
    CHECK(
        text.find("~ 2023-03-17T09:00:00Z  critical -> info  visits  mfa 1") != std::string::npos
    );
    CHECK(text.find("1 alerts gained, 1 lost, 1 of another severity") != std::string::npos);
}

TEST_CASE("an alert that another statement opens is the same alert") {
    const std::string text = "President Xi will pay a state visit to Russia on Monday";
    const std::vector<Arrival> arrivals{said(0s, "1", text), said(1h, "2", text, "agency")};
    std::string other = rules_text;
    other.insert(other.find("match: state visit"), "from: [agency], ");
    const BacktestBench before(snapshot_of(rules_text), arrivals);
    const BacktestBench after(snapshot_of(other), arrivals);
    CHECK(ids(after.test.alerts()) == Names{"visits 2"});
    CHECK(difference(before.test.alerts(), after.test.alerts()).empty());
}

TEST_CASE("days without alerts are shown, but not weeks of them") {
    const BacktestBench bench(
        snapshot_of(rules_text),
        {said(0s, "1", "A state visit"),
         said(72h, "2", "A second state visit"),
         said(240h, "3", "A third state visit")}
    );
    const std::string text = report_of(bench.test);
    INFO(text);
    CHECK(
        text.find("2023-03-17      1  ########################################\n"
                  "2023-03-18      0\n"
                  "2023-03-19      0\n"
                  "2023-03-20      1  ########################################\n"
                  "...\n"
                  "2023-03-27      1  ########################################\n"
        ) != std::string::npos
    );
}

TEST_CASE("the report has a line a rule, a line a day and what would have been sent") {
    const BacktestBench bench(
        snapshot_of(rules_text + receivers_text),
        {said(0s, "1", "A state visit"),
         said(1h, "1", "A state visit of three days"),
         said(24h, "2", "The Ukraine crisis"),
         said(48h, "3", "One more state visit"),
         said(48h, "4", "And yet another state visit")}
    );
    const std::string text = report_of(bench.test);
    const auto has = [&text](const std::string& line) {
        INFO(text);
        CHECK(text.find(line + '\n') != std::string::npos);
    };
    has("5 statements, 2023-03-17T09:00:00Z to 2023-03-19T09:00:00Z, 3 rules");
    has("rule                             matches  alerts updates    held  matches by day");
    has("crisis                                 1       1       0       0  ·█·");
    has("visits                                 4       3       0       1  █·█");
    has("no match: never");
    has("alerts by day (UTC)");
    has("2023-03-17      1  ####################");
    has("2023-03-18      1  ####################");
    has("2023-03-19      2  ########################################");
    has("would have been sent");
    has("  desk                                 4 messages about 4 new or changed alerts");
    has("       1  evidence whose edit changed none of its words: kept");
}
