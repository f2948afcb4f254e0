#pragma once

#include <chrono>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/async.hpp"

namespace spokeswatch {

// Something that coroutines wait for on one io_context. It has no memory: check the condition,
// wait, check again. All waiters wake, in the order in which they came.
class AsyncEvent {
  public:
    explicit AsyncEvent(const boost::asio::any_io_executor& executor)
        : timer_(executor, boost::asio::steady_timer::time_point::max()) {}

    void notify() { timer_.cancel(); }
    // Returns after the next notify(), or when the event is destroyed. Cancellation throws.
    awaitable<void> wait();

  private:
    boost::asio::steady_timer timer_;
};

}  // namespace spokeswatch
