#include "config/test_file.hpp"

#include <algorithm>
#include <set>

#include "config/codes.hpp"
#include "config/files.hpp"
#include "config/reader.hpp"

namespace spokeswatch {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view start_time_default = "2000-01-01T00:00:00Z";

class TestReader {
  public:
    TestReader(TestFile& file, Diagnostics& diagnostics)
        : file_(file), diagnostics_(diagnostics), reader_(diagnostics) {}

    void read(Yaml root) {
        Mapping map(Section::test_file, "", diagnostics_);
        if (!map.add(root)) return;
        read_rule_files(map);
        const auto tests = reader_.items(map, "tests", "test");
        if (tests.empty() && !map["tests"])
            diagnostics_.error(code::missing_key, root.span(), "a file of tests needs `tests`")
                .label = "add `tests: [{name: ..., statements: [...], expect: [...]}]`";
        for (const Yaml test : tests) read_test(test);
    }

  private:
    void read_rule_files(const Mapping& map) {
        std::vector<Located<std::string>> patterns;
        reader_.texts(map, "rule_files", patterns);
        for (const auto& pattern : patterns) {
            const auto found = files_fitting(file_.path.parent_path() / pattern.value);
            if (found.empty())
                diagnostics_.error(code::unreadable, pattern.span, "no file fits this pattern");
            for (const fs::path& path : found)
                if (!is_test_file(path)) file_.rule_files.push_back(path);
        }
    }

    void read_test(Yaml item) {
        TestCase test;
        Mapping map(Section::test, titled("test", item), diagnostics_);
        map.add(item);
        test.name = {"", map.span()};
        if (const Yaml name = map["name"]) {
            if (const auto text = reader_.text_of(name, "`name`")) test.name = {*text, name.span()};
        } else {
            missing(map, "name", "say what the test shows");
        }
        test.start_time = parse_time(start_time_default).value();
        if (const Yaml start = map["start_time"])
            if (const auto time = time_of(start, "`start_time`")) test.start_time = *time;
        for (const Yaml statement : reader_.items(map, "statements", "statement"))
            read_statement(statement, test);
        if (!map["statements"]) missing(map, "statements", "list what the sources say");
        for (const Yaml expectation : reader_.items(map, "expect", "expectation"))
            read_expectation(expectation, test);
        if (!map["expect"]) missing(map, "expect", "list the alerts, or `[]` for none");
        const auto earlier = [](const auto& a, const auto& b) { return a.at < b.at; };
        std::ranges::stable_sort(
            test.statements,
            [](const TestStatement& a, const TestStatement& b) {
                return a.statement.observed_at < b.statement.observed_at;
            }
        );
        std::ranges::stable_sort(test.expectations, earlier);
        file_.tests.push_back(std::move(test));
    }

    void missing(const Mapping& map, const std::string& key, const std::string& label) {
        diagnostics_.error(code::missing_key, map.span(), map.title() + " needs " + cited(key))
            .label = label;
    }

    std::optional<Time> time_of(Yaml value, const std::string& what) {
        const auto text = reader_.text_of(value, what);
        if (!text) return std::nullopt;
        const auto time = parse_time(*text);
        if (!time)
            diagnostics_
                .error(code::not_allowed, value.span(), what + " needs a time, not " + cited(*text))
                .label = "write `2023-03-17T09:00:00Z`";
        return time;
    }

    // `12m` after the start, or a time.
    Time at(const Mapping& map, const TestCase& test) {
        const Yaml value = map["at"];
        if (!value) return test.start_time;
        const auto text = reader_.text_of(value, "`at`");
        if (!text) return test.start_time;
        if (const auto after = parse_duration(*text)) return test.start_time + *after;
        if (const auto time = parse_time(*text)) return *time;
        diagnostics_
            .error(
                code::duration, value.span(), "`at` needs a duration or a time, not " + cited(*text)
            )
            .label = "write `12m`: so long after `start_time`";
        return test.start_time;
    }

    void read_statement(Yaml item, TestCase& test) {
        TestStatement into;
        Mapping map(Section::test_statement, "a statement", diagnostics_);
        map.add(item);
        into.span = map.span();
        Statement& statement = into.statement;
        reader_.text(map, "source", statement.source);
        if (statement.source.empty()) statement.source = "test";
        reader_.text(map, "id", statement.native_id);
        reader_.text(map, "text", statement.text);
        reader_.text(map, "title", statement.title);
        reader_.text(map, "url", statement.url);
        reader_.text(map, "lang", statement.lang);
        statement.lang_declared = !statement.lang.empty();
        if (!map["text"] && !map["title"]) missing(map, "text", "add `text: ...`");
        if (const Yaml form = map["form"]) {
            const auto word = reader_.choice_of(
                form, "`form`", {"post", "reply", "repost", "quote", "article", "service"}
            );
            if (word) statement.form = parse_form(*word).value_or(Form::post);
        }
        if (map["labels"]) reader_.labels(map, "labels", into.labels.emplace());
        statement.observed_at = at(map, test);
        statement.published_at = statement.observed_at;
        if (statement.native_id.empty())
            statement.native_id = "statement-" + std::to_string(test.statements.size() + 1);
        test.statements.push_back(std::move(into));
    }

    void read_expectation(Yaml item, TestCase& test) {
        Expectation into;
        Mapping map(Section::test_expectation, "an expectation", diagnostics_);
        map.add(item);
        into.span = map.span();
        into.at = at(map, test);
        if (!map["alerts"]) missing(map, "alerts", "list them, or write `alerts: []` for none");
        for (const Yaml alert : reader_.items(map, "alerts", "alert")) read_alert(alert, into);
        test.expectations.push_back(std::move(into));
    }

    void read_alert(Yaml item, Expectation& expectation) {
        ExpectedAlert into;
        Mapping map(Section::test_alert, "an expected alert", diagnostics_);
        map.add(item);
        into.span = map.span();
        if (const Yaml rule = map["rule"]) {
            if (const auto name = reader_.text_of(rule, "`rule`")) into.rule = {*name, rule.span()};
        } else {
            missing(map, "rule", "add `rule: NAME`");
        }
        if (const Yaml severity = map["severity"]) {
            const auto word =
                reader_.choice_of(severity, "`severity`", {"info", "warning", "critical"});
            if (word)
                into.severity = {
                    parse_severity(*word).value_or(Severity::warning), severity.span()};
        }
        if (const Yaml evidence = map["evidence"]) {
            if (evidence.is_scalar()) {
                const auto count = reader_.whole_of(evidence, "`evidence`", 1, std::nullopt);
                if (count) into.evidence_count = {*count, evidence.span()};
            } else {
                into.evidence = texts(map, "evidence");
            }
        }
        if (const Yaml labels = map["labels"]) {
            into.labels = {Labels{}, labels.span()};
            reader_.labels(map, "labels", into.labels->value);
        }
        if (map["receivers"]) into.receivers = texts(map, "receivers");
        expectation.alerts.push_back(std::move(into));
    }

    Located<std::vector<std::string>> texts(const Mapping& map, std::string_view key) {
        std::vector<Located<std::string>> read;
        reader_.texts(map, key, read);
        Located<std::vector<std::string>> out{{}, map[key].span()};
        for (const auto& one : read) out.value.push_back(one.value);
        return out;
    }

    TestFile& file_;
    Diagnostics& diagnostics_;
    Reader reader_;
};

}  // namespace

TestFile read_test_file(const fs::path& path, Diagnostics& diagnostics) {
    TestFile file;
    file.path = fs::absolute(path).lexically_normal();
    ReadFile read = read_regular_file(file.path, yaml_bytes_max);
    if (!read.bytes) {
        auto nothing = std::make_shared<SourceText>();
        nothing->path = shown_path(file.path);
        diagnostics.error(
            code::unreadable, Span{nothing, 1, 1, 1}, "cannot read this file: " + read.problem
        );
        return file;
    }
    const auto tree = YamlTree::parse(shown_path(file.path), std::move(*read.bytes), diagnostics);
    if (tree) TestReader(file, diagnostics).read(tree->root());
    return file;
}

std::vector<fs::path> test_files_beside(const std::vector<std::string>& files) {
    std::set<fs::path> folders, found;
    for (const std::string& file : files) folders.insert(fs::path(file).parent_path());
    for (const fs::path& folder : folders)
        for (const fs::path& path : files_fitting(folder / "*.test.yml")) found.insert(path);
    return {found.begin(), found.end()};
}

}  // namespace spokeswatch
