#include "connectors/order.hpp"

#include <algorithm>
#include <optional>

namespace spokeswatch {

void sort_oldest_first(std::vector<Statement>& statements) {
    std::optional<Time> first;
    std::optional<Time> last;
    for (const Statement& statement : statements) {
        if (!statement.published_at) continue;
        if (!first) first = statement.published_at;
        last = statement.published_at;
    }
    if (!first || *first >= *last) std::reverse(statements.begin(), statements.end());
    std::stable_sort(
        statements.begin(),
        statements.end(),
        [](const Statement& a, const Statement& b) {
            return a.published_at.value_or(Time::max()) < b.published_at.value_or(Time::max());
        }
    );
}

}  // namespace spokeswatch
