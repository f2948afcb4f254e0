#include "store/watch_history.hpp"

#include <algorithm>

#include "store/impl.hpp"
#include "store/watch_history_rows.hpp"

// What watches over time ask, and the counting of the archive.

namespace spokeswatch {

namespace {

// Statements with one text in one window; of more nobody needs to know.
constexpr std::int64_t same_text_max = 500;

std::int64_t subject_row(Connection& connection, const std::string& name) {
    auto query = connection.query("SELECT id FROM subject WHERE name = ?1");
    query.with(name);
    return query.next() ? query.integer(0) : 0;
}

std::int64_t account_row(
    Connection& connection, const std::string& kind, const std::string& account_key
) {
    auto query = connection.query("SELECT id FROM account WHERE kind = ?1 AND account_key = ?2");
    query.with(kind, account_key);
    return query.next() ? query.integer(0) : 0;
}

// Columns: kind, account_key, native_id, revision, source, at.
std::vector<KnownUse> read_uses(Query& query) {
    std::vector<KnownUse> uses;
    while (query.next()) {
        KnownUse use;
        use.statement = StatementKey{query.text(0), query.text(1), query.text(2)};
        use.revision = query.integer(3);
        use.source = query.text(4);
        use.at = query.time(5);
        uses.push_back(std::move(use));
    }
    return uses;
}

std::vector<KnownUse> last_uses(
    Connection& connection, std::int64_t subject, std::int64_t account, std::size_t uses_max
) {
    auto query = connection.query(
        "SELECT s.kind, s.account_key, s.native_id, u.revision, r.source, u.at"
        " FROM subject_use u JOIN statement s ON s.id = u.statement_id"
        " JOIN revision r ON r.statement_id = u.statement_id AND r.revision = u.revision"
        " WHERE u.subject_id = ?1 AND u.account_id = ?2 ORDER BY u.at DESC LIMIT ?3"
    );
    query.with(subject, account, uses_max);
    return read_uses(query);
}

std::vector<Time> times_of(
    Connection& connection, std::int64_t account, const HistoryQuestion::Times& question
) {
    std::vector<Time> times;
    auto query = connection.query(
        "SELECT at FROM subject_use WHERE subject_id = ?1 AND account_id = ?2 AND at >= ?3"
        " ORDER BY at DESC LIMIT ?4"
    );
    query.with(
        subject_row(connection, question.subject), account, question.since, question.rows_max
    );
    while (query.next()) times.push_back(query.time(0));
    std::reverse(times.begin(), times.end());
    return times;
}

std::vector<KnownUse> uses_around(Connection& connection, const HistoryQuestion::Around& question) {
    const std::int64_t subject = subject_row(connection, question.subject);
    std::vector<KnownUse> before;
    {
        auto query = connection.query(
            "SELECT s.kind, s.account_key, s.native_id, u.revision, r.source, u.at"
            " FROM subject_use u JOIN statement s ON s.id = u.statement_id"
            " JOIN revision r ON r.statement_id = u.statement_id AND r.revision = u.revision"
            " WHERE u.subject_id = ?1 AND u.at <= ?2 AND u.at > ?3 ORDER BY u.at DESC LIMIT ?4"
        );
        query.with(subject, question.at, question.at - question.within, question.each_side);
        before = read_uses(query);
    }
    std::reverse(before.begin(), before.end());
    auto query = connection.query(
        "SELECT s.kind, s.account_key, s.native_id, u.revision, r.source, u.at"
        " FROM subject_use u JOIN statement s ON s.id = u.statement_id"
        " JOIN revision r ON r.statement_id = u.statement_id AND r.revision = u.revision"
        " WHERE u.subject_id = ?1 AND u.at > ?2 AND u.at < ?3 ORDER BY u.at LIMIT ?4"
    );
    query.with(subject, question.at, question.at + question.within, question.each_side);
    for (KnownUse& use : read_uses(query)) before.push_back(std::move(use));
    return before;
}

std::vector<KnownUse> same_texts(
    Connection& connection, const HistoryQuestion::SameText& question
) {
    auto query = connection.query(
        "SELECT s.kind, s.account_key, s.native_id, u.revision, r.source, u.at"
        " FROM text_use u JOIN statement s ON s.id = u.statement_id"
        " JOIN revision r ON r.statement_id = u.statement_id AND r.revision = u.revision"
        " WHERE u.key = ?1 AND u.at > ?2 AND u.at < ?3 ORDER BY u.at LIMIT ?4"
    );
    query.with(
        question.key, question.at - question.within, question.at + question.within, same_text_max
    );
    return read_uses(query);
}

std::vector<std::string> subjects_in(Connection& connection, std::int64_t statement_id) {
    std::vector<std::string> names;
    auto query = connection.query(
        "SELECT j.name FROM subject j JOIN subject_use u ON u.subject_id = j.id"
        " AND u.statement_id = ?1"
    );
    query.with(statement_id);
    while (query.next()) names.push_back(query.text(0));
    return names;
}

std::vector<std::string> rules_alerted(Connection& connection, std::int64_t statement_id) {
    std::vector<std::string> rules;
    auto query = connection.query(
        "SELECT DISTINCT a.rule FROM evidence e JOIN alert a ON a.id = e.alert_id"
        " WHERE e.statement_id = ?1 ORDER BY a.rule"
    );
    query.with(statement_id);
    while (query.next()) rules.push_back(query.text(0));
    return rules;
}

std::optional<WatchState> read_state(
    Connection& connection, const HistoryQuestion::StateKey& wanted
) {
    auto query =
        connection.query("SELECT story_id, at FROM watch_state WHERE rule = ?1 AND key = ?2");
    query.with(wanted.rule, wanted.key);
    if (!query.next()) return std::nullopt;
    return WatchState{wanted.rule, wanted.key, query.text(0), query.time(1)};
}

bool is_counted(Connection& connection, const HistorySubject& subject, std::int64_t last_revision) {
    // An archive that holds nothing is counted.
    if (last_revision == 0) return true;
    auto query = connection.query(
        "SELECT 1 FROM subject WHERE name = ?1 AND fingerprint = ?2 AND counted_to = ?3"
    );
    query.with(subject.name, subject.fingerprint, last_revision);
    return query.next();
}

std::optional<Time> account_since(
    Connection& connection, const std::string& kind, const std::string& account_key
) {
    auto query = connection.query("SELECT since FROM account WHERE kind = ?1 AND account_key = ?2");
    query.with(kind, account_key);
    if (!query.next()) return std::nullopt;
    return query.time(0);
}

}  // namespace

Result<HistoryKnowledge> Database::history(const HistoryQuestion& question) {
    return impl_->connection->read([&] {
        Connection& connection = *impl_->connection;
        HistoryKnowledge knowledge;
        knowledge.watched_since = account_since(connection, question.kind, question.account_key);
        const std::int64_t last_revision = History(connection).last_revision();
        for (const auto& subject : question.subjects)
            knowledge.counted.push_back(is_counted(connection, subject, last_revision));
        const std::int64_t account = account_row(connection, question.kind, question.account_key);
        for (const auto& name : question.latest) {
            auto uses = last_uses(connection, subject_row(connection, name), account, 1);
            knowledge.latest.emplace_back();
            if (!uses.empty()) knowledge.latest.back() = std::move(uses.front());
        }
        for (const auto& one : question.times)
            knowledge.times.push_back(times_of(connection, account, one));
        for (const auto& one : question.around)
            knowledge.around.push_back(uses_around(connection, one));
        for (const auto& one : question.same_text)
            knowledge.same_text.push_back(same_texts(connection, one));
        for (const auto& key : question.edited) {
            const std::int64_t id = find_statement(connection, key);
            knowledge.used.push_back(subjects_in(connection, id));
            knowledge.alerted.push_back(rules_alerted(connection, id));
        }
        for (const auto& key : question.states)
            knowledge.states.push_back(read_state(connection, key));
        return knowledge;
    });
}

Result<std::vector<SubjectProgress>> Database::prepare_subjects(
    const std::vector<HistorySubject>& subjects
) {
    return impl_->connection->write([&] {
        Connection& connection = *impl_->connection;
        std::vector<SubjectProgress> all;
        const std::int64_t last_revision = History(connection).last_revision();
        for (const HistorySubject& subject : subjects) {
            connection
                .query(
                    "DELETE FROM subject_day WHERE subject_id ="
                    " (SELECT id FROM subject WHERE name = ?1 AND fingerprint <> ?2)"
                )
                .with(subject.name, subject.fingerprint)
                .run();
            connection
                .query(
                    "DELETE FROM subject_use WHERE subject_id ="
                    " (SELECT id FROM subject WHERE name = ?1 AND fingerprint <> ?2)"
                )
                .with(subject.name, subject.fingerprint)
                .run();
            connection
                .query(
                    "INSERT INTO subject (name, fingerprint, counted_to) VALUES (?1, ?2, 0)"
                    " ON CONFLICT (name) DO UPDATE SET counted_to ="
                    " iif(fingerprint = excluded.fingerprint, counted_to, 0),"
                    " fingerprint = excluded.fingerprint"
                )
                .with(subject.name, subject.fingerprint)
                .run();
            auto query = connection.query("SELECT counted_to FROM subject WHERE name = ?1");
            query.with(subject.name);
            query.next();
            all.push_back(SubjectProgress{subject, query.integer(0), last_revision});
        }
        return all;
    });
}

Result<void> Database::count_uses(
    const std::vector<HistorySubject>& subjects,
    std::int64_t counted_to,
    const std::vector<SearchedRevision>& revisions
) {
    if (revisions.empty()) return {};
    return impl_->connection->write([&] {
        Connection& connection = *impl_->connection;
        History history(connection);
        std::map<std::string, std::int64_t> rows;
        for (const HistorySubject& subject : subjects) {
            auto query = connection.query(
                "SELECT id FROM subject WHERE name = ?1 AND fingerprint = ?2 AND counted_to = ?3"
            );
            query.with(subject.name, subject.fingerprint, counted_to);
            if (query.next()) rows.emplace(subject.name, query.integer(0));
        }
        for (const SearchedRevision& revision : revisions) {
            const std::int64_t id = find_statement(connection, revision.statement);
            for (const NewUse& use : revision.uses)
                if (const auto subject = rows.find(use.subject); subject != rows.end())
                    history.count(subject->second, id, revision.revision, use.at);
        }
        for (const auto& entry : rows) history.move_on(entry.second, revisions.back().record);
    });
}

Result<std::vector<DayCount>> Database::day_counts(const std::string& subject) {
    return impl_->connection->read([&] {
        std::vector<DayCount> days;
        auto query = impl_->connection->query(
            "SELECT a.kind, a.account_key, d.day, d.count, d.first_at, f.native_id, d.last_at,"
            " l.native_id FROM subject j JOIN subject_day d ON d.subject_id = j.id"
            " JOIN account a ON a.id = d.account_id"
            " JOIN statement f ON f.id = d.first_statement_id"
            " JOIN statement l ON l.id = d.last_statement_id"
            " WHERE j.name = ?1 ORDER BY a.kind, a.account_key, d.day"
        );
        query.with(subject);
        while (query.next()) {
            DayCount day;
            day.subject = subject;
            day.kind = query.text(0);
            day.account_key = query.text(1);
            day.day = std::chrono::sys_days(std::chrono::days(query.integer(2)));
            day.count = query.integer(3);
            day.first_at = query.time(4);
            day.first_native_id = query.text(5);
            day.last_at = query.time(6);
            day.last_native_id = query.text(7);
            days.push_back(std::move(day));
        }
        return days;
    });
}

}  // namespace spokeswatch
