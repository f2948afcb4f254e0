#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "rules/form_index.hpp"
#include "rules/prefix_table.hpp"
#include "text/tokens.hpp"

// How a million phrases are found in a text without asking for any of them.
//
// Every word has a key: the hash of its folded form. A sequence of words has a key made of those of
// its words, so the key of "state visit" follows from that of "state" and the next word. The search
// starts at every token of a text and reads on as long as some phrase begins like what was read:
//
//     bitmaps   for sequences of one, two, three and more words, two bits each: may a phrase end
//               here, may one go on? Nearly every token is turned away by one look at the first,
//               which lies in the processor's cache.
//     table     for whole phrases only, open addressing, entries of 16 bytes {low half of the key
//               and the number of the phrase, where its gaps are described}. Looked at when a
//               bitmap says that a phrase may end here, which is wrong once in some ten times.
//
// So the cost of a text depends on its length and on what hits, not on how many phrases there are.
// Word hashes have a key of their own in every process, so nobody can write words that collide.
//
// What one key cannot say makes more keys, never another index: a word with `*` stands under a key
// of its own, which every word of a text that begins so has beside its own, and so does a word that
// stands for its inflected forms (form_index.hpp) or for what looks like it; a hyphen in a phrase
// makes two phrases, one with a gap there and one without; a chain of words and hyphens in a text
// is also read as one word. What lies between two words (the end of a sentence, the comma between
// two Chinese characters) is looked at when the text has something there.

namespace spokeswatch {

// Where a phrase stands in a text: tokens [first, last).
struct PhraseHit {
    std::uint32_t phrase = 0;
    std::uint32_t first = 0;
    std::uint32_t last = 0;
};

// How the words of a phrase are to be taken. An exact phrase is found folded like every other, but
// its hyphens are not read as nothing: who asked compares the hits with the text as written.
struct PhraseReading {
    bool exact = false;
    bool forms = false;           // a word stands for its inflected forms
    bool confusables = false;     // and for words that look like it
    std::string_view language{};  // of the forms, as form_language() takes it
};

// Two bits for every key of a sequence of words that begins some phrase.
class SequenceBits {
  public:
    static constexpr std::uint64_t ends = 1;     // a phrase may end with it
    static constexpr std::uint64_t goes_on = 2;  // a longer phrase may begin with it

    // For `count` sequences; false answers grow when more than `slots_max` would be needed.
    void reset(std::size_t count, std::size_t slots_max);
    void set(std::uint64_t key, std::uint64_t bits) {
        const std::uint64_t slot = key >> 32 & mask_;
        words_[slot / 32] |= bits << (slot % 32 * 2);
    }
    [[nodiscard]] std::uint64_t get(std::uint64_t key) const {
        const std::uint64_t slot = key >> 32 & mask_;
        return words_[slot / 32] >> (slot % 32 * 2) & 3;
    }

  private:
    std::vector<std::uint64_t> words_;
    std::uint64_t mask_ = 0;
};

// All phrases of all rules.
class PhraseIndex {
  public:
    // Number of the phrase; the same text read in the same way has one number. `*` behind a word is
    // any ending.
    std::uint32_t add(std::string_view text, const PhraseReading& reading);
    // After the last add, before the first search.
    void build();

    [[nodiscard]] std::size_t size() const { return rarity_.size(); }
    // A phrase without any letter, digit, emoji or address can never hit.
    [[nodiscard]] bool can_hit(std::uint32_t phrase) const { return rarity_[phrase] > 0; }
    // How much a hit tells, for choosing what a rule waits for: grows with the length.
    [[nodiscard]] std::uint32_t rarity(std::uint32_t phrase) const { return rarity_[phrase]; }
    // Languages whose dictionary is not installed: only regular endings are known of their words.
    [[nodiscard]] const std::vector<FormLanguage>& without_dictionary() const {
        return forms_.without_dictionary();
    }

  private:
    friend class PhraseSearch;

    // What may lie before a word of a phrase, beside a plain gap.
    static constexpr std::uint8_t gap_joined = 1;    // nothing, as the phrase is written
    static constexpr std::uint8_t gap_sentence = 2;  // the end of a sentence: the phrase has one
    static constexpr std::uint8_t gap_dot = 4;       // one full stop: the phrase has it
    static constexpr std::uint32_t plain_gaps = 0xFFFFFFFF;

    struct Word {
        std::string form;
        std::uint8_t gap = 0;
        bool prefix = false;
        bool inflects = false;  // a word of letters
        bool name = false;      // with a capital
    };
    struct Entry {
        std::uint64_t key = 0;
        std::uint32_t phrase = 0;
        std::uint32_t gaps = free;  // in gaps_, one for each word but the first; or plain_gaps

        static constexpr std::uint32_t free = 0xFFFFFFFE;
    };
    // Until build() knows how many there are.
    struct Pending {
        std::vector<Entry> entries;
        std::vector<std::uint8_t> lengths;  // of each entry: 1, 2, 3 or more words
        std::array<std::vector<std::uint64_t>, 3> beginnings;      // keys of sequences that go on
        std::unordered_map<std::uint64_t, std::uint32_t> numbers;  // by hash of the text
        Tokens tokens;
        std::vector<Word> words;
    };

    // Which of the three bitmaps knows sequences of that many words.
    static std::size_t level(std::size_t words) { return words < 3 ? words - 1 : 2; }
    static std::uint64_t next_key(std::uint64_t key, std::uint64_t word) {
        return key * 0x9E3779B97F4A7C15ULL + word;
    }

    void read_hyphens(
        std::uint32_t phrase,
        std::string_view text,
        const PhraseReading& how,
        const std::vector<std::size_t>& stars
    );
    void add_words(
        std::uint32_t phrase, std::size_t count, std::string_view text, const PhraseReading& how
    );
    std::uint64_t key_of(const Word& word, std::string_view text, const PhraseReading& how);
    [[nodiscard]] std::size_t place(std::uint64_t key) const { return key & (table_.size() - 1); }

    Pending pending_;
    std::vector<std::uint32_t> rarity_;
    SequenceBits bits_[3];
    std::vector<Entry> table_;
    std::vector<std::uint8_t> gaps_;
    PrefixTable prefixes_;
    FormIndex forms_;
    FormIndex look_alikes_{FormIndex::By::looks};
    std::size_t words_max_ = 0;       // of any phrase
    bool crosses_sentences_ = false;  // some phrase has a full stop inside
};

}  // namespace spokeswatch
