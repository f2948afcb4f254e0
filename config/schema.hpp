#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

// The keys of the configuration, in one place: what is valid where, what belongs to a later
// version. docs/configuration.md describes every one of them (a test compares).

namespace spokeswatch {

enum class Section {
    file,  // top level of a configuration file
    global,
    heartbeat,
    storage,
    web,
    source,
    concept_,
    rule,
    match,
    field,
    examples,
    first_use,
    shift,
    frequency,
    chorus,
    route,
    receiver,
    target,  // one item of `..._configs`: only keys of its kind
};

struct KeySpec {
    std::string_view name;
    bool later = false;  // refused: not in this version
};

// Keys of that section, without those that kinds add to global, sources and receivers.
std::span<const KeySpec> keys_of(Section section);
// "under `route`", "in a rule": where keys of that section stand.
std::string_view whereabouts(Section section);
// First section that has such a key, `but` left out; nullptr when none has.
const Section* section_with(std::string_view key, Section but);
// Keys of all sections but one.
std::vector<std::string> keys_elsewhere(Section but);

// Kinds that are known and not in this version.
std::span<const std::string_view> later_source_kinds();
std::span<const std::string_view> later_notifier_kinds();

}  // namespace spokeswatch
