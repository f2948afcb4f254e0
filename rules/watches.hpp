#pragma once

#include <map>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "rules/matchers.hpp"
#include "rules/rule_set.hpp"

namespace spokeswatch {

// A condition that is counted over time: a concept ("concept visit"), in whatever a source says in
// its own words; or what a rule looks for ("rule surge"), where the rule reads. `fingerprint` says
// what is found by it: when that changes, what was counted is of no use any more.
struct Subject {
    std::string name;
    std::string fingerprint;
};

// One rule that watches something over time.
struct WatchRule {
    std::string name;
    Watch watch;
    // Names of subjects; empty where the watch does not need them.
    std::string counted;         // what the rule looks for, for `frequency` and `silent`
    std::string concept_;        // first_use: `of`; shift: `to`
    std::string before;          // shift: `from`
    bool any_statement = false;  // without any condition on words
    Matchers from, not_from;

    [[nodiscard]] bool reads(const SourceInfo& source) const {
        return listens_to(from, not_from, source_labels(source));
    }
};

// What was found in one statement.
struct WatchHits {
    std::map<std::string, std::vector<Highlight>> subjects;  // by name
    std::map<std::string, Match> rules;  // rules whose statement this is, by name
};

// The rules that watch something over time, compiled: which statements concern them. Whether one
// of them alerts is not known here; rules/judgement.hpp decides with the history.
class WatchSet {
  public:
    // What is wrong with the conditions goes to `diagnostics`, as in RuleSet::compile.
    static WatchSet compile(const Config& config, Diagnostics& diagnostics);

    [[nodiscard]] bool empty() const { return rules_.empty(); }
    [[nodiscard]] const std::vector<WatchRule>& rules() const { return rules_; }
    [[nodiscard]] const WatchRule* find(const std::string& rule) const;
    // Each once, in the order of the rules.
    [[nodiscard]] const std::vector<Subject>& subjects() const { return subjects_; }

    // Why a watch holds of a statement or not, as the history says: its conditions as in
    // RuleSet::explain, and the watch as one more, with `note`.
    [[nodiscard]] RuleTrail trail(
        const std::string& rule,
        const Statement& statement,
        const SourceInfo* source,
        bool holds,
        const std::string& note
    ) const;

    // As RuleSet::missing_dictionaries.
    [[nodiscard]] std::vector<std::string> missing_dictionaries() const {
        return conditions_.missing_dictionaries();
    }

    [[nodiscard]] WatchHits look(const Statement& statement, const SourceInfo& source) const;

  private:
    std::vector<WatchRule> rules_;
    std::vector<Subject> subjects_;
    RuleSet conditions_;
};

// When the words of a revision were said: of the first when it was published, of an edit when it
// was made; never later than we saw them, because a date in the future is a slip.
Time said_at(const Statement& statement, std::int64_t revision);

}  // namespace spokeswatch
