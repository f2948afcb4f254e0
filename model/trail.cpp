#include "model/trail.hpp"

#include <array>
#include <exception>
#include <utility>

#include <boost/json.hpp>

#include "model/enum_names.hpp"
#include "model/highlight_json.hpp"

namespace spokeswatch {

namespace json = boost::json;

namespace {

constexpr EnumNames<8> outcome_names{
    "opened",
    "evidence",
    "completed",
    "edited",
    "unchanged",
    "known",
    "first_poll",
    "too_old",
};

constexpr EnumNames<8> outcome_words{
    "opened the alert",
    "a new voice in the alert: told",
    "a voice that was heard before: kept with the alert, not told again",
    "evidence whose words changed: told",
    "evidence whose edit changed none of its words: kept",
    "the rule matched the revision before",
    "in the first poll of its source: stored, never alerted",
    "older than max_age when it was seen",
};

// Two levels of JSON a condition; YAML ends at 64 levels.
constexpr std::size_t depth_max = 256;

const TrailNode* first_missing(const std::vector<TrailNode>& nodes) {
    for (const TrailNode& node : nodes) {
        if (node.holds) continue;
        const TrailNode* inner = node.condition == "all" ? first_missing(node.children) : nullptr;
        return inner != nullptr ? inner : &node;
    }
    return nullptr;
}

// ---- Writing -------------------------------------------------------------------------------

json::object node_object(const TrailNode& node) {
    json::object out;
    out.emplace("condition", node.condition);
    if (!node.term.empty()) out.emplace("term", node.term);
    out.emplace("holds", node.holds);
    if (!node.note.empty()) out.emplace("note", node.note);
    json::array hits;
    for (const TrailHit& hit : node.hits) {
        json::object item = to_json(hit.place);
        item.emplace("text", hit.text);
        hits.push_back(std::move(item));
    }
    if (!hits.empty()) out.emplace("hits", std::move(hits));
    json::array children;
    for (const TrailNode& child : node.children) children.push_back(node_object(child));
    if (!children.empty()) out.emplace("children", std::move(children));
    if (node.more > 0) out.emplace("more", node.more);
    return out;
}

json::object rule_object(const RuleTrail& trail) {
    json::object out;
    out.emplace("rule", trail.rule);
    out.emplace("severity", to_string(trail.severity));
    out.emplace("matched", trail.matched);
    out.emplace("missing", trail.missing);
    json::array conditions;
    for (const TrailNode& node : trail.conditions) conditions.push_back(node_object(node));
    out.emplace("conditions", std::move(conditions));
    if (const TrailNode* missing = trail.nearest_miss()) {
        json::object miss;
        miss.emplace("condition", missing->condition);
        if (!missing->term.empty()) miss.emplace("term", missing->term);
        miss.emplace("why", missing->note);
        out.emplace("nearest_miss", std::move(miss));
    }
    return out;
}

json::object decision_object(const Decision& decision) {
    json::object out;
    out.emplace("rule", decision.rule);
    out.emplace("outcome", to_string(decision.outcome));
    if (!decision.alert_id.empty()) out.emplace("alert", decision.alert_id);
    json::array routes;
    for (const RouteTaken& route : decision.routes) {
        json::object item;
        item.emplace("path", route.path);
        item.emplace("receiver", route.receiver);
        routes.push_back(std::move(item));
    }
    if (!routes.empty()) out.emplace("routes", std::move(routes));
    return out;
}

// ---- Reading what to_json wrote: anything else throws, and is caught in one place ----------

std::string get_text(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value == nullptr ? std::string() : std::string(value->as_string());
}

std::size_t get_size(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value == nullptr ? 0 : value->to_number<std::size_t>();
}

// Calls `use` with every object of a list; an absent list is empty.
template <typename Use>
void each_object(const json::object& object, std::string_view key, Use use) {
    const json::value* value = object.if_contains(key);
    if (value == nullptr) return;
    for (const json::value& item : value->as_array()) use(item.as_object());
}

TrailNode get_node(const json::object& object) {
    TrailNode node;
    node.condition = get_text(object, "condition");
    node.term = get_text(object, "term");
    node.holds = object.at("holds").as_bool();
    node.note = get_text(object, "note");
    each_object(object, "hits", [&](const json::object& item) {
        TrailHit& hit = node.hits.emplace_back();
        hit.place = highlight_from_json(item);
        hit.text = get_text(item, "text");
    });
    each_object(object, "children", [&](const json::object& child) {
        node.children.push_back(get_node(child));
    });
    node.more = get_size(object, "more");
    return node;
}

RuleTrail get_rule(const json::object& object) {
    RuleTrail trail;
    trail.rule = get_text(object, "rule");
    trail.severity = parse_severity(get_text(object, "severity")).value();
    trail.matched = object.at("matched").as_bool();
    trail.missing = get_size(object, "missing");
    each_object(object, "conditions", [&](const json::object& node) {
        trail.conditions.push_back(get_node(node));
    });
    return trail;
}

Decision get_decision(const json::object& object) {
    Decision decision;
    decision.rule = get_text(object, "rule");
    decision.outcome = parse_outcome(get_text(object, "outcome")).value();
    decision.alert_id = get_text(object, "alert");
    each_object(object, "routes", [&](const json::object& route) {
        decision.routes.push_back({get_text(route, "path"), get_text(route, "receiver")});
    });
    return decision;
}

}  // namespace

const TrailNode* RuleTrail::nearest_miss() const {
    return matched ? nullptr : first_missing(conditions);
}

std::string_view to_string(MatchOutcome outcome) { return enum_name(outcome_names, outcome); }
std::optional<MatchOutcome> parse_outcome(std::string_view text) {
    return enum_value<MatchOutcome>(outcome_names, text);
}
std::string_view in_words(MatchOutcome outcome) { return enum_name(outcome_words, outcome); }

std::string to_json(const RuleTrail& trail) { return json::serialize(rule_object(trail)); }

std::string to_json(const Trail& trail, std::size_t bytes_max) {
    json::array decisions;
    for (const Decision& decision : trail.decisions) decisions.push_back(decision_object(decision));
    json::array rules;
    const std::string kept = json::serialize(decisions);
    std::size_t bytes = kept.size();
    for (const bool matched : {true, false}) {
        for (const RuleTrail& rule : trail.rules) {
            if (rule.matched != matched) continue;
            json::object whole = rule_object(rule);
            std::size_t size = json::serialize(whole).size();
            if (bytes + size > bytes_max && matched) {
                whole["conditions"] = json::array();
                size = json::serialize(whole).size();
            }
            if (bytes + size > bytes_max) continue;
            bytes += size;
            rules.push_back(std::move(whole));
        }
    }
    json::object out;
    out.emplace("rules", std::move(rules));
    out.emplace("decisions", std::move(decisions));
    return json::serialize(out);
}

std::optional<Trail> trail_from_json(std::string_view text) {
    try {
        json::parse_options options;
        options.max_depth = depth_max;
        const json::value parsed = json::parse(text, {}, options);
        const json::object& object = parsed.as_object();
        Trail trail;
        each_object(object, "rules", [&](const json::object& rule) {
            trail.rules.push_back(get_rule(rule));
        });
        each_object(object, "decisions", [&](const json::object& decision) {
            trail.decisions.push_back(get_decision(decision));
        });
        return trail;
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

}  // namespace spokeswatch
