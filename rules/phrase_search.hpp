#pragma once

#include <cstdint>
#include <vector>

#include "rules/phrase_index.hpp"

namespace spokeswatch {

// Searches texts for the phrases of an index, one after the other, with buffers that are kept.
class PhraseSearch {
  public:
    explicit PhraseSearch(const PhraseIndex& index) : index_(index) {}

    // Every place at which a phrase stands, in rising order of `first`, no duplicates. A chain of
    // hyphens makes several places of one phrase. Appends to `hits`.
    // `original`: what the tokens were made of.
    void find(const Tokens& text, std::string_view original, std::vector<PhraseHit>& hits);

  private:
    // Numbers chosen without a branch.
    class Numbers {
      public:
        // For so many; forgets those before.
        void make_room(std::size_t count) {
            if (numbers_.size() < count) numbers_.resize(count);
            count_ = 0;
        }
        void add_if(bool wanted, std::uint32_t number) {
            numbers_[count_] = number;
            count_ += wanted ? 1 : 0;
        }
        [[nodiscard]] const std::uint32_t* begin() const { return numbers_.data(); }
        [[nodiscard]] const std::uint32_t* end() const { return numbers_.data() + count_; }

      private:
        std::vector<std::uint32_t> numbers_;
        std::size_t count_ = 0;
    };
    // One way to read one word that stands at some token.
    struct Reading {
        std::uint64_t word = 0;  // its key
        std::uint32_t last = 0;  // behind its tokens
    };
    // Numbers [begin, end) in readings_.
    struct Readings {
        std::uint32_t begin = 0, end = 0;
    };
    // Words that were read one after the other and begin some phrase.
    struct Sequence {
        std::uint64_t key = 0;
        std::uint32_t before = 0;  // in sequences_: without the last word
        std::uint32_t first = 0;   // token
        std::uint32_t at = 0;      // where the last word began
        std::uint32_t last = 0;    // behind it
        bool gaps_matter = false;  // the text has something between them that a phrase may not have
    };
    // A sequence where the bitmaps say that a phrase may end.
    struct Candidate {
        std::uint32_t sequence = 0;
        std::uint32_t words = 0;
    };

    void choose_words();
    void read_words();
    void read_chain(std::uint32_t at);
    template <typename Use>
    void each_reading(std::uint32_t first, std::uint32_t last, Use use);
    template <typename Use>
    void each_look_alike(std::string_view word, Use use);
    void begin_sequences();
    void read_on();
    void extend(std::uint32_t sequence);
    void add(const Sequence& shorter, std::uint32_t number, Reading word);
    void look_up(const Candidate& candidate, std::vector<PhraseHit>& hits) const;
    [[nodiscard]] bool gaps_fit(std::uint32_t gaps, const Candidate& candidate) const;
    [[nodiscard]] bool read_twice(const PhraseHit& hit, const std::vector<PhraseHit>& hits) const;
    [[nodiscard]] std::string_view form(std::uint32_t first, std::uint32_t last) const;

    const PhraseIndex& index_;
    const Token* tokens_ = nullptr;
    std::uint32_t count_ = 0;
    std::string_view folded_, original_;
    std::vector<Reading> readings_;      // of the tokens that have several
    std::vector<Readings> readings_of_;  // by token; none where its letters are the only one
    std::vector<Sequence> sequences_;    // the first sequence_count_; behind them is room
    std::size_t sequence_count_ = 0;
    Numbers beginnings_;                       // tokens with which some phrase may begin
    Numbers varied_;                           // tokens that may have several readings
    Numbers open_;                             // in sequences_: those that go on
    const SequenceBits* next_bits_ = nullptr;  // know what add() makes
    std::vector<Candidate> candidates_;
    std::uint32_t branching_first_ = 0;  // the token whose sequences are counted
    std::size_t branches_ = 0;
    std::size_t found_before_ = 0;  // hits that are not of this text
    std::string looks_;
};

}  // namespace spokeswatch
