#include <algorithm>

#include "config/codes.hpp"
#include "config/loader.hpp"

namespace spokeswatch {

namespace {

constexpr std::string_view configs_ending = "_configs";

// Keys of notifiers that this version does not have: reported here, so that they are not called
// unknown.
std::vector<std::string> refuse_later_kinds(Loading& loading, Yaml item) {
    std::vector<std::string> found;
    for (std::size_t i = 0; i < item.size(); ++i) {
        const std::string& key = item.key(i).text();
        for (const std::string_view kind : later_notifier_kinds()) {
            const std::string configs = std::string(kind) + std::string(configs_ending);
            const auto& here = loading.options.kinds.notifiers;
            const bool built_in = std::any_of(here.begin(), here.end(), [kind](const KindSpec& k) {
                return k.name == kind;
            });
            if (key != configs || built_in) continue;
            not_in_this_version(loading.diagnostics, item.key(i).span(), cited(key));
            found.push_back(key);
        }
    }
    return found;
}

}  // namespace

void read_receiver(Loading& loading, Yaml item) {
    ReceiverConfig receiver;
    const std::string title = titled("receiver", item);
    std::vector<std::string> keys = refuse_later_kinds(loading, item);
    for (const KindSpec& kind : loading.options.kinds.notifiers)
        keys.push_back(kind.name + std::string(configs_ending));

    Mapping map(Section::receiver, title, loading.diagnostics);
    map.add(item, keys);
    if (loading.reader.name(map, receiver.name))
        loading.receivers.add(receiver.name, loading.diagnostics);
    if (!receiver.name.span.file) receiver.name.span = item.span();

    for (const Mapping::Pair& pair : map.pairs()) {
        const std::string& key = pair.key.text();
        for (const KindSpec& kind : loading.options.kinds.notifiers) {
            if (key != kind.name + std::string(configs_ending)) continue;
            for (const Yaml target : loading.reader.items(map, key, "target")) {
                TargetConfig config;
                config.kind = kind.name;
                config.span = target.span();
                const std::string owner = cited(key) + " of " + title;
                Mapping options(Section::target, owner, loading.diagnostics);
                options.add(target, option_keys(kind.options));
                read_options(loading, kind.options, options, owner, config.span, config.options);
                receiver.targets.push_back(std::move(config));
            }
        }
    }
    loading.config.receivers.push_back(std::move(receiver));
}

}  // namespace spokeswatch
