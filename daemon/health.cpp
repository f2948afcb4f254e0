#include "daemon/health.hpp"

#include <optional>
#include <utility>

namespace spokeswatch {

namespace {

using namespace std::chrono_literals;

// After the last missed statement a gap is over.
constexpr Duration gap_lasts = 1h;
// A source that is read seldom is not waited for three times.
constexpr Duration failing_after_max = 1h;

// One bad answer proves nothing: several polls in a row, over several intervals.
bool lasts(const SourceStatus& status, Time now) {
    const SourceRecord& record = status.record;
    if (record.failures < failures_notable) return false;
    if (!record.last_success_at) return true;
    return now - *record.last_success_at >
           std::min<Duration>(failures_notable * status.interval, failing_after_max);
}

std::optional<Event> event_of_failure(const SourceStatus& status, Time now) {
    const auto kind = parse_error_kind(status.record.last_error);
    if (status.record.failures == 0 || !kind) return std::nullopt;
    switch (*kind) {
        case ErrorKind::unauthorized:
        case ErrorKind::forbidden:
            return Event::source_auth;
        case ErrorKind::gone:
            return Event::source_gone;
        case ErrorKind::quota:
            return Event::quota_exhausted;
        case ErrorKind::blocked:
            return Event::source_failing;
        case ErrorKind::rate_limited:  // it asked to wait, and we wait
        case ErrorKind::storage:       // the fault is ours
            return std::nullopt;
        case ErrorKind::malformed:
            if (lasts(status, now)) return Event::schema_changed;
            return std::nullopt;
        case ErrorKind::network:
        case ErrorKind::timeout:
        case ErrorKind::tls:
        case ErrorKind::server:
        case ErrorKind::rejected:
        case ErrorKind::too_large:
            if (lasts(status, now)) return Event::source_failing;
            return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

std::vector<Trouble> source_troubles(
    const SourceStatus& status, const SourceInfo& source, Time now
) {
    std::vector<Trouble> troubles;
    const SourceRecord& record = status.record;
    if (record.paused_at) return troubles;
    const auto add = [&](Event event, std::string message) -> Trouble& {
        Trouble trouble;
        trouble.event = event;
        trouble.subject = source.name;
        trouble.message = std::move(message);
        trouble.labels = source.labels;
        trouble.labels["source"] = source.name;
        trouble.labels["kind"] = source.kind;
        troubles.push_back(std::move(trouble));
        return troubles.back();
    };
    if (const auto event = event_of_failure(status, now)) {
        Trouble& trouble = add(*event, record.last_error + ": " + record.last_message);
        if (*event == Event::schema_changed) trouble.body_file = status.body_file;
    }
    if (!status.quiet.empty()) add(Event::source_quiet, status.quiet);
    if (record.last_gap_at && now - *record.last_gap_at < gap_lasts)
        add(Event::gap, "statements may have been missed at " + format_time(*record.last_gap_at));
    return troubles;
}

std::vector<Trouble> receiver_troubles(
    const std::vector<TargetRecord>& paused,
    const std::vector<StuckTarget>& stuck,
    const Receivers& receivers
) {
    std::vector<Trouble> troubles;
    const auto add = [&](const std::string& target_id, std::string message) {
        const Target* target = receivers.find(target_id);
        if (target == nullptr) return;
        Trouble trouble;
        trouble.event = Event::receiver_failing;
        trouble.subject = target_id;
        trouble.message = std::move(message);
        trouble.labels["receiver"] = target->receiver;
        trouble.labels["kind"] = target->kind;
        troubles.push_back(std::move(trouble));
    };
    for (const TargetRecord& target : paused)
        if (target.paused_at) add(target.target, "it refuses: " + target.reason);
    for (const StuckTarget& target : stuck)
        add(target.target,
            "it has taken nothing since " + format_time(target.since) + ": " + target.detail);
    return troubles;
}

}  // namespace spokeswatch
