#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/match.hpp"
#include "model/statement.hpp"
#include "model/trail.hpp"
#include "rules/phrase_search.hpp"
#include "rules/program.hpp"

namespace spokeswatch {

inline constexpr std::size_t highlights_max = 500;  // of one match; the first in reading order
inline constexpr std::size_t regex_hits_max = 100;  // of one regular expression in one text

// One statement looked at: what hits in it, and which conditions hold. An object serves one
// statement after the other and keeps its buffers; nothing is cleared but counted on.
class Evaluation {
  public:
    explicit Evaluation(const Program& program);

    // `statement` must live until the next call.
    void read(const Statement& statement);
    // An example of a rule: its text stands for every text that a condition may ask for.
    void read_example(const Statement& statement);

    // Rules whose conditions may hold, in their order; all others cannot.
    const std::vector<std::uint32_t>& candidates();

    // Rules of which at most one condition may be missing while another one is there: candidates
    // and more, in their order.
    std::vector<std::uint32_t> near_candidates();

    bool holds(std::uint32_t condition);
    // Of everything that made the condition true, by field in reading order, then place.
    std::vector<Highlight> highlights(std::uint32_t condition);
    // Why a condition does not hold: what is nearest to being there.
    std::string why_not(std::uint32_t condition);
    // The places of highlights() with the words that stand there.
    std::vector<TrailHit> hits(std::uint32_t condition);
    // "7 words apart, limit 25": of a near whose sides are there in one paragraph; else empty.
    std::string distance(std::uint32_t condition);

  private:
    using Op = Condition::Op;

    struct Segment {
        std::uint8_t bit = 0;    // conditions on any of these fields look here
        const char* field = "";  // for highlights
        std::string_view original;
        Tokens tokens;
        bool surface_ready = false, places_ready = false;
        SurfaceText surface;
        std::vector<std::uint32_t> half_words;  // before each token, and the sum at the end
        std::vector<std::uint32_t> paragraphs;  // of each token
    };
    // Hits of one trigger, as a chain through hits_.
    struct Trigger {
        std::uint32_t stamp = 0;
        std::uint32_t head = 0, tail = 0;
    };
    struct Hit {
        std::uint32_t segment = 0;          // entities: the place in their list
        std::uint32_t first = 0, last = 0;  // tokens; groups: first is the member's condition
        std::uint32_t next = 0;
    };
    static constexpr std::uint32_t last_hit = 0xFFFFFFFF;
    // Tokens [first, last) of a text: one side of a NEAR.
    struct Spot {
        std::uint32_t segment = 0, first = 0, last = 0, term = 0;
        bool look_alike = false;
    };
    struct Bytes {
        std::uint32_t segment = 0, start = 0, end = 0;
    };
    // A highlight before its bytes are counted in code points.
    struct Mark {
        std::uint8_t rank = 0;      // of the field in reading order
        std::uint32_t segment = 0;  // entities: the place in their list
        std::uint32_t start = 0, end = 0;
        std::uint32_t term = 0;
        bool look_alike = false;

        auto operator<=>(const Mark&) const = default;
    };
    struct Answer {
        std::uint32_t stamp = 0;
        bool holds = false;
    };

    void begin();
    void add_segment(std::uint8_t bit, const char* field, std::string_view text);
    void find_phrases();
    void find_patterns();
    void find_entities(const Statement& statement);
    void find_entities(EntityKind kind, const std::vector<std::string>& texts);
    void hit(std::uint32_t trigger, Hit hit);

    bool decide(const Condition& condition);
    std::uint32_t members_holding(const Condition& condition);
    // Calls `use` with the hits of a trigger until it says no.
    template <typename Use>
    void each_hit(std::uint32_t trigger, Use use) const {
        if (triggers_[trigger].stamp != stamp_) return;
        for (std::uint32_t place = triggers_[trigger].head; place != last_hit;
             place = hits_[place].next)
            if (!use(hits_[place])) return;
    }
    // Calls `use` with the members that may hold until it says no.
    template <typename Use>
    void each_member(const Condition& condition, Use use) const {
        if (condition.grouped) {
            each_hit(program_.group_trigger(condition.subject), [&](const Hit& hit) {
                return use(hit.first);
            });
            return;
        }
        const std::uint32_t* child = program_.children.data() + condition.first_child;
        for (std::uint32_t i = 0; i < condition.child_count; ++i)
            if (!use(child[i])) return;
    }
    bool has_phrase(const Condition& condition);
    // Whether the phrase stands there only by letters that look like its own.
    [[nodiscard]] bool is_look_alike(const Condition& condition, const Hit& hit) const;
    bool has_exact(const Condition& condition);
    // Where the text stands as written around token `first`, signs at its edges included.
    std::optional<Bytes> exact_at(
        const ExactText& exact, std::uint32_t segment, std::uint32_t first
    );
    const std::vector<Bytes>& regex_hits(const Condition& condition);
    [[nodiscard]] bool may_match(std::uint32_t pattern, std::uint32_t segment) const;
    std::vector<Bytes> sign_hits(const Condition& condition);

    void collect_spots(std::uint32_t number, std::vector<Spot>& spots);
    bool near_spots(const Condition& condition, std::vector<Spot>* contributing);
    bool within(const Condition& condition, const Spot& before, const Spot& after);
    // How the sides of a near stand to each other.
    struct Sides {
        std::optional<std::uint32_t> half_words;  // between the nearest two in the right order
        bool other_order = false;
        bool one_paragraph = false;
    };
    Sides measure_sides(
        const std::vector<Spot>& left, const std::vector<Spot>& right, bool ordered
    );
    std::string why_not_near(const Condition& condition);

    void collect(std::uint32_t number, std::vector<Mark>& marks);
    void collect_hits(const Condition& condition, std::vector<Mark>& marks);
    template <typename Use>
    void each_highlight(std::uint32_t number, Use use);
    void mark_tokens(const Spot& spot, std::vector<Mark>& marks) const;
    [[nodiscard]] const std::string& entity_text(const Mark& mark) const;
    [[nodiscard]] std::string shown_term(const Condition& condition) const;

    const SurfaceText& surface(Segment& segment);
    void measure(Segment& segment);
    Segment& segment(std::uint32_t number) { return segments_[number]; }

    const Program& program_;
    // Of the statement, or taken from its text where it has none.
    const std::vector<std::string>*tags_ = nullptr, *mentions_ = nullptr, *links_ = nullptr;
    Entities extracted_;
    std::vector<Segment> segments_;
    std::size_t segment_count_ = 0;  // of this statement
    std::uint32_t stamp_ = 0;
    std::vector<Trigger> triggers_;
    std::vector<std::uint32_t> triggered_;
    std::vector<Hit> hits_;
    PhraseSearch search_;
    std::vector<PhraseHit> phrase_hits_;
    std::vector<std::uint32_t> entity_hits_;
    std::vector<std::uint32_t> rule_stamps_;
    std::vector<std::uint32_t> candidates_;
    std::vector<Answer> answers_;  // of shared conditions
    std::vector<Spot> sides_[2];   // of the near that is looked at
    std::vector<std::uint32_t> regex_stamps_;
    std::vector<std::vector<Bytes>> regex_hits_;
    std::vector<std::uint32_t> patterns_;  // that may be found in one text
};

}  // namespace spokeswatch
