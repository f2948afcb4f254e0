#include "alerts/route.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;
using namespace std::chrono_literals;

namespace {

MatcherConfig equals(const std::string& label, const std::string& value) {
    MatcherConfig matcher;
    matcher.parts.push_back({label, MatcherOp::equal, value});
    return matcher;
}

RouteConfig to(const std::string& receiver) {
    RouteConfig route;
    route.receiver.value = receiver;
    return route;
}

RouteTree compile(RouteConfig root) {
    Config config;
    config.route = std::move(root);
    Diagnostics diagnostics;
    RouteTree tree = RouteTree::compile(config, diagnostics);
    REQUIRE_FALSE(diagnostics.has_errors());
    return tree;
}

std::vector<std::string> receivers(const RouteTree& tree, const Labels& labels) {
    std::vector<std::string> names;
    for (const RouteHit& hit : tree.match(labels)) names.push_back(hit.receiver);
    return names;
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("the deepest matching route wins and the root takes the rest") {
    RouteConfig root = to("desk");
    RouteConfig asia = to("asia");
    asia.matchers.push_back(equals("desk", "asia"));
    RouteConfig night = to("asia_critical");
    night.matchers.push_back(equals("severity", "critical"));
    asia.routes.push_back(night);
    root.routes.push_back(asia);
    const RouteTree tree = compile(root);
    CHECK(receivers(tree, {{"desk", "asia"}, {"severity", "critical"}}) == Names{"asia_critical"});
    CHECK(receivers(tree, {{"desk", "asia"}, {"severity", "info"}}) == Names{"asia"});
    CHECK(receivers(tree, {{"severity", "critical"}}) == Names{"desk"});
}

TEST_CASE("the first matching sibling ends the search unless it continues") {
    RouteConfig root = to("desk");
    RouteConfig on_call = to("on_call");
    on_call.matchers.push_back(equals("severity", "critical"));
    on_call.continue_ = true;
    RouteConfig asia = to("asia");
    asia.matchers.push_back(equals("desk", "asia"));
    RouteConfig everything = to("all");
    root.routes = {on_call, asia, everything};
    const RouteTree tree = compile(root);
    CHECK(
        receivers(tree, {{"severity", "critical"}, {"desk", "asia"}}) == Names{"on_call", "asia"}
    );
    CHECK(receivers(tree, {{"severity", "critical"}}) == Names{"on_call", "all"});
    CHECK(receivers(tree, {{"desk", "asia"}}) == Names{"asia"});
}

TEST_CASE("a receiver that two routes lead to is told once") {
    RouteConfig root = to("desk");
    RouteConfig first = to("desk");
    first.matchers.push_back(equals("severity", "critical"));
    first.continue_ = true;
    RouteConfig second = to("desk");
    root.routes = {first, second};
    CHECK(receivers(compile(root), {{"severity", "critical"}}) == Names{"desk"});
}

TEST_CASE("without grouping an alert waits for nothing; with it the usual times hold") {
    RouteConfig root = to("desk");
    const RouteHit alone = compile(root).match({}).front();
    CHECK(alone.group_wait == 0s);
    CHECK(alone.group_interval == 0s);

    root.group_by = std::vector<std::string>{"story"};
    const RouteHit grouped = compile(root).match({}).front();
    CHECK(grouped.group_wait == 10s);
    CHECK(grouped.group_interval == 1min);

    root.group_wait = 3s;
    RouteConfig child = to("child");
    root.routes.push_back(child);
    const RouteHit inherited = compile(root).match({}).front();
    CHECK(inherited.receiver == "child");
    CHECK(inherited.group_wait == 3s);
    CHECK(inherited.group_by == std::vector<std::string>{"story"});
}

TEST_CASE("a group is one receiver and the values of its labels") {
    RouteHit hit;
    hit.receiver = "desk";
    CHECK(group_id(hit, {{"alert", "A"}}) != group_id(hit, {{"alert", "B"}}));
    hit.group_by = {"story"};
    CHECK(
        group_id(hit, {{"alert", "A"}, {"story", "S"}}) ==
        group_id(hit, {{"alert", "B"}, {"story", "S"}})
    );
    RouteHit other = hit;
    other.receiver = "asia";
    CHECK(group_id(hit, {{"story", "S"}}) != group_id(other, {{"story", "S"}}));
    CHECK(group_id(hit, {{"story", "S"}}).size() == 16);
}
