#include "connectors/list_page.hpp"

#include <algorithm>
#include <set>

#include "connectors/limits.hpp"

namespace spokeswatch {

bool holds_known(const ListPage& page, const Cursor& since) {
    return std::any_of(
        page.statements.begin(),
        page.statements.end(),
        [&](const Statement& statement) { return since.knows(statement.native_id); }
    );
}

void add_older(ListPage older, ListPage& all) {
    std::set<std::string> known;
    for (const Statement& statement : all.statements) known.insert(statement.native_id);
    for (Statement& statement : older.statements) {
        if (all.statements.size() == statements_max) break;
        if (!known.insert(statement.native_id).second) continue;
        statement.late = true;
        all.statements.push_back(std::move(statement));
    }
    all.next = std::move(older.next);
    all.cut = all.cut || older.cut;
}

}  // namespace spokeswatch
