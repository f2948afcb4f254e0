#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include <catch2/catch.hpp>

#include "config/config.hpp"
#include "rules/rule_set.hpp"
#include "tests/support/fixtures.hpp"
#include "text/html_text.hpp"

// The labelled cases: files of rules in tests/rules/cases/, one a kind, whose `examples` say what
// every rule must find and must leave alone. An example that begins with `{"` is a statement as the
// data verbs read it, where the kind is about more than one text.

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace fs = std::filesystem;

namespace {

Statement statement_of(const std::string& example) {
    Statement statement;
    if (example.rfind("{\"", 0) != 0) {
        statement.text = example;
        return statement;
    }
    StatementInput input = statement_from_json(example);
    CAPTURE(example, input.problem);
    REQUIRE(input.statement);
    statement = std::move(*input.statement);
    if (input.html_given) statement.text = html_to_text(statement.html).text;
    return statement;
}

struct Tally {
    std::size_t right = 0, all = 0;
    std::vector<std::string> wrong;  // "file:line: ..." a case
};

// All rules of a file are compiled together, as in the service, and every text is read once by all
// of them.
Tally tally_of(const fs::path& file) {
    LoadOptions options;
    options.rule_files = {file};
    Diagnostics diagnostics;
    Config config = load_config(options, diagnostics);
    std::vector<RuleConfig> rules = config.rules;
    // Read below as statements: as examples a field would stand for any other.
    for (RuleConfig& rule : config.rules) {
        rule.examples_match.clear();
        rule.examples_no_match.clear();
    }
    const RuleSet set = RuleSet::compile(config, diagnostics);
    const auto place = [&](const Span& span) {
        return file.filename().string() + ":" + std::to_string(span.line) + ": ";
    };
    Tally tally;
    for (const Diagnostic& one : diagnostics.all())
        if (one.level == Level::error) tally.wrong.push_back(place(one.span) + one.message);
    if (!tally.wrong.empty()) return tally;
    for (const RuleConfig& rule : rules) {
        const auto judge = [&](const Located<std::string>& example, bool expected) {
            const auto matches = set.match(statement_of(example.value), nullptr);
            const bool found = std::any_of(matches.begin(), matches.end(), [&](const Match& match) {
                return match.rule == rule.name.value;
            });
            ++tally.all;
            if (found == expected)
                ++tally.right;
            else
                tally.wrong.push_back(
                    place(example.span) + rule.name.value + (expected ? " misses " : " finds ") +
                    example.value
                );
        };
        for (const auto& example : rule.examples_match) judge(example, true);
        for (const auto& example : rule.examples_no_match) judge(example, false);
    }
    return tally;
}

std::vector<fs::path> case_files() {
    std::vector<fs::path> files;
    const fs::path folder = fs::path(SPOKESWATCH_SOURCE_DIR) / "tests" / "rules" / "cases";
    for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

}  // namespace

TEST_CASE("every labelled case matches or not as its label says") {
    constexpr std::size_t cases_min = 450;
    std::size_t right = 0, all = 0;
    std::string report;
    for (const fs::path& file : case_files()) {
        const Tally tally = tally_of(file);
        report += file.stem().string() + " " + std::to_string(tally.right) + "/" +
                  std::to_string(tally.all) + ", ";
        right += tally.right;
        all += tally.all;
        for (const std::string& wrong : tally.wrong) FAIL_CHECK(wrong);
    }
    std::cout << "labelled rule cases: " << report << "together " << right << "/" << all << '\n';
    CHECK(all >= cases_min);
}
