#pragma once

#include <string>
#include <vector>

#include <boost/json/array.hpp>

#include "tests/bench/measure.hpp"

namespace spokeswatch::testing {

// What bench_match found: printed as it comes, and kept for a JSON file.
class MatchReport {
  public:
    void section(const std::string& title);
    // One row a candidate; the first is what the others are compared with.
    void rows(std::size_t phrases, const std::vector<Candidate>& candidates);
    void figure(const std::string& name, double value, const std::string& unit);
    void write(const std::string& file) const;

  private:
    std::string section_;
    boost::json::array rows_;
};

}  // namespace spokeswatch::testing
