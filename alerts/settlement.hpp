#pragma once

#include <optional>

#include "alerts/receivers.hpp"
#include "base/random.hpp"
#include "store/records.hpp"

namespace spokeswatch {

// How long a paused target rests between two rows that try it.
inline constexpr Duration probe_every = std::chrono::minutes(15);

// What an answer leads to (docs/architecture.md, "Answers").
struct Settlement {
    AttemptRecord record;
    std::optional<Duration> block;  // nobody in the target's bucket sends before this has passed
    bool pause = false;             // the target itself is dead, for the reason in record.detail
};

// `age_max`: the configuration's, in place of the target's own; zero: no limit. Pure but for the
// jitter of `random`.
Settlement settle(
    const OutboxRow& row,
    const Target& target,
    const Answer& answer,
    Time now,
    std::optional<Duration> age_max,
    Random& random
);

}  // namespace spokeswatch
