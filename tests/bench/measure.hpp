#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace spokeswatch::testing {

// CPU seconds, user and system, of this process so far.
double cpu_seconds();

// What `work` found, so that nothing is optimised away, and what it cost where that is not the CPU
// time of this process: another program was run.
struct Work {
    std::size_t found = 0;
    double cpu_s = -1;
};

struct Candidate {
    std::string name;
    std::function<Work()> work;
    std::size_t statements = 0;  // that one run of `work` looks at

    std::vector<double> seconds{};  // of each round, rising after measure()
    std::size_t found = 0;

    Candidate(std::string called, std::size_t looks_at, std::function<Work()> does)
        : name(std::move(called)), work(std::move(does)), statements(looks_at) {}
    [[nodiscard]] double median() const { return seconds[seconds.size() / 2]; }
    [[nodiscard]] double microseconds() const {
        return median() / static_cast<double>(statements) * 1e6;
    }
    // Half of what lies between the slowest and the fastest round, in percent of the median.
    [[nodiscard]] double spread() const {
        return (seconds.back() - seconds.front()) / 2 / median() * 100;
    }
};

// Every candidate once a round, in turn, so that what disturbs the machine disturbs all alike.
void measure(std::vector<Candidate>& candidates, int rounds);

// Runs a program to its end with its output in `out`; CPU seconds of it, below 0 when it cannot be
// run.
double run_program(const std::vector<std::string>& command, std::string& out);

}  // namespace spokeswatch::testing
