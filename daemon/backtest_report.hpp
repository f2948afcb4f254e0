#pragma once

#include <optional>
#include <string>

#include "daemon/backtest.hpp"

namespace spokeswatch {

// What `backtest` prints.
struct BacktestReport {
    std::size_t statements = 0;
    Time first{}, last{};  // of the statements
    const Backtest* test = nullptr;
    std::optional<BacktestDifference> difference;
};

std::string to_json(const BacktestReport& report);
// Rules with their counts and days, receivers, what was held; then the difference.
std::string to_text(const BacktestReport& report);

}  // namespace spokeswatch
