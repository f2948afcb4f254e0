#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "text/word_forms.hpp"

// Words whose forms no ending makes, and words that only look like a form. Words are folded.

namespace spokeswatch {

// The irregular forms of the words that `word` is or may be a form of, their dictionary word first:
// "crises": {"crisis", "crises"}. None for most.
std::vector<std::vector<std::string>> irregular_words(std::string_view word, FormLanguage language);

// English words that look like a form of another word and are none: news is not the plural of new.
bool is_only_itself(std::string_view word);

}  // namespace spokeswatch
