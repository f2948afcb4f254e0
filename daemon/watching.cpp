#include "daemon/watching.hpp"

#include <utility>

#include "daemon/watch_batch.hpp"

namespace spokeswatch {

std::vector<HistorySubject> history_subjects(const WatchSet& watches) {
    std::vector<HistorySubject> subjects;
    for (const Subject& subject : watches.subjects())
        subjects.push_back({subject.name, subject.fingerprint});
    return subjects;
}

awaitable<Result<std::vector<WatchFindings>>> judge_watches(
    Store& store,
    SnapshotPtr snapshot,
    SourceInfo source,
    std::string account_key,
    std::vector<WatchedStatement> statements
) {
    WatchBatch batch(*snapshot, source, std::move(account_key), std::move(statements));
    if (snapshot->watches.empty()) co_return batch.take();
    HistoryQuestion question = batch.ask();
    const auto ask = [question](Database& database) { return database.history(question); };
    auto knowledge = co_await store.run(ask);
    if (!knowledge) co_return knowledge.error();
    batch.judge(std::move(question), std::move(*knowledge));
    for (const StatementKey& key : batch.wanted()) {
        const auto read = [key](Database& database) { return database.revisions(key); };
        auto revisions = co_await store.run(read);
        if (!revisions) co_return revisions.error();
        for (const NewRevision& revision : *revisions)
            batch.mark(key, revision.revision, revision.statement);
    }
    co_return batch.take();
}

}  // namespace spokeswatch
