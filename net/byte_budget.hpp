#pragma once

#include <cstddef>
#include <list>
#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "base/async.hpp"
#include "base/result.hpp"
#include "net/async_event.hpp"

namespace spokeswatch {

// How many decoded bytes all answers under way may hold together. Small answers are free, so that
// hostile big ones never delay an ordinary source; a bigger one waits for its turn. When all that
// hold bytes wait for each other, the biggest gives up.
class ByteBudget {
  public:
    static constexpr std::size_t free_bytes = 64 * 1024;

    ByteBudget(boost::asio::any_io_executor executor, std::size_t bytes_max);

    struct State;
    // What one answer holds; given back when it goes. May outlive the budget.
    class Share {
      public:
        explicit Share(ByteBudget& budget);
        ~Share();
        Share(const Share&) = delete;
        Share& operator=(const Share&) = delete;

        // Waits until the answer may grow to `total` bytes. `too_large` when it never may.
        awaitable<Result<void>> grow_to(std::size_t total);

      private:
        friend struct State;
        std::shared_ptr<State> state_;
        std::list<Share*>::iterator entry_;
        std::size_t held_ = 0;
        bool waiting_ = false;
        bool must_give_up_ = false;
        AsyncEvent changed_;
    };

  private:
    std::shared_ptr<State> state_;
};

}  // namespace spokeswatch
