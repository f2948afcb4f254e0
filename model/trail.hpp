#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/match.hpp"

// The trail: why a rule is true of a statement or is not, and what became of it.

namespace spokeswatch {

inline constexpr std::size_t trail_hits_max = 20;          // of one condition
inline constexpr std::size_t trail_children_max = 50;      // of one condition
inline constexpr std::size_t trail_text_bytes_max = 200;   // of one hit
inline constexpr std::size_t trail_almost_max = 8;         // rules that missed one statement by one
inline constexpr std::size_t trail_bytes_max = 32 * 1024;  // as it is stored, of one revision

// A place that made a condition true, and what stands there.
struct TrailHit {
    Highlight place;
    std::string text;

    bool operator==(const TrailHit&) const = default;
};

// One condition of a rule.
struct TrailNode {
    // from not_from statements all any none near before phrase exact regex concept field everything
    std::string condition;
    std::string term;  // as written in the rule: of a `near` both sides, of groups nothing
    bool holds = false;
    std::string note;  // fails: what is nearest to being there. `near`: how far apart
    std::vector<TrailHit> hits;
    std::vector<TrailNode> children;
    std::size_t more = 0;  // hits and children that are left out

    bool operator==(const TrailNode&) const = default;
};

// One rule and one statement.
struct RuleTrail {
    std::string rule;
    Severity severity = Severity::warning;
    bool matched = false;
    // Conditions that must all be true and are not: those of nested `all` count one by one. 1: the
    // rule missed the statement by that alone.
    std::size_t missing = 0;
    std::vector<TrailNode> conditions;  // joined by AND

    // The first condition that is missing; nullptr when the rule matched.
    [[nodiscard]] const TrailNode* nearest_miss() const;

    bool operator==(const RuleTrail&) const = default;
};

// What became of a match, for what reason.
enum class MatchOutcome {
    opened,      // a new alert
    evidence,    // a new voice in a known alert: told
    completed,   // a voice that was heard before: kept with the alert, not told again
    edited,      // evidence whose words changed: told
    unchanged,   // evidence whose edit changed none of its words: kept
    known,       // the rule matched the revision before
    first_poll,  // the silent baseline of a source
    too_old,     // older than max_age when it was seen
};
std::string_view to_string(MatchOutcome outcome);
std::optional<MatchOutcome> parse_outcome(std::string_view text);
// "opened the alert", "older than max_age": for people.
std::string_view in_words(MatchOutcome outcome);

struct RouteTaken {
    std::string path;  // "/0/1"
    std::string receiver;

    bool operator==(const RouteTaken&) const = default;
};

struct Decision {
    std::string rule;
    MatchOutcome outcome = MatchOutcome::opened;
    std::string alert_id;  // empty: no alert came of it
    std::vector<RouteTaken> routes;

    bool operator==(const Decision&) const = default;
};

// All that is kept of one revision: rules that matched it, and those that missed it by one.
struct Trail {
    std::vector<RuleTrail> rules;
    std::vector<Decision> decisions;  // one a match

    [[nodiscard]] bool empty() const { return rules.empty() && decisions.empty(); }
    bool operator==(const Trail&) const = default;
};

// One line of JSON. to_json(Trail) keeps to `bytes_max`: rules that missed go first, then the
// conditions of those that matched; decisions stay.
std::string to_json(const RuleTrail& trail);
std::string to_json(const Trail& trail, std::size_t bytes_max);
// What to_json wrote; anything else is nullopt.
std::optional<Trail> trail_from_json(std::string_view json);

}  // namespace spokeswatch
