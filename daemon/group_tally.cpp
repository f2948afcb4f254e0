#include "daemon/group_tally.hpp"

#include <algorithm>

namespace spokeswatch {

GroupTally::GroupTally(const std::vector<ReceiverConfig>& receivers) {
    for (const ReceiverConfig& receiver : receivers) receivers_.try_emplace(receiver.name.value);
}

void GroupTally::add(const Ingest& ingest) {
    for (const NewMember& member : ingest.members) {
        const auto [place, is_new] = groups_.try_emplace(member.group_id);
        Group& group = place->second;
        group.receiver = member.receiver;
        group.interval = member.group_interval;
        group.waiting.insert(member.alert_id);
        if (group.flush_at) continue;
        // A new group waits; an idle one keeps its distance to the last message.
        group.flush_at = ingest.now + member.group_wait;
        if (!is_new)
            group.flush_at =
                std::max(ingest.now, group.last_flush_at.value_or(ingest.now) + group.interval);
        due_.emplace(*group.flush_at, member.group_id);
    }
}

void GroupTally::run_until(std::optional<Time> until) {
    while (!due_.empty() && (!until || due_.begin()->first <= *until)) {
        const auto found = groups_.find(due_.begin()->second);
        Group& group = found->second;
        ReceiverTally& tally = receivers_[group.receiver];
        ++tally.notifications;
        tally.changes += group.waiting.size();
        group.last_flush_at = due_.begin()->first;
        group.flush_at.reset();
        group.waiting.clear();
        due_.erase(due_.begin());
    }
}

}  // namespace spokeswatch
