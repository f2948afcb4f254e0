#pragma once

// The two Asio names that every folder uses. Boost 1.81's Asio needs the completion token spelled
// out: `co_await timer.async_wait(use_awaitable)`.
//
// House rule for g++ 12 (it destroys some temporaries of an awaiting expression twice): no braces
// and no capturing lambda between `co_await` and its `;`. Name the argument on the line above.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace spokeswatch {

template <typename T>
using awaitable = boost::asio::awaitable<T>;
using boost::asio::use_awaitable;

}  // namespace spokeswatch
