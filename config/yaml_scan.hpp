#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/diagnostic.hpp"

namespace spokeswatch {

// Turns byte offsets into places. Offsets that rise cost little.
class Places {
  public:
    explicit Places(std::shared_ptr<const SourceText> file) : file_(std::move(file)) {}
    // For offsets from `offset` on, which stands at that line and column.
    Places(
        std::shared_ptr<const SourceText> file,
        std::size_t offset,
        std::size_t line,
        std::size_t column
    )
        : file_(std::move(file)), first_{offset, line, column}, now_(first_) {}
    // `length_bytes` is cut at the end of the line; at least one column.
    Span at(std::size_t offset, std::size_t length_bytes = 1);
    [[nodiscard]] const SourceText& file() const { return *file_; }

  private:
    struct Place {
        std::size_t offset = 0, line = 1, column = 1;
    };
    std::shared_ptr<const SourceText> file_;
    Place first_, now_;
};

// A reported fault that can be mended without a guess: other bytes for those at `offset`.
struct YamlMend {
    std::size_t offset = 0, length = 0;
    std::string text;
    bool tabs =
        false;  // `length` tabs as indentation; `text` is empty: whoever mends chooses a width
};

// What a look at the characters alone tells of a YAML file, before the parser sees it.
struct YamlScan {
    // Offsets of an opening quote or bracket and of its end (the closing character), rising.
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    std::vector<std::uint32_t> open_brackets;  // never closed, outermost first
    std::vector<YamlMend> mends;               // rising, at most one for a fault

    // The end of the pair that opens there; nullptr when there is none.
    [[nodiscard]] const std::uint32_t* end_of(std::uint32_t start) const;
};

// Reports what the parser would not report, or not where it is: SW102, SW103, SW104, SW107, quotes
// without end, further documents.
YamlScan scan_yaml(const std::shared_ptr<const SourceText>& file, Diagnostics& diagnostics);

}  // namespace spokeswatch
