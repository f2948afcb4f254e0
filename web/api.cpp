#include "web/api.hpp"

#include <utility>

#include <boost/json.hpp>

#include "base/ascii.hpp"
#include "base/crypto.hpp"

namespace spokeswatch {

namespace {

namespace json = boost::json;

ServerResponse answer(int status, std::string text) {
    ServerResponse response;
    response.status = status;
    response.body = std::move(text);
    if (!response.body.empty() && response.body.back() != '\n') response.body += '\n';
    return response;
}

ServerResponse answer_json(int status, const json::object& object) {
    ServerResponse response = answer(status, json::serialize(object));
    response.content_type = "application/json";
    return response;
}

// Host without its port, in lower case.
std::string host_name(std::string host) {
    if (host.starts_with('[')) {
        host = host.substr(0, host.find(']') + 1);
    } else {
        host = host.substr(0, host.find(':'));
    }
    return ascii_lower(host);
}

// May this request change something? nullptr: yes.
const char* refusal(const ServerRequest& request, const ApiBackend& backend, int& status) {
    const Secret token = backend.token();
    if (!token.empty()) {
        const std::string given = request.header("Authorization").value_or("");
        status = 401;
        if (!equal_constant_time(given, "Bearer " + token.reveal())) {
            return "send the token of web.auth_token as `Authorization: Bearer ...`";
        }
        return nullptr;
    }
    status = 403;
    if (!request.from_loopback) {
        return "changes are taken from this machine only; set web.auth_token_file to allow others";
    }
    if (!request.header(request_header)) {
        return "send the header X-Spokeswatch-Request: 1 (it keeps web pages out)";
    }
    // A name that was made to point at this machine is how a web page gets past the two above.
    const std::string host = host_name(request.header("Host").value_or(""));
    status = 421;
    if (host != "127.0.0.1" && host != "localhost" && host != "[::1]" &&
        host != backend.external_host()) {
        return "unknown host name";
    }
    return nullptr;
}

// The text under `key` of a small JSON object; empty when it is not there.
std::string member(const std::string& body, const char* key) {
    boost::system::error_code error;
    json::parse_options options;
    options.max_depth = 4;
    const json::value value = json::parse(body, error, {}, options);
    if (error || !value.is_object()) return "";
    const json::value* found = value.get_object().if_contains(key);
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : "";
}

ServerResponse counted(const Result<std::size_t>& count, const char* what) {
    json::object object;
    if (!count) {
        object["error"] = count.error().message;
        return answer_json(500, object);
    }
    object[what] = *count;
    return answer_json(200, object);
}

awaitable<ServerResponse> pause_source(std::string name, bool paused, const ApiBackend& backend) {
    json::object object;
    const std::string source = name;
    auto done = co_await backend.pause_source(std::move(name), paused);
    if (!done) {
        object["error"] = done.error().message;
        co_return answer_json(500, object);
    }
    if (!*done) co_return answer(404, "the daemon watches no source of this name");
    object[paused ? "paused" : "resumed"] = source;
    co_return answer_json(200, object);
}

awaitable<ServerResponse> change(ServerRequest request, const ApiBackend& backend) {
    int status = 403;
    const char* refused = refusal(request, backend, status);
    if (refused != nullptr) co_return answer(status, refused);
    if (request.path == "/-/reload") {
        ApiBackend::Outcome outcome = co_await backend.reload();
        co_return answer(outcome.ok ? 200 : 422, std::move(outcome.text));
    }
    if (request.path == "/api/v1/notifications/retry") {
        std::string what = member(request.body, "what");
        if (what.empty()) co_return answer(400, R"(send {"what": "RECEIVER or KEY"})");
        auto count = co_await backend.retry(std::move(what));
        co_return counted(count, "retried");
    }
    std::string name = member(request.body, "name");
    if (name.empty()) co_return answer(400, R"(send {"name": ...})");
    if (request.path.starts_with("/api/v1/sources/")) {
        const bool paused = request.path.ends_with("/pause");
        co_return co_await pause_source(std::move(name), paused, backend);
    }
    auto count = co_await backend.resume(std::move(name));
    co_return counted(count, "resumed");
}

bool is_change(const std::string& path) {
    return path == "/-/reload" || path == "/api/v1/notifications/retry" ||
           path == "/api/v1/receivers/resume" || path == "/api/v1/sources/pause" ||
           path == "/api/v1/sources/resume";
}

awaitable<ServerResponse> look(ServerRequest request, const ApiBackend& backend) {
    if (request.path == "/-/healthy") co_return answer(200, "healthy");
    if (request.path == "/-/ready") {
        const bool ready = backend.ready();
        co_return ready ? answer(200, "ready") : answer(503, "not ready");
    }
    ServerResponse response;
    if (request.path == "/metrics") {
        response.body = co_await backend.metrics();
        response.content_type = "text/plain; version=0.0.4; charset=utf-8";
        co_return response;
    }
    if (request.path == "/api/v1/status") {
        response.body = co_await backend.status();
        response.content_type = "application/json";
        co_return response;
    }
    co_return answer(404, "no such page");
}

awaitable<ServerResponse> route(ServerRequest request, const ApiBackend& backend) {
    const bool changes = is_change(request.path);
    const bool reads = request.method == "GET" || request.method == "HEAD";
    if (changes && request.method == "POST") co_return co_await change(std::move(request), backend);
    if (!changes && reads) co_return co_await look(std::move(request), backend);
    ServerResponse response = answer(405, changes ? "use POST" : "use GET");
    response.headers.emplace_back("Allow", changes ? "POST" : "GET, HEAD");
    co_return response;
}

class Api {
  public:
    Api(ApiBackend backend, Metrics& metrics) : backend_(std::move(backend)), metrics_(metrics) {}

    awaitable<ServerResponse> handle(ServerRequest request) const {
        ServerResponse response = co_await route(std::move(request), backend_);
        response.headers.emplace_back("X-Content-Type-Options", "nosniff");
        response.headers.emplace_back("Cache-Control", "no-store");
        metrics_.add(
            "spokeswatch_http_requests_total", {{"code", std::to_string(response.status)}}
        );
        co_return response;
    }

  private:
    ApiBackend backend_;
    Metrics& metrics_;
};

}  // namespace

HttpServer::Handler make_api(ApiBackend backend, Metrics& metrics) {
    auto api = std::make_shared<const Api>(std::move(backend), metrics);
    return [api](ServerRequest request) { return api->handle(std::move(request)); };
}

}  // namespace spokeswatch
