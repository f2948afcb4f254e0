#pragma once

#include <list>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/async.hpp"

namespace spokeswatch {

// Owns running coroutines: nothing in the program is detached. Stop means cancel, then join.
// All calls on one io_context thread. A task that ends with operation_aborted ended by
// cancellation; any other exception is a bug of ours: it is logged with the task's name and the
// process ends.
class TaskScope {
  public:
    explicit TaskScope(boost::asio::any_io_executor executor);
    ~TaskScope();  // every task must have ended
    TaskScope(const TaskScope&) = delete;
    TaskScope& operator=(const TaskScope&) = delete;

    void spawn(std::string name, awaitable<void> task);
    void cancel();           // asks every task to end; later spawns are cancelled at once
    awaitable<void> join();  // returns when no task runs
    [[nodiscard]] std::size_t size() const { return tasks_.size(); }

  private:
    struct Task {
        std::string name;
        boost::asio::cancellation_signal stop;
    };
    boost::asio::any_io_executor executor_;
    std::list<Task> tasks_;
    boost::asio::steady_timer idle_;
    bool cancelled_ = false;
};

}  // namespace spokeswatch
