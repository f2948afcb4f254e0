#pragma once

#include <cstdint>
#include <vector>

#include "rules/phrase_index.hpp"

namespace spokeswatch {

// Searches texts for the phrases of an index, one after the other, with buffers that are kept.
class PhraseSearch {
  public:
    explicit PhraseSearch(const PhraseIndex& index) : index_(index), path_(index.words_max_ + 1) {}

    // Every place at which a phrase stands, in rising order of `first`, no duplicates. A chain of
    // hyphens makes several places of one phrase. Appends to `hits`.
    // `original`: what the tokens were made of.
    void find(const Tokens& text, std::string_view original, std::vector<PhraseHit>& hits);

  private:
    // Where the bitmaps say that a phrase may be. The table is asked for all of them together: its
    // lines come from memory, and come faster when many are on their way.
    struct Candidate {
        std::uint64_t key = 0;
        std::uint32_t first = 0, last = 0;  // tokens
        std::uint32_t path = no_path;       // in paths_: where each word began
        std::uint32_t words = 0;
    };
    static constexpr std::uint32_t no_path = 0xFFFFFFFF;
    // What was read from some token on.
    struct Sequence {
        std::uint64_t key = 0;
        std::uint32_t words = 0;
        bool gaps_matter = false;  // the text has something between them that a phrase may not have
    };

    void read(Sequence sequence, std::uint32_t at);
    template <typename Use>
    void each_look_alike(std::string_view word, Use use);
    template <typename Use>
    void each_reading(std::uint32_t first, std::uint32_t last, Use use);
    bool add(Sequence& sequence, std::uint64_t word, std::uint32_t next);
    void look_up(const Candidate& candidate, std::vector<PhraseHit>& hits) const;
    [[nodiscard]] bool gaps_fit(std::uint32_t gaps, const Candidate& candidate) const;
    [[nodiscard]] bool read_twice(
        const Candidate& candidate, std::uint32_t phrase, const std::vector<PhraseHit>& hits
    ) const;
    [[nodiscard]] std::string_view form(std::uint32_t first, std::uint32_t last) const;

    const PhraseIndex& index_;
    const Token* tokens_ = nullptr;
    std::uint32_t count_ = 0;
    std::string_view folded_, original_;
    std::vector<std::uint32_t> path_;
    std::vector<std::uint32_t> paths_;
    std::vector<Candidate> candidates_;
    std::size_t found_before_ = 0;  // hits that are not of this text
    std::size_t steps_ = 0;
    std::string looks_;
};

}  // namespace spokeswatch
