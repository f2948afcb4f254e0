#include "tests/bench/match_report.hpp"

#include <cstdio>
#include <fstream>

#include <boost/json.hpp>

namespace spokeswatch::testing {

namespace json = boost::json;

void MatchReport::section(const std::string& title) {
    section_ = title;
    std::printf("\n%s\n", title.c_str());
    std::printf(
        "%9s  %-38s %12s %9s %7s %9s %10s\n",
        "phrases",
        "",
        "statements/s",
        "us each",
        "+-",
        "of first",
        "found each"
    );
}

void MatchReport::rows(std::size_t phrases, const std::vector<Candidate>& candidates) {
    for (const Candidate& candidate : candidates) {
        const double of_first = candidate.microseconds() / candidates.front().microseconds();
        const double each =
            static_cast<double>(candidate.found) / static_cast<double>(candidate.statements);
        std::printf(
            "%9zu  %-38s %12.0f %9.3f %6.1f%% %8.2fx %10.2f\n",
            phrases,
            candidate.name.c_str(),
            1e6 / candidate.microseconds(),
            candidate.microseconds(),
            candidate.spread(),
            of_first,
            each
        );
        json::object row;
        row["section"] = section_;
        row["phrases"] = phrases;
        row["candidate"] = candidate.name;
        row["statements_per_second"] = 1e6 / candidate.microseconds();
        row["microseconds"] = candidate.microseconds();
        row["spread_percent"] = candidate.spread();
        row["found"] = candidate.found;
        rows_.push_back(std::move(row));
    }
    std::fflush(stdout);
}

void MatchReport::figure(const std::string& name, double value, const std::string& unit) {
    std::printf("%9s  %-38s %12.3f %s\n", "", name.c_str(), value, unit.c_str());
    json::object row;
    row["section"] = section_;
    row["figure"] = name;
    row["value"] = value;
    row["unit"] = unit;
    rows_.push_back(std::move(row));
    std::fflush(stdout);
}

void MatchReport::write(const std::string& file) const {
    std::ofstream(file) << json::serialize(rows_) << '\n';
}

}  // namespace spokeswatch::testing
