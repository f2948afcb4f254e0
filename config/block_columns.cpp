#include "config/block_columns.hpp"

namespace spokeswatch {

void BlockColumns::open(std::ptrdiff_t column, bool dash) {
    const bool known = !columns_.empty() && columns_.back().at >= column;
    if (!known || columns_.back().dash != dash) columns_.push_back(Column{column, dash});
}

std::optional<std::ptrdiff_t> BlockColumns::begin_line(std::ptrdiff_t column, bool dash) {
    // The nearest of the same sort was meant, else the nearest.
    std::optional<std::ptrdiff_t> nearest, alike;
    while (!columns_.empty() && columns_.back().at > column) {
        nearest = columns_.back().at;
        if (columns_.back().dash == dash) alike = nearest;
        columns_.pop_back();
    }
    if (!nearest || columns_.empty() || columns_.back().at == column) return std::nullopt;
    return alike ? alike : nearest;
}

}  // namespace spokeswatch
