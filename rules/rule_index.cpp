#include "rules/rule_index.hpp"

#include <cmath>
#include <optional>

namespace spokeswatch {

namespace {

using Op = Condition::Op;

constexpr double entity_frequency = 1.0 / 64;
// Looking for literals costs more than looking for phrases: only for want of something better.
constexpr double pattern_frequency = 0.5;

// A set of triggers of which one must hit before a condition can be true.
struct Anchor {
    std::vector<std::uint32_t> triggers;
    double frequency = 0;  // a guess: how often one of them hits, relative to other anchors
};

class RuleIndexer {
  public:
    explicit RuleIndexer(Program& program)
        : program_(program), group_frequencies_(program.groups, -1) {}

    void run() {
        std::vector<std::pair<std::uint32_t, std::uint32_t>> waiting, second;
        for (std::uint32_t rule = 0; rule < program_.rules.size(); ++rule) {
            const std::uint32_t top = program_.rules[rule].top;
            if (const auto other = second_anchor(top)) {
                for (const std::uint32_t trigger : other->triggers)
                    second.emplace_back(trigger, rule);
            }
            const auto found = anchor(top);
            if (!found) {
                program_.always.push_back(rule);
                continue;
            }
            for (const std::uint32_t trigger : found->triggers) {
                waiting.emplace_back(trigger, rule);
                if (trigger >= program_.pattern_trigger(0)) program_.filters_patterns = true;
            }
        }
        program_.waiting.build(program_.triggers(), waiting);
        program_.waiting_second.build(program_.triggers(), second);
        list_members();
    }

  private:
    void list_members() {
        if (program_.groups == 0) return;
        std::vector<std::pair<std::uint32_t, Member>> members;
        for (const Condition& condition : program_.conditions) {
            if (!condition.grouped) continue;
            for (std::uint32_t i = 0; i < condition.child_count; ++i) {
                const std::uint32_t child = program_.children[condition.first_child + i];
                const auto trigger = trigger_of(program_.conditions[child]);
                members.emplace_back(trigger, Member{condition.subject, child});
            }
        }
        program_.members.build(program_.group_trigger(0), members);
    }

    // Of a phrase, an exact text or an entity.
    [[nodiscard]] std::uint32_t trigger_of(const Condition& condition) const {
        if (condition.op == Op::entity) return program_.entity_trigger(condition.subject);
        return condition.op == Op::exact ? condition.phrase : condition.subject;
    }

    // nullopt: the condition can be true without any trigger.
    std::optional<Anchor> anchor(std::uint32_t number) {
        const Condition& condition = program_.conditions[number];
        switch (condition.op) {
            case Op::phrase:
            case Op::exact:
            case Op::entity: {
                const double often = frequency(condition);
                if (often == 0) return Anchor{};
                return Anchor{{trigger_of(condition)}, often};
            }
            case Op::all:
            case Op::near:
                return best_child(condition);
            case Op::any:
                return condition.grouped ? group(condition) : any_child(condition);
            case Op::regex:
                if (!program_.pattern_filter.requires_literal(condition.subject))
                    return std::nullopt;
                return Anchor{{program_.pattern_trigger(condition.subject)}, pattern_frequency};
            case Op::never:
                return Anchor{};
            case Op::none:
            case Op::exact_signs:
            case Op::always:
                break;
        }
        return std::nullopt;
    }

    // Every letter makes a word rarer, and every word a phrase.
    [[nodiscard]] double frequency(const Condition& condition) const {
        if (condition.op == Op::entity) return entity_frequency;
        const std::uint32_t phrase = trigger_of(condition);
        if (!program_.phrases.can_hit(phrase)) return 0;
        return std::exp2(-0.5 * program_.phrases.rarity(phrase));
    }

    std::optional<Anchor> best_child(const Condition& condition) {
        std::optional<Anchor> best;
        for (std::uint32_t i = 0; i < condition.child_count; ++i) {
            auto one = anchor(program_.children[condition.first_child + i]);
            if (one && (!best || one->frequency < best->frequency)) best = std::move(one);
        }
        return best;
    }

    // Conditions that a rule joins by AND, nested ones too.
    void conjuncts(std::uint32_t number, std::vector<std::uint32_t>& into) const {
        const Condition& condition = program_.conditions[number];
        if (condition.op != Op::all) return into.push_back(number);
        for (std::uint32_t i = 0; i < condition.child_count; ++i)
            conjuncts(program_.children[condition.first_child + i], into);
    }

    // What a rule waits for when its rarest conjunct is left out.
    std::optional<Anchor> second_anchor(std::uint32_t top) {
        std::vector<std::uint32_t> all;
        conjuncts(top, all);
        std::optional<Anchor> best, second;
        for (const std::uint32_t number : all) {
            auto one = anchor(number);
            if (!one) continue;
            if (!best || one->frequency < best->frequency) std::swap(best, one);
            if (one && (!second || one->frequency < second->frequency)) second = std::move(one);
        }
        return second;
    }

    // One of the members must be true, so one of all their triggers must hit. With `at_least`, as
    // many as one fewer may wait for nothing.
    std::optional<Anchor> any_child(const Condition& condition) {
        Anchor together;
        std::uint32_t without = 0;
        for (std::uint32_t i = 0; i < condition.child_count; ++i) {
            const auto one = anchor(program_.children[condition.first_child + i]);
            if (!one) {
                if (++without >= condition.at_least) return std::nullopt;
                continue;
            }
            together.triggers.insert(
                together.triggers.end(), one->triggers.begin(), one->triggers.end()
            );
            together.frequency += one->frequency;
        }
        return together;
    }

    Anchor group(const Condition& condition) {
        double& often = group_frequencies_[condition.subject];
        if (often < 0) {
            often = 0;
            for (std::uint32_t i = 0; i < condition.child_count; ++i) {
                const std::uint32_t child = program_.children[condition.first_child + i];
                often += frequency(program_.conditions[child]);
            }
        }
        return {{program_.group_trigger(condition.subject)}, often};
    }

    Program& program_;
    std::vector<double> group_frequencies_;  // below 0: not yet asked
};

}  // namespace

void index_rules(Program& program) { RuleIndexer(program).run(); }

}  // namespace spokeswatch
