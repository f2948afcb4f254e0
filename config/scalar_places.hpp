#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "config/yaml_scan.hpp"
#include "config/yaml_tree.hpp"

namespace spokeswatch {

// Where the characters of a scalar stand in its file, however it is written: plain, in quotes with
// escapes, literal (`|`) or folded (`>`), on one line or several.
class ScalarPlaces {
  public:
    explicit ScalarPlaces(Yaml scalar);

    // Bytes [start, end) of the text, cut at the end of their first line. The scalar itself when
    // its text cannot be traced. Starts that rise cost little.
    Span at(std::size_t start, std::size_t end);
    // Byte of the file where byte `at` of the text is written.
    [[nodiscard]] std::optional<std::size_t> offset(std::size_t at) const;

  private:
    Span whole_;
    Places places_;
    std::vector<std::uint32_t>
        offsets_;  // of each byte of the text and of its end; empty: untraced
};

}  // namespace spokeswatch
