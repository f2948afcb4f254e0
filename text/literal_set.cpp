#include "text/literal_set.hpp"

#include <algorithm>
#include <cstring>

#include "base/check.hpp"

namespace spokeswatch {

std::uint64_t LiteralSet::beginning_of(const char* bytes, std::size_t count) {
    std::uint64_t beginning = 0;
    std::memcpy(&beginning, bytes, count);
    return beginning;
}

std::size_t LiteralSet::bit_of(std::uint64_t beginning) {
    return static_cast<std::size_t>((beginning * 0x9E3779B97F4A7C15ULL) >> 48);
}

void LiteralSet::add(std::string_view literal) {
    check(literal.size() >= short_bytes, "a literal is too short to be looked for");
    Group& group = literal.size() >= long_bytes ? long_ : short_;
    Literal added;
    added.beginning = beginning_of(literal.data(), group.bytes);
    added.number = count_++;
    added.text = literal;
    group.literals.push_back(std::move(added));
}

void LiteralSet::build() {
    for (Group* group : {&long_, &short_}) {
        std::sort(
            group->literals.begin(),
            group->literals.end(),
            [](const Literal& a, const Literal& b) { return a.beginning < b.beginning; }
        );
        for (const Literal& literal : group->literals) {
            const std::size_t bit = bit_of(literal.beginning);
            group->bits[bit / 64] |= std::uint64_t{1} << (bit % 64);
        }
    }
}

void LiteralSet::find(
    const Group& group, std::string_view text, std::vector<std::uint32_t>& found
) {
    if (group.literals.empty()) return;
    for (std::size_t at = 0; at + group.bytes <= text.size(); ++at) {
        const std::uint64_t beginning = beginning_of(text.data() + at, group.bytes);
        const std::size_t bit = bit_of(beginning);
        if ((group.bits[bit / 64] >> (bit % 64) & 1) == 0) continue;
        auto literal = std::lower_bound(
            group.literals.begin(),
            group.literals.end(),
            beginning,
            [](const Literal& one, std::uint64_t wanted) { return one.beginning < wanted; }
        );
        for (; literal != group.literals.end() && literal->beginning == beginning; ++literal)
            if (text.compare(at, literal->text.size(), literal->text) == 0)
                found.push_back(literal->number);
    }
}

void LiteralSet::find(std::string_view text, std::vector<std::uint32_t>& found) const {
    found.clear();
    find(long_, text, found);
    find(short_, text, found);
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
}

}  // namespace spokeswatch
