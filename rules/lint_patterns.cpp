#include "rules/lint_patterns.hpp"

#include <string>
#include <vector>

#include "config/codes.hpp"

namespace spokeswatch {

namespace {

// Measured: RE2 on a statement of 340 bytes, when no literal spares the search.
constexpr std::size_t search_us = 3;

// Patterns that a rule searches in whatever statement comes.
class AlwaysSearched {
  public:
    explicit AlwaysSearched(const Program& program)
        : program_(program), seen_(program.patterns.size()) {}

    void add(std::uint32_t number) {
        const Condition& condition = program_.conditions[number];
        if (condition.op == Condition::Op::regex) {
            if (seen_[condition.subject] ||
                program_.pattern_filter.requires_literal(condition.subject))
                return;
            seen_[condition.subject] = true;
            ++count_;
        }
        if (condition.grouped) return;  // of phrases and entities
        for (std::uint32_t i = 0; i < condition.child_count; ++i)
            add(program_.children[condition.first_child + i]);
    }
    [[nodiscard]] std::size_t count() const { return count_; }

  private:
    const Program& program_;
    std::vector<bool> seen_;
    std::size_t count_ = 0;
};

const MatchNode* first_regex(const MatchNode& node) {
    if (node.kind == MatchNode::Kind::regex) return &node;
    for (const MatchNode& child : node.children)
        if (const MatchNode* found = first_regex(child)) return found;
    return nullptr;
}

}  // namespace

void lint_patterns(const Config& config, const Program& program, Diagnostics& diagnostics) {
    AlwaysSearched searched(program);
    const MatchNode* beyond = nullptr;
    for (const std::uint32_t rule : program.always) {
        searched.add(program.rules[rule].top);
        if (searched.count() > patterns_always_max && beyond == nullptr)
            beyond = first_regex(config.rules[rule].match);
    }
    if (beyond == nullptr) return;
    const std::size_t cost_us = searched.count() * search_us;
    Diagnostic& fault = diagnostics.warning(
        code::patterns_always,
        beyond->span,
        std::to_string(searched.count()) + " regular expressions run on every statement"
    );
    fault.label = "this is one more than " + std::to_string(patterns_always_max);
    fault.notes.push_back(
        "that is about " + std::to_string(cost_us / 1'000) + "." +
        std::to_string(cost_us / 100 % 10) + " ms of CPU time for each statement of 340 bytes"
    );
    fault.helps.emplace_back(
        "ask for a word beside each, as in `all: [visit, regex: ...]`: then it runs only where the "
        "word stands"
    );
}

}  // namespace spokeswatch
