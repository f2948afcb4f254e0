#pragma once

#include <optional>

#include "base/result.hpp"
#include "base/time.hpp"
#include "connectors/json.hpp"
#include "net/http_client.hpp"

// What the X API v2 says when it does not say what was asked for: by status, by a "problem"
// (RFC 9457) in the body, or by `errors` beside the data. None of its own words are passed on.

namespace spokeswatch {

// The document of an answer with a good status.
//   quota: credits or the monthly cap are used up; waiting for the rate limit does not help;
//   forbidden: the developer app is not enrolled; gone: 404; the rest as answer_error has it.
Result<JsonDocument> read_x_document(const HttpResponse& response, Time now);

// A document that holds a problem in place of data, as X sends it with status 200 for accounts and
// posts that it does not show.
std::optional<Error> x_refusal(Json root);

// Whether an answer of status 400 refuses the names of the fields: the other dialect is wanted.
bool refuses_fields(const HttpResponse& response);
// Whether it refuses `since_id`, as one that is too old.
bool refuses_since_id(const HttpResponse& response);

}  // namespace spokeswatch
