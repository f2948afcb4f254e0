#pragma once

#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include "base/async.hpp"
#include "base/result.hpp"

namespace spokeswatch {

// Throws operation_aborted when the calling coroutine was cancelled. For use after an operation
// whose error code was taken as a value.
awaitable<void> throw_if_stopped();

// Runs `task`, which must not throw, and cancels it after `limit`. False: the limit came first.
awaitable<bool> finished_within(std::chrono::milliseconds limit, awaitable<void> task);

// Turns whatever a task does into a value, so that it can be raced: `a() || timer` waits for the
// first success, and a task that throws would look like a timeout.
template <typename T>
awaitable<void> settle(
    awaitable<Result<T>> task, std::optional<Result<T>>* result, std::exception_ptr* thrown
) {
    try {
        auto value = co_await std::move(task);
        result->emplace(std::move(value));
    } catch (...) {
        *thrown = std::current_exception();
    }
}

// The result of `task`, or `expired` when it took longer than `limit`; the task is then cancelled
// and has ended. A socket whose operation was cancelled must be closed.
template <typename T>
awaitable<Result<T>> with_timeout(
    std::chrono::milliseconds limit, awaitable<Result<T>> task, Error expired
) {
    if (limit <= std::chrono::milliseconds::zero()) co_return expired;
    std::optional<Result<T>> result;
    std::exception_ptr thrown;
    auto settled = settle(std::move(task), &result, &thrown);
    const bool finished = co_await finished_within(limit, std::move(settled));
    if (result) co_return std::move(*result);
    if (thrown && finished) std::rethrow_exception(thrown);
    co_await throw_if_stopped();
    co_return expired;
}

}  // namespace spokeswatch
