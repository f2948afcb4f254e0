#include "net/async_event.hpp"

#include <boost/asio/redirect_error.hpp>

#include "net/with_timeout.hpp"

namespace spokeswatch {

awaitable<void> AsyncEvent::wait() {
    boost::system::error_code woken;
    co_await timer_.async_wait(boost::asio::redirect_error(use_awaitable, woken));
    // The event may be gone by now: nothing below touches it.
    co_await throw_if_stopped();
}

}  // namespace spokeswatch
