#include "alerts/route.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/crypto.hpp"

namespace spokeswatch {

namespace {

constexpr Duration group_wait_default = std::chrono::seconds(10);
constexpr Duration group_interval_default = std::chrono::minutes(1);

}  // namespace

RouteTree::Node RouteTree::compile_node(
    const RouteConfig& config, const RouteHit& inherited, std::string path, Diagnostics& diagnostics
) {
    Node node;
    node.hit = inherited;
    node.hit.path = path;
    if (!config.receiver.value.empty()) node.hit.receiver = config.receiver.value;
    if (config.group_by) {
        node.hit.group_by = *config.group_by;
        // Alone, an alert waits for nothing; grouped, it waits for company.
        node.hit.group_wait = node.hit.group_by.empty() ? Duration{} : group_wait_default;
        node.hit.group_interval = node.hit.group_by.empty() ? Duration{} : group_interval_default;
    }
    if (config.group_wait) node.hit.group_wait = *config.group_wait;
    if (config.group_interval) node.hit.group_interval = *config.group_interval;
    node.matchers = Matchers::compile(config.matchers, "", diagnostics);
    node.continue_ = config.continue_;
    const std::string prefix = path == "/" ? "/" : path + "/";
    for (std::size_t i = 0; i < config.routes.size(); ++i) {
        node.children.push_back(
            compile_node(config.routes[i], node.hit, prefix + std::to_string(i), diagnostics)
        );
    }
    return node;
}

RouteTree RouteTree::compile(const Config& config, Diagnostics& diagnostics) {
    RouteTree tree;
    RouteHit base;
    if (config.route) {
        tree.root_ = compile_node(*config.route, base, "/", diagnostics);
    } else {
        if (!config.receivers.empty()) base.receiver = config.receivers.front().name.value;
        base.path = "/";
        tree.root_.hit = base;
    }
    return tree;
}

RouteTree RouteTree::compile_operations(const Config& config, Diagnostics& diagnostics) {
    RouteTree tree;
    if (config.operations)
        tree.root_ = compile_node(*config.operations, RouteHit{}, "/", diagnostics);
    return tree;
}

bool RouteTree::collect(const Node& node, const Labels& labels, std::vector<RouteHit>& hits) {
    if (!node.matchers.empty() && !node.matchers.all(labels)) return false;
    bool taken = false;
    for (const Node& child : node.children) {
        if (!collect(child, labels, hits)) continue;
        taken = true;
        if (!child.continue_) break;
    }
    if (!taken) hits.push_back(node.hit);
    return true;
}

std::vector<RouteHit> RouteTree::match(const Labels& labels) const {
    std::vector<RouteHit> hits;
    collect(root_, labels, hits);
    std::vector<RouteHit> once;
    for (RouteHit& hit : hits) {
        const bool repeated = std::ranges::any_of(once, [&](const RouteHit& earlier) {
            return earlier.receiver == hit.receiver;
        });
        if (!repeated && !hit.receiver.empty()) once.push_back(std::move(hit));
    }
    return once;
}

std::string group_id(const RouteHit& hit, const Labels& labels) {
    const auto value = [&](const std::string& label) {
        const auto found = labels.find(label);
        return found == labels.end() ? std::string{} : found->second;
    };
    std::string identity = hit.receiver;
    if (hit.group_by.empty()) {
        identity += '\0' + value("alert");
    } else if (hit.group_by.size() == 1 && hit.group_by.front() == "...") {
        for (const auto& [name, text] : labels)
            identity.append(1, '\0').append(name).append(1, '\0').append(text);
    } else {
        for (const std::string& name : hit.group_by) identity += '\0' + name + '\0' + value(name);
    }
    return sha256_hex(identity).substr(0, 16);
}

}  // namespace spokeswatch
