#include "daemon/keeper.hpp"

#include <memory>
#include <utility>

namespace spokeswatch {

awaitable<Result<IntakeKnowledge>> StoreKeeper::know(IntakeQuestion question) {
    const auto ask = [question = std::move(question)](Database& database) {
        return database.know(question);
    };
    co_return co_await store_.run(ask);
}

awaitable<Result<std::optional<NewRevision>>> StoreKeeper::last_revision(StatementKey key) {
    const auto read = [key = std::move(key)](Database& database) {
        return database.revisions(key);
    };
    auto revisions = co_await store_.run(read);
    if (!revisions) co_return revisions.error();
    std::optional<NewRevision> last;
    if (!revisions->empty()) last = std::move(revisions->back());
    co_return last;
}

awaitable<Result<void>> StoreKeeper::commit(Ingest ingest) {
    const auto kept = std::make_shared<const Ingest>(std::move(ingest));
    const auto write = [kept](Database& database) { return database.commit(*kept); };
    auto written = co_await store_.run(write);
    if (written && committed_) committed_(*kept);
    co_return written;
}

}  // namespace spokeswatch
