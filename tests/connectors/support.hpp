#pragma once

#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "base/clock.hpp"
#include "connectors/kinds.hpp"
#include "tests/support/fake_http.hpp"
#include "tests/support/fixtures.hpp"
#include "tests/support/run.hpp"

namespace spokeswatch::testing {

// 2023-03-17 12:00:00 UTC, a Friday.
inline const Time noon{std::chrono::seconds(1'679'054'400)};

inline SourceConfig source_of(
    const std::string& kind, const std::string& option, std::string value
) {
    SourceConfig source;
    source.name.value = "test";
    source.kind.value = kind;
    source.poll_interval = std::chrono::minutes(10);
    source.poll_timeout = std::chrono::seconds(30);
    source.options.set(option, std::move(value), Span());
    return source;
}

// A connector on a scripted network and a clock that stands still.
struct Scripted {
    Scripted(const SourceConfig& source, MakeConnector* make) : clock(noon) {
        ConnectorDeps deps;
        deps.http = &http;
        deps.clock = &clock;
        connector = make(source, deps);
    }

    Result<Batch> poll(Cursor since = {}) { return run(io, connector->poll(std::move(since))); }
    Result<Presence> presence(std::string native_id) {
        return run(io, connector->presence(std::move(native_id), ""));
    }

    boost::asio::io_context io;
    ManualClock clock;
    FakeHttp http;
    std::unique_ptr<Connector> connector;
};

// One answer through the parser of a kind.
inline Result<Batch> parse_answer(
    ParseRecorded* parse, const SourceConfig& source, std::string body, int status = 200
) {
    ParseInput input;
    input.source = &source;
    input.now = noon;
    input.response.status = status;
    input.response.body = std::move(body);
    return parse(input);
}

// The same for a recorded file: a whole answer in .http, else the body of one.
inline Result<Batch> parse_file(
    ParseRecorded* parse,
    const SourceConfig& source,
    const std::filesystem::path& path,
    int status = 200
) {
    std::string bytes = read_file(path);
    if (path.extension() != ".http") return parse_answer(parse, source, std::move(bytes), status);
    auto recorded = parse_recorded_response(bytes);
    if (!recorded) return recorded.error();
    ParseInput input;
    input.source = &source;
    input.now = noon;
    input.response = std::move(*recorded);
    return parse(input);
}

inline std::vector<std::string> native_ids(const Batch& batch) {
    std::vector<std::string> ids;
    for (const Statement& statement : batch.statements) ids.push_back(statement.native_id);
    return ids;
}

inline int count_late(const Batch& batch) {
    int count = 0;
    for (const Statement& statement : batch.statements) count += statement.late ? 1 : 0;
    return count;
}

inline const Statement& statement_of(const Batch& batch, const std::string& id) {
    for (const Statement& statement : batch.statements) {
        if (statement.native_id == id) return statement;
    }
    throw std::runtime_error("no statement " + id);
}

}  // namespace spokeswatch::testing
