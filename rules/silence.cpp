#include "rules/silence.hpp"

#include <algorithm>
#include <cmath>

#include "rules/judgement.hpp"

namespace spokeswatch {

namespace {

using namespace std::chrono_literals;

constexpr Duration retry_after = 1min;  // a source that is not read now may be soon
// How much heavier than the heaviest silence before: what comes a little late is no silence.
constexpr double margin = 1.25;
constexpr Duration search_max = 24h * 366;

// 1970-01-01 was a Thursday; which weekday is the first does not matter.
std::size_t hour_of_week(Time time) {
    const auto hours = std::chrono::floor<std::chrono::hours>(time).time_since_epoch().count();
    return static_cast<std::size_t>((hours % 168 + 168) % 168);
}

// The end of the hour that this moment is in.
Time hour_end(Time time) { return std::chrono::floor<std::chrono::hours>(time) + 1h; }

double share_of_hour(Duration duration) {
    return std::chrono::duration<double, std::ratio<3600>>(duration).count();
}

SilenceJudgement silent_until(std::string reason, std::optional<Time> look_at) {
    SilenceJudgement judgement;
    judgement.reason = std::move(reason);
    judgement.look_at = look_at;
    return judgement;
}

// When the silence is long enough, and what to say then.
struct Limit {
    std::optional<Time> at;
    std::string reason;   // it alerts
    std::string not_yet;  // it cannot be judged
};

Limit fixed_limit(Duration wanted, Time quiet_since, Time watched_since) {
    Limit limit;
    limit.at = quiet_since + wanted;
    limit.reason = "silent for " + format_duration(wanted);
    if (watched_since + wanted > *limit.at) limit.at = watched_since + wanted;
    return limit;
}

Limit learned_limit(const SilenceFacts& facts, Time quiet_since, Time now) {
    Limit limit;
    limit.not_yet = not_ready(true, *facts.watched_since, rhythm_watched_min, now);
    if (!limit.not_yet.empty()) {
        limit.at = *facts.watched_since + rhythm_watched_min;
        return limit;
    }
    // What was said before anybody watched may have holes.
    const Time from = std::max(*facts.watched_since, *facts.last - rhythm_span);
    std::vector<Time> times = facts.times;
    std::erase_if(times, [from](Time time) { return time < from; });
    if (times.size() < rhythm_statements_min) {
        limit.not_yet = std::to_string(times.size()) + " statements in " +
                        format_duration(rhythm_span) + " are too few to learn from, " +
                        std::to_string(rhythm_statements_min) + " are needed";
        return limit;
    }
    const Rhythm rhythm = Rhythm::learn(times, from, *facts.last);
    limit.at = rhythm.reaches(quiet_since, std::max(1.0, margin * rhythm.heaviest()));
    if (!limit.at) {
        limit.not_yet = "it was silent for too long before to tell";
        return limit;
    }
    // Whole minutes are enough for people.
    const auto length = std::chrono::floor<std::chrono::minutes>(*limit.at - quiet_since);
    limit.reason = "silent for " + format_duration(length) +
                   ", longer than ever at these hours of the week in " +
                   format_duration(std::chrono::floor<std::chrono::days>(*facts.last - from));
    return limit;
}

}  // namespace

Rhythm Rhythm::learn(const std::vector<Time>& times, Time from, Time until) {
    Rhythm rhythm;
    std::array<double, hours_of_week> hours{};  // that the span has of each
    for (Time at = from; at < until;) {
        const Time end = std::min(hour_end(at), until);
        hours[hour_of_week(at)] += share_of_hour(end - at);
        at = end;
    }
    for (const Time time : times)
        if (time < until) rhythm.per_hour_[hour_of_week(time)] += 1;
    // An hour of which little was seen counts as a whole one.
    for (std::size_t i = 0; i < hours_of_week; ++i) rhythm.per_hour_[i] /= std::max(1.0, hours[i]);
    for (std::size_t i = 1; i < times.size(); ++i)
        rhythm.heaviest_ = std::max(rhythm.heaviest_, rhythm.weight(times[i - 1], times[i]));
    return rhythm;
}

double Rhythm::weight(Time from, Time to) const {
    double weight = 0;
    for (Time at = from; at < to;) {
        const Time end = std::min(hour_end(at), to);
        weight += per_hour_[hour_of_week(at)] * share_of_hour(end - at);
        at = end;
    }
    return weight;
}

std::optional<Time> Rhythm::reaches(Time from, double weight) const {
    for (Time at = from; at < from + search_max;) {
        const Time end = hour_end(at);
        const double rate = per_hour_[hour_of_week(at)];
        const double here = rate * share_of_hour(end - at);
        if (here >= weight) {
            const std::chrono::duration<double, std::ratio<3600>> part(weight / rate);
            return at + std::chrono::ceil<Duration>(part);
        }
        weight -= here;
        at = end;
    }
    return std::nullopt;
}

SilenceJudgement judge_silence(const Silent& watch, const SilenceFacts& facts, Time now) {
    if (!facts.counted) return silent_until(not_ready(false, now, {}, now), now + retry_after);
    if (!facts.last || !facts.watched_since)
        return silent_until("it has said nothing yet: there is no silence to measure", {});
    if (facts.told)
        return silent_until("this silence, since " + format_time(*facts.last) + ", is told", {});
    // Of what stood in a gap nobody knows.
    const Time quiet_since = std::max(*facts.last, facts.missed_at.value_or(*facts.last));
    const Limit limit = watch.for_ ? fixed_limit(*watch.for_, quiet_since, *facts.watched_since)
                                   : learned_limit(facts, quiet_since, now);
    if (!limit.not_yet.empty()) return silent_until(limit.not_yet, limit.at);
    if (now < *limit.at)
        return silent_until(
            "it last spoke at " + format_time(*facts.last) + ": silent enough at " +
                format_time(*limit.at),
            limit.at
        );
    if (!facts.fault.empty())
        return silent_until("the source is unhealthy: " + facts.fault, now + retry_after);
    if (!facts.read_at || *facts.read_at < *limit.at)
        return silent_until(
            "the source was not read since " +
                (facts.read_at ? format_time(*facts.read_at) : std::string("the start")),
            now + retry_after
        );
    SilenceJudgement judgement;
    judgement.alerts = true;
    judgement.reason = limit.reason + ": nothing since " + format_time(quiet_since);
    return judgement;
}

}  // namespace spokeswatch
