#pragma once

#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "base/async.hpp"
#include "base/check.hpp"

namespace spokeswatch::testing {

// Runs one coroutine to its end on `io` and rethrows what it threw. Other tasks on `io` run beside
// it and are left where they stand.
inline void run(boost::asio::io_context& io, awaitable<void> task) {
    std::exception_ptr failure;
    bool done = false;
    boost::asio::co_spawn(io, std::move(task), [&](std::exception_ptr error) {
        failure = error;
        done = true;
    });
    io.restart();
    while (!done && io.run_one() > 0) {
    }
    if (failure) std::rethrow_exception(failure);
    check(done, "the coroutine waits for something that never comes");
}

template <typename T>
awaitable<void> keep(awaitable<T> task, std::optional<T>& into) {
    into.emplace(co_await std::move(task));
}

template <typename T>
T run(boost::asio::io_context& io, awaitable<T> task) {
    std::optional<T> result;
    run(io, keep(std::move(task), result));
    return std::move(*result);
}

}  // namespace spokeswatch::testing
