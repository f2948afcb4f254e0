#include "store/columns.hpp"
#include "store/impl.hpp"

// Operational events: what is or was wrong with the service itself.

namespace spokeswatch {

namespace {

constexpr std::chrono::days ended_kept{90};

OperationalEvent read_event(const Query& query) {
    OperationalEvent event;
    event.id = query.text(0);
    const auto kind = parse_event(query.text(1));
    if (!kind) throw StoreFault("there is no operational event " + query.text(1));
    event.event = *kind;
    event.subject = query.text(2);
    event.message = query.text(3);
    event.body_file = query.text(4);
    event.labels = labels_from_column(query.text(5));
    event.since = query.time(6);
    event.ended_at = query.maybe_time(7);
    return event;
}

}  // namespace

Result<std::vector<OperationalEvent>> Database::operational_events(const EventFilter& filter) {
    return impl_->connection->read([&] {
        std::vector<OperationalEvent> events;
        auto query = impl_->connection->query(
            "SELECT id, event, subject, message, body_file, labels, since, ended_at"
            " FROM operational_event WHERE (?1 = '' OR subject = ?1)"
            " AND (?2 = 0 OR ended_at IS NULL) ORDER BY since DESC, id DESC LIMIT ?3"
        );
        query.with(filter.subject, filter.open, filter.limit);
        while (query.next()) events.push_back(read_event(query));
        return events;
    });
}

Result<void> Database::record_events(const EventsRecord& record) {
    return impl_->connection->write([&] {
        auto& connection = *impl_->connection;
        for (const OperationalEvent& event : record.ended)
            connection.query("UPDATE operational_event SET ended_at = ?2 WHERE id = ?1")
                .with(event.id, event.ended_at)
                .run();
        for (const OperationalEvent& event : record.started)
            connection
                .query(
                    "INSERT INTO operational_event (id, event, subject, message, body_file,"
                    " labels, since) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
                )
                .with(
                    event.id,
                    to_string(event.event),
                    event.subject,
                    event.message,
                    event.body_file,
                    labels_to_column(event.labels),
                    event.since
                )
                .run();
        for (const OutboxInsert& insert : record.notifications)
            insert_outbox_row(connection, insert, record.now);
        connection.query("DELETE FROM operational_event WHERE ended_at < ?1")
            .with(record.now - ended_kept)
            .run();
    });
}

Result<std::vector<StuckTarget>> Database::stuck_targets(Time before) {
    return impl_->connection->read([&] {
        std::vector<StuckTarget> stuck;
        // With one min() the other columns are those of its row.
        auto query = impl_->connection->query(
            "SELECT target, min(created_at), detail FROM outbox"
            " WHERE state IN ('pending', 'retry_wait') AND merged_into = '' AND attempts >= 3"
            " AND created_at < ?1 GROUP BY target"
        );
        query.with(before);
        while (query.next()) stuck.push_back({query.text(0), query.time(1), query.text(2)});
        return stuck;
    });
}

Result<void> Database::pause_source(
    const std::string& name, const std::string& kind, std::optional<Time> paused_at
) {
    return impl_->connection->write([&] {
        impl_->connection
            ->query(
                "INSERT INTO source (name, kind, paused_at) VALUES (?1, ?2, ?3)"
                " ON CONFLICT (name) DO UPDATE SET paused_at = excluded.paused_at"
            )
            .with(name, kind, paused_at)
            .run();
    });
}

}  // namespace spokeswatch
