#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "daemon/arrivals.hpp"
#include "daemon/group_tally.hpp"
#include "daemon/keeper.hpp"
#include "daemon/pipeline.hpp"
#include "daemon/played_silences.hpp"
#include "store/store.hpp"

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

// An alert that would have been.
struct BacktestAlert {
    std::string rule;
    Severity severity = Severity::warning;
    Time at{};
    std::string source, native_id, title;  // of the statement that opened it
    std::vector<std::string> evidence;     // "source native_id" of all statements, in their order
};

// What rules would have made of statements: the very intake of the daemon over a MemoryKeeper and a
// clock that the statements drive, and receivers that only count. What no rule matches is left out,
// for it changes nothing. Rules that watch over time look at everything, and their history is a
// store in memory. Not for several threads.
class Backtest {
  public:
    Backtest(boost::asio::any_io_executor executor, std::shared_ptr<const Snapshot> snapshot);

    awaitable<Result<void>> take(const Arrival& arrival);
    // Behind the last statement: groups that still wait are told.
    void finish() { groups_.run_until(std::nullopt); }

    [[nodiscard]] const std::map<std::string, RuleTally>& rules() const { return rules_; }
    [[nodiscard]] const std::map<std::string, ReceiverTally>& receivers() const {
        return groups_.receivers();
    }
    // In the order of their opening.
    [[nodiscard]] const std::vector<BacktestAlert>& alerts() const { return alerts_; }

  private:
    awaitable<void> run_until(Time until);
    // Whether the intake can make anything of the statement: a rule matches it, or an earlier
    // revision of it was taken.
    bool concerns(const Arrival& arrival, const SourceInfo& source, const std::string& name);
    void committed(const Ingest& ingest);
    std::string name_of(const StatementKey& key);
    void record_silence(const Ingest& ingest);
    void record(const Arrival& arrival, const std::vector<Decision>& decisions);

    std::shared_ptr<const Snapshot> snapshot_;
    Arrivals arrivals_;
    std::map<std::string, RuleTally> rules_;
    std::vector<BacktestAlert> alerts_;
    std::unordered_map<std::string, std::size_t> places_;  // of alerts_, by id
    std::unordered_set<std::string> taken_;                // accounts and ids of statements
    std::vector<AlertWrite> written_;                      // with the last statement
    // With the last statement: alerts by id, and the statements that they grew by.
    std::vector<std::pair<std::string, StatementKey>> grown_;
    GroupTally groups_;
    ManualClock clock_;
    Random random_;
    Metrics metrics_;
    std::unique_ptr<Store> history_;  // null when no rule watches over time
    std::unique_ptr<Keeper> keeper_;
    Pipeline pipeline_;
    PlayedSilences silences_;
    std::map<std::pair<std::string, std::string>, std::string> sources_;  // by kind and account
    bool started_ = false;
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
