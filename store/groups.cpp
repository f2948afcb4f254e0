#include <algorithm>
#include <map>
#include <set>

#include "store/columns.hpp"
#include "store/impl.hpp"

// Groups that wait, what they have to tell, and the flush that turns members into notifications.

namespace spokeswatch {

namespace {

// A flood is told in several messages: what is left over waits for the group's next turn.
constexpr std::int64_t members_max = 1000;
// All of a new alert's evidence, within reason.
constexpr std::size_t evidence_max = 10;

struct MemberRow {
    std::int64_t id = 0;
    std::string alert_id;
    Change change = Change::created;
    std::optional<std::int64_t> statement_id;
};

std::vector<MemberRow> load_members(Connection& connection, const std::string& group_id) {
    std::vector<MemberRow> members;
    auto query = connection.query(
        "SELECT id, alert_id, change, statement_id FROM member WHERE group_id = ?1"
        " ORDER BY id LIMIT ?2"
    );
    query.with(group_id, members_max);
    while (query.next()) {
        MemberRow member;
        member.id = query.integer(0);
        member.alert_id = query.text(1);
        const auto change = parse_change(query.text(2));
        if (!change) throw StoreFault("member " + std::to_string(member.id) + " is damaged");
        member.change = *change;
        if (!query.is_null(3)) member.statement_id = query.integer(3);
        members.push_back(std::move(member));
    }
    return members;
}

// One alert's members as one: `created` covers everything else.
GroupMember merge_members(
    Connection& connection, const std::string& alert_id, const std::vector<MemberRow>& rows
) {
    GroupMember merged;
    merged.alert_id = alert_id;
    std::set<Change> changes;
    std::vector<std::int64_t> statements;
    for (const auto& row : rows) {
        merged.member_ids.push_back(row.id);
        changes.insert(row.change);
        if (row.statement_id) statements.push_back(*row.statement_id);
    }
    merged.id = merged.member_ids.front();
    const bool created = changes.contains(Change::created);
    if (created)
        merged.changes = {Change::created};
    else
        merged.changes.assign(changes.begin(), changes.end());

    merged.alert.changed = merged.changes;
    merged.alert.alert = load_alert(connection, alert_id);
    merged.alert.alert.evidence = created ? load_evidence(connection, alert_id, evidence_max)
                                          : load_evidence_of(connection, alert_id, statements);
    return merged;
}

std::vector<GroupMember> due_members(Connection& connection, const std::string& group_id) {
    std::vector<std::string> order;
    std::map<std::string, std::vector<MemberRow>> by_alert;
    for (auto& row : load_members(connection, group_id)) {
        auto& rows = by_alert[row.alert_id];
        if (rows.empty()) order.push_back(row.alert_id);
        rows.push_back(std::move(row));
    }
    std::vector<GroupMember> members;
    for (const auto& alert_id : order)
        members.push_back(merge_members(connection, alert_id, by_alert[alert_id]));
    return members;
}

}  // namespace

Result<std::vector<DueGroup>> Database::due_groups(Time now, std::size_t groups_max) {
    return impl_->connection->read([&] {
        std::vector<DueGroup> groups;
        {
            auto query = impl_->connection->query(
                "SELECT id, receiver, grouped FROM alert_group WHERE flush_at <= ?1"
                " ORDER BY flush_at, id LIMIT ?2"
            );
            query.with(now, groups_max);
            while (query.next()) {
                DueGroup group;
                group.group_id = query.text(0);
                group.receiver = query.text(1);
                group.grouped = query.flag(2);
                groups.push_back(std::move(group));
            }
        }
        for (auto& group : groups) group.members = due_members(*impl_->connection, group.group_id);
        return groups;
    });
}

Result<std::optional<Time>> Database::next_group_at() {
    return impl_->connection->read([this] {
        auto query = impl_->connection->query(
            "SELECT min(flush_at) FROM alert_group WHERE flush_at IS NOT NULL"
        );
        query.next();
        return query.maybe_time(0);
    });
}

Result<std::vector<Thread>> Database::threads(const std::vector<std::string>& thread_ids) {
    return impl_->connection->read([&] {
        std::vector<Thread> threads;
        for (const auto& id : thread_ids) {
            auto query = impl_->connection->query(
                "SELECT thread_id, target, sequence, root_key, root_remote, root_subject"
                " FROM thread WHERE thread_id = ?1 ORDER BY target"
            );
            query.with(id);
            while (query.next())
                threads.push_back(Thread{
                    query.text(0),
                    query.text(1),
                    query.integer(2),
                    query.text(3),
                    query.text(4),
                    query.text(5)});
        }
        return threads;
    });
}

Result<void> Database::flush(const GroupFlush& flush) {
    return impl_->connection->write([&] {
        auto& connection = *impl_->connection;
        for (const auto id : flush.member_ids) {
            const auto deleted =
                connection.query("DELETE FROM member WHERE id = ?1 AND group_id = ?2")
                    .with(id, flush.group_id)
                    .run();
            if (deleted == 0)
                throw StoreFault(
                    "member " + std::to_string(id) + " of the group was flushed before"
                );
        }
        for (const auto& insert : flush.notifications)
            insert_outbox_row(connection, insert, flush.now);
        // Members that came while the message was made wait for the group's next turn.
        connection
            .query(
                "UPDATE alert_group SET last_flush_at = ?2, flush_at = iif(EXISTS"
                " (SELECT 1 FROM member WHERE group_id = ?1), ?2 + group_interval, NULL)"
                " WHERE id = ?1"
            )
            .with(flush.group_id, flush.now)
            .run();
    });
}

}  // namespace spokeswatch
