#include "store/impl.hpp"

// What is asked about the past: one statement by its name, and the archive from its beginning.

namespace spokeswatch {

namespace {

constexpr int found_max = 20;
// A piece of the archive ends behind the statement that reaches this.
constexpr std::size_t piece_bytes_max = std::size_t{4} * 1024 * 1024;

}  // namespace

Result<std::vector<StatementKey>> Database::find_statements(const std::string& id_or_url) {
    return impl_->connection->read([&] {
        std::vector<StatementKey> found;
        auto query = impl_->connection->query(
            "SELECT kind, account_key, native_id FROM statement"
            " WHERE native_id = ?1 OR (url = ?1 AND url <> '') ORDER BY id DESC LIMIT ?2"
        );
        query.with(id_or_url, found_max);
        while (query.next())
            found.push_back(StatementKey{query.text(0), query.text(1), query.text(2)});
        return found;
    });
}

Result<std::vector<std::string>> Database::alerts_of(const StatementKey& key) {
    return impl_->connection->read([&] {
        std::vector<std::string> ids;
        auto query = impl_->connection->query(
            "SELECT e.alert_id FROM evidence e JOIN alert a ON a.id = e.alert_id"
            " WHERE e.statement_id = ?1 ORDER BY a.first_seen_at, a.id"
        );
        query.with(find_statement(*impl_->connection, key));
        while (query.next()) ids.push_back(query.text(0));
        return ids;
    });
}

Result<std::vector<ArchivedStatement>> Database::archived(const ArchiveFilter& filter) {
    return impl_->connection->read([&] {
        std::vector<ArchivedStatement> piece;
        std::size_t bytes = 0;
        auto query = impl_->connection->query(
            "SELECT r.id, r.source, r.observed_at, r.body, s.kind, s.account_key, s.native_id,"
            " r.id <= coalesce(o.baseline_record, 0), r.revision"
            " FROM revision r JOIN statement s ON s.id = r.statement_id"
            " LEFT JOIN source o ON o.name = r.source"
            " WHERE r.id > ?1 AND (?2 IS NULL OR r.observed_at >= ?2)"
            " AND (?3 IS NULL OR r.observed_at < ?3) ORDER BY r.id LIMIT ?4"
        );
        query.with(filter.after_record, filter.since, filter.until, filter.limit);
        while (bytes < piece_bytes_max && query.next()) {
            ArchivedStatement& one = piece.emplace_back();
            const std::string body = query.text(3);
            bytes += body.size();
            one.record = query.integer(0);
            one.statement = stored_statement(body);
            one.statement.source = query.text(1);
            one.statement.observed_at = query.time(2);
            one.statement.kind = query.text(4);
            one.statement.account_key = query.text(5);
            one.statement.native_id = query.text(6);
            one.first_poll = query.flag(7);
            one.revision = query.integer(8);
        }
        return piece;
    });
}

Result<std::int64_t> Database::count_archived(const ArchiveFilter& filter) {
    return impl_->connection->read([&] {
        auto query = impl_->connection->query(
            "SELECT count(*) FROM revision WHERE id > ?1 AND (?2 IS NULL OR observed_at >= ?2)"
            " AND (?3 IS NULL OR observed_at < ?3)"
        );
        query.with(filter.after_record, filter.since, filter.until);
        query.next();
        return query.integer(0);
    });
}

}  // namespace spokeswatch
