#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spokeswatch {

class AffixDictionary;

// Languages whose inflection is known.
enum class FormLanguage : std::uint8_t { english, russian, ukrainian };
inline constexpr std::size_t form_languages = 3;

// The language in which the forms of one word of a term are looked for. `word`: folded
// (tokens.hpp). `tag`: the language the term stands under in its concept, as written; empty lets
// the letters decide: Latin is English, Cyrillic Russian, or Ukrainian where the term has і, ї, є
// or ґ. A word in another script than its term's (a Latin name in a Russian term) is decided in the
// same way. nullopt: its forms are not known; only the word itself is the same word.
std::optional<FormLanguage> form_language(
    std::string_view word, std::string_view term, std::string_view tag
);

// Which words are forms of one dictionary word: case, number, gender, plural and verb endings,
// never a derivation (visitor, international). Spelling dictionaries say it for the words they
// have; for names and other words they lack, and where a dictionary is not installed, tables of
// regular endings do (word_endings.hpp).
//
// A dictionary is read when its language is first asked for, and kept: 4 MB of memory for English,
// 6 for Russian, 14 for Ukrainian. Dictionaries are local files that the machine's administrator
// installed. Safe to use from several threads: one lock while a dictionary is read, none after
// that.
class WordForms {
  public:
    // `folder`: with en_US.aff, en_US.dic, ru_RU.aff, ...
    explicit WordForms(std::filesystem::path folder);
    ~WordForms();
    WordForms(const WordForms&) = delete;
    WordForms& operator=(const WordForms&) = delete;

    // Appends every form of the words of which a folded word may be one, itself included, each
    // once: "visited": "visited", "visit", "visits", "visiting". `name`: written with a capital, so
    // that Песков is not taken for a form of песок. Some ten microseconds a word: for the words of
    // rules, not for those of texts.
    void forms(
        std::string_view word, FormLanguage language, bool name, std::vector<std::string>& into
    ) const;

    // Reads the dictionary if that was not done. False: not installed, or not readable.
    [[nodiscard]] bool has_dictionary(FormLanguage language) const;
    // Path of its .dic file, and the Debian package that brings it: for messages.
    [[nodiscard]] std::filesystem::path dictionary_file(FormLanguage language) const;
    static const char* dictionary_package(FormLanguage language);

  private:
    struct Dictionary;
    [[nodiscard]] const AffixDictionary* dictionary(FormLanguage language) const;

    std::filesystem::path folder_;
    std::unique_ptr<Dictionary[]> dictionaries_;
};

// Over /usr/share/hunspell, for the whole process.
const WordForms& system_word_forms();

}  // namespace spokeswatch
