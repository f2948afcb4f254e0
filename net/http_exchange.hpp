#pragma once

#include <cstddef>
#include <string>

#include "base/async.hpp"
#include "base/result.hpp"
#include "net/byte_budget.hpp"
#include "net/http_client.hpp"
#include "net/transport.hpp"

namespace spokeswatch {

// How far one request came on one connection: what a retry and an Error depend on.
struct Progress {
    std::size_t written = 0;    // bytes of the request that the system took
    bool request_sent = false;  // all of them
    bool answer_began = false;  // at least one byte came back
    bool reusable = false;      // the connection may carry another request
};

// The request as it goes over the wire. `target` is the path, or the whole URL for a proxy;
// `extra` holds header lines of the client. Refuses headers with line breaks.
Result<std::string> wire_form(
    const HttpRequest& request,
    const std::string& host,
    const std::string& target,
    const Headers& extra
);

// Writes the request and reads its answer under the request's limits; the limit of the whole is
// the caller's. The pointers must outlive the call.
awaitable<Result<HttpResponse>> exchange(
    Transport* transport,
    const HttpRequest* request,
    std::string wire,
    ByteBudget* budget,
    Progress* progress
);

}  // namespace spokeswatch
