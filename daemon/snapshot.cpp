#include "daemon/snapshot.hpp"

#include <algorithm>
#include <utility>

namespace spokeswatch {

KindSpecs kind_specs() {
    KindSpecs specs;
    for (const ConnectorKind& kind : connector_kinds) {
        specs.connectors.push_back(
            {std::string(kind.name),
             kind.options(),
             kind.interval_default,
             kind.interval_floor,
             std::string(kind.summary)}
        );
    }
    for (const NotifierKind& kind : notifier_kinds) {
        specs.notifiers.push_back(
            {std::string(kind.name), kind.options(), {}, {}, std::string(kind.summary)}
        );
    }
    return specs;
}

NotifierDeps with_config(NotifierDeps deps, const Config& config) {
    deps.external_url = config.web.external_url;
    deps.timezone = config.global.timezone;
    return deps;
}

namespace {

// What only a kind can tell of its options: selectors, addresses, secrets, mentions.
void check_sources(const Config& config, Diagnostics& diagnostics) {
    for (const SourceConfig& source : config.sources) {
        const auto kind =
            std::ranges::find(connector_kinds, source.kind.value, &ConnectorKind::name);
        if (kind != connector_kinds.end() && kind->check != nullptr)
            kind->check(source, diagnostics);
    }
}

void check_receivers(const Config& config, Diagnostics& diagnostics) {
    for (const ReceiverConfig& receiver : config.receivers) {
        for (const TargetConfig& target : receiver.targets) {
            const auto kind = std::ranges::find(notifier_kinds, target.kind, &NotifierKind::name);
            if (kind != notifier_kinds.end()) kind->check(target, diagnostics);
        }
    }
}

}  // namespace

std::shared_ptr<Snapshot> load_snapshot(const LoadOptions& options, Diagnostics& diagnostics) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->config = load_config(options, diagnostics);
    // Rules and routes are compiled although the files have faults: every fault in one run. What
    // the loader could not read is not in the Config, so the rest can be looked at.
    snapshot->rules = RuleSet::compile(snapshot->config, diagnostics);
    snapshot->watches = WatchSet::compile(snapshot->config, diagnostics);
    snapshot->routes = RouteTree::compile(snapshot->config, diagnostics);
    check_sources(snapshot->config, diagnostics);
    snapshot->operations = RouteTree::compile_operations(snapshot->config, diagnostics);
    // Without its secrets (`match`) a receiver cannot be judged, and is not used either.
    if (options.read_secrets) check_receivers(snapshot->config, diagnostics);
    if (diagnostics.has_errors()) return nullptr;
    for (const SourceConfig& source : snapshot->config.sources) {
        SourceInfo info;
        info.name = source.name.value;
        info.kind = source.kind.value;
        info.labels = source.labels;
        snapshot->sources.emplace(info.name, std::move(info));
    }
    return snapshot;
}

std::vector<RuleTrail> explain(
    const Snapshot& snapshot,
    const Statement& statement,
    const SourceInfo* source,
    const std::string& rule
) {
    std::vector<RuleTrail> trails = snapshot.rules.explain(statement, source, rule);
    for (RuleTrail& trail : trails) {
        if (snapshot.watches.find(trail.rule) == nullptr) continue;
        trail = snapshot.watches.trail(
            trail.rule, statement, source, false, "judged with the history, when it comes in"
        );
    }
    return trails;
}

}  // namespace spokeswatch
