#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/time.hpp"
#include "config/diagnostic.hpp"
#include "model/match.hpp"
#include "model/source.hpp"
#include "model/statement.hpp"

// A file of tests for rules (`*.test.yml`): statements on a clock of their own, and the alerts that
// must be there at certain times. docs/rules.md describes it.

namespace spokeswatch {

struct TestStatement {
    Span span;
    Statement statement;           // observed_at and published_at are its time
    std::optional<Labels> labels;  // of its source
};

// A field that is not set is not compared.
struct ExpectedAlert {
    Span span;
    Located<std::string> rule;
    std::optional<Located<Severity>> severity;
    std::optional<Located<std::int64_t>> evidence_count;
    std::optional<Located<std::vector<std::string>>> evidence;   // ids or sources, oldest first
    std::optional<Located<Labels>> labels;                       // that the alert has among others
    std::optional<Located<std::vector<std::string>>> receivers;  // that were told, in any order
};

// All alerts that are open at that time, in the order of their opening.
struct Expectation {
    Span span;
    Time at{};
    std::vector<ExpectedAlert> alerts;
};

struct TestCase {
    Located<std::string> name;
    Time start_time{};
    std::vector<TestStatement> statements;  // by time
    std::vector<Expectation> expectations;  // by time
};

struct TestFile {
    std::filesystem::path path;
    std::vector<std::filesystem::path> rule_files;  // empty: the rules of the configuration
    std::vector<TestCase> tests;
};

// What is wrong is in `diagnostics`, with its place; then the result must not be used.
TestFile read_test_file(const std::filesystem::path& path, Diagnostics& diagnostics);

// Every `*.test.yml` in the folders of these files, by name.
std::vector<std::filesystem::path> test_files_beside(const std::vector<std::string>& files);

}  // namespace spokeswatch
