#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "alerts/receivers.hpp"
#include "alerts/route.hpp"
#include "config/config.hpp"
#include "connectors/kinds.hpp"
#include "rules/rule_set.hpp"
#include "rules/watches.hpp"

namespace spokeswatch {

// One configuration, compiled: immutable and swapped whole on reload. A batch or a delivery pins
// the one it started with.
struct Snapshot {
    Config config;
    RuleSet rules;
    WatchSet watches;
    RouteTree routes;
    RouteTree operations;                        // of operational events
    std::shared_ptr<const Receivers> receivers;  // null until the program has made them
    std::map<std::string, SourceInfo> sources;   // by name
};
using SnapshotPtr = std::shared_ptr<const Snapshot>;

// The options of every kind, for the loader.
KindSpecs kind_specs();

// Loads and compiles everything but the receivers, which need the running program's clients. The
// same code for `check`, start and reload. Null when `diagnostics` has an error.
std::shared_ptr<Snapshot> load_snapshot(const LoadOptions& options, Diagnostics& diagnostics);

// Why each rule is true of a statement or not, as RuleSet::explain says. What a watch over time
// makes of it only the history knows: it counts as missing.
std::vector<RuleTrail> explain(
    const Snapshot& snapshot,
    const Statement& statement,
    const SourceInfo* source,
    const std::string& rule = ""
);

// NotifierDeps of a configuration that say how messages look.
NotifierDeps with_config(NotifierDeps deps, const Config& config);

}  // namespace spokeswatch
