#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/async.hpp"
#include "base/metrics.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "net/http_server.hpp"

namespace spokeswatch {

// What the daemon lends to its endpoints.
struct ApiBackend {
    struct Outcome {
        bool ok = true;
        std::string text;  // for people
    };
    std::function<bool()> ready;
    std::function<awaitable<std::string>()> metrics;  // text exposition format
    std::function<awaitable<std::string>()> status;   // JSON of /api/v1/status
    std::function<awaitable<Outcome>()> reload;
    // Dead notifications of a receiver, or one by its key, are tried again. How many.
    std::function<awaitable<Result<std::size_t>>(std::string)> retry;
    // A paused receiver is tried at once. How many of its targets were paused.
    std::function<awaitable<Result<std::size_t>>(std::string)> resume;
    // Stops (true) or goes on reading a source. False: there is no such source.
    std::function<awaitable<Result<bool>>(std::string, bool)> pause_source;
    std::function<Secret()> token;               // empty: changes from loopback only
    std::function<std::string()> external_host;  // host of web.external_url; may be empty
};

// Header that a changing request must carry where no token is set. A page in a browser cannot send
// it to another origin.
inline constexpr std::string_view request_header = "X-Spokeswatch-Request";

//   GET  /-/healthy /-/ready /metrics /api/v1/status
//   POST /-/reload /api/v1/notifications/retry {"what": ...} /api/v1/receivers/resume {"name": ...}
//        /api/v1/sources/pause /api/v1/sources/resume {"name": ...}
HttpServer::Handler make_api(ApiBackend backend, Metrics& metrics);

}  // namespace spokeswatch
