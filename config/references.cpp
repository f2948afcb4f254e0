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

// Language tags that the terms of a concept stand under, in their order.
std::vector<std::string> languages_of(const ConceptConfig& concept_config) {
    std::vector<std::string> tags;
    const auto add = [&tags](const auto& terms) {
        if (!terms.lang.empty() && std::find(tags.begin(), tags.end(), terms.lang) == tags.end())
            tags.push_back(terms.lang);
    };
    for (const Term& one : concept_config.terms) add(one);
    for (const TermsFile& one : concept_config.terms_files) add(one);
    return tags;
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
        const std::vector<std::string> languages = languages_of(one);
        // One whose terms are wrong has been told of already.
        const bool empty = one.terms.empty() && one.terms_files.empty();
        if (empty || std::find(languages.begin(), languages.end(), lang) != languages.end())
            return true;
        std::string listed;
        for (const std::string& tag : languages)
            listed += (listed.empty() ? "" : ", ") + cited(tag);
        loading_.diagnostics
            .error(
                code::unknown_name,
                node.span,
                "concept " + cited(name) + " has no terms in " + cited(lang)
            )
            .label = listed.empty() ? "write " + cited(name) + ": its terms are of no language"
                                    : "it has " + listed;
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
        const bool good = check_watch(loading, rule) && concepts.check(rule.match);
        if (!good) rule.match = MatchNode();
    }
    for (const auto& tree : {loading.config.route, loading.config.operations})
        if (tree) check_receivers(loading, *tree, nullptr);
}

}  // namespace spokeswatch
