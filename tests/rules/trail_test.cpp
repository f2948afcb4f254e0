#include "rules/trail.hpp"

#include <chrono>

#include <catch2/catch.hpp>

#include "tests/rules/rule_text.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

RuleTrail trail_of(const Rules& rules, const Statement& statement, const SourceInfo* source) {
    auto trails = rules.set.explain(statement, source);
    REQUIRE(trails.size() == 1);
    return trails.front();
}

RuleTrail trail_of(const std::string& match, const std::string& text) {
    Statement statement;
    statement.text = text;
    return trail_of(rule(match), statement, nullptr);
}

// The condition of the rule's `match`.
const TrailNode& top(const RuleTrail& trail) { return trail.conditions.back(); }

SourceInfo kremlin() {
    SourceInfo source;
    source.name = "kremlin";
    source.kind = "feed";
    source.labels["tier"] = "official";
    return source;
}

// Names of the rules that missed a text by one condition.
std::vector<std::string> almost(const Rules& rules, const Statement& statement) {
    std::vector<RuleTrail> trails;
    static_cast<void>(rules.set.match(statement, nullptr, trails));
    std::vector<std::string> names;
    for (const RuleTrail& trail : trails)
        if (!trail.matched) names.push_back(trail.rule);
    return names;
}

std::vector<std::string> almost(const Rules& rules, const std::string& text) {
    Statement statement;
    statement.text = text;
    return almost(rules, statement);
}

}  // namespace

TEST_CASE("the tree follows the rule as written, with what stands in the text and where") {
    const RuleTrail trail = trail_of(
        "{all: [state visit, {any: [Xi Jinping, 习近平]}], none: [film festival]}",
        "🇨🇳 习近平 will pay a State-Visit"
    );
    CHECK(trail.matched);
    CHECK(trail.missing == 0);
    CHECK(trail.nearest_miss() == nullptr);
    const TrailNode& match = top(trail);
    REQUIRE(match.condition == "all");
    REQUIRE(match.children.size() == 2);
    const TrailNode& all = match.children[0];
    REQUIRE(all.condition == "all");
    REQUIRE(all.children.size() == 2);
    CHECK(all.children[0].condition == "phrase");
    CHECK(all.children[0].term == "state visit");
    REQUIRE(all.children[0].hits.size() == 1);
    CHECK(all.children[0].hits[0].text == "State-Visit");
    CHECK(all.children[0].hits[0].place == Highlight{"text", 18, 29, "state visit"});
    const TrailNode& any = all.children[1];
    REQUIRE(any.condition == "any");
    CHECK(any.holds);
    CHECK_FALSE(any.children[0].holds);
    CHECK(any.children[1].holds);
    CHECK(any.children[1].hits[0].text == "习近平");
    CHECK(any.children[1].hits[0].place.start == 3);
    const TrailNode& none = match.children[1];
    CHECK(none.condition == "none");
    CHECK(none.holds);
    CHECK_FALSE(none.children[0].holds);
}

TEST_CASE("every element of a rule has its own name in the tree") {
    const std::string text = "The WHO in Geneva #StateVisit https://kremlin.ru/events";
    CHECK(top(trail_of("{exact: WHO}", text)).condition == "exact");
    CHECK(top(trail_of("{regex: 'G.neva'}", text)).condition == "regex");
    CHECK(top(trail_of("{regex: 'G.neva'}", text)).hits[0].text == "Geneva");
    CHECK(top(trail_of("everything", text)).condition == "everything");
    CHECK(top(trail_of("{field: {tag: statevisit}}", text)).term == "tag: statevisit");
    CHECK(top(trail_of("{field: {tag: statevisit}}", text)).hits[0].text == "StateVisit");
    CHECK(top(trail_of("{field: {link: kremlin.ru}}", text)).term == "link: kremlin.ru");
    CHECK(top(trail_of("{field: {title: Geneva}}", text)).term == "title: Geneva");
    CHECK_FALSE(top(trail_of("{field: {title: Geneva}}", text)).holds);
    CHECK(top(trail_of("{before: [WHO, Geneva], within: 3}", text)).condition == "before");
    const Rules concepts = rules_from(
        "concepts: [{name: health, terms: [WHO, Red Cross]}]\n"
        "rules: [{name: r, match: {concept: health}}]\n"
    );
    Statement statement;
    statement.text = text;
    const RuleTrail trail = trail_of(concepts, statement, nullptr);
    CHECK(top(trail).condition == "concept");
    CHECK(top(trail).term == "health");
    CHECK(top(trail).hits[0].place.term == "WHO");
    CHECK(top(trail).children.empty());
}

TEST_CASE("near says how far its sides are apart, whether it holds or not") {
    const std::string match = "{near: [Xi, Moscow], within: 3}";
    CHECK(top(trail_of(match, "Xi flew to Moscow")).note == "2 words apart, limit 3");
    const RuleTrail far = trail_of(match, "Xi will not yet fly to Moscow");
    CHECK_FALSE(far.matched);
    CHECK(top(far).note == "5 words apart, limit 3");
    CHECK(top(trail_of(match, "Moscow is where Xi went")).note == "2 words apart, limit 3");
    CHECK(
        top(trail_of("{before: [Xi, Moscow], within: 3}", "Moscow, Xi")).note ==
        "`Xi` and `Moscow` are there, but in the other order"
    );
    CHECK(
        top(trail_of(match, "Xi\n\nMoscow")).note == "`Xi` and `Moscow` are not in one paragraph"
    );
    CHECK(top(trail_of(match, "Xi")).note == "`Moscow` was not found");
    CHECK(
        top(trail_of("{near: [a b, b c], within: 3}", "a b c")).note == "`a b` and `b c` overlap"
    );
}

TEST_CASE("the distance in a text of one word repeated is found in one pass") {
    std::string text;
    for (int i = 0; i < 60'000; ++i) text += "xi moscow ";
    // Every pair in turn would be 3.6 thousand million comparisons.
    CHECK(
        top(trail_of("{near: [moscow moscow, xi], within: 0}", text)).note ==
        "`moscow moscow` was not found"
    );
    CHECK(top(trail_of("{near: [xi, moscow], within: 0}", text)).note == "0 words apart, limit 0");
}

TEST_CASE("the source and the form of a statement are conditions like any other") {
    const Rules rules =
        rule("state visit", "    from: ['tier=official,country=RU', mfa]\n    not_from: [blog]\n");
    Statement statement;
    statement.text = "a state visit";
    const SourceInfo source = kremlin();
    const RuleTrail trail = trail_of(rules, statement, &source);
    CHECK_FALSE(trail.matched);
    CHECK(trail.missing == 1);
    REQUIRE(trail.nearest_miss() != nullptr);
    CHECK(trail.nearest_miss()->condition == "from");
    CHECK(trail.nearest_miss()->term == "tier=official,country=RU, mfa");
    CHECK(trail.nearest_miss()->note == "source `kremlin` is not in `from`");
    REQUIRE(trail.nearest_miss()->children.size() == 2);
    CHECK(trail.nearest_miss()->children[1].term == "mfa");
    statement.form = Form::repost;
    const RuleTrail repost = trail_of(rules, statement, nullptr);
    CHECK(repost.nearest_miss()->condition == "statements");
    CHECK(repost.nearest_miss()->note == "a repost is not among `statements`");
}

TEST_CASE("a rule is almost true when one condition is missing, whichever it is") {
    const Rules rules = rules_from(R"(
rules:
  - name: three
    match: {all: [Geneva Convention, Moscow, ceasefire talks]}
  - name: forbids
    match: {all: [state visit], none: [film festival]}
  - name: apart
    match: {near: [Xi, Kremlin], within: 2}
  - name: pattern
    match: {regex: 'zzz+'}
)");
    CHECK(almost(rules, "Moscow on the Geneva Convention") == std::vector<std::string>{"three"});
    CHECK(almost(rules, "Moscow hosts ceasefire talks") == std::vector<std::string>{"three"});
    CHECK(
        almost(rules, "ceasefire talks, the Geneva Convention") == std::vector<std::string>{"three"}
    );
    CHECK(almost(rules, "Moscow").empty());
    CHECK(
        almost(rules, "a film festival on the state visit") == std::vector<std::string>{"forbids"}
    );
    CHECK(almost(rules, "Xi was not seen at the Kremlin") == std::vector<std::string>{"apart"});
    CHECK(almost(rules, "nothing of all this").empty());
}

TEST_CASE("a rule of another form or source is almost true by that alone") {
    const Rules rules = rule("state visit");
    Statement statement;
    statement.text = "a state visit";
    statement.form = Form::repost;
    CHECK(almost(rules, statement) == std::vector<std::string>{"r"});
    statement.text = "a visit";
    CHECK(almost(rules, statement).empty());
}

TEST_CASE("matching with trails gives the same matches, their trails first") {
    const Rules rules = rules_from(R"(
rules:
  - {name: a, match: {all: [state visit, Moscow]}}
  - {name: b, match: state visit}
)");
    Statement statement;
    statement.text = "a state visit";
    std::vector<RuleTrail> trails;
    const auto matches = rules.set.match(statement, nullptr, trails);
    REQUIRE(matches.size() == 1);
    CHECK(matches[0].rule == "b");
    REQUIRE(trails.size() == 2);
    CHECK(trails[0].rule == "b");
    CHECK(trails[0].matched);
    CHECK(trails[1].rule == "a");
    CHECK(trails[1].nearest_miss()->note == "`Moscow` was not found");
    // The engine's buffers serve the next statement as if nothing had been asked.
    CHECK(rules.set.match(statement, nullptr).size() == 1);
}

TEST_CASE("of many rules that are almost true the fullest are kept, and no more than eight") {
    std::string yaml = "rules:\n";
    for (int i = 0; i < 50; ++i)
        yaml += "  - {name: r" + std::to_string(i) + ", match: {all: [Moscow, w" +
                std::to_string(i) + (i == 40 ? ", Kremlin" : "") + "]}}\n";
    const Rules rules = rules_from(yaml);
    const auto names = almost(rules, "Moscow and the Kremlin");
    CHECK(names.size() == trail_almost_max);
    CHECK(std::find(names.begin(), names.end(), "r40") != names.end());
}

TEST_CASE("a long condition shows what holds and counts the rest") {
    std::string members;
    for (int i = 0; i < 200; ++i) members += (i > 0 ? ", w" : "w") + std::to_string(i);
    const RuleTrail trail = trail_of("{any: [" + members + "]}", "here is w150");
    CHECK(top(trail).children.size() == trail_children_max);
    CHECK(top(trail).more == 200 - trail_children_max);
    CHECK(top(trail).children[0].term == "w150");
    std::string text;
    for (int i = 0; i < 100; ++i) text += "visit, ";
    const RuleTrail many = trail_of("visit", text);
    CHECK(top(many).hits.size() == trail_hits_max);
    CHECK(top(many).more == 100 - trail_hits_max);
}
