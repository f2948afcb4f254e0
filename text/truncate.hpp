#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace spokeswatch {

// Longest prefix of `text` that ends at a grapheme boundary (UAX #29), not within a URL, and whose
// measure, with "…" appended when anything was cut, is at most `limit`. `measure` sees the text as
// it will be sent (escaped, in the service's unit) and must not fall when text grows. O(n log n).
// Empty when nothing fits.
std::string truncate(
    std::string_view text,
    std::size_t limit,
    const std::function<std::size_t(std::string_view)>& measure
);

// For display: C0/C1 controls but \n and \t removed (line ends of all kinds are \n), NFC, invalid
// UTF-8 repaired, at most 32 combining marks on one base.
std::string clean_text(std::string_view text);
// clean_text on one line, trimmed, runs of white space as one space, and bidi controls and tag
// characters removed: titles, names, subjects.
std::string clean_title(std::string_view text);

// Cuts at the first sentence end or line break, at most `code_points_max` code points ("…" of
// truncate included).
std::string first_sentence(std::string_view text, std::size_t code_points_max);

}  // namespace spokeswatch
