#include "rules/program.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>

#include "base/utf8.hpp"
#include "config/codes.hpp"
#include "rules/rule_index.hpp"
#include "text/tokens.hpp"

namespace spokeswatch {

namespace {

using Op = Condition::Op;

constexpr const char* code_regex = "SW131";
// From so many members on it is cheaper to ask the hits which of them are members.
constexpr std::size_t group_members_min = 8;

std::uint8_t bit_of(const std::string& field) {
    if (field == "title") return field_bit::title;
    if (field == "text") return field_bit::text;
    if (field == "author") return field_bit::author;
    if (field == "quote") return field_bit::quote;
    if (field == "alt") return field_bit::alt;
    return 0;
}

class Compiler {
  public:
    Compiler(const Config& config, Diagnostics& diagnostics)
        : config_(config), diagnostics_(diagnostics) {
        for (const ConceptConfig& concept_config : config.concepts)
            concepts_.try_emplace(concept_config.name.value, &concept_config);
    }

    Program run() {
        for (const RuleConfig& rule : config_.rules) program_.rules.push_back(compiled(rule));
        program_.phrases.build();
        program_.pattern_filter.build();
        index_rules(program_);
        return std::move(program_);
    }

  private:
    CompiledRule compiled(const RuleConfig& config) {
        CompiledRule rule;
        rule.name = config.name.value;
        rule.severity = config.severity;
        rule.labels = config.labels;
        if (config.watch) {  // not a matter of one statement: watches.hpp has its conditions
            rule.on_edit = config.on_edit;
            rule.top = never();
            rule.broken = true;
            return rule;
        }
        rule.from = Matchers::compile(config.from, "source", diagnostics_);
        rule.not_from = Matchers::compile(config.not_from, "source", diagnostics_);
        rule.forms = config.forms;
        rule.on_edit = config.on_edit;
        broken_ = false;
        const auto fields = static_cast<std::uint8_t>(
            field_bit::own_words | (config.include_quoted ? field_bit::quote : 0)
        );
        confusables_ = config.confusables;
        rule.top = condition(config.match, fields);
        rule.broken = broken_;
        return rule;
    }

    std::uint32_t add(Condition condition) {
        if (condition.op == Op::phrase || condition.op == Op::exact ||
            condition.op == Op::exact_signs || condition.op == Op::regex)
            program_.fields_read |= condition.fields;
        program_.conditions.push_back(condition);
        return static_cast<std::uint32_t>(program_.conditions.size() - 1);
    }

    std::uint32_t add_with_children(
        Condition condition, const std::vector<std::uint32_t>& children
    ) {
        condition.first_child = static_cast<std::uint32_t>(program_.children.size());
        condition.child_count = static_cast<std::uint32_t>(children.size());
        program_.children.insert(program_.children.end(), children.begin(), children.end());
        return add(condition);
    }

    // Of one member or the other, whichever it is.
    std::uint32_t any_of(Condition made, std::vector<std::uint32_t> children) {
        made.op = Op::any;
        if (children.size() < group_members_min) return add_with_children(made, children);
        made.grouped = std::all_of(children.begin(), children.end(), [&](std::uint32_t number) {
            const Op op = program_.conditions[number].op;
            return op == Op::phrase || op == Op::exact || op == Op::entity;
        });
        if (made.grouped) made.subject = program_.groups++;
        return add_with_children(made, children);
    }

    std::uint32_t condition(const MatchNode& node, std::uint8_t fields) {
        if (const std::uint8_t only = bit_of(node.field)) fields = only;
        switch (node.kind) {
            case MatchNode::Kind::all:
                return group(node, Op::all, fields);
            case MatchNode::Kind::any:
                return group(node, Op::any, fields);
            case MatchNode::Kind::none:
                return group(node, Op::none, fields);
            case MatchNode::Kind::near:
            case MatchNode::Kind::before:
                return near(node, fields);
            case MatchNode::Kind::phrase:
                return phrase(node.text, node.forms, "", fields);
            case MatchNode::Kind::exact:
                return exact(node.text, fields);
            case MatchNode::Kind::regex:
                return regex(node, fields);
            case MatchNode::Kind::concept_:
                return named_concept(node.text, node.forms, fields);
            case MatchNode::Kind::field:
                return bit_of(node.field) != 0 ? phrase(node.text, node.forms, "", fields)
                                               : entity(node);
            case MatchNode::Kind::everything:
                break;
        }
        Condition always;
        always.op = Op::always;
        return add(always);
    }

    std::uint32_t never() {
        broken_ = true;
        return add({});
    }

    std::uint32_t group(const MatchNode& node, Op op, std::uint8_t fields) {
        if (node.children.empty()) return never();
        std::vector<std::uint32_t> children;
        for (const MatchNode& child : node.children) {
            // `at_least` counts distinct members.
            const bool again =
                op == Op::any && child.children.empty() &&
                std::any_of(node.children.data(), &child, [&](const MatchNode& before) {
                    return before.children.empty() && before.kind == child.kind &&
                           before.text == child.text && before.field == child.field &&
                           before.forms == child.forms && before.ignore_case == child.ignore_case;
                });
            if (!again) children.push_back(condition(child, fields));
        }
        Condition made;
        made.op = op;
        made.at_least = static_cast<std::uint32_t>(std::max(1, node.at_least));
        return op == Op::any ? any_of(made, children) : add_with_children(made, children);
    }

    std::uint32_t near(const MatchNode& node, std::uint8_t fields) {
        if (node.children.size() != 2) return never();
        Condition made;
        made.op = Op::near;
        made.ordered = node.kind == MatchNode::Kind::before;
        made.within = static_cast<std::uint32_t>(std::max(0, node.within));
        return add_with_children(
            made, {condition(node.children[0], fields), condition(node.children[1], fields)}
        );
    }

    // One condition for one phrase in one set of fields, however many rules have it.
    std::uint32_t phrase(
        const std::string& text, Forms forms, const std::string& language, std::uint8_t fields
    ) {
        PhraseReading reading;
        reading.forms = forms == Forms::light;
        if (reading.forms) reading.language = language;
        const std::uint32_t plain = program_.phrases.add(text, reading);
        reading.confusables = confusables_;
        const std::uint32_t number = confusables_ ? program_.phrases.add(text, reading) : plain;
        const auto [known, fresh] =
            phrases_.try_emplace(static_cast<std::uint64_t>(number) << 8 | fields, 0);
        if (!fresh) return known->second;
        Condition made;
        made.op = Op::phrase;
        made.fields = fields;
        made.subject = number;
        made.phrase = plain;
        made.term = program_.terms.add(text);
        return known->second = add(made);
    }

    std::uint32_t exact(const std::string& text, std::uint8_t fields) {
        Condition made;
        made.op = Op::exact;
        made.fields = fields;
        made.term = program_.terms.add(text);
        made.phrase = program_.phrases.add(text, {.exact = true});
        ExactText exact_text;
        exact_text.surface = surface_text(text).text;
        const Tokens tokens = tokenise(exact_text.surface);
        if (tokens.tokens.empty())
            made.op = Op::exact_signs;
        else
            exact_text.lead = tokens.tokens.front().start;
        made.subject = static_cast<std::uint32_t>(program_.exacts.size());
        program_.exacts.push_back(std::move(exact_text));
        return add(made);
    }

    std::uint32_t regex(const MatchNode& node, std::uint8_t fields) {
        const auto [known, fresh] = regexes_.try_emplace({node.text, node.ignore_case, fields}, 0);
        if (!fresh) return known->second;
        std::optional<Pattern::Problem> problem;
        Pattern pattern = Pattern::compile(node.text, node.ignore_case, problem);
        if (problem) {
            report(*problem, node);
            regexes_.erase(known);
            return never();
        }
        Condition made;
        made.op = Op::regex;
        made.fields = fields;
        made.shared = true;
        made.subject = static_cast<std::uint32_t>(program_.patterns.size());
        made.term = program_.terms.add(node.text);
        program_.pattern_filter.add(pattern);
        program_.patterns.push_back(std::move(pattern));
        return known->second = add(made);
    }

    void report(const Pattern::Problem& problem, const MatchNode& node) {
        Span span = node.span;
        // Nothing is escaped: character n of the expression is character n of the file.
        if (span.length == code_points(node.text) && problem.offset < span.length) {
            span.column += problem.offset;
            span.length = problem.length;
        }
        Diagnostic& fault = diagnostics_.error(code_regex, span, problem.message);
        const bool unclosed = problem.message.find("is not closed") != std::string::npos;
        if (unclosed) fault.label = "opened here";
        fault.notes.emplace_back("RE2 syntax; no look-ahead, no back-references");
        if (!unclosed) return;
        const std::string rest = node.text.substr(byte_offset(node.text, problem.offset));
        const std::string_view shown = std::string_view(rest).substr(0, byte_offset(rest, 3));
        fault.helps.push_back(
            "to find the characters `" + std::string(shown) + "` themselves, write `\\" +
            std::string(shown) + "`"
        );
    }

    // "name" or "name.lang"; names may hold full stops themselves.
    std::uint32_t named_concept(
        const std::string& reference, Forms forms_max, std::uint8_t fields
    ) {
        const auto [known, fresh] =
            concept_conditions_.try_emplace({reference, fields, forms_max, confusables_}, 0);
        if (!fresh) return known->second;
        std::string lang;
        auto found = concepts_.find(reference);
        if (const auto dot = reference.rfind('.');
            found == concepts_.end() && dot != std::string::npos) {
            found = concepts_.find(reference.substr(0, dot));
            lang = reference.substr(dot + 1);
        }
        std::vector<std::uint32_t> children;
        if (found != concepts_.end()) {
            found->second->each_term(
                lang,
                [&](std::string_view text, const std::string& language, Forms forms) {
                    if (forms_max == Forms::none) forms = Forms::none;
                    children.push_back(phrase(std::string(text), forms, language, fields));
                }
            );
        }
        if (children.empty()) {
            concept_conditions_.erase(known);
            return never();
        }
        Condition made;
        made.shared = true;
        made.term = program_.terms.add(reference);
        return known->second = any_of(made, children);
    }

    std::uint32_t entity(const MatchNode& node) {
        std::optional<EntityKind> kind;
        if (node.field == "tag") kind = EntityKind::tag;
        if (node.field == "mention") kind = EntityKind::mention;
        if (node.field == "link") kind = EntityKind::link;
        if (!kind) return never();
        if (const std::string why = why_never(*kind, node.text); !why.empty())
            diagnostics_
                .warning(code::never_matches, node.span, cited(node.text) + " can never be found")
                .label = why;
        Condition made;
        made.op = Op::entity;
        made.term = program_.terms.add(node.text);
        made.subject = program_.entities.add(*kind, node.text);
        made.entity = *kind;
        return add(made);
    }

    const Config& config_;
    Diagnostics& diagnostics_;
    Program program_;
    std::map<std::string, const ConceptConfig*> concepts_;
    std::unordered_map<std::uint64_t, std::uint32_t> phrases_;  // by phrase and fields
    std::map<std::tuple<std::string, std::uint8_t, Forms, bool>, std::uint32_t> concept_conditions_;
    std::map<std::tuple<std::string, bool, std::uint8_t>, std::uint32_t> regexes_;
    bool confusables_ = false;  // of the rule
    bool broken_ = false;
};

}  // namespace

Program compile_program(const Config& config, Diagnostics& diagnostics) {
    return Compiler(config, diagnostics).run();
}

}  // namespace spokeswatch
