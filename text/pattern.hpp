#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace spokeswatch {

// A linear-time regular expression (RE2) with \b, \w and \d rewritten to their Unicode meaning.
// \B, look-around and back-references are refused.
class Pattern {
  public:
    struct Problem {
        std::string message;     // for people
        std::size_t offset = 0;  // code points into the pattern
        std::size_t length = 1;
    };
    struct Span {
        std::size_t start = 0, end = 0;  // bytes
    };

    // On failure `problem` is filled and the pattern never matches.
    static Pattern compile(
        std::string_view pattern, bool ignore_case, std::optional<Problem>& problem
    );

    [[nodiscard]] bool search(std::string_view text) const;
    [[nodiscard]] bool full_match(std::string_view text) const;  // anchored: matchers
    [[nodiscard]] int groups() const;                            // capturing ones
    // What the first group holds in the first match; nullopt without match or group.
    [[nodiscard]] std::optional<std::string> first_group(std::string_view text) const;
    // At most `max` non-empty matches, left to right, not overlapping.
    [[nodiscard]] std::vector<Span> find_all(std::string_view text, std::size_t max) const;

  private:
    friend class PatternFilter;
    struct Impl;
    std::shared_ptr<const Impl> impl_;
};

// Tells which of many patterns may be found in a text by the literals that each of them requires,
// so that one look at the text stands for all searches that cannot succeed.
class PatternFilter {
  public:
    PatternFilter();
    PatternFilter(PatternFilter&&) noexcept;
    PatternFilter& operator=(PatternFilter&&) noexcept;
    ~PatternFilter();

    // Patterns have the numbers 0, 1, 2 ...
    void add(const Pattern& pattern);
    // After the last add.
    void build();
    // A pattern that requires no literal of three bytes may be found in every text.
    [[nodiscard]] bool requires_literal(std::uint32_t pattern) const;

    // Numbers of the patterns with literals that may be found in `text` or in a part of it; all
    // others cannot. `text` as the patterns see it. Replaces `may`.
    void find(std::string_view text, std::vector<std::uint32_t>& may) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace spokeswatch
