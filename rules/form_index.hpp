#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "text/word_forms.hpp"

namespace spokeswatch {

// Lets a phrase index find the forms of a rule's words. A word with forms does not stand in the
// phrase index under the hash of its letters but under a key of its own, which `add` gives; `find`
// gives for each word of a text the keys of the rule words it is a form of, itself included. So
// per word of a text the phrase index is asked for its hash and for each of these keys.
//
//   compile:  key = forms.add("visit", FormLanguage::english);   for each word of each phrase
//             forms.build();
//   match:    for (const FormIndex::Form& form : forms.find(token.hash)) ... form.key
//
// All forms of all rule words are written out when rules are compiled: for a word that is none of
// them, `find` is one look into a bitmap, and no dictionary is asked while texts are matched.
// A constant after build; several threads may find.
class FormIndex {
  public:
    struct Form {
        std::uint64_t hash = 0;
        std::uint64_t key = 0;

        auto operator<=>(const Form&) const = default;  // NOLINT(modernize-use-nullptr)
    };

    // Words of a text are known by their letters, or by what these look like: `find` then takes the
    // hash of looks_of().
    enum class By : std::uint8_t { letters, looks };

    explicit FormIndex(By by = By::letters, const WordForms& forms = system_word_forms())
        : forms_(&forms), by_(by) {}

    // `word`: folded, no prefix word and none of an `exact:` or `forms: none` term. `language`: of
    // form_language(); without one, or for a word of a single letter, it has no other forms, and by
    // letters its key is token_hash(word), which `find` never gives. `name`: the rule has it with a
    // capital (Песков, not песков).
    std::uint64_t add(
        std::string_view word, std::optional<FormLanguage> language, bool name = false
    );
    // After the last add, before the first find.
    void build();
    [[nodiscard]] bool empty() const { return entries_.empty(); }

    // The rule words of which this one is a form; none for nearly all words, seldom more than one.
    // `hash`: token_hash of the folded word.
    [[nodiscard]] std::span<const Form> find(std::uint64_t hash) const {
        return may_find(hash) ? range(hash) : std::span<const Form>();
    }
    // One look into a bitmap: false for nearly all words that `find` gives nothing for.
    [[nodiscard]] bool may_find(std::uint64_t hash) const {
        const std::uint64_t bit = hash >> shift_;
        return (known_[bit / 64] >> (bit % 64) & 1) != 0;
    }
    // So that find() of a word that may_find() lets through need not wait: first the one, then the
    // other, for several words at a time.
    void prefetch_start(std::uint64_t hash) const {
        __builtin_prefetch(starts_.data() + (hash >> starts_shift_));
    }
    void prefetch_forms(std::uint64_t hash) const {
        __builtin_prefetch(entries_.data() + starts_[hash >> starts_shift_]);
    }

    // Languages of rule words whose dictionary is not installed: only regular endings are known.
    [[nodiscard]] const std::vector<FormLanguage>& without_dictionary() const { return missing_; }

  private:
    [[nodiscard]] std::span<const Form> range(std::uint64_t hash) const;

    const WordForms* forms_;
    By by_;
    std::unordered_set<std::uint64_t> keys_;  // that were given, until build
    std::vector<std::string> words_;          // of the word that is added
    std::string looks_;
    std::vector<Form> entries_;            // sorted
    std::vector<std::uint32_t> starts_;    // in entries_, by the first bits of the hash
    std::vector<std::uint64_t> known_{0};  // bitmap by the first bits of the hash
    unsigned shift_ = 63, starts_shift_ = 63;
    std::uint32_t languages_ = 0;  // bits: of rule words
    std::vector<FormLanguage> missing_;
};

}  // namespace spokeswatch
