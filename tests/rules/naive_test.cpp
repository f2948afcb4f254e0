#include <cstdlib>
#include <random>

#include <catch2/catch.hpp>

#include "rules/rule_set.hpp"
#include "tests/rules/naive_matcher.hpp"

// Random rules over a few words against random texts of the same words, with everything that may
// lie between them: the engine and the matcher that tries everything must agree. Many more of them:
// SPOKESWATCH_MATCH_ROUNDS=20000 build/release/tests/rules/test_rules "[naive]"

using namespace spokeswatch;

namespace {

using Kind = MatchNode::Kind;

// Words that begin alike, that hyphens make out of others, in several scripts and cases.
constexpr const char* words[] = {"war",        "wars",      "Warsaw", "cease", "fire",  "ceasefire",
                                 "Cease-Fire", "state-war", "US",     "us",    "визит", "визита",
                                 "не-визит",   "国",        "事",     "访",    "国事",  "訪",
                                 "résumé",     "U.S.",      "state"};
constexpr const char* gaps[] = {
    " ",
    " ",
    " ",
    " ",
    "-",
    "-",
    ", ",
    ". ",
    ".",
    "\n",
    "\n\n",
    " #",
    "",
    "",
    "。",
    "，",
    "! ",
    "_"};
constexpr const char* starred[] = {"war*", "ceas*", "визит*", "sta*", "warsa*"};
constexpr const char* regexes[] = {
    "war",
    R"(\bwar\b)",
    R"(\bwars?\b)",
    "(?i)us",
    R"(国.访)",
    R"(\bвизит)",
    "state|fire",
    "^cease",
    R"(\d+)",
    "(?i)WARSAW",
    "[a-f]{4}",
    "fire$",
    R"(война|\bmir\b)",
    "(?i)ВИЗИТ"};

class Maker {
  public:
    explicit Maker(std::uint32_t seed) : random_(seed) {}

    std::size_t below(std::size_t limit) { return random_() % limit; }
    template <std::size_t count>
    std::string one_of(const char* const (&list)[count]) {
        return list[below(count)];
    }

    std::string text() {
        std::string text;
        for (std::size_t i = below(10); i > 0; --i) {
            text += one_of(words);
            if (i > 1) text += one_of(gaps);
        }
        return text;
    }

    Config config() {
        Config config;
        for (int i = 0; i < 3; ++i) {
            ConceptConfig named;
            named.name.value = "c" + std::to_string(i);
            // Some with so many terms that they are a trigger of their own.
            for (std::size_t k = i == 0 ? 12 : 1 + below(3); k > 0; --k) {
                named.terms.emplace_back();
                named.terms.back().text.value = phrase();
            }
            config.concepts.push_back(std::move(named));
        }
        for (int i = 0; i < 30; ++i) {
            RuleConfig rule;
            rule.name.value = std::to_string(i);
            rule.match = condition(0);
            rule.include_quoted = below(4) == 0;
            config.rules.push_back(std::move(rule));
        }
        return config;
    }

    Statement statement() {
        Statement statement;
        statement.text = text();
        if (below(4) == 0) statement.title = text();
        if (below(4) == 0) {
            statement.quote_of.emplace();
            statement.quote_of->text = text();
        }
        return statement;
    }

  private:
    std::string phrase() {
        static constexpr const char* between[] = {" ", " ", " ", " ", "-", ". ", ""};
        std::string text = below(6) == 0 ? one_of(starred) : one_of(words);
        while (below(5) < 2) {
            text += text.back() == '*' ? " " : one_of(between);
            text += below(8) == 0 ? one_of(starred) : one_of(words);
        }
        return text;
    }

    MatchNode simple(Kind kind, std::string text) {
        MatchNode node;
        node.kind = kind;
        node.text = std::move(text);
        return node;
    }

    MatchNode named() { return simple(Kind::concept_, "c" + std::to_string(below(3))); }

    MatchNode side() {
        if (below(4) == 0) return named();
        if (below(3) != 0) return simple(Kind::phrase, phrase());
        MatchNode any;
        any.kind = Kind::any;
        for (std::size_t i = below(below(6) == 0 ? 12 : 3) + 1; i > 0; --i)
            any.children.push_back(simple(Kind::phrase, phrase()));
        return any;
    }

    MatchNode leaf() {
        switch (below(10)) {
            case 0:
                return named();
            case 1:
                return simple(Kind::exact, phrase_without_star());
            case 2:
                return simple(Kind::regex, one_of(regexes));
            case 3: {
                MatchNode node = simple(Kind::field, one_of(words));
                node.field = below(2) == 0 ? "tag" : "quote";
                return node;
            }
            default:
                return simple(Kind::phrase, phrase());
        }
    }

    std::string phrase_without_star() {
        std::string text = phrase();
        std::erase(text, '*');
        return text;
    }

    MatchNode condition(int depth) {
        const std::size_t choice = below(depth > 2 ? 5 : 10);
        if (choice < 3) return leaf();
        MatchNode node;
        if (choice < 5) {
            node.kind = choice == 3 ? Kind::near : Kind::before;
            node.within = static_cast<int>(below(3));
            node.children = {side(), side()};
            return node;
        }
        node.kind = choice < 7 ? Kind::all : choice < 9 ? Kind::any : Kind::none;
        const std::size_t count = 1 + below(node.kind == Kind::any && below(4) == 0 ? 12 : 3);
        for (std::size_t i = 0; i < count; ++i) node.children.push_back(condition(depth + 1));
        if (node.kind == Kind::any) node.at_least = static_cast<int>(1 + below(2));
        return node;
    }

    std::mt19937 random_;
};

std::uint32_t rounds() {
    const char* const given = std::getenv("SPOKESWATCH_MATCH_ROUNDS");
    return given == nullptr ? 60 : static_cast<std::uint32_t>(std::strtoul(given, nullptr, 10));
}

}  // namespace

TEST_CASE("the engine agrees with a matcher that tries everything at every place", "[naive]") {
    constexpr std::size_t texts_per_round = 30;
    std::size_t pairs = 0, matched = 0;
    for (std::uint32_t round = 0; round < rounds(); ++round) {
        Maker maker(round);
        const Config config = maker.config();
        Diagnostics diagnostics;
        const RuleSet rules = RuleSet::compile(config, diagnostics);
        REQUIRE_FALSE(diagnostics.has_errors());
        const testing::NaiveMatcher naive(config);
        for (std::size_t i = 0; i < texts_per_round; ++i) {
            const Statement statement = maker.statement();
            const std::vector<std::string> expected = naive.match(statement);
            std::vector<std::string> found;
            for (const Match& match : rules.match(statement, nullptr)) found.push_back(match.rule);
            pairs += config.rules.size();
            matched += expected.size();
            if (found == expected) continue;
            for (const RuleConfig& rule : config.rules) {
                const auto in = [&](const std::vector<std::string>& list) {
                    return std::find(list.begin(), list.end(), rule.name.value) != list.end();
                };
                if (in(found) != in(expected))
                    FAIL(
                        "seed " << round << ": " << testing::shown(rule.match) << " on ["
                                << statement.title << "][" << statement.text
                                << "]: the engine says " << in(found)
                    );
            }
        }
    }
    CHECK(pairs > 50'000);
    CHECK(matched > pairs / 20);
    CHECK(matched < pairs);
}
