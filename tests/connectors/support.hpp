#pragma once

#include <memory>
#include <string>
#include <utility>

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

    boost::asio::io_context io;
    ManualClock clock;
    FakeHttp http;
    std::unique_ptr<Connector> connector;
};

}  // namespace spokeswatch::testing
