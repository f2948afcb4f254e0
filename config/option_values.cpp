#include <algorithm>

#include "config/codes.hpp"
#include "config/loader.hpp"

namespace spokeswatch {

namespace {

std::optional<Duration> as_seconds(const std::optional<std::int64_t>& seconds) {
    if (!seconds) return std::nullopt;
    return std::chrono::seconds(*seconds);
}

std::optional<Options::Value> read_value(Loading& loading, const OptionSpec& spec, Yaml value) {
    Reader& reader = loading.reader;
    const std::string what = cited(spec.name);
    const auto some = [](auto read) -> std::optional<Options::Value> {
        if (!read) return std::nullopt;
        return Options::Value(std::move(*read));
    };
    switch (spec.type) {
        case OptionType::text:
            return some(reader.text_of(value, what));
        case OptionType::url:
            return some(reader.url_of(value, what));
        case OptionType::whole:
            return some(reader.whole_of(value, what, spec.low, spec.high));
        case OptionType::flag:
            return some(reader.flag_of(value, what));
        case OptionType::duration:
            return some(reader.duration_of(value, what, as_seconds(spec.low), as_seconds(spec.high))
            );
        case OptionType::choice:
            return some(reader.choice_of(value, what, spec.choices));
        case OptionType::path: {
            if (!reader.text_of(value, what)) return std::nullopt;
            return path_from(loading, value).string();
        }
        case OptionType::texts: {
            const auto texts = reader.texts_of(value, what);
            if (!texts) return std::nullopt;
            std::vector<std::string> plain;
            for (const auto& text : *texts) plain.push_back(text.value);
            return plain;
        }
        case OptionType::secret:
        case OptionType::mapping:
            break;  // read by the caller: several keys
    }
    return std::nullopt;
}

// One mapping of options while it is read.
struct Place {
    const Mapping& map;
    std::string owner;  // "source `x`"
    Span owner_span;
    std::string prefix;  // of the names that its values are kept under
};

void read_place(
    Loading& loading, const std::vector<OptionSpec>& specs, const Place& place, Options& into
);

// False when it is no such mapping, which is reported.
bool read_mapping(
    Loading& loading, const OptionSpec& spec, Yaml value, const Place& place, Options& into
) {
    const std::string name = place.prefix + spec.name;
    if (value.is_scalar() && !spec.text_key.empty()) {
        auto read = read_value(loading, *find_option(spec.keys, spec.text_key), value);
        if (!read) return false;
        into.set(name + '.' + spec.text_key, std::move(*read), value.span());
    } else {
        const std::string title = cited(spec.name) + " of " + place.owner;
        Mapping map(Section::target, title, loading.diagnostics);
        if (!map.add(value, option_keys(spec.keys))) return false;
        read_place(loading, spec.keys, {map, title, value.span(), name + '.'}, into);
    }
    into.set(name, true, value.span());
    return true;
}

void read_place(
    Loading& loading, const std::vector<OptionSpec>& specs, const Place& place, Options& into
) {
    const Mapping& map = place.map;
    const auto meant = [&map](const std::string& key) { return map.meant(key); };
    for (const OptionSpec& spec : specs) {
        const std::string name = place.prefix + spec.name;
        bool wrong = false;
        if (spec.type == OptionType::secret) {
            auto found = loading.secrets.read(map, spec.name, &wrong);
            if (found) into.set(name, std::move(found->value), found->span);
        } else if (const Yaml value = map[spec.name]; value && spec.type == OptionType::mapping) {
            wrong = !read_mapping(loading, spec, value, place, into);
        } else if (value) {
            auto read = read_value(loading, spec, value);
            wrong = !read;
            if (read) into.set(name, std::move(*read), value.span());
        }
        if (into.has(name) || wrong) continue;
        if (!spec.global.empty() && into.set_from(loading.globals, spec.global, name)) continue;
        if (!spec.required || std::ranges::any_of(option_keys({spec}), meant)) continue;
        Diagnostic& fault = loading.diagnostics.error(
            code::missing_key, place.owner_span, place.owner + " needs " + cited(spec.name)
        );
        fault.label = "add `" + spec.name + ": ...`";
        if (!spec.help.empty()) fault.notes.push_back(spec.name + ": " + spec.help);
        if (!spec.global.empty())
            fault.helps.push_back("or for all at once: " + cited(spec.global) + " under `global`");
    }
}

}  // namespace

void read_options(
    Loading& loading,
    const std::vector<OptionSpec>& specs,
    const Mapping& map,
    const std::string& owner,
    const Span& owner_span,
    Options& into
) {
    into.mapping = map.span().file ? map.span() : owner_span;
    read_place(loading, specs, {map, owner, owner_span, ""}, into);
}

std::filesystem::path path_from(const Loading& loading, Yaml value) {
    const ConfigFile& document = loading.files.of(value.span());
    return (document.folder / value.text()).lexically_normal();
}

}  // namespace spokeswatch
