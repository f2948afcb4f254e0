#include "connectors/x_answer.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "connectors/answer.hpp"

namespace spokeswatch {

namespace {

struct Problem {
    std::string_view type;   // last part of its URI
    std::string_view title;  // the same without a type; empty: none
    ErrorKind kind;
    std::string_view words;
};
constexpr std::array problems{
    Problem{
        "usage-capped",
        "UsageCapExceeded",
        ErrorKind::quota,
        "the monthly cap of posts is reached; raise it at developer.x.com or wait for the next "
        "month"},
    Problem{
        "credits",
        "CreditsDepleted",
        ErrorKind::quota,
        "the prepaid credits are used up; buy more at developer.x.com"},
    Problem{
        "client-forbidden",
        "Client Forbidden",
        ErrorKind::forbidden,
        "the developer app may not use this API; attach it to a project at developer.x.com"},
    Problem{
        "not-authorized-for-resource",
        "Authorization Error",
        ErrorKind::forbidden,
        "X does not show it to this token: it is protected, withheld or suspended"},
    Problem{
        "resource-not-found", "Not Found Error", ErrorKind::gone, "X has no such account or post"},
    Problem{
        "streaming-connection",
        "ConnectionException",
        ErrorKind::rate_limited,
        "another program holds the connection that this token may have"},
    Problem{"invalid-request", "Invalid Request", ErrorKind::rejected, "X refuses the request"},
};

const Problem* find_problem(Json json) {
    std::string type = json["type"].text();
    std::string title = json["title"].text();
    std::string_view last = std::string_view(type).substr(type.rfind('/') + 1);
    for (const Problem& problem : problems) {
        if (last == problem.type || title == problem.title) return &problem;
    }
    return nullptr;
}

// What is wrong by the body alone: its own problem, or the first of its `errors`.
std::optional<Error> problem_in(Json root) {
    Json first = root;
    auto errors = root["errors"].items();
    if (find_problem(root) == nullptr && !errors.empty()) first = errors.front();
    const Problem* problem = find_problem(first);
    if (problem == nullptr) return std::nullopt;
    Error error;
    error.kind = problem->kind;
    error.message = problem->words;
    if (problem->kind == ErrorKind::gone && first["title"].text() == "Forbidden") {
        error.message = "the account is suspended";
    }
    error.request_sent = true;
    return error;
}

constexpr std::array field_parameters{
    std::string_view("tweet.fields"),
    std::string_view("post.fields"),
    std::string_view("expansions")};

template <typename Names>
bool refuses(const HttpResponse& response, Names names) {
    if (response.status != 400) return false;
    auto document = parse_json(response.body, "an error");
    if (!document) return false;
    auto errors = document->root()["errors"].items();
    return std::any_of(errors.begin(), errors.end(), names);
}

}  // namespace

Result<JsonDocument> read_x_document(const HttpResponse& response, Time now) {
    auto error = json_answer_error(response, now);
    if (error && (error->kind == ErrorKind::blocked || looks_like_page(response.body))) {
        return *error;
    }
    auto document = parse_json(response.body, "an answer of X");
    if (!error) return document;
    if (response.status == 401) {
        error->message = "X does not accept the bearer token";
    } else if (response.status == 404) {
        error->kind = ErrorKind::gone;
        error->message = "X has no such account or address (HTTP 404)";
    }
    auto problem = document ? problem_in(document->root()) : std::nullopt;
    if (problem && response.status < 500) {
        error->kind = problem->kind;
        error->message = problem->message + " (HTTP " + std::to_string(response.status) + ")";
    }
    if (error->kind == ErrorKind::quota) error->retry_after.reset();
    return *error;
}

std::optional<Error> x_refusal(Json root) {
    if (root["data"] || root["meta"]) return std::nullopt;
    if (auto problem = problem_in(root)) return problem;
    // A recorded problem without its status line.
    auto status = root["status"].number();
    auto errors = root["errors"].items();
    HttpResponse response;
    if (status && *status >= 400 && *status < 600) response.status = static_cast<int>(*status);
    if (!errors.empty() && errors.front()["code"].id() == "88") response.status = 429;
    if (response.status == 0 && errors.empty()) return std::nullopt;
    return response.status == 0
               ? Error{ErrorKind::malformed, "expected posts, got errors that nobody knows"}
               : answer_error(response, Time());
}

bool refuses_fields(const HttpResponse& response) {
    return refuses(response, [](Json error) {
        std::string message = error["message"].text();
        return std::any_of(field_parameters.begin(), field_parameters.end(), [&](auto name) {
            return error["parameters"][name] || message.find(name) != std::string::npos;
        });
    });
}

bool refuses_since_id(const HttpResponse& response) {
    return refuses(response, [](Json error) { return bool(error["parameters"]["since_id"]); });
}

}  // namespace spokeswatch
