#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace spokeswatch {

// In which columns the open lists and mappings of a YAML file stand, to tell a line that fits none.
class BlockColumns {
  public:
    // A key or a dash (of a list item) stands there. Columns count from 0.
    void open(std::ptrdiff_t column, bool dash);
    // A line begins there. When it is indented less than the one above it and stands in no open
    // column: the column in which it was to stand.
    std::optional<std::ptrdiff_t> begin_line(std::ptrdiff_t column, bool dash);

  private:
    struct Column {
        std::ptrdiff_t at;
        bool dash;
    };
    std::vector<Column> columns_;  // rising
};

}  // namespace spokeswatch
