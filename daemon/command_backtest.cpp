#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <utility>

#include "base/clock.hpp"
#include "daemon/backtest.hpp"
#include "daemon/backtest_report.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_codes.hpp"
#include "daemon/input.hpp"
#include "daemon/past.hpp"
#include "daemon/progress.hpp"
#include "daemon/run_here.hpp"

namespace spokeswatch {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds bar_quiet{500};

struct Played {
    std::string problem;
    std::size_t statements = 0;
    Time first{}, last{};
    double seconds = 0;
};

awaitable<Played> play(Past& past, std::vector<Backtest*> tests) {
    Played played;
    ProgressBar bar("backtest", past.total(), bar_quiet);
    const Time now = SystemClock().now();
    const auto started = SteadyClock::now();
    const auto seconds = [started] {
        return std::chrono::duration<double>(SteadyClock::now() - started).count();
    };
    Arrival arrival;
    while (past.next(arrival)) {
        for (Backtest* test : tests) {
            auto taken = co_await test->take(arrival);
            if (!taken) {
                played.problem = taken.error().message;
                co_return played;
            }
        }
        if (arrival.mode == ArrivalMode::before) continue;
        if (const auto at = arrival.at(now)) {
            if (played.first == Time{}) played.first = *at;
            played.last = std::max(played.last, *at);
        }
        if (++played.statements % 256 != 0 || past.total() == 0) continue;
        const std::string rate = rate_text(played.statements, past.done(), past.total(), seconds());
        bar.update(past.done(), std::to_string(played.statements) + " statements, " + rate);
    }
    for (Backtest* test : tests) test->finish();
    played.seconds = seconds();
    played.problem = past.problem();
    co_return played;
}

std::vector<std::filesystem::path> as_list(const std::string& file) {
    if (file.empty()) return {};
    return {file};
}

}  // namespace

int run_backtest(const CommonOptions& given, const BacktestOptions& options) {
    // Rules over files need no configuration; the archive does.
    const bool alone = !options.rules.empty() && !options.files.empty();
    const CommonOptions common = alone ? config_if_there(given) : given;
    ArchiveFilter filter;
    if (!options.since.empty() && !(filter.since = time_option("--since", options.since)))
        return exit_usage;
    if (!options.until.empty() && !(filter.until = time_option("--until", options.until)))
        return exit_usage;
    const auto snapshot = load_for(common, false, as_list(options.rules));
    if (!snapshot) return exit_config;
    std::shared_ptr<Snapshot> other;
    if (!options.diff.empty()) {
        other = load_for(common, false, as_list(options.diff));
        if (!other) return exit_config;
    }
    std::unique_ptr<Past> past;
    if (options.files.empty()) {
        auto database = Database::open_read_only(snapshot->config.storage.path);
        if (!database) {
            std::cerr << "spokeswatch: " << database.error().message << '\n';
            return exit_no_input;
        }
        past = archive_past(std::move(*database), filter);
    } else {
        past = file_past(options.files, filter);
        if (!past) return exit_no_input;
    }

    boost::asio::io_context io(1);
    Backtest test(io.get_executor(), snapshot);
    std::unique_ptr<Backtest> other_test;
    std::vector<Backtest*> tests{&test};
    if (other) {
        other_test = std::make_unique<Backtest>(io.get_executor(), other);
        tests.push_back(other_test.get());
    }
    const Played played = run_here(io, play(*past, tests));
    if (!played.problem.empty()) {
        std::cerr << "spokeswatch: " << played.problem << '\n';
        return exit_io;
    }
    BacktestReport report;
    report.statements = played.statements;
    report.first = played.first;
    report.last = played.last;
    report.test = &test;
    if (other) report.difference = difference(test.alerts(), other_test->alerts());
    std::cout << (common.json ? to_json(report) + '\n' : to_text(report)) << std::flush;
    std::cerr << played.statements << " statements in " << std::llround(played.seconds * 1000)
              << " ms";
    if (played.seconds > 0)
        std::cerr << " (" << std::llround(static_cast<double>(played.statements) / played.seconds)
                  << "/s)";
    std::cerr << '\n';
    return report.difference && !report.difference->empty() ? exit_no : exit_ok;
}

}  // namespace spokeswatch
