#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/task_scope.hpp"
#include "connectors/kinds.hpp"
#include "daemon/pipeline.hpp"
#include "daemon/snapshot.hpp"
#include "daemon/unread_answers.hpp"
#include "store/store.hpp"

namespace spokeswatch {

// How long a source that failed `failures` times in a row rests before it is tried again. Never
// for good: even what is gone is looked at once a day.
Duration backoff(const Error& error, int failures, Duration interval, Random& random);

// Where a source stands, for status.
struct SourceStatus {
    SourceRecord record;
    std::string kind;
    Duration interval{};
    std::optional<Time> next_poll_at;
    std::vector<std::string> notes;  // of the last poll
    std::string body_file;           // of the last answer that could not be read; may be empty
    std::string quiet;               // why it says too little; empty: it does not
};

// So many failures in a row are more than an accident.
inline constexpr int failures_notable = 3;

// Polls every source of the snapshot, each in a task of its own, so that a slow or hostile one
// delays nobody. What comes goes through the pipeline; what fails is recorded, logged when it
// starts and when it ends, and tried again after its backoff.
class Poller {
  public:
    Poller(
        boost::asio::any_io_executor executor,
        Store& store,
        Clock& clock,
        Random& random,
        Metrics& metrics,
        HttpClient& http,
        Pipeline& pipeline
    );

    // Reads where each source stands and starts the tasks.
    awaitable<Result<void>> start(SnapshotPtr snapshot);
    // Where answers are kept that could not be read, from the next start() on.
    void keep_unread(UnreadAnswers answers) { unread_ = std::move(answers); }
    // Stops reading a source, or reads it now and goes on; the store remembers it. False: there is
    // no such source.
    awaitable<Result<bool>> pause(std::string name, bool paused);
    // Ends all tasks; a batch that is being committed is committed. start() may follow: a reload.
    awaitable<void> stop();
    [[nodiscard]] std::vector<SourceStatus> status() const;
    // Whether every source that is due was asked, or is being asked within a sensible time.
    [[nodiscard]] bool moving() const;

  private:
    struct Watch;
    using WatchPtr = std::shared_ptr<Watch>;

    void run(const WatchPtr& watch, Duration first_delay);
    awaitable<void> watch(WatchPtr watch, Duration first_delay, std::uint64_t turn);
    awaitable<Duration> poll_once(WatchPtr watch);
    awaitable<Duration> take(WatchPtr watch, Batch batch);
    awaitable<void> fail(WatchPtr watch, Error error, Duration delay);
    awaitable<void> keep_records();
    awaitable<void> save_records();
    void adopt(Watch& watch, const std::string& account_key);
    void mark_late(const Watch& watch, Batch& batch) const;

    boost::asio::any_io_executor executor_;
    Store& store_;
    Clock& clock_;
    Random& random_;
    Metrics& metrics_;
    HttpClient& http_;
    Pipeline& pipeline_;
    std::map<std::string, WatchPtr> watches_;
    std::vector<SourceRecord> records_;  // of every source the store knows, at start
    std::optional<UnreadAnswers> unread_;
    std::unique_ptr<TaskScope> tasks_;
};

}  // namespace spokeswatch
