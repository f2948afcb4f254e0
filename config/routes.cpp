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

// What only a child may say: the root takes every alert.
void refuse_in_root(Loading& loading, const Mapping& map, const char* key) {
    if (!map[key]) return;
    loading.diagnostics
        .error(
            code::not_allowed,
            map.key_span(key),
            cited(key) + " cannot stand in the first route, which takes every alert"
        )
        .label = "put it into an item of `routes`";
}

void read_one(Loading& loading, Yaml value, const RouteConfig* parent, RouteConfig& into) {
    Mapping map(Section::route, "`route`", loading.diagnostics);
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
            .error(code::missing_key, into.span, "the first route needs a `receiver`")
            .label = "add `receiver: ...`: it gets what no other route takes";
    }
    if (parent == nullptr) {
        refuse_in_root(loading, map, "matchers");
        refuse_in_root(loading, map, "continue");
    } else {
        into.matchers = read_matchers(loading, map, "matchers", false);
        loading.reader.flag(map, "continue", into.continue_);
    }
    read_group_by(loading, map, into);
    loading.reader.duration(map, "group_wait", into.group_wait);
    loading.reader.duration(map, "group_interval", into.group_interval);
    for (const Yaml child : loading.reader.items(map, "routes", "route")) {
        RouteConfig route;
        read_one(loading, child, &into, route);
        into.routes.push_back(std::move(route));
    }
}

}  // namespace

void read_route(Loading& loading, Yaml value) {
    if (value.is_empty()) {
        loading.diagnostics.error(code::empty, value.span(), "`route` is empty").label =
            "add `receiver: ...`";
        return;
    }
    loading.config.route.emplace();
    read_one(loading, value, nullptr, *loading.config.route);
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
