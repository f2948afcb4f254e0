#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spokeswatch {

// A run of words that both texts have, or only the old or the new one. White space goes with the
// word before it.
struct DiffRun {
    enum class Kind { same, removed, added };

    Kind kind = Kind::same;
    std::string text;

    bool operator==(const DiffRun&) const = default;
};

// Texts with more words than this are compared at their beginnings and ends only: what lies between
// is one change.
inline constexpr std::size_t diff_words_max = 4000;
// So many words differ that a shorter way is not looked for: one change.
inline constexpr std::size_t diff_edits_max = 500;

// The shortest way from one text to the other in whole words; a Han, kana or Thai character is a
// word. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986); at most
// diff_words_max * diff_edits_max steps. In one place what was removed stands before what was
// added. Texts are valid UTF-8.
std::vector<DiffRun> word_diff(std::string_view before, std::string_view after);

// What changed, on one line: `… will pay a [-state-] {+working+} visit …` with a few words around
// each change. Empty when the words are the same. At most about 400 code points.
std::string word_diff_line(std::string_view before, std::string_view after);

}  // namespace spokeswatch
