#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

// Texts and phrases to measure with. Everything follows from the seed.

namespace spokeswatch::testing {

// `count` texts of about `bytes` bytes in English, Russian and Chinese, in turn: sentences made of
// pieces of tests/bench/corpus/ and of words of their making, frequent and rare as words are
// (Zipf).
std::vector<std::string> generated_texts(std::size_t count, std::size_t bytes, std::uint32_t seed);

// The `text` of every line; nullopt: cannot be read. With the title before it where there is one.
std::optional<std::vector<std::string>> texts_of_ndjson(const std::filesystem::path& file);

// Texts of about `bytes` bytes made of those given: short ones joined, long ones cut at a line or
// sentence.
std::vector<std::string> texts_of_length(const std::vector<std::string>& texts, std::size_t bytes);

// Different phrases that stand in the texts: 1 to 4 words, of which one at least is rare, or 2 to 6
// Chinese characters. Fewer than `count` when the texts have no more.
std::vector<std::string> phrases_of(
    const std::vector<std::string>& texts, std::size_t count, std::uint32_t seed
);

// The same beginnings with an end that stands in no text.
std::vector<std::string> phrases_that_never_hit(const std::vector<std::string>& phrases);

}  // namespace spokeswatch::testing
