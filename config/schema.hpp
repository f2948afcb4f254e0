#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// The keys of the configuration, in one place: where each stands, what it takes, what it does and
// what happens without it. Readers, suggestions, the JSON Schema (json_schema.hpp) and the manual
// (reference.hpp) all come from this table: a new key is one line in it, and its reader. What kinds
// add to sources, receivers and `global` stands in their own tables (options.hpp).

namespace spokeswatch {

enum class Section {
    file,  // top level of a configuration file
    global,
    heartbeat,
    storage,
    web,
    source,
    concept_,
    term,  // a term with keys of its own
    rule,
    match,
    field,
    examples,
    first_use,
    shift,
    silent,
    frequency,
    chorus,
    route,
    operations,
    receiver,
    target,     // one item of `..._configs`: only keys of its kind
    test_file,  // top level of a `*.test.yml`
    test,
    test_statement,
    test_expectation,
    test_alert,
};

enum class ValueType {
    text,
    texts,  // a list of texts, or one
    whole,
    flag,
    duration,
    url,
    path,
    choice,   // one of `words`
    choices,  // a list of `words`, or one
    name,
    language,
    time_zone,
    address,  // host and port
    time,     // RFC 3339
    labels,
    matchers,
    secret,  // three keys: `x`, `x_file`, `x_env`
    terms,   // texts or mappings of Section::term, or these by language
    paths_by_language,
    match,          // a text, or a mapping of conditions
    members,        // a list of texts and mappings of conditions
    pair,           // exactly two of these
    words_apart,    // `25 words`
    organisations,  // `3 orgs`
    silence,        // a duration, or `learned`
    mapping,        // of the keys of `section`
    mappings,       // a list of these
};

enum class Need {
    no,
    yes,
    one_of,  // at least one of all keys of the section that are marked so
};

// One key. The texts are Markdown, code in backquotes.
struct KeySpec {
    std::string_view name;
    ValueType type = ValueType::text;
    std::string_view meaning{};    // one sentence
    std::string_view otherwise{};  // what holds when the key is absent; empty: nothing
    std::string_view example{};    // a value, as it is written in YAML
    Need need = Need::no;
    std::string_view words{};  // of a choice: "info, warning, critical"
    Section section = Section::file;
    std::string_view beside{};  // a key that must stand in the same mapping
    bool later = false;         // refused: not in this version
};

// One section as the manual tells it. `before` and `after` (the table of keys) are paragraphs and
// items of Markdown; `example` is a whole configuration file.
struct SectionSpec {
    Section section;
    std::string_view heading;
    std::string_view where;  // "under `route`", "in a rule"
    int level = 2;           // of the heading
    std::span<const KeySpec> keys;
    std::string_view before{}, example{}, after{};
};

// All sections but `target`, in the order of the manual; those of tests last.
std::span<const SectionSpec> all_sections();
// Keys of that section, without those that kinds add to global, sources and receivers.
std::span<const KeySpec> keys_of(Section section);
// What stands in a file: the name itself, of a secret its three keys.
std::vector<std::string> names_of(const KeySpec& key);
// The row of a key as it stands in a file; null when the section has none.
const KeySpec* find_key(Section section, std::string_view name);
// "under `route`", "in a rule": where keys of that section stand.
std::string_view whereabouts(Section section);
// Words of a choice, one by one.
std::vector<std::string> words_of(const KeySpec& key);
// First section that has such a key, `but` left out; nullptr when none has.
const Section* section_with(std::string_view key, Section but);
// Keys of all sections but one.
std::vector<std::string> keys_elsewhere(Section but);

// Kinds that are known and not in this version.
std::span<const std::string_view> later_source_kinds();
std::span<const std::string_view> later_notifier_kinds();

}  // namespace spokeswatch
