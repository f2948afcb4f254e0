#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/config.hpp"
#include "rules/entity_index.hpp"
#include "rules/matchers.hpp"
#include "rules/phrase_index.hpp"
#include "text/pattern.hpp"

// What the rules of a configuration become. Conditions of all rules lie in one array; a rule is the
// number of its top condition. Phrases and entities are triggers: every rule that cannot be true
// without one of a set of triggers hangs under these and is looked at only when one of them hits.
// An `any` of many phrases (a concept) is a trigger, too: a hit of a phrase is one of its groups.

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
    bool grouped = false;  // any: of so many triggers that the hits are asked, not the members
    EntityKind entity = EntityKind::tag;
    std::uint32_t first_child = 0;  // in Program::children
    std::uint32_t child_count = 0;
    std::uint32_t at_least = 1;  // any
    std::uint32_t within = 0;    // near: words between
    std::uint32_t subject = 0;   // number of the phrase, exact text, regex, entity or group
    // exact: the phrase that finds it folded; phrase: the one that takes no letter for another
    std::uint32_t phrase = 0;
    std::uint32_t term = 0;  // as written, for highlights and explanations
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

// Many short texts in one piece.
class TextList {
  public:
    std::uint32_t add(std::string_view text) {
        text_ += text;
        ends_.push_back(static_cast<std::uint32_t>(text_.size()));
        return static_cast<std::uint32_t>(ends_.size() - 1);
    }
    std::string_view operator[](std::uint32_t number) const {
        const std::uint32_t start = number == 0 ? 0 : ends_[number - 1];
        return std::string_view(text_).substr(start, ends_[number] - start);
    }

  private:
    std::string text_;
    std::vector<std::uint32_t> ends_;
};

// What hangs under each of many numbers, in one array.
template <typename Item>
class Postings {
  public:
    // `pairs` of number and item; items of one number keep their order.
    void build(std::uint32_t numbers, const std::vector<std::pair<std::uint32_t, Item>>& pairs) {
        starts_.assign(numbers + 1, 0);
        for (const auto& [number, item] : pairs) ++starts_[number + 1];
        for (std::uint32_t i = 0; i < numbers; ++i) starts_[i + 1] += starts_[i];
        items_.resize(pairs.size());
        std::vector<std::uint32_t> next(starts_.begin(), starts_.end() - 1);
        for (const auto& [number, item] : pairs) items_[next[number]++] = item;
    }
    [[nodiscard]] const Item* begin(std::uint32_t number) const {
        return items_.data() + starts_[number];
    }
    [[nodiscard]] const Item* end(std::uint32_t number) const {
        return items_.data() + starts_[number + 1];
    }
    // So that begin() need not wait.
    void prefetch(std::uint32_t number) const { __builtin_prefetch(starts_.data() + number); }

  private:
    std::vector<std::uint32_t> starts_;
    std::vector<Item> items_;
};

// Membership of a trigger in a group: the condition of the group's that waits for it.
struct Member {
    std::uint32_t group = 0;
    std::uint32_t condition = 0;
};

struct Program {
    std::vector<Condition> conditions;
    std::vector<std::uint32_t> children;
    TextList terms;
    std::vector<Pattern> patterns;
    std::vector<ExactText> exacts;
    PhraseIndex phrases;
    EntityIndex entities;
    std::vector<CompiledRule> rules;
    std::uint8_t fields_read = 0;  // by some condition

    // Triggers have one row of numbers: phrases, entities, groups of these, patterns that require a
    // literal. Rules under each of them, and those that wait for nothing.
    Postings<std::uint32_t> waiting;
    std::vector<std::uint32_t> always;
    // What each rule would wait for were its rarest condition left out: with these a rule is found
    // that misses a statement by one condition, whichever that is.
    Postings<std::uint32_t> waiting_second;
    Postings<Member> members;
    std::uint32_t groups = 0;
    PatternFilter pattern_filter;
    bool filters_patterns = false;  // some rule waits for a pattern

    [[nodiscard]] std::uint32_t entity_trigger(std::uint32_t entity) const {
        return static_cast<std::uint32_t>(phrases.size()) + entity;
    }
    [[nodiscard]] std::uint32_t group_trigger(std::uint32_t group) const {
        return entity_trigger(static_cast<std::uint32_t>(entities.size())) + group;
    }
    [[nodiscard]] std::uint32_t pattern_trigger(std::uint32_t pattern) const {
        return group_trigger(groups) + pattern;
    }
    [[nodiscard]] std::uint32_t triggers() const {
        return pattern_trigger(static_cast<std::uint32_t>(patterns.size()));
    }
};

// Regular expressions that RE2 refuses go to `diagnostics`. What the loader has already reported
// (unknown concepts, empty conditions) becomes a condition that is never true.
Program compile_program(const Config& config, Diagnostics& diagnostics);

}  // namespace spokeswatch
