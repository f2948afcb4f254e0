#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "base/async.hpp"
#include "base/result.hpp"
#include "net/http_client.hpp"

namespace spokeswatch {

// What a client of our own endpoints sent. `path` is decoded once and starts with '/'. HEAD arrives
// as GET: the server leaves the body of the answer out.
struct ServerRequest {
    std::string method;
    std::string path;
    std::string query;  // after '?', as sent
    Headers headers;
    std::string body;
    bool from_loopback = false;

    [[nodiscard]] std::optional<std::string> header(std::string_view name) const {
        return find_header(headers, name);
    }
};

struct ServerResponse {
    int status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
    Headers headers;
};

struct ServerLimits {
    std::size_t connections_max = 256;
    std::size_t head_bytes_max = 16 * 1024;
    std::size_t body_bytes_max = 64 * 1024;
    std::chrono::milliseconds idle{15'000};  // for a request head or body, and between requests
};

// A small HTTP/1.1 server for the daemon's own endpoints and for loopback imitations.
class HttpServer {
  public:
    using Handler = std::function<awaitable<ServerResponse>(ServerRequest)>;

    HttpServer(boost::asio::any_io_executor executor, Handler handler, ServerLimits limits = {});
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    // Binds "127.0.0.1:8317", "[::1]:0", "localhost:80", ":80" (every address). Port 0 takes a free
    // one: see port().
    Result<void> listen(const std::string& address);
    [[nodiscard]] std::uint16_t port() const;

    // Serves until cancelled; then closes every connection.
    awaitable<void> run();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace spokeswatch
