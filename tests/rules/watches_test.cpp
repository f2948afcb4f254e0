#include "rules/watches.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "tests/support/fixtures.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

const std::string surge = "{name: r, match: visit, frequency: {at_least: 5, within: 1h}";

// Watches of one rule beside a concept `war`. A file words.txt holds its further terms.
WatchSet compiled(
    const std::string& rule,
    const std::string& terms,
    const std::string& words,
    Diagnostics& diagnostics
) {
    const TempDir folder;
    const auto file = folder.path() / "rules.yml";
    std::ofstream(folder.path() / "words.txt") << words;
    std::ofstream(file) << "concepts: [{name: war, " + terms + "}]\nrules: [" + rule + "]\n";
    LoadOptions options;
    options.file = file;
    options.read_secrets = false;
    return WatchSet::compile(load_config(options, diagnostics), diagnostics);
}

WatchSet watches(
    const std::string& rule,
    const std::string& terms = "terms: [war]",
    const std::string& words = "battle\n"
) {
    Diagnostics diagnostics;
    WatchSet set = compiled(rule, terms, words, diagnostics);
    REQUIRE_FALSE(diagnostics.has_errors());
    return set;
}

Diagnostics told(const std::string& rule) {
    Diagnostics diagnostics;
    compiled(rule, "terms: [war]", "battle\n", diagnostics);
    return diagnostics;
}

std::string fingerprint(const std::string& rule) {
    const WatchSet set = watches(rule);
    REQUIRE(set.subjects().size() == 1);
    return set.subjects()[0].fingerprint;
}

std::string of_concept(const std::string& terms, const std::string& words = "battle\n") {
    const WatchSet set = watches("{name: r, first_use: {of: war, in: 365d}}", terms, words);
    REQUIRE(set.subjects().size() == 1);
    CHECK(set.subjects()[0].name == "concept war");
    return set.subjects()[0].fingerprint;
}

Statement said(const std::string& text) {
    Statement statement;
    statement.text = text;
    return statement;
}

}  // namespace

TEST_CASE("a concept is counted anew when other words are found by it") {
    const std::string before = of_concept("terms: [war]");
    CHECK(of_concept("terms: {en: [war]}") == before);
    CHECK(of_concept("terms: [war], description: of people") == before);
    CHECK(of_concept("terms: [war, battle]") != before);
    CHECK(of_concept("terms: [war], forms: none") != before);
    CHECK(of_concept("terms: [{term: war, forms: none}]") != before);
    const std::string file = of_concept("terms: [war], terms_file: words.txt");
    CHECK(file != before);
    CHECK(of_concept("terms: [war], terms_file: words.txt", "battle\nfight\n") != file);
    CHECK(of_concept("terms: [war], terms_file: words.txt", "# a comment\nbattle\n") == file);
}

TEST_CASE("what a rule looks for is counted anew when it finds other statements") {
    const std::string before = fingerprint(surge + "}");
    CHECK(fingerprint(surge + ", severity: critical}") == before);
    CHECK(fingerprint(surge + ", forms: none}") != before);
    CHECK(fingerprint(surge + ", confusables: true}") != before);
    CHECK(fingerprint(surge + ", include_quoted: true}") != before);
    CHECK(fingerprint(surge + ", statements: [repost]}") != before);
    CHECK(
        fingerprint("{name: r, match: 'visit*', frequency: {at_least: 5, within: 1h}}") != before
    );
    // How much is too much is judged, not counted.
    CHECK(fingerprint("{name: r, match: visit, frequency: {at_least: 9, within: 2h}}") == before);
}

TEST_CASE("terms of any number make one fingerprint that depends on each") {
    std::string words;
    for (int i = 0; i < 20'000; ++i) words += "word" + std::to_string(i) + '\n';
    const std::string first = of_concept("terms_file: words.txt", words);
    CHECK(of_concept("terms_file: words.txt", words) == first);
    words[5] = 'x';
    CHECK(of_concept("terms_file: words.txt", words) != first);
}

TEST_CASE("a watch finds the forms of a word as every rule does") {
    const WatchSet set = watches("{name: r, first_use: {of: war, in: 365d}}");
    const WatchHits hits = set.look(said("the wars of others"), SourceInfo{});
    CHECK(hits.subjects.contains("concept war"));
    CHECK(hits.rules.contains("r"));
    CHECK(set.look(said("warlike"), SourceInfo{}).rules.empty());
}

TEST_CASE("the trail of a watch has the conditions of its rule and what the history said") {
    const WatchSet set = watches("{name: r, match: minister, first_use: {of: war, in: 365d}}");
    const RuleTrail missed =
        set.trail("r", said("the minister spoke of war"), nullptr, false, "too early");
    CHECK(missed.rule == "r");
    CHECK_FALSE(missed.matched);
    CHECK(missed.missing == 1);
    REQUIRE(missed.nearest_miss() != nullptr);
    CHECK(missed.nearest_miss()->condition == "first_use");
    CHECK(missed.nearest_miss()->term == "war in 365d");
    CHECK(missed.nearest_miss()->note == "too early");
    CHECK(set.trail("r", said("the minister spoke of war"), nullptr, true, "first").matched);
    CHECK(set.trail("r", said("nothing"), nullptr, false, "").missing == 3);
}

TEST_CASE("examples of a watch are those of its words") {
    const Diagnostics diagnostics = told(
        "{name: r, first_use: {of: war, in: 365d}, examples: {match: [peace], no_match: [a war]}}"
    );
    REQUIRE(diagnostics.all().size() == 2);
    CHECK(diagnostics.all()[0].message == "example under `match` does not match rule `r`");
    CHECK(diagnostics.all()[1].message == "example under `no_match` matches rule `r`");
}

TEST_CASE("only a watch without any words looks at every statement") {
    CHECK(watches("{name: r, chorus: {same_text: 3 orgs, within: 2h}}").rules()[0].any_statement);
    CHECK(watches("{name: r, silent: {for: 36h}}").rules()[0].any_statement);
    CHECK_FALSE(watches("{name: r, first_use: {of: war, in: 365d}}").rules()[0].any_statement);
    CHECK_FALSE(watches(surge + "}").rules()[0].any_statement);
}
