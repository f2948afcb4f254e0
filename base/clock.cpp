#include "base/clock.hpp"

#include <algorithm>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

namespace spokeswatch {

namespace asio = boost::asio;

namespace {

// Keeps the addition below from overflowing steady time; nobody waits longer.
constexpr Duration sleep_max = std::chrono::days(36'500);

using Sleepers = std::multimap<std::chrono::steady_clock::time_point, asio::steady_timer*>;

// One entry of a ManualClock, taken out when its coroutine goes on, is cancelled or is destroyed.
class Sleeper {
  public:
    Sleeper(
        std::shared_ptr<Sleepers> sleepers,
        std::chrono::steady_clock::time_point wake,
        asio::steady_timer* timer
    )
        : sleepers_(std::move(sleepers)), wake_(wake), timer_(timer) {
        sleepers_->emplace(wake_, timer_);
    }
    ~Sleeper() {
        const auto entry = find();
        if (entry != sleepers_->end()) sleepers_->erase(entry);
    }
    Sleeper(const Sleeper&) = delete;
    Sleeper& operator=(const Sleeper&) = delete;

    // The clock takes the entries of those that it wakes.
    [[nodiscard]] bool woken() const { return find() == sleepers_->end(); }

  private:
    [[nodiscard]] Sleepers::iterator find() const {
        const auto [first, last] = sleepers_->equal_range(wake_);
        const auto found =
            std::find_if(first, last, [this](const auto& entry) { return entry.second == timer_; });
        return found == last ? sleepers_->end() : found;
    }

    std::shared_ptr<Sleepers> sleepers_;
    std::chrono::steady_clock::time_point wake_;
    asio::steady_timer* timer_;
};

}  // namespace

Time SystemClock::now() const {
    return std::chrono::time_point_cast<std::chrono::microseconds>(std::chrono::system_clock::now()
    );
}

std::chrono::steady_clock::time_point SystemClock::steady() const {
    return std::chrono::steady_clock::now();
}

awaitable<void> SystemClock::sleep_for(Duration duration) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor);
    timer.expires_after(std::clamp(duration, Duration::zero(), sleep_max));
    co_await timer.async_wait(use_awaitable);
}

awaitable<void> ManualClock::sleep_for(Duration duration) {
    const auto executor = co_await asio::this_coro::executor;
    if (duration <= Duration::zero()) {
        co_await asio::post(executor, use_awaitable);
        co_return;
    }
    // The timer never expires by itself: waking cancels its wait, and so does a cancellation.
    asio::steady_timer timer(executor, asio::steady_timer::time_point::max());
    const Sleeper sleeper(sleepers_, steady_ + std::min(duration, sleep_max), &timer);
    boost::system::error_code error;
    co_await timer.async_wait(asio::redirect_error(use_awaitable, error));
    if (!sleeper.woken()) throw boost::system::system_error(asio::error::operation_aborted);
}

void ManualClock::advance(Duration duration) {
    now_ += duration;
    steady_ += duration;
    while (!sleepers_->empty() && sleepers_->begin()->first <= steady_) {
        asio::steady_timer* timer = sleepers_->begin()->second;
        sleepers_->erase(sleepers_->begin());
        timer->cancel();
    }
}

void ManualClock::advance_to(Time time) {
    if (time > now_) advance(time - now_);
}

std::optional<std::chrono::steady_clock::time_point> ManualClock::next_wake() const {
    if (sleepers_->empty()) return std::nullopt;
    return sleepers_->begin()->first;
}

}  // namespace spokeswatch
