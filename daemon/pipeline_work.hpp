#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/pipeline.hpp"
#include "daemon/story.hpp"
#include "daemon/watch_batch.hpp"

// What the steps of the pipeline hand on: not for other files.

namespace spokeswatch {

// A statement of the batch that brings something: new, edited, or seen by another source first.
struct BatchItem {
    Statement statement;
    StatementKey key;
    std::string hash;
    std::optional<KnownStatement> known;
    std::optional<NewRevision> before;  // edited: the revision that was matched before
    std::int64_t revision = 1;
    bool changed = true;  // false: known as it is, but new to this source
    bool may_alert = false;
    bool ignored = false;  // of a form that its source's settings leave aside
    std::vector<Match> matches;
    Trail trail;
    WatchFindings watched;
    std::vector<StoryKeyText> story_keys;
    std::string story_id;
    std::string story_reason;

    [[nodiscard]] bool is_evidence_of(const KnownAlert& alert) const {
        return known &&
               std::ranges::find(alert.statement_ids, known->id) != alert.statement_ids.end();
    }
    // What a watch over time says of it; null for a rule that looks at one statement alone.
    [[nodiscard]] const Firing* firing(const std::string& rule) const {
        for (const Firing& one : watched.firings)
            if (one.match.rule == rule) return &one;
        return nullptr;
    }
    [[nodiscard]] NewEvidence evidence(const std::string& org, const Match* match) const {
        NewEvidence made;
        made.statement = key;
        made.revision = revision;
        made.org = org;
        if (match == nullptr) return made;
        made.highlights = match->highlights;
        if (const Firing* found = firing(match->rule)) made.note = found->note;
        return made;
    }
};

// A key for an alert: (rule, story).
using AlertKey = std::pair<std::string, std::string>;

// The right to take a batch: one at a time, in no promised order.
class Pipeline::Turn {
  public:
    explicit Turn(Pipeline& pipeline) : pipeline_(pipeline) { pipeline_.busy_ = true; }
    ~Turn() {
        pipeline_.busy_ = false;
        pipeline_.turn_.cancel();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

  private:
    Pipeline& pipeline_;
};

struct Pipeline::Work {
    SnapshotPtr snapshot;
    Intake intake;
    Batch batch;
    Time now{};
    std::vector<BatchItem> items;
    std::map<AlertKey, KnownAlert> alerts;
    std::map<std::pair<std::string, std::string>, std::string> watch_stories;  // (rule, key)
    Ingest ingest;
    Accepted accepted;

    // The story whose alert a match belongs to: the statement's, but for a watch that goes on.
    [[nodiscard]] std::string story_of(const BatchItem& item, const std::string& rule) const {
        const Firing* firing = item.firing(rule);
        if (firing == nullptr || !(firing->joins || firing->again)) return item.story_id;
        if (firing->joins) {
            const auto open = watch_stories.find({rule, firing->state->key});
            return open == watch_stories.end() ? firing->state->story_id : open->second;
        }
        for (const auto& [key, alert] : alerts)
            if (key.first == rule && item.is_evidence_of(alert)) return key.second;
        return item.story_id;
    }

    void learn(std::vector<KnownAlert> known) {
        for (KnownAlert& alert : known) {
            AlertKey key(alert.rule, alert.story_id);
            alerts.try_emplace(std::move(key), std::move(alert));
        }
    }
};

}  // namespace spokeswatch
