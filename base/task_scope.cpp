#include "base/task_scope.hpp"

#include <cstdlib>
#include <exception>
#include <iterator>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/system/system_error.hpp>

#include "base/check.hpp"
#include "base/log.hpp"

namespace spokeswatch {

namespace asio = boost::asio;

namespace {

// Lets an end by cancellation pass; everything else that a task throws is a bug of ours.
void require_regular_end(const std::string& name, const std::exception_ptr& thrown) {
    if (!thrown) return;
    std::string what = "an unknown exception";
    try {
        std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted) return;
        what = error.what();
    } catch (const std::exception& error) {
        what = error.what();
    } catch (...) {
    }
    log_error("a task ended with an exception", {{"task", name}, {"error", what}});
    std::abort();
}

}  // namespace

TaskScope::TaskScope(asio::any_io_executor executor)
    : executor_(std::move(executor)), idle_(executor_, asio::steady_timer::time_point::max()) {}

TaskScope::~TaskScope() { check(tasks_.empty(), "a task outlives its scope"); }

void TaskScope::spawn(std::string name, awaitable<void> task) {
    tasks_.emplace_back();
    const auto entry = std::prev(tasks_.end());
    entry->name = std::move(name);

    auto ended = [this, entry](const std::exception_ptr& thrown) {
        require_regular_end(entry->name, thrown);
        // One turn later: Asio 1.26 may have queued a cancellation that points into the signal.
        asio::post(executor_, [this, entry] {
            tasks_.erase(entry);
            if (tasks_.empty()) idle_.cancel();
        });
    };
    asio::co_spawn(
        executor_,
        std::move(task),
        asio::bind_cancellation_slot(entry->stop.slot(), std::move(ended))
    );
    if (cancelled_) entry->stop.emit(asio::cancellation_type::terminal);
}

void TaskScope::cancel() {
    cancelled_ = true;
    // `terminal` is the only type that co_spawn hands on to the coroutine.
    for (Task& task : tasks_) task.stop.emit(asio::cancellation_type::terminal);
}

awaitable<void> TaskScope::join() {
    while (!tasks_.empty()) {
        boost::system::error_code woken;
        co_await idle_.async_wait(asio::redirect_error(use_awaitable, woken));
    }
}

}  // namespace spokeswatch
