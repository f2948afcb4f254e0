#include <catch2/catch.hpp>

#include "tests/rules/rule_text.hpp"

// What is wrong with a rule is said with its place, and never twice.

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

const Diagnostic* first(const Rules& rules, const std::string& code) {
    for (const Diagnostic& one : rules.diagnostics.all())
        if (one.code == code) return &one;
    return nullptr;
}

std::string label_of(const Rules& rules, const std::string& code) {
    const Diagnostic* found = first(rules, code);
    return found == nullptr ? "no " + code : found->label;
}

}  // namespace

TEST_CASE("an open bracket of a regular expression is shown where it was opened") {
    const Rules rules = rule("{any: [regex: '国事(访问|visit']}");
    const Diagnostic* fault = first(rules, "SW131");
    REQUIRE(fault != nullptr);
    CHECK(fault->message == "regular expression is not closed: missing `)`");
    CHECK(fault->span.line == 3);
    //     match: {any: [regex: '国事(
    CHECK(fault->span.column == 29);
    CHECK(fault->span.length == 1);
    CHECK(fault->label == "opened here");
    CHECK(fault->helps.front() == "to find the characters `(访问` themselves, write `\\(访问`");
}

TEST_CASE("look-around, back-references and \\B are refused with their place") {
    CHECK(first(rule("{regex: 'a(?=b)'}"), "SW131")->span.column == 22);
    CHECK(
        first(rule("{regex: 'a(?=b)'}"), "SW131")->message ==
        "look-around is not available in regular expressions"
    );
    CHECK(
        first(rule(R"({regex: '(a)\1'})"), "SW131")->message ==
        "back-references are not available in regular expressions"
    );
    CHECK(first(rule(R"({regex: 'a\Bb'})"), "SW131") != nullptr);
    CHECK(first(rule("{regex: 'a**'}"), "SW131") != nullptr);
    CHECK(first(rule("visit", "    from: ['tier=~(']\n"), "SW131") != nullptr);
}

TEST_CASE("an example that fails says what was missing") {
    const auto failing = [](const std::string& match, const std::string& example) {
        return label_of(rule(match, "    examples: {match: [\"" + example + "\"]}\n"), "SW151");
    };
    CHECK(failing("state visit", "state visitors") == "`state visit` was not found");
    CHECK(
        failing("{all: [Xi], none: [film festival]}", "Xi at the film festival") ==
        "`none` forbids `film festival`, and it is there"
    );
    CHECK(
        failing("{near: [Xi, Moscow], within: 1}", "Xi flew home to Moscow") ==
        "`Xi` and `Moscow` are 3 words apart (limit 1)"
    );
    CHECK(
        failing("{before: [Xi, Moscow], within: 1}", "Moscow, Xi") ==
        "`Xi` and `Moscow` are there, but in the other order"
    );
    CHECK(failing("{near: [Xi, Moscow], within: 1}", "Xi went") == "`Moscow` was not found");
    CHECK(failing("{any: [a1, b1]}", "c1") == "none of `a1`, `b1` was found");
    CHECK(
        failing("{any: [a1, b1], at_least: 2}", "a1") ==
        "only 1 of `a1`, `b1` was found (at_least 2)"
    );
    CHECK(failing("{regex: 'v+'}", "x") == "regex `v+` was not found");
    CHECK(failing("{exact: WHO}", "who") == "exact `WHO` was not found");
}

TEST_CASE("a no_match example that matches says what was found") {
    const Rules rules = rule("state visit", "    examples: {no_match: [The state visit]}\n");
    CHECK(label_of(rules, "SW152") == "found `state visit` (characters 5-15)");
    CHECK(first(rules, "SW152")->span.line == 4);
}

TEST_CASE("examples that hold are silent, whatever field and source the rule names") {
    const Rules rules = rules_from(R"(
rules:
  - name: r
    from: [nobody]
    statements: [repost]
    match: {field: {title: visit}, any: [field: {tag: Moscow}, concept: russia]}
    examples: {match: ['visit #Moscow', 'A visit to Россия'], no_match: ['visit Moscow']}
concepts:
  - {name: russia, terms: {ru: [Россия]}}
)");
    CHECK_FALSE(rules.reports("SW151"));
    CHECK_FALSE(rules.reports("SW152"));
}

TEST_CASE("an entity that no statement can have is a warning") {
    CHECK(
        label_of(rule("{field: {link: kremlin}}"), "SW201") ==
        "a link needs a host, as in `kremlin.ru/events`"
    );
    CHECK(rule("{field: {tag: '#'}}").reports("SW201"));
    CHECK_FALSE(rule("{field: {link: 'https://kremlin.ru/'}}").reports("SW201"));
    CHECK_FALSE(rule("{field: {tag: 国事访问}}").reports("SW201"));
}

TEST_CASE("a rule with an error runs no examples and never matches") {
    const Rules rules = rule("{regex: '('}", "    examples: {match: [x], no_match: [y]}\n");
    CHECK(rules.reports("SW131"));
    CHECK_FALSE(rules.reports("SW151"));
    CHECK_FALSE(rules.hits("x"));
}

TEST_CASE("more than a thousand regular expressions that run on every statement are warned of") {
    // Of `count` rules; `before` and `after` stand around each expression.
    const auto of = [](int count, const std::string& before, const std::string& after) {
        std::string yaml = "rules:\n";
        for (int i = 1; i <= count; ++i)
            yaml += "  - {name: r" + std::to_string(i) + ", match: " + before + "regex: '[a-z]{" +
                    std::to_string(1 + i / 100) + "}[0-9a-f]{" + std::to_string(1 + i % 100) +
                    "}'" + after + "}\n";
        return rules_from(yaml);
    };
    CHECK_FALSE(of(1'000, "{", "}").reports("SW219"));
    const Rules rules = of(1'200, "{", "}");
    const Diagnostic* fault = first(rules, "SW219");
    REQUIRE(fault != nullptr);
    CHECK(fault->message == "1200 regular expressions run on every statement");
    CHECK(
        fault->notes.front() == "that is about 3.6 ms of CPU time for each statement of 340 bytes"
    );
    CHECK(fault->span.line == 1 + 1'001);
    CHECK_FALSE(of(1'200, "{all: [visit, ", "]}").reports("SW219"));
}

TEST_CASE("a configuration with holes compiles without a crash") {
    Config config;
    const MatchNode::Kind kinds[] = {
        MatchNode::Kind::all,
        MatchNode::Kind::any,
        MatchNode::Kind::none,
        MatchNode::Kind::near,
        MatchNode::Kind::before,
        MatchNode::Kind::phrase,
        MatchNode::Kind::exact,
        MatchNode::Kind::regex,
        MatchNode::Kind::concept_,
        MatchNode::Kind::field,
        MatchNode::Kind::everything};
    for (const MatchNode::Kind kind : kinds) {
        RuleConfig rule;
        rule.name.value = std::to_string(static_cast<int>(kind));
        rule.match.kind = kind;
        rule.examples_match.push_back({"text", {}});
        config.rules.push_back(rule);
    }
    Diagnostics diagnostics;
    const RuleSet rules = RuleSet::compile(config, diagnostics);
    Statement statement;
    statement.text = "anything";
    CHECK_FALSE(rules.match(statement, nullptr).empty());
    CHECK(RuleSet().match(statement, nullptr).empty());
}
