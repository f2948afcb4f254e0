#include "model/trail.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;

namespace {

RuleTrail some_trail(const std::string& rule, bool matched) {
    TrailNode leaf;
    leaf.condition = "phrase";
    leaf.term = "state visit";
    leaf.holds = true;
    leaf.hits.push_back({Highlight{"text", 3, 14, "state visit"}, "State \"Visit\""});
    TrailNode near;
    near.condition = "near";
    near.holds = matched;
    near.note = "31 words apart, limit 25";
    TrailNode all;
    all.condition = "all";
    all.holds = matched;
    all.children = {leaf, near};
    all.more = 2;
    RuleTrail trail;
    trail.rule = rule;
    trail.severity = Severity::critical;
    trail.matched = matched;
    trail.missing = matched ? 0 : 1;
    trail.conditions.push_back(all);
    return trail;
}

Trail whole_trail() {
    Trail trail;
    trail.rules = {some_trail("one", true), some_trail("two", false)};
    Decision decision;
    decision.rule = "one";
    decision.outcome = MatchOutcome::completed;
    decision.alert_id = "01ALERT";
    decision.routes.push_back({"/0/1", "desk"});
    trail.decisions.push_back(decision);
    return trail;
}

}  // namespace

TEST_CASE("a trail is read back as it was written") {
    const Trail trail = whole_trail();
    const auto read = trail_from_json(to_json(trail, trail_bytes_max));
    REQUIRE(read);
    CHECK(*read == trail);
}

TEST_CASE("the nearest miss is the condition itself, not the group around it") {
    const RuleTrail trail = some_trail("two", false);
    REQUIRE(trail.nearest_miss() != nullptr);
    CHECK(trail.nearest_miss()->condition == "near");
    CHECK(some_trail("one", true).nearest_miss() == nullptr);
}

TEST_CASE("a trail that is too large gives up what missed before what matched") {
    const Trail trail = whole_trail();
    const std::size_t whole = to_json(trail, trail_bytes_max).size();
    const auto smaller = trail_from_json(to_json(trail, whole - 100));
    REQUIRE(smaller);
    REQUIRE(smaller->rules.size() == 1);
    CHECK(smaller->rules[0].rule == "one");
    CHECK_FALSE(smaller->rules[0].conditions.empty());
    const auto smallest = trail_from_json(to_json(trail, 300));
    REQUIRE(smallest);
    REQUIRE(smallest->rules.size() == 1);
    CHECK(smallest->rules[0].conditions.empty());
    CHECK(smallest->decisions == trail.decisions);
}

TEST_CASE("a trail of a rule as deep as YAML allows is read back") {
    TrailNode node;
    node.condition = "phrase";
    for (int depth = 0; depth < 64; ++depth) {
        TrailNode outer;
        outer.condition = "all";
        outer.children.push_back(std::move(node));
        node = std::move(outer);
    }
    Trail trail;
    trail.rules.push_back(some_trail("deep", true));
    trail.rules[0].conditions = {node};
    const auto read = trail_from_json(to_json(trail, trail_bytes_max));
    REQUIRE(read);
    CHECK(*read == trail);
}

TEST_CASE("what is no trail is not read") {
    CHECK_FALSE(trail_from_json(""));
    CHECK_FALSE(trail_from_json("[]"));
    CHECK_FALSE(trail_from_json(R"({"decisions":[{"rule":"a","outcome":"vanished"}]})"));
}

TEST_CASE("every outcome has a name that is read back and words for people") {
    for (int i = 0; i <= static_cast<int>(MatchOutcome::too_old); ++i) {
        const auto outcome = static_cast<MatchOutcome>(i);
        CHECK(parse_outcome(to_string(outcome)) == outcome);
        CHECK_FALSE(in_words(outcome).empty());
    }
}
