#include "net/connect.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "net/transport.hpp"
#include "net/with_timeout.hpp"

namespace spokeswatch {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::milliseconds attempt_delay{250};  // RFC 8305 section 5
constexpr std::size_t attempts_max = 8;

// The attempts under way. Their handlers share it with the coroutine, which may be gone first.
struct Race {
    explicit Race(const asio::any_io_executor& executor) : wake(executor) {}

    asio::steady_timer wake;
    std::vector<std::unique_ptr<tcp::socket>> sockets;
    std::size_t pending = 0;
    std::optional<std::size_t> winner;
    error_code failure;

    void close_others() {
        for (std::size_t i = 0; i < sockets.size(); ++i) {
            error_code ignored;
            if (winner != i) sockets[i]->close(ignored);
        }
    }
};

// Closes what is left of a race in every way out, cancellation included.
struct CloseAtEnd {
    explicit CloseAtEnd(std::shared_ptr<Race> r) : race(std::move(r)) {}
    ~CloseAtEnd() { race->close_others(); }
    CloseAtEnd(const CloseAtEnd&) = delete;
    CloseAtEnd& operator=(const CloseAtEnd&) = delete;
    std::shared_ptr<Race> race;
};

void start_attempt(const std::shared_ptr<Race>& race, const tcp::endpoint& endpoint) {
    const std::size_t index = race->sockets.size();
    race->sockets.push_back(std::make_unique<tcp::socket>(race->wake.get_executor()));
    ++race->pending;
    race->sockets.back()->async_connect(endpoint, [race, index](const error_code& error) {
        --race->pending;
        if (!error && !race->winner) {
            race->winner = index;
        } else if (error && (!race->failure || error != asio::error::network_unreachable)) {
            race->failure = error;
        }
        race->wake.cancel();
    });
}

}  // namespace

Addresses interleave_families(const Addresses& addresses) {
    Addresses first;
    Addresses second;
    for (const auto& address : addresses) {
        (address.is_v6() == addresses.front().is_v6() ? first : second).push_back(address);
    }
    Addresses mixed;
    for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
        if (i < first.size()) mixed.push_back(first[i]);
        if (i < second.size()) mixed.push_back(second[i]);
    }
    return mixed;
}

Result<void> check_addresses(const Addresses& addresses, AddressRule rule) {
    for (const auto& address : addresses) {
        const std::string what = refused_as(address, rule);
        if (what.empty()) continue;
        const std::string text = address.to_string() + " is " + what;
        const bool may_be_allowed = refused_as(address, AddressRule::any_but_metadata).empty();
        return Error{ErrorKind::rejected, text + (may_be_allowed ? " (allow_private is off)" : "")};
    }
    return {};
}

awaitable<Result<tcp::socket>> connect_any(Addresses addresses, std::uint16_t port) {
    const auto executor = co_await asio::this_coro::executor;
    addresses = interleave_families(addresses);
    if (addresses.size() > attempts_max) addresses.resize(attempts_max);
    const auto race = std::make_shared<Race>(executor);
    const CloseAtEnd guard(race);

    for (std::size_t next = 0;;) {
        if (next < addresses.size()) start_attempt(race, tcp::endpoint(addresses[next++], port));
        if (next < addresses.size()) {
            race->wake.expires_after(attempt_delay);
        } else {
            race->wake.expires_at(asio::steady_timer::time_point::max());
        }
        error_code woken;
        co_await race->wake.async_wait(asio::redirect_error(use_awaitable, woken));
        co_await throw_if_stopped();
        if (race->winner) break;
        if (race->pending == 0 && next >= addresses.size()) {
            co_return Error{ErrorKind::network, "cannot connect: " + race->failure.message()};
        }
    }
    tcp::socket socket = std::move(*race->sockets[*race->winner]);
    error_code ignored;
    socket.set_option(tcp::no_delay(true), ignored);
    co_return socket;
}

}  // namespace spokeswatch
