#include <algorithm>
#include <map>
#include <tuple>

#include "store/impl.hpp"

// The queue of what is to be told: claims, answers, recovery. The order inside a thread holds
// everywhere: a row is free only when every earlier row of its thread and target is done.

namespace spokeswatch {

namespace {

struct Candidate {
    std::int64_t id = 0;
    std::int64_t severity = 0;
    Time created_at{};
    std::string key;
    std::string bucket;
};

// One look at an index: after an outage a target may have very many rows and none of them due.
bool anything_due(Connection& connection, const std::string& target, Time now) {
    auto query = connection.query(
        "SELECT 1 FROM outbox INDEXED BY outbox_due WHERE target = ?1 AND not_before <= ?2"
        " AND state IN ('pending', 'retry_wait') AND merged_into = '' LIMIT 1"
    );
    query.with(target, now);
    return query.next();
}

std::vector<Candidate> free_rows(
    Connection& connection, const std::string& target, Time now, int rows_max
) {
    std::vector<Candidate> rows;
    // Without the hint SQLite would sort all that is due, each time.
    auto query = connection.query(
        "SELECT id, severity, created_at, key FROM outbox o INDEXED BY outbox_ready"
        " WHERE target = ?1 AND state IN ('pending', 'retry_wait') AND merged_into = ''"
        " AND not_before <= ?2"
        " AND (thread_id = '' OR NOT EXISTS (SELECT 1 FROM outbox e"
        " WHERE e.target = o.target AND e.thread_id = o.thread_id AND e.id < o.id"
        " AND e.state IN ('pending', 'retry_wait', 'sending')))"
        " ORDER BY severity DESC, created_at, key LIMIT ?3"
    );
    query.with(target, now, rows_max);
    while (query.next()) {
        Candidate row;
        row.id = query.integer(0);
        row.severity = query.integer(1);
        row.created_at = query.time(2);
        row.key = query.text(3);
        rows.push_back(std::move(row));
    }
    return rows;
}

// Marks one row and reads it. A row whose payload cannot be read would be claimed for ever: it is
// dead, and says why.
std::optional<OutboxRow> take(Connection& connection, std::int64_t id, Time now) {
    connection
        .query(
            "UPDATE outbox SET state = 'sending', attempts = attempts + 1, last_attempt_at = ?2"
            " WHERE id = ?1"
        )
        .with(id, now)
        .run();
    std::optional<OutboxRow> row = load_outbox_row(connection, id);
    if (row) return row;
    connection
        .query(
            "UPDATE outbox SET state = 'dead', detail = 'the stored notification is damaged'"
            " WHERE id = ?1"
        )
        .with(id)
        .run();
    return std::nullopt;
}

void record(Connection& connection, const AttemptRecord& attempt) {
    const bool delivered = attempt.state == OutboxState::delivered;
    std::optional<Time> delivered_at;
    if (delivered) delivered_at = attempt.at;
    const auto changed =
        connection
            .query(
                "UPDATE outbox SET state = ?2, last_verdict = ?3, detail = ?4,"
                " remote_id = iif(?5 = '', remote_id, ?5), last_attempt_at = ?6, not_before = ?7,"
                " minimal = max(minimal, ?8), delivered_at = coalesce(?9, delivered_at),"
                " was_sending = 0 WHERE key = ?1"
            )
            .with(
                attempt.key,
                to_string(attempt.state),
                to_string(attempt.verdict),
                attempt.detail,
                attempt.remote_id,
                attempt.at,
                attempt.not_before,
                attempt.minimal,
                delivered_at
            )
            .run();
    if (changed == 0) throw StoreFault("no notification " + attempt.key);
    if (delivered)
        connection.query("UPDATE thread SET root_remote = ?2 WHERE root_key = ?1")
            .with(attempt.key, attempt.remote_id)
            .run();
    if (!delivered && attempt.state != OutboxState::dead) return;
    // What a digest carries ends with it.
    connection
        .query(
            "UPDATE outbox SET state = ?2, last_verdict = ?3, detail = ?4, remote_id = ?5,"
            " last_attempt_at = ?6, delivered_at = ?7, was_sending = 0"
            " WHERE merged_into = ?1 AND merged_into <> ''"
        )
        .with(
            attempt.key,
            to_string(attempt.state),
            to_string(attempt.verdict),
            attempt.detail,
            attempt.remote_id,
            attempt.at,
            delivered_at
        )
        .run();
}

}  // namespace

Result<std::vector<OutboxRow>> Database::claim(Time now, const ClaimAllowance& allowance) {
    return impl_->connection->write([&] {
        auto& connection = *impl_->connection;
        std::vector<Candidate> candidates;
        for (const auto& [target, bucket] : allowance.bucket_of) {
            const auto capacity = allowance.capacity.find(bucket);
            if (capacity == allowance.capacity.end() || capacity->second <= 0) continue;
            if (!anything_due(connection, target, now)) continue;
            auto rows = free_rows(connection, target, now, capacity->second);
            for (auto& row : rows) row.bucket = bucket;
            std::move(rows.begin(), rows.end(), std::back_inserter(candidates));
        }
        std::sort(candidates.begin(), candidates.end(), [](const auto& a, const auto& b) {
            return std::tie(b.severity, a.created_at, a.key) <
                   std::tie(a.severity, b.created_at, b.key);
        });
        std::map<std::string, int> left = allowance.capacity;
        std::vector<OutboxRow> claimed;
        for (const auto& candidate : candidates) {
            if (claimed.size() >= allowance.rows_max) break;
            if (left[candidate.bucket]-- > 0)
                if (auto row = take(connection, candidate.id, now))
                    claimed.push_back(std::move(*row));
        }
        return claimed;
    });
}

Result<std::optional<Time>> Database::next_outbox_at(const std::vector<std::string>& targets) {
    return impl_->connection->read([&] {
        std::optional<Time> next;
        for (const auto& target : targets) {
            // A row behind another of its thread is not next: the other one's answer frees it.
            auto query = impl_->connection->query(
                "SELECT not_before FROM outbox o INDEXED BY outbox_due WHERE target = ?1"
                " AND state IN ('pending', 'retry_wait') AND merged_into = ''"
                " AND (thread_id = '' OR NOT EXISTS (SELECT 1 FROM outbox e"
                " WHERE e.target = o.target AND e.thread_id = o.thread_id AND e.id < o.id"
                " AND e.state IN ('pending', 'retry_wait', 'sending')))"
                " ORDER BY not_before LIMIT 1"
            );
            query.with(target);
            if (query.next()) next = std::min(next.value_or(Time::max()), query.time(0));
        }
        return next;
    });
}

Result<std::vector<OutboxRow>> Database::queued(
    Time now, const std::string& target, bool operational, std::size_t rows_max
) {
    return impl_->connection->read([&] {
        auto& connection = *impl_->connection;
        std::vector<std::int64_t> ids;
        {
            // Rows of one thread may go together, as long as none before them stays behind.
            std::map<std::string, std::int64_t> taken;
            auto query = connection.query(
                "SELECT id, thread_id, iif(thread_id = '', 0, (SELECT count(*) FROM outbox e"
                " WHERE e.target = o.target AND e.thread_id = o.thread_id AND e.id < o.id"
                " AND e.state IN ('pending', 'retry_wait', 'sending')))"
                " FROM outbox o INDEXED BY outbox_age WHERE target = ?1"
                " AND state IN ('pending', 'retry_wait') AND merged_into = ''"
                " AND not_before <= ?2 AND attempts = 0 AND operational = ?3"
                " ORDER BY created_at, id"
            );
            query.with(target, now, operational);
            while (ids.size() < rows_max && query.next()) {
                const auto thread = query.text(1);
                if (!thread.empty() && query.integer(2) != taken[thread]) continue;
                ++taken[thread];
                ids.push_back(query.integer(0));
            }
        }
        std::vector<OutboxRow> rows;
        for (const auto id : ids)
            if (auto row = load_outbox_row(connection, id)) rows.push_back(std::move(*row));
        return rows;
    });
}

Result<void> Database::merge(
    const OutboxInsert& digest, const std::vector<std::string>& member_keys, Time now
) {
    return impl_->connection->write([&] {
        auto& connection = *impl_->connection;
        insert_outbox_row(connection, digest, now);
        const std::string& digest_key = digest.notification.key;
        for (const auto& key : member_keys) {
            const auto tied =
                connection
                    .query(
                        "UPDATE outbox SET merged_into = ?2 WHERE key = ?1 AND merged_into = ''"
                        " AND attempts = 0 AND state IN ('pending', 'retry_wait')"
                    )
                    .with(key, digest_key)
                    .run();
            if (tied == 0) throw StoreFault("notification " + key + " cannot join a digest");
            // Follow-ups of a first message that the digest carries follow the digest.
            connection
                .query("UPDATE thread SET root_key = ?2, root_subject = ?3 WHERE root_key = ?1")
                .with(key, digest_key, digest.thread_subject)
                .run();
        }
    });
}

Result<std::size_t> Database::waiting(Time now, const std::string& target, bool operational) {
    return impl_->connection->read([&] {
        auto query = impl_->connection->query(
            "SELECT count(*) FROM outbox WHERE target = ?1 AND not_before <= ?2"
            " AND state IN ('pending', 'retry_wait') AND merged_into = '' AND operational = ?3"
        );
        query.with(target, now, operational);
        query.next();
        return static_cast<std::size_t>(query.integer(0));
    });
}

Result<void> Database::record_attempts(const std::vector<AttemptRecord>& attempts) {
    return impl_->connection->write([&] {
        for (const auto& attempt : attempts) record(*impl_->connection, attempt);
    });
}

Result<std::size_t> Database::hurry(const std::string& target, Time now) {
    return impl_->connection->write([&] {
        const auto hurried =
            impl_->connection
                ->query(
                    "UPDATE outbox SET not_before = ?2 WHERE target = ?1 AND not_before > ?2"
                    " AND state IN ('pending', 'retry_wait') AND merged_into = ''"
                )
                .with(target, now)
                .run();
        return static_cast<std::size_t>(hurried);
    });
}

Result<std::size_t> Database::recover_outbox(Time now, Duration not_before_max) {
    return impl_->connection->write([&] {
        auto& connection = *impl_->connection;
        const auto recovered =
            connection
                .query(
                    "UPDATE outbox SET state = 'retry_wait', was_sending = 1, not_before = ?1,"
                    " last_verdict = 'ambiguous', detail = 'the program ended during an attempt'"
                    " WHERE state = 'sending'"
                )
                .with(now)
                .run();
        connection
            .query(
                "UPDATE outbox SET not_before = ?1"
                " WHERE state IN ('pending', 'retry_wait') AND not_before > ?1"
            )
            .with(now + not_before_max)
            .run();
        return static_cast<std::size_t>(recovered);
    });
}

Result<std::size_t> Database::retry_dead(const std::string& receiver_or_key, Time now) {
    return impl_->connection->write([&] {
        auto& connection = *impl_->connection;
        // Rows of a digest come back with it, and not beside it.
        connection
            .query(
                "UPDATE outbox SET state = 'pending' WHERE state = 'dead' AND merged_into <> ''"
                " AND merged_into IN (SELECT key FROM outbox WHERE state = 'dead'"
                " AND merged_into = '' AND (receiver = ?1 OR key = ?1))"
            )
            .with(receiver_or_key)
            .run();
        const auto revived =
            connection
                .query(
                    "UPDATE outbox SET state = 'pending', attempts = 0, minimal = 0,"
                    " was_sending = 0, not_before = ?2 WHERE state = 'dead' AND merged_into = ''"
                    " AND (receiver = ?1 OR key = ?1)"
                )
                .with(receiver_or_key, now)
                .run();
        return static_cast<std::size_t>(revived);
    });
}

}  // namespace spokeswatch
