#include <catch2/catch.hpp>

#include "tests/config/loaded.hpp"
#include "tests/config/match_shape.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

using Kind = MatchNode::Kind;

// A rule with this `match`, beside two concepts.
Loaded rule(const std::string& match) {
    return Loaded(
        "concepts: [{name: visit, terms: {en: [state visit], zh: [国事访问]}}, "
        "{name: war.2, terms: [war]}]\n"
        "rules:\n  - name: r\n    examples: {match: x}\n    match: " +
        match + "\n"
    );
}

std::string told(const std::string& match) { return rule(match).errors(); }

MatchNode tree(const std::string& match) {
    const Loaded loaded = rule(match);
    INFO(loaded.shown());
    REQUIRE(loaded.config.rules.size() == 1);
    REQUIRE(loaded.errors().empty());
    return loaded.config.rules[0].match;
}

}  // namespace

TEST_CASE("a text is one phrase, and everything is everything") {
    CHECK(tree("state visit").kind == Kind::phrase);
    CHECK(tree("state visit").text == "state visit");
    CHECK(tree("pay* a visit").text == "pay* a visit");
    CHECK(tree("Xi's visit, 2023").kind == Kind::phrase);
    CHECK(tree("everything").kind == Kind::everything);
    CHECK(tree("{everything: true}").kind == Kind::everything);
    CHECK_THAT(told("{everything: false}"), Catch::Contains("says nothing"));
    CHECK_THAT(told(""), Catch::Contains("`match` is empty"));
    CHECK_THAT(told("[a term, other]"), Catch::Contains("of which all, or any?"));
}

TEST_CASE("the mapping form nests, and several keys are joined by AND") {
    const MatchNode match = tree(
        "{all: [concept: visit, any: [Xi Jinping, 习近平], {regex: 'x+'}], none: film festival, "
        "exact: WHO}"
    );
    REQUIRE(match.kind == Kind::all);
    REQUIRE(match.children.size() == 3);
    const MatchNode& all = match.children[0];
    REQUIRE(all.kind == Kind::all);
    REQUIRE(all.children.size() == 3);
    CHECK(all.children[0].kind == Kind::concept_);
    CHECK(all.children[0].text == "visit");
    CHECK(all.children[1].kind == Kind::any);
    CHECK(all.children[1].children[1].text == "习近平");
    CHECK(all.children[2].kind == Kind::regex);
    CHECK(match.children[1].kind == Kind::none);
    REQUIRE(match.children[1].children.size() == 1);
    CHECK(match.children[1].children[0].text == "film festival");
    CHECK(match.children[2].kind == Kind::exact);
    CHECK(match.children[2].text == "WHO");
    // A bare string is a phrase, never an operator.
    CHECK(tree("{any: [war OR peace]}").children[0].text == "war OR peace");
}

TEST_CASE("near and before take two members and a number of words") {
    const MatchNode near =
        tree("{near: [concept: visit, any: [a term, b term]], within: 25 words}");
    CHECK(near.kind == Kind::near);
    CHECK(near.within == 25);
    REQUIRE(near.children.size() == 2);
    CHECK(tree("{before: [crisis, crisis], within: 0}").kind == Kind::before);
    CHECK(tree("{near: [one, two], within: 1 word}").within == 1);
    CHECK_THAT(told("{near: [one, two]}"), Catch::Contains("`near` needs a `within`"));
    CHECK_THAT(told("{near: [one], within: 3}"), Catch::Contains("exactly two members"));
    CHECK_THAT(told("{near: [one, two, six], within: 3}"), Catch::Contains("exactly two members"));
    CHECK_THAT(
        told("{near: [one, exact: two], within: 3}"), Catch::Contains("this is something else")
    );
    CHECK_THAT(told("{near: [one, none: [two]], within: 3}"), Catch::Contains("SW117"));
    CHECK_THAT(told("{near: [one, two], within: 51 words}"), Catch::Contains("from 0 to 50"));
    CHECK_THAT(told("{near: [one, two], within: 51}"), Catch::Contains("from 0 to 50"));
    CHECK_THAT(told("{near: [one, two], within: 2 sentences}"), Catch::Contains("counts words"));
    CHECK_THAT(told("{near: [one, two], within: 010 words}"), Catch::Contains("write `10 words`"));
    CHECK_THAT(told("{any: [one], within: 3}"), Catch::Contains("belongs to a `near` or `before`"));
    CHECK_THAT(
        told("{near: [one, two], before: [one, two], within: 3}"), Catch::Contains("cannot share")
    );
}

TEST_CASE("at_least counts distinct members of its any") {
    CHECK(tree("{any: [one, two, six], at_least: 2}").at_least == 2);
    CHECK_THAT(told("{any: [one, one], at_least: 2}"), Catch::Contains("`any` has 1 member"));
    CHECK_THAT(told("{any: [one, two], at_least: 0}"), Catch::Contains("the smallest is 1"));
    CHECK_THAT(told("{all: [one], at_least: 1}"), Catch::Contains("belongs to an `any`"));
}

TEST_CASE("field takes texts by field") {
    const MatchNode one = tree("{field: {author: Wang Yi}}");
    CHECK(one.kind == Kind::field);
    CHECK(one.field == "author");
    CHECK(one.text == "Wang Yi");
    const MatchNode list = tree("{field: {tag: [visit, '#war']}}");
    CHECK(list.kind == Kind::any);
    REQUIRE(list.children.size() == 2);
    CHECK(list.children[1].field == "tag");
    CHECK(list.children[1].text == "#war");
    CHECK(tree("{field: {title: x1, link: a.example}}").kind == Kind::all);
    CHECK_THAT(told("{field: {titel: x}}"), Catch::Contains("did you mean `title`?"));
    CHECK_THAT(told("{field: x}"), Catch::Contains("write `field: {title: ...}`"));
    CHECK_THAT(told("{field: {title: ['vi*']}}"), Catch::Contains("SW132"));
}

TEST_CASE("field takes conditions, and all of them look there") {
    const auto shown = [](const std::string& match) { return shape(tree(match)); };
    CHECK(
        shown("{field: {title: {any: [one, exact: WHO]}}}") == "any(title:one, title:exact[WHO])"
    );
    CHECK(
        shown("{field: {quote: {near: [one, concept: visit], within: 3}}}") ==
        "near/3(quote:one, quote:$visit)"
    );
    CHECK(
        shown("{field: {text: [one, {regex: x+, none: [two]}]}}") ==
        "any(text:one, all(text:/x+/, none(text:two)))"
    );
    CHECK(shown("{field: {tag: {all: [one, two]}}}") == "all(tag:one, tag:two)");
    CHECK_THAT(told("{field: {tag: {regex: x}}}"), Catch::Contains("`tag` is compared as a whole"));
    CHECK_THAT(
        told("{field: {title: {any: [one, field: {quote: two}]}}}"),
        Catch::Contains("`quote` cannot stand inside `title`")
    );
    CHECK_THAT(
        told("{field: {title: {everything: true}}}"), Catch::Contains("`everything` has no field")
    );
    CHECK_THAT(told("{field: {title: []}}"), Catch::Contains("`title: []` is empty"));
}

TEST_CASE("forms stand in a rule and beside a term, and what is closest counts") {
    const auto with_forms = [](const std::string& match) {
        const Loaded loaded("rules: [{name: r, forms: none, match: " + match + "}]\n");
        INFO(loaded.shown());
        REQUIRE(loaded.errors().empty());
        return shape(loaded.config.rules.at(0).match);
    };
    CHECK(shape(tree("{any: [one, {term: two, forms: none}]}")) == "any(one, =two)");
    CHECK(with_forms("one") == "=one");
    CHECK(
        with_forms("{any: [one, {term: two, forms: light}], field: {title: six}}") ==
        "all(any(=one, two), =title:six)"
    );
    CHECK_THAT(told("{any: [one], forms: none}"), Catch::Contains("belongs to a `term` beside it"));
    CHECK_THAT(
        told("{term: [one, two]}"), Catch::Contains("one `{term: ..., forms: none}` for each")
    );
    CHECK_THAT(told("{term: one, forms: strict}"), Catch::Contains("`forms` cannot be `strict`"));
}

TEST_CASE("mistakes in match are told where they stand") {
    CHECK_THAT(told("{anny: [x]}"), Catch::Contains("did you mean `any`?"));
    CHECK_THAT(told("{any: {concept: visit}}"), Catch::Contains("write `any: [...]`"));
    CHECK_THAT(told("{any: [[a, b]]}"), Catch::Contains("needs a text or a mapping"));
    CHECK_THAT(told("{any: ['']}"), Catch::Contains("this term is empty"));
    CHECK_THAT(told("{any: [a, ]}").empty() ? "ok" : told("{any: [a, ]}"), Catch::Equals("ok"));
    CHECK_THAT(told("{none: []}"), Catch::Contains("SW113"));
    CHECK_THAT(told("{}"), Catch::Contains("this condition is empty"));
    CHECK_THAT(told("{regex: [a, b]}"), Catch::Contains("any: [regex: a, regex: b]"));
    CHECK_THAT(told("{any: [/国事.+/]}"), Catch::Contains("write `regex: '国事.+'`"));
    CHECK_THAT(told("{any: [state visit，official visit]}"), Catch::Contains("SW104"));
    CHECK(told("{any: ['他说，中国']}").empty());
    CHECK_THAT(told("{any: [{title: x}]}"), Catch::Contains("`title` belongs under `field`"));
}

TEST_CASE("a prefix needs three letters, or two of Chinese") {
    CHECK(told("{any: [vis*, 访问*, 'pay* a visit', 'визи*']}").empty());
    CHECK_THAT(told("{any: [vi*]}"), Catch::Contains("SW132"));
    CHECK_THAT(told("{any: [访*]}"), Catch::Contains("SW132"));
    CHECK_THAT(told("{any: ['*visit']}"), Catch::Contains("SW132"));
    CHECK_THAT(told("{any: [vis*it]}"), Catch::Contains("only at the end of a word"));
}

TEST_CASE("concepts are found by name, and by name and language") {
    CHECK(tree("{concept: visit}").text == "visit");
    CHECK(tree("{concept: visit.zh}").text == "visit.zh");
    CHECK(tree("{concept: war.2}").text == "war.2");
    CHECK_THAT(
        told("{concept: vist}"),
        Catch::Contains("no concept is named `vist`; did you mean `visit`?; concepts: visit, war.2")
    );
    CHECK_THAT(told("{concept: [visit, war.2]}"), Catch::Contains("any: [concept: a, concept: b]"));
}

TEST_CASE("concepts hold terms by language or as they are") {
    const Loaded loaded = rule("{all: [concept: visit, concept: war.2]}");
    REQUIRE(loaded.config.concepts.size() == 2);
    REQUIRE(loaded.config.concepts[0].terms.size() == 2);
    CHECK(loaded.config.concepts[0].terms[1].lang == "zh");
    CHECK(loaded.config.concepts[0].terms[1].text.value == "国事访问");
    CHECK(loaded.config.concepts[1].terms[0].lang.empty());
    const auto concept_told = [](const std::string& terms) {
        return Loaded("concepts: [{name: c" + terms + "}]\n").errors();
    };
    CHECK_THAT(concept_told(""), Catch::Contains("concept `c` needs `terms`"));
    CHECK_THAT(concept_told(", terms: []"), Catch::Contains("SW113"));
    CHECK_THAT(concept_told(", terms: {en: []}"), Catch::Contains("SW113"));
    CHECK_THAT(concept_told(", terms: {english: [x]}"), Catch::Contains("no language tag"));
    CHECK_THAT(concept_told(", terms: {zh: [国事访问，正式访问]}"), Catch::Contains("SW104"));
    CHECK_THAT(concept_told(", terms: {en: [{a: b}]}"), Catch::Contains("needs a text"));
    CHECK(concept_told(", description: x, forms: none, terms: {zh-Hant: 國事}").empty());
}

TEST_CASE("the other keys of a rule are read") {
    const Loaded loaded(R"(
sources: [{name: kremlin, kind: feed, url: 'https://example.org/', labels: {tier: official}}]
rules:
  - name: r
    description: text
    severity: critical
    from: ['tier=official,country!=CN', kremlin]
    not_from: 'org=~"R.*"'
    match: a visit
    statements: [post, repost, edit, delete]
    forms: none
    confusables: true
    include_quoted: on
    labels: {desk: asia}
    examples: {match: [one, two], no_match: three}
  - {name: s, match: war, statements: edit}
)");
    CHECK(loaded.errors().empty());
    REQUIRE(loaded.config.rules.size() == 2);
    const RuleConfig& rule = loaded.config.rules[0];
    CHECK(rule.severity == Severity::critical);
    REQUIRE(rule.from.size() == 2);
    CHECK(rule.from[0].parts.size() == 2);
    CHECK(rule.from[1].parts[0].label.empty());
    CHECK(rule.from[1].parts[0].value == "kremlin");
    CHECK(rule.not_from[0].parts[0].value == "R.*");
    CHECK(rule.forms == std::vector<Form>{Form::post, Form::repost});
    CHECK(rule.on_edit);
    CHECK(rule.on_delete);
    CHECK(rule.confusables);
    CHECK(rule.include_quoted);
    CHECK(rule.labels.at("desk") == "asia");
    CHECK(rule.examples_match.size() == 2);
    CHECK(rule.examples_no_match.size() == 1);
    CHECK(loaded.config.rules[1].forms.size() == 4);
    CHECK(loaded.config.rules[1].on_edit);
    CHECK_FALSE(loaded.config.rules[1].on_delete);
    CHECK_FALSE(loaded.config.rules[1].confusables);
    CHECK(loaded.config.rules[1].severity == Severity::warning);
}

TEST_CASE("mistakes in a rule are told") {
    const auto rule_told = [](const std::string& keys) {
        return Loaded("rules: [{name: r, match: war" + keys + "}]\n").errors();
    };
    CHECK_THAT(
        Loaded("rules: [{name: r}]\n").errors(), Catch::Contains("rule `r` needs a `match`")
    );
    CHECK_THAT(rule_told(", severity: high"), Catch::Contains("one of: info, warning, critical"));
    CHECK_THAT(rule_told(", severity: Critical"), Catch::Contains("did you mean `critical`?"));
    CHECK_THAT(rule_told(", from: [nobody]"), Catch::Contains("no source is named `nobody`"));
    CHECK_THAT(
        rule_told(", from: ['!nobody']"), Catch::Contains("to exclude a source, use `not_from`")
    );
    CHECK_THAT(rule_told(", from: []"), Catch::Contains("SW113"));
    CHECK_THAT(rule_told(", from: [tier: official]"), Catch::Contains("write `tier=official`"));
    CHECK_THAT(rule_told(", from: [two words]"), Catch::Contains("SW123"));
    CHECK_THAT(rule_told(", statements: [posts]"), Catch::Contains("did you mean `post`?"));
    CHECK_THAT(rule_told(", statements: []"), Catch::Contains("nothing is read"));
    CHECK_THAT(rule_told(", examples: [x]"), Catch::Contains("needs a mapping"));
    CHECK(rule_told(", examples: {match: [他说，中国将回应。, x]}").empty());
}

TEST_CASE("rules that are wrong are left out, the others are there") {
    const Loaded loaded(
        "rules: [{name: a, match: {any: []}}, {name: b, match: war}, {name: c, match: {concept: "
        "x}}]\n"
    );
    REQUIRE(loaded.config.rules.size() == 1);
    CHECK(loaded.config.rules[0].name.value == "b");
}

TEST_CASE("a rule of tens of thousands of terms is read in linear time") {
    std::string any, none;
    for (int i = 0; i < 20'000; ++i) {
        any += "term " + std::to_string(i) + ", ";
        none += "other " + std::to_string(i) + ", ";
    }
    const Loaded loaded = rule("{any: [" + any + "x1], none: [" + none + "x2]}");
    CHECK(loaded.errors().empty());
    CHECK(loaded.config.rules.at(0).match.children[0].children.size() == 20'001);
}

TEST_CASE("a file of nothing but unknown keys is refused in linear time") {
    std::string keys;
    for (int i = 0; i < 30'000; ++i) keys += "key" + std::to_string(i) + ": x\n";
    const Loaded loaded(keys);
    CHECK(loaded.diagnostics.errors() == 30'000);
}
