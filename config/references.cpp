#include <algorithm>
#include <unordered_map>

#include "config/codes.hpp"
#include "config/loader.hpp"

namespace spokeswatch {

namespace {

void check_bare_names(Loading& loading, const std::vector<MatcherConfig>& matchers) {
    for (const MatcherConfig& matcher : matchers) {
        for (const MatcherConfig::Part& part : matcher.parts) {
            if (part.label.empty())
                loading.sources.require({part.value, matcher.span}, loading.diagnostics);
        }
    }
}

bool has_language(const ConceptConfig& concept_config, const std::string& lang) {
    const auto speaks = [&lang](const auto& terms) { return terms.lang == lang; };
    return std::any_of(concept_config.terms.begin(), concept_config.terms.end(), speaks) ||
           std::any_of(
               concept_config.terms_files.begin(), concept_config.terms_files.end(), speaks
           );
}

class ConceptReferences {
  public:
    explicit ConceptReferences(Loading& loading) : loading_(loading) {
        for (const ConceptConfig& one : loading.config.concepts)
            by_name_.try_emplace(one.name.value, &one);
    }

    // False when a condition names what is not there; all of these are reported.
    bool check(const MatchNode& node) {
        bool good = node.kind != MatchNode::Kind::concept_ || check_one(node);
        for (const MatchNode& child : node.children) good = check(child) && good;
        return good;
    }

  private:
    // `x` or `x.en`; a name may hold a dot itself.
    bool check_one(const MatchNode& node) {
        if (by_name_.contains(node.text)) return true;
        const std::size_t dot = node.text.rfind('.');
        const std::string name = node.text.substr(0, dot);
        const auto found = by_name_.find(name);
        if (dot == std::string::npos || found == by_name_.end()) {
            loading_.concepts.require({node.text, node.span}, loading_.diagnostics);
            return false;
        }
        const ConceptConfig& one = *found->second;
        const std::string lang = node.text.substr(dot + 1);
        // One whose terms are wrong has been told of already.
        const bool empty = one.terms.empty() && one.terms_files.empty();
        if (empty || has_language(one, lang)) return true;
        loading_.diagnostics
            .error(
                code::unknown_name,
                node.span,
                "concept " + cited(name) + " has no terms under " + cited(lang)
            )
            .label = "write " + cited(name) + " for the terms of all languages";
        return false;
    }

    Loading& loading_;
    std::unordered_map<std::string, const ConceptConfig*> by_name_;
};

void check_receivers(Loading& loading, const RouteConfig& route, const RouteConfig* parent) {
    // An inherited name is told once, where it stands.
    const bool inherited = parent != nullptr && route.receiver.value == parent->receiver.value;
    if (!route.receiver.value.empty() && !inherited)
        loading.receivers.require(route.receiver, loading.diagnostics);
    for (const RouteConfig& child : route.routes) check_receivers(loading, child, &route);
}

}  // namespace

void Names::add(const Located<std::string>& name, Diagnostics& diagnostics) {
    const auto [first, is_new] = spans_.emplace(name.value, name.span);
    if (is_new) {
        all_.push_back(name);
        return;
    }
    Diagnostic& fault = diagnostics.error(
        code::duplicate_name, name.span, "two " + what_ + "s are named " + cited(name.value)
    );
    fault.label = "second " + what_ + " of this name";
    fault.secondary.push_back({first->second, "first one is here"});
    fault.helps.emplace_back(
        what_ == "rule"
            ? "rename one; to change only severity or receiver, use a route instead of a copy"
            : "rename one"
    );
}

void Names::require(const Located<std::string>& name, Diagnostics& diagnostics) const {
    if (!has(name.value)) unknown_name(diagnostics, name, what_, all_);
}

void check_references(Loading& loading) {
    ConceptReferences concepts(loading);
    for (RuleConfig& rule : loading.config.rules) {
        if (!loading.options.file.empty()) {
            check_bare_names(loading, rule.from);
            check_bare_names(loading, rule.not_from);
        }
        if (!concepts.check(rule.match)) rule.match = MatchNode();
    }
    if (loading.config.route) check_receivers(loading, *loading.config.route, nullptr);
}

}  // namespace spokeswatch
