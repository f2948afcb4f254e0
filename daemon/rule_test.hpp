#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/test_file.hpp"
#include "daemon/snapshot.hpp"

namespace spokeswatch {

// One thing that was expected and is otherwise.
struct TestFailure {
    Span span;         // of what was expected
    std::string what;  // "at 12m: alert visits   severity: expected critical, got warning"
    std::string why;   // "kremlin at 12m matched everything but `near`: 31 words apart, limit 25"
};

// Plays the statements of a test through the daemon's intake and dispatcher (Simulation) and
// compares the alerts that are open at each expectation, field by field. An error is the store's.
Result<std::vector<TestFailure>> play_test(
    const std::shared_ptr<Snapshot>& snapshot, const TestCase& test
);

// A test and how it went, for a report.
struct TestReport {
    std::string file;
    std::string name;
    std::size_t line = 0;
    double seconds = 0;
    std::vector<TestFailure> failures;
};

// JUnit's XML, as CI systems read it: a suite for every file.
std::string junit_xml(const std::vector<TestReport>& reports);

}  // namespace spokeswatch
