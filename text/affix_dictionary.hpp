#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/word_list.hpp"

namespace spokeswatch {

// A spelling dictionary in Hunspell's format, read for its inflection tables: which words it has
// and what their endings make of them. Of the format it knows what the dictionaries of English,
// Russian and Ukrainian use: UTF-8, flags of one byte, one ending a word (hunspell(5), SFX and
// PFX). Words are folded (tokens.hpp). A constant after load.
class AffixDictionary {
  public:
    // nullopt: a file is missing, too large or in a dialect that is not known.
    static std::optional<AffixDictionary> load(
        const std::filesystem::path& affixes, const std::filesystem::path& words
    );

    // A dictionary word from which an ending makes the word that was asked for.
    struct Root {
        std::string word;
        char ending = 0;  // the flag of the ending; 0: the word itself
    };
    void roots(std::string_view word, std::vector<Root>& into) const;

    [[nodiscard]] bool has(std::string_view word) const;
    // In small letters, not only as a name.
    [[nodiscard]] bool has_as_written(std::string_view word) const;
    // It is there, but the dictionary knows no other form of it.
    [[nodiscard]] bool has_bare(std::string_view word) const;

    // Appends what the endings make of a dictionary word; only those whose flag is in `endings`,
    // all when this is empty. Not the word itself.
    void forms(std::string_view root, std::string_view endings, std::vector<std::string>& into)
        const;

    // The same for a word that is a prefix before a dictionary word: "report" is "re" before
    // "port".
    void prefixed_forms(
        std::string_view word, std::string_view endings, std::vector<std::string>& into
    ) const;

  private:
    struct Affix {
        char flag = 0;
        std::string strip, add;
        std::string condition;  // what the word must end in; empty: anything
    };

    AffixDictionary() = default;
    bool read_affixes(std::string_view text);
    void index_words();
    // Calls `use(flags)` for every entry of the word until it says no.
    template <typename Use>
    void each_entry(std::string_view word, Use use) const;

    struct Slot {
        std::uint32_t line = 0;  // offset in words_ + 1; 0: free
        std::uint32_t hash = 0;  // of the folded word
    };
    std::string words_;  // the .dic file
    std::vector<Slot> slots_;
    std::vector<Affix> suffixes_;
    EndingMap<std::uint32_t> by_ending_;                   // suffixes_ by `add`
    std::array<std::vector<std::uint32_t>, 256> by_flag_;  // suffixes_
    std::vector<Affix> prefixes_;
};

}  // namespace spokeswatch
