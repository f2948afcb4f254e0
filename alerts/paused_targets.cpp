#include "alerts/paused_targets.hpp"

#include <utility>

#include "alerts/settlement.hpp"
#include "base/log.hpp"

namespace spokeswatch {

void PausedTargets::restore(std::vector<TargetRecord> records) {
    for (TargetRecord& record : records) {
        if (record.paused_at) records_[record.target] = std::move(record);
    }
}

void PausedTargets::show(const Receivers& receivers) const {
    for (const Target& target : receivers.targets()) set_metric(target, contains(target.id));
}

void PausedTargets::pause(const Target& target, const std::string& reason, Time now) {
    TargetRecord& record = records_[target.id];
    if (!record.paused_at) {
        record.paused_at = now;
        log_warn(
            "receiver paused: it refuses what is sent to it",
            {{"receiver", target.receiver}, {"kind", target.kind}, {"detail", reason}}
        );
    }
    record.target = target.id;
    record.receiver = target.receiver;
    record.reason = reason;
    record.probe_at = now + probe_every;
    set_metric(target, true);
    unsaved_.push_back(record);
}

bool PausedTargets::resume(const Target& target) {
    if (records_.erase(target.id) == 0) return false;
    log_info("receiver works again", {{"receiver", target.receiver}, {"kind", target.kind}});
    set_metric(target, false);
    TargetRecord record;
    record.target = target.id;
    record.receiver = target.receiver;
    unsaved_.push_back(std::move(record));
    return true;
}

void PausedTargets::probing(const Target& target, Time now) {
    const auto found = records_.find(target.id);
    if (found != records_.end()) found->second.probe_at = now + probe_every;
}

Time PausedTargets::probe_at(const std::string& target_id) const {
    const auto found = records_.find(target_id);
    return found == records_.end() ? Time::min() : found->second.probe_at;
}

std::vector<TargetRecord> PausedTargets::all() const {
    std::vector<TargetRecord> records;
    for (const auto& [id, record] : records_) records.push_back(record);
    return records;
}

void PausedTargets::saved(std::size_t count) {
    unsaved_.erase(unsaved_.begin(), unsaved_.begin() + static_cast<std::ptrdiff_t>(count));
}

void PausedTargets::set_metric(const Target& target, bool paused) const {
    metrics_.set(
        "spokeswatch_target_paused",
        {{"receiver", target.receiver}, {"kind", std::string(target.kind)}, {"target", target.id}},
        paused ? 1 : 0
    );
}

}  // namespace spokeswatch
