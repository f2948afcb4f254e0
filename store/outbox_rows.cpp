#include "store/columns.hpp"
#include "store/impl.hpp"

// Rows of the outbox, in and out.

namespace spokeswatch {

namespace {

constexpr std::size_t notifications_max = 1000;  // shown with one alert

// Columns 0-15 of every query below.
OutboxRow read_state(const Query& query) {
    OutboxRow row;
    row.key = query.text(0);
    row.receiver = query.text(1);
    row.target = query.text(2);
    row.state = parse_outbox_state(query.text(3)).value_or(OutboxState::dead);
    row.severity = static_cast<Severity>(query.integer(4));
    row.attempts = static_cast<int>(query.integer(5));
    row.created_at = query.time(6);
    row.not_before = query.time(7);
    row.last_attempt_at = query.maybe_time(8);
    row.delivered_at = query.maybe_time(9);
    row.last_verdict = parse_verdict(query.text(10)).value_or(Verdict::retry);
    row.detail = query.text(11);
    row.remote_id = query.text(12);
    row.minimal = query.flag(13);
    row.was_sending = query.flag(14);
    row.merged_into = query.text(15);
    return row;
}

// Columns 16-19: payload, root's key, remote id and subject. False: the payload is damaged.
bool read_notification(const Query& query, OutboxRow& row) {
    auto notification = notification_from_json(query.text(16));
    if (!notification) return false;
    row.notification = std::move(*notification);
    row.notification.minimal = row.minimal;
    row.notification.attempt = std::max(row.attempts, 1);
    // A follow-up knows what it follows; the first of a thread follows nothing.
    const std::string root_key = query.text(17);
    if (root_key.empty() || root_key == row.key) return true;
    row.notification.thread_key = root_key;
    row.notification.thread_remote = query.text(18);
    row.notification.thread_subject = query.text(19);
    return true;
}

// For people a damaged payload is a row like any other, without its notification.
std::vector<OutboxRow> read_rows(Query& query) {
    std::vector<OutboxRow> rows;
    while (query.next()) {
        OutboxRow row = read_state(query);
        read_notification(query, row);
        rows.push_back(std::move(row));
    }
    return rows;
}

void tell_thread(Connection& connection, const OutboxInsert& insert) {
    connection
        .query(
            "INSERT INTO thread (thread_id, target, sequence, root_key, root_subject)"
            " VALUES (?1, ?2, 1, ?3, ?4)"
            " ON CONFLICT (thread_id, target) DO UPDATE SET sequence = sequence + 1"
        )
        .with(
            insert.thread_id,
            insert.notification.target,
            insert.notification.key,
            insert.thread_subject
        )
        .run();
}

}  // namespace

void insert_outbox_row(Connection& connection, const OutboxInsert& insert, Time now) {
    connection
        .query(
            "INSERT INTO outbox (key, receiver, target, thread_id, state, severity, created_at,"
            " not_before, payload, operational)"
            " VALUES (?1, ?2, ?3, ?4, 'pending', ?5, ?6, ?6, ?7, ?8)"
        )
        .with(
            insert.notification.key,
            insert.notification.receiver,
            insert.notification.target,
            insert.thread_id,
            static_cast<int>(insert.severity),
            now,
            to_json(insert.notification),
            !insert.notification.events.empty()
        )
        .run();
    const auto row = connection.last_row_id();
    for (const auto& notified : insert.notification.alerts)
        connection
            .query(
                "INSERT INTO outbox_alert (alert_id, outbox_id) VALUES (?1, ?2)"
                " ON CONFLICT DO NOTHING"
            )
            .with(notified.alert.id, row)
            .run();
    if (!insert.thread_id.empty()) tell_thread(connection, insert);
}

std::optional<OutboxRow> load_outbox_row(Connection& connection, std::int64_t id) {
    auto query = connection.query(
        "SELECT o.key, o.receiver, o.target, o.state, o.severity, o.attempts, o.created_at,"
        " o.not_before, o.last_attempt_at, o.delivered_at, o.last_verdict, o.detail, o.remote_id,"
        " o.minimal, o.was_sending, o.merged_into, o.payload, t.root_key, t.root_remote, "
        "t.root_subject"
        " FROM outbox o LEFT JOIN thread t ON t.thread_id = o.thread_id AND t.target = o.target"
        " WHERE o.id = ?1"
    );
    query.with(id);
    if (!query.next()) return std::nullopt;
    OutboxRow row = read_state(query);
    if (!read_notification(query, row)) return std::nullopt;
    return row;
}

std::vector<OutboxRow> load_notifications_of(Connection& connection, const std::string& alert_id) {
    auto query = connection.query(
        "SELECT o.key, o.receiver, o.target, o.state, o.severity, o.attempts, o.created_at,"
        " o.not_before, o.last_attempt_at, o.delivered_at, o.last_verdict, o.detail, o.remote_id,"
        " o.minimal, o.was_sending, o.merged_into, o.payload, t.root_key, t.root_remote, "
        "t.root_subject"
        " FROM outbox_alert a JOIN outbox o ON o.id = a.outbox_id"
        " LEFT JOIN thread t ON t.thread_id = o.thread_id AND t.target = o.target"
        " WHERE a.alert_id = ?1 ORDER BY o.id LIMIT ?2"
    );
    query.with(alert_id, notifications_max);
    return read_rows(query);
}

Result<std::vector<OutboxRow>> Database::outbox(const OutboxFilter& filter) {
    return impl_->connection->read([&] {
        std::optional<std::string_view> state;
        if (filter.state) state = to_string(*filter.state);
        auto query = impl_->connection->query(
            "SELECT o.key, o.receiver, o.target, o.state, o.severity, o.attempts, o.created_at,"
            " o.not_before, o.last_attempt_at, o.delivered_at, o.last_verdict, o.detail,"
            " o.remote_id, o.minimal, o.was_sending, o.merged_into, o.payload, t.root_key, "
            "t.root_remote,"
            " t.root_subject FROM outbox o"
            " LEFT JOIN thread t ON t.thread_id = o.thread_id AND t.target = o.target"
            " WHERE (?1 = '' OR o.receiver = ?1) AND (?2 IS NULL OR o.state = ?2)"
            " ORDER BY o.created_at DESC, o.id DESC LIMIT ?3"
        );
        query.with(filter.receiver, state, filter.limit);
        return read_rows(query);
    });
}

}  // namespace spokeswatch
