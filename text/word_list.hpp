#pragma once

#include <algorithm>
#include <string_view>

// Tables of words that are written as one text with spaces.

namespace spokeswatch {

// Calls `use` with every word of a list written with spaces.
template <typename Use>
void each_word(std::string_view list, Use use) {
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(' '), list.size());
        use(list.substr(0, end));
        list.remove_prefix(std::min(end + 1, list.size()));
    }
}

}  // namespace spokeswatch
