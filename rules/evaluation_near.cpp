#include <algorithm>
#include <optional>

#include "rules/evaluation.hpp"

// NEAR and BEFORE: two sides in one paragraph, with at most so many words between.

namespace spokeswatch {

void Evaluation::collect_spots(std::uint32_t number, std::vector<Spot>& spots) {
    const Condition& condition = program_.conditions[number];
    if (condition.op == Op::any) {
        each_member(condition, [&](std::uint32_t member) {
            collect_spots(member, spots);
            return true;
        });
        return;
    }
    if (condition.op != Op::phrase) return;
    each_hit(condition.subject, [&](const Hit& hit) {
        if ((segments_[hit.segment].bit & condition.fields) != 0)
            spots.push_back(
                {hit.segment, hit.first, hit.last, condition.term, is_look_alike(condition, hit)}
            );
        return true;
    });
}

bool Evaluation::within(const Condition& condition, const Spot& before, const Spot& after) {
    if (before.segment != after.segment || before.last > after.first) return false;
    Segment& text = segments_[before.segment];
    measure(text);
    if (text.paragraphs[before.last - 1] != text.paragraphs[after.first]) return false;
    return text.half_words[after.first] - text.half_words[before.last] <= 2 * condition.within;
}

namespace {

// For every spot of `from` the nearest one of `to` that begins at or behind its end: no other is
// nearer, so no other needs to be asked. `use(spot, nearest)`.
template <typename Spots, typename Use>
void each_following(const Spots& from, const Spots& to_by_start, Use use) {
    for (const auto& spot : from) {
        const auto next =
            std::partition_point(to_by_start.begin(), to_by_start.end(), [&](const auto& other) {
                return std::pair(other.segment, other.first) < std::pair(spot.segment, spot.last);
            });
        if (next != to_by_start.end()) use(spot, *next);
    }
}

template <typename Spots, typename Use>
void each_preceding(const Spots& from, const Spots& to_by_end, Use use) {
    for (const auto& spot : from) {
        const auto behind =
            std::partition_point(to_by_end.begin(), to_by_end.end(), [&](const auto& other) {
                return std::pair(other.segment, other.last) <= std::pair(spot.segment, spot.first);
            });
        if (behind != to_by_end.begin()) use(*(behind - 1), spot);
    }
}

}  // namespace

// `contributing`: when given, every spot that has a partner near enough; otherwise the first pair
// is answer enough.
bool Evaluation::near_spots(const Condition& condition, std::vector<Spot>* contributing) {
    std::vector<Spot>&left = sides_[0], &right = sides_[1];
    left.clear();
    right.clear();
    collect_spots(program_.children[condition.first_child], left);
    if (left.empty()) return false;
    collect_spots(program_.children[condition.first_child + 1], right);
    if (right.empty()) return false;

    const auto by_start = [](const Spot& a, const Spot& b) {
        return std::tie(a.segment, a.first, a.last) < std::tie(b.segment, b.first, b.last);
    };
    const auto by_end = [](const Spot& a, const Spot& b) {
        return std::tie(a.segment, a.last, a.first) < std::tie(b.segment, b.last, b.first);
    };
    std::sort(left.begin(), left.end(), by_start);
    std::sort(right.begin(), right.end(), by_start);
    bool found = false;
    // `take_before`: the spot that is asked for is the one in front.
    const auto pairs = [&](const std::vector<Spot>& before, const std::vector<Spot>& after) {
        each_following(before, after, [&](const Spot& spot, const Spot& next) {
            if (!within(condition, spot, next)) return;
            found = true;
            if (contributing != nullptr) contributing->push_back(spot);
        });
        if (contributing == nullptr) return;
        std::vector<Spot> ends = before;
        std::sort(ends.begin(), ends.end(), by_end);
        each_preceding(after, ends, [&](const Spot& previous, const Spot& spot) {
            if (within(condition, previous, spot)) contributing->push_back(spot);
        });
    };
    pairs(left, right);
    if (!condition.ordered && (!found || contributing != nullptr)) pairs(right, left);
    return found;
}

// Nothing here is measured pair by pair: a text of one word repeated must not take its square.
Evaluation::Sides Evaluation::measure_sides(
    const std::vector<Spot>& left, const std::vector<Spot>& right, bool ordered
) {
    Sides sides;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> places;  // paragraphs of the left side
    const auto place = [&](const Spot& spot) {
        Segment& text = segments_[spot.segment];
        measure(text);
        return std::pair(spot.segment, text.paragraphs[spot.first]);
    };
    for (const Spot& spot : left) places.push_back(place(spot));
    std::sort(places.begin(), places.end());
    sides.one_paragraph = std::any_of(right.begin(), right.end(), [&](const Spot& spot) {
        return std::binary_search(places.begin(), places.end(), place(spot));
    });
    const auto by_start = [](const Spot& a, const Spot& b) {
        return std::tie(a.segment, a.first, a.last) < std::tie(b.segment, b.first, b.last);
    };
    const auto nearest = [&](const std::vector<Spot>& before, std::vector<Spot> after) {
        std::optional<std::uint32_t> shortest;
        std::sort(after.begin(), after.end(), by_start);
        each_following(before, after, [&](const Spot& spot, const Spot& next) {
            if (place(spot) != place(next)) return;
            const Segment& text = segments_[spot.segment];
            const std::uint32_t half_words =
                text.half_words[next.first] - text.half_words[spot.last];
            shortest = std::min(shortest.value_or(half_words), half_words);
        });
        return shortest;
    };
    sides.half_words = nearest(left, right);
    const auto turned = nearest(right, left);
    if (ordered)
        sides.other_order = turned.has_value();
    else if (turned)
        sides.half_words = std::min(sides.half_words.value_or(*turned), *turned);
    return sides;
}

std::string Evaluation::distance(std::uint32_t number) {
    const Condition& condition = program_.conditions[number];
    if (condition.op != Op::near) return "";
    std::vector<Spot> left, right;
    collect_spots(program_.children[condition.first_child], left);
    collect_spots(program_.children[condition.first_child + 1], right);
    const auto half_words = measure_sides(left, right, condition.ordered).half_words;
    if (!half_words) return "";
    return std::to_string((*half_words + 1) / 2) + " words apart, limit " +
           std::to_string(condition.within);
}

std::string Evaluation::why_not_near(const Condition& condition) {
    const std::uint32_t sides[2] = {
        program_.children[condition.first_child], program_.children[condition.first_child + 1]};
    std::vector<Spot> spots[2];
    for (int i = 0; i < 2; ++i) {
        collect_spots(sides[i], spots[i]);
        if (spots[i].empty()) return why_not(sides[i]);
    }
    const Sides found = measure_sides(spots[0], spots[1], condition.ordered);
    const std::string both = shown_term(program_.conditions[sides[0]]) + " and " +
                             shown_term(program_.conditions[sides[1]]);
    if (found.half_words)
        return both + " are " + std::to_string((*found.half_words + 1) / 2) +
               " words apart (limit " + std::to_string(condition.within) + ")";
    if (found.other_order) return both + " are there, but in the other order";
    if (found.one_paragraph) return both + " overlap";
    return both + " are not in one paragraph";
}

}  // namespace spokeswatch
