#pragma once

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "daemon/backtest.hpp"
#include "daemon/past.hpp"
#include "tests/support/fixtures.hpp"
#include "tests/support/run.hpp"

namespace spokeswatch::testing {

// A configuration as people write it.
inline std::shared_ptr<Snapshot> snapshot_of(const std::string& yaml) {
    const TempDir directory;
    LoadOptions options;
    options.file = directory.path() / "spokeswatch.yml";
    options.kinds = kind_specs();
    options.read_secrets = false;
    std::ofstream(options.file) << yaml;
    Diagnostics diagnostics;
    auto snapshot = load_snapshot(options, diagnostics);
    INFO(render(diagnostics, DiagnosticFormat::short_lines));
    REQUIRE(snapshot);
    return snapshot;
}

inline std::vector<Arrival> all_of(std::unique_ptr<Past> past) {
    REQUIRE(past);
    std::vector<Arrival> arrivals;
    for (Arrival arrival; past->next(arrival);) arrivals.push_back(arrival);
    REQUIRE(past->problem().empty());
    return arrivals;
}

// Rules over statements of the past, to the end.
struct BacktestBench {
    boost::asio::io_context io;
    Backtest test;

    BacktestBench(std::shared_ptr<const Snapshot> snapshot, const std::vector<Arrival>& arrivals)
        : test(io.get_executor(), std::move(snapshot)) {
        for (const Arrival& arrival : arrivals) REQUIRE(run(io, test.take(arrival)));
        test.finish();
    }
};

}  // namespace spokeswatch::testing
