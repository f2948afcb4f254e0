#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "alerts/pace.hpp"
#include "alerts/paused_targets.hpp"
#include "alerts/receivers.hpp"
#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/task_scope.hpp"
#include "store/store.hpp"

namespace spokeswatch {

// The way out: groups become notifications, notifications become attempts, answers become records.
//
// A notification is a row before it is a request, and a row that was handed to a notifier is
// `sending` before the first byte leaves. Delivery is at least once; the constant key lets
// receivers drop a repeat. Each target has its own pace and its own retries: a dead one delays
// nobody.
class Dispatcher {
  public:
    using ReceiversPtr = std::shared_ptr<const Receivers>;
    // Told of every answer, after it was recorded.
    using Observer = std::function<void(const OutboxRow&, const Answer&)>;

    Dispatcher(
        boost::asio::any_io_executor executor,
        Store& store,
        Clock& clock,
        Random& random,
        Metrics& metrics
    );

    // A reload: attempts under way keep the receivers they started with.
    void use(ReceiversPtr receivers, std::optional<Duration> delivery_max_age);
    void observe(Observer observer) { observer_ = std::move(observer); }

    // Once, before run(): frees what a crash left in `sending`, loads paused targets.
    awaitable<Result<void>> recover();

    // Until cancelled. After cancellation: no new attempts; call finish().
    awaitable<void> run();
    // Waits up to `limit` for attempts under way, cancels the rest and records what is known.
    awaitable<void> finish(Duration limit);

    // There is something new in the store.
    void wake();

    // For `replay`: works until nothing is due now and nothing is under way.
    awaitable<void> drain();
    // When something will be due next; nullopt when nothing waits.
    awaitable<std::optional<Time>> next_due();

    // `receivers resume`: forgets that the receiver's targets are paused. How many were.
    awaitable<Result<std::size_t>> resume(std::string receiver);
    [[nodiscard]] std::vector<TargetRecord> paused() const { return paused_.all(); }
    // When the loop last came round: the watchdog reads it.
    [[nodiscard]] std::chrono::steady_clock::time_point last_progress() const { return progress_; }

  private:
    awaitable<void> step();
    awaitable<void> flush_groups();
    awaitable<void> record_finished();
    awaitable<void> start_attempts();
    awaitable<void> merge_queue(const Target& target, bool operational);
    awaitable<void> attempt(OutboxRow row, ReceiversPtr receivers);
    awaitable<Duration> idle_time();
    void take_answer(const OutboxRow& row, const Target& target, const Answer& answer);
    ClaimAllowance allowance();
    Bucket& bucket_of(const Target& target);
    void storage_failed(const Error& error);

    Store& store_;
    Clock& clock_;
    Random& random_;
    Metrics& metrics_;
    ReceiversPtr receivers_;
    std::optional<Duration> delivery_max_age_;
    Observer observer_;
    std::map<std::string, Bucket> buckets_;
    PausedTargets paused_;
    std::vector<AttemptRecord> finished_;                 // to be recorded
    std::vector<std::pair<OutboxRow, Answer>> answered_;  // parallel to finished_
    std::size_t under_way_ = 0;
    bool storage_ok_ = true;
    std::chrono::steady_clock::time_point progress_{};
    boost::asio::steady_timer wake_;
    bool woken_ = false;
    TaskScope attempts_;
};

}  // namespace spokeswatch
