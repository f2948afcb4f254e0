#include "daemon/pipeline.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <boost/asio/redirect_error.hpp>

#include "base/check.hpp"
#include "base/log.hpp"
#include "daemon/normalise.hpp"
#include "daemon/pipeline_work.hpp"
#include "daemon/story.hpp"
#include "text/content_hash.hpp"

namespace spokeswatch {

namespace {

StatementKey key_of(const Statement& statement) {
    return {statement.kind, statement.account_key, statement.native_id};
}

}  // namespace

Pipeline::Pipeline(
    boost::asio::any_io_executor executor,
    Store& store,
    Clock& clock,
    Random& random,
    Metrics& metrics,
    std::function<void()> wake_dispatcher
)
    : own_keeper_(std::make_unique<StoreKeeper>(store)),
      keeper_(*own_keeper_),
      history_(&store),
      clock_(clock),
      random_(random),
      metrics_(metrics),
      wake_dispatcher_(std::move(wake_dispatcher)),
      turn_(executor, boost::asio::steady_timer::time_point::max()) {}

Pipeline::Pipeline(
    boost::asio::any_io_executor executor,
    Keeper& keeper,
    Store* history,
    Clock& clock,
    Random& random,
    Metrics& metrics,
    std::function<void()> wake_dispatcher
)
    : keeper_(keeper),
      history_(history),
      clock_(clock),
      random_(random),
      metrics_(metrics),
      wake_dispatcher_(std::move(wake_dispatcher)),
      turn_(executor, boost::asio::steady_timer::time_point::max()) {}

// Until nobody has the turn: whoever waited takes it at once.
awaitable<void> Pipeline::idle() {
    while (busy_) {
        boost::system::error_code ignored;
        co_await turn_.async_wait(boost::asio::redirect_error(use_awaitable, ignored));
    }
}

awaitable<Result<Accepted>> Pipeline::accept(SnapshotPtr snapshot, Intake intake, Batch batch) {
    co_await idle();
    const Turn turn(*this);
    co_return co_await accept_in_turn(std::move(snapshot), std::move(intake), std::move(batch));
}

awaitable<Result<Accepted>> Pipeline::accept_in_turn(
    SnapshotPtr snapshot, Intake intake, Batch batch
) {
    Work work;
    work.snapshot = std::move(snapshot);
    work.intake = std::move(intake);
    work.batch = std::move(batch);
    work.now = work.ingest.now = clock_.now();

    find_changes(work);
    auto statements = co_await ask_statements(work);
    if (!statements) co_return statements.error();
    const bool nothing_new = work.items.empty() && !work.intake.baseline &&
                             !work.intake.cursor_changed && !work.batch.gap;
    if (nothing_new) co_return work.accepted;
    match(work);
    auto watched = co_await watch(work);
    if (!watched) co_return watched.error();
    auto stories = co_await ask_stories(work);
    if (!stories) co_return stories.error();
    tell(work);

    // Statements, cursor and alerts commit together: seen but never alerted cannot happen.
    Ingest& ingest = work.ingest;
    ingest.source = work.intake.source.name;
    ingest.kind = work.intake.source.kind;
    ingest.account_key = work.intake.account_key;
    ingest.next = work.batch.next;
    ingest.baseline = work.intake.baseline;
    ingest.gap = work.batch.gap;
    const bool told = !ingest.members.empty();
    const auto started = clock_.steady();
    auto committed = co_await keeper_.commit(std::move(ingest));
    if (!committed) co_return committed.error();

    metrics_.add("spokeswatch_store_commits_total");
    metrics_.observe(
        "spokeswatch_store_commit_duration_seconds",
        {},
        std::chrono::duration<double>(clock_.steady() - started).count()
    );
    if (told) wake_dispatcher_();
    co_return work.accepted;
}

// Normalises the batch. A statement that is in it twice counts once, as it stands last.
void Pipeline::find_changes(Work& work) {
    std::map<StatementKey, std::size_t> places;
    for (Statement& statement : work.batch.statements) {
        statement.source = work.intake.source.name;
        statement.kind = work.intake.source.kind;
        statement.account_key = work.intake.account_key;
        statement.observed_at = work.now;
        if (!statement.lang_declared && !work.intake.lang.empty()) {
            statement.lang = work.intake.lang;
            statement.lang_declared = true;
        }
        normalise(statement);
        BatchItem item;
        item.key = key_of(statement);
        item.hash = content_hash(statement);
        item.statement = std::move(statement);
        const auto [place, is_new] = places.try_emplace(item.key, work.items.size());
        if (is_new) {
            work.items.push_back(std::move(item));
        } else {
            work.items[place->second] = std::move(item);
        }
    }
}

// Drops what is known as it is and finds the revision before of what was edited.
awaitable<Result<void>> Pipeline::ask_statements(Work& work) {
    IntakeQuestion question;
    for (const BatchItem& item : work.items) question.statements.push_back(item.key);
    auto knowledge = co_await keeper_.know(std::move(question));
    if (!knowledge) co_return knowledge.error();
    work.learn(std::move(knowledge->alerts));

    const std::string& source = work.intake.source.name;
    std::vector<BatchItem> bringing;
    for (std::size_t i = 0; i < work.items.size(); ++i) {
        BatchItem& item = work.items[i];
        item.known = std::move(knowledge->statements[i]);
        if (item.known) {
            item.changed = item.known->content_hash != item.hash;
            const bool seen_here = contains(item.known->seen_by, source);
            if (!item.changed && seen_here) continue;
            if (!seen_here) work.ingest.sights.push_back(item.key);
            item.revision = item.known->revision + (item.changed ? 1 : 0);
            item.story_id = item.known->story_id;
        }
        bringing.push_back(std::move(item));
    }
    work.items = std::move(bringing);

    for (BatchItem& item : work.items) {
        if (!item.known || !item.changed) continue;
        auto before = co_await keeper_.last_revision(item.key);
        if (!before) co_return before.error();
        item.before = std::move(*before);
    }
    co_return Result<void>{};
}

void Pipeline::match(Work& work) {
    const Intake& intake = work.intake;
    for (BatchItem& item : work.items) {
        const Statement& statement = item.statement;
        if (!item.known) {
            ++work.accepted.fresh;
            metrics_.add("spokeswatch_statements_total", {{"source", intake.source.name}});
            if (!intake.baseline && !statement.late && statement.published_at) {
                metrics_.observe(
                    "spokeswatch_detection_lag_seconds",
                    {{"kind", intake.source.kind}},
                    std::chrono::duration<double>(work.now - *statement.published_at).count()
                );
            }
        } else if (item.changed) {
            ++work.accepted.edited;
            metrics_.add("spokeswatch_statement_revisions_total", {{"source", intake.source.name}});
        }
        item.ignored = std::ranges::find(intake.ignore, statement.form) != intake.ignore.end();
        if (item.ignored) continue;
        item.matches = work.snapshot->rules.match(statement, &intake.source, item.trail.rules);
        const Duration age = work.now - statement.when();
        item.may_alert = intake.baseline
                             ? intake.backfill && statement.published_at && age <= *intake.backfill
                             : age <= intake.max_age;
    }
}

awaitable<Result<void>> Pipeline::ask_stories(Work& work) {
    IntakeQuestion question;
    question.stories_since = work.now - story_window;
    for (const BatchItem& item : work.items) {
        for (const StoryKeyText& key : item.story_keys) question.story_keys.push_back(key.key);
    }
    std::map<std::string, std::string> story_of_key;
    if (!question.story_keys.empty()) {
        auto knowledge = co_await keeper_.know(question);
        if (!knowledge) co_return knowledge.error();
        work.learn(std::move(knowledge->alerts));
        for (std::size_t i = 0; i < question.story_keys.size(); ++i) {
            if (!knowledge->stories[i].empty()) {
                story_of_key[question.story_keys[i]] = knowledge->stories[i];
            }
        }
    }

    for (BatchItem& item : work.items) {
        if (item.matches.empty()) continue;
        item.story_reason = "first";
        for (const StoryKeyText& key : item.story_keys) {
            if (!item.story_id.empty()) break;
            const auto found = story_of_key.find(key.key);
            if (found == story_of_key.end()) continue;
            item.story_id = found->second;
            item.story_reason = key.reason;
        }
        if (item.story_id.empty()) {
            NewStory story;
            story.id = random_.id(work.now);
            story.title = story_title(item.statement);
            story.first_seen_at = work.now;
            item.story_id = story.id;
            work.ingest.stories.push_back(std::move(story));
        }
        for (const StoryKeyText& key : item.story_keys) {
            story_of_key.insert_or_assign(key.key, item.story_id);
            work.ingest.story_keys.push_back({key.key, item.story_id, work.now});
        }
    }
    co_return Result<void>{};
}

}  // namespace spokeswatch
