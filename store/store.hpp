#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/async.hpp"
#include "store/database.hpp"

namespace spokeswatch {

// A Database on the one store thread. Calls run there in the order they were made; the coroutine
// goes on where it awaited. A call that was started is finished even when its caller is cancelled:
// what is accepted is kept.
class Store {
  public:
    explicit Store(Database database);
    ~Store();  // finishes what was queued
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;
    static std::unique_ptr<Store> in_memory() {
        return std::make_unique<Store>(Database::in_memory());
    }

    // `work` runs on the store thread with the database: `co_await store.run(std::move(work))`.
    // Name the lambda on the line above and take values by copy: a cancelled caller's locals may
    // be gone while it runs.
    template <typename Work>
    awaitable<std::invoke_result_t<Work, Database&>> run(Work work) {
        using Outcome = std::invoke_result_t<Work, Database&>;
        auto initiate = [this](auto handler, Work job) {
            auto executor = boost::asio::get_associated_executor(handler);
            // The guard keeps the caller's loop alive until the answer is posted.
            auto guard = boost::asio::make_work_guard(executor);
            boost::asio::post(
                thread_,
                [this,
                 handler = std::move(handler),
                 job = std::move(job),
                 guard = std::move(guard),
                 executor]() mutable {
                    auto answer = std::make_unique<Outcome>(job(database_));
                    broken_.store(database_.broken());
                    progress_.store(std::chrono::steady_clock::now().time_since_epoch().count());
                    boost::asio::post(
                        executor,
                        [handler = std::move(handler),
                         answer = std::move(answer),
                         guard = std::move(guard)]() mutable {
                            std::move(handler)(std::move(*answer));
                        }
                    );
                }
            );
        };
        auto operation =
            boost::asio::async_initiate<const boost::asio::use_awaitable_t<>&, void(Outcome)>(
                std::move(initiate), use_awaitable, std::move(work)
            );
        co_return co_await std::move(operation);
    }

    // When the store thread last finished something: the watchdog reads it.
    [[nodiscard]] std::chrono::steady_clock::time_point last_progress() const;

    // Database::broken() after the last call: the daemon ends with 75 when it is true.
    [[nodiscard]] bool broken() const { return broken_.load(); }

  private:
    Database database_;
    std::atomic<bool> broken_ = false;
    std::atomic<std::chrono::steady_clock::rep> progress_;
    boost::asio::thread_pool thread_{1};
};

}  // namespace spokeswatch
