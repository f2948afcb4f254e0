#include "config/watches.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "config/codes.hpp"
#include "config/loader.hpp"

// Watch keys of a rule: `first_use`, `shift`, `silent`, `frequency`, `chorus`, `follow`.

namespace spokeswatch {

namespace {

using namespace std::chrono_literals;

constexpr Duration history_min = 24h;         // counters are kept by day
constexpr Duration history_max = 24h * 3650;  // nobody knows better after ten years
constexpr Duration silence_min = 10min;
constexpr Duration silence_max = 24h * 365;
constexpr Duration window_min = 1s;
constexpr Duration window_max = 24h * 90;

class WatchReader {
  public:
    WatchReader(Loading& loading, const Mapping& rule)
        : diagnostics_(loading.diagnostics), reader_(loading.reader), rule_(rule) {}

    std::optional<WatchConfig> read() {
        std::optional<std::string_view> key;
        for (const std::string_view one : watch_keys()) {
            if (!rule_[one]) continue;
            if (key) {
                Diagnostic& fault = diagnostics_.error(
                    code::watch_form,
                    rule_.key_span(one),
                    rule_.title() + " has two watches, " + cited(*key) + " and " + cited(one)
                );
                fault.label = "make it a rule of its own";
                fault.secondary.push_back({rule_.key_span(*key), "first one is here"});
                return std::nullopt;
            }
            key = one;
        }
        if (!key) return std::nullopt;
        std::optional<Watch> watch = read_one(*key, rule_[*key]);
        if (!watch) return std::nullopt;
        return WatchConfig{rule_.key_span(*key), std::move(*watch)};
    }

  private:
    std::optional<Watch> read_one(std::string_view key, Yaml value) {
        if (key == "follow") return follow(value);
        const Section section = section_of(key);
        if (!value.is_map()) {
            wrong_type(diagnostics_, cited(key), "a mapping", value).label =
                "write " + cited(sample(key));
            return std::nullopt;
        }
        Mapping map(section, cited(key) + " of " + rule_.title(), diagnostics_);
        map.add(value);
        if (map.pairs().size() != value.size()) return std::nullopt;
        if (key == "first_use") return first_use(map);
        if (key == "shift") return shift(map);
        if (key == "silent") return silent(map);
        if (key == "frequency") return frequency(map);
        return chorus(map);
    }

    static Section section_of(std::string_view key) {
        if (key == "first_use") return Section::first_use;
        if (key == "shift") return Section::shift;
        if (key == "silent") return Section::silent;
        if (key == "frequency") return Section::frequency;
        return Section::chorus;
    }

    static std::string sample(std::string_view key) {
        if (key == "first_use") return "first_use: {of: a_concept, in: 365d}";
        if (key == "shift") return "shift: {from: a_concept, to: another, baseline: 180d}";
        if (key == "silent") return "silent: {for: 36h}";
        if (key == "frequency") return "frequency: {at_least: 5, within: 1h}";
        return "chorus: {same_text: 3 orgs, within: 2h}";
    }

    // A key that must be there.
    Yaml needed(const Mapping& map, std::string_view key, const std::string& example) {
        const Yaml value = map[key];
        if (value && !value.is_empty()) return value;
        diagnostics_
            .error(
                value ? code::empty : code::missing_key,
                value ? value.span() : map.span(),
                map.title() + " needs " + cited(key)
            )
            .label = "add `" + std::string(key) + ": " + example + "`";
        return {};
    }

    bool concept_name(const Mapping& map, std::string_view key, Located<std::string>& into) {
        const Yaml value = needed(map, key, "a_concept");
        if (!value) return false;
        const auto text = reader_.text_of(value, cited(key));
        if (!text) return false;
        into = {*text, value.span()};
        return true;
    }

    bool duration(
        const Mapping& map,
        std::string_view key,
        const std::string& example,
        Duration low,
        Duration high,
        Duration& into
    ) {
        const Yaml value = needed(map, key, example);
        if (!value) return false;
        const auto read = reader_.duration_of(value, cited(key), low, high);
        if (read) into = *read;
        return read.has_value();
    }

    std::optional<Watch> first_use(const Mapping& map) {
        FirstUse watch;
        const bool named = concept_name(map, "of", watch.of);
        const bool timed = duration(map, "in", "365d", history_min, history_max, watch.in);
        if (!named || !timed) return std::nullopt;
        return watch;
    }

    std::optional<Watch> shift(const Mapping& map) {
        Shift watch;
        bool good = concept_name(map, "from", watch.from);
        good = concept_name(map, "to", watch.to) && good;
        good = duration(map, "baseline", "180d", history_min, history_max, watch.baseline) && good;
        if (!good) return std::nullopt;
        if (watch.from.value == watch.to.value) {
            Diagnostic& fault = diagnostics_.error(
                code::watch_form, watch.to.span, "a shift from a concept to itself never happens"
            );
            fault.label = "name the new wording here";
            fault.secondary.push_back({watch.from.span, "the same concept"});
            return std::nullopt;
        }
        return watch;
    }

    std::optional<Watch> silent(const Mapping& map) {
        Silent watch;
        const Yaml value = needed(map, "for", "36h");
        if (!value) return std::nullopt;
        if (value.is_scalar() && value.text() == "learned") return watch;
        watch.for_ = reader_.duration_of(value, "`for`", silence_min, silence_max);
        if (!watch.for_) return std::nullopt;
        return watch;
    }

    std::optional<Watch> frequency(const Mapping& map) {
        Frequency watch;
        bool good = false;
        if (const Yaml value = needed(map, "at_least", "5")) {
            const auto count = reader_.whole_of(value, "`at_least`", 2, frequency_max);
            if (count) watch.at_least = static_cast<int>(*count);
            good = count.has_value();
        }
        good = duration(map, "within", "1h", window_min, window_max, watch.within) && good;
        if (!good) return std::nullopt;
        return watch;
    }

    std::optional<Watch> chorus(const Mapping& map) {
        Chorus watch;
        bool good = false;
        if (const Yaml value = needed(map, "same_text", "3 orgs"))
            good = orgs_of(value, watch.orgs);
        good = duration(map, "within", "2h", window_min, window_max, watch.within) && good;
        if (!good) return std::nullopt;
        return watch;
    }

    // "3 orgs"; the number alone is understood.
    bool orgs_of(Yaml value, int& into) {
        const auto text = reader_.text_of(value, "`same_text`");
        if (!text) return false;
        const std::string_view all(*text);
        const std::size_t digits = std::min(all.find_first_not_of("0123456789"), all.size());
        std::string_view unit = all.substr(digits);
        unit.remove_prefix(std::min(unit.find_first_not_of(' '), unit.size()));
        int count = 0;
        const auto parsed = std::from_chars(all.data(), all.data() + digits, count);
        const bool understood =
            parsed.ec == std::errc() && (unit.empty() || unit == "org" || unit == "orgs");
        if (understood && count >= 2 && count <= chorus_orgs_max) {
            into = count;
            return true;
        }
        diagnostics_.error(code::not_allowed, value.span(), "`same_text` cannot be " + cited(*text))
            .label =
            "write how many organisations, 2 to " + std::to_string(chorus_orgs_max) + ": `3 orgs`";
        return false;
    }

    std::optional<Watch> follow(Yaml value) {
        auto names = reader_.texts_of(value, "`follow`");
        if (!names) return std::nullopt;
        if (names->empty()) {
            diagnostics_.error(code::empty, value.span(), "`follow: []` follows no rule").label =
                "name at least one rule";
            return std::nullopt;
        }
        return Follow{std::move(*names)};
    }

    Diagnostics& diagnostics_;
    Reader& reader_;
    const Mapping& rule_;
};

}  // namespace

std::span<const std::string_view> watch_keys() {
    static constexpr std::array<std::string_view, std::variant_size_v<Watch>> keys{
        "first_use", "shift", "silent", "frequency", "chorus", "follow"};
    return keys;
}

std::string_view watch_key(const Watch& watch) { return watch_keys()[watch.index()]; }

std::string watch_text(const Watch& watch) {
    struct Text {
        std::string operator()(const FirstUse& one) const {
            return one.of.value + " in " + format_duration(one.in);
        }
        std::string operator()(const Shift& one) const {
            return one.from.value + " to " + one.to.value + " in " + format_duration(one.baseline);
        }
        std::string operator()(const Silent& one) const {
            return "for " + (one.for_ ? format_duration(*one.for_) : "longer than ever");
        }
        std::string operator()(const Frequency& one) const {
            return std::to_string(one.at_least) + " within " + format_duration(one.within);
        }
        std::string operator()(const Chorus& one) const {
            return std::to_string(one.orgs) + " orgs within " + format_duration(one.within);
        }
        std::string operator()(const Follow& one) const {
            std::string names;
            for (const auto& rule : one.rules) names += (names.empty() ? "" : ", ") + rule.value;
            return names;
        }
    };
    return std::visit(Text{}, watch);
}

std::vector<Located<std::string>> watch_concepts(const Watch& watch) {
    if (const auto* first_use = std::get_if<FirstUse>(&watch)) return {first_use->of};
    if (const auto* shift = std::get_if<Shift>(&watch)) return {shift->from, shift->to};
    return {};
}

bool has_watch(const Mapping& rule) {
    return std::ranges::any_of(watch_keys(), [&](std::string_view key) {
        return rule[key] || rule.meant(key);
    });
}

void read_watch(Loading& loading, const Mapping& map, RuleConfig& into) {
    into.watch = WatchReader(loading, map).read();
    if (!into.watch) return;
    const std::string key(watch_key(into.watch->watch));
    const bool follows = std::holds_alternative<Follow>(into.watch->watch);
    if (follows && map["match"]) {
        loading.diagnostics
            .error(
                code::watch_form,
                map.key_span("match"),
                "`follow` looks at the alerts of other rules, not at words"
            )
            .label = "leave `match` out; the followed rules have theirs";
    }
    if (into.on_edit && map["statements"]) {
        loading.diagnostics
            .error(
                code::watch_form,
                map["statements"].span(),
                "`edit` in `statements` does not go with " + cited(key)
            )
            .label = "an edit counts when it brings the words; to hear of edits, use `follow`";
    }
    // Every edit of what is followed is told.
    into.on_edit = follows;
    if (map["match"]) return;
    into.match.kind = MatchNode::Kind::everything;
    into.match.span = into.watch->span;
}

bool check_watch(Loading& loading, const RuleConfig& rule) {
    if (!rule.watch) return true;
    bool good = true;
    for (const Located<std::string>& name : watch_concepts(rule.watch->watch)) {
        const bool known = loading.concepts.has(name.value) ||
                           loading.concepts.has(name.value.substr(0, name.value.rfind('.')));
        if (known) continue;
        loading.concepts.require(name, loading.diagnostics);
        good = false;
    }
    const auto* follow = std::get_if<Follow>(&rule.watch->watch);
    if (follow == nullptr) return good;
    for (const Located<std::string>& name : follow->rules) {
        loading.rules.require(name, loading.diagnostics);
        const auto followed = std::ranges::find_if(loading.config.rules, [&](const auto& other) {
            return other.name.value == name.value;
        });
        if (followed == loading.config.rules.end() || !followed->watch) continue;
        if (!std::holds_alternative<Follow>(followed->watch->watch)) continue;
        loading.diagnostics
            .error(
                code::watch_form, name.span, "rule " + cited(name.value) + " is a `follow` itself"
            )
            .label = "name the rules that find the statements";
        good = false;
    }
    return good;
}

}  // namespace spokeswatch
