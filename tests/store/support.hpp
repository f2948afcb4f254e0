#pragma once

#include <string>
#include <utility>
#include <vector>

#include "store/database.hpp"

// Small worlds for the tests of the store: one source, one rule, one receiver.

namespace spokeswatch::testing {

inline Time at(int seconds) {
    return *parse_time("2023-03-17T09:00:00Z") + std::chrono::seconds(seconds);
}

// The value, or the test fails with the error's sentence.
template <typename T>
T good(Result<T> result) {
    if (!result) throw std::runtime_error("unexpected: " + result.error().message);
    return std::move(*result);
}
inline void good(Result<void> result) {
    if (!result) throw std::runtime_error("unexpected: " + result.error().message);
}

inline Statement make_statement(const std::string& native_id, Time observed_at = at(0)) {
    Statement statement;
    statement.source = "mfa";
    statement.kind = "feed";
    statement.account_key = "mfa.example";
    statement.native_id = native_id;
    statement.url = "https://mfa.example/" + native_id;
    statement.title = "Statement " + native_id;
    statement.text = "The president will pay a state visit.";
    statement.html = "<p>The president will pay a state visit.</p>";
    statement.published_at = at(-60);
    statement.observed_at = observed_at;
    statement.raw = "<item>" + native_id + "</item>";
    return statement;
}

inline StatementKey key_of(const Statement& statement) {
    return StatementKey{statement.kind, statement.account_key, statement.native_id};
}

inline StatementKey key(const std::string& native_id) {
    return StatementKey{"feed", "mfa.example", native_id};
}

inline NewRevision make_revision(
    const std::string& native_id, std::int64_t revision = 1, const std::string& story_id = ""
) {
    NewRevision made;
    made.statement = make_statement(native_id);
    made.content_hash = "hash-" + native_id + "-" + std::to_string(revision);
    made.revision = revision;
    made.story_id = story_id;
    return made;
}

inline Ingest make_ingest(Time now = at(0), const std::string& source = "mfa") {
    Ingest ingest;
    ingest.source = source;
    ingest.kind = "feed";
    ingest.account_key = "mfa.example";
    ingest.now = now;
    return ingest;
}

// A batch with one statement that opens one alert, announced through one ungrouped route.
inline Ingest make_alert_ingest(const std::string& name, Time now = at(0)) {
    Ingest ingest = make_ingest(now);
    ingest.next.remember("statement-" + name);
    ingest.stories.push_back(NewStory{"story-" + name, "Title of " + name, now});
    auto revision = make_revision("statement-" + name, 1, "story-" + name);
    revision.story_reason = "first";
    Match match;
    match.rule = "visits";
    match.severity = Severity::critical;
    match.labels = {{"desk", "asia"}};
    match.highlights = {{"text", 25, 36, "state visit"}};
    revision.matches = {match};
    ingest.revisions.push_back(revision);
    ingest.story_keys.push_back(StoryKey{"text:" + name, "story-" + name, now});
    AlertWrite alert;
    alert.id = "alert-" + name;
    alert.rule = "visits";
    alert.story_id = "story-" + name;
    alert.severity = Severity::critical;
    alert.labels = {{"desk", "asia"}, {"tier", "official"}};
    alert.first_seen_at = now;
    ingest.alerts.push_back(alert);
    NewEvidence evidence;
    evidence.alert_id = alert.id;
    evidence.statement = key("statement-" + name);
    evidence.org = "MFA";
    evidence.highlights = match.highlights;
    ingest.evidence.push_back(evidence);
    NewMember member;
    member.group_id = "group-" + name;
    member.route = "/0";
    member.receiver = "desk";
    member.alert_id = alert.id;
    member.statement = evidence.statement;
    ingest.members.push_back(member);
    return ingest;
}

inline OutboxInsert make_insert(
    const std::string& key,
    const std::string& thread_id,
    const std::string& target = "slack_0",
    Severity severity = Severity::warning
) {
    OutboxInsert insert;
    insert.notification.key = key;
    insert.notification.receiver = "desk";
    insert.notification.target = target;
    insert.notification.created_at = at(0);
    NotifiedAlert notified;
    notified.alert.id = "alert-" + thread_id;
    notified.alert.rule = "visits";
    notified.changed = {Change::created};
    insert.notification.alerts.push_back(notified);
    insert.severity = severity;
    insert.thread_id = thread_id;
    insert.thread_subject = "Subject of " + key;
    return insert;
}

// Puts rows into the outbox through a flush without members.
inline void put(Database& database, std::vector<OutboxInsert> inserts, Time now = at(0)) {
    GroupFlush flush;
    flush.group_id = "none";
    flush.notifications = std::move(inserts);
    flush.now = now;
    good(database.flush(flush));
}

inline ClaimAllowance allow(const std::vector<std::string>& targets, int capacity = 100) {
    ClaimAllowance allowance;
    for (const auto& target : targets) {
        allowance.bucket_of[target] = target;
        allowance.capacity[target] = capacity;
    }
    return allowance;
}

inline std::vector<std::string> keys(const std::vector<OutboxRow>& rows) {
    std::vector<std::string> keys;
    for (const auto& row : rows) keys.push_back(row.key);
    return keys;
}

inline AttemptRecord delivered(const std::string& key, const std::string& remote_id = "remote") {
    AttemptRecord attempt;
    attempt.key = key;
    attempt.remote_id = remote_id;
    attempt.detail = "200 ok";
    attempt.at = at(1);
    return attempt;
}

inline AttemptRecord failed(const std::string& key, OutboxState state, Time not_before = at(10)) {
    AttemptRecord attempt;
    attempt.key = key;
    attempt.state = state;
    attempt.verdict = Verdict::retry;
    attempt.detail = "503";
    attempt.at = at(1);
    attempt.not_before = not_before;
    return attempt;
}

}  // namespace spokeswatch::testing
