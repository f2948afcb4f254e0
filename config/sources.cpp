#include <algorithm>
#include <array>
#include <filesystem>

#include "config/codes.hpp"
#include "config/loader.hpp"

namespace spokeswatch {

namespace {

constexpr Duration interval_min = std::chrono::milliseconds(10);

constexpr std::array<std::pair<std::string_view, Form>, 6> ignorable{{
    {"posts", Form::post},
    {"replies", Form::reply},
    {"reposts", Form::repost},
    {"quotes", Form::quote},
    {"articles", Form::article},
    {"services", Form::service},
}};

// What people call a kind.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> other_kinds{{
    {"rss", "feed"},
    {"atom", "feed"},
    {"json_feed", "feed"},
    {"telegram", "telegram_web"},
    {"twitter", "x"},
}};

const KindSpec* find_kind(const Loading& loading, const std::string& name) {
    for (const KindSpec& kind : loading.options.kinds.connectors) {
        if (kind.name == name) return &kind;
    }
    return nullptr;
}

void unknown_kind(Loading& loading, const Located<std::string>& kind) {
    const auto later = later_source_kinds();
    if (std::find(later.begin(), later.end(), kind.value) != later.end()) {
        not_in_this_version(loading.diagnostics, kind.span, "kind " + cited(kind.value));
        return;
    }
    std::vector<std::string> names;
    std::string list;
    for (const KindSpec& known : loading.options.kinds.connectors) {
        names.push_back(known.name);
        list += (list.empty() ? "" : ", ") + known.name;
    }
    Diagnostic& fault = loading.diagnostics.error(
        code::unknown_name, kind.span, "no kind of source is named " + cited(kind.value)
    );
    std::string near = nearest(kind.value, names);
    for (const auto& [other, meant] : other_kinds) {
        if (other == kind.value && find_kind(loading, std::string(meant)) != nullptr) near = meant;
    }
    if (!near.empty()) fault.label = "did you mean " + cited(near) + "?";
    fault.notes.push_back("kinds: " + list);
}

void read_ignore(Loading& loading, const Mapping& map, std::vector<Form>& into) {
    std::vector<Located<std::string>> words;
    if (!loading.reader.texts(map, "ignore", words)) return;
    std::vector<std::string> choices;
    for (const auto& [plural, form] : ignorable) choices.emplace_back(plural);
    for (const auto& word : words) {
        const auto found =
            std::find_if(ignorable.begin(), ignorable.end(), [&word](const auto& pair) {
                return pair.first == word.value || to_string(pair.second) == word.value;
            });
        if (found != ignorable.end()) {
            into.push_back(found->second);
            continue;
        }
        Diagnostic& fault = loading.diagnostics.error(
            code::not_allowed, word.span, "`ignore` cannot hold " + cited(word.value)
        );
        const std::string near = nearest(word.value, choices);
        if (!near.empty()) fault.label = "did you mean " + cited(near) + "?";
        fault.notes.emplace_back("allowed: posts, replies, reposts, quotes, articles, services");
    }
}

// The first of: the source's own, `global`'s, the kind's.
void read_interval(Loading& loading, const Mapping& map, const KindSpec& kind, SourceConfig& into) {
    into.poll_interval = loading.config.global.poll_interval.value_or(kind.interval_default);
    if (!loading.reader.duration(map, "poll_interval", into.poll_interval, interval_min)) return;
    if (into.poll_interval >= kind.interval_floor) return;
    loading.diagnostics
        .warning(
            code::below_floor,
            map["poll_interval"].span(),
            "kind " + cited(kind.name) + " should not be polled more often than every " +
                format_duration(kind.interval_floor)
        )
        .label = "it is done as you say";
}

void read_ca_file(Loading& loading, const Mapping& map, std::string& into) {
    const Yaml value = map["ca_file"];
    if (!value || !loading.reader.text_of(value, "`ca_file`")) return;
    const std::filesystem::path path = path_from(loading, value);
    std::error_code failure;
    if (std::filesystem::is_regular_file(path, failure)) {
        into = path.string();
        return;
    }
    loading.diagnostics.error(code::place, value.span(), "cannot read `ca_file`: no such file")
        .label = path.string();
}

}  // namespace

void read_source(Loading& loading, Yaml item) {
    SourceConfig source;
    const std::string title = titled("source", item);
    const Yaml kind_value = value_of(item, "kind");
    const KindSpec* kind = nullptr;
    if (kind_value) {
        if (const auto text = loading.reader.text_of(kind_value, "`kind`")) {
            source.kind = {*text, kind_value.span()};
            kind = find_kind(loading, *text);
            if (kind == nullptr) unknown_kind(loading, source.kind);
        }
    }
    Mapping map(Section::source, title, loading.diagnostics);
    if (kind != nullptr) {
        map.add(item, option_keys(kind->options));
    } else {
        // Without a kind nobody knows which keys are right.
        std::vector<std::string> any;
        for (std::size_t i = 0; i < item.size(); ++i) {
            if (kind_value || item.key(i).text() != "type") any.push_back(item.key(i).text());
        }
        map.add(item, any);
    }
    if (loading.reader.name(map, source.name))
        loading.sources.add(source.name, loading.diagnostics);
    if (!kind_value && !map.meant("kind"))
        loading.diagnostics.error(code::missing_key, map.span(), title + " needs a `kind`").label =
            "add `kind: feed` or another";

    Reader& reader = loading.reader;
    const GlobalConfig& global = loading.config.global;
    source.poll_timeout = global.poll_timeout;
    source.max_age = global.max_age;
    reader.labels(map, "labels", source.labels);
    reader.duration(map, "poll_timeout", source.poll_timeout, interval_min);
    reader.duration(map, "max_age", source.max_age);
    reader.duration(map, "backfill", source.backfill);
    reader.time_zone(map, "timezone", source.timezone);
    reader.flag(map, "allow_private", source.allow_private);
    reader.url(map, "proxy_url", source.proxy_url);
    reader.text(map, "user_agent", source.user_agent);
    reader.text(map, "lang", source.lang);
    read_ca_file(loading, map, source.ca_file);
    read_ignore(loading, map, source.ignore);
    if (kind != nullptr) {
        read_interval(loading, map, *kind, source);
        const Span owner = source.name.span.file ? source.name.span : map.span();
        read_options(loading, kind->options, map, title, owner, source.options);
    }
    loading.config.sources.push_back(std::move(source));
}

}  // namespace spokeswatch
