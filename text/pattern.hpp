#pragma once

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
    // At most `max` non-empty matches, left to right, not overlapping.
    [[nodiscard]] std::vector<Span> find_all(std::string_view text, std::size_t max) const;

  private:
    struct Impl;
    std::shared_ptr<const Impl> impl_;
};

}  // namespace spokeswatch
