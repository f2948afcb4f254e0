#include "rules/evaluation.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace spokeswatch {

namespace {

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; }

// Whether `text` at `at` goes on like `wanted`; runs of white space are one. End of it, or npos.
std::size_t same_text(std::string_view text, std::size_t at, std::string_view wanted) {
    std::size_t i = 0;
    while (i < wanted.size()) {
        if (is_space(wanted[i])) {
            if (at >= text.size() || !is_space(text[at])) return std::string_view::npos;
            while (i < wanted.size() && is_space(wanted[i])) ++i;
            while (at < text.size() && is_space(text[at])) ++at;
            continue;
        }
        if (at >= text.size() || text[at] != wanted[i]) return std::string_view::npos;
        ++at;
        ++i;
    }
    return at;
}

}  // namespace

Evaluation::Evaluation(const Program& program)
    : program_(program),
      triggers_(program.triggers()),
      search_(program.phrases),
      rule_stamps_(program.rules.size()),
      answers_(program.conditions.size()),
      regex_stamps_(program.patterns.size()),
      regex_hits_(program.patterns.size()) {}

void Evaluation::begin() {
    segment_count_ = 0;
    hits_.clear();
    triggered_.clear();
    if (++stamp_ == 0) {  // wrapped round: old stamps would look new
        for (Trigger& trigger : triggers_) trigger.stamp = 0;
        for (Answer& answer : answers_) answer.stamp = 0;
        std::fill(rule_stamps_.begin(), rule_stamps_.end(), 0);
        std::fill(regex_stamps_.begin(), regex_stamps_.end(), 0);
        stamp_ = 1;
    }
}

void Evaluation::read(const Statement& statement) {
    begin();
    add_segment(field_bit::title, "title", statement.title);
    add_segment(field_bit::spoiler, "spoiler", statement.spoiler);
    add_segment(field_bit::text, "text", statement.text);
    for (const Media& media : statement.media) add_segment(field_bit::alt, "alt", media.alt);
    if (statement.quote_of) add_segment(field_bit::quote, "quote", statement.quote_of->text);
    if (statement.repost_of) add_segment(field_bit::quote, "quote", statement.repost_of->text);
    add_segment(field_bit::author, "author", statement.author_name);
    add_segment(field_bit::author, "author", statement.author_handle);
    find_phrases();
    find_patterns();
    find_entities(statement);
}

void Evaluation::read_example(const Statement& statement) {
    begin();
    add_segment(field_bit::every, "text", statement.text);
    find_phrases();
    find_patterns();
    find_entities(statement);
}

void Evaluation::add_segment(std::uint8_t bit, const char* field, std::string_view text) {
    if (text.empty() || (program_.fields_read & bit) == 0) return;
    if (segment_count_ == segments_.size()) segments_.emplace_back();
    Segment& segment = segments_[segment_count_++];
    segment.bit = bit;
    segment.field = field;
    segment.original = text;
    segment.surface_ready = segment.places_ready = false;
    tokenise(text, segment.tokens);
}

void Evaluation::find_phrases() {
    for (std::uint32_t number = 0; number < segment_count_; ++number) {
        phrase_hits_.clear();
        search_.find(segments_[number].tokens, segments_[number].original, phrase_hits_);
        for (const PhraseHit& found : phrase_hits_) {
            __builtin_prefetch(&triggers_[found.phrase]);
            program_.members.prefetch(found.phrase);
        }
        for (const PhraseHit& found : phrase_hits_)
            hit(found.phrase, {number, found.first, found.last, last_hit});
    }
}

void Evaluation::find_patterns() {
    if (!program_.filters_patterns) return;
    for (std::uint32_t number = 0; number < segment_count_; ++number) {
        program_.pattern_filter.find(surface(segments_[number]).text, patterns_);
        for (const std::uint32_t pattern : patterns_)
            hit(program_.pattern_trigger(pattern), {number, 0, 0, last_hit});
    }
}

void Evaluation::find_entities(const Statement& statement) {
    if (program_.entities.size() == 0) return;
    const bool given =
        !statement.tags.empty() && !statement.mentions.empty() && !statement.links.empty();
    extracted_ = given ? Entities{} : extract_entities(statement.text);
    tags_ = statement.tags.empty() ? &extracted_.tags : &statement.tags;
    mentions_ = statement.mentions.empty() ? &extracted_.mentions : &statement.mentions;
    links_ = statement.links.empty() ? &extracted_.links : &statement.links;
    find_entities(EntityKind::tag, *tags_);
    find_entities(EntityKind::mention, *mentions_);
    find_entities(EntityKind::link, *links_);
}

void Evaluation::find_entities(EntityKind kind, const std::vector<std::string>& texts) {
    if (!program_.entities.has(kind)) return;
    for (std::uint32_t place = 0; place < texts.size(); ++place) {
        entity_hits_.clear();
        program_.entities.find(kind, texts[place], entity_hits_);
        for (const std::uint32_t entity : entity_hits_)
            hit(program_.entity_trigger(entity),
                {place, static_cast<std::uint32_t>(kind), 0, last_hit});
    }
}

void Evaluation::hit(std::uint32_t number, Hit found) {
    Trigger& trigger = triggers_[number];
    const auto place = static_cast<std::uint32_t>(hits_.size());
    hits_.push_back(found);
    if (trigger.stamp == stamp_) {
        hits_[trigger.tail].next = place;
        trigger.tail = place;
        return;
    }
    trigger = {stamp_, place, place};
    triggered_.push_back(number);
    if (program_.groups == 0 || number >= program_.group_trigger(0)) return;
    const Member* const end = program_.members.end(number);
    for (const Member* member = program_.members.begin(number); member != end; ++member) {
        __builtin_prefetch(&program_.conditions[member->condition]);
        hit(program_.group_trigger(member->group), {0, member->condition, 0, last_hit});
    }
}

const std::vector<std::uint32_t>& Evaluation::candidates() {
    candidates_ = program_.always;
    for (const std::uint32_t trigger : triggered_) {
        const std::uint32_t* const end = program_.waiting.end(trigger);
        for (const std::uint32_t* rule = program_.waiting.begin(trigger); rule != end; ++rule) {
            if (rule_stamps_[*rule] == stamp_) continue;
            rule_stamps_[*rule] = stamp_;
            candidates_.push_back(*rule);
        }
    }
    std::sort(candidates_.begin(), candidates_.end());
    return candidates_;
}

std::vector<std::uint32_t> Evaluation::near_candidates() {
    std::vector<std::uint32_t> rules = program_.always;
    for (const std::uint32_t trigger : triggered_) {
        for (const auto* list : {&program_.waiting, &program_.waiting_second})
            rules.insert(rules.end(), list->begin(trigger), list->end(trigger));
    }
    std::sort(rules.begin(), rules.end());
    rules.erase(std::unique(rules.begin(), rules.end()), rules.end());
    return rules;
}

bool Evaluation::holds(std::uint32_t number) {
    const Condition& condition = program_.conditions[number];
    if (!condition.shared) return decide(condition);
    Answer& answer = answers_[number];
    if (answer.stamp != stamp_) {
        answer.holds = decide(condition);
        answer.stamp = stamp_;
    }
    return answer.holds;
}

bool Evaluation::decide(const Condition& condition) {
    const std::uint32_t* child = program_.children.data() + condition.first_child;
    const std::uint32_t* const end = child + condition.child_count;
    switch (condition.op) {
        case Op::all:
            return std::all_of(child, end, [&](std::uint32_t number) { return holds(number); });
        case Op::any:
            return members_holding(condition) >= condition.at_least;
        case Op::none:
            return std::none_of(child, end, [&](std::uint32_t number) { return holds(number); });
        case Op::near:
            return near_spots(condition, nullptr);
        case Op::phrase:
            return has_phrase(condition);
        case Op::exact:
            return has_exact(condition);
        case Op::exact_signs:
            return !sign_hits(condition).empty();
        case Op::regex:
            return !regex_hits(condition).empty();
        case Op::entity:
            return triggers_[program_.entity_trigger(condition.subject)].stamp == stamp_;
        case Op::always:
            return true;
        case Op::never:
            break;
    }
    return false;
}

// Stops counting when there are enough.
std::uint32_t Evaluation::members_holding(const Condition& condition) {
    std::uint32_t count = 0;
    each_member(condition, [&](std::uint32_t member) {
        if (holds(member)) ++count;
        return count < condition.at_least;
    });
    return count;
}

bool Evaluation::has_phrase(const Condition& condition) {
    bool found = false;
    each_hit(condition.subject, [&](const Hit& one) {
        found = (segments_[one.segment].bit & condition.fields) != 0;
        return !found;
    });
    return found;
}

bool Evaluation::has_exact(const Condition& condition) {
    bool found = false;
    each_hit(condition.phrase, [&](const Hit& one) {
        found = (segments_[one.segment].bit & condition.fields) != 0 &&
                exact_at(program_.exacts[condition.subject], one.segment, one.first);
        return !found;
    });
    return found;
}

std::optional<Evaluation::Bytes> Evaluation::exact_at(
    const ExactText& exact, std::uint32_t number, std::uint32_t first
) {
    Segment& segment = segments_[number];
    const SurfaceText& text = surface(segment);
    const auto& offsets = text.original_offsets;
    const auto place =
        std::lower_bound(offsets.begin(), offsets.end(), segment.tokens.tokens[first].start);
    const auto at = static_cast<std::size_t>(place - offsets.begin());
    if (at < exact.lead) return std::nullopt;
    const std::size_t end = same_text(text.text, at - exact.lead, exact.surface);
    if (end == std::string_view::npos) return std::nullopt;
    const OriginalSpan span = original_span(segment.original, text, at - exact.lead, end);
    return Bytes{number, span.start, span.end};
}

std::vector<Evaluation::Bytes> Evaluation::sign_hits(const Condition& condition) {
    std::vector<Bytes> found;
    const std::string& wanted = program_.exacts[condition.subject].surface;
    if (wanted.empty()) return found;
    for (std::uint32_t number = 0; number < segment_count_; ++number) {
        Segment& segment = segments_[number];
        if ((segment.bit & condition.fields) == 0) continue;
        const SurfaceText& text = surface(segment);
        std::size_t at = text.text.find(wanted);
        while (at != std::string::npos && found.size() < regex_hits_max) {
            const OriginalSpan span = original_span(segment.original, text, at, at + wanted.size());
            found.push_back({number, span.start, span.end});
            at = text.text.find(wanted, at + wanted.size());
        }
    }
    return found;
}

const std::vector<Evaluation::Bytes>& Evaluation::regex_hits(const Condition& condition) {
    std::vector<Bytes>& found = regex_hits_[condition.subject];
    if (regex_stamps_[condition.subject] == stamp_) return found;
    regex_stamps_[condition.subject] = stamp_;
    found.clear();
    const Pattern& pattern = program_.patterns[condition.subject];
    for (std::uint32_t number = 0; number < segment_count_; ++number) {
        Segment& segment = segments_[number];
        if ((segment.bit & condition.fields) == 0) continue;
        if (!may_match(condition.subject, number)) continue;
        const SurfaceText& text = surface(segment);
        for (const OriginalSpan& paragraph : paragraphs(text.text)) {
            const std::string_view part = std::string_view(text.text).substr(
                paragraph.start, paragraph.end - paragraph.start
            );
            for (const Pattern::Span& hit : pattern.find_all(part, regex_hits_max)) {
                const OriginalSpan span = original_span(
                    segment.original, text, paragraph.start + hit.start, paragraph.start + hit.end
                );
                found.push_back({number, span.start, span.end});
            }
        }
    }
    return found;
}

// What the literals of the pattern say, where they were looked for.
bool Evaluation::may_match(std::uint32_t pattern, std::uint32_t segment) const {
    if (!program_.filters_patterns || !program_.pattern_filter.requires_literal(pattern))
        return true;
    bool may = false;
    each_hit(program_.pattern_trigger(pattern), [&](const Hit& hit) {
        may = hit.segment == segment;
        return !may;
    });
    return may;
}

const SurfaceText& Evaluation::surface(Segment& segment) {
    if (!segment.surface_ready) surface_text(segment.original, segment.surface);
    segment.surface_ready = true;
    return segment.surface;
}

// Two characters of a script without spaces count as one word.
void Evaluation::measure(Segment& segment) {
    if (segment.places_ready) return;
    segment.places_ready = true;
    segment.half_words.clear();
    segment.paragraphs.clear();
    std::uint32_t half_words = 0, paragraph = 0;
    for (const Token& token : segment.tokens.tokens) {
        if (token.paragraph_start) ++paragraph;
        segment.half_words.push_back(half_words);
        segment.paragraphs.push_back(paragraph);
        half_words += token.kind == TokenKind::ideograph ? 1 : 2;
    }
    segment.half_words.push_back(half_words);
}

}  // namespace spokeswatch
