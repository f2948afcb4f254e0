#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "alerts/dispatcher.hpp"
#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "daemon/pipeline.hpp"
#include "daemon/silences.hpp"
#include "daemon/snapshot.hpp"
#include "store/store.hpp"

namespace spokeswatch {

// A statement on its way in.
struct Arrival {
    Statement statement;
    std::optional<Labels> labels;  // of its source, instead of those of the configuration
    bool first_poll = false;       // of the silent baseline of its source
};

// Receivers that take everything at once and tell `told`: one target for every receiver.
std::shared_ptr<const Receivers> receivers_that_tell(
    const Config& config, const std::function<void(const Notification&)>& told
);

// The daemon's own intake and dispatcher over a store in memory and a clock that the statements
// drive: what `replay`, `test` and `backtest` have in common. Not for several threads.
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

    // Whether the intake can make anything of the statement: a rule matches it, or an earlier
    // revision of it was taken. The others change nothing and may be left out.
    [[nodiscard]] bool concerns(const Arrival& arrival) const;

    [[nodiscard]] Time now() const { return clock_.now(); }
    Store& store() { return store_; }
    Dispatcher& dispatcher() { return dispatcher_; }

  private:
    [[nodiscard]] SourceInfo source_of(const Arrival& arrival) const;
    [[nodiscard]] Intake intake_for(const Arrival& arrival) const;
    [[nodiscard]] std::vector<Listened> listened_sources() const;
    awaitable<void> work();
    awaitable<void> judge_silences();

    std::shared_ptr<const Snapshot> snapshot_;
    std::map<std::string, const SourceConfig*> sources_;
    SystemClock system_clock_;
    ManualClock clock_;
    Random random_;
    Metrics metrics_;
    Store store_;
    Dispatcher dispatcher_;
    Pipeline pipeline_;
    Silences silences_;
    bool started_ = false;
    bool stirred_ = false;     // something was given to the dispatcher that it has not seen
    std::optional<Time> due_;  // when it has something to do next
    std::map<std::string, SourceInfo> heard_;              // sources that spoke
    std::optional<Time> silence_due_;                      // when a silence may be long enough
    std::set<std::pair<std::string, std::string>> taken_;  // source and native id
};

}  // namespace spokeswatch
