#include <array>

#include "config/schema_keys.hpp"

// Keys of what a rule watches over time.

namespace spokeswatch {

namespace {

using T = ValueType;

constexpr std::array first_use_rows{
    KeySpec{.name = "of", .meaning = "The concept.", .example = "state_visit", .need = Need::yes},
    KeySpec{
        .name = "in",
        .type = T::duration,
        .meaning = "How long the source has not used it, a day to ten years.",
        .example = "365d",
        .need = Need::yes},
};

constexpr std::array shift_rows{
    KeySpec{
        .name = "from",
        .meaning = "The concept that the source used.",
        .example = "operation",
        .need = Need::yes},
    KeySpec{
        .name = "to",
        .meaning = "The concept that it uses now.",
        .example = "war",
        .need = Need::yes},
    KeySpec{
        .name = "baseline",
        .type = T::duration,
        .meaning = "How long it used only the old one, a day to ten years.",
        .example = "180d",
        .need = Need::yes},
};

constexpr std::array silent_rows{
    KeySpec{
        .name = "for",
        .type = T::silence,
        .meaning = "How long it says nothing, 10 minutes to a year; or `learned`: longer than it "
                   "was silent at these hours of the week.",
        .example = "36h",
        .need = Need::yes},
};

constexpr std::array frequency_rows{
    KeySpec{
        .name = "at_least",
        .type = T::whole,
        .meaning = "How many statements, 2 to 1000.",
        .example = "5",
        .need = Need::yes},
    KeySpec{
        .name = "within",
        .type = T::duration,
        .meaning = "In how short a time, a second to 90 days.",
        .example = "1h",
        .need = Need::yes},
};

constexpr std::array chorus_rows{
    KeySpec{
        .name = "same_text",
        .type = T::organisations,
        .meaning = "How many organisations, 2 to 100.",
        .example = "3 orgs",
        .need = Need::yes},
    KeySpec{
        .name = "within",
        .type = T::duration,
        .meaning = "In how short a time, a second to 90 days.",
        .example = "2h",
        .need = Need::yes},
};

}  // namespace

std::span<const KeySpec> first_use_keys() { return first_use_rows; }
std::span<const KeySpec> shift_keys() { return shift_rows; }
std::span<const KeySpec> silent_keys() { return silent_rows; }
std::span<const KeySpec> frequency_keys() { return frequency_rows; }
std::span<const KeySpec> chorus_keys() { return chorus_rows; }

}  // namespace spokeswatch
