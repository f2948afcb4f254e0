#include "daemon/memory_keeper.hpp"

#include <algorithm>
#include <utility>

namespace spokeswatch {

awaitable<Result<IntakeKnowledge>> MemoryKeeper::know(IntakeQuestion question) {
    IntakeKnowledge knowledge;
    std::set<std::string> stories;
    for (const StatementKey& key : question.statements) {
        auto& known = knowledge.statements.emplace_back();
        const auto found = statements_.find(key);
        if (found == statements_.end()) continue;
        const Kept& kept = found->second;
        known.emplace();
        known->id = kept.id;
        known->revision = kept.last.revision;
        known->content_hash = kept.last.content_hash;
        known->story_id = kept.last.story_id;
        for (const Match& match : kept.last.matches) known->matched_rules.push_back(match.rule);
        known->seen_by.assign(kept.seen_by.begin(), kept.seen_by.end());
        stories.insert(known->story_id);
    }
    for (const std::string& key : question.story_keys) {
        std::string& story = knowledge.stories.emplace_back();
        const auto found = story_of_key_.find(key);
        if (found == story_of_key_.end() || found->second.at < question.stories_since) continue;
        story = found->second.story_id;
        stories.insert(story);
    }
    for (const std::string& story : stories) {
        const auto ids = alerts_of_story_.find(story);
        if (ids == alerts_of_story_.end()) continue;
        for (const std::string& id : ids->second) {
            const KeptAlert& kept = alerts_.at(id);
            KnownAlert& alert = knowledge.alerts.emplace_back(kept.alert);
            for (const Voice& voice : kept.voices) {
                alert.statement_ids.push_back(voice.statement_id);
                if (std::ranges::find(alert.orgs, voice.org) == alert.orgs.end())
                    alert.orgs.push_back(voice.org);
            }
        }
    }
    co_return knowledge;
}

awaitable<Result<std::optional<NewRevision>>> MemoryKeeper::last_revision(StatementKey key) {
    std::optional<NewRevision> last;
    const auto found = statements_.find(key);
    if (found != statements_.end()) last = found->second.last;
    co_return last;
}

awaitable<Result<void>> MemoryKeeper::commit(Ingest ingest) {
    for (const StatementKey& key : ingest.sights) statements_[key].seen_by.insert(ingest.source);
    for (NewRevision& revision : ingest.revisions) keep(std::move(revision), ingest.source);
    for (const StoryKey& key : ingest.story_keys) {
        Place& place = story_of_key_[key.key];
        place.story_id = key.story_id;
        place.at = std::max(place.at, key.at);
    }
    for (const AlertWrite& written : ingest.alerts) {
        const auto [place, is_new] = alerts_.try_emplace(written.id);
        if (is_new) alerts_of_story_[written.story_id].push_back(written.id);
        KnownAlert& alert = place->second.alert;
        alert.id = written.id;
        alert.rule = written.rule;
        alert.story_id = written.story_id;
        alert.severity = written.severity;
        alert.labels = written.labels;
    }
    for (const NewEvidence& evidence : ingest.evidence) keep_evidence(evidence);
    committed_(ingest);
    co_return Result<void>{};
}

void MemoryKeeper::keep(NewRevision revision, const std::string& source) {
    const Statement& statement = revision.statement;
    StatementKey key{statement.kind, statement.account_key, statement.native_id};
    Kept& kept = statements_[std::move(key)];
    if (kept.id == 0) kept.id = static_cast<std::int64_t>(statements_.size());
    kept.seen_by.insert(source);
    // A statement stays in its first story.
    if (!kept.last.story_id.empty()) revision.story_id = kept.last.story_id;
    revision.trail = {};
    revision.statement.raw.clear();
    revision.statement.html.clear();
    kept.last = std::move(revision);
}

void MemoryKeeper::keep_evidence(const NewEvidence& evidence) {
    Kept& statement = statements_.at(evidence.statement);
    KeptAlert& alert = alerts_.at(evidence.alert_id);
    if (statement.last.story_id.empty()) statement.last.story_id = alert.alert.story_id;
    const auto voice = std::ranges::find(alert.voices, statement.id, &Voice::statement_id);
    if (voice == alert.voices.end())
        alert.voices.push_back({statement.id, evidence.org});
    else
        voice->org = evidence.org;
}

}  // namespace spokeswatch
