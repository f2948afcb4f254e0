#pragma once

#include <memory>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "base/clock.hpp"
#include "net/http_client.hpp"
#include "net/http_client_parts.hpp"
#include "net/resolver.hpp"
#include "tests/support/run.hpp"

namespace spokeswatch::testing {

// A client on a loop of its own, for requests to loopback servers one after the other.
class HttpBench {
  public:
    explicit HttpBench(HttpClientOptions options = {}, Lookup lookup = lookup_by_system)
        : client_(make_http_client_with(
              io.get_executor(), clock_, std::move(options), std::move(lookup)
          )) {}

    // A request to a server of the test: private addresses allowed, no spacing.
    static HttpRequest request(std::string url) {
        HttpRequest request(std::move(url));
        request.allow_private = true;
        request.min_gap = std::chrono::milliseconds(0);
        return request;
    }

    Result<HttpResponse> send(HttpRequest request) {
        return run(io, client_->send(std::move(request)));
    }
    Result<HttpResponse> get(std::string url) { return send(request(std::move(url))); }

    [[nodiscard]] HttpClient& client() { return *client_; }

    boost::asio::io_context io;

  private:
    SystemClock clock_;
    std::unique_ptr<HttpClient> client_;
};

}  // namespace spokeswatch::testing
