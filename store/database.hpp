#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/records.hpp"

namespace spokeswatch {

enum class OpenMode;

// The archive, cursors, alerts and outbox in one SQLite file: synchronous, for one thread.
// WAL, synchronous=FULL, foreign keys on; statements prepared once. Every method is one
// transaction. Errors are ErrorKind::storage with SQLite's own words. Migrations are numbered and
// forward-only; a newer schema is refused with a sentence that says so.
class Database {
  public:
    // Creates (0640; the directory 0700 where its parent exists) and migrates. One process at a
    // time: a second one is refused, because each would free the other's rows.
    static Result<Database> open(const std::filesystem::path& path);
    // Beside a running daemon or without one; never creates or migrates.
    static Result<Database> open_read_only(const std::filesystem::path& path);
    static Database in_memory();

    Database(Database&&) noexcept;
    Database& operator=(Database&&) noexcept;
    ~Database();

    // Sources.
    Result<std::vector<SourceRecord>> sources();
    Result<std::optional<SourceRecord>> source(const std::string& name);
    // Several in one transaction; everything but cursor, baseline_done, account_key and statements,
    // which only commit() writes, and paused_at. An absent gap keeps the one that was recorded.
    Result<void> record_polls(const std::vector<SourceRecord>& sources);
    // `paused_at` nullopt: it is read again. A source that nothing is known of is remembered.
    Result<void> pause_source(
        const std::string& name, const std::string& kind, std::optional<Time> paused_at
    );

    // Operational events, newest first.
    Result<std::vector<OperationalEvent>> operational_events(const EventFilter& filter);
    Result<void> record_events(const EventsRecord& record);
    // Targets that have had something to send since before `before`, in vain.
    Result<std::vector<StuckTarget>> stuck_targets(Time before);

    // Intake.
    Result<IntakeKnowledge> know(const IntakeQuestion& question);
    Result<void> commit(const Ingest& ingest);

    // History. What watches need to know before they judge a batch.
    Result<HistoryKnowledge> history(const HistoryQuestion& question);
    // How far the archive is counted for subjects; one that is new or has another fingerprint
    // begins at its start, and loses what was counted before.
    Result<std::vector<SubjectProgress>> prepare_subjects(
        const std::vector<HistorySubject>& subjects
    );
    // What was found in the revisions behind `counted_to`, in the order of archived(). Subjects
    // that do not stand there are left alone: somebody else has counted on.
    Result<void> count_uses(
        const std::vector<HistorySubject>& subjects,
        std::int64_t counted_to,
        const std::vector<SearchedRevision>& revisions
    );
    // Every day of a subject, by account and day.
    Result<std::vector<DayCount>> day_counts(const std::string& subject);

    // Groups: those whose flush time has come; the time of the next one.
    Result<std::vector<DueGroup>> due_groups(Time now, std::size_t groups_max);
    Result<std::optional<Time>> next_group_at();
    Result<std::vector<Thread>> threads(const std::vector<std::string>& thread_ids);
    Result<void> flush(const GroupFlush& flush);

    // Outbox. Takes the due rows that the allowance admits, marks them `sending` and returns them:
    // the most severe first, then the oldest. Never a row while an earlier one of the same thread
    // and target is unfinished, nor one that was merged into another.
    Result<std::vector<OutboxRow>> claim(Time now, const ClaimAllowance& allowance);
    // When the first row of these targets is due; nullopt when none waits.
    Result<std::optional<Time>> next_outbox_at(const std::vector<std::string>& targets);
    // Rows of one target that are due, unsent, never attempted and unmerged, oldest first: about
    // operational events, or about alerts. Does not change their state.
    Result<std::vector<OutboxRow>> queued(
        Time now, const std::string& target, bool operational, std::size_t rows_max
    );
    // One message instead of many: inserts the digest and ties the member rows to it. They follow
    // it: when the digest is recorded as delivered or dead, so are they, with its remote id and
    // detail.
    Result<void> merge(
        const OutboxInsert& digest, const std::vector<std::string>& member_keys, Time now
    );
    // Due, unsent and unmerged rows of a target: about operational events, or about alerts.
    Result<std::size_t> waiting(Time now, const std::string& target, bool operational);
    Result<void> record_attempts(const std::vector<AttemptRecord>& attempts);
    // Rows of a target that wait for a later try are due now (`receivers resume`). How many.
    Result<std::size_t> hurry(const std::string& target, Time now);
    // At start: every `sending` row is free again (retry_wait, ambiguous) and marked was_sending;
    // not_before is clamped to now + cap, so that a clock jump cannot park a row for years. Returns
    // how many were sending.
    Result<std::size_t> recover_outbox(Time now, Duration not_before_max);
    // dead -> pending, for all rows of a receiver or one key. Returns how many.
    Result<std::size_t> retry_dead(const std::string& receiver_or_key, Time now);

    Result<std::vector<TargetRecord>> targets();
    Result<void> record_target(const TargetRecord& target);

    // Reading, for the command line and the API. Newest first; a list shows the 10 newest pieces of
    // evidence of an alert, one alert alone shows all.
    Result<std::vector<Alert>> alerts(const AlertFilter& filter);
    Result<std::optional<AlertDetail>> alert(const std::string& id);
    Result<std::vector<OutboxRow>> outbox(const OutboxFilter& filter);
    Result<StoreCounts> counts();
    // Every revision of a statement, oldest first, as stored.
    Result<std::vector<NewRevision>> revisions(const StatementKey& key);
    // Statements by their id at the source or by their URL, newest first, at most 20.
    Result<std::vector<StatementKey>> find_statements(const std::string& id_or_url);
    // Ids of the alerts that a statement is evidence of, oldest first.
    Result<std::vector<std::string>> alerts_of(const StatementKey& key);
    // The archive in the order of arrival, in pieces: `limit` revisions, or fewer where they are
    // large. Empty after the last.
    Result<std::vector<ArchivedStatement>> archived(const ArchiveFilter& filter);
    // How many revisions archived() would give from the filter's beginning to its end.
    Result<std::int64_t> count_archived(const ArchiveFilter& filter);
    // Recomputes the hash chain; the message names the first record that does not fit.
    Result<void> verify_chain();
    // A write failed on disk (not: a full disk). Nothing is tried again on this database, because
    // a second fsync would call lost pages written: the process must end and recover at its start.
    [[nodiscard]] bool broken() const;
    // Writes and reads one row in meta: is the store alive?
    Result<void> probe(Time now);
    // wal_checkpoint(PASSIVE), from this connection.
    Result<void> checkpoint();

  private:
    struct Impl;
    explicit Database(std::unique_ptr<Impl> impl);
    static Result<Database> open_with(const std::filesystem::path& path, OpenMode mode);
    std::unique_ptr<Impl> impl_;
};

}  // namespace spokeswatch
