#include <algorithm>
#include <array>
#include <utility>

#include "config/codes.hpp"
#include "config/reader.hpp"

namespace spokeswatch {

namespace {

// Words of other programs, and what they are called here.
constexpr std::array<std::pair<std::string_view, std::string_view>, 27> other_words{{
    {"type", "kind"},
    {"interval", "poll_interval"},
    {"timeout", "poll_timeout"},
    {"tags", "labels"},
    {"tz", "timezone"},
    {"condition", "match"},
    {"expr", "match"},
    {"exclude", "none"},
    {"match", "matchers"},
    {"match_re", "matchers"},
    {"not", "none"},
    {"must_not", "none"},
    {"and", "all"},
    {"must", "all"},
    {"or", "any"},
    {"should", "any"},
    {"regexp", "regex"},
    {"re", "regex"},
    {"id", "name"},
    {"keywords", "terms"},
    {"words", "terms"},
    {"priority", "severity"},
    {"headline", "title"},
    {"body", "text"},
    {"hashtag", "tag"},
    {"handle", "mention"},
    {"url", "link"},
}};

// Keys that people bring along from Alertmanager, where alerts fire and resolve.
constexpr std::array<std::string_view, 3> firing_keys{
    "repeat_interval", "resolve_timeout", "send_resolved"};

template <typename List>
bool contains(const List& list, std::string_view word) {
    return std::find(list.begin(), list.end(), word) != list.end();
}

std::string listed(const std::vector<std::string>& words) {
    std::string out;
    for (const std::string& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

}  // namespace

std::string meant_by(const std::string& word, const std::vector<std::string>& here) {
    const auto other = std::find_if(other_words.begin(), other_words.end(), [&word](const auto& o) {
        return o.first == word;
    });
    if (other != other_words.end() && contains(here, other->second))
        return std::string(other->second);
    // `name:visits`, `-name` and `smtp_smarthost`.
    for (const std::string& key : here) {
        if (word.starts_with(key + ':') || word == '-' + key || word.ends_with('_' + key))
            return key;
    }
    return nearest(word, here);
}

namespace {

std::string described(Yaml value) {
    if (value.is_list()) return "a list";
    if (value.is_map()) return "a mapping";
    if (value.is_scalar()) return "text";
    return "empty";
}

}  // namespace

bool Mapping::add(Yaml map, const std::vector<std::string>& more) {
    if (map.is_empty()) return true;
    if (!map.is_map()) {
        wrong_type(diagnostics_, title_.empty() ? "the file" : title_, "a mapping", map).label =
            section_ == Section::examples ? "write `{match: [...], no_match: [...]}`"
            : title_.empty() && map.is_list()
                ? "begin with what it is a list of: `rules:`, `sources:`, ..."
                : "write `key: value` pairs";
        return false;
    }
    if (!span_.file) span_ = map.span();
    const std::size_t before = pairs_.size();
    for (std::size_t i = 0; i < map.size(); ++i) {
        const Yaml key = map.key(i);
        const KeySpec* spec = find_key(section_, key.text());
        if (spec == nullptr && !contains(more, key.text())) {
            refuse_unknown(key, more);
            continue;
        }
        if (spec != nullptr && spec->later) {
            not_in_this_version(diagnostics_, key.span(), cited(key.text()));
            continue;
        }
        const auto twice = std::find_if(
            pairs_.begin(),
            pairs_.begin() + static_cast<std::ptrdiff_t>(before),
            [&key](const Pair& p) { return p.key.text() == key.text(); }
        );
        if (twice != pairs_.begin() + static_cast<std::ptrdiff_t>(before)) {
            Diagnostic& fault = diagnostics_.error(
                code::set_twice, key.span(), cited(key.text()) + " is set in two files"
            );
            fault.label = "second value";
            fault.secondary.push_back({twice->key.span(), "first one is here"});
            continue;
        }
        pairs_.push_back(Pair{key, map.value(i)});
    }
    return true;
}

void Mapping::refuse_unknown(Yaml key, const std::vector<std::string>& more) {
    const std::string& word = key.text();
    const std::string where = title_.empty() ? "" : " in " + title_;
    if (contains(firing_keys, word)) {
        Diagnostic& fault = diagnostics_.error(
            code::unknown_key,
            key.span(),
            cited(word) + " does not exist here: a statement does not keep firing"
        );
        fault.label = "remove it";
        fault.notes.emplace_back(
            "an alert is opened once, grows by further statements and never resolves"
        );
        return;
    }
    if (section_ == Section::rule && word == "on" && !key.quoted()) {
        diagnostics_
            .error(
                code::yaml_feature,
                key.span(),
                "a bare key `on` reads as `true` in other YAML tools, so it is not used" + where
            )
            .label = "the key is called `statements`";
        return;
    }
    Diagnostic& fault =
        diagnostics_.error(code::unknown_key, key.span(), "unknown key " + cited(word) + where);
    if (!diagnostics_.suggests()) return;
    std::vector<std::string> here;
    for (const KeySpec& spec : keys_of(section_)) {
        for (std::string& name : names_of(spec)) here.push_back(std::move(name));
    }
    here.insert(here.end(), more.begin(), more.end());
    std::string near = meant_by(word, here);
    if (!near.empty()) {
        meant_.push_back(near);
        fault.label = near == word.substr(0, near.size()) && word[near.size()] == ':'
                          ? "a space is missing: write " + cited(near + ": ...")
                      : word == '-' + near
                          ? "a space is missing: write " + cited("- " + near + ": ...")
                          : "did you mean " + cited(near) + "?";
        return;
    }
    std::string elsewhere = word;
    const Section* section = section_with(word, section_);
    if (section == nullptr) {
        elsewhere = nearest(word, keys_elsewhere(section_));
        if (!elsewhere.empty()) section = section_with(elsewhere, section_);
    }
    // A rule whose conditions stand beside `match` has one fault, not two.
    if (section_ == Section::rule && section != nullptr && *section == Section::match)
        meant_.push_back("match");
    if (section != nullptr)
        fault.label = cited(elsewhere) + " belongs " + std::string(whereabouts(*section));
    else if (section_ == Section::match)
        fault.label = "a text that holds `: ` needs quotes";
    if (section == nullptr) fault.notes.push_back("keys here: " + listed(here));
}

Yaml Mapping::operator[](std::string_view key) const {
    for (const Pair& pair : pairs_) {
        if (pair.key.text() == key) return pair.value;
    }
    return {};
}

bool Mapping::meant(std::string_view key) const { return contains(meant_, key); }

Span Mapping::key_span(std::string_view key) const {
    for (const Pair& pair : pairs_) {
        if (pair.key.text() == key) return pair.key.span();
    }
    return span_;
}

Yaml value_of(Yaml map, std::string_view key) {
    if (!map.is_map()) return {};
    for (std::size_t i = 0; i < map.size(); ++i) {
        if (map.key(i).text() == key) return map.value(i);
    }
    return {};
}

std::string titled(const std::string& what, Yaml item) {
    const Yaml name = value_of(item, "name");
    return name && name.is_scalar() ? what + ' ' + cited(name.text()) : what;
}

Diagnostic& wrong_type(
    Diagnostics& diagnostics, const std::string& what, const std::string& needed, Yaml found
) {
    return diagnostics.error(
        code::wrong_type, found.span(), what + " needs " + needed + ", this is " + described(found)
    );
}

Diagnostic& not_in_this_version(Diagnostics& diagnostics, Span span, const std::string& what) {
    return diagnostics.error(
        code::later_version, std::move(span), what + " is not available in this version"
    );
}

Diagnostic& unknown_name(
    Diagnostics& diagnostics,
    const Located<std::string>& name,
    const std::string& what,
    const std::vector<Located<std::string>>& names
) {
    constexpr std::size_t listed_max = 20;
    constexpr std::size_t candidates_max = 10'000;
    Diagnostic& fault = diagnostics.error(
        code::unknown_name, name.span, "no " + what + " is named " + cited(name.value)
    );
    if (!diagnostics.suggests() || names.size() > candidates_max) return fault;
    std::vector<std::string> plain;
    plain.reserve(names.size());
    for (const auto& known : names) plain.push_back(known.value);
    const std::string near = nearest(name.value, plain);
    if (!near.empty()) fault.label = "did you mean " + cited(near) + "?";

    // Names of the same file first; those of each other file end with its path.
    std::string note;
    std::vector<const SourceText*> files{name.span.file.get()};
    for (const auto& known : names) {
        if (std::find(files.begin(), files.end(), known.span.file.get()) == files.end())
            files.push_back(known.span.file.get());
    }
    std::size_t listed = 0;
    for (const SourceText* file : files) {
        bool any = false;
        for (const auto& known : names) {
            if (known.span.file.get() != file || listed >= listed_max) continue;
            if (listed++ > 0) note += ", ";
            note += known.value;
            any = true;
        }
        if (any && file != name.span.file.get()) note += " (" + file->path + ')';
    }
    if (names.empty()) note = "none";
    if (names.size() > listed) note += " and " + std::to_string(names.size() - listed) + " more";
    fault.notes.push_back(what + "s: " + note);
    return fault;
}

}  // namespace spokeswatch
