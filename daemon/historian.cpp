#include "daemon/historian.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/redirect_error.hpp>

#include "base/log.hpp"
#include "daemon/input.hpp"
#include "daemon/watching.hpp"

namespace spokeswatch {

namespace {

constexpr std::int64_t page_rows_max = 200;  // what comes in waits for one page at most

// Subjects that stand furthest back, and how far to go until others join them.
struct Leg {
    std::vector<HistorySubject> subjects;
    std::int64_t from = 0;
    std::int64_t rows = 0;  // zero: everything is counted
};

Leg next_leg(const std::vector<SubjectProgress>& all) {
    Leg leg;
    if (all.empty()) return leg;
    leg.from = std::ranges::min_element(all, {}, &SubjectProgress::counted_to)->counted_to;
    std::int64_t until = all.front().revisions;
    for (const SubjectProgress& one : all) {
        if (one.counted_to == leg.from)
            leg.subjects.push_back(one.subject);
        else
            until = std::min(until, one.counted_to);
    }
    leg.rows = std::min(until - leg.from, page_rows_max);
    return leg;
}

// Forms that the settings of a source leave aside count for nothing.
bool is_ignored(const Config& config, const Statement& statement) {
    const auto source = std::ranges::find_if(config.sources, [&](const SourceConfig& one) {
        return one.name.value == statement.source;
    });
    return source != config.sources.end() &&
           std::ranges::find(source->ignore, statement.form) != source->ignore.end();
}

SearchedRevision search(const Snapshot& snapshot, const ArchivedStatement& archived) {
    const Statement& statement = archived.statement;
    SearchedRevision revision;
    revision.record = archived.record;
    revision.statement = {statement.kind, statement.account_key, statement.native_id};
    revision.revision = archived.revision;
    if (is_ignored(snapshot.config, statement)) return revision;
    SourceInfo source = source_info(snapshot, statement.source);
    if (source.kind.empty()) source.kind = statement.kind;
    const Time at = said_at(statement, archived.revision);
    for (const auto& [subject, highlights] : snapshot.watches.look(statement, source).subjects)
        revision.uses.push_back({subject, at});
    return revision;
}

}  // namespace

Historian::Historian(boost::asio::any_io_executor executor, Store& store)
    : store_(store), wake_(executor, boost::asio::steady_timer::time_point::max()) {}

void Historian::use(SnapshotPtr snapshot) {
    snapshot_ = std::move(snapshot);
    waiting_ = true;
    wake_.cancel();
}

awaitable<void> Historian::run() {
    for (;;) {
        while (std::exchange(waiting_, false)) {
            SnapshotPtr snapshot = snapshot_;
            auto done = co_await catch_up(std::move(snapshot));
            if (!done) log_warn("the archive was not counted", {{"error", done.error().message}});
        }
        // A stop is no error to be looked at here: the next await tells it.
        boost::system::error_code woken;
        co_await wake_.async_wait(boost::asio::redirect_error(use_awaitable, woken));
        if (!waiting_) co_return;
    }
}

awaitable<Result<void>> Historian::catch_up(SnapshotPtr snapshot) {
    const std::vector<HistorySubject> subjects = history_subjects(snapshot->watches);
    if (subjects.empty()) co_return Result<void>{};
    const auto prepare = [subjects](Database& database) {
        return database.prepare_subjects(subjects);
    };
    std::int64_t counted = 0;
    for (;;) {
        auto progress = co_await store_.run(prepare);
        if (!progress) co_return progress.error();
        const Leg leg = next_leg(*progress);
        if (leg.rows == 0) break;
        if (counted == 0)
            log_info(
                "counting the archive for watches",
                {{"count", leg.subjects.size()}, {"revisions", progress->front().revisions}}
            );
        ArchiveFilter filter;
        filter.after_record = leg.from;
        filter.limit = static_cast<std::size_t>(leg.rows);
        const auto read = [filter](Database& database) { return database.archived(filter); };
        auto page = co_await store_.run(read);
        if (!page) co_return page.error();
        std::vector<SearchedRevision> revisions;
        for (const ArchivedStatement& archived : *page)
            revisions.push_back(search(*snapshot, archived));
        counted += static_cast<std::int64_t>(revisions.size());
        const auto write = [leg, revisions](Database& database) {
            return database.count_uses(leg.subjects, leg.from, revisions);
        };
        auto written = co_await store_.run(write);
        if (!written) co_return written.error();
        // A newer configuration asks for something else.
        if (waiting_) co_return Result<void>{};
    }
    if (counted > 0) log_info("the archive is counted", {{"revisions", counted}});
    co_return Result<void>{};
}

}  // namespace spokeswatch
