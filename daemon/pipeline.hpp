#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "daemon/keeper.hpp"
#include "daemon/snapshot.hpp"

namespace spokeswatch {

struct Firing;
struct Listened;
struct SilenceJudgement;

// What came of a batch.
struct Accepted {
    std::size_t fresh = 0;            // statements nobody had seen
    std::size_t edited = 0;           // new revisions of known ones
    std::size_t matches = 0;          // (statement, rule) pairs that may alert
    std::size_t alerts = 0;           // opened
    std::vector<Decision> decisions;  // what became of each match
};

// How a batch is to be taken.
struct Intake {
    SourceInfo source;
    std::string account_key;     // pinned one
    bool baseline = false;       // store, never alert (but for `backfill`)
    bool cursor_changed = true;  // false: without new statements there is nothing to commit
    Duration max_age{};
    std::optional<Duration> backfill;
    std::vector<Form> ignore;  // forms that are stored but match no rule
    std::string lang;          // declared by the operator for this source
};

// The intake, top to bottom: normalise, ask what is known, match, find or open stories and alerts,
// route, and commit everything in one transaction. One batch at a time, so that what two sources
// say at once is one story.
class Pipeline {
  public:
    Pipeline(
        boost::asio::any_io_executor executor,
        Store& store,
        Clock& clock,
        Random& random,
        Metrics& metrics,
        std::function<void()> wake_dispatcher
    );
    // `keeper` instead of the store. `history`: what watches over time look at; null when no rule
    // is one. Both outlive the pipeline.
    Pipeline(
        boost::asio::any_io_executor executor,
        Keeper& keeper,
        Store* history,
        Clock& clock,
        Random& random,
        Metrics& metrics,
        std::function<void()> wake_dispatcher
    );

    awaitable<Result<Accepted>> accept(SnapshotPtr snapshot, Intake intake, Batch batch);
    // Whether a source is silent for too long for a `silent` rule; opens the alert where it is.
    awaitable<Result<SilenceJudgement>> judge_silence(
        SnapshotPtr snapshot, std::string rule, Listened source
    );

  private:
    class Turn;
    struct Work;

    awaitable<void> idle();
    awaitable<Result<Accepted>> accept_in_turn(SnapshotPtr snapshot, Intake intake, Batch batch);
    awaitable<Result<void>> ask_statements(Work& work);
    awaitable<Result<void>> ask_stories(Work& work);
    void find_changes(Work& work);
    void match(Work& work);
    awaitable<Result<void>> watch(Work& work);
    static std::vector<Match> every_match(const Work& work, const Statement& statement);
    static void note_watch(Work& work, KnownAlert& alert, const Firing* firing);
    void tell(Work& work);

    std::unique_ptr<Keeper> own_keeper_;
    Keeper& keeper_;
    Store* history_;
    Clock& clock_;
    Random& random_;
    Metrics& metrics_;
    std::function<void()> wake_dispatcher_;
    bool busy_ = false;
    boost::asio::steady_timer turn_;  // cancelled when the turn is free
};

}  // namespace spokeswatch
