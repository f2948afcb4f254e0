#pragma once

#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/any_io_executor.hpp>

#include "alerts/dispatcher.hpp"
#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "daemon/arrivals.hpp"
#include "daemon/pipeline.hpp"
#include "daemon/played_silences.hpp"
#include "daemon/snapshot.hpp"
#include "store/store.hpp"

namespace spokeswatch {

// Receivers that take everything at once and tell `told`: one target for every receiver.
std::shared_ptr<const Receivers> receivers_that_tell(
    const Config& config, const std::function<void(const Notification&)>& told
);

// The daemon's own intake and dispatcher over a store in memory and a clock that the statements
// drive: what `replay` and `test` have in common. Not for several threads.
class Simulation {
  public:
    // `snapshot` with its receivers.
    Simulation(boost::asio::any_io_executor executor, std::shared_ptr<const Snapshot> snapshot);

    // Moves the clock to the statement's time, lets everything happen that is due before, takes
    // the statement in and sends what it brings. Without a time it comes with the one before it.
    awaitable<Result<Accepted>> take(Arrival arrival);
    // Lets everything happen that is due until then, and stops the clock there. Without an end:
    // all that waits to be sent; nobody falls silent any more.
    awaitable<void> run_until(std::optional<Time> until);

    [[nodiscard]] Time now() const { return clock_.now(); }
    Store& store() { return store_; }
    Dispatcher& dispatcher() { return dispatcher_; }

  private:
    awaitable<void> work();

    std::shared_ptr<const Snapshot> snapshot_;
    Arrivals arrivals_;
    SystemClock system_clock_;
    ManualClock clock_;
    Random random_;
    Metrics metrics_;
    Store store_;
    Dispatcher dispatcher_;
    Pipeline pipeline_;
    PlayedSilences silences_;
    bool started_ = false;
    bool stirred_ = false;     // something was given to the dispatcher that it has not seen
    std::optional<Time> due_;  // when it has something to do next
};

}  // namespace spokeswatch
