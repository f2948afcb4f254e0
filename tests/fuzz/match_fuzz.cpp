#include <algorithm>
#include <string>

#include "base/check.hpp"
#include "base/utf8.hpp"
#include "rules/rule_set.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/rules/naive_matcher.hpp"
#include "text/tokens.hpp"

// Rules and a text: a line a rule up to one that is `%`, and the text behind it. A rule is a
// phrase, or begins with a sign: `=` exact, `/` regular expression, `#` tag; `&` all, `+` any, `-`
// none, `~` near and `>` before of phrases between `|`. The engine must agree with the matcher that
// tries everything, and every highlight must lie in its text.

using namespace spokeswatch;

namespace {

using Kind = MatchNode::Kind;

constexpr std::size_t rules_max = 12, rule_bytes_max = 80, text_bytes_max = 600;
// Beyond these the engine reads only some of all possible ways.
constexpr std::size_t words_max = 3, hyphens_max = 4;

bool simple_enough(const std::string& phrase) {
    const Tokens tokens = tokenise(phrase);
    const auto hyphens = std::ranges::count_if(tokens.tokens, [](const Token& token) {
        return token.hyphen_before;
    });
    return tokens.tokens.size() <= words_max + hyphens_max &&
           static_cast<std::size_t>(hyphens) <= hyphens_max &&
           (phrase.find('*') == std::string::npos || tokens.tokens.size() <= words_max);
}

// A star only where a configuration may have one: behind three letters.
std::string with_good_stars(const std::string& text) {
    std::string good;
    std::size_t letters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        const bool ends = i + 1 == text.size() || text[i + 1] == ' ';
        if (c != '*' || (letters >= 3 && ends)) good += c;
        letters = letter ? letters + 1 : 0;
    }
    return good;
}

MatchNode node_of(Kind kind, std::string text) {
    MatchNode node;
    node.kind = kind;
    node.text = kind == Kind::phrase ? with_good_stars(text) : std::move(text);
    return node;
}

MatchNode group_of(Kind kind, const std::string& list) {
    MatchNode node;
    node.kind = kind;
    node.within = 1;
    std::size_t at = 0;
    while (at <= list.size()) {
        const std::size_t bar = std::min(list.find('|', at), list.size());
        node.children.push_back(node_of(Kind::phrase, list.substr(at, bar - at)));
        at = bar + 1;
    }
    if (kind == Kind::near || kind == Kind::before) node.children.resize(2);
    return node;
}

MatchNode rule_of(const std::string& line) {
    const std::string rest = line.empty() ? line : line.substr(1);
    switch (line.empty() ? ' ' : line.front()) {
        case '=':
            return node_of(Kind::exact, rest);
        case '/':
            return node_of(Kind::regex, rest);
        case '#': {
            MatchNode node = node_of(Kind::field, rest);
            node.field = "tag";
            return node;
        }
        case '&':
            return group_of(Kind::all, rest);
        case '+':
            return group_of(Kind::any, rest);
        case '-':
            return group_of(Kind::none, rest);
        case '~':
            return group_of(Kind::near, rest);
        case '>':
            return group_of(Kind::before, rest);
        default:
            return node_of(Kind::phrase, line);
    }
}

bool usable(const MatchNode& node) {
    if (node.kind != Kind::regex && !simple_enough(node.text)) return false;
    return std::ranges::all_of(node.children, usable);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string input = repair_utf8(testing::fuzz_text(data, size));
    Config config;
    std::size_t at = 0;
    while (at < input.size()) {
        const std::size_t end = std::min(input.find('\n', at), input.size());
        const std::string line = input.substr(at, end - at);
        at = std::min(end + 1, input.size());
        if (line == "%") break;
        RuleConfig rule;
        rule.name.value = std::to_string(config.rules.size());
        rule.match = rule_of(line);
        const bool fits = line.size() <= rule_bytes_max && config.rules.size() < rules_max;
        if (fits && usable(rule.match)) config.rules.push_back(std::move(rule));
    }
    Statement statement;
    statement.text = input.substr(at);
    if (statement.text.size() > text_bytes_max) return 0;

    Diagnostics diagnostics;
    const RuleSet rules = RuleSet::compile(config, diagnostics);
    if (diagnostics.has_errors()) return 0;
    std::vector<std::string> found;
    const std::size_t characters = code_points(statement.text);
    for (const Match& match : rules.match(statement, nullptr)) {
        found.push_back(match.rule);
        for (const Highlight& highlight : match.highlights)
            check(
                highlight.start <= highlight.end && highlight.end <= characters,
                "a highlight lies outside of its text"
            );
    }
    check(found == testing::NaiveMatcher(config).match(statement), "the engine is wrong");
    return 0;
}
