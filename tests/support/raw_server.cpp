#include "tests/support/raw_server.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <mutex>
#include <thread>
#include <utility>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/system/system_error.hpp>

namespace spokeswatch::testing {

namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;
using boost::system::error_code;

struct RawServer::Impl {
    Impl(Answer a, RawOptions o) : answer(std::move(a)), options(std::move(o)), acceptor(io) {}

    Answer answer;
    RawOptions options;
    asio::io_context io;
    tcp::acceptor acceptor;
    ssl::context tls{ssl::context::tls_server};
    std::thread thread;
    mutable std::mutex mutex;
    std::vector<std::string> requests;
    int connections = 0;
};

namespace {

std::size_t body_length(const std::string& head) {
    std::string lower = head;
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    });
    const std::size_t at = lower.find("\r\ncontent-length:");
    if (at == std::string::npos) return 0;
    return std::stoul(lower.substr(at + 17));
}

// One whole request from the front of `buffer`; empty when the client left.
template <class Stream>
awaitable<std::string> read_request(Stream& stream, std::string& buffer) {
    std::array<char, 4096> block;
    while (true) {
        const std::size_t head = buffer.find("\r\n\r\n");
        const std::size_t size =
            head == std::string::npos ? 0 : head + 4 + body_length(buffer.substr(0, head + 2));
        if (head != std::string::npos && buffer.size() >= size) {
            std::string request = buffer.substr(0, size);
            buffer.erase(0, size);
            co_return request;
        }
        const std::size_t count =
            co_await stream.async_read_some(asio::buffer(block), use_awaitable);
        buffer.append(block.data(), count);
    }
}

template <class Stream>
awaitable<void> send_all(Stream& stream, const RawReply& reply) {
    const std::size_t step = reply.piece_bytes == 0 ? reply.bytes.size() : reply.piece_bytes;
    asio::steady_timer timer(stream.get_executor());
    for (std::size_t at = 0; at < reply.bytes.size(); at += step) {
        if (at > 0 && reply.pause.count() > 0) {
            timer.expires_after(reply.pause);
            co_await timer.async_wait(use_awaitable);
        }
        const std::size_t size = std::min(step, reply.bytes.size() - at);
        co_await asio::async_write(
            stream, asio::buffer(reply.bytes.data() + at, size), use_awaitable
        );
    }
    while (reply.endless) {
        const std::string more = reply.endless();
        if (more.empty()) break;
        co_await asio::async_write(stream, asio::buffer(more), use_awaitable);
        if (reply.pause.count() > 0) {
            timer.expires_after(reply.pause);
            co_await timer.async_wait(use_awaitable);
        }
    }
}

template <class Stream>
awaitable<void> wait_for_end(Stream& stream) {
    std::array<char, 4096> block;
    while (true) co_await stream.async_read_some(asio::buffer(block), use_awaitable);
}

tcp::socket& bottom(tcp::socket& socket) { return socket; }
tcp::socket& bottom(ssl::stream<tcp::socket>& stream) { return stream.next_layer(); }

// True: another request may come on this connection.
template <class Stream>
awaitable<bool> finish(Stream& stream, After after) {
    tcp::socket& socket = bottom(stream);
    error_code ignored;
    if (after == After::read_next) co_return true;
    if (after == After::hang) co_await wait_for_end(stream);
    if (after == After::reset) {
        socket.set_option(asio::socket_base::linger(true, 0), ignored);
        socket.close(ignored);
        co_return false;
    }
    if constexpr (!std::is_same_v<Stream, tcp::socket>) {
        if (after == After::close) co_await stream.async_shutdown(use_awaitable);
    }
    // The client closes first or reads the end: no byte that it sent late turns this into an RST.
    socket.shutdown(tcp::socket::shutdown_send, ignored);
    co_await wait_for_end(socket);
    co_return false;
}

template <class Stream>
awaitable<void> talk(RawServer::Impl& server, Stream& stream, int connection) {
    if (!server.options.greeting.empty()) {
        co_await asio::async_write(stream, asio::buffer(server.options.greeting), use_awaitable);
    }
    std::string buffer;
    bool more = true;
    while (more) {
        const std::string request = co_await read_request(stream, buffer);
        {
            const std::lock_guard lock(server.mutex);
            server.requests.push_back(request);
        }
        const RawReply reply = server.answer(request, connection);
        co_await send_all(stream, reply);
        more = co_await finish(stream, reply.after);
    }
}

awaitable<void> pump(tcp::socket& from, tcp::socket& to) {
    std::array<char, 4096> block;
    while (true) {
        const std::size_t count = co_await from.async_read_some(asio::buffer(block), use_awaitable);
        co_await asio::async_write(to, asio::buffer(block.data(), count), use_awaitable);
    }
}

// What a proxy does after CONNECT.
awaitable<void> tunnel(RawServer::Impl& server, tcp::socket client) {
    using asio::experimental::awaitable_operators::operator&&;
    std::string buffer;
    const std::string request = co_await read_request(client, buffer);
    {
        const std::lock_guard lock(server.mutex);
        server.requests.push_back(request);
    }
    tcp::socket target(server.io);
    const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), server.options.tunnel_port);
    co_await target.async_connect(endpoint, use_awaitable);
    const std::string answer = "HTTP/1.1 200 Connection established\r\n\r\n";
    co_await asio::async_write(client, asio::buffer(answer), use_awaitable);
    auto up = pump(client, target);
    auto down = pump(target, client);
    co_await (std::move(up) && std::move(down));
}

awaitable<void> serve(RawServer::Impl& server, tcp::socket socket, int connection) {
    try {
        if (server.options.silent) {
            co_await wait_for_end(socket);
        } else if (server.options.tunnel_port != 0) {
            co_await tunnel(server, std::move(socket));
        } else if (server.options.certificate_file.empty()) {
            co_await talk(server, socket, connection);
        } else {
            ssl::stream<tcp::socket> stream(std::move(socket), server.tls);
            co_await stream.async_handshake(ssl::stream_base::server, use_awaitable);
            co_await talk(server, stream, connection);
        }
    } catch (const boost::system::system_error&) {
        // The client went away or refused the handshake: that is what many tests are about.
    }
}

awaitable<void> accept_all(RawServer::Impl& server) {
    while (true) {
        tcp::socket socket = co_await server.acceptor.async_accept(use_awaitable);
        error_code ignored;
        socket.set_option(tcp::no_delay(true), ignored);
        int connection = 0;
        {
            const std::lock_guard lock(server.mutex);
            connection = server.connections++;
        }
        asio::co_spawn(server.io, serve(server, std::move(socket), connection), asio::detached);
    }
}

int choose_alpn(
    SSL*,
    const unsigned char** out,
    unsigned char* length,
    const unsigned char*,
    unsigned,
    void* own
) {
    const auto& name = *static_cast<const std::string*>(own);
    *out = reinterpret_cast<const unsigned char*>(name.data());
    *length = static_cast<unsigned char>(name.size());
    return SSL_TLSEXT_ERR_OK;
}

void set_up_tls(RawServer::Impl& server) {
    const RawOptions& options = server.options;
    server.tls.use_certificate_chain_file(options.certificate_file);
    server.tls.use_private_key_file(options.key_file, ssl::context::pem);
    SSL_CTX* handle = server.tls.native_handle();
    if (options.tls_version_max != 0) {
        SSL_CTX_set_security_level(handle, 0);
        SSL_CTX_set_min_proto_version(handle, 0);
        SSL_CTX_set_max_proto_version(handle, options.tls_version_max);
    }
    if (!options.alpn.empty()) {
        SSL_CTX_set_alpn_select_cb(handle, choose_alpn, &server.options.alpn);
    }
}

}  // namespace

RawServer::RawServer(Answer answer, RawOptions options)
    : impl_(std::make_unique<Impl>(std::move(answer), std::move(options))) {
    if (!impl_->options.certificate_file.empty()) set_up_tls(*impl_);
    const tcp::endpoint endpoint(asio::ip::make_address(impl_->options.address), 0);
    impl_->acceptor.open(endpoint.protocol());
    impl_->acceptor.set_option(tcp::acceptor::reuse_address(true));
    impl_->acceptor.bind(endpoint);
    impl_->acceptor.listen();
    asio::co_spawn(impl_->io, accept_all(*impl_), asio::detached);
    impl_->thread = std::thread([this] { impl_->io.run(); });
}

RawServer::~RawServer() {
    impl_->io.stop();
    impl_->thread.join();
}

std::uint16_t RawServer::port() const { return impl_->acceptor.local_endpoint().port(); }

std::string RawServer::url(const std::string& path, const std::string& host) const {
    const RawOptions& options = impl_->options;
    const bool v6 = options.address.find(':') != std::string::npos;
    const std::string own = v6 ? "[" + options.address + "]" : options.address;
    return (options.certificate_file.empty() ? "http://" : "https://") +
           (host.empty() ? own : host) + ":" + std::to_string(port()) + path;
}

std::vector<std::string> RawServer::requests() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->requests;
}

int RawServer::connections() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->connections;
}

std::string http_ok(const std::string& body, const std::string& headers) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers +
           "\r\n" + body;
}

}  // namespace spokeswatch::testing
