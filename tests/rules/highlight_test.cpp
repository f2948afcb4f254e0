#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/utf8.hpp"
#include "rules/rule_set.hpp"
#include "text/tokens.hpp"

// Offsets are right in every script: a phrase cut out of a text finds its place in that text again.

using namespace spokeswatch;

namespace {

const std::vector<std::string>& pieces() {
    static const std::vector<std::string> list{"state",       "Visit",
                                               "визит",       "Ёлка",
                                               "е\u0308",     "и\u0306х",
                                               "国",          "國事",
                                               "訪問",        "习近平",
                                               "プーチン",    "ﾌﾟｰﾁﾝ",
                                               "か\u3099",    "한국",
                                               "เยือน",        "राष्ट्रपति",
                                               "مُحَمَّد",        "שָׁלוֹם",
                                               "Łódź",        "e\u0301t",
                                               "ﬁn",          "½",
                                               "㍿",          "ß",
                                               "İ",           "𝐬𝐭",
                                               "Ｆｕ",        "😀",
                                               "👍🏽",    "🇷🇺",
                                               "#StateVisit", "#国事访问#",
                                               "@MFA_China",  "https://x.com/A?b ",
                                               "'",           "’",
                                               "-",           "—",
                                               ". ",          ".",
                                               "! ",          "…",
                                               "。",          " ",
                                               " ",           " ",
                                               "\n",          "\u3000",
                                               "\u00ad",      "\u200b",
                                               "\u202e",      "\u0301",
                                               "_",           "(",
                                               ")",           "U.S. ",
                                               "Mr. ",        "г. ",
                                               "3.14"};
    return list;
}

std::string random_text(std::mt19937& random) {
    std::string text;
    for (std::size_t i = 0; i < 14; ++i) text += pieces()[random() % pieces().size()];
    return text;
}

std::string cut(const std::string& text, const Highlight& highlight) {
    const std::size_t start = byte_offset(text, highlight.start);
    return text.substr(start, byte_offset(text, highlight.end) - start);
}

// Some phrases of up to five tokens, as they stand in the text.
std::vector<std::string> phrases_of(const std::string& text, std::mt19937& random) {
    std::vector<std::string> phrases;
    const Tokens tokens = tokenise(text);
    const std::size_t count = tokens.tokens.size();
    for (int i = 0; i < 6 && count > 0; ++i) {
        const std::size_t first = random() % count;
        const std::size_t last = std::min(count - 1, first + random() % 5);
        const bool crosses = std::any_of(
            tokens.tokens.begin() + static_cast<std::ptrdiff_t>(first) + 1,
            tokens.tokens.begin() + static_cast<std::ptrdiff_t>(last) + 1,
            [](const Token& token) { return token.paragraph_start; }
        );
        const std::uint32_t start = tokens.tokens[first].start;
        // A character that is several words (½) belongs to a phrase whole or not at all.
        const bool splits =
            (first > 0 && tokens.tokens[first - 1].end > start) ||
            (last + 1 < count && tokens.tokens[last + 1].start < tokens.tokens[last].end);
        if (!crosses && !splits)
            phrases.push_back(text.substr(start, tokens.tokens[last].end - start));
    }
    return phrases;
}

}  // namespace

TEST_CASE("a phrase cut from a text finds itself there, and its highlight is what it says") {
    std::mt19937 random(5);
    std::size_t checked = 0;
    for (int round = 0; round < 1500; ++round) {
        const std::string text = random_text(random);
        Config config;
        for (const std::string& phrase : phrases_of(text, random)) {
            RuleConfig rule;
            rule.name.value = std::to_string(config.rules.size());
            rule.match.text = phrase;
            config.rules.push_back(rule);
        }
        Diagnostics diagnostics;
        const RuleSet rules = RuleSet::compile(config, diagnostics);
        Statement statement;
        statement.text = text;
        const std::vector<Match> matches = rules.match(statement, nullptr);
        for (const RuleConfig& rule : config.rules) {
            const auto found =
                std::find_if(matches.begin(), matches.end(), [&](const Match& match) {
                    return match.rule == rule.name.value;
                });
            CAPTURE(text, rule.match.text);
            REQUIRE(found != matches.end());
            REQUIRE_FALSE(found->highlights.empty());
            const std::string wanted = normalised_text(rule.match.text);
            std::vector<std::string> cuts;
            for (const Highlight& highlight : found->highlights)
                cuts.push_back(normalised_text(cut(text, highlight)));
            REQUIRE(std::find(cuts.begin(), cuts.end(), wanted) != cuts.end());
            ++checked;
        }
    }
    CHECK(checked > 5000);
}

TEST_CASE("highlights of one match are bounded, in reading order") {
    Config config;
    config.rules.emplace_back();
    config.rules.back().match.text = "war";
    Diagnostics diagnostics;
    const RuleSet rules = RuleSet::compile(config, diagnostics);
    Statement statement;
    statement.title = "War";
    for (int i = 0; i < 40'000; ++i) statement.text += "war ";
    const auto matches = rules.match(statement, nullptr);
    REQUIRE(matches.size() == 1);
    CHECK(matches[0].highlights.size() == 500);
    CHECK(matches[0].highlights[0].field == "title");
    CHECK(matches[0].highlights[1].start == 0);
    CHECK(matches[0].highlights[2].start == 4);
}

TEST_CASE("a statement of many hits on both sides of a near is decided in little time") {
    Config config;
    config.rules.emplace_back();
    MatchNode& node = config.rules.back().match;
    node.kind = MatchNode::Kind::near;
    node.within = 50;
    node.children.resize(2);
    node.children[0].text = "war";
    node.children[1].text = "peace";
    Diagnostics diagnostics;
    const RuleSet rules = RuleSet::compile(config, diagnostics);
    Statement statement;
    for (int i = 0; i < 30'000; ++i) statement.text += i % 2 != 0 ? "war " : "peace ";
    CHECK(rules.match(statement, nullptr).size() == 1);
    statement.text.clear();
    for (int i = 0; i < 30'000; ++i) statement.text += "war\n\npeace\n\n";
    CHECK(rules.match(statement, nullptr).empty());
}
