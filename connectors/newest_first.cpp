#include "connectors/newest_first.hpp"

#include <algorithm>
#include <utility>

#include "connectors/id_order.hpp"
#include "connectors/limits.hpp"

namespace spokeswatch {

NewestFirst::NewestFirst(Cursor known)
    : known_(std::move(known)),
      newest_(known_.get("newest")),
      baseline_(newest_.empty() && known_.seen.empty()) {}

bool NewestFirst::add(RankedPage page) {
    ++pages_;
    recovered_ = recovered_ || page.recovered;
    for (ListedStatement& entry : page.entries) {
        const std::string& id = entry.statement.native_id;
        const bool seen = known_.knows(id);
        const bool newer = IdLess()(newest_, entry.rank);
        if (entry.pinned && !baseline_ && !seen && !newer) continue;
        if (!entry.pinned) {
            joined_ = joined_ || seen || !newer;
            oldest_id_ = id;
        }
        // Posts that come in between shift the pages: what was read first is the fresher copy.
        if (!ids_.insert(id).second) continue;
        entry.statement.late = pages_ > 1 && !seen;
        entries_.push_back(std::move(entry));
    }
    if (baseline_ || page.next.empty() || page.next == next_) joined_ = true;
    next_ = std::move(page.next);
    return !joined_ && pages_ < catchup_pages_max;
}

void NewestFirst::finish(Batch& batch) && {
    if (!joined_ && !oldest_id_.empty()) {
        batch.gap = Gap{known_.seen.empty() ? "" : known_.seen.back(), oldest_id_};
    }
    batch.recovered = recovered_;
    std::reverse(entries_.begin(), entries_.end());
    const auto older = [](const ListedStatement& a, const ListedStatement& b) {
        return IdLess()(a.rank, b.rank);
    };
    std::stable_sort(entries_.begin(), entries_.end(), older);
    for (ListedStatement& entry : entries_) {
        known_.remember(entry.statement.native_id);
        if (IdLess()(newest_, entry.rank)) newest_ = entry.rank;
        batch.statements.push_back(std::move(entry.statement));
    }
    if (!newest_.empty()) known_.state["newest"] = newest_;
    batch.next = std::move(known_);
}

}  // namespace spokeswatch
