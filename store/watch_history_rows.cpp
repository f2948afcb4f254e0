#include "store/watch_history_rows.hpp"

namespace spokeswatch {

std::int64_t History::last_revision() {
    auto query = connection_.query("SELECT coalesce(max(id), 0) FROM revision");
    query.next();
    return query.integer(0);
}

std::map<std::string, std::int64_t> History::counted_before(
    const std::vector<HistorySubject>& subjects, std::size_t fresh
) {
    std::map<std::string, std::int64_t> live;
    if (subjects.empty()) return live;
    const std::int64_t before = last_revision() - static_cast<std::int64_t>(fresh);
    for (const HistorySubject& subject : subjects) {
        if (before == 0)
            connection_
                .query(
                    "INSERT INTO subject (name, fingerprint, counted_to) VALUES (?1, ?2, 0)"
                    " ON CONFLICT DO NOTHING"
                )
                .with(subject.name, subject.fingerprint)
                .run();
        auto query = connection_.query(
            "SELECT id FROM subject WHERE name = ?1 AND fingerprint = ?2 AND counted_to = ?3"
        );
        query.with(subject.name, subject.fingerprint, before);
        if (query.next()) live.emplace(subject.name, query.integer(0));
    }
    return live;
}

void History::move_on(const std::map<std::string, std::int64_t>& subjects) {
    if (subjects.empty()) return;
    const std::int64_t last = last_revision();
    for (const auto& entry : subjects) move_on(entry.second, last);
}

void History::move_on(std::int64_t subject, std::int64_t counted_to) {
    connection_.query("UPDATE subject SET counted_to = ?2 WHERE id = ?1")
        .with(subject, counted_to)
        .run();
}

void History::note_account(const StatementKey& key, Time observed_at) {
    connection_
        .query(
            "INSERT INTO account (kind, account_key, since) VALUES (?1, ?2, ?3)"
            " ON CONFLICT DO NOTHING"
        )
        .with(key.kind, key.account_key, observed_at)
        .run();
}

void History::count(
    std::int64_t subject, std::int64_t statement_id, std::int64_t revision, Time at
) {
    const auto added =
        connection_
            .query(
                "INSERT INTO subject_use (subject_id, statement_id, revision, account_id, at)"
                " SELECT ?1, ?2, ?3, a.id, ?4 FROM statement s JOIN account a"
                " ON a.kind = s.kind AND a.account_key = s.account_key WHERE s.id = ?2"
                " ON CONFLICT DO NOTHING"
            )
            .with(subject, statement_id, revision, at)
            .run();
    if (added == 0) return;
    const auto day = std::chrono::floor<std::chrono::days>(at).time_since_epoch().count();
    connection_
        .query(
            "INSERT INTO subject_day (subject_id, account_id, day, count, first_at,"
            " first_statement_id, last_at, last_statement_id)"
            " SELECT subject_id, account_id, ?3, 1, at, statement_id, at, statement_id"
            " FROM subject_use WHERE subject_id = ?1 AND statement_id = ?2"
            " ON CONFLICT (subject_id, account_id, day) DO UPDATE SET count = count + 1,"
            " first_statement_id ="
            " iif(excluded.first_at < first_at, excluded.first_statement_id, first_statement_id),"
            " first_at = min(first_at, excluded.first_at),"
            " last_statement_id ="
            " iif(excluded.last_at >= last_at, excluded.last_statement_id, last_statement_id),"
            " last_at = max(last_at, excluded.last_at)"
        )
        .with(subject, statement_id, day)
        .run();
}

void History::note_text(
    const std::string& key, std::int64_t statement_id, std::int64_t revision, Time at
) {
    connection_
        .query(
            "INSERT INTO text_use (key, at, statement_id, revision) VALUES (?1, ?2, ?3, ?4)"
            " ON CONFLICT DO NOTHING"
        )
        .with(key, at, statement_id, revision)
        .run();
}

void History::write_state(const WatchState& state) {
    connection_
        .query(
            "INSERT INTO watch_state (rule, key, story_id, at) VALUES (?1, ?2, ?3, ?4)"
            " ON CONFLICT (rule, key) DO UPDATE SET story_id = excluded.story_id,"
            " at = excluded.at"
        )
        .with(state.rule, state.key, state.story_id, state.at)
        .run();
}

}  // namespace spokeswatch
