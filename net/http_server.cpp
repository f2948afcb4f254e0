#include "net/http_server.hpp"

#include <charconv>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "base/log.hpp"
#include "base/task_scope.hpp"
#include "net/http_session.hpp"
#include "net/with_timeout.hpp"

namespace spokeswatch {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::chrono::seconds accept_pause{1};  // when file descriptors have run out

// "host:port" with the brackets of an IPv6 address taken off.
std::optional<std::pair<std::string, std::uint16_t>> split_address(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos) return std::nullopt;
    std::string host = text.substr(0, colon);
    if (host.starts_with('[') != host.ends_with(']')) return std::nullopt;
    if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
    unsigned port = 0;
    const char* end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data() + colon + 1, end, port);
    if (parsed.ec != std::errc() || parsed.ptr != end || port > 65535) return std::nullopt;
    return std::pair(host, static_cast<std::uint16_t>(port));
}

}  // namespace

struct HttpServer::Impl {
    Impl(asio::any_io_executor e, Handler h, ServerLimits l)
        : handler(std::move(h)), limits(l), acceptor(e), sessions(e) {}

    // A client above the limit is told so and let go; nothing is read from it.
    static void turn_away(tcp::socket socket) {
        error_code ignored;
        socket.non_blocking(true, ignored);
        const std::string wire = busy_answer();
        socket.write_some(asio::buffer(wire), ignored);
    }

    awaitable<void> accept_all();

    Handler handler;
    ServerLimits limits;
    tcp::acceptor acceptor;
    TaskScope sessions;
};

awaitable<void> HttpServer::Impl::accept_all() {
    while (true) {
        error_code error;
        tcp::socket socket =
            co_await acceptor.async_accept(asio::redirect_error(use_awaitable, error));
        co_await throw_if_stopped();
        if (error) {
            // Out of descriptors or memory: a pause, not a busy loop.
            asio::steady_timer pause(acceptor.get_executor(), accept_pause);
            co_await pause.async_wait(use_awaitable);
            continue;
        }
        if (sessions.size() >= limits.connections_max) {
            turn_away(std::move(socket));
            continue;
        }
        socket.set_option(tcp::no_delay(true), error);
        sessions.spawn("http client", serve_http(std::move(socket), &handler, limits));
    }
}

HttpServer::HttpServer(asio::any_io_executor executor, Handler handler, ServerLimits limits)
    : impl_(std::make_unique<Impl>(std::move(executor), std::move(handler), limits)) {}

HttpServer::~HttpServer() = default;

Result<void> HttpServer::listen(const std::string& address) {
    const auto parts = split_address(address);
    const std::string where = "cannot listen on " + printable(address, 128) + ": ";
    if (!parts) return Error{ErrorKind::network, where + "it is not HOST:PORT"};
    error_code error;
    const std::string host = parts->first == "localhost" ? "127.0.0.1" : parts->first;
    const bool anywhere = host.empty() || host == "*";
    const auto ip = anywhere ? asio::ip::address(asio::ip::address_v6::any())
                             : asio::ip::make_address(host, error);
    if (error) return Error{ErrorKind::network, where + "the host is not an address"};

    const tcp::endpoint endpoint(ip, parts->second);
    tcp::acceptor& acceptor = impl_->acceptor;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error && ip.is_v6()) acceptor.set_option(asio::ip::v6_only(!anywhere), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
        error_code ignored;
        acceptor.close(ignored);
        return Error{ErrorKind::network, where + error.message()};
    }
    return {};
}

std::uint16_t HttpServer::port() const {
    error_code unknown;
    const auto endpoint = impl_->acceptor.local_endpoint(unknown);
    return unknown ? std::uint16_t{0} : endpoint.port();
}

awaitable<void> HttpServer::run() {
    std::exception_ptr ended;
    try {
        co_await impl_->accept_all();
    } catch (...) {
        ended = std::current_exception();
    }
    // From here on the cancellation has been heard; the clients still need their turns to end.
    co_await asio::this_coro::reset_cancellation_state();
    error_code ignored;
    impl_->acceptor.close(ignored);
    impl_->sessions.cancel();
    co_await impl_->sessions.join();
    if (ended) std::rethrow_exception(ended);
}

}  // namespace spokeswatch
