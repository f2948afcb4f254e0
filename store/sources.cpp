#include "store/columns.hpp"
#include "store/impl.hpp"

namespace spokeswatch {

namespace {

SourceRecord read_source(const Query& query) {
    SourceRecord source;
    source.name = query.text(0);
    source.kind = query.text(1);
    source.account_key = query.text(2);
    source.cursor = cursor_from_column(query.text(3));
    source.baseline_done = query.flag(4);
    source.last_success_at = query.maybe_time(5);
    source.last_attempt_at = query.maybe_time(6);
    source.failures = static_cast<int>(query.integer(7));
    source.last_error = query.text(8);
    source.last_message = query.text(9);
    source.not_before = query.maybe_time(10);
    source.statements = query.integer(11);
    if (!query.is_null(12)) source.last_gap = Gap{query.text(12), query.text(13)};
    source.last_gap_at = query.maybe_time(14);
    source.paused_at = query.maybe_time(15);
    return source;
}

// A gap is remembered until the next one.
void record_poll(Connection& connection, const SourceRecord& source) {
    std::optional<std::string> gap_from, gap_to;
    if (source.last_gap) {
        gap_from = source.last_gap->from_id;
        gap_to = source.last_gap->to_id;
    }
    connection
        .query(
            "INSERT INTO source (name, kind, last_success_at, last_attempt_at, failures,"
            " last_error, last_message, not_before, gap_from, gap_to, gap_at)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
            " ON CONFLICT (name) DO UPDATE SET kind = excluded.kind,"
            " last_success_at = excluded.last_success_at,"
            " last_attempt_at = excluded.last_attempt_at, failures = excluded.failures,"
            " last_error = excluded.last_error, last_message = excluded.last_message,"
            " not_before = excluded.not_before,"
            " gap_from = coalesce(excluded.gap_from, gap_from),"
            " gap_to = coalesce(excluded.gap_to, gap_to),"
            " gap_at = coalesce(excluded.gap_at, gap_at)"
        )
        .with(
            source.name,
            source.kind,
            source.last_success_at,
            source.last_attempt_at,
            source.failures,
            source.last_error,
            source.last_message,
            source.not_before,
            gap_from,
            gap_to,
            source.last_gap_at
        )
        .run();
}

TargetRecord read_target(const Query& query) {
    TargetRecord target;
    target.target = query.text(0);
    target.receiver = query.text(1);
    target.paused_at = query.maybe_time(2);
    target.reason = query.text(3);
    target.probe_at = query.time(4);
    target.override_url = query.text(5);
    return target;
}

}  // namespace

Result<std::vector<SourceRecord>> Database::sources() {
    return impl_->connection->read([this] {
        std::vector<SourceRecord> sources;
        auto query = impl_->connection->query(
            "SELECT name, kind, account_key, cursor, baseline_done, last_success_at,"
            " last_attempt_at, failures, last_error, last_message, not_before, statements,"
            " gap_from, gap_to, gap_at, paused_at FROM source ORDER BY name"
        );
        while (query.next()) sources.push_back(read_source(query));
        return sources;
    });
}

Result<std::optional<SourceRecord>> Database::source(const std::string& name) {
    return impl_->connection->read([&] {
        std::optional<SourceRecord> source;
        auto query = impl_->connection->query(
            "SELECT name, kind, account_key, cursor, baseline_done, last_success_at,"
            " last_attempt_at, failures, last_error, last_message, not_before, statements,"
            " gap_from, gap_to, gap_at, paused_at FROM source WHERE name = ?1"
        );
        query.with(name);
        if (query.next()) source = read_source(query);
        return source;
    });
}

Result<void> Database::record_polls(const std::vector<SourceRecord>& sources) {
    return impl_->connection->write([&] {
        for (const auto& source : sources) record_poll(*impl_->connection, source);
    });
}

Result<std::vector<TargetRecord>> Database::targets() {
    return impl_->connection->read([this] {
        std::vector<TargetRecord> targets;
        auto query = impl_->connection->query(
            "SELECT target, receiver, paused_at, reason, probe_at, override_url"
            " FROM target ORDER BY target"
        );
        while (query.next()) targets.push_back(read_target(query));
        return targets;
    });
}

Result<void> Database::record_target(const TargetRecord& target) {
    return impl_->connection->write([&] {
        impl_->connection
            ->query(
                "INSERT INTO target (target, receiver, paused_at, reason, probe_at, override_url)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
                " ON CONFLICT (target) DO UPDATE SET receiver = excluded.receiver,"
                " paused_at = excluded.paused_at, reason = excluded.reason,"
                " probe_at = excluded.probe_at, override_url = excluded.override_url"
            )
            .with(
                target.target,
                target.receiver,
                target.paused_at,
                target.reason,
                target.probe_at,
                target.override_url
            )
            .run();
    });
}

}  // namespace spokeswatch
