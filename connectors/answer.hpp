#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "config/config.hpp"
#include "connectors/kinds.hpp"
#include "net/http_client.hpp"

// What every connector that speaks HTTP does the same way: the request that carries a source's
// settings, and the meaning of a status.

namespace spokeswatch {

inline constexpr std::chrono::hours retry_after_max{24};

// A GET with the source's limits, proxy, trust and User-Agent.
HttpRequest source_request(const SourceConfig& source, const ConnectorDeps& deps, std::string url);

// nullopt: 200, 203, 204, 205, 226 or 304, to be read. Otherwise what went wrong:
//   401 unauthorized, 403 and 451 forbidden, 404 server (it may come back), 410 gone, 402 quota,
//   429 rate_limited, 408 and 5xx server, 206 malformed, 3xx and other 4xx rejected;
//   a challenge page is `blocked` whatever its status.
// `Retry-After` is in the error, at most 24 h; where a 429 has none, the end of its limit by
// `limit_reset`.
std::optional<Error> answer_error(const HttpResponse& response, Time now);

// The same for an answer that should be JSON: a web page in its place is `blocked` where access is
// refused with it and else `server`, whatever its status.
std::optional<Error> json_answer_error(const HttpResponse& response, Time now);

// When the limit on requests ends, at least 1 s and at most 24 h from now, by `X-RateLimit-Reset`,
// `X-Rate-Limit-Reset`, `RateLimit-Reset` or `RateLimit` (RFC 3339, Unix seconds or seconds from
// now).
std::optional<std::chrono::seconds> limit_reset(const HttpResponse& response, Time now);

// A page that asks a browser to prove itself: by header, or by the title of an HTML body.
bool is_challenge(const HttpResponse& response);

// charset=... of the Content-Type; empty when it has none.
std::string header_charset(const HttpResponse& response);

// The body begins like a web page and not like a feed.
bool looks_like_page(std::string_view body);

// Whether what was last done at `since` (as format_time writes it; empty: never) is due again.
bool is_due(const std::string& since, Duration every, Time now);

}  // namespace spokeswatch
