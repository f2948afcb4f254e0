#include "net/proxy.hpp"

#include <array>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>

#include "base/crypto.hpp"
#include "net/http_response.hpp"
#include "net/transport.hpp"

namespace spokeswatch {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

std::string proxy_credentials(const UrlTarget& proxy) {
    return proxy.user_info.empty() ? std::string() : "Basic " + base64(proxy.user_info);
}

awaitable<Result<tcp::socket>> open_tunnel(
    tcp::socket socket, std::string authority, std::string credentials
) {
    std::string ask = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n";
    if (!credentials.empty()) ask += "Proxy-Authorization: " + credentials + "\r\n";
    ask += "\r\n";
    error_code error;
    co_await asio::async_write(
        socket, asio::buffer(ask), asio::redirect_error(use_awaitable, error)
    );
    if (error) co_return socket_error(error);

    const HttpLimits limits;
    ResponseParser parser(limits, true);
    std::string unparsed;
    std::array<char, 1024> buffer;
    while (!parser.done()) {
        const std::size_t count = co_await socket.async_read_some(
            asio::buffer(buffer), asio::redirect_error(use_awaitable, error)
        );
        if (error == asio::error::eof) {
            co_return Error{ErrorKind::network, "closed the connection without an answer"};
        }
        if (error) co_return socket_error(error);
        unparsed.append(buffer.data(), count);
        auto used = parser.put(unparsed);
        if (!used) co_return used.error();
        unparsed.erase(0, *used);
    }
    if (parser.status() / 100 != 2) {
        co_return Error{
            ErrorKind::network, "refused the tunnel with " + std::to_string(parser.status())};
    }
    // The server behind it speaks only when spoken to: such bytes are the proxy's own.
    if (!unparsed.empty()) co_return Error{ErrorKind::malformed, "sent bytes ahead of the tunnel"};
    co_return socket;
}

}  // namespace spokeswatch
