#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"
#include "model/source.hpp"
#include "text/pattern.hpp"

namespace spokeswatch {

// The one matcher syntax of `from`, `not_from`, routes (and later silences): `label=value`, `!=`,
// `=~` and `!~` (anchored). A missing label is the empty text, as in Alertmanager.
class Matchers {
  public:
    // A bare name is compared with `bare_label`; where it is empty a bare name is an error.
    static Matchers compile(
        const std::vector<MatcherConfig>& config,
        const std::string& bare_label,
        Diagnostics& diagnostics
    );

    [[nodiscard]] bool empty() const { return items_.empty(); }
    [[nodiscard]] bool all(const Labels& labels) const;  // items joined by AND: `matchers`
    [[nodiscard]] bool any(const Labels& labels) const;  // items joined by OR: `from`
    [[nodiscard]] bool holds(std::size_t item, const Labels& labels) const {
        return holds(items_[item], labels);
    }
    // Every item as it may be written: `kremlin`, `tier=official,country=CN`.
    [[nodiscard]] std::vector<std::string> items() const;

  private:
    struct Part {
        std::string label;
        bool bare = false;  // written as a name alone
        MatcherOp op = MatcherOp::equal;
        std::string value;
        Pattern pattern;
    };
    static bool holds(const Part& part, const Labels& labels);
    static bool holds(const std::vector<Part>& parts, const Labels& labels);

    std::vector<std::vector<Part>> items_;  // parts of one item are AND
};

// What `from` and `not_from` see of a source: its labels, `source` and `kind`.
Labels source_labels(const SourceInfo& source);
bool listens_to(const Matchers& from, const Matchers& not_from, const Labels& labels);

}  // namespace spokeswatch
