#include "config/schema.hpp"

#include <algorithm>
#include <array>

namespace spokeswatch {

namespace {

constexpr bool later = true;

constexpr std::array file_keys{
    KeySpec{"global"},
    KeySpec{"storage"},
    KeySpec{"web"},
    KeySpec{"include"},
    KeySpec{"rule_files"},
    KeySpec{"sources"},
    KeySpec{"concepts"},
    KeySpec{"rules"},
    KeySpec{"route"},
    KeySpec{"receivers"},
    KeySpec{"templates", later},
    KeySpec{"time_intervals", later},
    KeySpec{"silences", later},
    KeySpec{"inhibit_rules", later},
};

constexpr std::array global_keys{
    KeySpec{"poll_interval"},
    KeySpec{"poll_timeout"},
    KeySpec{"max_age"},
    KeySpec{"timezone"},
    KeySpec{"contact"},
    KeySpec{"user_agent"},
    KeySpec{"proxy_url"},
    KeySpec{"delivery_max_age"},
    KeySpec{"heartbeat"},
};

constexpr std::array heartbeat_keys{KeySpec{"url"}, KeySpec{"every"}};

constexpr std::array storage_keys{
    KeySpec{"path"},
    KeySpec{"url", later},
    KeySpec{"retention", later},
};

constexpr std::array web_keys{
    KeySpec{"listen_address"},
    KeySpec{"external_url"},
    KeySpec{"auth_token"},
    KeySpec{"auth_token_file"},
    KeySpec{"auth_token_env"},
    KeySpec{"rule_editing", later},
};

constexpr std::array source_keys{
    KeySpec{"name"},
    KeySpec{"kind"},
    KeySpec{"labels"},
    KeySpec{"poll_interval"},
    KeySpec{"poll_timeout"},
    KeySpec{"max_age"},
    KeySpec{"backfill"},
    KeySpec{"timezone"},
    KeySpec{"allow_private"},
    KeySpec{"proxy_url"},
    KeySpec{"ca_file"},
    KeySpec{"user_agent"},
    KeySpec{"lang"},
    KeySpec{"ignore"},
    KeySpec{"on_delete", later},
};

constexpr std::array concept_keys{
    KeySpec{"name"},
    KeySpec{"description"},
    KeySpec{"terms"},
    KeySpec{"forms"},
    KeySpec{"terms_file", later},
    KeySpec{"confusables", later},
};

constexpr std::array rule_keys{
    KeySpec{"name"},
    KeySpec{"description"},
    KeySpec{"severity"},
    KeySpec{"from"},
    KeySpec{"not_from"},
    KeySpec{"match"},
    KeySpec{"statements"},
    KeySpec{"forms"},
    KeySpec{"include_quoted"},
    KeySpec{"labels"},
    KeySpec{"examples"},
    KeySpec{"corroboration", later},
    KeySpec{"cooldown", later},
    KeySpec{"throttle", later},
    KeySpec{"escalate", later},
    KeySpec{"first_use"},
    KeySpec{"shift"},
    KeySpec{"silent", later},
    KeySpec{"frequency"},
    KeySpec{"chorus"},
    KeySpec{"follow"},
    KeySpec{"confusables", later},
};

constexpr std::array match_keys{
    KeySpec{"all"},
    KeySpec{"any"},
    KeySpec{"at_least"},
    KeySpec{"none"},
    KeySpec{"near"},
    KeySpec{"before"},
    KeySpec{"within"},
    KeySpec{"regex"},
    KeySpec{"exact"},
    KeySpec{"concept"},
    KeySpec{"field"},
    KeySpec{"everything"},
};

constexpr std::array field_keys{
    KeySpec{"title"},
    KeySpec{"text"},
    KeySpec{"author"},
    KeySpec{"link"},
    KeySpec{"tag"},
    KeySpec{"mention"},
    KeySpec{"quote"},
    KeySpec{"alt"},
};

constexpr std::array examples_keys{KeySpec{"match"}, KeySpec{"no_match"}};

constexpr std::array first_use_keys{KeySpec{"of"}, KeySpec{"in"}};
constexpr std::array shift_keys{KeySpec{"from"}, KeySpec{"to"}, KeySpec{"baseline"}};
constexpr std::array frequency_keys{KeySpec{"at_least"}, KeySpec{"within"}};
constexpr std::array chorus_keys{KeySpec{"same_text"}, KeySpec{"within"}};

constexpr std::array route_keys{
    KeySpec{"receiver"},
    KeySpec{"matchers"},
    KeySpec{"continue"},
    KeySpec{"group_by"},
    KeySpec{"group_wait"},
    KeySpec{"group_interval"},
    KeySpec{"routes"},
    KeySpec{"mute_time_intervals", later},
    KeySpec{"active_time_intervals", later},
    KeySpec{"when_muted", later},
    KeySpec{"escalate", later},
};

constexpr std::array receiver_keys{KeySpec{"name"}, KeySpec{"digest", later}};

// In the order in which a misplaced key is looked for.
constexpr std::array sections{
    Section::file,
    Section::route,
    Section::rule,
    Section::source,
    Section::global,
    Section::web,
    Section::storage,
    Section::receiver,
    Section::concept_,
    Section::match,
    Section::examples,
    Section::heartbeat,
    Section::field,
    Section::first_use,
    Section::shift,
    Section::frequency,
    Section::chorus,
};

constexpr std::array<std::string_view, 13> source_kinds_later{
    "telegram_bot",
    "x",
    "mastodon",
    "bluesky",
    "youtube",
    "weibo",
    "facebook",
    "instagram",
    "threads",
    "vk",
    "reddit",
    "web_page",
    "json_api",
};

constexpr std::array<std::string_view, 20> notifier_kinds_later{
    "discord",      "teams",   "msteams", "mattermost", "rocketchat", "googlechat", "telegram",
    "matrix",       "ntfy",    "gotify",  "pushover",   "pagerduty",  "opsgenie",   "twilio",
    "alertmanager", "apprise", "exec",    "syslog",     "journald",   "mqtt",
};

}  // namespace

std::span<const KeySpec> keys_of(Section section) {
    switch (section) {
        case Section::file:
            return file_keys;
        case Section::global:
            return global_keys;
        case Section::heartbeat:
            return heartbeat_keys;
        case Section::storage:
            return storage_keys;
        case Section::web:
            return web_keys;
        case Section::source:
            return source_keys;
        case Section::concept_:
            return concept_keys;
        case Section::rule:
            return rule_keys;
        case Section::match:
            return match_keys;
        case Section::field:
            return field_keys;
        case Section::examples:
            return examples_keys;
        case Section::first_use:
            return first_use_keys;
        case Section::shift:
            return shift_keys;
        case Section::frequency:
            return frequency_keys;
        case Section::chorus:
            return chorus_keys;
        case Section::route:
            return route_keys;
        case Section::receiver:
            return receiver_keys;
        case Section::target:
            return {};
    }
    return {};
}

std::string_view whereabouts(Section section) {
    switch (section) {
        case Section::file:
            return "at the top level";
        case Section::global:
            return "under `global`";
        case Section::heartbeat:
            return "under `heartbeat`";
        case Section::storage:
            return "under `storage`";
        case Section::web:
            return "under `web`";
        case Section::source:
            return "in a source";
        case Section::concept_:
            return "in a concept";
        case Section::rule:
            return "in a rule";
        case Section::match:
            return "under `match`";
        case Section::field:
            return "under `field`";
        case Section::examples:
            return "under `examples`";
        case Section::first_use:
            return "under `first_use`";
        case Section::shift:
            return "under `shift`";
        case Section::frequency:
            return "under `frequency`";
        case Section::chorus:
            return "under `chorus`";
        case Section::route:
            return "under `route`";
        case Section::receiver:
            return "in a receiver";
        case Section::target:
            return "under `..._configs`";
    }
    return "elsewhere";
}

const Section* section_with(std::string_view key, Section but) {
    for (const Section& section : sections) {
        if (section == but) continue;
        const auto keys = keys_of(section);
        if (std::any_of(keys.begin(), keys.end(), [key](const KeySpec& k) {
                return k.name == key;
            }))
            return &section;
    }
    return nullptr;
}

std::vector<std::string> keys_elsewhere(Section but) {
    std::vector<std::string> out;
    for (const Section section : sections) {
        if (section == but) continue;
        for (const KeySpec& key : keys_of(section)) out.emplace_back(key.name);
    }
    return out;
}

std::span<const std::string_view> later_source_kinds() { return source_kinds_later; }
std::span<const std::string_view> later_notifier_kinds() { return notifier_kinds_later; }

}  // namespace spokeswatch
