#pragma once

#include <string_view>

namespace spokeswatch {

// Order of ids that grow with time: a longer one is newer, of two as long the one that sorts later.
struct IdLess {
    bool operator()(std::string_view a, std::string_view b) const {
        return a.size() != b.size() ? a.size() < b.size() : a < b;
    }
};

}  // namespace spokeswatch
