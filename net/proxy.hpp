#pragma once

#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "base/async.hpp"
#include "base/result.hpp"
#include "net/url_target.hpp"

namespace spokeswatch {

// "Basic ..." for `Proxy-Authorization`; empty when the proxy needs none.
std::string proxy_credentials(const UrlTarget& proxy);

// Asks a proxy for a tunnel to `authority` ("host:port") with CONNECT (RFC 9110 section 9.3.6) and
// gives the socket back when it stands.
awaitable<Result<boost::asio::ip::tcp::socket>> open_tunnel(
    boost::asio::ip::tcp::socket socket, std::string authority, std::string credentials
);

}  // namespace spokeswatch
