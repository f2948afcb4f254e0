#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/source.hpp"

namespace spokeswatch {

struct ListedStatement {
    Statement statement;
    std::string rank;     // a decimal number that grows with time: an id, or Unix seconds
    bool pinned = false;  // shown above the others, whatever its age
};

struct RankedPage {
    std::vector<ListedStatement> entries;  // in document order
    std::string next;                      // how the page behind it is asked for; empty: none is
    bool recovered = false;                // some entries could not be used
};

// Reads a list that shows its newest statement first, page by page back to what is known, and keeps
// in the cursor how far it came. A first reading takes one page. A pinned statement proves nothing
// about the place in the list, and one that is older than what is known is nothing new.
class NewestFirst {
  public:
    explicit NewestFirst(Cursor known);

    // Whether the page behind this one is wanted.
    bool add(RankedPage page);

    // Statements oldest first, cursor and gap.
    void finish(Batch& batch) &&;

  private:
    Cursor known_;
    std::string newest_;  // rank; empty when nothing is known
    bool baseline_;
    bool joined_ = false;
    bool recovered_ = false;
    int pages_ = 0;
    std::string next_;
    std::vector<ListedStatement> entries_;
    std::set<std::string> ids_;
    std::string oldest_id_;
};

}  // namespace spokeswatch
