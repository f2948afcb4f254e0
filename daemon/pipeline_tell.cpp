#include <algorithm>
#include <set>
#include <utility>

#include "daemon/pipeline_work.hpp"
#include "daemon/teller.hpp"

// The last step of the pipeline: what becomes of each match.

namespace spokeswatch {

namespace {

// The words a rule hit, without their places: an edit elsewhere in the text moves the places.
std::multiset<std::string> marked_words(const Match& match, const Statement& statement) {
    std::multiset<std::string> words;
    for (const Highlight& highlight : match.highlights) words.insert(highlight.term);
    if (match.highlights.empty()) words.insert(statement.text);
    return words;
}

}  // namespace

// Opens and grows alerts. Which statements may open one is decided in match(); what was alerted on
// before is in `alerts`.
void Pipeline::tell(Work& work) {
    Teller teller(*work.snapshot, work.ingest);
    const std::string& org = work.intake.source.org();
    for (BatchItem& item : work.items) {
        const auto matched_before = [&](const std::string& rule) {
            return item.known && contains(item.known->matched_rules, rule);
        };
        for (const Match& match : item.matches) {
            ++work.accepted.matches;
            AlertKey key(match.rule, work.story_of(item, match.rule));
            const Firing* firing = item.firing(match.rule);
            const bool each_told = firing != nullptr && firing->each_told;
            const bool may_alert = item.may_alert || each_told;
            Decision& decision = item.trail.decisions.emplace_back();
            decision.rule = match.rule;
            decision.outcome = may_alert              ? MatchOutcome::known
                               : work.intake.baseline ? MatchOutcome::first_poll
                                                      : MatchOutcome::too_old;
            const auto found = work.alerts.find(key);
            if (found == work.alerts.end()) {
                const bool again =
                    matched_before(match.rule) &&
                    !(item.changed && work.snapshot->rules.alerts_on_edit(match.rule));
                if (!may_alert || again) continue;
                KnownAlert alert;
                alert.id = random_.id(work.now);
                alert.rule = match.rule;
                alert.story_id = key.second;
                alert.severity = match.severity;
                alert.labels = match.labels;
                alert.labels.insert(
                    work.intake.source.labels.begin(), work.intake.source.labels.end()
                );
                teller.open(alert);
                note_watch(work, alert, firing);
                teller.evidence(alert, item.evidence(org, &match));
                decision.outcome = MatchOutcome::opened;
                decision.alert_id = alert.id;
                decision.routes = teller.tell(alert, Change::created, item.key, item.revision);
                ++work.accepted.alerts;
                metrics_.add(
                    "spokeswatch_alerts_total",
                    {{"rule", alert.rule}, {"severity", std::string(to_string(alert.severity))}}
                );
                work.alerts.emplace(std::move(key), std::move(alert));
                continue;
            }
            KnownAlert& alert = found->second;
            decision.alert_id = alert.id;
            if (item.is_evidence_of(alert)) {
                if (!item.changed) continue;
                teller.evidence(alert, item.evidence(org, &match));
                bool moved = work.snapshot->rules.alerts_on_edit(match.rule);
                if (item.before && !moved) {
                    moved = true;
                    for (const Match& old : every_match(work, item.before->statement)) {
                        if (old.rule != match.rule) continue;
                        moved = marked_words(old, item.before->statement) !=
                                marked_words(match, item.statement);
                    }
                }
                decision.outcome = moved ? MatchOutcome::edited : MatchOutcome::unchanged;
                if (moved)
                    decision.routes = teller.tell(alert, Change::edit, item.key, item.revision);
                continue;
            }
            if (!may_alert || (matched_before(match.rule) && !item.changed)) continue;
            note_watch(work, alert, firing);
            const bool heard = contains(alert.orgs, org);
            teller.evidence(alert, item.evidence(org, &match));
            // A second voice is news; the same voice again only completes the record.
            decision.outcome = MatchOutcome::completed;
            if (heard && !each_told) continue;
            decision.outcome = each_told ? MatchOutcome::edited : MatchOutcome::evidence;
            decision.routes = teller.tell(
                alert, each_told ? Change::edit : Change::evidence, item.key, item.revision
            );
        }
        // An edit that takes away what an alert was about is told to its thread.
        if (item.known && item.changed) {
            for (auto& entry : work.alerts) {
                KnownAlert& alert = entry.second;
                const bool still = std::ranges::any_of(item.matches, [&](const Match& match) {
                    return match.rule == alert.rule;
                });
                if (!item.is_evidence_of(alert) || still || !matched_before(alert.rule)) continue;
                teller.evidence(alert, item.evidence(org, nullptr));
                teller.tell(alert, Change::edit, item.key, item.revision);
            }
        }
        work.accepted.decisions.insert(
            work.accepted.decisions.end(), item.trail.decisions.begin(), item.trail.decisions.end()
        );
        if (item.changed) {
            NewRevision revision;
            revision.statement = std::move(item.statement);
            revision.content_hash = item.hash;
            revision.revision = item.revision;
            revision.story_id = item.story_id;
            revision.story_reason = item.story_reason;
            revision.matches = std::move(item.matches);
            revision.trail = std::move(item.trail);
            revision.uses = std::move(item.watched.uses);
            revision.text_key = std::move(item.watched.text_key);
            revision.said_at = item.watched.said_at;
            work.ingest.revisions.push_back(std::move(revision));
        }
    }
}

}  // namespace spokeswatch
