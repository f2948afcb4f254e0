#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"
#include "model/statement.hpp"

namespace spokeswatch::testing {

// A matcher that tries everything at every place: what the rule language says, as plainly as it can
// be written down, to hold the engine to. It shares tokenising, surface texts and regular
// expressions with it, and nothing of rules/.
class NaiveMatcher {
  public:
    explicit NaiveMatcher(const Config& config) : config_(config) {}

    // Names of the rules that are true of the statement, in their order.
    [[nodiscard]] std::vector<std::string> match(const Statement& statement) const;

  private:
    const Config& config_;
};

// A condition as one line, for messages.
std::string shown(const MatchNode& node);

}  // namespace spokeswatch::testing
