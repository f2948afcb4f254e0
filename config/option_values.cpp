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
            break;  // read by the caller: three keys, one value
    }
    return std::nullopt;
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
    const auto meant = [&map](const std::string& key) { return map.meant(key); };
    for (const OptionSpec& spec : specs) {
        bool wrong = false;
        if (spec.type == OptionType::secret) {
            auto found = loading.secrets.read(map, spec.name, &wrong);
            if (found) into.set(spec.name, std::move(found->value), found->span);
        } else if (const Yaml value = map[spec.name]) {
            auto read = read_value(loading, spec, value);
            wrong = !read;
            if (read) into.set(spec.name, std::move(*read), value.span());
        }
        if (into.has(spec.name) || wrong) continue;
        if (!spec.global.empty() && into.set_from(loading.globals, spec.global, spec.name))
            continue;
        if (!spec.required || std::ranges::any_of(option_keys({spec}), meant)) continue;
        Diagnostic& fault = loading.diagnostics.error(
            code::missing_key, owner_span, owner + " needs " + cited(spec.name)
        );
        fault.label = "add `" + spec.name + ": ...`";
        if (!spec.help.empty()) fault.notes.push_back(spec.name + ": " + spec.help);
        if (!spec.global.empty())
            fault.helps.push_back("or for all at once: " + cited(spec.global) + " under `global`");
    }
}

std::filesystem::path path_from(const Loading& loading, Yaml value) {
    const ConfigFile& document = loading.files.of(value.span());
    return (document.folder / value.text()).lexically_normal();
}

}  // namespace spokeswatch
