#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace spokeswatch {

// What the world did to us. Each kind has one reaction (see `daemon/poller` for sources and
// `alerts/dispatcher` for receivers) and is also the value of the metric label `error`.
enum class ErrorKind {
    network,       // refused, reset, no route, name not found
    timeout,       // a limit in time was reached, the minimum rate included
    tls,           // certificate, host name or protocol version refused
    rate_limited,  // told to wait; `retry_after` says how long when the service said so
    unauthorized,  // the credential is missing, wrong or expired
    forbidden,     // the credential is good, the thing is not ours to read
    gone,          // the account, channel or page does not exist any more
    blocked,       // a challenge page, captcha or login wall stands in the way
    quota,         // the paid or daily quota of a credential is used up
    server,        // 5xx
    rejected,      // any other 4xx, or an address that the private-address rule refuses
    malformed,     // bytes that are not what was asked for (framing, syntax, wrong document)
    too_large,     // a size, ratio, depth or count limit was reached
    storage,       // the database refused
};

std::string_view to_string(ErrorKind kind);
std::optional<ErrorKind> parse_error_kind(std::string_view text);

// One failure. `message` is a sentence for people: what was expected, what came, where. It never
// holds a token, a query string or raw bytes of a source.
struct Error {
    ErrorKind kind = ErrorKind::network;
    std::string message;
    std::optional<std::chrono::seconds> retry_after = std::nullopt;
    bool request_sent = false;  // the whole request went out before it failed: it may be acted on
};

}  // namespace spokeswatch
