#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "config/diagnostic.hpp"

namespace spokeswatch {

// Turns byte offsets into places. Offsets that rise cost little.
class Places {
  public:
    explicit Places(std::shared_ptr<const SourceText> file) : file_(std::move(file)) {}
    // `length_bytes` is cut at the end of the line; at least one column.
    Span at(std::size_t offset, std::size_t length_bytes = 1);

  private:
    std::shared_ptr<const SourceText> file_;
    std::size_t offset_ = 0, line_ = 1, line_start_ = 0, column_ = 1;
};

// What a look at the characters alone tells of a YAML file, before the parser sees it.
struct YamlScan {
    // Offsets of an opening quote or bracket and of its end (the closing character), rising.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    std::vector<std::uint32_t> open_brackets;  // never closed, outermost first

    // The end of the pair that opens there; nullptr when there is none.
    [[nodiscard]] const std::uint32_t* end_of(std::uint32_t start) const;
};

// Reports what the parser would not report, or not where it is: SW102, SW103, SW104, SW107, quotes
// without end, further documents.
YamlScan scan_yaml(const std::shared_ptr<const SourceText>& file, Diagnostics& diagnostics);

}  // namespace spokeswatch
