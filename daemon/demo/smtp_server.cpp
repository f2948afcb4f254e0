#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>

#include "daemon/demo/inbox.hpp"

namespace spokeswatch::demo {

namespace {

constexpr std::size_t line_bytes_max = 64 * 1024;
using boost::asio::ip::tcp;

// A line of the client without its end; empty and `error` set when the connection is gone.
awaitable<std::string> read_line(
    tcp::socket& socket, std::string& buffer, boost::system::error_code& error
) {
    const std::size_t length = co_await boost::asio::async_read_until(
        socket,
        boost::asio::dynamic_buffer(buffer, line_bytes_max),
        "\r\n",
        boost::asio::redirect_error(use_awaitable, error)
    );
    std::string line;
    if (!error) {
        line = buffer.substr(0, length - 2);
        buffer.erase(0, length);
    }
    co_return line;
}

awaitable<void> say(tcp::socket& socket, std::string line, boost::system::error_code& error) {
    line += "\r\n";
    co_await boost::asio::async_write(
        socket, boost::asio::buffer(line), boost::asio::redirect_error(use_awaitable, error)
    );
}

}  // namespace

SmtpServer::SmtpServer(
    boost::asio::any_io_executor executor, std::function<void(std::string)> taken
)
    : acceptor_(executor, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)),
      taken_(std::move(taken)),
      talks_(executor) {}

std::uint16_t SmtpServer::port() const { return acceptor_.local_endpoint().port(); }

awaitable<void> SmtpServer::run() {
    for (;;) {
        boost::system::error_code error;
        tcp::socket socket =
            co_await acceptor_.async_accept(boost::asio::redirect_error(use_awaitable, error));
        if (error == boost::asio::error::operation_aborted) break;
        if (!error) talks_.spawn("mail", talk(std::move(socket)));
    }
    talks_.cancel();
    co_await talks_.join();
}

awaitable<void> SmtpServer::talk(tcp::socket socket) {
    boost::system::error_code error;
    std::string buffer;
    co_await say(socket, "220 demo ESMTP", error);
    while (!error) {
        const std::string line = co_await read_line(socket, buffer, error);
        if (error) co_return;
        const std::string verb = line.substr(0, 4);
        if (verb == "EHLO" || verb == "HELO") {
            co_await say(socket, "250 demo", error);
        } else if (verb == "DATA") {
            co_await say(socket, "354 go ahead", error);
            std::string message;
            for (;;) {
                std::string text = co_await read_line(socket, buffer, error);
                if (error || text == ".") break;
                if (text.starts_with('.')) text.erase(0, 1);
                message += text + "\r\n";
            }
            if (error) co_return;
            taken_(std::move(message));
            co_await say(socket, "250 2.0.0 taken", error);
        } else if (verb == "QUIT") {
            co_await say(socket, "221 bye", error);
            co_return;
        } else {
            co_await say(socket, "250 2.0.0 ok", error);
        }
    }
}

}  // namespace spokeswatch::demo
