#include "rules/examples.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace spokeswatch {

namespace {

constexpr const char* code_example_match = "SW151";
constexpr const char* code_example_no_match = "SW152";

Statement statement_of(const std::string& text) {
    Statement statement;
    statement.text = text;
    return statement;
}

std::string listed(const std::vector<Highlight>& highlights, const Statement& statement) {
    constexpr std::size_t shown_max = 5;
    std::string list;
    for (std::size_t i = 0; i < highlights.size(); ++i) {
        if (i > 0) list += ", ";
        if (i == shown_max) return list + "...";
        const Highlight& highlight = highlights[i];
        if (highlight.field != "text") {
            list += highlight.field + " " + cited(highlight.term);
            continue;
        }
        const std::size_t start = byte_offset(statement.text, highlight.start);
        const std::size_t end = byte_offset(statement.text, highlight.end);
        list += cited(statement.text.substr(start, end - start)) + " (characters " +
                std::to_string(highlight.start + 1) + "-" + std::to_string(highlight.end) + ")";
    }
    return list;
}

class Examples {
  public:
    Examples(const Program& program, Evaluation& evaluation, Diagnostics& diagnostics)
        : program_(program), evaluation_(evaluation), diagnostics_(diagnostics) {}

    void run(std::uint32_t number, const RuleConfig& config) {
        for (const auto& example : config.examples_match) {
            const Statement statement = statement_of(example.value);
            if (matches(number, statement)) continue;
            Diagnostic& fault = diagnostics_.error(
                code_example_match,
                example.span,
                "example under `match` does not match rule " + cited(config.name.value)
            );
            fault.label = evaluation_.why_not(program_.rules[number].top);
        }
        for (const auto& example : config.examples_no_match) {
            const Statement statement = statement_of(example.value);
            if (!matches(number, statement)) continue;
            Diagnostic& fault = diagnostics_.error(
                code_example_no_match,
                example.span,
                "example under `no_match` matches rule " + cited(config.name.value)
            );
            const auto found = evaluation_.highlights(program_.rules[number].top);
            fault.label = found.empty() ? "nothing in the rule excludes it"
                                        : "found " + listed(found, statement);
        }
    }

  private:
    bool matches(std::uint32_t number, const Statement& statement) {
        evaluation_.read_example(statement);
        const auto& candidates = evaluation_.candidates();
        return std::binary_search(candidates.begin(), candidates.end(), number) &&
               evaluation_.holds(program_.rules[number].top);
    }

    const Program& program_;
    Evaluation& evaluation_;
    Diagnostics& diagnostics_;
};

}  // namespace

void run_examples(
    const Config& config, const Program& program, Evaluation& evaluation, Diagnostics& diagnostics
) {
    Examples examples(program, evaluation, diagnostics);
    for (std::uint32_t i = 0; i < program.rules.size(); ++i)
        if (!program.rules[i].broken) examples.run(i, config.rules[i]);
}

}  // namespace spokeswatch
