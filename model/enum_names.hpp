#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace spokeswatch {

// The names of an enum in the order of its enumerators, which count from zero.
template <std::size_t size>
using EnumNames = std::array<std::string_view, size>;

template <typename Enum, std::size_t size>
std::string_view enum_name(const EnumNames<size>& names, Enum value) {
    return names.at(static_cast<std::size_t>(value));
}

template <typename Enum, std::size_t size>
std::optional<Enum> enum_value(const EnumNames<size>& names, std::string_view name) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end()) return std::nullopt;
    return static_cast<Enum>(found - names.begin());
}

}  // namespace spokeswatch
