#pragma once

#include <vector>

#include "alerts/operations.hpp"
#include "daemon/poller.hpp"

namespace spokeswatch {

// What is wrong with a source now (docs/operations.md, "Operational events"). A source that was
// paused by hand has nothing wrong with it.
std::vector<Trouble> source_troubles(
    const SourceStatus& status, const SourceInfo& source, Time now
);

// How long a target may take nothing before that is an event.
inline constexpr Duration stuck_after = std::chrono::minutes(15);

// What is wrong with receivers: targets that are paused because they refuse, and targets that have
// not taken what waits for them since `stuck_after`.
std::vector<Trouble> receiver_troubles(
    const std::vector<TargetRecord>& paused,
    const std::vector<StuckTarget>& stuck,
    const Receivers& receivers
);

}  // namespace spokeswatch
