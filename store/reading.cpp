#include <algorithm>
#include <set>

#include "store/columns.hpp"
#include "store/impl.hpp"

// What people and other programs ask: alerts, revisions, counts.

namespace spokeswatch {

namespace {

// Evidence of one alert in a list; one alert alone is shown whole.
constexpr std::size_t listed_evidence_max = 10;
constexpr std::size_t all = 100'000;

// Columns: kind, native_id, revision, source, observed_at, body, org, highlights, note.
Evidence read_evidence(const Query& query) {
    Statement statement = stored_statement(query.text(5));
    Evidence evidence;
    evidence.kind = query.text(0);
    evidence.native_id = query.text(1);
    evidence.revision = query.integer(2);
    evidence.source = query.text(3);
    evidence.observed_at = query.time(4);
    evidence.org = query.text(6);
    evidence.highlights = highlights_from_column(query.text(7));
    evidence.note = query.text(8);
    evidence.form = statement.form;
    evidence.url = std::move(statement.url);
    evidence.author_handle = std::move(statement.author_handle);
    evidence.author_name = std::move(statement.author_name);
    evidence.lang = std::move(statement.lang);
    evidence.title = std::move(statement.title);
    evidence.text = std::move(statement.text);
    evidence.published_at = statement.published_at;
    evidence.edited_at = statement.edited_at;
    evidence.late = statement.late;
    return evidence;
}

std::int64_t count(Connection& connection, std::string_view sql) {
    auto query = connection.query(sql);
    query.next();
    return query.integer(0);
}

void count_outbox(Connection& connection, StoreCounts& counts) {
    auto query = connection.query("SELECT state, count(*), min(created_at) FROM outbox GROUP BY 1");
    while (query.next()) {
        const auto state = parse_outbox_state(query.text(0));
        if (!state) throw StoreFault("the outbox holds the unknown state " + query.text(0));
        const auto rows = query.integer(1);
        switch (*state) {
            case OutboxState::pending:
                counts.outbox_pending = rows;
                break;
            case OutboxState::sending:
                counts.outbox_sending = rows;
                break;
            case OutboxState::retry_wait:
                counts.outbox_retry_wait = rows;
                break;
            case OutboxState::delivered:
                counts.outbox_delivered = rows;
                break;
            case OutboxState::dead:
                counts.outbox_dead = rows;
                break;
        }
        if (*state == OutboxState::delivered || *state == OutboxState::dead) continue;
        const auto oldest = query.time(2);
        counts.outbox_oldest_at = std::min(counts.outbox_oldest_at.value_or(oldest), oldest);
    }
}

}  // namespace

// A statement that cannot be read back must not stop the alerts of others: it is shown as what is
// left of it.
Statement stored_statement(const std::string& body) {
    auto input = statement_from_json(body);
    if (input.statement) return std::move(*input.statement);
    Statement statement;
    statement.text = "[this statement cannot be read back from the store]";
    return statement;
}

Alert load_alert(Connection& connection, const std::string& id) {
    auto query = connection.query(
        "SELECT a.rule, a.severity, a.story_id, s.title, a.labels, a.first_seen_at"
        " FROM alert a JOIN story s ON s.id = a.story_id WHERE a.id = ?1"
    );
    query.with(id);
    if (!query.next()) throw StoreFault("no alert " + id);
    Alert alert;
    alert.id = id;
    alert.rule = query.text(0);
    alert.severity = static_cast<Severity>(query.integer(1));
    alert.story_id = query.text(2);
    alert.story_title = query.text(3);
    alert.labels = labels_from_column(query.text(4));
    alert.first_seen_at = query.time(5);
    return alert;
}

std::vector<Evidence> load_evidence(
    Connection& connection, const std::string& alert_id, std::size_t evidence_max
) {
    std::vector<Evidence> evidence;
    auto query = connection.query(
        "SELECT s.kind, s.native_id, e.revision, r.source, r.observed_at, r.body, e.org,"
        " e.highlights, e.note FROM evidence e JOIN statement s ON s.id = e.statement_id"
        " JOIN revision r ON r.statement_id = e.statement_id AND r.revision = e.revision"
        " WHERE e.alert_id = ?1 ORDER BY e.id DESC LIMIT ?2"
    );
    query.with(alert_id, evidence_max);
    while (query.next()) evidence.push_back(read_evidence(query));
    std::reverse(evidence.begin(), evidence.end());
    return evidence;
}

std::vector<Evidence> load_evidence_of(
    Connection& connection,
    const std::string& alert_id,
    const std::vector<std::int64_t>& statement_ids
) {
    std::vector<std::pair<std::int64_t, Evidence>> found;
    for (const auto id : std::set(statement_ids.begin(), statement_ids.end())) {
        auto query = connection.query(
            "SELECT s.kind, s.native_id, e.revision, r.source, r.observed_at, r.body, e.org,"
            " e.highlights, e.note, e.id FROM evidence e JOIN statement s ON s.id = e.statement_id"
            " JOIN revision r ON r.statement_id = e.statement_id AND r.revision = e.revision"
            " WHERE e.alert_id = ?1 AND e.statement_id = ?2"
        );
        query.with(alert_id, id);
        if (query.next()) found.emplace_back(query.integer(9), read_evidence(query));
    }
    std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.first < b.first;
    });
    std::vector<Evidence> evidence;
    for (auto& [id, item] : found) evidence.push_back(std::move(item));
    return evidence;
}

Result<std::vector<Alert>> Database::alerts(const AlertFilter& filter) {
    return impl_->connection->read([&] {
        std::vector<std::string> ids;
        {
            std::optional<int> severity;
            if (filter.severity) severity = static_cast<int>(*filter.severity);
            auto query = impl_->connection->query(
                "SELECT id FROM alert WHERE (?1 = '' OR rule = ?1)"
                " AND (?2 = '' OR substr(id, 1, length(?2)) = ?2)"
                " AND (?3 IS NULL OR severity = ?3) AND (?4 IS NULL OR first_seen_at >= ?4)"
                " ORDER BY first_seen_at DESC, id DESC LIMIT ?5"
            );
            query.with(filter.rule, filter.id_prefix, severity, filter.since, filter.limit);
            while (query.next()) ids.push_back(query.text(0));
        }
        std::vector<Alert> alerts;
        for (const auto& id : ids) {
            alerts.push_back(load_alert(*impl_->connection, id));
            alerts.back().evidence = load_evidence(*impl_->connection, id, listed_evidence_max);
        }
        return alerts;
    });
}

Result<std::optional<AlertDetail>> Database::alert(const std::string& id) {
    return impl_->connection->read([&] {
        auto& connection = *impl_->connection;
        std::optional<AlertDetail> detail;
        {
            auto query = connection.query("SELECT 1 FROM alert WHERE id = ?1");
            query.with(id);
            if (!query.next()) return detail;
        }
        detail.emplace();
        detail->alert = load_alert(connection, id);
        detail->alert.evidence = load_evidence(connection, id, all);
        detail->notifications = load_notifications_of(connection, id);
        auto query =
            connection.query("SELECT story_reason FROM statement WHERE story_id = ?1 ORDER BY id");
        query.with(detail->alert.story_id);
        while (query.next()) detail->story_reasons.push_back(query.text(0));
        return detail;
    });
}

Result<std::vector<NewRevision>> Database::revisions(const StatementKey& key) {
    return impl_->connection->read([&] {
        std::vector<NewRevision> revisions;
        auto query = impl_->connection->query(
            "SELECT r.revision, r.source, r.observed_at, r.content_hash, r.body, r.html, r.matches,"
            " r.raw, coalesce(s.story_id, ''), s.story_reason, coalesce(t.trail, '')"
            " FROM statement s JOIN revision r ON r.statement_id = s.id"
            " LEFT JOIN trail t ON t.statement_id = s.id AND t.revision = r.revision"
            " WHERE s.kind = ?1 AND s.account_key = ?2 AND s.native_id = ?3 ORDER BY r.revision"
        );
        query.with(key.kind, key.account_key, key.native_id);
        while (query.next()) {
            NewRevision revision;
            revision.revision = query.integer(0);
            revision.statement = stored_statement(query.text(4));
            revision.statement.source = query.text(1);
            revision.statement.kind = key.kind;
            revision.statement.account_key = key.account_key;
            revision.statement.native_id = key.native_id;
            revision.statement.observed_at = query.time(2);
            revision.content_hash = query.text(3);
            revision.statement.html = query.text(5);
            revision.matches = matches_from_column(query.text(6));
            revision.statement.raw = query.text(7);
            revision.story_id = query.text(8);
            revision.story_reason = query.text(9);
            if (auto trail = trail_from_json(query.text(10))) revision.trail = std::move(*trail);
            revisions.push_back(std::move(revision));
        }
        return revisions;
    });
}

Result<StoreCounts> Database::counts() {
    return impl_->connection->read([this] {
        auto& connection = *impl_->connection;
        StoreCounts counts;
        counts.statements = count(connection, "SELECT count(*) FROM statement");
        counts.revisions = count(connection, "SELECT count(*) FROM revision");
        counts.stories = count(connection, "SELECT count(*) FROM story");
        counts.alerts = count(connection, "SELECT count(*) FROM alert");
        counts.groups_waiting =
            count(connection, "SELECT count(*) FROM alert_group WHERE flush_at IS NOT NULL");
        count_outbox(connection, counts);
        return counts;
    });
}

}  // namespace spokeswatch
