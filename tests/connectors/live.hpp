#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <utility>

#include "net/http_client.hpp"
#include "tests/connectors/support.hpp"
#include "tests/support/raw_server.hpp"

namespace spokeswatch::testing {

// A connector, the real HTTP client and a server on loopback that gives queued answers in their
// order, and 404 when none is left. The source's `base_url` is the server's.
class Live {
  public:
    Live(SourceConfig source, MakeConnector* make)
        : clock(noon),
          server_([this](const std::string&, int) { return next(); }),
          http_(make_http_client(io_.get_executor(), clock, {})) {
        source.allow_private = true;
        source.options.set("base_url", server_.url(""), Span());
        ConnectorDeps deps;
        deps.http = http_.get();
        deps.clock = &clock;
        connector_ = make(source, deps);
    }

    void answer(int status, const std::string& body) {
        const std::lock_guard lock(mutex_);
        answers_.push_back(
            "HTTP/1.1 " + std::to_string(status) +
            " Answer\r\nContent-Type: application/json\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body
        );
    }
    Result<Batch> poll(Cursor since = {}) { return run(io_, connector_->poll(std::move(since))); }
    Result<Presence> presence(std::string native_id) {
        return run(io_, connector_->presence(std::move(native_id), ""));
    }
    // Head and body of a request, counted from 0.
    [[nodiscard]] std::string request(std::size_t number) const {
        return server_.requests().at(number);
    }

    ManualClock clock;

  private:
    RawReply next() {
        const std::lock_guard lock(mutex_);
        RawReply reply;
        reply.bytes = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
        reply.after = After::read_next;
        if (answers_.empty()) return reply;
        reply.bytes = std::move(answers_.front());
        answers_.pop_front();
        return reply;
    }

    std::mutex mutex_;
    std::deque<std::string> answers_;
    RawServer server_;
    boost::asio::io_context io_;
    std::unique_ptr<HttpClient> http_;
    std::unique_ptr<Connector> connector_;
};

}  // namespace spokeswatch::testing
