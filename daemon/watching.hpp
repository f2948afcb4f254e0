#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/snapshot.hpp"
#include "store/store.hpp"

namespace spokeswatch {

// A statement of a batch, for the watches over time.
struct WatchedStatement {
    Statement statement;
    std::int64_t revision = 1;
    bool may_alert = false;
    bool baseline = false;                    // of a first poll: not even an edit is news
    std::optional<Statement> before;          // edited: what it said
    std::vector<std::string> matched_before;  // rules that the revision before matched
    std::vector<Match> matches;               // of the rules that look at one statement alone
};

// A rule that watches something over time, and a statement that concerns it.
struct Firing {
    Match match;
    std::string note;  // why, in words
    // It alerted on the revision before, and still holds: nothing new.
    bool again = false;
    // It alerted so short a time ago that this belongs to that alert. Its story: `state`'s, or that
    // of an earlier firing in this batch with the same rule and key.
    bool joins = false;
    // Every such statement is told of, although the alert may have heard the organisation: an edit.
    bool each_told = false;
    std::optional<WatchState> state;  // to be kept when this alerts, with the alert's story
    std::vector<NewEvidence> beside;  // what the alert shows beside the statement, oldest first
};

// A rule that watches something over time and does not alert on a statement with its words.
struct WatchMiss {
    std::string rule;
    std::string reason;
};

struct WatchFindings {
    std::vector<NewUse> uses;
    std::string text_key;
    Time said_at{};
    std::vector<Firing> firings;  // in the order of the rules
    // Not of rules that look at every statement: those would fill the record.
    std::vector<WatchMiss> misses;
};

// Judges a batch: what each statement adds to the history, and which watches it makes alert.
// Statements are judged in their order, each with what those before it in the batch said.
// Findings are parallel to `statements`.
awaitable<Result<std::vector<WatchFindings>>> judge_watches(
    Store& store,
    SnapshotPtr snapshot,
    SourceInfo source,
    std::string account_key,
    std::vector<WatchedStatement> statements
);

// Subjects of the snapshot, as the store counts them.
std::vector<HistorySubject> history_subjects(const WatchSet& watches);

}  // namespace spokeswatch
