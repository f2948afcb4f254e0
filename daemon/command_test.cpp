#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "base/log.hpp"
#include "config/codes.hpp"
#include "config/files.hpp"
#include "config/reader.hpp"
#include "config/test_file.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_codes.hpp"
#include "daemon/rule_test.hpp"

namespace spokeswatch {

namespace {

namespace fs = std::filesystem;

// A run over several files of tests.
class TestRun {
  public:
    // Without a configuration a file of tests stands on its `rule_files` alone.
    explicit TestRun(const CommonOptions& common) : common_(config_if_there(common)) {}

    [[nodiscard]] bool has_config() const { return !common_.config_file.empty(); }
    // The configuration with the rules of these files; null after its faults were printed.
    std::shared_ptr<Snapshot> snapshot(const std::vector<fs::path>& rule_files) {
        auto& known = snapshots_[rule_files];
        if (!known) known = load_for(common_, false, rule_files);
        return known;
    }

    // False when the file or its rules cannot be read.
    bool run(const fs::path& path) {
        Diagnostics diagnostics;
        const TestFile file = read_test_file(path, diagnostics);
        const bool alone = file.rule_files.empty() && !has_config() && !diagnostics.has_errors();
        if (alone) {
            std::cerr << "spokeswatch: " << shown_path(file.path)
                      << " names no `rule_files`, and there is no configuration (-c)\n";
            return false;
        }
        std::shared_ptr<Snapshot> rules;
        if (!diagnostics.has_errors()) {
            rules = snapshot(file.rule_files);
            if (!rules) return false;
            check_rules(file, *rules, diagnostics);
        }
        if (diagnostics.has_errors()) {
            std::cerr << render(diagnostics, DiagnosticFormat::human);
            return false;
        }
        for (const TestCase& test : file.tests) play(file, test, rules);
        return true;
    }

    void print_summary() const {
        std::cout << reports_.size() << (reports_.size() == 1 ? " test, " : " tests, ") << failed_
                  << " failed\n";
    }
    [[nodiscard]] std::size_t failed() const { return failed_; }
    [[nodiscard]] const std::vector<TestReport>& reports() const { return reports_; }

  private:
    static void check_rules(
        const TestFile& file, const Snapshot& snapshot, Diagnostics& diagnostics
    ) {
        std::vector<Located<std::string>> names;
        for (const RuleConfig& rule : snapshot.config.rules) names.push_back(rule.name);
        for (const TestCase& test : file.tests)
            for (const Expectation& expectation : test.expectations)
                for (const ExpectedAlert& alert : expectation.alerts)
                    if (!snapshot.rules.has_rule(alert.rule.value))
                        unknown_name(diagnostics, alert.rule, "rule", names);
    }

    void play(const TestFile& file, const TestCase& test, std::shared_ptr<Snapshot>& rules) {
        const auto started = std::chrono::steady_clock::now();
        auto failures = play_test(rules, test);
        TestReport report;
        report.file = shown_path(file.path);
        report.name = test.name.value;
        report.line = test.name.span.line;
        report.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
        if (failures)
            report.failures = std::move(*failures);
        else
            report.failures.push_back({test.name.span, failures.error().message, ""});
        if (!report.failures.empty()) {
            ++failed_;
            std::cout << "FAIL  " << report.file << ':' << report.failures.front().span.line << "  "
                      << printable(report.name) << '\n';
            for (const TestFailure& failure : report.failures) {
                std::cout << "  " << failure.what << '\n';
                if (!failure.why.empty()) std::cout << "  why: " << failure.why << '\n';
            }
        }
        reports_.push_back(std::move(report));
    }

    CommonOptions common_;
    std::map<std::vector<fs::path>, std::shared_ptr<Snapshot>> snapshots_;
    std::vector<TestReport> reports_;
    std::size_t failed_ = 0;
};

}  // namespace

int run_test(const CommonOptions& common, const TestOptions& options) {
    TestRun run(common);
    std::vector<fs::path> files(options.files.begin(), options.files.end());
    if (files.empty()) {
        const auto snapshot = run.snapshot({});
        if (!snapshot) return exit_config;
        files = test_files_beside(snapshot->config.files);
        if (files.empty()) {
            std::cerr << "spokeswatch: no *.test.yml stands beside the files of "
                      << common.config_file.string() << '\n';
            return exit_no_input;
        }
    }
    bool good = true;
    for (const fs::path& file : files) good = run.run(file) && good;
    if (!options.junit.empty()) {
        std::ofstream out(options.junit, std::ios::binary);
        out << junit_xml(run.reports());
        if (!out.flush()) {
            std::cerr << "spokeswatch: cannot write " << options.junit << '\n';
            return exit_io;
        }
    }
    run.print_summary();
    if (!good) return exit_config;
    return run.failed() == 0 ? exit_ok : exit_no;
}

}  // namespace spokeswatch
