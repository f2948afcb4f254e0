#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"
#include "model/source.hpp"
#include "rules/matchers.hpp"

namespace spokeswatch {

// One way out that an alert takes.
struct RouteHit {
    std::string path;  // "/" for the root, "/0/2" below it: for the trail
    std::string receiver;
    std::vector<std::string> group_by;  // empty: one group per alert
    Duration group_wait{};
    Duration group_interval{};
};

// The route tree of the configuration, compiled. The words mean what they mean in Alertmanager:
// the deepest matching route wins, siblings are tried in order, the first one that matches ends the
// search unless it says `continue`.
class RouteTree {
  public:
    static RouteTree compile(const Config& config, Diagnostics& diagnostics);
    // The tree under `operations`; without one nothing matches.
    static RouteTree compile_operations(const Config& config, Diagnostics& diagnostics);

    // `labels`: the alert's, with `rule` and `severity` among them. A receiver that two routes lead
    // to is in the answer once, by the first of them: nobody is told twice.
    [[nodiscard]] std::vector<RouteHit> match(const Labels& labels) const;

  private:
    struct Node {
        RouteHit hit;
        Matchers matchers;
        bool continue_ = false;
        std::vector<Node> children;
    };
    static Node compile_node(
        const RouteConfig& config,
        const RouteHit& inherited,
        std::string path,
        Diagnostics& diagnostics
    );
    static bool collect(const Node& node, const Labels& labels, std::vector<RouteHit>& hits);

    Node root_;
};

// Stable id of the group that an alert falls into by this route: 16 hex digits.
// `labels` as in match(), with `story` (its id) and `alert` among them.
std::string group_id(const RouteHit& hit, const Labels& labels);

}  // namespace spokeswatch
