#pragma once

#include <optional>
#include <string>
#include <vector>

#include "config/watches.hpp"

// When a watch over time alerts: pure decisions over what the history says. Every answer has its
// reason in words, so that "why did I not hear of it?" has an answer.

namespace spokeswatch {

struct Judgement {
    bool alerts = false;
    std::string reason;  // "first use of `visit` in 365d, the last was 2022-01-03"
};

// Why a watch cannot judge at all yet; empty when it can. `counted`: the whole archive is counted.
// `needed`: how long the account must have been watched; zero asks for nothing.
std::string not_ready(bool counted, Time watched_since, Duration needed, Time at);

// `last`: the latest other use by the account, whether before or after `at`. What comes late, after
// a later use was seen, is not news any more.
Judgement judge_first_use(const FirstUse& watch, Time at, std::optional<Time> last);

// `last_from`, `last_to`: the latest other uses of the old and the new wording by the account.
Judgement judge_shift(
    const Shift& watch, Time at, std::optional<Time> last_from, std::optional<Time> last_to
);

// A statement in a window: when, and who speaks.
struct Said {
    Time at{};
    std::string org;
};

// The stretch [first, last] of `times` that alerts: `at_least` neighbours less than `within` apart,
// with `index` among them; the latest when there are several. nullopt when there is none. `times`
// rises; `at_least` of them on each side of `index` are enough.
struct Stretch {
    std::size_t first = 0, last = 0;
};
std::optional<Stretch> dense_stretch(
    const std::vector<Time>& times, std::size_t index, const Frequency& watch
);

// The same for organisations: the stretch around `index` with `orgs` different ones less than
// `within` apart; the one with the most, then the earliest. `said` rises by time.
std::optional<Stretch> common_stretch(
    const std::vector<Said>& said, std::size_t index, const Chorus& watch
);

}  // namespace spokeswatch
