#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "config/config.hpp"
#include "rules/entity_index.hpp"
#include "rules/matchers.hpp"
#include "rules/phrase_index.hpp"
#include "text/pattern.hpp"

// What the rules of a configuration become. Conditions of all rules lie in one array; a rule is the
// number of its top condition. Phrases and entities are triggers: every rule that cannot be true
// without one of a set of triggers hangs under these and is looked at only when one of them hits.

namespace spokeswatch {

// Texts of a statement, as bits so that a condition can name several.
namespace field_bit {
inline constexpr std::uint8_t title = 1;
inline constexpr std::uint8_t spoiler = 2;
inline constexpr std::uint8_t text = 4;
inline constexpr std::uint8_t alt = 8;
inline constexpr std::uint8_t quote = 16;
inline constexpr std::uint8_t author = 32;
inline constexpr std::uint8_t own_words = title | spoiler | text | alt;
inline constexpr std::uint8_t every = own_words | quote | author;
}  // namespace field_bit

struct Condition {
    enum class Op : std::uint8_t {
        all,
        any,
        none,
        near,
        phrase,
        exact,
        exact_signs,  // an exact text without any letter: found by its signs alone
        regex,
        entity,
        always,
        never
    };

    Op op = Op::never;
    std::uint8_t fields = field_bit::own_words;
    bool ordered = false;  // near: the left side first
    bool shared = false;   // many rules ask: the answer is kept while a statement is matched
    EntityKind entity = EntityKind::tag;
    std::uint32_t first_child = 0;  // in Program::children
    std::uint32_t child_count = 0;
    std::uint32_t at_least = 1;  // any
    std::uint32_t within = 0;    // near: words between
    std::uint32_t subject = 0;   // number of the phrase, exact text, regex or entity
    std::uint32_t phrase = 0;    // exact: the phrase that finds it folded
    std::uint32_t term = 0;      // as written, for highlights and explanations
};

// A text to be found as written. `lead`: surface bytes before its first word.
struct ExactText {
    std::string surface;
    std::size_t lead = 0;
};

struct CompiledRule {
    std::string name;
    Severity severity = Severity::warning;
    Labels labels;
    Matchers from, not_from;
    std::vector<Form> forms;
    bool on_edit = false;
    std::uint32_t top = 0;
    bool broken = false;  // an error was reported: examples would only add noise
};

struct Program {
    std::vector<Condition> conditions;
    std::vector<std::uint32_t> children;
    std::vector<std::string> terms;
    std::vector<Pattern> patterns;
    std::vector<ExactText> exacts;
    PhraseIndex phrases;
    EntityIndex entities;
    std::vector<CompiledRule> rules;
    std::uint8_t fields_read = 0;  // by some condition

    // Rules under each trigger (phrases first, then entities), and those that wait for nothing.
    std::vector<std::uint32_t> posting_starts;
    std::vector<std::uint32_t> postings;
    std::vector<std::uint32_t> always;
    // The same for what each rule would wait for were its rarest condition left out: with these a
    // rule is found that misses a statement by one condition, whichever that is.
    std::vector<std::uint32_t> second_starts;
    std::vector<std::uint32_t> second_postings;

    [[nodiscard]] std::size_t triggers() const { return phrases.size() + entities.size(); }
};

// Regular expressions that RE2 refuses go to `diagnostics`. What the loader has already reported
// (unknown concepts, empty conditions) becomes a condition that is never true.
Program compile_program(const Config& config, Diagnostics& diagnostics);

}  // namespace spokeswatch
