#pragma once

#include <cstdint>
#include <vector>

#include "model/source.hpp"
#include "model/trail.hpp"
#include "rules/evaluation.hpp"
#include "rules/program.hpp"

namespace spokeswatch {

// Takes the decisions of an evaluation apart, for people and for the record. It looks at the
// statement that the evaluation read last; nothing of it runs where a statement is only matched.
class TrailMaker {
  public:
    // `source`: what `from` sees; null: `from` and `not_from` are left aside.
    TrailMaker(
        const Program& program,
        Evaluation& evaluation,
        const Statement& statement,
        const Labels* source
    )
        : program_(program), evaluation_(evaluation), statement_(statement), source_(source) {}

    // Every condition of a rule, as the rule is written.
    RuleTrail trail(std::uint32_t rule);
    // Rules that miss the statement by exactly one condition while something else of them, or a
    // part of that condition, is there. The first `trail_almost_max` of those with most conditions.
    std::vector<std::uint32_t> almost();

  private:
    // What a rule lacks, counted no further than two.
    struct Count {
        std::size_t missing = 0;
        std::size_t there = 0;  // not counting `none`, which holds of nearly everything
    };
    void count(std::uint32_t condition, Count& into);
    Count count_rule(std::uint32_t rule);

    [[nodiscard]] bool reads(const CompiledRule& rule) const;
    TrailNode forms_node(const CompiledRule& rule) const;
    TrailNode source_node(const char* name, const Matchers& matchers, bool excludes) const;
    TrailNode node(std::uint32_t condition);
    [[nodiscard]] std::string side_text(std::uint32_t condition) const;
    void add_children(const Condition& condition, TrailNode& into);
    void add_hits(std::uint32_t condition, TrailNode& into);

    const Program& program_;
    Evaluation& evaluation_;
    const Statement& statement_;
    const Labels* source_;
};

}  // namespace spokeswatch
