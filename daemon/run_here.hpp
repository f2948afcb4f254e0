#pragma once

#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/async.hpp"
#include "base/check.hpp"

namespace spokeswatch {

template <typename T>
awaitable<void> keep_result(awaitable<T> task, std::optional<T>& into) {
    into.emplace(co_await std::move(task));
}

// For verbs that need a loop for one job: runs the task on `io` until it ends and returns what it
// returned, or throws what it threw.
template <typename T>
T run_here(boost::asio::io_context& io, awaitable<T> task) {
    std::optional<T> result;
    std::exception_ptr failure;
    boost::asio::co_spawn(io, keep_result(std::move(task), result), [&](std::exception_ptr error) {
        failure = error;
        io.stop();
    });
    io.run();
    if (failure) std::rethrow_exception(failure);
    check(result.has_value(), "the loop ended before its only task");
    return std::move(*result);
}

}  // namespace spokeswatch
