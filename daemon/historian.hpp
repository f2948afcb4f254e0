#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "daemon/snapshot.hpp"
#include "store/store.hpp"

namespace spokeswatch {

// Counts the archive for subjects that are new, or were changed by a reload, so that a watch knows
// the past without waiting for it. What comes in meanwhile is counted in its turn: revisions are
// counted in the order of the archive, each once, whoever counts them.
class Historian {
  public:
    Historian(boost::asio::any_io_executor executor, Store& store);

    // The configuration from here on; wakes run().
    void use(SnapshotPtr snapshot);
    // For ever.
    awaitable<void> run();
    // Until everything is counted, or the store fails.
    awaitable<Result<void>> catch_up(SnapshotPtr snapshot);

  private:
    Store& store_;
    SnapshotPtr snapshot_;
    bool waiting_ = false;  // a snapshot that nobody looked at yet
    boost::asio::steady_timer wake_;
};

}  // namespace spokeswatch
