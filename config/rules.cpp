#include <algorithm>

#include "base/ascii.hpp"
#include "config/codes.hpp"
#include "config/loader.hpp"

// Concepts and watch rules, but for `match` (match.cpp).

namespace spokeswatch {

namespace {

// `forms: none` is what this version does; word forms come later.
void read_forms(Loading& loading, const Mapping& map) {
    const Yaml value = map["forms"];
    if (!value) return;
    const auto choice = loading.reader.choice_of(value, "`forms`", {"none", "light"});
    if (choice && *choice == "light")
        not_in_this_version(loading.diagnostics, value.span(), "`forms: light`").label =
            "leave it out or write `none`";
}

bool is_language(const std::string& tag) {
    const std::size_t first = tag.find('-');
    const std::string_view language = std::string_view(tag).substr(0, first);
    return language.size() >= 2 && language.size() <= 3 && tag.size() <= 35 &&
           std::all_of(tag.begin(), tag.end(), [](char c) {
               return ascii_alphanumeric(c) || c == '-';
           });
}

void add_terms(
    Loading& loading,
    Yaml value,
    const std::string& lang,
    const std::string& what,
    ConceptConfig& into
) {
    const auto texts = loading.reader.texts_of(value, what, Reader::Texts::terms);
    if (!texts) return;
    if (texts->empty())
        loading.diagnostics.error(code::empty, value.span(), what + " is empty").label =
            "put at least one term here";
    for (const Located<std::string>& text : *texts) {
        if (text.value.find_first_not_of(" \t\n") == std::string::npos)
            loading.diagnostics.error(code::empty, text.span, "this term is empty");
        else if (check_term(text, loading.diagnostics))
            into.terms.push_back(Term{text, lang});
    }
}

void read_terms(Loading& loading, const Mapping& map, ConceptConfig& into) {
    const Yaml value = map["terms"];
    if (!value || value.is_empty()) {
        loading.diagnostics
            .error(
                value ? code::empty : code::missing_key,
                value ? value.span() : map.span(),
                map.title() + " needs `terms`"
            )
            .label = "add `terms: {en: [...], zh: [...]}`";
        return;
    }
    if (!value.is_map()) return add_terms(loading, value, "", "`terms`", into);
    if (value.size() == 0)
        loading.diagnostics.error(code::empty, value.span(), "`terms: {}` is empty").label =
            "put at least one term here";
    for (std::size_t i = 0; i < value.size(); ++i) {
        const std::string lang = value.key(i).text();
        if (!is_language(lang)) {
            loading.diagnostics
                .error(code::not_allowed, value.key(i).span(), cited(lang) + " is no language tag")
                .label = "write `en`, `zh`, `ru`, ... or a plain list";
            continue;
        }
        add_terms(loading, value.value(i), lang, cited(lang), into);
    }
}

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
            not_in_this_version(loading.diagnostics, word.span, "`delete` in `statements`");
        } else if (const auto form = parse_form(word.value)) {
            if (std::find(forms.begin(), forms.end(), *form) == forms.end()) forms.push_back(*form);
        } else {
            Diagnostic& fault = loading.diagnostics.error(
                code::not_allowed, word.span, "`statements` cannot hold " + cited(word.value)
            );
            const std::string near = nearest(word.value, choices);
            if (!near.empty()) fault.label = "did you mean " + cited(near) + "?";
            fault.notes.emplace_back("allowed: post, reply, quote, article, repost, edit, service");
        }
    }
    // `edit` alone adds to the default, it does not replace it.
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

void read_concept(Loading& loading, Yaml item) {
    ConceptConfig config;
    Mapping map(Section::concept_, titled("concept", item), loading.diagnostics);
    map.add(item);
    if (loading.reader.name(map, config.name))
        loading.concepts.add(config.name, loading.diagnostics);
    std::string description;
    loading.reader.text(map, "description", description);
    read_forms(loading, map);
    read_terms(loading, map, config);
    loading.config.concepts.push_back(std::move(config));
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
    if (const Yaml value = map["match"]) {
        if (!read_match(loading, value, rule.match)) rule.match = MatchNode();
    } else if (!has_watch(map)) {
        Diagnostic& fault = loading.diagnostics.error(
            code::missing_key, map.span(), map.title() + " needs a `match`"
        );
        fault.label = "add `match: ...`";
        fault.helps.emplace_back("to match every statement, write `match: everything`");
    }
    read_statements(loading, map, rule);
    read_watch(loading, map, rule);
    read_forms(loading, map);
    reader.flag(map, "include_quoted", rule.include_quoted);
    reader.labels(map, "labels", rule.labels);
    read_examples(loading, map, rule);
    loading.config.rules.push_back(std::move(rule));
}

}  // namespace spokeswatch
