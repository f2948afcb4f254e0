#include "daemon/silences.hpp"

#include <algorithm>

#include "base/log.hpp"

namespace spokeswatch {

using namespace std::chrono_literals;

namespace {

constexpr Duration look_every = 1min;  // for sources that are new
constexpr Duration rest_min = 10s;     // what is due until then is judged in one go
// A silence that is told, or has not begun, cannot be long enough before that.
constexpr Duration rest_learned = 1h;

Time look_again(const Silent& watch, const SilenceJudgement& judgement, Time now) {
    if (judgement.look_at) return std::max(*judgement.look_at, now + 1s);
    return now + watch.for_.value_or(rest_learned);
}

}  // namespace

Listened listened(const SourceRecord& record, SourceInfo source) {
    Listened out;
    out.source = std::move(source);
    out.account_key = record.account_key;
    out.read_at = record.last_success_at;
    out.missed_at = record.last_gap_at;
    if (record.failures > 0) out.fault = record.last_error;
    return out;
}

std::string silence_key(const Listened& source) {
    return source.source.kind + ' ' + source.account_key;
}

Result<KnownSilence> known_silence(
    Database& database, const WatchSet& watches, const WatchRule& rule, const Listened& source
) {
    KnownSilence known;
    known.facts.missed_at = source.missed_at;
    known.facts.read_at = source.read_at;
    known.facts.fault = source.fault;
    HistoryQuestion question;
    question.kind = source.source.kind;
    question.account_key = source.account_key;
    const auto subject = std::ranges::find(watches.subjects(), rule.counted, &Subject::name);
    question.subjects.push_back({subject->name, subject->fingerprint});
    question.latest.push_back(rule.counted);
    question.states.push_back({rule.name, silence_key(source)});
    auto answer = database.history(question);
    if (!answer) return answer.error();
    known.facts.counted = answer->counted.front();
    known.facts.watched_since = answer->watched_since;
    known.last = answer->latest.front();
    if (!known.last) return known;
    known.facts.last = known.last->at;
    const auto& state = answer->states.front();
    known.facts.told = state && state->at >= known.last->at;
    if (std::get<Silent>(rule.watch).for_ || known.facts.told) return known;
    HistoryQuestion rhythm;
    rhythm.kind = question.kind;
    rhythm.account_key = question.account_key;
    rhythm.times.push_back({rule.counted, known.last->at - rhythm_span, rhythm_statements_max});
    answer = database.history(rhythm);
    if (!answer) return answer.error();
    known.facts.times = std::move(answer->times.front());
    return known;
}

Silences::Silences(Clock& clock, Pipeline& pipeline, std::function<std::vector<Listened>()> sources)
    : clock_(clock), pipeline_(pipeline), sources_(std::move(sources)) {}

void Silences::use(SnapshotPtr snapshot) {
    snapshot_ = std::move(snapshot);
    due_.clear();
}

awaitable<void> Silences::run() {
    for (;;) {
        Duration rest = look_every;
        auto next = co_await judge_due();
        if (!next)
            log_warn("silences were not judged", {{"error", next.error().message}});
        else if (*next)
            rest = std::clamp<Duration>(**next - clock_.now(), rest_min, look_every);
        co_await clock_.sleep_for(rest);
    }
}

awaitable<Result<std::optional<Time>>> Silences::judge_due() {
    const SnapshotPtr snapshot = snapshot_;
    std::optional<Time> first;
    std::vector<Listened> sources;
    for (const WatchRule& rule : snapshot->watches.rules()) {
        const auto* silent = std::get_if<Silent>(&rule.watch);
        if (silent == nullptr) continue;
        if (sources.empty()) sources = sources_();
        for (const Listened& source : sources) {
            if (source.account_key.empty() || !rule.reads(source.source)) continue;
            const std::pair<std::string, std::string> place(rule.name, source.source.name);
            const auto known = due_.find(place);
            Time due = known == due_.end() ? clock_.now() : known->second;
            if (due <= clock_.now()) {
                SnapshotPtr pinned = snapshot;
                std::string name = rule.name;
                Listened asked = source;
                auto judgement = co_await pipeline_.judge_silence(
                    std::move(pinned), std::move(name), std::move(asked)
                );
                if (!judgement) co_return judgement.error();
                due = look_again(*silent, *judgement, clock_.now());
                // A reload in between begins anew.
                if (snapshot != snapshot_) co_return std::optional<Time>(clock_.now());
                due_[place] = due;
            }
            if (!first || due < *first) first = due;
        }
    }
    co_return first;
}

}  // namespace spokeswatch
