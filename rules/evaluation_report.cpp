#include <algorithm>
#include <array>

#include "base/utf8.hpp"
#include "config/diagnostic.hpp"
#include "rules/evaluation.hpp"

// What a person is shown of a decision: the places that made it, or what was missing.

namespace spokeswatch {

namespace {

constexpr std::array<std::string_view, 9> reading_order{
    "title", "spoiler", "text", "alt", "quote", "author", "link", "tag", "mention"};
constexpr std::uint8_t rank_of_link = 6, rank_of_tag = 7, rank_of_mention = 8;

std::uint8_t rank_of(std::string_view field) {
    const auto* const place = std::find(reading_order.begin(), reading_order.end(), field);
    return static_cast<std::uint8_t>(place - reading_order.begin());
}

std::uint8_t rank_of(EntityKind kind) {
    switch (kind) {
        case EntityKind::tag:
            return rank_of_tag;
        case EntityKind::mention:
            return rank_of_mention;
        case EntityKind::link:
            break;
    }
    return rank_of_link;
}

}  // namespace

bool Evaluation::is_look_alike(const Condition& condition, const Hit& hit) const {
    if (condition.phrase == condition.subject) return false;
    bool as_written = false;
    each_hit(condition.phrase, [&](const Hit& one) {
        as_written = one.segment == hit.segment && one.first == hit.first && one.last == hit.last;
        return !as_written;
    });
    return !as_written;
}

const std::string& Evaluation::entity_text(const Mark& mark) const {
    if (mark.rank == rank_of_tag) return (*tags_)[mark.segment];
    if (mark.rank == rank_of_mention) return (*mentions_)[mark.segment];
    return (*links_)[mark.segment];
}

void Evaluation::mark_tokens(const Spot& spot, std::vector<Mark>& marks) const {
    const Segment& text = segments_[spot.segment];
    marks.push_back(
        {rank_of(text.field),
         spot.segment,
         text.tokens.tokens[spot.first].start,
         text.tokens.tokens[spot.last - 1].end,
         spot.term,
         spot.look_alike}
    );
}

// Every hit of a condition that has a place.
void Evaluation::collect_hits(const Condition& condition, std::vector<Mark>& marks) {
    const auto mark = [&](const Bytes& bytes) {
        marks.push_back(
            {rank_of(segments_[bytes.segment].field),
             bytes.segment,
             bytes.start,
             bytes.end,
             condition.term}
        );
    };
    switch (condition.op) {
        case Op::regex:
            for (const Bytes& bytes : regex_hits(condition)) mark(bytes);
            return;
        case Op::exact_signs:
            for (const Bytes& bytes : sign_hits(condition)) mark(bytes);
            return;
        case Op::exact:
            each_hit(condition.phrase, [&](const Hit& hit) {
                if ((segments_[hit.segment].bit & condition.fields) == 0) return true;
                const auto bytes =
                    exact_at(program_.exacts[condition.subject], hit.segment, hit.first);
                if (bytes) mark(*bytes);
                return true;
            });
            return;
        case Op::entity:
            each_hit(program_.entity_trigger(condition.subject), [&](const Hit& hit) {
                Mark whole{
                    rank_of(static_cast<EntityKind>(hit.first)), hit.segment, 0, 0, condition.term};
                whole.end = static_cast<std::uint32_t>(entity_text(whole).size());
                marks.push_back(whole);
                return true;
            });
            return;
        default:
            return;
    }
}

// `number` holds; what did not contribute to that (members of `any` that do not hold, everything
// under `none`) is left out.
void Evaluation::collect(std::uint32_t number, std::vector<Mark>& marks) {
    const Condition& condition = program_.conditions[number];
    std::vector<Spot> spots;
    switch (condition.op) {
        case Op::all:
        case Op::any:
            each_member(condition, [&](std::uint32_t member) {
                if (holds(member)) collect(member, marks);
                return true;
            });
            return;
        case Op::near:
            near_spots(condition, &spots);
            break;
        case Op::phrase:
            collect_spots(number, spots);
            break;
        default:
            return collect_hits(condition, marks);
    }
    for (const Spot& spot : spots) mark_tokens(spot, marks);
}

// Calls `use` with every highlight and the words that stand there.
template <typename Use>
void Evaluation::each_highlight(std::uint32_t number, Use use) {
    std::vector<Mark> marks;
    collect(number, marks);
    std::sort(marks.begin(), marks.end());
    marks.erase(std::unique(marks.begin(), marks.end()), marks.end());
    if (marks.size() > highlights_max) marks.resize(highlights_max);

    // Marks of one text rise, so its characters are counted once.
    std::uint32_t bytes = 0;
    std::size_t characters = 0;
    for (std::size_t i = 0; i < marks.size(); ++i) {
        const Mark& mark = marks[i];
        const bool entity = mark.rank >= rank_of_link;
        const std::string_view text =
            entity ? std::string_view(entity_text(mark)) : segments_[mark.segment].original;
        const bool same =
            i > 0 && marks[i - 1].rank == mark.rank && marks[i - 1].segment == mark.segment;
        if (!same) bytes = 0, characters = 0;
        characters += code_points(text.substr(bytes, mark.start - bytes));
        bytes = mark.start;
        const std::string_view words = text.substr(mark.start, mark.end - mark.start);
        Highlight highlight;
        highlight.field = reading_order[mark.rank];
        highlight.start = characters;
        highlight.end = characters + code_points(words);
        highlight.term = program_.terms[mark.term];
        highlight.look_alike = mark.look_alike;
        use(std::move(highlight), words);
    }
}

std::vector<Highlight> Evaluation::highlights(std::uint32_t number) {
    std::vector<Highlight> highlights;
    each_highlight(number, [&](Highlight highlight, std::string_view) {
        const bool again = std::any_of(highlights.begin(), highlights.end(), [&](const auto& one) {
            return one.start == highlight.start && one == highlight;  // texts are compared last
        });
        if (!again) highlights.push_back(std::move(highlight));
    });
    return highlights;
}

std::vector<TrailHit> Evaluation::hits(std::uint32_t number) {
    std::vector<TrailHit> hits;
    each_highlight(number, [&](Highlight highlight, std::string_view words) {
        std::size_t end = std::min(words.size(), trail_text_bytes_max);
        while (end < words.size() && (static_cast<unsigned char>(words[end]) & 0xC0U) == 0x80U)
            --end;
        hits.push_back({std::move(highlight), std::string(words.substr(0, end))});
    });
    return hits;
}

std::string Evaluation::shown_term(const Condition& condition) const {
    std::string names;
    switch (condition.op) {
        case Op::any:
            if (condition.shared) return "concept " + cited(program_.terms[condition.term]);
            for (std::uint32_t i = 0; i < condition.child_count; ++i) {
                constexpr std::uint32_t shown_max = 5;
                if (i > 0) names += ", ";
                if (i == shown_max) return names + "...";
                names +=
                    shown_term(program_.conditions[program_.children[condition.first_child + i]]);
            }
            return names;
        case Op::regex:
            return "regex " + cited(program_.terms[condition.term]);
        case Op::exact:
        case Op::exact_signs:
            return "exact " + cited(program_.terms[condition.term]);
        case Op::phrase:
        case Op::entity:
            return cited(program_.terms[condition.term]);
        default:
            return "a condition";
    }
}

std::string Evaluation::why_not(std::uint32_t number) {
    const Condition& condition = program_.conditions[number];
    const std::uint32_t* child = program_.children.data() + condition.first_child;
    switch (condition.op) {
        case Op::all:
            for (std::uint32_t i = 0; i < condition.child_count; ++i)
                if (!holds(child[i])) return why_not(child[i]);
            break;
        case Op::any:
            if (condition.at_least > 1)
                return "only " + std::to_string(members_holding(condition)) + " of " +
                       shown_term(condition) + " was found (at_least " +
                       std::to_string(condition.at_least) + ")";
            if (condition.child_count == 1 && !condition.shared) return why_not(child[0]);
            return condition.shared ? "no term of " + shown_term(condition) + " was found"
                                    : "none of " + shown_term(condition) + " was found";
        case Op::none:
            for (std::uint32_t i = 0; i < condition.child_count; ++i)
                if (holds(child[i]))
                    return "`none` forbids " + shown_term(program_.conditions[child[i]]) +
                           ", and it is there";
            break;
        case Op::near:
            return why_not_near(condition);
        case Op::never:
            return "the condition cannot be true";
        default:
            return shown_term(condition) + " was not found";
    }
    return "";
}

}  // namespace spokeswatch
