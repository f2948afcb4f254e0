#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>

#include <boost/asio/steady_timer.hpp>

#include "base/async.hpp"
#include "base/time.hpp"

namespace spokeswatch {

// Time is passed in, so that a test and `replay` can drive it. Schedules and spacings run on
// `steady()`; what is stored or shown is `now()`.
class Clock {
  public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Time now() const = 0;
    [[nodiscard]] virtual std::chrono::steady_clock::time_point steady() const = 0;
    // Returns after `duration` of steady time; a zero or negative one yields once.
    // Cancellation throws boost::system::system_error(operation_aborted).
    virtual awaitable<void> sleep_for(Duration duration) = 0;
};

// The machine's clock. Must be used from coroutines of one io_context.
class SystemClock : public Clock {
  public:
    [[nodiscard]] Time now() const override;
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override;
    awaitable<void> sleep_for(Duration duration) override;
};

// A clock that stands still until it is told to move. Sleepers wake in the order of their time,
// through the io_context they sleep on. Wall and steady time move together; `jump_to` moves wall
// time alone, as an administrator or NTP does.
class ManualClock : public Clock {
  public:
    explicit ManualClock(Time start) : now_(start) {}
    [[nodiscard]] Time now() const override { return now_; }
    [[nodiscard]] std::chrono::steady_clock::time_point steady() const override { return steady_; }
    awaitable<void> sleep_for(Duration duration) override;

    void advance(Duration duration);
    void advance_to(Time time);
    void jump_to(Time time) { now_ = time; }
    // Steady time of the first sleeper; nullopt when nobody sleeps.
    [[nodiscard]] std::optional<std::chrono::steady_clock::time_point> next_wake() const;

  private:
    Time now_;
    std::chrono::steady_clock::time_point steady_{};
    // Shared with the sleepers, which may be destroyed after the clock, with their io_context.
    using Sleepers =
        std::multimap<std::chrono::steady_clock::time_point, boost::asio::steady_timer*>;
    std::shared_ptr<Sleepers> sleepers_ = std::make_shared<Sleepers>();
};

}  // namespace spokeswatch
