#include <catch2/catch.hpp>

#include "tests/rules/rule_text.hpp"

// Word forms and look-alike letters through whole rules; word_forms_test.cpp has the words.

using namespace spokeswatch;
using namespace spokeswatch::testing;

TEST_CASE("a word of a rule stands for its inflected forms and for no derivation") {
    const Rules english = rule("state visit");
    for (const char* text : {"two state visits", "States visiting", "#StateVisits", "state-visits"})
        CHECK(english.hits(text));
    for (const char* text : {"state visitor", "state visitation", "stately visit", "estate visits"})
        CHECK_FALSE(english.hits(text));

    const Rules russian = rule("государственный визит");
    for (const char* text :
         {"с государственным визитом",
          "в ходе государственного визита",
          "Государственные визиты",
          "О ГОСУДАРСТВЕННОМ ВИЗИТЕ"})
        CHECK(russian.hits(text));
    CHECK_FALSE(russian.hits("государственная виза"));

    const Rules ukrainian = rule("державний візит");
    CHECK(ukrainian.hits("з державним візитом"));
    CHECK_FALSE(ukrainian.hits("державна віза"));
}

TEST_CASE("a hyphenated word has the forms of the word that it is") {
    CHECK(hits("cease-fire", "two ceasefires"));
    CHECK(hits("ceasefire", "two cease-fires"));
    CHECK(hits("ceasefire", "#CeaseFires"));
}

TEST_CASE("a name is not taken for a form of a common word") {
    CHECK(hits("Песков", "по словам Пескова"));
    CHECK_FALSE(hits("Песков", "строительный песок"));
    CHECK(hits("Си Цзиньпин", "с Си Цзиньпином"));
    CHECK(hits("Путин", "встреча с Путиным"));
}

TEST_CASE("forms are turned off for a rule, a concept, a term and an exact text") {
    const std::string text = "two state visits";
    CHECK_FALSE(rule("state visit", "    forms: none\n").hits(text));
    CHECK_FALSE(hits("{term: state visit, forms: none}", text));
    CHECK(rule("{any: [{term: state visit, forms: light}]}", "    forms: none\n").hits(text));
    CHECK_FALSE(hits("{exact: state visit}", text));
    const auto with_concept = [&](const std::string& more, const std::string& of_rule) {
        return rules_from(
                   "concepts: [{name: c, terms: {en: [" + more + "]}}]\n" +
                   "rules: [{name: r, match: {concept: c}" + of_rule + "}]\n"
        )
            .hits(text);
    };
    CHECK(with_concept("state visit", ""));
    CHECK_FALSE(with_concept("{term: state visit, forms: none}", ""));
    CHECK_FALSE(with_concept("state visit", ", forms: none"));
}

TEST_CASE("the language that a term stands under decides on its forms") {
    const auto under = [](const std::string& language, const std::string& text) {
        return rules_from(
                   "concepts: [{name: c, terms: {" + language + ": [гора]}}]\n" +
                   "rules: [{name: r, match: {concept: c}}]\n"
        )
            .hits(text);
    };
    CHECK(under("ru", "на горе"));
    CHECK(under("uk", "на горі"));
    CHECK_FALSE(under("ru", "на горі"));
}

TEST_CASE("forms stand in NEAR, in fields and beside prefix words") {
    CHECK(hits("{near: [visit, Moscow], within: 3 words}", "visits to Moscow"));
    CHECK(hits("{near: [визит, Москва], within: 3 words}", "визита в Москву"));
    CHECK(hits("{field: {text: leader}}", "the leaders meet"));
    CHECK(hits("\"pay* AND visit\"", "payments for visits"));
    CHECK(hits("{all: ['sanction* package']}", "sanctioning packages"));
}

TEST_CASE("letters that look alike are one only where a rule says so, and the alert says it") {
    const std::string on = "    confusables: true\n";
    // Cyrillic Р and М, a digit for a letter, Greek omicron.
    for (const auto& [term, text] : std::vector<std::pair<std::string, std::string>>{
             {"Putin", "\u0420utin said"},
             {"Moscow", "in \u041Coscow"},
             {"Moscow", "in M0SCOW"},
             {"Moscow", "in M\u03BFscow"},
             {"visit", "two v\u0456sits"}}) {
        CAPTURE(term, text);
        CHECK_FALSE(rule(term).hits(text));
        const std::vector<Match> found = rule(term, on).match(text);
        REQUIRE(found.size() == 1);
        REQUIRE(found[0].highlights.size() == 1);
        CHECK(found[0].highlights[0].look_alike);
    }
    const Rules plain = rule("{any: [Moscow, Москва]}", on);
    for (const char* text : {"in Moscow", "В МОСКВЕ", "в Москве"}) {
        CAPTURE(text);
        const std::vector<Match> found = plain.match(text);
        REQUIRE(found.size() == 1);
        for (const Highlight& one : found[0].highlights) CHECK_FALSE(one.look_alike);
    }
    CHECK_FALSE(rule("Putin", on).hits("a petition"));
    CHECK_FALSE(rule("{exact: Putin}", on).hits("\u0420utin"));
}
