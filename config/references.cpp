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

// `x` or `x.en`; a name may hold a dot itself.
bool check_concepts(Loading& loading, const MatchNode& node) {
    bool good = true;
    if (node.kind == MatchNode::Kind::concept_ && !loading.concepts.has(node.text)) {
        const std::string before_dot = node.text.substr(0, node.text.rfind('.'));
        if (!loading.concepts.has(before_dot)) {
            loading.concepts.require({node.text, node.span}, loading.diagnostics);
            good = false;
        }
    }
    for (const MatchNode& child : node.children) good = check_concepts(loading, child) && good;
    return good;
}

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
    for (RuleConfig& rule : loading.config.rules) {
        check_bare_names(loading, rule.from);
        check_bare_names(loading, rule.not_from);
        const bool good = check_watch(loading, rule) && check_concepts(loading, rule.match);
        if (!good) rule.match = MatchNode();
    }
    if (loading.config.route) check_receivers(loading, *loading.config.route, nullptr);
}

}  // namespace spokeswatch
