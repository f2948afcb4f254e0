#include <algorithm>
#include <utility>

#include "base/check.hpp"
#include "daemon/pipeline_work.hpp"
#include "daemon/silences.hpp"
#include "daemon/teller.hpp"

// A silence is no statement: it is alerted on beside the intake, and in its turn, so that what a
// source says at this moment is either before the silence is judged or behind it.

namespace spokeswatch {

namespace {

const RuleConfig& config_of(const Snapshot& snapshot, const std::string& rule) {
    const auto& rules = snapshot.config.rules;
    const auto found = std::ranges::find_if(rules, [&rule](const RuleConfig& config) {
        return config.name.value == rule;
    });
    check(found != rules.end(), "a rule of this name");
    return *found;
}

}  // namespace

awaitable<Result<SilenceJudgement>> Pipeline::judge_silence(
    SnapshotPtr snapshot, std::string rule, Listened source
) {
    co_await idle();
    const Turn turn(*this);
    const auto ask = [snapshot, rule, source](Database& database) {
        return known_silence(database, snapshot->watches, *snapshot->watches.find(rule), source);
    };
    auto known = co_await history_->run(ask);
    if (!known) co_return known.error();
    const Time now = clock_.now();
    const auto& watch = std::get<Silent>(snapshot->watches.find(rule)->watch);
    SilenceJudgement judgement = spokeswatch::judge_silence(watch, known->facts, now);
    if (!judgement.alerts) co_return judgement;

    const RuleConfig& config = config_of(*snapshot, rule);
    Ingest ingest;
    ingest.now = now;
    NewStory story;
    story.id = random_.id(now);
    story.title = source.source.name + " is silent";
    story.first_seen_at = now;
    KnownAlert alert;
    alert.id = random_.id(now);
    alert.rule = rule;
    alert.story_id = story.id;
    alert.severity = config.severity;
    alert.labels = config.labels;
    alert.labels.insert(source.source.labels.begin(), source.source.labels.end());
    ingest.stories.push_back(std::move(story));
    NewEvidence evidence;
    evidence.statement = known->last->statement;
    evidence.revision = known->last->revision;
    evidence.org = source.source.org();
    evidence.note = judgement.reason;
    WatchState state;
    state.rule = rule;
    state.key = silence_key(source);
    state.story_id = alert.story_id;
    state.at = known->last->at;
    ingest.watch_states.push_back(std::move(state));
    Teller teller(*snapshot, ingest);
    teller.open(alert);
    teller.evidence(alert, std::move(evidence));
    teller.tell(alert, Change::created, known->last->statement, known->last->revision);
    auto committed = co_await keeper_.commit(std::move(ingest));
    if (!committed) co_return committed.error();
    metrics_.add("spokeswatch_store_commits_total");
    metrics_.add(
        "spokeswatch_alerts_total",
        {{"rule", rule}, {"severity", std::string(to_string(config.severity))}}
    );
    wake_dispatcher_();
    co_return judgement;
}

}  // namespace spokeswatch
