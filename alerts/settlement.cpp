#include "alerts/settlement.hpp"

#include <algorithm>

#include "alerts/pace.hpp"

namespace spokeswatch {

using namespace std::chrono_literals;

Settlement settle(
    const OutboxRow& row,
    const Target& target,
    const Answer& answer,
    Time now,
    std::optional<Duration> age_max,
    Random& random
) {
    Settlement settlement;
    AttemptRecord& record = settlement.record;
    record.key = row.key;
    record.verdict = answer.verdict;
    record.detail = answer.detail;
    record.remote_id = answer.remote_id;
    record.at = now;
    record.minimal = row.minimal;

    const Duration limit = age_max.value_or(target.give_up_after);
    const bool out_of_time = limit > Duration{} && now - row.created_at >= limit;
    const auto wait = [&](Duration delay) {
        record.state = out_of_time ? OutboxState::dead : OutboxState::retry_wait;
        record.not_before = now + delay;
    };
    switch (answer.verdict) {
        case Verdict::delivered:
            record.state = OutboxState::delivered;
            break;
        case Verdict::retry:
        case Verdict::partial: {
            // A hint here is about this row alone: greylisting, for one.
            const Duration delay = retry_delay(row.attempts, target.first_retry, random);
            wait(std::max<Duration>(delay, answer.retry_after.value_or(0s)));
            break;
        }
        case Verdict::retry_after:
            settlement.block = answer.retry_after.value_or(1s);
            wait(*settlement.block);
            break;
        case Verdict::ambiguous:
            if (target.hold_ambiguous) {
                record.state = OutboxState::dead;
                record.detail = "held: it may have arrived. " + record.detail;
            } else {
                wait(retry_delay(row.attempts, target.first_retry, random));
            }
            break;
        case Verdict::permanent_message:
            // Once more in its simplest form; then nobody will ever take it.
            record.minimal = true;
            record.state = row.minimal ? OutboxState::dead : OutboxState::retry_wait;
            record.not_before = now;
            break;
        case Verdict::permanent_target:
        case Verdict::retarget:
            if (answer.verdict == Verdict::retarget) {
                record.detail += "; the receiver has moved: change its configuration";
            }
            settlement.pause = true;
            wait(probe_every);
            break;
    }
    return settlement;
}

}  // namespace spokeswatch
