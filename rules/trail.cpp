#include "rules/trail.hpp"

#include <algorithm>

namespace spokeswatch {

namespace {

using Op = Condition::Op;

// So many rules are looked at for a near miss: a word that half of ten thousand rules have must not
// cost ten thousand evaluations.
constexpr std::size_t looked_at_max = 2'000;

// Name of the field where a condition looks at one alone; empty for the usual ones.
std::string field_of(std::uint8_t fields) {
    switch (fields) {
        case field_bit::title:
            return "title";
        case field_bit::text:
            return "text";
        case field_bit::alt:
            return "alt";
        case field_bit::quote:
            return "quote";
        case field_bit::author:
            return "author";
        default:
            return "";
    }
}

std::string name_of(EntityKind kind) {
    switch (kind) {
        case EntityKind::tag:
            return "tag";
        case EntityKind::mention:
            return "mention";
        case EntityKind::link:
            break;
    }
    return "link";
}

std::size_t missing_in(const TrailNode& node) {
    if (node.holds) return 0;
    if (node.condition != "all") return 1;
    std::size_t missing = 0;
    for (const TrailNode& child : node.children) missing += missing_in(child);
    return std::max<std::size_t>(missing, 1);
}

}  // namespace

bool TrailMaker::reads(const CompiledRule& rule) const {
    return std::find(rule.forms.begin(), rule.forms.end(), statement_.form) != rule.forms.end();
}

TrailNode TrailMaker::forms_node(const CompiledRule& rule) const {
    TrailNode node;
    node.condition = "statements";
    for (const Form form : rule.forms) {
        if (!node.term.empty()) node.term += ", ";
        node.term += to_string(form);
    }
    node.holds = reads(rule);
    if (!node.holds)
        node.note = "a " + std::string(to_string(statement_.form)) + " is not among `statements`";
    return node;
}

TrailNode TrailMaker::source_node(const char* name, const Matchers& matchers, bool excludes) const {
    TrailNode node;
    node.condition = name;
    const bool any = matchers.any(*source_);
    node.holds = any != excludes;
    const auto items = matchers.items();
    for (std::size_t i = 0; i < items.size(); ++i) {
        TrailNode item;
        item.condition = "source";
        item.term = items[i];
        item.holds = matchers.holds(i, *source_);
        if (!node.term.empty()) node.term += ", ";
        node.term += item.term;
        if (node.children.size() < trail_children_max)
            node.children.push_back(std::move(item));
        else
            ++node.more;
    }
    if (node.holds) return node;
    const auto source = source_->find("source");
    node.note = "source `" + (source == source_->end() ? "" : source->second) + "` is " +
                (excludes ? "excluded by" : "not in") + " `" + name + "`";
    return node;
}

RuleTrail TrailMaker::trail(std::uint32_t number) {
    const CompiledRule& rule = program_.rules[number];
    RuleTrail trail;
    trail.rule = rule.name;
    trail.severity = rule.severity;
    trail.conditions.push_back(forms_node(rule));
    if (source_ != nullptr && !rule.from.empty())
        trail.conditions.push_back(source_node("from", rule.from, false));
    if (source_ != nullptr && !rule.not_from.empty())
        trail.conditions.push_back(source_node("not_from", rule.not_from, true));
    trail.conditions.push_back(node(rule.top));
    for (const TrailNode& condition : trail.conditions) trail.missing += missing_in(condition);
    trail.matched = trail.missing == 0;
    return trail;
}

TrailNode TrailMaker::node(std::uint32_t number) {
    const Condition& condition = program_.conditions[number];
    TrailNode node;
    node.holds = evaluation_.holds(number);
    if (condition.op != Op::all && !node.holds) node.note = evaluation_.why_not(number);
    switch (condition.op) {
        case Op::all:
            node.condition = "all";
            add_children(condition, node);
            return node;
        case Op::none:
            node.condition = "none";
            add_children(condition, node);
            return node;
        case Op::any:
            if (condition.shared) {  // a concept: its terms may be a million
                node.condition = "concept";
                node.term = program_.terms[condition.term];
                break;
            }
            node.condition = "any";
            if (condition.at_least > 1)
                node.term = "at_least " + std::to_string(condition.at_least);
            add_children(condition, node);
            return node;
        case Op::near:
            node.condition = condition.ordered ? "before" : "near";
            add_children(condition, node);
            node.term = side_text(program_.children[condition.first_child]) + ".." +
                        side_text(program_.children[condition.first_child + 1]);
            if (const std::string apart = evaluation_.distance(number); !apart.empty())
                node.note = apart;
            break;
        case Op::phrase:
        case Op::exact:
        case Op::exact_signs:
        case Op::regex: {
            const std::string field = field_of(condition.fields);
            node.condition = !field.empty()               ? "field"
                             : condition.op == Op::phrase ? "phrase"
                             : condition.op == Op::regex  ? "regex"
                                                          : "exact";
            node.term =
                (field.empty() ? "" : field + ": ") + std::string(program_.terms[condition.term]);
            break;
        }
        case Op::entity:
            node.condition = "field";
            node.term =
                name_of(condition.entity) + ": " + std::string(program_.terms[condition.term]);
            break;
        case Op::always:
            node.condition = "everything";
            return node;
        case Op::never:
            node.condition = "never";
            return node;
    }
    if (node.holds) add_hits(number, node);
    return node;
}

// One side of a near: a phrase, a concept, or any of these.
std::string TrailMaker::side_text(std::uint32_t number) const {
    constexpr std::uint32_t shown_max = 5;
    const Condition& condition = program_.conditions[number];
    if (condition.op != Op::any || condition.shared)
        return std::string(program_.terms[condition.term]);
    std::string text;
    for (std::uint32_t i = 0; i < condition.child_count; ++i) {
        if (i > 0) text += ", ";
        if (i == shown_max) return text + "...";
        text += side_text(program_.children[condition.first_child + i]);
    }
    return text;
}

// In the order of the rule; of more than are shown, those that hold come before the others.
void TrailMaker::add_children(const Condition& condition, TrailNode& into) {
    const std::uint32_t* child = program_.children.data() + condition.first_child;
    std::vector<std::uint32_t> shown(child, child + condition.child_count);
    if (shown.size() > trail_children_max) {
        into.more = shown.size() - trail_children_max;
        std::stable_partition(shown.begin(), shown.end(), [&](std::uint32_t number) {
            return evaluation_.holds(number);
        });
        shown.resize(trail_children_max);
    }
    for (const std::uint32_t number : shown) into.children.push_back(node(number));
}

void TrailMaker::add_hits(std::uint32_t condition, TrailNode& into) {
    into.hits = evaluation_.hits(condition);
    if (into.hits.size() <= trail_hits_max) return;
    into.more += into.hits.size() - trail_hits_max;
    into.hits.resize(trail_hits_max);
}

void TrailMaker::count(std::uint32_t number, Count& into) {
    const Condition& condition = program_.conditions[number];
    if (condition.op == Op::all) {
        for (std::uint32_t i = 0; i < condition.child_count && into.missing < 2; ++i)
            count(program_.children[condition.first_child + i], into);
        return;
    }
    if (!evaluation_.holds(number))
        ++into.missing;
    else if (condition.op != Op::none && condition.op != Op::always)
        ++into.there;
}

TrailMaker::Count TrailMaker::count_rule(std::uint32_t number) {
    const CompiledRule& rule = program_.rules[number];
    Count found;
    if (!reads(rule)) ++found.missing;
    if (source_ != nullptr) {
        if (!rule.from.empty() && !rule.from.any(*source_)) ++found.missing;
        if (!rule.not_from.empty() && rule.not_from.any(*source_)) ++found.missing;
    }
    if (found.missing < 2) count(rule.top, found);
    return found;
}

std::vector<std::uint32_t> TrailMaker::almost() {
    std::vector<std::pair<std::size_t, std::uint32_t>> found;  // conditions that are there, rule
    std::vector<std::uint32_t> rules = evaluation_.near_candidates();
    if (rules.size() > looked_at_max) rules.resize(looked_at_max);
    for (const std::uint32_t rule : rules) {
        const Count count = count_rule(rule);
        const bool waits =
            !std::binary_search(program_.always.begin(), program_.always.end(), rule);
        if (count.missing == 1 && (count.there > 0 || waits)) found.emplace_back(count.there, rule);
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.first > b.first;
    });
    if (found.size() > trail_almost_max) found.resize(trail_almost_max);
    std::vector<std::uint32_t> numbers;
    for (const auto& [there, rule] : found) numbers.push_back(rule);
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

}  // namespace spokeswatch
