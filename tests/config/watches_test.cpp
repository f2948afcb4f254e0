#include "config/watches.hpp"

#include <catch2/catch.hpp>

#include "tests/config/loaded.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

// One rule `r` with these keys, beside two concepts and a rule `visits`.
Loaded rule(const std::string& keys) {
    return Loaded(
        "concepts: [{name: war, terms: {en: [war], ru: [война]}}, {name: peace, terms: [peace]}]\n"
        "rules:\n  - {name: visits, match: visit, examples: {match: a visit}}\n"
        "  - {name: r, " +
        keys + "}\n"
    );
}

std::string told(const std::string& keys) { return rule(keys).errors(); }

Watch watch(const std::string& keys) {
    const Loaded loaded = rule(keys);
    INFO(loaded.shown());
    REQUIRE(loaded.errors().empty());
    REQUIRE(loaded.config.rules.size() == 2);
    REQUIRE(loaded.config.rules[1].watch);
    return loaded.config.rules[1].watch->watch;
}

}  // namespace

TEST_CASE("every watch is read with its values") {
    const auto first_use = std::get<FirstUse>(watch("first_use: {of: war.ru, in: 365d}"));
    CHECK(first_use.of.value == "war.ru");
    CHECK(first_use.in == 24h * 365);
    const auto shift = std::get<Shift>(watch("shift: {from: peace, to: war, baseline: 180d}"));
    CHECK(shift.from.value == "peace");
    CHECK(shift.to.value == "war");
    CHECK(shift.baseline == 24h * 180);
    CHECK(std::get<Silent>(watch("silent: {for: 36h}")).for_ == 36h);
    CHECK_FALSE(std::get<Silent>(watch("silent: {for: learned}")).for_);
    const auto frequency =
        std::get<Frequency>(watch("match: war, frequency: {at_least: 5, within: 1h}"));
    CHECK(frequency.at_least == 5);
    CHECK(frequency.within == 1h);
    const auto chorus = std::get<Chorus>(watch("chorus: {same_text: 3 orgs, within: 2h}"));
    CHECK(chorus.orgs == 3);
    CHECK(chorus.within == 2h);
    CHECK(std::get<Chorus>(watch("chorus: {same_text: 2, within: 2h}")).orgs == 2);
    const auto follow = std::get<Follow>(watch("follow: [visits]"));
    REQUIRE(follow.rules.size() == 1);
    CHECK(follow.rules[0].value == "visits");
}

TEST_CASE("a watch without `match` looks at every statement, and with it at those") {
    const Loaded every = rule("frequency: {at_least: 5, within: 1h}");
    CHECK(every.config.rules.at(1).match.kind == MatchNode::Kind::everything);
    const Loaded some =
        rule("match: war, frequency: {at_least: 5, within: 1h}, examples: {match: war}");
    CHECK(some.config.rules.at(1).match.kind == MatchNode::Kind::phrase);
}

TEST_CASE("what a watch cannot do is told at its place") {
    const std::pair<const char*, const char*> faults[] = {
        {"first_use: {of: war}", "needs `in`; add `in: 365d`"},
        {"first_use: {of: wra, in: 365d}", "no concept is named `wra`; did you mean `war`?"},
        {"first_use: {of: war, in: 5h}", "`in` cannot be `5h`; the shortest is 1d"},
        {"first_use: {of: war, in: 99999d}", "is not a duration"},
        {"first_use: {of: war, in: a year}", "`a year` is not a duration"},
        {"first_use: war", "`first_use` needs a mapping"},
        {"first_use: {fo: war, in: 365d}", "did you mean `of`?"},
        {"shift: {from: war, to: war, baseline: 180d}", "never happens"},
        {"shift: {from: war, to: peace}", "needs `baseline`"},
        {"silent: {}", "needs `for`; add `for: 36h`"},
        {"silnt: {for: 36h}", "did you mean `silent`?"},
        {"silent: 36h", "`silent` needs a mapping"},
        {"silent: {for: 5m}", "`for` cannot be `5m`; the shortest is 10m"},
        {"silent: {for: 366d}", "the longest is 365d"},
        {"silent: {for: lerned}", "`lerned` is not a duration"},
        {"silent: {for: 36h}, statements: [edit]", "`edit` in `statements` does not go with"},
        {"frequency: {at_least: 1, within: 1h}", "`at_least` cannot be `1`"},
        {"frequency: {at_least: 5}", "needs `within`"},
        {"frequency: {at_least: 5, within: 91d}", "the longest is 90d"},
        {"chorus: {same_text: 1 org, within: 2h}", "`same_text` cannot be `1 org`"},
        {"chorus: {same_text: 3 people, within: 2h}", "`same_text` cannot be `3 people`"},
        {"follow: []", "`follow: []` follows no rule"},
        {"follow: [vists]", "no rule is named `vists`; did you mean `visits`?"},
        {"follow: [r]", "rule `r` is a `follow` itself"},
        {"follow: [visits], match: war", "`follow` looks at the alerts of other rules"},
        {"first_use: {of: war, in: 9d}, frequency: {at_least: 5, within: 1h}", "has two watches"},
        {"first_use: {of: war, in: 9d}, statements: [edit]",
         "`edit` in `statements` does not go with"},
    };
    for (const auto& [keys, message] : faults) {
        INFO(keys);
        const std::string shown = told(keys);
        CHECK_THAT(shown, Catch::Contains(message));
        CHECK_THAT(shown, Catch::StartsWith("spokeswatch.yml:4:"));
    }
}

TEST_CASE("a concept that only a watch names is used") {
    const Loaded loaded = rule("shift: {from: peace, to: war, baseline: 180d}");
    CHECK(loaded.lines("SW202").empty());
}

TEST_CASE("a watch is told of in one line") {
    CHECK(watch_text(watch("first_use: {of: war.ru, in: 365d}")) == "war.ru in 365d");
    CHECK(
        watch_text(watch("shift: {from: peace, to: war, baseline: 180d}")) == "peace to war in 180d"
    );
    CHECK(watch_text(watch("silent: {for: 36h}")) == "for 1d12h");
    CHECK(watch_text(watch("silent: {for: learned}")) == "for longer than ever");
    CHECK(watch_text(watch("match: war, frequency: {at_least: 5, within: 1h}")) == "5 within 1h");
    CHECK(watch_text(watch("chorus: {same_text: 3 orgs, within: 2h}")) == "3 orgs within 2h");
    CHECK(watch_text(watch("follow: [visits]")) == "visits");
}
