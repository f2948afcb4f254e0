#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/time.hpp"
#include "net/http_client.hpp"

// What answers of Meta's Graph API say beside what was asked for: its error codes
// (developers.facebook.com/docs/graph-api/guides/error-handling) and usage headers
// (developers.facebook.com/docs/graph-api/overview/rate-limiting).

namespace spokeswatch {

// How far the limits of requests are used up, by X-App-Usage, X-Page-Usage and
// X-Business-Use-Case-Usage.
struct GraphUsage {
    double percent = 0;                          // of the limit that is nearest
    std::optional<std::chrono::minutes> regain;  // until there is access again
};
GraphUsage graph_usage(const HttpResponse& response);

struct GraphRefusal {
    Error error;
    bool missing = false;  // 100/33: no such object, or no right to it
};

// nullopt: an answer to be read. The code in the body decides, not the status. A limit ends when
// the usage headers say so, else by `Retry-After`, else in an hour. Words of the service are never
// repeated: they quote tokens.
std::optional<GraphRefusal> graph_refusal(const HttpResponse& response, Time now);

// The body without `token` and without the values of `access_token=` and `appsecret_proof=`, which
// the addresses of further pages hold.
std::string without_credentials(std::string_view body, std::string_view token);

}  // namespace spokeswatch
