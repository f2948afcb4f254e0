#include <algorithm>
#include <map>
#include <set>

#include "store/archive.hpp"
#include "store/columns.hpp"
#include "store/impl.hpp"
#include "store/watch_history_rows.hpp"

// What the pipeline asks before it decides, and the one transaction in which a batch is kept.

namespace spokeswatch {

namespace {

std::optional<KnownStatement> know_statement(Connection& connection, const StatementKey& key) {
    KnownStatement known;
    {
        auto query = connection.query(
            "SELECT s.id, s.revision, s.content_hash, coalesce(s.story_id, ''), r.matches"
            " FROM statement s JOIN revision r ON r.statement_id = s.id AND r.revision = s.revision"
            " WHERE s.kind = ?1 AND s.account_key = ?2 AND s.native_id = ?3"
        );
        query.with(key.kind, key.account_key, key.native_id);
        if (!query.next()) return std::nullopt;
        known.id = query.integer(0);
        known.revision = query.integer(1);
        known.content_hash = query.text(2);
        known.story_id = query.text(3);
        for (auto& match : matches_from_column(query.text(4)))
            known.matched_rules.push_back(std::move(match.rule));
    }
    auto query =
        connection.query("SELECT source FROM sight WHERE statement_id = ?1 ORDER BY source");
    query.with(known.id);
    while (query.next()) known.seen_by.push_back(query.text(0));
    return known;
}

std::string story_of_key(Connection& connection, const std::string& key, Time since) {
    auto query = connection.query("SELECT story_id FROM story_key WHERE key = ?1 AND at >= ?2");
    query.with(key, since);
    return query.next() ? query.text(0) : std::string();
}

// A watch may hold a statement as evidence in an alert of another story.
void add_stories_of_evidence(
    Connection& connection, std::int64_t statement_id, std::set<std::string>& into
) {
    auto query = connection.query(
        "SELECT a.story_id FROM evidence e JOIN alert a ON a.id = e.alert_id"
        " WHERE e.statement_id = ?1"
    );
    query.with(statement_id);
    while (query.next()) into.insert(query.text(0));
}

void know_evidence(Connection& connection, KnownAlert& alert) {
    auto query =
        connection.query("SELECT statement_id, org FROM evidence WHERE alert_id = ?1 ORDER BY id");
    query.with(alert.id);
    while (query.next()) {
        alert.statement_ids.push_back(query.integer(0));
        auto org = query.text(1);
        if (std::find(alert.orgs.begin(), alert.orgs.end(), org) == alert.orgs.end())
            alert.orgs.push_back(std::move(org));
    }
}

std::vector<KnownAlert> know_alerts(Connection& connection, const std::string& story_id) {
    std::vector<KnownAlert> alerts;
    {
        auto query = connection.query(
            "SELECT id, rule, severity, labels FROM alert WHERE story_id = ?1 ORDER BY id"
        );
        query.with(story_id);
        while (query.next()) {
            KnownAlert alert;
            alert.id = query.text(0);
            alert.rule = query.text(1);
            alert.story_id = story_id;
            alert.severity = static_cast<Severity>(query.integer(2));
            alert.labels = labels_from_column(query.text(3));
            alerts.push_back(std::move(alert));
        }
    }
    for (auto& alert : alerts) know_evidence(connection, alert);
    return alerts;
}

// The transaction of one Ingest, step by step in the order of references.
class Commit {
  public:
    Commit(Connection& connection, const Ingest& ingest)
        : connection_(connection), ingest_(ingest) {}

    void run() {
        write_source();
        for (const auto& story : ingest_.stories) insert_story(story);
        insert_revisions();
        // A sight that is there already means that this very batch was kept before.
        for (const auto& key : ingest_.sights) insert_sight(id_of(key));
        for (const auto& revision : ingest_.revisions) note_sight(revision.statement);
        for (const auto& key : ingest_.story_keys) write_story_key(key);
        for (const auto& alert : ingest_.alerts) write_alert(alert);
        for (const auto& evidence : ingest_.evidence) write_evidence(evidence);
        for (const auto& member : ingest_.members) insert_member(member);
        write_history();
    }

  private:
    static StatementKey key_of(const Statement& statement) {
        return StatementKey{statement.kind, statement.account_key, statement.native_id};
    }

    std::int64_t id_of(const StatementKey& key) {
        auto known = ids_.find(key);
        if (known != ids_.end()) return known->second;
        const auto id = find_statement(connection_, key);
        if (id == 0) throw StoreFault("no statement " + key.native_id + " of " + key.account_key);
        ids_.emplace(key, id);
        return id;
    }

    // What nobody said, a silence, comes from no poll.
    void write_source() {
        if (ingest_.source.empty()) return;
        connection_
            .query(
                "INSERT INTO source (name, kind, account_key, cursor, baseline_done)"
                " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (name) DO UPDATE SET kind = "
                "excluded.kind,"
                " account_key = iif(account_key = '', excluded.account_key, account_key),"
                " cursor = excluded.cursor,"
                " baseline_done = max(baseline_done, excluded.baseline_done)"
            )
            .with(
                ingest_.source,
                ingest_.kind,
                ingest_.account_key,
                cursor_to_column(ingest_.next),
                ingest_.baseline
            )
            .run();
        if (!ingest_.gap) return;
        connection_
            .query("UPDATE source SET gap_from = ?2, gap_to = ?3, gap_at = ?4 WHERE name = ?1")
            .with(ingest_.source, ingest_.gap->from_id, ingest_.gap->to_id, ingest_.now)
            .run();
    }

    void insert_story(const NewStory& story) {
        connection_.query("INSERT INTO story (id, title, first_seen_at) VALUES (?1, ?2, ?3)")
            .with(story.id, story.title, story.first_seen_at)
            .run();
    }

    void insert_revisions() {
        if (ingest_.revisions.empty()) return;
        std::string chain = chain_head(connection_);
        for (const auto& revision : ingest_.revisions) chain = insert_revision(revision, chain);
        if (ingest_.baseline)
            connection_
                .query(
                    "UPDATE source SET baseline_record = (SELECT max(id) FROM revision)"
                    " WHERE name = ?1"
                )
                .with(ingest_.source)
                .run();
        connection_
            .query(
                "INSERT INTO meta (name, value) VALUES ('chain_head', ?1)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            )
            .with(chain)
            .run();
    }

    // Returns the new head of the chain.
    std::string insert_revision(const NewRevision& revision, const std::string& previous) {
        const Statement& statement = revision.statement;
        const std::int64_t id = write_statement(revision);
        const std::string body = to_json(statement);
        const std::string matches = matches_to_column(revision.matches);
        ChainRecord record;
        record.key = key_of(statement);
        record.revision = revision.revision;
        record.observed_at = statement.observed_at;
        record.content_hash = revision.content_hash;
        record.record_hash = record_hash(body, statement.html, matches, statement.raw);
        std::string chain = chain_hash(previous, record);
        connection_
            .query(
                "INSERT INTO revision (statement_id, revision, source, observed_at, content_hash,"
                " record_hash, chain, body, html, matches, raw)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
            )
            .with(
                id,
                revision.revision,
                statement.source,
                statement.observed_at,
                revision.content_hash,
                record.record_hash,
                chain,
                body,
                statement.html,
                matches,
                Blob{statement.raw}
            )
            .run();
        if (!revision.trail.empty())
            connection_
                .query("INSERT INTO trail (statement_id, revision, trail) VALUES (?1, ?2, ?3)")
                .with(id, revision.revision, to_json(revision.trail, trail_bytes_max))
                .run();
        return chain;
    }

    // The first revision makes the statement; a later one must follow the last.
    std::int64_t write_statement(const NewRevision& revision) {
        const StatementKey key = key_of(revision.statement);
        std::optional<std::string> story_id;
        if (!revision.story_id.empty()) story_id = revision.story_id;
        if (revision.revision == 1) {
            connection_
                .query(
                    "INSERT INTO statement (kind, account_key, native_id, revision, content_hash,"
                    " story_id, story_reason, url) VALUES (?1, ?2, ?3, 1, ?4, ?5, ?6, ?7)"
                )
                .with(
                    key.kind,
                    key.account_key,
                    key.native_id,
                    revision.content_hash,
                    story_id,
                    revision.story_reason,
                    revision.statement.url
                )
                .run();
            ids_[key] = connection_.last_row_id();
            return ids_[key];
        }
        const auto id = id_of(key);
        const auto changed =
            connection_
                .query(
                    "UPDATE statement SET revision = ?2, content_hash = ?3, url = ?6,"
                    " story_reason = iif(story_id IS NULL, ?5, story_reason),"
                    " story_id = coalesce(?4, story_id) WHERE id = ?1 AND revision = ?2 - 1"
                )
                .with(
                    id,
                    revision.revision,
                    revision.content_hash,
                    story_id,
                    revision.story_reason,
                    revision.statement.url
                )
                .run();
        if (changed == 0)
            throw StoreFault(
                "revision " + std::to_string(revision.revision) + " of statement " + key.native_id +
                " does not follow the last one"
            );
        return id;
    }

    void insert_sight(std::int64_t statement_id) {
        connection_.query("INSERT INTO sight (statement_id, source, at) VALUES (?1, ?2, ?3)")
            .with(statement_id, ingest_.source, ingest_.now)
            .run();
        count_statements(1);
    }

    void note_sight(const Statement& statement) {
        count_statements(
            connection_
                .query("INSERT INTO sight (statement_id, source, at) VALUES (?1, ?2, ?3)"
                       " ON CONFLICT DO NOTHING")
                .with(id_of(key_of(statement)), ingest_.source, ingest_.now)
                .run()
        );
    }

    void count_statements(std::int64_t count) {
        if (count == 0) return;
        connection_.query("UPDATE source SET statements = statements + ?2 WHERE name = ?1")
            .with(ingest_.source, count)
            .run();
    }

    // A key whose story is too old is taken over by the new one.
    void write_story_key(const StoryKey& key) {
        connection_
            .query(
                "INSERT INTO story_key (key, story_id, at) VALUES (?1, ?2, ?3)"
                " ON CONFLICT (key) DO UPDATE SET story_id = excluded.story_id,"
                " at = max(at, excluded.at)"
            )
            .with(key.key, key.story_id, key.at)
            .run();
    }

    void write_alert(const AlertWrite& alert) {
        connection_
            .query(
                "INSERT INTO alert (id, rule, story_id, severity, labels, first_seen_at)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (id) DO UPDATE SET"
                " severity = excluded.severity, labels = excluded.labels"
            )
            .with(
                alert.id,
                alert.rule,
                alert.story_id,
                static_cast<int>(alert.severity),
                labels_to_column(alert.labels),
                alert.first_seen_at
            )
            .run();
    }

    void write_evidence(const NewEvidence& evidence) {
        const auto statement_id = id_of(evidence.statement);
        connection_
            .query(
                "INSERT INTO evidence (alert_id, statement_id, revision, org, highlights, note)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (alert_id, statement_id) DO UPDATE"
                " SET revision = excluded.revision, org = excluded.org,"
                " highlights = excluded.highlights,"
                " note = iif(excluded.note = '', note, excluded.note)"
                " WHERE excluded.revision >= revision"
            )
            .with(
                evidence.alert_id,
                statement_id,
                evidence.revision,
                evidence.org,
                highlights_to_column(evidence.highlights),
                evidence.note
            )
            .run();
        // A statement that was stored without a match joins the story of its first alert.
        connection_
            .query(
                "UPDATE statement SET story_id = (SELECT story_id FROM alert WHERE id = ?2)"
                " WHERE id = ?1 AND story_id IS NULL"
            )
            .with(statement_id, evidence.alert_id)
            .run();
    }

    void insert_member(const NewMember& member) {
        // A group that waits keeps its time; an idle one keeps its distance to the last message.
        connection_
            .query(
                "INSERT INTO alert_group (id, receiver, grouped, group_interval, flush_at)"
                " VALUES (?1, ?2, ?3, ?4, ?5 + ?6) ON CONFLICT (id) DO UPDATE SET"
                " receiver = excluded.receiver, grouped = excluded.grouped,"
                " group_interval = excluded.group_interval, flush_at = coalesce(flush_at,"
                " max(?5, coalesce(last_flush_at + excluded.group_interval, ?5)))"
            )
            .with(
                member.group_id,
                member.receiver,
                member.grouped,
                member.group_interval,
                ingest_.now,
                member.group_wait
            )
            .run();
        std::optional<std::int64_t> statement_id;
        if (member.statement) statement_id = id_of(*member.statement);
        connection_
            .query(
                "INSERT INTO member (group_id, alert_id, change, statement_id, revision, route, at)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
            )
            .with(
                member.group_id,
                member.alert_id,
                to_string(member.change),
                statement_id,
                member.revision,
                member.route,
                ingest_.now
            )
            .run();
    }

    // Behind the stories: a state names one.
    void write_history() {
        History history(connection_);
        for (const auto& revision : ingest_.revisions)
            history.note_account(key_of(revision.statement), revision.statement.observed_at);
        const auto live = history.counted_before(ingest_.subjects, ingest_.revisions.size());
        for (const auto& revision : ingest_.revisions) {
            const auto id = id_of(key_of(revision.statement));
            for (const auto& use : revision.uses)
                if (const auto subject = live.find(use.subject); subject != live.end())
                    history.count(subject->second, id, revision.revision, use.at);
            if (!revision.text_key.empty())
                history.note_text(revision.text_key, id, revision.revision, revision.said_at);
        }
        history.move_on(live);
        for (const auto& state : ingest_.watch_states) history.write_state(state);
    }

    Connection& connection_;
    const Ingest& ingest_;
    std::map<StatementKey, std::int64_t> ids_;
};

}  // namespace

std::int64_t find_statement(Connection& connection, const StatementKey& key) {
    auto query = connection.query(
        "SELECT id FROM statement WHERE kind = ?1 AND account_key = ?2 AND native_id = ?3"
    );
    query.with(key.kind, key.account_key, key.native_id);
    return query.next() ? query.integer(0) : 0;
}

Result<IntakeKnowledge> Database::know(const IntakeQuestion& question) {
    return impl_->connection->read([&] {
        IntakeKnowledge knowledge;
        std::set<std::string> stories(question.stories.begin(), question.stories.end());
        for (const auto& key : question.statements) {
            knowledge.statements.push_back(know_statement(*impl_->connection, key));
            if (!knowledge.statements.back()) continue;
            stories.insert(knowledge.statements.back()->story_id);
            add_stories_of_evidence(*impl_->connection, knowledge.statements.back()->id, stories);
        }
        for (const auto& key : question.story_keys) {
            knowledge.stories.push_back(
                story_of_key(*impl_->connection, key, question.stories_since)
            );
            stories.insert(knowledge.stories.back());
        }
        stories.erase("");
        for (const auto& story : stories)
            for (auto& alert : know_alerts(*impl_->connection, story))
                knowledge.alerts.push_back(std::move(alert));
        return knowledge;
    });
}

Result<void> Database::commit(const Ingest& ingest) {
    return impl_->connection->write([&] { Commit(*impl_->connection, ingest).run(); });
}

}  // namespace spokeswatch
