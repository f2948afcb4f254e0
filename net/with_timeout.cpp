#include "net/with_timeout.hpp"

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

namespace spokeswatch {

namespace asio = boost::asio;

namespace {

awaitable<void> wait_quietly(std::chrono::milliseconds limit) {
    const auto executor = co_await asio::this_coro::executor;
    asio::steady_timer timer(executor, limit);
    boost::system::error_code stopped;
    co_await timer.async_wait(asio::redirect_error(use_awaitable, stopped));
}

}  // namespace

awaitable<void> throw_if_stopped() {
    const asio::cancellation_state state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() == asio::cancellation_type::none) co_return;
    throw boost::system::system_error(asio::error::operation_aborted);
}

awaitable<bool> finished_within(std::chrono::milliseconds limit, awaitable<void> task) {
    using asio::experimental::awaitable_operators::operator||;
    auto timer = wait_quietly(limit);
    auto race = std::move(task) || std::move(timer);
    const auto first = co_await std::move(race);
    co_return first.index() == 0;
}

}  // namespace spokeswatch
