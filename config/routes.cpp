#include "config/codes.hpp"
#include "config/loader.hpp"

namespace spokeswatch {

namespace {

void read_group_by(Loading& loading, const Mapping& map, RouteConfig& into) {
    std::vector<Located<std::string>> labels;
    if (!loading.reader.texts(map, "group_by", labels, Reader::Texts::terms)) return;
    std::vector<std::string> names;
    for (const Located<std::string>& label : labels) {
        if (is_label_name(label.value)) {
            names.push_back(label.value);
            continue;
        }
        Diagnostic& fault = loading.diagnostics.error(
            code::bad_name, label.span, cited(label.value) + " cannot name a label"
        );
        fault.label = label.value == "..."
                          ? "leave `group_by` out: then every alert is a group of its own"
                          : "use letters, digits and `_`, no digit first";
    }
    into.group_by = std::move(names);
}

// What the words of a tree are called in messages.
struct TreeWords {
    Section section;
    const char* name;   // "`route`"
    const char* first;  // "first route, which takes every alert"
    const char* child;  // "route"
};
constexpr TreeWords route_words{
    Section::route, "`route`", "the first route, which takes every alert", "route"};
constexpr TreeWords operations_words{
    Section::operations, "`operations`", "the first node, which takes every event", "node"};

// What only a child may say: the root takes everything.
void refuse_in_root(Loading& loading, const Mapping& map, const char* key, const TreeWords& words) {
    if (!map[key]) return;
    loading.diagnostics
        .error(code::not_allowed, map.key_span(key), cited(key) + " cannot stand in " + words.first)
        .label = "put it into an item of `routes`";
}

void read_one(
    Loading& loading,
    Yaml value,
    const RouteConfig* parent,
    const TreeWords& words,
    RouteConfig& into
) {
    Mapping map(words.section, words.name, loading.diagnostics);
    map.add(value);
    into.span = value.span();
    if (parent != nullptr) {
        into.receiver = parent->receiver;
        into.group_by = parent->group_by;
        into.group_wait = parent->group_wait;
        into.group_interval = parent->group_interval;
    }
    if (const Yaml receiver = map["receiver"]) {
        const auto name = loading.reader.text_of(receiver, "`receiver`");
        if (name) into.receiver = {*name, receiver.span()};
    } else if (parent == nullptr && loading.config.receivers.size() == 1) {
        into.receiver = loading.config.receivers.front().name;
    } else if (parent == nullptr && !map.meant("receiver")) {
        loading.diagnostics
            .error(
                code::missing_key,
                into.span,
                "the first " + std::string(words.child) + " needs a `receiver`"
            )
            .label =
            "add `receiver: ...`: it gets what no other " + std::string(words.child) + " takes";
    }
    if (parent == nullptr) {
        refuse_in_root(loading, map, "matchers", words);
        refuse_in_root(loading, map, "continue", words);
    } else {
        into.matchers = read_matchers(loading, map, "matchers", false);
        loading.reader.flag(map, "continue", into.continue_);
    }
    if (words.section == Section::route) {
        read_group_by(loading, map, into);
        loading.reader.duration(map, "group_wait", into.group_wait);
        loading.reader.duration(map, "group_interval", into.group_interval);
    }
    for (const Yaml child : loading.reader.items(map, "routes", words.child)) {
        RouteConfig route;
        read_one(loading, child, &into, words, route);
        into.routes.push_back(std::move(route));
    }
}

void read_tree(
    Loading& loading, Yaml value, const TreeWords& words, std::optional<RouteConfig>& into
) {
    if (value.is_empty()) {
        loading.diagnostics.error(code::empty, value.span(), std::string(words.name) + " is empty")
            .label = "add `receiver: ...`";
        return;
    }
    into.emplace();
    read_one(loading, value, nullptr, words, *into);
}

}  // namespace

void read_route(Loading& loading, Yaml value) {
    read_tree(loading, value, route_words, loading.config.route);
}

void read_operations(Loading& loading, Yaml value) {
    read_tree(loading, value, operations_words, loading.config.operations);
}

void default_route(Loading& loading) {
    const auto& receivers = loading.config.receivers;
    if (receivers.size() > 1) {
        Diagnostic& fault = loading.diagnostics.error(
            code::missing_key, receivers[1].name.span, "there are several receivers and no `route`"
        );
        fault.label = "which of them gets what?";
        fault.helps.push_back("add `route: {receiver: " + receivers.front().name.value + "}`");
        return;
    }
    if (receivers.empty()) return;
    RouteConfig route;
    route.receiver = receivers.front().name;
    route.span = receivers.front().name.span;
    loading.config.route = std::move(route);
}

}  // namespace spokeswatch
