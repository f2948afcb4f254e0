#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/ascii.hpp"
#include "config/codes.hpp"
#include "config/lint.hpp"
#include "config/lint_covered.hpp"
#include "config/lint_terms.hpp"
#include "config/loader.hpp"

namespace spokeswatch {

namespace {

using Kind = MatchNode::Kind;

bool is_leaf(const MatchNode& node) { return node.children.empty(); }

std::vector<std::string> words_of(const std::string& text) {
    std::vector<std::string> words(1);
    for (const char c : text) {
        if (c == ' ' || c == '\t' || c == '\n') {
            if (!words.back().empty()) words.emplace_back();
        } else {
            words.back() += ascii_lower(c);
        }
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : " ") + word;
    return out;
}

// Conditions that are all needed, with nested `all` laid flat.
void flatten(const MatchNode& node, std::vector<const MatchNode*>& into) {
    if (node.kind != Kind::all) {
        into.push_back(&node);
        return;
    }
    for (const MatchNode& child : node.children) flatten(child, into);
}

void forbidden_leaves(const MatchNode& node, std::vector<const MatchNode*>& into) {
    for (const MatchNode& child : node.children) {
        if (is_leaf(child))
            into.push_back(&child);
        else if (child.kind == Kind::any && child.at_least == 1)
            forbidden_leaves(child, into);
    }
}

class NeverMatches {
  public:
    NeverMatches(const RuleConfig& rule, Diagnostics& diagnostics)
        : rule_(rule), diagnostics_(diagnostics) {}

    void look() {
        std::vector<const MatchNode*> needed;
        flatten(rule_.match, needed);
        for (const MatchNode* node : needed) {
            if (node->kind != Kind::none) continue;
            std::vector<const MatchNode*> leaves;
            forbidden_leaves(*node, leaves);
            for (const MatchNode* leaf : leaves) forbidden_.emplace(key_of(*leaf), leaf);
        }
        if (forbidden_.empty()) return;
        for (const MatchNode* node : needed) {
            const bool impossible = node->kind == Kind::any ? any_fails(*node) : leaf_fails(*node);
            if (impossible) return;
        }
    }

  private:
    static std::string key_of(const MatchNode& node) {
        return std::to_string(static_cast<int>(node.kind)) + node.field + ':' +
               (node.kind == Kind::phrase ? joined(words_of(node.text)) : node.text);
    }

    // What forbids every text that has this condition: itself, or for a phrase some of its words.
    [[nodiscard]] const MatchNode* forbids(const MatchNode& node) const {
        constexpr std::size_t words_max = 12;
        if (!is_leaf(node)) return nullptr;
        const auto same = forbidden_.find(key_of(node));
        if (same != forbidden_.end()) return same->second;
        if (node.kind != Kind::phrase) return nullptr;
        const std::vector<std::string> words = words_of(node.text);
        if (words.size() > words_max) return nullptr;
        for (std::size_t first = 0; first < words.size(); ++first) {
            MatchNode part;
            for (std::size_t last = first; last < words.size(); ++last) {
                part.text += (last == first ? "" : " ") + words[last];
                // A prefix finds more than one word: what forbids one need not forbid them all.
                if (part.text.find('*') != std::string::npos) break;
                const auto found = forbidden_.find(key_of(part));
                if (found != forbidden_.end()) return found->second;
            }
        }
        return nullptr;
    }

    bool leaf_fails(const MatchNode& node) {
        const MatchNode* by = node.kind == Kind::none ? nullptr : forbids(node);
        if (by == nullptr) return false;
        report(*by, node, "`all` needs this text");
        return true;
    }

    bool any_fails(const MatchNode& any) {
        const MatchNode* first = nullptr;
        int possible = 0;
        for (const MatchNode& member : any.children) {
            if (forbids(member) == nullptr)
                ++possible;
            else if (first == nullptr)
                first = &member;
        }
        if (first == nullptr || possible >= any.at_least) return false;
        report(*forbids(*first), *first, "`any` needs this text");
        return true;
    }

    void report(const MatchNode& forbidding, const MatchNode& needed, const char* why) {
        Diagnostic& fault = diagnostics_.warning(
            code::never_matches,
            forbidding.span,
            "rule " + cited(rule_.name.value) + " can never match"
        );
        fault.label = "`none` forbids it";
        fault.secondary.push_back({needed.span, why});
        fault.helps.emplace_back("a warning by default, an error with --strict");
    }

    const RuleConfig& rule_;
    Diagnostics& diagnostics_;
    std::unordered_map<std::string, const MatchNode*> forbidden_;
};

bool only_none(const MatchNode& match) {
    std::vector<const MatchNode*> needed;
    flatten(match, needed);
    return std::all_of(needed.begin(), needed.end(), [](const MatchNode* node) {
        return node->kind == Kind::none;
    });
}

// Of a choice that needs one: `at_least: 2` may need both.
void lint_choice(const MatchNode& any, Diagnostics& diagnostics) {
    std::vector<Located<std::string>> phrases;
    for (const MatchNode& member : any.children) {
        if (member.kind == Kind::phrase) phrases.push_back({member.text, member.span});
    }
    lint_covered(phrases, diagnostics);
}

// Terms of one language are a choice; those of two may be asked for apart.
void lint_concept(const ConceptConfig& concept_config, Diagnostics& diagnostics) {
    std::map<std::string, std::vector<Located<std::string>>> by_language;
    for (const Term& term : concept_config.terms) by_language[term.lang].push_back(term.text);
    for (const auto& [language, terms] : by_language) lint_covered(terms, diagnostics);
}

void lint_nodes(const MatchNode& node, Diagnostics& diagnostics) {
    const Located<std::string> text{node.text, node.span};
    if (node.kind == Kind::phrase) lint_term(text, "", diagnostics);
    if (node.kind == Kind::exact) lint_characters(text, "", diagnostics);
    if (node.kind == Kind::any && node.at_least == 1) lint_choice(node, diagnostics);
    for (const MatchNode& child : node.children) lint_nodes(child, diagnostics);
}

}  // namespace

void lint_rules(Loading& loading) {
    Diagnostics& diagnostics = loading.diagnostics;
    for (const ConceptConfig& concept_config : loading.config.concepts) {
        for (const Term& term : concept_config.terms) lint_term(term.text, term.lang, diagnostics);
        lint_concept(concept_config, diagnostics);
    }
    for (const RuleConfig& rule : loading.config.rules) {
        if (!rule.match.span.file) continue;
        lint_nodes(rule.match, diagnostics);
        NeverMatches(rule, diagnostics).look();
        if (only_none(rule.match)) {
            diagnostics
                .warning(
                    code::only_none,
                    rule.match.span,
                    "rule " + cited(rule.name.value) + " matches every statement but these"
                )
                .label = "add `any` or `all` to say what it looks for";
        }
        const bool any_text = rule.watch && rule.match.kind == Kind::everything;
        if (!any_text && rule.examples_match.empty() && rule.examples_no_match.empty())
            diagnostics
                .warning(
                    code::no_examples,
                    rule.name.span,
                    "rule " + cited(rule.name.value) + " has no `examples`"
                )
                .label = "one text that must match and one that must not are a good start";
    }
}

}  // namespace spokeswatch
