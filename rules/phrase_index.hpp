#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "text/tokens.hpp"

namespace spokeswatch {

// Where a phrase stands in a text: tokens [first, last).
struct PhraseHit {
    std::uint32_t phrase = 0;
    std::uint32_t first = 0;
    std::uint32_t last = 0;
};

// All phrases of all rules. What it costs to search a text depends on the text and on what hits,
// not on how many phrases there are: a phrase is found by the hash of its first one or two words.
class PhraseIndex {
  public:
    // Number of the phrase; the same text has one number. `*` behind a word is any ending. An exact
    // phrase is found folded like every other, but its hyphens are not read as nothing: who asked
    // compares the hits with the text as written.
    std::uint32_t add(std::string_view text, bool exact);
    // After the last add, before the first find.
    void build();

    // Hits in rising order of `first`, no duplicates. Appends to `hits`.
    void find(const Tokens& text, std::vector<PhraseHit>& hits) const;

    [[nodiscard]] std::size_t size() const { return phrases_; }
    // A phrase without any letter, digit, emoji or address can never hit.
    [[nodiscard]] bool can_hit(std::uint32_t phrase) const { return rarity_[phrase] > 0; }
    // How much a hit tells, for choosing what a rule waits for: grows with the length.
    [[nodiscard]] std::uint32_t rarity(std::uint32_t phrase) const { return rarity_[phrase]; }

  private:
    struct Word {
        std::uint64_t hash = 0;
        std::uint32_t form = 0;  // of a prefix word: in forms_
        bool prefix = false;
        bool ideograph = false;
        bool joined = false;          // no gap before it, as written
        bool sentence_start = false;  // the phrase itself crosses the end of a sentence there
        bool dot_before = false;
    };
    struct Variant {
        std::uint32_t phrase = 0;
        std::uint32_t words = 0;  // first in words_
        std::uint32_t count = 0;
        std::uint64_t key = 0;
        std::uint8_t keyed_words = 1;
    };
    struct Slot {
        std::uint64_t key = 0;
        std::uint32_t variants = 0;  // first in variants_
        std::uint32_t count = 0;     // 0: free
    };
    // One or several tokens read as one word.
    struct Unit {
        std::uint64_t hash = 0;
        std::uint32_t first = 0, last = 0;
    };
    class Search;

    [[nodiscard]] bool begins(std::string_view token, const Word& word) const {
        const std::string& form = forms_[word.form];
        return token.substr(0, form.size()) == form;
    }
    void add_variant(std::uint32_t phrase, const std::vector<Word>& words);
    [[nodiscard]] const Slot* slot(std::uint64_t key) const;

    std::unordered_map<std::string, std::uint32_t> numbers_;
    std::vector<std::uint32_t> rarity_;
    std::vector<Word> words_;
    std::vector<std::string> forms_;
    std::vector<Variant> variants_;
    std::vector<Slot> slots_;
    std::vector<std::uint64_t> first_words_;  // bitmap: may a phrase begin with this hash?
    std::size_t phrases_ = 0;
    bool prefixes_ = false;  // some phrase begins with a prefix word
};

}  // namespace spokeswatch
