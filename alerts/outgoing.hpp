#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "alerts/receivers.hpp"
#include "alerts/route.hpp"
#include "store/records.hpp"

namespace spokeswatch {

// (thread id, target id) -> what was told before.
using Threads = std::map<std::pair<std::string, std::string>, Thread>;

// The notifications that a group's members become: one message a target, or one an alert where the
// target or the route wants them apart. Pure; ids and membership are final from here on.
std::vector<OutboxInsert> make_notifications(
    const DueGroup& group, const Receivers& receivers, const Threads& threads, Time now
);

// One message for many rows that wait for one target: shows the newest alerts and counts the rest.
// `rows` are of one target, oldest first, at least two; all about alerts, or all about operational
// events.
OutboxInsert merge_notifications(const std::vector<OutboxRow>& rows, Time now);

// One message a target that tells how an operational event began or ended. That it is over hears
// who heard that it began; a target that the event is about hears nothing of it.
std::vector<OutboxInsert> make_event_notifications(
    const OperationalEvent& event,
    const std::vector<RouteHit>& hits,
    const Receivers& receivers,
    const Threads& threads,
    Time now
);

inline constexpr std::size_t digest_alerts_shown_max = 10;

}  // namespace spokeswatch
