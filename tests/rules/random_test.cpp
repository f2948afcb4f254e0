#include <algorithm>
#include <functional>
#include <optional>
#include <random>
#include <set>
#include <sstream>

#include <catch2/catch.hpp>

#include "rules/rule_set.hpp"

// Random rules over a small alphabet against random texts: the engine and a matcher that tries
// everything and shares no line with it must agree.

using namespace spokeswatch;

namespace {

using Kind = MatchNode::Kind;

struct Word {
    std::string text;
    int paragraph = 0;
    int sentence = 0;
};

// A text as the test made it: its words, and how they are written down.
struct Text {
    std::vector<Word> words;
    std::string written;
};

class Maker {
  public:
    explicit Maker(std::uint32_t seed) : engine_(seed) {}

    std::size_t below(std::size_t limit) { return engine_() % limit; }
    std::string word() {
        static const char* const words[] = {"Aa", "bb", "cc", "да", "Нет"};
        return words[below(5)];
    }

    Text text() {
        static const char* const gaps[] = {" ", " ", ", ", "\n", " #", " — "};
        Text text;
        const std::size_t count = below(9);
        int paragraph = 0, sentence = 0;
        for (std::size_t i = 0; i < count; ++i) {
            std::string word = this->word();
            if (i > 0) {
                const std::size_t kind = below(12);
                if (kind == 0) {
                    text.written += "\n\n";
                    ++paragraph, ++sentence;
                } else if (kind == 1) {
                    // Only a capital makes it an end; words of the alphabet have their own.
                    text.written += "! ";
                    if (word == "Aa" || word == "Нет") ++sentence;
                } else {
                    text.written += gaps[below(6)];
                }
            }
            text.written += word;
            text.words.push_back({std::move(word), paragraph, sentence});
        }
        return text;
    }

    MatchNode phrase() {
        MatchNode node;
        node.text = word();
        while (below(3) == 0) node.text += " " + word();
        return node;
    }

    MatchNode side() {
        if (below(3) != 0) return phrase();
        MatchNode any;
        any.kind = Kind::any;
        for (std::size_t i = 0; i <= below(2); ++i) any.children.push_back(phrase());
        return any;
    }

    MatchNode condition(int depth) {
        const std::size_t choice = below(depth > 2 ? 4 : 10);
        if (choice < 2) return phrase();
        MatchNode node;
        if (choice < 4) {
            node.kind = choice == 2 ? Kind::near : Kind::before;
            node.within = static_cast<int>(below(3));
            node.children = {side(), side()};
            return node;
        }
        node.kind = choice < 6 ? Kind::all : choice < 9 ? Kind::any : Kind::none;
        const std::size_t count = 1 + below(3);
        for (std::size_t i = 0; i < count; ++i) node.children.push_back(condition(depth + 1));
        if (node.kind == Kind::any) node.at_least = static_cast<int>(1 + below(2));
        return node;
    }

  private:
    std::mt19937 engine_;
};

std::string lower(const std::string& word) {
    if (word == "Aa") return "aa";
    if (word == "Нет") return "нет";
    return word;
}

struct Range {
    std::size_t first, last;
};

std::vector<Range> occurrences(const MatchNode& node, const Text& text) {
    std::vector<Range> found;
    if (node.kind == Kind::any) {
        for (const MatchNode& child : node.children)
            for (const Range& range : occurrences(child, text)) found.push_back(range);
        return found;
    }
    std::vector<std::string> words;
    std::istringstream stream(node.text);
    for (std::string word; stream >> word;) words.push_back(lower(word));
    for (std::size_t at = 0; at + words.size() <= text.words.size(); ++at) {
        bool same = true;
        for (std::size_t i = 0; i < words.size(); ++i)
            same = same && lower(text.words[at + i].text) == words[i] &&
                   text.words[at + i].sentence == text.words[at].sentence;
        if (same) found.push_back({at, at + words.size()});
    }
    return found;
}

bool near(const MatchNode& node, const Text& text) {
    for (const Range& a : occurrences(node.children[0], text)) {
        for (const Range& b : occurrences(node.children[1], text)) {
            if (text.words[a.first].paragraph != text.words[b.first].paragraph) continue;
            const auto fits = [&](const Range& left, const Range& right) {
                return left.last <= right.first &&
                       right.first - left.last <= static_cast<std::size_t>(node.within);
            };
            if (fits(a, b) || (node.kind == Kind::near && fits(b, a))) return true;
        }
    }
    return false;
}

bool naive(const MatchNode& node, const Text& text) {
    switch (node.kind) {
        case Kind::phrase:
            return !occurrences(node, text).empty();
        case Kind::near:
        case Kind::before:
            return near(node, text);
        case Kind::all:
            return std::all_of(node.children.begin(), node.children.end(), [&](const MatchNode& n) {
                return naive(n, text);
            });
        case Kind::none:
            return std::none_of(
                node.children.begin(),
                node.children.end(),
                [&](const MatchNode& n) { return naive(n, text); }
            );
        case Kind::any: {
            std::set<std::string> simple;
            int count = 0;
            for (const MatchNode& child : node.children) {
                if (child.kind == Kind::phrase && !simple.insert(child.text).second) continue;
                if (naive(child, text)) ++count;
            }
            return count >= node.at_least;
        }
        default:
            return false;
    }
}

std::string shown(const MatchNode& node) {
    static const char* const names[] = {"all", "any", "none", "near", "before"};
    if (node.kind == Kind::phrase) return "\"" + node.text + "\"";
    std::string text = names[static_cast<int>(node.kind)];
    text += "/" + std::to_string(node.kind == Kind::any ? node.at_least : node.within) + "(";
    for (const MatchNode& child : node.children) text += shown(child) + " ";
    return text + ")";
}

}  // namespace

TEST_CASE("the engine and a matcher that tries everything agree on random rules and texts") {
    constexpr std::uint32_t rounds = 150;
    constexpr std::size_t rules_per_round = 40, texts_per_round = 40;
    std::size_t pairs = 0, matched = 0;
    for (std::uint32_t round = 0; round < rounds; ++round) {
        Maker maker(round);
        Config config;
        for (std::size_t i = 0; i < rules_per_round; ++i) {
            RuleConfig rule;
            rule.name.value = std::to_string(i);
            rule.match = maker.condition(0);
            config.rules.push_back(std::move(rule));
        }
        Diagnostics diagnostics;
        const RuleSet rules = RuleSet::compile(config, diagnostics);
        REQUIRE(diagnostics.all().empty());
        for (std::size_t i = 0; i < texts_per_round; ++i) {
            const Text text = maker.text();
            Statement statement;
            statement.text = text.written;
            std::vector<std::string> expected;
            for (const RuleConfig& rule : config.rules)
                if (naive(rule.match, text)) expected.push_back(rule.name.value);
            std::vector<std::string> found;
            for (const Match& match : rules.match(statement, nullptr)) found.push_back(match.rule);
            pairs += config.rules.size();
            matched += expected.size();
            if (found == expected) continue;
            for (const RuleConfig& rule : config.rules) {
                const bool hit =
                    std::find(found.begin(), found.end(), rule.name.value) != found.end();
                if (hit == naive(rule.match, text)) continue;
                FAIL(
                    "seed " << round << ": " << shown(rule.match) << " on [" << text.written
                            << "]: the engine says " << hit
                );
            }
        }
    }
    CHECK(pairs > 100'000);
    CHECK(matched > pairs / 20);
    CHECK(matched < pairs);
}
