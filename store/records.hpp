#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "model/alert.hpp"
#include "model/notification.hpp"
#include "model/source.hpp"
#include "model/statement.hpp"
#include "model/trail.hpp"
#include "store/watch_history.hpp"

// What goes into the store and comes out of it: plain values.

namespace spokeswatch {

// ---- Sources -------------------------------------------------------------------------------

struct SourceRecord {
    std::string name;
    std::string kind;
    std::string account_key;  // pinned at the first successful poll
    Cursor cursor;
    bool baseline_done = false;  // the first poll was stored
    std::optional<Time> last_success_at;
    std::optional<Time> last_attempt_at;
    int failures = 0;        // in a row
    std::string last_error;  // kind of the last failure; empty when the last poll was good
    std::string last_message;
    std::optional<Time> not_before;  // told to wait, or backing off
    std::int64_t statements = 0;     // seen here, ever
    std::optional<Gap> last_gap;
    std::optional<Time> last_gap_at;
    std::optional<Time> paused_at;  // by hand; only pause_source() writes it
};

// ---- Intake --------------------------------------------------------------------------------

struct KnownStatement {
    std::int64_t id = 0;
    std::int64_t revision = 0;               // last one
    std::string content_hash;                // of the last revision
    std::string story_id;                    // empty: in no story yet (stored without a match)
    std::vector<std::string> matched_rules;  // of the last revision
    std::vector<std::string> seen_by;        // sources
};

struct KnownAlert {
    std::string id, rule, story_id;
    Severity severity = Severity::warning;
    Labels labels;
    std::vector<std::string> orgs;            // of its evidence, in order of arrival
    std::vector<std::int64_t> statement_ids;  // of its evidence
};

struct IntakeQuestion {
    std::vector<StatementKey> statements;
    std::vector<std::string> story_keys;
    std::vector<std::string> stories;  // further ones whose alerts are wanted
    Time stories_since{};              // story keys older than this are not considered
};

struct IntakeKnowledge {
    std::vector<std::optional<KnownStatement>> statements;  // parallel to the question
    std::vector<std::string> stories;                       // parallel: story id or empty
    std::vector<KnownAlert> alerts;                         // all alerts of every story named above
};

struct NewRevision {
    Statement statement;
    std::string content_hash;
    std::int64_t revision = 1;
    std::string story_id;  // story it belongs to; empty: in none yet
    std::vector<Match> matches;
    std::string story_reason;  // why it joined: "first", "same text", "same url"
    Trail trail;               // kept when it has something to tell, at most trail_bytes_max
    std::vector<NewUse> uses;  // subjects of Ingest::subjects that are found in it
    std::string text_key;      // equal for equal texts; empty: too short to compare
    Time said_at{};            // when these words were said: what history counts by
};

struct NewStory {
    std::string id;
    std::string title;
    Time first_seen_at{};
};

struct StoryKey {
    std::string key;  // "text:<hash>" or "url:<canonical url>"
    std::string story_id;
    Time at{};
};

// A revision added to an alert, or replacing an older revision of the same statement in it.
struct NewEvidence {
    std::string alert_id;
    StatementKey statement;
    std::int64_t revision = 1;
    std::string org;
    std::vector<Highlight> highlights;
    std::string note = {};  // what is remarkable about it, for people; may be empty
};

struct AlertWrite {
    std::string id, rule, story_id;
    Severity severity = Severity::warning;
    Labels labels;
    Time first_seen_at{};
};

// An alert to be told through one route, when its group flushes.
struct NewMember {
    std::string group_id;  // hash of route and group labels: stable over restarts
    std::string route;     // "/0/1": path in the tree, for the trail
    std::string receiver;
    bool grouped = false;  // the route has group_by: one message for all members
    Duration group_wait{};
    Duration group_interval{};
    std::string alert_id;
    Change change = Change::created;
    std::optional<StatementKey> statement;  // evidence this member announces
    std::int64_t revision = 1;
};

// Everything one batch changes: one transaction.
struct Ingest {
    std::string source;
    std::string kind;
    std::string account_key;
    Cursor next;
    bool baseline = false;
    std::optional<Gap> gap;
    Time now{};
    std::vector<NewStory> stories;
    std::vector<NewRevision> revisions;
    std::vector<StatementKey> sights;  // known statements this source saw for the first time
    std::vector<StoryKey> story_keys;
    std::vector<AlertWrite> alerts;  // new ones, and known ones whose severity rose
    std::vector<NewEvidence> evidence;
    std::vector<NewMember> members;
    std::vector<HistorySubject> subjects;  // what the revisions were searched for
    std::vector<WatchState> watch_states;
};

// ---- Groups and outbox ---------------------------------------------------------------------

struct GroupMember {
    std::int64_t id = 0;
    std::string alert_id;
    std::vector<Change> changes;  // members of one alert are merged
    std::vector<std::int64_t> member_ids;
    NotifiedAlert alert;  // with the evidence to announce, oldest first
};

// What a target was told of a thread before.
struct Thread {
    std::string thread_id;  // alert id, or group id where grouped
    std::string target;
    std::int64_t sequence = 0;  // notifications so far
    std::string root_key, root_remote, root_subject;
};

struct DueGroup {
    std::string group_id;
    std::string receiver;
    bool grouped = false;
    std::vector<GroupMember> members;
};

struct OutboxInsert {
    Notification notification;
    Severity severity = Severity::warning;  // highest of its alerts
    std::string thread_id;
    std::string thread_subject;  // kept as the root's when this is the first
};

struct GroupFlush {
    std::string group_id;
    std::vector<std::int64_t> member_ids;
    std::vector<OutboxInsert> notifications;
    Time now{};
};

enum class OutboxState { pending, sending, retry_wait, delivered, dead };
std::string_view to_string(OutboxState state);
std::optional<OutboxState> parse_outbox_state(std::string_view text);

struct OutboxRow {
    std::string key;
    std::string receiver, target;
    OutboxState state = OutboxState::pending;
    Severity severity = Severity::warning;
    int attempts = 0;
    Time created_at{};
    Time not_before{};
    std::optional<Time> last_attempt_at, delivered_at;
    Verdict last_verdict = Verdict::retry;
    std::string detail;  // of the last answer
    std::string remote_id;
    bool minimal = false;
    std::string merged_into;    // key of the digest that carries this row
    bool was_sending = false;   // a crash interrupted an attempt: its fate is unknown
    Notification notification;  // with thread_remote filled in from the thread
};

// How many rows may be claimed: every target in `bucket_of` shares the capacity of its bucket.
struct ClaimAllowance {
    std::map<std::string, std::string> bucket_of;                    // target -> bucket
    std::map<std::string, int> capacity;                             // bucket -> rows
    std::size_t rows_max = std::numeric_limits<std::size_t>::max();  // over all buckets
};

// What an attempt changed.
struct AttemptRecord {
    std::string key;
    OutboxState state = OutboxState::delivered;
    Verdict verdict = Verdict::delivered;
    std::string detail, remote_id;
    Time at{};
    Time not_before{};
    bool minimal = false;
};

struct TargetRecord {
    std::string target, receiver;
    std::optional<Time> paused_at;
    std::string reason;
    Time probe_at{};           // paused: next row may be tried then
    std::string override_url;  // after `retarget`
};

// ---- Operational events --------------------------------------------------------------------

struct EventFilter {
    std::string subject;  // empty: of all
    bool open = false;    // only what lasts
    std::size_t limit = 1000;
};

// What began and what ended, with the notifications that tell of it: one transaction.
struct EventsRecord {
    std::vector<OperationalEvent> started, ended;
    std::vector<OutboxInsert> notifications;
    Time now{};
};

// A target whose oldest waiting row was tried three times or more.
struct StuckTarget {
    std::string target;
    Time since{};        // when that row was made
    std::string detail;  // of its last answer
};

// ---- Reading -------------------------------------------------------------------------------

struct AlertFilter {
    std::string rule, id_prefix;
    std::optional<Severity> severity;
    std::optional<Time> since;
    std::size_t limit = 100;
};

struct AlertDetail {
    Alert alert;
    std::vector<OutboxRow> notifications;
    std::vector<std::string> story_reasons;  // one a statement of the story
};

// A revision as it arrived: `record` rises with every one that was stored.
struct ArchivedStatement {
    std::int64_t record = 0;
    Statement statement;  // without html and raw
    std::int64_t revision = 1;
    bool first_poll = false;  // of the silent baseline of its source
};

struct ArchiveFilter {
    std::int64_t after_record = 0;
    std::optional<Time> since, until;  // by arrival; `until` is not included
    std::size_t limit = 500;
};

struct OutboxFilter {
    std::string receiver;
    std::optional<OutboxState> state;
    std::size_t limit = 100;
};

struct StoreCounts {
    std::int64_t statements = 0, revisions = 0, stories = 0, alerts = 0;
    std::int64_t outbox_pending = 0, outbox_sending = 0, outbox_retry_wait = 0, outbox_dead = 0,
                 outbox_delivered = 0;
    std::optional<Time> outbox_oldest_at;  // created_at of the oldest row that is not done
    std::int64_t groups_waiting = 0;
};

}  // namespace spokeswatch
