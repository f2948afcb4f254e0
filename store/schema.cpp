#include "store/schema.hpp"

#include <array>

namespace spokeswatch {

namespace {

// "spws": tells our files from other programs' databases.
constexpr int application_id = 0x73707773;

// Times are microseconds since 1970, lists and maps are JSON, severity rises with its number.
// A migration that was released is never changed: what differs comes as the next one.
constexpr std::array migrations{
    R"sql(
CREATE TABLE meta (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE source (
    name TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    account_key TEXT NOT NULL DEFAULT '',
    cursor TEXT NOT NULL DEFAULT '{}',
    baseline_done INTEGER NOT NULL DEFAULT 0,
    last_success_at INTEGER,
    last_attempt_at INTEGER,
    failures INTEGER NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    last_message TEXT NOT NULL DEFAULT '',
    not_before INTEGER,
    statements INTEGER NOT NULL DEFAULT 0,
    gap_from TEXT,
    gap_to TEXT,
    gap_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE story (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    first_seen_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE story_key (
    key TEXT PRIMARY KEY,
    story_id TEXT NOT NULL REFERENCES story(id),
    at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- revision and content_hash are those of the last revision.
CREATE TABLE statement (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    account_key TEXT NOT NULL,
    native_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    story_id TEXT REFERENCES story(id),
    story_reason TEXT NOT NULL DEFAULT '',
    UNIQUE (kind, account_key, native_id)
) STRICT;
CREATE INDEX statement_story ON statement(story_id) WHERE story_id IS NOT NULL;

-- In the order of id the chain of record_hash and content_hash: see archive.hpp.
CREATE TABLE revision (
    id INTEGER PRIMARY KEY,
    statement_id INTEGER NOT NULL REFERENCES statement(id),
    revision INTEGER NOT NULL,
    source TEXT NOT NULL,
    observed_at INTEGER NOT NULL,
    content_hash TEXT NOT NULL,
    record_hash TEXT NOT NULL,
    chain TEXT NOT NULL,
    body TEXT NOT NULL,
    html TEXT NOT NULL,
    matches TEXT NOT NULL,
    raw BLOB NOT NULL,
    UNIQUE (statement_id, revision)
) STRICT;

CREATE TABLE sight (
    statement_id INTEGER NOT NULL REFERENCES statement(id),
    source TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (statement_id, source)
) STRICT, WITHOUT ROWID;

CREATE TABLE alert (
    id TEXT PRIMARY KEY,
    rule TEXT NOT NULL,
    story_id TEXT NOT NULL REFERENCES story(id),
    severity INTEGER NOT NULL,
    labels TEXT NOT NULL,
    first_seen_at INTEGER NOT NULL,
    UNIQUE (story_id, rule)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_first_seen ON alert(first_seen_at);

-- In the order of id: arrival.
CREATE TABLE evidence (
    id INTEGER PRIMARY KEY,
    alert_id TEXT NOT NULL REFERENCES alert(id),
    statement_id INTEGER NOT NULL REFERENCES statement(id),
    revision INTEGER NOT NULL,
    org TEXT NOT NULL,
    highlights TEXT NOT NULL,
    UNIQUE (alert_id, statement_id),
    FOREIGN KEY (statement_id, revision) REFERENCES revision(statement_id, revision)
) STRICT;

-- flush_at is NULL while nothing waits.
CREATE TABLE alert_group (
    id TEXT PRIMARY KEY,
    receiver TEXT NOT NULL,
    grouped INTEGER NOT NULL,
    group_interval INTEGER NOT NULL,
    flush_at INTEGER,
    last_flush_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_group_flush ON alert_group(flush_at) WHERE flush_at IS NOT NULL;

-- AUTOINCREMENT: the id of a flushed member never names another one.
CREATE TABLE member (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    group_id TEXT NOT NULL REFERENCES alert_group(id),
    alert_id TEXT NOT NULL REFERENCES alert(id),
    change TEXT NOT NULL,
    statement_id INTEGER REFERENCES statement(id),
    revision INTEGER NOT NULL,
    route TEXT NOT NULL,
    at INTEGER NOT NULL
) STRICT;
CREATE INDEX member_group ON member(group_id, id);

CREATE TABLE thread (
    thread_id TEXT NOT NULL,
    target TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    root_key TEXT NOT NULL,
    root_remote TEXT NOT NULL DEFAULT '',
    root_subject TEXT NOT NULL,
    PRIMARY KEY (thread_id, target)
) STRICT, WITHOUT ROWID;
CREATE INDEX thread_root ON thread(root_key);

-- In the order of id: the order inside a thread. merged_into is the key of the digest that carries
-- a row: such a row is not sent itself and ends with its digest.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    receiver TEXT NOT NULL,
    target TEXT NOT NULL,
    thread_id TEXT NOT NULL,
    state TEXT NOT NULL,
    severity INTEGER NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL,
    not_before INTEGER NOT NULL,
    last_attempt_at INTEGER,
    delivered_at INTEGER,
    last_verdict TEXT NOT NULL DEFAULT '',
    detail TEXT NOT NULL DEFAULT '',
    remote_id TEXT NOT NULL DEFAULT '',
    minimal INTEGER NOT NULL DEFAULT 0,
    was_sending INTEGER NOT NULL DEFAULT 0,
    merged_into TEXT NOT NULL DEFAULT '',
    payload TEXT NOT NULL
) STRICT;
-- What is done leaves these: the cost of the queue is that of what waits.
CREATE INDEX outbox_ready ON outbox(target, severity DESC, created_at, key, not_before)
    WHERE state IN ('pending', 'retry_wait') AND merged_into = '';
CREATE INDEX outbox_due ON outbox(target, not_before)
    WHERE state IN ('pending', 'retry_wait') AND merged_into = '';
CREATE INDEX outbox_age ON outbox(target, created_at, id, not_before)
    WHERE state IN ('pending', 'retry_wait') AND merged_into = '';
CREATE INDEX outbox_thread ON outbox(target, thread_id, id)
    WHERE state IN ('pending', 'retry_wait', 'sending');
CREATE INDEX outbox_merged ON outbox(merged_into) WHERE merged_into <> '';
CREATE INDEX outbox_state ON outbox(state, created_at);
CREATE INDEX outbox_created ON outbox(created_at);

CREATE TABLE outbox_alert (
    alert_id TEXT NOT NULL,
    outbox_id INTEGER NOT NULL REFERENCES outbox(id),
    PRIMARY KEY (alert_id, outbox_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE target (
    target TEXT PRIMARY KEY,
    receiver TEXT NOT NULL,
    paused_at INTEGER,
    reason TEXT NOT NULL,
    probe_at INTEGER NOT NULL,
    override_url TEXT NOT NULL
) STRICT, WITHOUT ROWID;
)sql",
    R"sql(
-- Why rules were true of a revision or nearly were, and what became of it (model/trail.hpp); only
-- of revisions that have something to tell. It is no part of the chain.
CREATE TABLE trail (
    statement_id INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    trail TEXT NOT NULL,
    PRIMARY KEY (statement_id, revision),
    FOREIGN KEY (statement_id, revision) REFERENCES revision(statement_id, revision)
) STRICT;

-- url is that of the last revision.
ALTER TABLE statement ADD COLUMN url TEXT NOT NULL DEFAULT '';
UPDATE statement SET url = coalesce((SELECT iif(json_valid(body), json_extract(body, '$.url'), '')
    FROM revision r WHERE r.statement_id = statement.id AND r.revision = statement.revision), '');
CREATE INDEX statement_url ON statement(url) WHERE url <> '';
CREATE INDEX statement_native_id ON statement(native_id);

-- What a source brought up to this record was its first poll.
ALTER TABLE source ADD COLUMN baseline_record INTEGER NOT NULL DEFAULT 0;
WITH start AS MATERIALIZED (SELECT source, min(observed_at) AS at FROM revision GROUP BY source),
    last AS MATERIALIZED (SELECT r.source, max(r.id) AS id FROM revision r
        JOIN start s ON s.source = r.source AND s.at = r.observed_at GROUP BY r.source)
UPDATE source SET baseline_record =
    coalesce((SELECT last.id FROM last WHERE last.source = source.name), 0)
    WHERE baseline_done = 1;
)sql",
    R"sql(
-- since: when its first statement was seen.
CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    account_key TEXT NOT NULL,
    since INTEGER NOT NULL,
    UNIQUE (kind, account_key)
) STRICT;
INSERT INTO account (kind, account_key, since)
    SELECT s.kind, s.account_key, min(r.observed_at)
    FROM statement s JOIN revision r ON r.statement_id = s.id GROUP BY s.kind, s.account_key;

-- counted_to is the last revision.id that was searched for the subject: see watch_history.hpp.
CREATE TABLE subject (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    fingerprint TEXT NOT NULL,
    counted_to INTEGER NOT NULL
) STRICT;

CREATE TABLE subject_use (
    subject_id INTEGER NOT NULL REFERENCES subject(id),
    statement_id INTEGER NOT NULL REFERENCES statement(id),
    revision INTEGER NOT NULL,
    account_id INTEGER NOT NULL REFERENCES account(id),
    at INTEGER NOT NULL,
    PRIMARY KEY (subject_id, statement_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX subject_use_at ON subject_use(subject_id, at);
CREATE INDEX subject_use_account ON subject_use(subject_id, account_id, at);

-- day counts from 1970-01-01 UTC.
CREATE TABLE subject_day (
    subject_id INTEGER NOT NULL REFERENCES subject(id),
    account_id INTEGER NOT NULL REFERENCES account(id),
    day INTEGER NOT NULL,
    count INTEGER NOT NULL,
    first_at INTEGER NOT NULL,
    first_statement_id INTEGER NOT NULL REFERENCES statement(id),
    last_at INTEGER NOT NULL,
    last_statement_id INTEGER NOT NULL REFERENCES statement(id),
    PRIMARY KEY (subject_id, account_id, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE text_use (
    key TEXT NOT NULL,
    at INTEGER NOT NULL,
    statement_id INTEGER NOT NULL REFERENCES statement(id),
    revision INTEGER NOT NULL,
    PRIMARY KEY (key, at, statement_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE watch_state (
    rule TEXT NOT NULL,
    key TEXT NOT NULL,
    story_id TEXT NOT NULL REFERENCES story(id),
    at INTEGER NOT NULL,
    PRIMARY KEY (rule, key)
) STRICT, WITHOUT ROWID;

ALTER TABLE evidence ADD COLUMN note TEXT NOT NULL DEFAULT '';
CREATE INDEX evidence_statement ON evidence(statement_id);
)sql",
    R"sql(
-- ended_at is NULL while it lasts.
CREATE TABLE operational_event (
    id TEXT PRIMARY KEY,
    event TEXT NOT NULL,
    subject TEXT NOT NULL,
    message TEXT NOT NULL,
    body_file TEXT NOT NULL,
    labels TEXT NOT NULL,
    since INTEGER NOT NULL,
    ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX operational_event_open ON operational_event(event, subject)
    WHERE ended_at IS NULL;

-- About an operational event: no digest of alerts carries it.
ALTER TABLE outbox ADD COLUMN operational INTEGER NOT NULL DEFAULT 0;
-- Paused by hand; NULL: it is read.
ALTER TABLE source ADD COLUMN paused_at INTEGER;
)sql",
};

int number(Connection& connection, std::string_view sql) {
    auto query = connection.query(sql);
    query.next();
    return static_cast<int>(query.integer(0));
}

struct Found {
    int version = 0;
    int application = 0;
    int tables = 0;
};

Result<Found> look(Connection& connection) {
    return connection.read([&] {
        return Found{
            number(connection, "PRAGMA user_version"),
            number(connection, "PRAGMA application_id"),
            number(connection, "SELECT count(*) FROM sqlite_master")};
    });
}

}  // namespace

int schema_version() { return static_cast<int>(migrations.size()); }

Result<void> migrate(Connection& connection, const std::string& name) {
    const auto found = look(connection);
    if (!found) return found.error();
    const bool empty = found->tables == 0 && found->version == 0;
    if (!empty && found->application != application_id)
        return Error{ErrorKind::storage, name + " is a database of another program"};
    if (found->version > schema_version())
        return Error{
            ErrorKind::storage,
            name + " has schema version " + std::to_string(found->version) +
                ", this program knows " + std::to_string(schema_version()) +
                ": it was written by a newer spokeswatch; install that or a newer one"};
    if (connection.read_only() && found->version < schema_version())
        return Error{
            ErrorKind::storage,
            empty ? name + " is empty: nothing was stored there yet"
                  : name + " has the older schema version " + std::to_string(found->version) +
                        ": start the daemon once to bring it up to date"};
    for (int version = found->version; version < schema_version(); ++version) {
        auto done = connection.write([&] {
            connection.execute(migrations[static_cast<std::size_t>(version)]);
            connection.execute("PRAGMA application_id = " + std::to_string(application_id));
            connection.execute("PRAGMA user_version = " + std::to_string(version + 1));
        });
        if (!done) return done;
    }
    return {};
}

}  // namespace spokeswatch
