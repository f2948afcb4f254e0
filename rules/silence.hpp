#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "config/watches.hpp"

// When the silence of a source is worth an alert: pure decisions over what is known of it.

namespace spokeswatch {

inline constexpr Duration rhythm_span = std::chrono::hours(24 * 84);  // what is learned from
inline constexpr Duration rhythm_watched_min = std::chrono::hours(24 * 28);
inline constexpr std::size_t rhythm_statements_min = 20;
inline constexpr std::size_t rhythm_statements_max = 20'000;  // the newest; more tell no more

// How much a source says at which hour of the week (UTC), and how silent it is between. Time is
// weighed by what it says at that hour on average, so that nights and weekends weigh little: a
// source that goes on as it did says one statement in each unit of weight. (The time change of a
// point process; Daley and Vere-Jones, An Introduction to the Theory of Point Processes, 7.4.)
class Rhythm {
  public:
    // `times` of statements, rising, none before `from`; what is learned from ends at `until`, the
    // last of them or later.
    static Rhythm learn(const std::vector<Time>& times, Time from, Time until);

    // Statements that it says in that time on average.
    [[nodiscard]] double weight(Time from, Time to) const;
    // The heaviest silence between two of the statements.
    [[nodiscard]] double heaviest() const { return heaviest_; }
    // When a silence that began at `from` weighs that much; nullopt: not in a year.
    [[nodiscard]] std::optional<Time> reaches(Time from, double weight) const;

  private:
    static constexpr std::size_t hours_of_week = 168;
    std::array<double, hours_of_week> per_hour_{};
    double heaviest_ = 0;
};

// What is known of a source, or of the account behind it.
struct SilenceFacts {
    bool counted = true;                // the whole archive is counted
    std::optional<Time> watched_since;  // its first statement was seen
    std::optional<Time> last;           // its last matching statement
    std::vector<Time> times;            // of those in rhythm_span before, rising; for `learned`
    std::optional<Time> missed_at;      // statements may have been missed then
    std::optional<Time> read_at;        // it was last read with success
    std::string fault;                  // of its last poll: "timeout"; empty: there was none
    bool told = false;                  // this silence was alerted on
};

struct SilenceJudgement {
    bool alerts = false;
    std::string reason;
    // When to look again, unless it speaks before; nullopt: only then.
    std::optional<Time> look_at;
};

// Never while the source is not read: that it says nothing is known only by reading it after the
// silence has become long enough.
SilenceJudgement judge_silence(const Silent& watch, const SilenceFacts& facts, Time now);

}  // namespace spokeswatch
