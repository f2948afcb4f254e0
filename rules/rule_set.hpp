#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "model/match.hpp"
#include "model/source.hpp"
#include "model/statement.hpp"
#include "model/trail.hpp"

namespace spokeswatch {

// All watch rules, compiled. Immutable: one Snapshot holds one, and a reload builds another.
class RuleSet {
  public:
    // Compiles the rules and runs their examples. What is wrong goes to `diagnostics` with its
    // place: a regular expression that RE2 refuses (SW131), an unknown concept (SW12x), an example
    // that fails (SW15x), and the lints. With errors the result must not be used.
    static RuleSet compile(const Config& config, Diagnostics& diagnostics);

    RuleSet();
    RuleSet(RuleSet&&) noexcept;
    RuleSet& operator=(RuleSet&&) noexcept;
    ~RuleSet();

    // Every rule that is true of the statement, in the order of the configuration. `source`
    // decides `from` and `not_from`; without one they are ignored (`match`, examples). `edited`:
    // this is a later revision. The cost does not grow with rules that cannot match.
    [[nodiscard]] std::vector<Match> match(const Statement& statement, const SourceInfo* source)
        const;
    // The same, and why: `trails` gets the trail of every match in their order, then those of the
    // rules that missed the statement by exactly one condition (TrailMaker::almost).
    [[nodiscard]] std::vector<Match> match(
        const Statement& statement, const SourceInfo* source, std::vector<RuleTrail>& trails
    ) const;
    // Why each rule is true of the statement or not, whatever it costs: for people. `rule`: only
    // this one; empty: all, in the order of the configuration.
    [[nodiscard]] std::vector<RuleTrail> explain(
        const Statement& statement, const SourceInfo* source, const std::string& rule = ""
    ) const;

    // Rules that alert on an edit even when they matched the revision before.
    [[nodiscard]] bool alerts_on_edit(const std::string& rule) const;
    [[nodiscard]] std::size_t size() const;
    // Debian packages of the dictionaries that the words of the rules want and that are not
    // installed: without them only regular endings are known.
    [[nodiscard]] std::vector<std::string> missing_dictionaries() const;
    // Only the rules of this name; empty when there is none.
    [[nodiscard]] bool has_rule(const std::string& rule) const;

  private:
    struct Impl;
    std::vector<Match> match_all(
        const Statement& statement, const SourceInfo* source, std::vector<RuleTrail>* trails
    ) const;

    std::unique_ptr<Impl> impl_;
};

}  // namespace spokeswatch
