#include <algorithm>

#include "config/codes.hpp"
#include "config/loader.hpp"

// Watch rules, but for `match` (match.cpp).

namespace spokeswatch {

namespace {

void read_statements(Loading& loading, const Mapping& map, RuleConfig& into) {
    std::vector<Located<std::string>> words;
    if (!loading.reader.texts(map, "statements", words)) return;
    if (words.empty()) {
        loading.diagnostics
            .error(
                code::empty, map["statements"].span(), "`statements: []` is empty: nothing is read"
            )
            .label = "leave the key out for posts, replies, quotes and articles";
        return;
    }
    const std::vector<std::string> choices{
        "post", "reply", "quote", "article", "repost", "edit", "delete", "service"};
    std::vector<Form> forms;
    for (const Located<std::string>& word : words) {
        if (word.value == "edit") {
            into.on_edit = true;
        } else if (word.value == "delete") {
            into.on_delete = true;
        } else if (const auto form = parse_form(word.value)) {
            if (std::find(forms.begin(), forms.end(), *form) == forms.end()) forms.push_back(*form);
        } else {
            Diagnostic& fault = loading.diagnostics.error(
                code::not_allowed, word.span, "`statements` cannot hold " + cited(word.value)
            );
            const std::string near = nearest(word.value, choices);
            if (!near.empty()) fault.label = "did you mean " + cited(near) + "?";
            fault.notes.emplace_back(
                "allowed: post, reply, quote, article, repost, edit, delete, service"
            );
        }
    }
    // `edit` and `delete` alone add to the default, they do not replace it.
    if (!forms.empty()) into.forms = std::move(forms);
}

void read_examples(Loading& loading, const Mapping& rule, RuleConfig& into) {
    const Yaml value = rule["examples"];
    if (!value || value.is_empty()) return;
    Mapping map(Section::examples, "`examples` of " + rule.title(), loading.diagnostics);
    map.add(value);
    loading.reader.texts(map, "match", into.examples_match);
    loading.reader.texts(map, "no_match", into.examples_no_match);
}

}  // namespace

bool read_forms(Reader& reader, const Mapping& map, Forms& into) {
    const Yaml value = map["forms"];
    if (!value) return true;
    const auto choice = reader.choice_of(value, "`forms`", {"light", "none"});
    if (choice) into = *choice == "none" ? Forms::none : Forms::light;
    return choice.has_value();
}

void read_rule(Loading& loading, Yaml item) {
    RuleConfig rule;
    Mapping map(Section::rule, titled("rule", item), loading.diagnostics);
    map.add(item);
    Reader& reader = loading.reader;
    if (reader.name(map, rule.name)) loading.rules.add(rule.name, loading.diagnostics);
    reader.text(map, "description", rule.description);
    if (const Yaml value = map["severity"]) {
        const auto word = reader.choice_of(value, "`severity`", {"info", "warning", "critical"});
        if (word) rule.severity = parse_severity(*word).value_or(Severity::warning);
    }
    rule.from = read_matchers(loading, map, "from", true);
    rule.not_from = read_matchers(loading, map, "not_from", true);
    Forms forms = Forms::light;
    read_forms(reader, map, forms);
    if (const Yaml value = map["match"]) {
        // Its conditions stand beside it: that is told.
        const bool beside = value.is_empty() && map.meant("match");
        if (beside || !read_match(loading, value, forms, rule.match)) rule.match = MatchNode();
    } else if (!has_watch(map) && !map.meant("match")) {
        Diagnostic& fault = loading.diagnostics.error(
            code::missing_key, map.span(), map.title() + " needs a `match`"
        );
        fault.label = "add `match: ...`";
        fault.helps.emplace_back("to match every statement, write `match: everything`");
    }
    read_statements(loading, map, rule);
    read_watch(loading, map, rule);
    reader.flag(map, "confusables", rule.confusables);
    reader.flag(map, "include_quoted", rule.include_quoted);
    reader.labels(map, "labels", rule.labels);
    read_examples(loading, map, rule);
    loading.config.rules.push_back(std::move(rule));
}

}  // namespace spokeswatch
