#pragma once

#include <memory>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "model/match.hpp"
#include "model/source.hpp"
#include "model/statement.hpp"

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

    // Rules that alert on an edit even when they matched the revision before.
    [[nodiscard]] bool alerts_on_edit(const std::string& rule) const;
    [[nodiscard]] std::size_t size() const;
    // Only the rules of this name; empty when there is none.
    [[nodiscard]] bool has_rule(const std::string& rule) const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace spokeswatch
