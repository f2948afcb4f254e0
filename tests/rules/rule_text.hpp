#pragma once

#include <fstream>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "rules/rule_set.hpp"
#include "tests/support/fixtures.hpp"

namespace spokeswatch::testing {

// Rules as people write them: YAML in, matches out.
struct Rules {
    RuleSet set;
    Diagnostics diagnostics;

    [[nodiscard]] std::vector<Match> match(const std::string& text) const {
        Statement statement;
        statement.text = text;
        return set.match(statement, nullptr);
    }
    [[nodiscard]] bool hits(const std::string& text) const { return !match(text).empty(); }
    [[nodiscard]] bool reports(const std::string& code) const {
        for (const Diagnostic& one : diagnostics.all())
            if (one.code == code) return true;
        return false;
    }
};

inline Rules rules_from(const std::string& yaml) {
    const TempDir folder;
    const auto file = folder.path() / "rules.yml";
    std::ofstream(file) << yaml;
    LoadOptions options;
    options.file = file;
    options.read_secrets = false;
    Rules rules;
    const Config config = load_config(options, rules.diagnostics);
    rules.set = RuleSet::compile(config, rules.diagnostics);
    return rules;
}

// One rule; `match` is what stands behind the key, in flow style or a plain text.
inline Rules rule(const std::string& match, const std::string& more = "") {
    return rules_from("rules:\n  - name: r\n    match: " + match + "\n" + more);
}

inline bool hits(const std::string& match, const std::string& text) {
    return rule(match).hits(text);
}

// "field start-end term" of every highlight of the first match.
inline std::vector<std::string> places(const std::vector<Match>& matches) {
    std::vector<std::string> list;
    if (matches.empty()) return list;
    for (const Highlight& highlight : matches.front().highlights)
        list.push_back(
            highlight.field + " " + std::to_string(highlight.start) + "-" +
            std::to_string(highlight.end) + " " + highlight.term
        );
    return list;
}

}  // namespace spokeswatch::testing
