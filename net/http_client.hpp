#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "base/async.hpp"
#include "base/result.hpp"

namespace spokeswatch {

class Clock;

using Headers = std::vector<std::pair<std::string, std::string>>;

// First value of a header, name compared without case; nullopt when absent.
std::optional<std::string> find_header(const Headers& headers, std::string_view name);

// Limits of one request; units last. The defaults are for sources (hostile until proven dull).
struct HttpLimits {
    std::size_t head_bytes_max = 64 * 1024;
    std::size_t headers_max = 100;
    std::size_t body_bytes_max = 8 * 1024 * 1024;      // on the wire
    std::size_t decoded_bytes_max = 16 * 1024 * 1024;  // after content decoding
    std::size_t ratio_max = 100;                       // decoded : wire, after the first 64 KiB
    std::size_t informational_max = 20;                // 1xx answers
    int redirects_max = 5;
    std::chrono::milliseconds resolve{10'000};
    std::chrono::milliseconds connect{10'000};
    std::chrono::milliseconds tls{10'000};
    std::chrono::milliseconds first_byte{20'000};
    std::chrono::milliseconds whole{60'000};
    std::size_t rate_bytes_min = 256;  // per second, over any rate_window
    std::chrono::milliseconds rate_window{20'000};
};

struct HttpRequest {
    HttpRequest() = default;
    explicit HttpRequest(std::string u) : url(std::move(u)) {}

    std::string method = "GET";
    std::string url;  // http or https; non-ASCII hosts and paths are encoded by the client
    Headers headers;  // Host, Content-Length, Accept-Encoding and Connection are the client's
    std::string body;
    HttpLimits limits;
    // A body that is too long, too slow or broken is cut there, the connection closed and the
    // answer given as if it had ended: receivers need only the status. Without it that is an Error.
    bool cut_body = false;
    bool follow_redirects = true;  // receivers say false: a 3xx is then an answer like any other
    bool allow_private = false;    // private, loopback and link-local addresses may be connected to
    bool operator_target = false;  // a receiver of the configuration: only metadata is refused
    std::string proxy_url;         // http://[user:pass@]host:port; empty = direct
    std::string ca_file;           // more trust for this request (PEM); empty = system's
    std::chrono::milliseconds min_gap{1'000};  // spacing between requests to one host
    int host_connections_max = 2;
};

struct Redirect {
    int status = 0;
    std::string url;  // where it pointed, absolute
};

struct HttpResponse {
    int status = 0;
    std::string reason;
    Headers headers;
    std::string body;  // content coding removed
    std::string url;   // of the answer, after redirects
    std::vector<Redirect> redirects;

    [[nodiscard]] std::optional<std::string> header(std::string_view name) const {
        return find_header(headers, name);
    }
};

// The one way out for HTTP. Every status is an answer; an Error means that there was none
// (network, timeout, tls, malformed framing, too_large, rejected address or redirect).
class HttpClient {
  public:
    virtual ~HttpClient() = default;
    virtual awaitable<Result<HttpResponse>> send(HttpRequest request) = 0;
};

struct HttpClientOptions {
    std::string user_agent;  // sent when the request has none
    std::size_t resolver_threads = 4;
    std::chrono::seconds resolver_cache{60};
    std::size_t decoded_bytes_in_flight_max = 24 * 1024 * 1024;  // over all requests
    std::string default_ca_file;                                 // empty = the system's trust store
};

// HTTP/1.1 over TCP and TLS, keep-alive pool per host. Use from one io_context thread.
std::unique_ptr<HttpClient> make_http_client(
    boost::asio::any_io_executor executor, Clock& clock, HttpClientOptions options
);

// `Retry-After`: delta-seconds or HTTP-date (relative to `date`, the response's own Date, else
// `now`), clamped to [1 s, max]. nullopt when absent, malformed, negative or zero.
std::optional<std::chrono::seconds> retry_after(
    const HttpResponse& response, std::chrono::sys_seconds now, std::chrono::seconds max
);
// RFC 9110 HTTP-date in its three forms.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

// A whole recorded answer ("HTTP/1.1 200 OK\r\n..."), content coding removed under the same limits
// as a live one. For `parse` and for tests. A recording is edited by hand: a body that is shorter
// than its Content-Length says is taken as it is.
Result<HttpResponse> parse_recorded_response(std::string_view bytes);

// "https://api.example.org/path" of a URL with user info, query and fragment removed: what may be
// shown in a log or an error message.
std::string url_for_people(std::string_view url);

}  // namespace spokeswatch
