#include "alerts/dispatcher.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>

#include "alerts/outgoing.hpp"
#include "alerts/settlement.hpp"
#include "base/log.hpp"

namespace spokeswatch {

namespace {

using boost::asio::use_awaitable;
using namespace std::chrono_literals;

constexpr std::size_t groups_max = 100;       // flushed in one go
constexpr std::size_t under_way_max = 256;    // attempts at once, over all targets
constexpr std::size_t merge_above = 5;        // rows that may wait for one target before a digest
constexpr std::size_t merge_rows_max = 1000;  // in one digest
constexpr Duration idle_max = 60s;            // the loop comes round at least this often
constexpr Duration storage_retry = 1s;

}  // namespace

Dispatcher::Dispatcher(
    boost::asio::any_io_executor executor,
    Store& store,
    Clock& clock,
    Random& random,
    Metrics& metrics
)
    : store_(store),
      clock_(clock),
      random_(random),
      metrics_(metrics),
      receivers_(std::make_shared<Receivers>()),
      paused_(metrics),
      progress_(std::chrono::steady_clock::now()),
      wake_(executor, std::chrono::steady_clock::time_point::max()),
      attempts_(executor) {}

void Dispatcher::use(ReceiversPtr receivers, std::optional<Duration> delivery_max_age) {
    for (const Target& target : receivers_->targets()) {
        if (receivers->find(target.id) == nullptr) metrics_.remove("target", target.id);
    }
    receivers_ = std::move(receivers);
    delivery_max_age_ = delivery_max_age;
    for (const Target& target : receivers_->targets()) {
        bucket_of(target).configure(target.per_second, target.burst, target.in_flight_max);
    }
    paused_.show(*receivers_);
    wake();
}

awaitable<Result<void>> Dispatcher::recover() {
    const Time now = clock_.now();
    const auto free_rows = [now](Database& database) {
        return database.recover_outbox(now, retry_delay_max);
    };
    auto freed = co_await store_.run(free_rows);
    if (!freed) co_return freed.error();
    if (*freed > 0)
        log_info("notifications were interrupted and are tried again", {{"count", *freed}});
    const auto read_targets = [](Database& database) { return database.targets(); };
    auto targets = co_await store_.run(read_targets);
    if (!targets) co_return targets.error();
    paused_.restore(std::move(*targets));
    paused_.show(*receivers_);
    co_return Result<void>{};
}

awaitable<void> Dispatcher::run() {
    using namespace boost::asio::experimental::awaitable_operators;
    for (;;) {
        co_await step();
        progress_ = std::chrono::steady_clock::now();
        const Duration idle = co_await idle_time();
        if (woken_) continue;
        wake_.expires_at(std::chrono::steady_clock::time_point::max());
        boost::system::error_code ignored;
        co_await (
            clock_.sleep_for(idle) ||
            wake_.async_wait(boost::asio::redirect_error(use_awaitable, ignored))
        );
    }
}

void Dispatcher::wake() {
    woken_ = true;
    wake_.cancel();
}

awaitable<void> Dispatcher::step() {
    woken_ = false;
    co_await record_finished();
    co_await flush_groups();
    co_await start_attempts();
}

awaitable<void> Dispatcher::flush_groups() {
    const Time now = clock_.now();
    const auto read_groups = [now](Database& database) {
        return database.due_groups(now, groups_max);
    };
    auto groups = co_await store_.run(read_groups);
    if (!groups) {
        storage_failed(groups.error());
        co_return;
    }
    for (const DueGroup& group : *groups) {
        if (!receivers_->has(group.receiver)) {
            log_warn(
                "alerts are not told: their receiver left the configuration",
                {{"receiver", group.receiver}, {"count", group.members.size()}}
            );
        }
        std::vector<std::string> thread_ids;
        GroupFlush flush;
        thread_ids.push_back(group.group_id);
        for (const GroupMember& member : group.members) {
            thread_ids.push_back(member.alert_id);
            flush.member_ids.insert(
                flush.member_ids.end(), member.member_ids.begin(), member.member_ids.end()
            );
        }
        const auto read_threads = [thread_ids](Database& database) {
            return database.threads(thread_ids);
        };
        auto known = co_await store_.run(read_threads);
        if (!known) {
            storage_failed(known.error());
            co_return;
        }
        Threads threads;
        for (Thread& thread : *known) {
            std::pair<std::string, std::string> key(thread.thread_id, thread.target);
            threads.emplace(std::move(key), std::move(thread));
        }
        flush.group_id = group.group_id;
        flush.now = now;
        flush.notifications = make_notifications(group, *receivers_, threads, now);
        const auto write = [flush = std::move(flush)](Database& database) {
            return database.flush(flush);
        };
        auto flushed = co_await store_.run(write);
        if (!flushed) {
            storage_failed(flushed.error());
            co_return;
        }
        storage_ok_ = true;
    }
    if (groups->size() == groups_max) woken_ = true;
}

ClaimAllowance Dispatcher::allowance() {
    ClaimAllowance allowance;
    const auto steady = clock_.steady();
    const Time now = clock_.now();
    for (const Target& target : receivers_->targets()) {
        if (now < paused_.probe_at(target.id)) continue;
        const int available = bucket_of(target).available(steady);
        if (available <= 0) continue;
        // A paused target is probed with one row.
        const bool probe = paused_.contains(target.id);
        const std::string bucket = probe ? "probe " + target.id : target.bucket;
        allowance.bucket_of[target.id] = bucket;
        allowance.capacity[bucket] = probe ? 1 : available;
    }
    return allowance;
}

awaitable<void> Dispatcher::start_attempts() {
    const ReceiversPtr receivers = receivers_;  // a reload may come while the store works
    ClaimAllowance allowed = allowance();
    if (allowed.bucket_of.empty() || under_way_ >= under_way_max) co_return;
    allowed.rows_max = under_way_max - under_way_;
    const Time now = clock_.now();
    const auto claim_rows = [now, allowed = std::move(allowed)](Database& database) {
        return database.claim(now, allowed);
    };
    auto rows = co_await store_.run(claim_rows);
    if (!rows) {
        storage_failed(rows.error());
        co_return;
    }
    for (OutboxRow& row : *rows) {
        const Target* target = receivers->find(row.target);
        bucket_of(*target).take(clock_.steady());
        // Until the probe has an answer nothing else goes there.
        paused_.probing(*target, now);
        ++under_way_;
        std::string key = row.key;
        attempts_.spawn(std::move(key), attempt(std::move(row), receivers));
        if (target->one_alert_each) continue;
        co_await merge_queue(*target, false);
        co_await merge_queue(*target, true);
    }
}

awaitable<void> Dispatcher::merge_queue(const Target& target, bool operational) {
    const Time now = clock_.now();
    const std::string id = target.id;
    using Rows = Result<std::vector<OutboxRow>>;
    const auto read_rows = [now, id, operational](Database& database) -> Rows {
        auto count = database.waiting(now, id, operational);
        if (!count) return count.error();
        if (*count <= merge_above) return std::vector<OutboxRow>{};
        return database.queued(now, id, operational, merge_rows_max);
    };
    auto rows = co_await store_.run(read_rows);
    if (!rows || rows->size() <= merge_above) co_return;
    OutboxInsert digest = merge_notifications(*rows, now);
    std::vector<std::string> keys;
    for (const OutboxRow& row : *rows) keys.push_back(row.key);
    log_info(
        "notifications wait for a slow receiver and go out as one",
        {{"receiver", target.receiver}, {"count", keys.size()}}
    );
    const auto write = [digest = std::move(digest), keys = std::move(keys), now](Database& database
                       ) { return database.merge(digest, keys, now); };
    auto merged = co_await store_.run(write);
    if (!merged) storage_failed(merged.error());
}

awaitable<void> Dispatcher::attempt(OutboxRow row, ReceiversPtr receivers) {
    const Target* target = receivers->find(row.target);
    Notification notification = row.notification;
    notification.minimal = row.minimal;
    notification.attempt = row.attempts;
    notification.waited = clock_.now() - row.created_at;
    const auto started = clock_.steady();
    Answer answer = co_await target->notifier->send(std::move(notification));
    metrics_.observe(
        "spokeswatch_notification_latency_seconds",
        {{"kind", std::string(target->kind)}},
        std::chrono::duration<double>(clock_.steady() - started).count()
    );
    take_answer(row, *target, answer);
    --under_way_;
    wake();
}

void Dispatcher::take_answer(const OutboxRow& row, const Target& target, const Answer& answer) {
    bucket_of(target).finished();
    const Time now = clock_.now();
    Settlement settlement = settle(row, target, answer, now, delivery_max_age_, random_);
    AttemptRecord& record = settlement.record;
    if (settlement.block) bucket_of(target).block_until(clock_.steady() + *settlement.block);
    if (settlement.pause) paused_.pause(target, record.detail, now);

    const std::string kind(target.kind);
    const std::string verdict(to_string(answer.verdict));
    metrics_.add(
        "spokeswatch_notifications_total",
        {{"receiver", target.receiver}, {"kind", kind}, {"verdict", verdict}}
    );
    if (answer.verdict == Verdict::delivered) {
        paused_.resume(target);
        log_info(
            "notification delivered",
            {{"receiver", target.receiver},
             {"kind", target.kind},
             {"notification", row.key},
             {"attempt", row.attempts}}
        );
    } else {
        // Each row says once that it waits; that it goes on failing is in the metrics and in
        // `notifications list`.
        const bool first = row.attempts <= 1 || record.state == OutboxState::dead;
        log(first ? LogLevel::warn : LogLevel::debug,
            record.state == OutboxState::dead ? "notification given up" : "notification failed",
            {{"receiver", target.receiver},
             {"kind", target.kind},
             {"notification", row.key},
             {"attempt", row.attempts},
             {"error", verdict},
             {"detail", record.detail}});
    }
    if (record.state == OutboxState::dead) {
        metrics_.add(
            "spokeswatch_notifications_failed_total",
            {{"receiver", target.receiver}, {"kind", kind}, {"reason", verdict}}
        );
    }
    finished_.push_back(std::move(record));
    answered_.emplace_back(row, answer);
}

// One transaction for all answers that came since the last: what arrives while it runs waits for
// the next, which is the group commit.
awaitable<void> Dispatcher::record_finished() {
    if (finished_.empty() && paused_.unsaved().empty()) co_return;
    std::vector<AttemptRecord> records = finished_;
    std::vector<TargetRecord> targets = paused_.unsaved();
    const auto write = [records, targets](Database& database) -> Result<void> {
        auto recorded = database.record_attempts(records);
        if (!recorded) return recorded;
        for (const TargetRecord& target : targets) {
            auto kept = database.record_target(target);
            if (!kept) return kept;
        }
        return {};
    };
    auto written = co_await store_.run(write);
    if (!written) {
        storage_failed(written.error());
        co_return;
    }
    storage_ok_ = true;
    const auto count = static_cast<std::ptrdiff_t>(records.size());
    finished_.erase(finished_.begin(), finished_.begin() + count);
    paused_.saved(targets.size());
    std::vector<std::pair<OutboxRow, Answer>> told(
        std::make_move_iterator(answered_.begin()),
        std::make_move_iterator(answered_.begin() + count)
    );
    answered_.erase(answered_.begin(), answered_.begin() + count);
    if (!observer_) co_return;
    for (const auto& [row, answer] : told) observer_(row, answer);
}

void Dispatcher::storage_failed(const Error& error) {
    if (storage_ok_) log_error("the store refuses", {{"error", error.message}});
    storage_ok_ = false;
}

awaitable<Duration> Dispatcher::idle_time() {
    if (!storage_ok_) co_return storage_retry;
    if (under_way_ >= under_way_max) co_return idle_max;  // the first that ends wakes the loop
    std::optional<Time> due = co_await next_due();
    Duration idle = idle_max;
    if (due) idle = std::clamp<Duration>(*due - clock_.now(), Duration{}, idle_max);
    co_return idle;
}

awaitable<std::optional<Time>> Dispatcher::next_due() {
    const Time now = clock_.now();
    const auto steady = clock_.steady();
    // Targets that may send now are due when their rows are; the others when they may send again.
    std::map<Time, std::vector<std::string>> by_time;
    for (const Target& target : receivers_->targets()) {
        Time at = std::max(now, paused_.probe_at(target.id));
        Bucket& bucket = bucket_of(target);
        if (bucket.available(steady) <= 0) {
            const SteadyTime next = bucket.next_at(steady);
            if (next == SteadyTime::max()) continue;  // the end of an attempt wakes us
            at = std::max(at, now + std::chrono::ceil<Duration>(next - steady));
        }
        by_time[at].push_back(target.id);
    }
    const auto read = [by_time](Database& database) -> Result<std::optional<Time>> {
        auto first = database.next_group_at();
        if (!first) return first.error();
        for (const auto& [at, targets] : by_time) {
            auto row = database.next_outbox_at(targets);
            if (!row) return row.error();
            if (!*row) continue;
            const Time due = std::max(at, **row);
            if (!*first || due < **first) *first = due;
        }
        return *first;
    };
    auto due = co_await store_.run(read);
    if (!due) {
        storage_failed(due.error());
        co_return std::nullopt;
    }
    co_return *due;
}

awaitable<void> Dispatcher::drain() {
    for (;;) {
        co_await step();
        if (under_way_ > 0) {
            if (woken_) continue;
            wake_.expires_at(std::chrono::steady_clock::time_point::max());
            boost::system::error_code ignored;
            co_await wake_.async_wait(boost::asio::redirect_error(use_awaitable, ignored));
            continue;
        }
        if (!finished_.empty() && storage_ok_) continue;
        const std::optional<Time> due = co_await next_due();
        if (!due || *due > clock_.now() || !storage_ok_) co_return;
    }
}

awaitable<void> Dispatcher::finish(Duration limit) {
    using namespace boost::asio::experimental::awaitable_operators;
    co_await (attempts_.join() || clock_.sleep_for(limit));
    attempts_.cancel();
    co_await attempts_.join();
    co_await record_finished();
}

awaitable<Result<std::size_t>> Dispatcher::resume(std::string receiver) {
    std::size_t count = 0;
    const ReceiversPtr receivers = receivers_;
    for (const Target* target : receivers->targets_of(receiver)) {
        if (!paused_.resume(*target)) continue;
        const std::string id = target->id;
        const Time now = clock_.now();
        const auto free_rows = [id, now](Database& database) { return database.hurry(id, now); };
        auto freed = co_await store_.run(free_rows);
        if (!freed) co_return freed.error();
        ++count;
    }
    wake();
    co_return count;
}

Bucket& Dispatcher::bucket_of(const Target& target) {
    auto [found, is_new] = buckets_.try_emplace(target.bucket);
    if (is_new) {
        found->second.configure(target.per_second, target.burst, target.in_flight_max);
    }
    return found->second;
}

}  // namespace spokeswatch
