#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/word_forms.hpp"

// Regular endings: what word_forms.cpp knows without a dictionary, beside irregular_words.hpp.
// Words are folded.

namespace spokeswatch {

// What an English word would be without a regular ending (-s, -es, -ies, -ed, -ing); several
// guesses, of which few are words: "visited": "visit", "visite".
void english_bases(std::string_view word, std::vector<std::string>& into);
// Regular plural and verb forms: "visit": "visits", "visited", "visiting".
void english_forms(std::string_view base, std::vector<std::string>& into);
// Forms that double a consonant, keep an e or add one, which dictionaries have as words of their
// own: "plan": "planned", "planning"; "agree": "agreeing"; "hero": "heroes".
void english_unlinked_forms(std::string_view base, std::vector<std::string>& into);

enum class Declensions { all, surnames };
// Appends every form of every Russian or Ukrainian declension or conjugation by which the word may
// go, in whatever case it stands. `surnames`: only that of names on -ов, -ев, -ин.
void declined(
    std::string_view word, FormLanguage language, Declensions which, std::vector<std::string>& into
);

// Guesses at the genitive plural of a Russian or Ukrainian dictionary word, and at the dictionary
// word of a genitive plural.
void genitive_plurals(
    std::string_view headword, FormLanguage language, std::vector<std::string>& into
);
void genitive_headwords(
    std::string_view genitive, FormLanguage language, std::vector<std::string>& into
);

}  // namespace spokeswatch
