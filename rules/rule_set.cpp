#include "rules/rule_set.hpp"

#include <algorithm>
#include <unordered_map>

#include "rules/evaluation.hpp"
#include "rules/examples.hpp"
#include "rules/lint_patterns.hpp"
#include "rules/program.hpp"
#include "rules/trail.hpp"
#include "text/tokens.hpp"

namespace spokeswatch {

// `evaluation` is a set of buffers: what `match` promises does not depend on it.
struct RuleSet::Impl {
    explicit Impl(Program compiled) : program(std::move(compiled)), evaluation(program) {
        for (std::uint32_t i = 0; i < program.rules.size(); ++i)
            numbers.try_emplace(program.rules[i].name, i);
    }

    Program program;
    Evaluation evaluation;
    std::unordered_map<std::string, std::uint32_t> numbers;
};

RuleSet::RuleSet() : impl_(std::make_unique<Impl>(Program{})) {}
RuleSet::RuleSet(RuleSet&&) noexcept = default;
RuleSet& RuleSet::operator=(RuleSet&&) noexcept = default;
RuleSet::~RuleSet() = default;

RuleSet RuleSet::compile(const Config& config, Diagnostics& diagnostics) {
    RuleSet rules;
    rules.impl_ = std::make_unique<Impl>(compile_program(config, diagnostics));
    lint_patterns(config, rules.impl_->program, diagnostics);
    run_examples(config, rules.impl_->program, rules.impl_->evaluation, diagnostics);
    return rules;
}

std::vector<Match> RuleSet::match(const Statement& statement, const SourceInfo* source) const {
    return match_all(statement, source, nullptr);
}

std::vector<Match> RuleSet::match(
    const Statement& statement, const SourceInfo* source, std::vector<RuleTrail>& trails
) const {
    return match_all(statement, source, &trails);
}

std::vector<Match> RuleSet::match_all(
    const Statement& statement, const SourceInfo* source, std::vector<RuleTrail>* trails
) const {
    std::vector<Match> matches;
    const Program& program = impl_->program;
    if (program.rules.empty()) return matches;
    Evaluation& evaluation = impl_->evaluation;
    evaluation.read(statement);
    std::optional<Labels> labels;
    std::vector<std::uint32_t> matched;
    for (const std::uint32_t number : evaluation.candidates()) {
        const CompiledRule& rule = program.rules[number];
        if (std::find(rule.forms.begin(), rule.forms.end(), statement.form) == rule.forms.end())
            continue;
        if (source != nullptr && !(rule.from.empty() && rule.not_from.empty())) {
            if (!labels) labels = source_labels(*source);
            if (!listens_to(rule.from, rule.not_from, *labels)) continue;
        }
        if (!evaluation.holds(rule.top)) continue;
        Match match;
        match.rule = rule.name;
        match.severity = rule.severity;
        match.labels = rule.labels;
        match.highlights = evaluation.highlights(rule.top);
        matches.push_back(std::move(match));
        matched.push_back(number);
    }
    if (trails == nullptr) return matches;
    if (source != nullptr && !labels) labels = source_labels(*source);
    TrailMaker maker(program, evaluation, statement, labels ? &*labels : nullptr);
    for (const std::uint32_t number : matched) trails->push_back(maker.trail(number));
    for (const std::uint32_t number : maker.almost()) trails->push_back(maker.trail(number));
    return matches;
}

std::vector<RuleTrail> RuleSet::explain(
    const Statement& statement, const SourceInfo* source, const std::string& rule
) const {
    std::vector<RuleTrail> trails;
    const Program& program = impl_->program;
    impl_->evaluation.read(statement);
    std::optional<Labels> labels;
    if (source != nullptr) labels = source_labels(*source);
    TrailMaker maker(program, impl_->evaluation, statement, labels ? &*labels : nullptr);
    for (std::uint32_t number = 0; number < program.rules.size(); ++number)
        if (rule.empty() || program.rules[number].name == rule)
            trails.push_back(maker.trail(number));
    return trails;
}

bool RuleSet::alerts_on_edit(const std::string& rule) const {
    const auto found = impl_->numbers.find(rule);
    return found != impl_->numbers.end() && impl_->program.rules[found->second].on_edit;
}

std::size_t RuleSet::size() const { return impl_->program.rules.size(); }

std::vector<std::string> RuleSet::missing_dictionaries() const {
    std::vector<std::string> packages;
    for (const FormLanguage language : impl_->program.phrases.without_dictionary())
        packages.emplace_back(WordForms::dictionary_package(language));
    return packages;
}

bool RuleSet::has_rule(const std::string& rule) const {
    return impl_->numbers.find(rule) != impl_->numbers.end();
}

}  // namespace spokeswatch
