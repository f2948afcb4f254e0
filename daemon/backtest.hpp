#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "daemon/simulation.hpp"

namespace spokeswatch {

struct DayTally {
    std::size_t matches = 0;
    std::size_t alerts = 0;
};

struct RuleTally {
    std::size_t matches = 0;                   // statements, or revisions of them
    std::size_t alerts = 0;                    // opened
    std::size_t updates = 0;                   // told of an alert that was open
    std::map<MatchOutcome, std::size_t> held;  // matches that told nobody anything, by reason
    std::map<std::string, DayTally> days;      // "2023-03-17", UTC
};

struct ReceiverTally {
    std::size_t notifications = 0;
    std::size_t changes = 0;  // alerts that were told of in them: more where groups gather them
};

// An alert that would have been.
struct BacktestAlert {
    std::string rule;
    Severity severity = Severity::warning;
    Time at{};
    std::string source, native_id, title;  // of the statement that opened it
    std::vector<std::string> evidence;     // "source native_id" of all statements, in their order
};

// What rules would have made of statements: the very intake and dispatcher of the daemon
// (Simulation) with receivers that only count. What no rule matches is counted and left out, for
// it changes nothing.
class Backtest {
  public:
    Backtest(boost::asio::any_io_executor executor, const std::shared_ptr<Snapshot>& snapshot);

    awaitable<Result<void>> take(const Arrival& arrival);
    // Behind the last statement: groups that still wait are sent, silences are counted.
    awaitable<Result<void>> finish();

    [[nodiscard]] const std::map<std::string, RuleTally>& rules() const { return rules_; }
    [[nodiscard]] const std::map<std::string, ReceiverTally>& receivers() const {
        return receivers_;
    }
    // In the order of their opening.
    [[nodiscard]] const std::vector<BacktestAlert>& alerts() const { return alerts_; }

  private:
    std::shared_ptr<const Snapshot> with_receivers(const std::shared_ptr<Snapshot>& snapshot);
    void told(const Notification& notification);
    void record(BacktestAlert alert);
    void record(const Arrival& arrival, const std::vector<Decision>& decisions);

    std::map<std::string, RuleTally> rules_;
    std::map<std::string, ReceiverTally> receivers_;
    std::vector<BacktestAlert> alerts_;
    std::unordered_map<std::string, std::size_t> places_;  // of alerts_, by id
    std::map<std::string, Severity> severities_;           // of the rules
    std::vector<std::string> silent_rules_;
    Simulation simulation_;
};

// Alerts of two sets of rules over the same statements. Two alerts are one where a rule of that
// name has a statement in both.
struct BacktestDifference {
    std::vector<BacktestAlert> gained, lost;
    struct Change {
        BacktestAlert alert;
        Severity before = Severity::warning;
    };
    std::vector<Change> changed;  // in severity

    [[nodiscard]] bool empty() const { return gained.empty() && lost.empty() && changed.empty(); }
};
BacktestDifference difference(
    const std::vector<BacktestAlert>& before, const std::vector<BacktestAlert>& after
);

}  // namespace spokeswatch
