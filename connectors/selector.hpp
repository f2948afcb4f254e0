#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "connectors/css.hpp"
#include "connectors/node.hpp"

namespace spokeswatch {

// What one page may cost: steps over nodes, of all selectors together. A page of ordinary size
// takes some ten thousand.
struct SelectorBudget {
    unsigned long steps = 5'000'000;
};

// A compiled CSS selector (css.hpp), or XPath 1.0 where it begins with `/`, `./` or `xpath:`.
class Selector {
  public:
    // An element; or, of XPath that gives attributes, texts, numbers or strings, only the text.
    struct Found {
        Node node;
        std::string text;
    };

    // On failure `problem` is filled and the selector finds nothing.
    static Selector compile(std::string_view text, std::optional<SelectorProblem>& problem);

    explicit operator bool() const { return compiled_ != nullptr; }
    // In document order, below `from` (XPath: as it says, `from` being its context). `from` may be
    // a root: then the root itself is looked at too. too_large: the budget is used up.
    [[nodiscard]] Result<std::vector<Found>> find(Node from, SelectorBudget& budget) const;

  private:
    std::shared_ptr<void> compiled_;
};

}  // namespace spokeswatch
