#include "config/schema.hpp"

#include <algorithm>
#include <array>

#include "config/schema_keys.hpp"
#include "config/secrets.hpp"

namespace spokeswatch {

namespace {

// In the order in which a misplaced key is looked for.
constexpr std::array places{
    Section::file,  Section::route,    Section::rule,      Section::source,   Section::global,
    Section::web,   Section::storage,  Section::receiver,  Section::concept_, Section::term,
    Section::match, Section::examples, Section::heartbeat, Section::field,    Section::first_use,
    Section::shift, Section::silent,   Section::frequency, Section::chorus,   Section::operations,
};

constexpr std::array<std::string_view, 1> source_kinds_later{"telegram_bot"};

constexpr std::array<std::string_view, 20> notifier_kinds_later{
    "discord",      "teams",   "msteams", "mattermost", "rocketchat", "googlechat", "telegram",
    "matrix",       "ntfy",    "gotify",  "pushover",   "pagerduty",  "opsgenie",   "twilio",
    "alertmanager", "apprise", "exec",    "syslog",     "journald",   "mqtt",
};

}  // namespace

std::span<const SectionSpec> all_sections() {
    static const std::array sections{
        SectionSpec{
            .section = Section::file,
            .heading = "Files",
            .where = "at the top level",
            .level = 2,
            .keys = file_keys(),
            .before = R"(
- A path is relative to the folder of the file that names it; absolute paths are allowed.
- A text with `*`, `?` or `[` is a pattern. One that finds no file is a warning; a file that is named and
  is not there is an error. Hidden files fit no pattern. Every file is read once, in the order of its
  name.
- Over all files, lists (`sources`, `concepts`, `rules`, `receivers`) are joined. A single value that two
  files set is an error, and so is a name that two things of one sort have.
- A file is at most 8 MiB, UTF-8, a regular file; at most 64 levels deep, at most 1,000,000 values,
  aliases counted each time; at most 4,096 files.
)",
        },
        SectionSpec{
            .section = Section::global,
            .heading = "`global`",
            .where = "under `global`",
            .level = 2,
            .keys = global_keys(),
            .example = R"(
global: {poll_interval: 60s, timezone: Europe/Berlin, smtp_smarthost: 'mail.example.org:587',
         smtp_from: alerts@example.org, smtp_auth_password_file: smtp_password}
)",
        },
        SectionSpec{
            .section = Section::heartbeat,
            .heading = "`heartbeat`",
            .where = "under `heartbeat`",
            .level = 3,
            .keys = heartbeat_keys(),
            .example = R"(
global: {heartbeat: {url: 'https://hc.example.org/ping/spokeswatch', every: 5m}}
)",
        },
        SectionSpec{
            .section = Section::storage,
            .heading = "`storage`",
            .where = "under `storage`",
            .level = 2,
            .keys = storage_keys(),
        },
        SectionSpec{
            .section = Section::web,
            .heading = "`web`",
            .where = "under `web`",
            .level = 2,
            .keys = web_keys(),
        },
        SectionSpec{
            .section = Section::source,
            .heading = "`sources`",
            .where = "in a source",
            .level = 2,
            .keys = source_keys(),
            .before = "A list; every item is one account, channel or feed.",
            .example = R"(
sources:
  - {name: mothership, kind: telegram_web, channel: mothershipsg,
     labels: {org: Mothership, country: SG, tier: media}}
)",
        },
        SectionSpec{
            .section = Section::concept_,
            .heading = "`concepts`",
            .where = "in a concept",
            .level = 2,
            .keys = concept_keys(),
            .before = "One idea in all languages, used by many rules.",
            .example = R"(
concepts:
  - name: state_visit
    terms: {en: [state visit, 'pay* a visit'], zh: [国事访问, 正式访问], ru: [государственный визит]}
)",
        },
        SectionSpec{
            .section = Section::term,
            .heading = "A term with keys of its own",
            .where = "in a term",
            .level = 3,
            .keys = term_keys(),
            .before = "Stands in `terms` in place of a text.",
            .example = R"(
concepts:
  - name: who
    terms: {en: [World Health Organization, {term: WHO, forms: none}]}
)",
        },
        SectionSpec{
            .section = Section::rule,
            .heading = "`rules`",
            .where = "in a rule",
            .level = 2,
            .keys = rule_keys(),
            .example = R"(
sources:
  - {name: kremlin, kind: feed, url: 'http://en.kremlin.ru/events/all/feed', labels: {tier: official}}
concepts:
  - {name: state_visit, terms: [state visit]}
rules:
  - name: xi_visits_russia
    severity: critical
    from: ['tier=official', kremlin]
    match:
      all: [concept: state_visit, {near: [Xi Jinping, Moscow], within: 25 words}]
      none: [film festival, football]
    labels: {desk: asia}
    examples:
      match: [Xi Jinping arrived in Moscow for a state visit]
      no_match: [A film festival on Xi Jinping's state visit to Moscow]
)",
        },
        SectionSpec{
            .section = Section::match,
            .heading = "`match`",
            .where = "under `match`",
            .level = 3,
            .keys = match_keys(),
            .before = R"(
A text is one phrase (`match: state visit`), an expression (`(a OR b) AND NOT c`, told in
[rules.md](rules.md)) or `everything`. Otherwise a mapping; several keys are joined by AND, and mappings
nest. A bare text in a list is a phrase, never an operator.
)",
            .after = R"(
Members are texts and mappings; of `near` and `before` texts, `concept` and `any` of these. `word*` finds any
ending; at least 3 letters (2 of Chinese) stand before the `*`. What counts as the same word is told in
[rules.md](rules.md).
)",
        },
        SectionSpec{
            .section = Section::field,
            .heading = "`field`",
            .where = "under `field`",
            .level = 3,
            .keys = field_keys(),
            .before = "Each key takes a text or a list of texts, of which one must be found there.",
        },
        SectionSpec{
            .section = Section::examples,
            .heading = "`examples`",
            .where = "under `examples`",
            .level = 3,
            .keys = examples_keys(),
        },
        SectionSpec{
            .section = Section::first_use,
            .heading = "`first_use`",
            .where = "under `first_use`",
            .level = 3,
            .keys = first_use_keys(),
            .before = "A rule has one watch at most; what each does is told in "
                      "[rules.md](rules.md#watches-over-time).",
            .example = R"(
concepts: [{name: state_visit, terms: [state visit]}]
rules:
  - name: a_visit_again
    first_use: {of: state_visit, in: 365d}
    examples: {match: [a state visit], no_match: [a call]}
)",
        },
        SectionSpec{
            .section = Section::shift,
            .heading = "`shift`",
            .where = "under `shift`",
            .level = 3,
            .keys = shift_keys(),
            .example = R"(
concepts:
  - {name: operation, terms: [special operation]}
  - {name: war, terms: [war]}
rules:
  - name: now_a_war
    shift: {from: operation, to: war, baseline: 180d}
    examples: {match: [a war], no_match: [a special operation]}
)",
        },
        SectionSpec{
            .section = Section::silent,
            .heading = "`silent`",
            .where = "under `silent`",
            .level = 3,
            .keys = silent_keys(),
            .example = R"(
rules:
  - {name: quiet, silent: {for: 36h}}
  - {name: unusually_quiet, silent: {for: learned}}
)",
        },
        SectionSpec{
            .section = Section::frequency,
            .heading = "`frequency`",
            .where = "under `frequency`",
            .level = 3,
            .keys = frequency_keys(),
            .example = R"(
rules:
  - name: surge
    match: sanctions
    frequency: {at_least: 5, within: 1h}
    examples: {match: [new sanctions], no_match: [a call]}
)",
        },
        SectionSpec{
            .section = Section::chorus,
            .heading = "`chorus`",
            .where = "under `chorus`",
            .level = 3,
            .keys = chorus_keys(),
            .example = R"(
rules:
  - {name: one_voice, chorus: {same_text: 3 orgs, within: 2h}}
)",
        },
        SectionSpec{
            .section = Section::route,
            .heading = "`route`",
            .where = "under `route`",
            .level = 2,
            .keys = route_keys(),
            .before = R"(
Alertmanager's tree. The first route takes every alert; an alert goes down to the first child that takes
it, and on to later children where that one says `continue`.
)",
            .example = R"(
receivers: [{name: desk}, {name: on_call}, {name: asia_desk}]
route:
  receiver: desk
  group_by: [story]
  routes:
    - {matchers: ['severity=critical'], receiver: on_call, continue: true}
    - {matchers: ['desk="asia"'], receiver: asia_desk}
)",
            .after = "Without `route` everything goes to the only receiver; with several receivers "
                     "it is needed.",
        },
        SectionSpec{
            .section = Section::operations,
            .heading = "`operations`",
            .where = "under `operations`",
            .level = 2,
            .keys = operations_keys(),
            .before = R"(
Who is told that the service itself is in trouble: once when an operational event begins, once when it is
over. They are no alerts and take no part in `route`. A tree like `route`, without groups; the first node
takes every event. The [events](operations.md#operational-events) and when they begin.
)",
            .example = R"(
receivers: [{name: desk}, {name: engineers}, {name: on_call}]
route: {receiver: desk}
operations:
  receiver: engineers
  routes:
    - {matchers: ['event=~"source_auth|receiver_failing"'], receiver: on_call, continue: true}
    - {matchers: ['tier=media'], receiver: desk}
)",
            .after = "Without `operations` events are kept, shown by `spokeswatch status` and "
                     "`sources show`, and sent to nobody.",
        },
        SectionSpec{
            .section = Section::receiver,
            .heading = "`receivers`",
            .where = "in a receiver",
            .level = 2,
            .keys = receiver_keys(),
            .example = R"(
receivers:
  - {name: desk, slack_configs: [{api_url_file: slack_webhook}]}
  - name: on_call
    email_configs: [{to: [a@example.org, b@example.org], smarthost: 'mail.example.org:587', from: w@example.org}]
    file_configs: [{path: alerts.ndjson}]
route: {receiver: desk}
)",
            .after = "A receiver without any `..._configs` sends nothing.",
        },
        SectionSpec{
            .section = Section::test_file,
            .heading = "Tests of rules",
            .where = "at the top level of a test file",
            .level = 2,
            .keys = test_file_keys(),
            .before = R"(
Files that end in `.test.yml` are no part of the configuration: they hold tests of the rules.
)",
            .example = R"(
rule_files: [russia-china.yml]
tests:
  - name: the announcement is critical
    start_time: 2023-03-17T07:00:00Z
    statements:
      - {at: 0m, source: hua_chunying, text: Xi Jinping will pay a state visit to Russia}
      - {at: 12m, source: kremlin, text: Xi Jinping will come to Moscow for a state visit}
    expect:
      - {at: 12m, alerts: [{rule: xi_visits_russia, severity: critical}]}
)",
        },
        SectionSpec{
            .section = Section::test,
            .heading = "`tests`",
            .where = "in a test",
            .level = 3,
            .keys = test_keys(),
        },
        SectionSpec{
            .section = Section::test_statement,
            .heading = "`statements`",
            .where = "in a statement of a test",
            .level = 3,
            .keys = test_statement_keys(),
        },
        SectionSpec{
            .section = Section::test_expectation,
            .heading = "`expect`",
            .where = "under `expect`",
            .level = 3,
            .keys = test_expectation_keys(),
        },
        SectionSpec{
            .section = Section::test_alert,
            .heading = "`alerts`",
            .where = "under `alerts`",
            .level = 3,
            .keys = test_alert_keys(),
        },
    };
    return sections;
}

namespace {

const SectionSpec* spec_of(Section section) {
    const auto all = all_sections();
    const auto found = std::find_if(all.begin(), all.end(), [section](const SectionSpec& spec) {
        return spec.section == section;
    });
    return found == all.end() ? nullptr : &*found;
}

}  // namespace

std::span<const KeySpec> keys_of(Section section) {
    const SectionSpec* spec = spec_of(section);
    return spec != nullptr ? spec->keys : std::span<const KeySpec>();
}

std::string_view whereabouts(Section section) {
    const SectionSpec* spec = spec_of(section);
    return spec != nullptr ? spec->where : "under `..._configs`";
}

std::vector<std::string> names_of(const KeySpec& key) {
    if (key.type == ValueType::secret) return secret_keys(std::string(key.name));
    return {std::string(key.name)};
}

const KeySpec* find_key(Section section, std::string_view name) {
    const auto keys = keys_of(section);
    const auto found = std::find_if(keys.begin(), keys.end(), [name](const KeySpec& key) {
        if (key.name == name) return true;
        return key.type == ValueType::secret && name.starts_with(key.name) &&
               (name.substr(key.name.size()) == "_file" || name.substr(key.name.size()) == "_env");
    });
    return found == keys.end() ? nullptr : &*found;
}

std::vector<std::string> words_of(const KeySpec& key) {
    std::vector<std::string> out;
    for (std::size_t at = 0; at < key.words.size();) {
        const std::size_t end = std::min(key.words.find(", ", at), key.words.size());
        out.emplace_back(key.words.substr(at, end - at));
        at = end + 2;
    }
    return out;
}

const Section* section_with(std::string_view key, Section but) {
    for (const Section& section : places) {
        if (section == but) continue;
        if (find_key(section, key) != nullptr) return &section;
    }
    return nullptr;
}

std::vector<std::string> keys_elsewhere(Section but) {
    std::vector<std::string> out;
    for (const Section section : places) {
        if (section == but) continue;
        for (const KeySpec& key : keys_of(section)) {
            for (std::string& name : names_of(key)) out.push_back(std::move(name));
        }
    }
    return out;
}

std::span<const std::string_view> later_source_kinds() { return source_kinds_later; }
std::span<const std::string_view> later_notifier_kinds() { return notifier_kinds_later; }

}  // namespace spokeswatch
