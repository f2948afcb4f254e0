#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/statement.hpp"
#include "net/http_client.hpp"
#include "tests/connectors/support.hpp"
#include "tests/support/raw_server.hpp"

namespace spokeswatch::testing {

// A connector, the real HTTP client and a service on loopback that answers by path. The options
// that are named hold the service's address.
class Imitation {
  public:
    Imitation(
        SourceConfig source, MakeConnector* make, const std::vector<std::string>& address_options
    )
        : clock(noon),
          server_([this](const std::string& request, int) { return reply(request); }),
          http_(make_http_client(io_.get_executor(), clock, {})) {
        source.allow_private = true;
        for (const std::string& option : address_options) {
            source.options.set(option, server_.url(""), Span());
        }
        ConnectorDeps deps;
        deps.http = http_.get();
        deps.clock = &clock;
        connector_ = make(source, deps);
    }

    // From now on, for every path that begins so; the longest beginning decides.
    void serve(const std::string& path, const std::string& body, int status = 200) {
        const std::lock_guard lock(mutex_);
        answers_[path] = "HTTP/1.1 " + std::to_string(status) +
                         " Answer\r\nContent-Type: application/json\r\nContent-Length: " +
                         std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    Result<Batch> poll(Cursor since = {}) { return run(io_, connector_->poll(std::move(since))); }
    Result<Presence> presence(std::string native_id) {
        return run(io_, connector_->presence(std::move(native_id), ""));
    }
    [[nodiscard]] std::vector<std::string> requests() const { return server_.requests(); }

    ManualClock clock;

  private:
    RawReply reply(const std::string& request) {
        const auto start = request.find(' ') + 1;
        const std::string_view path =
            std::string_view(request).substr(start, request.find(' ', start) - start);
        const std::lock_guard lock(mutex_);
        RawReply reply;
        reply.bytes = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
        reply.after = After::read_next;
        for (const auto& [beginning, bytes] : answers_) {
            if (path.starts_with(beginning)) reply.bytes = bytes;
        }
        return reply;
    }

    std::mutex mutex_;
    std::map<std::string, std::string> answers_;  // in order: the longest that fits comes last
    RawServer server_;
    boost::asio::io_context io_;
    std::unique_ptr<HttpClient> http_;
    std::unique_ptr<Connector> connector_;
};

// Everything that a poll hands on: to the store, the log and the status page.
inline std::string everything(const Result<Batch>& result) {
    if (!result) return result.error().message;
    std::string all = result->account_key;
    for (const Statement& statement : result->statements) {
        all += to_json(statement, true) + statement.raw;
    }
    for (const auto& [key, value] : result->next.state) all += key + value;
    for (const std::string& id : result->next.seen) all += id;
    for (const std::string& note : result->notes) all += note;
    return all;
}

inline std::vector<std::string> ids_of(const Batch& batch) {
    std::vector<std::string> ids;
    for (const Statement& statement : batch.statements) ids.push_back(statement.native_id);
    return ids;
}

inline Result<Batch> parse_body(
    ParseRecorded* parse, const SourceConfig& source, std::string body, int status = 200
) {
    ParseInput input;
    input.source = &source;
    input.now = noon;
    input.response.status = status;
    input.response.body = std::move(body);
    return parse(input);
}

// Whatever is cut off, there is an answer or an error with words.
inline bool survives_cuts(ParseRecorded* parse, const SourceConfig& source, std::string_view body) {
    for (std::size_t size = 0; size <= body.size(); ++size) {
        auto batch = parse_body(parse, source, std::string(body.substr(0, size)));
        if (!batch && batch.error().message.empty()) return false;
    }
    return true;
}

// A recorded file: a whole answer in .http, else the body of a good one.
inline Result<Batch> parse_recording(
    ParseRecorded* parse, const SourceConfig& source, const std::filesystem::path& file
) {
    if (file.extension() != ".http") return parse_body(parse, source, read_file(file));
    ParseInput input;
    input.source = &source;
    input.now = noon;
    auto response = parse_recorded_response(read_file(file));
    if (!response) return response.error();
    input.response = std::move(*response);
    return parse(input);
}

}  // namespace spokeswatch::testing
