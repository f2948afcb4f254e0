#include <utility>

#include "daemon/pipeline_work.hpp"
#include "daemon/teller.hpp"

// The steps of the pipeline that concern watches over time.

namespace spokeswatch {

// Rules that watch something over time: theirs are matches like any others from here on.
awaitable<Result<void>> Pipeline::watch(Work& work) {
    const WatchSet& watches = work.snapshot->watches;
    std::vector<WatchedStatement> statements;
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < work.items.size(); ++i) {
        const BatchItem& item = work.items[i];
        if (!item.changed || item.ignored) continue;
        WatchedStatement watched;
        watched.statement = item.statement;
        watched.revision = item.revision;
        watched.may_alert = item.may_alert;
        watched.baseline = work.intake.baseline;
        if (item.before) watched.before = item.before->statement;
        if (item.known) watched.matched_before = item.known->matched_rules;
        watched.matches = item.matches;
        statements.push_back(std::move(watched));
        places.push_back(i);
    }
    work.ingest.subjects = history_subjects(watches);
    if (history_ != nullptr && !statements.empty()) {
        SnapshotPtr snapshot = work.snapshot;
        SourceInfo source = work.intake.source;
        std::string account_key = work.intake.account_key;
        auto findings = co_await judge_watches(
            *history_,
            std::move(snapshot),
            std::move(source),
            std::move(account_key),
            std::move(statements)
        );
        if (!findings) co_return findings.error();
        for (std::size_t i = 0; i < places.size(); ++i)
            work.items[places[i]].watched = std::move((*findings)[i]);
    }
    for (BatchItem& item : work.items) {
        const SourceInfo& source = work.intake.source;
        for (const Firing& firing : item.watched.firings) {
            item.trail.rules.push_back(
                watches.trail(firing.match.rule, item.statement, &source, true, firing.note)
            );
            item.matches.push_back(firing.match);
        }
        for (const WatchMiss& miss : item.watched.misses)
            item.trail.rules.push_back(
                watches.trail(miss.rule, item.statement, &source, false, miss.reason)
            );
        if (!item.matches.empty()) item.story_keys = story_keys(item.statement);
        for (const Match& match : item.matches) {
            metrics_.add("spokeswatch_rule_matches_total", {{"rule", match.rule}});
        }
    }
    // A watch that alerted a short time ago grows that alert, in whatever story it is.
    std::vector<std::string> stories;
    for (const BatchItem& item : work.items)
        for (const Firing& firing : item.watched.firings)
            if (firing.joins && !firing.state->story_id.empty())
                stories.push_back(firing.state->story_id);
    if (stories.empty()) co_return Result<void>{};
    IntakeQuestion question;
    question.stories = std::move(stories);
    auto knowledge = co_await keeper_.know(std::move(question));
    if (!knowledge) co_return knowledge.error();
    work.learn(std::move(knowledge->alerts));
    co_return Result<void>{};
}

// Matches of all rules, those of watches over time without asking the history.
std::vector<Match> Pipeline::every_match(const Work& work, const Statement& statement) {
    const SourceInfo& source = work.intake.source;
    std::vector<Match> matches = work.snapshot->rules.match(statement, &source);
    for (auto& [rule, match] : work.snapshot->watches.look(statement, source).rules)
        matches.push_back(std::move(match));
    return matches;
}

// What a watch shows beside its statement, and that it alerted now.
void Pipeline::note_watch(Work& work, KnownAlert& alert, const Firing* firing) {
    if (firing == nullptr || firing->joins) return;
    Teller teller(*work.snapshot, work.ingest);
    for (const NewEvidence& evidence : firing->beside) teller.evidence(alert, evidence);
    if (!firing->state) return;
    WatchState state = *firing->state;
    state.story_id = alert.story_id;
    work.watch_stories[{state.rule, state.key}] = state.story_id;
    work.ingest.watch_states.push_back(std::move(state));
}

}  // namespace spokeswatch
