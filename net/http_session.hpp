#pragma once

#include <string>

#include <boost/asio/ip/tcp.hpp>

#include "base/async.hpp"
#include "net/http_server.hpp"

namespace spokeswatch {

// One client of the server: reads requests, asks the handler, writes answers, until the client
// leaves, a limit is reached or the coroutine is cancelled. The handler must outlive it.
awaitable<void> serve_http(
    boost::asio::ip::tcp::socket socket, const HttpServer::Handler* handler, ServerLimits limits
);

// What a client is told for which there is no room.
std::string busy_answer();

}  // namespace spokeswatch
