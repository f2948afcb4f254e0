#include <array>

#include "config/schema_keys.hpp"

// Keys of the operator: files, service, sources, routes, receivers.

namespace spokeswatch {

namespace {

using T = ValueType;
constexpr bool later = true;

constexpr std::array file_rows{
    KeySpec{
        .name = "include",
        .type = T::texts,
        .meaning = "More files with any of the sections below.",
        .example = "[conf.d/*.yml]"},
    KeySpec{
        .name = "rule_files",
        .type = T::texts,
        .meaning = "Files that hold `rules` and `concepts` and nothing else, so that people may "
                   "edit them who may not touch receivers. Files that end in `.test.yml` are never "
                   "loaded.",
        .example = "[rules/*.yml]"},
    KeySpec{
        .name = "global",
        .type = T::mapping,
        .meaning = "What holds for all sources and receivers that say nothing else.",
        .section = Section::global},
    KeySpec{
        .name = "storage",
        .type = T::mapping,
        .meaning = "Where the database is.",
        .section = Section::storage},
    KeySpec{
        .name = "web",
        .type = T::mapping,
        .meaning = "The service's own endpoints.",
        .section = Section::web},
    KeySpec{
        .name = "sources",
        .type = T::mappings,
        .meaning = "Accounts, channels and feeds that are watched.",
        .section = Section::source},
    KeySpec{
        .name = "concepts",
        .type = T::mappings,
        .meaning = "Ideas in all languages, used by many rules.",
        .section = Section::concept_},
    KeySpec{
        .name = "rules",
        .type = T::mappings,
        .meaning = "What is looked for.",
        .section = Section::rule},
    KeySpec{
        .name = "route",
        .type = T::mapping,
        .meaning = "Which alert goes to whom.",
        .otherwise = "everything to the only receiver",
        .section = Section::route},
    KeySpec{
        .name = "operations",
        .type = T::mapping,
        .meaning = "Who is told what is wrong with the service itself.",
        .otherwise = "nobody",
        .section = Section::operations},
    KeySpec{
        .name = "receivers",
        .type = T::mappings,
        .meaning = "Who is told, and by what.",
        .section = Section::receiver},
    KeySpec{.name = "templates", .type = T::texts, .later = later},
    KeySpec{.name = "time_intervals", .later = later},
    KeySpec{.name = "silences", .later = later},
    KeySpec{.name = "inhibit_rules", .later = later},
};

constexpr std::array global_rows{
    KeySpec{
        .name = "poll_interval",
        .type = T::duration,
        .meaning = "How often sources without an own `poll_interval` are polled.",
        .otherwise = "that of each kind",
        .example = "60s"},
    KeySpec{
        .name = "poll_timeout",
        .type = T::duration,
        .meaning = "Limit of one whole request to a source.",
        .otherwise = "`60s`",
        .example = "15s"},
    KeySpec{
        .name = "max_age",
        .type = T::duration,
        .meaning = "Older statements are stored and never alert.",
        .otherwise = "`24h`",
        .example = "12h"},
    KeySpec{
        .name = "timezone",
        .type = T::time_zone,
        .meaning = "For times in messages, with UTC beside.",
        .otherwise = "`UTC`",
        .example = "Europe/Berlin"},
    KeySpec{
        .name = "contact",
        .meaning = "URL or address that is put into our `User-Agent`.",
        .example = "mailto:desk@example.org"},
    KeySpec{
        .name = "user_agent",
        .meaning = "Replaces the `User-Agent`.",
        .otherwise = "`spokeswatch/VERSION`",
        .example = "example-newsroom/1.0"},
    KeySpec{
        .name = "proxy_url",
        .type = T::url,
        .meaning = "HTTP proxy for all sources.",
        .example = "'http://proxy.example.org:3128'"},
    KeySpec{
        .name = "delivery_max_age",
        .type = T::duration,
        .meaning = "Notifications that could not be delivered for so long are given up.",
        .otherwise = "`24h` for chat, `72h` for email and webhook",
        .example = "12h"},
    KeySpec{
        .name = "heartbeat",
        .type = T::mapping,
        .meaning = "A request that goes out while all is well, for a dead man's switch.",
        .section = Section::heartbeat},
};

constexpr std::array heartbeat_rows{
    KeySpec{
        .name = "url",
        .type = T::url,
        .meaning = "What is asked for by GET.",
        .example = "'https://hc.example.org/ping/spokeswatch'",
        .need = Need::yes},
    KeySpec{
        .name = "every",
        .type = T::duration,
        .meaning = "How often.",
        .otherwise = "`1m`",
        .example = "5m"},
};

constexpr std::array storage_rows{
    KeySpec{
        .name = "path",
        .type = T::path,
        .meaning = "The database: statements, alerts, notifications.",
        .otherwise = "`/var/lib/spokeswatch/spokeswatch.db`",
        .example = "/srv/spokeswatch/spokeswatch.db"},
    KeySpec{.name = "url", .later = later},
    KeySpec{.name = "retention", .later = later},
};

constexpr std::array web_rows{
    KeySpec{
        .name = "listen_address",
        .type = T::address,
        .meaning = "Where the service answers; `:8317` is every address of the machine.",
        .otherwise = "`127.0.0.1:8317`",
        .example = "'[::1]:8317'"},
    KeySpec{
        .name = "external_url",
        .type = T::url,
        .meaning = "How people reach it: links in messages begin with it.",
        .example = "'https://watch.example.org/'"},
    KeySpec{
        .name = "auth_token",
        .type = T::secret,
        .meaning =
            "Asked for by requests that change something. Without it only the machine itself "
            "may change anything; an address that others reach is then a warning."},
    KeySpec{.name = "rule_editing", .later = later},
};

constexpr std::array source_rows{
    KeySpec{
        .name = "name",
        .type = T::name,
        .meaning = "Unique among sources; renaming is no new beginning.",
        .example = "kremlin",
        .need = Need::yes},
    KeySpec{
        .name = "kind",
        .meaning = "What it is; `spokeswatch kinds` lists them.",
        .example = "feed",
        .need = Need::yes},
    KeySpec{
        .name = "labels",
        .type = T::labels,
        .meaning = "For rules, routes and messages. Known to the program: `org` (who speaks), "
                   "`country`, `tier` (`official`, `state_media`, `media`), `speaker`.",
        .example = "{org: Kremlin, country: RU, tier: official}"},
    KeySpec{
        .name = "poll_interval",
        .type = T::duration,
        .meaning =
            "How often it is polled. Below what the kind should be polled at: a warning, and "
            "done.",
        .otherwise = "that of `global`, else of the kind",
        .example = "5m"},
    KeySpec{
        .name = "poll_timeout",
        .type = T::duration,
        .meaning = "Limit of one whole request.",
        .otherwise = "that of `global`",
        .example = "15s"},
    KeySpec{
        .name = "max_age",
        .type = T::duration,
        .meaning = "Older statements are stored and never alert.",
        .otherwise = "that of `global`",
        .example = "12h"},
    KeySpec{
        .name = "backfill",
        .type = T::duration,
        .meaning = "Statements of the first poll that are younger than this alert; without it the "
                   "first poll is silent.",
        .example = "2h"},
    KeySpec{
        .name = "timezone",
        .type = T::time_zone,
        .meaning = "For dates of the source that have no zone.",
        .otherwise = "`UTC`",
        .example = "Asia/Shanghai"},
    KeySpec{
        .name = "allow_private",
        .type = T::flag,
        .meaning = "The source may live on a private, loopback or link-local address.",
        .otherwise = "no",
        .example = "true"},
    KeySpec{
        .name = "proxy_url",
        .type = T::url,
        .meaning = "HTTP proxy for this source.",
        .otherwise = "that of `global`",
        .example = "'http://proxy.example.org:3128'"},
    KeySpec{
        .name = "ca_file",
        .type = T::path,
        .meaning = "PEM certificates to trust besides the system's.",
        .example = "ministry.pem"},
    KeySpec{
        .name = "user_agent",
        .meaning = "Replaces the `User-Agent`.",
        .otherwise = "that of `global`",
        .example = "example-newsroom/1.0"},
    KeySpec{
        .name = "lang",
        .type = T::language,
        .meaning = "What the source writes in.",
        .otherwise = "detected",
        .example = "zh"},
    KeySpec{
        .name = "ignore",
        .type = T::choices,
        .meaning = "Stored, but no rule reads them.",
        .example = "[reposts, replies]",
        .words = "posts, replies, reposts, quotes, articles, services"},
    KeySpec{.name = "on_delete", .later = later},
};

constexpr std::array route_rows{
    KeySpec{
        .name = "receiver",
        .type = T::name,
        .meaning = "Who gets what this route takes; the first route needs one.",
        .otherwise = "the parent's; of the first route the only receiver",
        .example = "desk"},
    KeySpec{
        .name = "matchers",
        .type = T::matchers,
        .meaning = "What it takes; not in the first route. They see the rule's labels, `rule`, "
                   "`severity`, and the labels of the first statement's source.",
        .otherwise = "everything",
        .example = "['severity=critical', 'desk=\"asia\"']"},
    KeySpec{
        .name = "continue",
        .type = T::flag,
        .meaning = "Later routes beside it see the alert too; not in the first route.",
        .otherwise = "no",
        .example = "true"},
    KeySpec{
        .name = "group_by",
        .type = T::texts,
        .meaning =
            "Labels: alerts with equal values come as one message; without it every alert is "
            "a message of its own.",
        .otherwise = "the parent's",
        .example = "[story]"},
    KeySpec{
        .name = "group_wait",
        .type = T::duration,
        .meaning = "How long a new group waits for more.",
        .otherwise = "the parent's, else `10s` with `group_by`, `0s` without",
        .example = "30s"},
    KeySpec{
        .name = "group_interval",
        .type = T::duration,
        .meaning = "Pause between messages of a group.",
        .otherwise = "the parent's, else `1m` with `group_by`, `0s` without",
        .example = "5m"},
    KeySpec{
        .name = "routes",
        .type = T::mappings,
        .meaning = "Children, asked in this order.",
        .section = Section::route},
    KeySpec{.name = "mute_time_intervals", .later = later},
    KeySpec{.name = "active_time_intervals", .later = later},
    KeySpec{.name = "when_muted", .later = later},
    KeySpec{.name = "escalate", .later = later},
};

constexpr std::array operations_rows{
    KeySpec{
        .name = "receiver",
        .type = T::name,
        .meaning = "Who gets what this node takes; the first one needs one.",
        .otherwise = "the parent's; of the first node the only receiver",
        .example = "desk"},
    KeySpec{
        .name = "matchers",
        .type = T::matchers,
        .meaning = "What it takes; not in the first node. They see `event`, `source` or "
                   "`receiver`, `kind`, and the labels of the source.",
        .otherwise = "everything",
        .example = "['event=source_auth']"},
    KeySpec{
        .name = "continue",
        .type = T::flag,
        .meaning = "Later nodes beside it see the event too; not in the first node.",
        .otherwise = "no",
        .example = "true"},
    KeySpec{
        .name = "routes",
        .type = T::mappings,
        .meaning = "Children, asked in this order.",
        .section = Section::operations},
};

constexpr std::array receiver_rows{
    KeySpec{
        .name = "name",
        .type = T::name,
        .meaning = "What routes call it.",
        .example = "desk",
        .need = Need::yes},
    KeySpec{.name = "digest", .later = later},
};

}  // namespace

std::span<const KeySpec> file_keys() { return file_rows; }
std::span<const KeySpec> global_keys() { return global_rows; }
std::span<const KeySpec> heartbeat_keys() { return heartbeat_rows; }
std::span<const KeySpec> storage_keys() { return storage_rows; }
std::span<const KeySpec> web_keys() { return web_rows; }
std::span<const KeySpec> source_keys() { return source_rows; }
std::span<const KeySpec> route_keys() { return route_rows; }
std::span<const KeySpec> operations_keys() { return operations_rows; }
std::span<const KeySpec> receiver_keys() { return receiver_rows; }

}  // namespace spokeswatch
