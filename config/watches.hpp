#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/time.hpp"
#include "config/diagnostic.hpp"

// What a rule may watch over time, beside the words of one statement. `match`, `from` and
// `statements` of the rule say which statements it looks at.

namespace spokeswatch {

// A source uses a concept that it has not used for so long.
struct FirstUse {
    Located<std::string> of;  // concept, "x" or "x.en"
    Duration in{};
};

// A source that used one concept during the baseline uses another one, for the first time in it.
struct Shift {
    Located<std::string> from, to;
    Duration baseline{};
};

// A source says nothing that matches for so long, or for longer than it was ever silent at these
// hours of the week.
struct Silent {
    std::optional<Duration> for_;  // nothing: learned
};

// So many matching statements in so short a time, over all sources of the rule.
struct Frequency {
    int at_least = 2;
    Duration within{};
};

// So many organisations say the same text in so short a time.
struct Chorus {
    int orgs = 2;
    Duration within{};
};

// Statements on which these rules alerted are edited or deleted.
struct Follow {
    std::vector<Located<std::string>> rules;
};

using Watch = std::variant<FirstUse, Shift, Silent, Frequency, Chorus, Follow>;

struct WatchConfig {
    Span span;  // of its key
    Watch watch;
};

// The key in a rule: "first_use".
std::string_view watch_key(const Watch& watch);
// What it asks for, in one line: "war in 365d".
std::string watch_text(const Watch& watch);
// Concepts that it names.
std::vector<Located<std::string>> watch_concepts(const Watch& watch);

inline constexpr int frequency_max = 1000;
inline constexpr int chorus_orgs_max = 100;

}  // namespace spokeswatch
