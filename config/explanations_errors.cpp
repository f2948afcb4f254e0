#include <array>

#include "config/explanations_tables.hpp"

// Codes of values, names, terms, secrets and examples.

namespace spokeswatch {

namespace {

constexpr std::array table{
    Explanation{
        .code = "SW110",
        .title = "wrong type of value",
        .meaning = "A list stands where a text is needed, a text where a mapping is needed, and so "
                   "on.",
        .advice = "Write the value as the message says.",
        .wrong = "global: {timezone: [UTC]}\n",
        .right = "global: {timezone: UTC}\n"},
    Explanation{
        .code = "SW111",
        .title = "not a duration",
        .meaning = "A duration is a number and a unit, joined: ms, s, m, h, d or w, larger units "
                   "first. A number alone is none: nobody could tell its unit.",
        .advice = "Write 30s, 5m, 6h, 2d, 1w; combine as 1h30m.",
        .wrong = "global: {poll_interval: 5 minutes}\n",
        .right = "global: {poll_interval: 5m}\n"},
    Explanation{
        .code = "SW112",
        .title = "not a whole number",
        .meaning = "A whole number is written in decimal digits, without a leading zero: other "
                   "programs read 010 as eight.",
        .advice = "Write digits.",
        .wrong =
            "rules:\n  - name: visits\n    match: {any: [state visit, summit], at_least: two}\n",
        .right =
            "rules:\n  - name: visits\n    match: {any: [state visit, summit], at_least: 2}\n"},
    Explanation{
        .code = "SW113",
        .title = "empty where something is needed",
        .meaning =
            "An empty list or text says nothing here, and what it could mean is not guessed.",
        .advice = "Put in what is missing, or remove the key.",
        .wrong = "rules: [{name: visits, match: {any: []}}]\n",
        .right = "rules: [{name: visits, match: {any: [state visit]}}]\n"},
    Explanation{
        .code = "SW114",
        .title = "a key is missing",
        .meaning = "Something that cannot be guessed is not there.",
        .advice = "Add the key that the message names.",
        .wrong = "rules: [{name: visits}]\n",
        .right = "rules: [{name: visits, match: state visit}]\n"},
    Explanation{
        .code = "SW115",
        .title = "a value that is not allowed",
        .meaning = "The value is none of the words, or outside the range, that the key takes.",
        .advice = "Take one of those that the message lists.",
        .wrong = "rules: [{name: visits, match: state visit, severity: urgent}]\n",
        .right = "rules: [{name: visits, match: state visit, severity: critical}]\n"},
    Explanation{
        .code = "SW116",
        .title = "not available in this version",
        .meaning =
            "The word is known and belongs to a later version. It is refused, so that nobody "
            "relies on what does not happen.",
        .advice = "Remove it, or install a version that has it.",
        .wrong = "storage: {url: 'postgresql://db.example.org/spokeswatch'}\n",
        .right = "storage: {path: spokeswatch.db}\n"},
    Explanation{
        .code = "SW117",
        .title = "keys of match that do not fit together",
        .meaning = "A condition is missing a part, has one too many, or could be read in two ways.",
        .advice = "Say which is meant: `all` or `any`; put `at_least` beside `any`, and `within` "
                  "beside `near` or `before`.",
        .wrong = "rules: [{name: visits, match: [state visit, summit]}]\n",
        .right = "rules: [{name: visits, match: {any: [state visit, summit]}}]\n"},
    Explanation{
        .code = "SW118",
        .title = "a URL, address, path or time zone that is none",
        .meaning = "The text is not of the form that it must have, or names nothing that exists.",
        .advice =
            "A URL begins with http:// or https:// and a host; a listen address has a host and "
            "a port; time zones have the names of tzdata.",
        .wrong = "global: {proxy_url: proxy.example.org}\n",
        .right = "global: {proxy_url: 'http://proxy.example.org:3128'}\n"},
    Explanation{
        .code = "SW119",
        .title = "one value is set twice",
        .meaning =
            "Two files, or two keys, give one value. Which of them would hold depends on the "
            "order, so neither does.",
        .advice = "Remove one of them; the message shows both places.",
        .wrong = "web: {auth_token_env: TOKEN, auth_token_file: webhook}\n",
        .right = "web: {auth_token_file: webhook}\n"},
    Explanation{
        .code = "SW120",
        .title = "not a name",
        .meaning = "Names stand in files, addresses and metrics: letters A-Z a-z, digits and _ . - "
                   "make one, at most 64. Label names have no . and -, and no digit first.",
        .advice = "Replace other characters by _; put what people read into `description`.",
        .wrong = "rules: [{name: state visits, match: state visit}]\n",
        .right = "rules: [{name: state_visits, match: state visit}]\n"},
    Explanation{
        .code = "SW121",
        .title = "a name that nothing has",
        .meaning = "A receiver, source, concept or kind of this name stands in no file.",
        .advice = "Correct the name, or include the file that defines it.",
        .wrong = "receivers: [{name: asia_desk}]\nroute: {receiver: asia_dsek}\n",
        .right = "receivers: [{name: asia_desk}]\nroute: {receiver: asia_desk}\n"},
    Explanation{
        .code = "SW122",
        .title = "a name that two things have",
        .meaning = "Two rules, sources, concepts or receivers share a name, maybe in two files.",
        .advice = "Rename one.",
        .wrong =
            "rules:\n  - {name: visits, match: state visit}\n  - {name: visits, match: summit}\n",
        .right =
            "rules:\n  - {name: visits, match: state visit}\n  - {name: summits, match: summit}\n"},
    Explanation{
        .code = "SW123",
        .title = "a matcher that cannot be read",
        .meaning =
            "A matcher is label=value, label!=value, label=~regex or label!~regex; in `from` "
            "and `not_from` also the name of a source.",
        .advice = "Write = and not a colon; quote a value that holds a comma.",
        .wrong = "rules: [{name: visits, match: state visit, from: ['tier: official']}]\n",
        .right = "rules: [{name: visits, match: state visit, from: ['tier=official']}]\n"},
    Explanation{
        .code = "SW124",
        .title = "a selector, pointer or pattern of a source that cannot be read",
        .meaning =
            "What is taken from a web page or from JSON is told by CSS selectors or XPath, by "
            "JSON Pointers, regular expressions and formats of dates. This one is none, or "
            "uses what is not available.",
        .advice = "The page of the kind of source lists what is available.",
        .wrong = "sources:\n  - name: ministry\n    kind: web_page\n    url: "
                 "'https://mfa.example/news'\n    select: {item: 'li::before', link: a}\n",
        .right = "sources:\n  - name: ministry\n    kind: web_page\n    url: "
                 "'https://mfa.example/news'\n    select: {item: 'ul.news li', link: a}\n"},
    Explanation{
        .code = "SW126",
        .title = "a watch that does not fit its rule",
        .meaning = "A rule watches one thing over time. A shift goes from one concept to another; "
                   "`follow` looks at the alerts of other rules, not at words.",
        .advice = "Make the second watch a rule of its own, or leave out what the message names.",
        .wrong = "rules: [{name: surge, match: visit, frequency: {at_least: 5, within: 1h}, "
                 "chorus: {same_text: 3 orgs, within: 2h}}]\n",
        .right = "rules: [{name: surge, match: visit, frequency: {at_least: 5, within: 1h}}]\n"},
    Explanation{
        .code = "SW131",
        .title = "a regular expression that cannot be compiled",
        .meaning = "Expressions are those of RE2, which finds in linear time whatever the text is. "
                   "It has no look-ahead, no look-behind and no back-references.",
        .advice =
            "Close every bracket, put a backslash before signs that are meant as such, and say "
            "what must not stand there by `none` instead of a look-ahead.",
        .wrong = "rules: [{name: visits, match: {regex: '国事(访问|visit'}}]\n",
        .right = "rules: [{name: visits, match: {regex: '国事(访问|visit)'}}]\n"},
    Explanation{
        .code = "SW132",
        .title = "too few letters before `*`",
        .meaning = "A `*` stands for any ending of a word and needs 3 letters before it, 2 of "
                   "Chinese: less would find nearly every text.",
        .advice = "Write more letters, or list the words. To find a star itself, use `exact`.",
        .wrong = "rules: [{name: visits, match: {any: ['vi* of state']}}]\n",
        .right = "rules: [{name: visits, match: {any: ['visit* of state']}}]\n"},
    Explanation{
        .code = "SW133",
        .title = "an expression that cannot be read",
        .meaning =
            "A `match` with operators, quotes, parentheses or signs is an expression. What has two "
            "readings is refused with both: words side by side, AND with OR without parentheses.",
        .advice = "Put phrases in quotes and parentheses around what belongs together; the mapping "
                  "form (`any`, `all`, `none`) says the same without operators.",
        .wrong = "rules: [{name: visits, match: 'visit AND Moscow OR Beijing'}]\n",
        .right = "rules: [{name: visits, match: 'visit AND (Moscow OR Beijing)'}]\n"},
    Explanation{
        .code = "SW134",
        .title = "a line of a `terms_file` that is no term",
        .meaning = "A terms file holds one term a line, as UTF-8, without quotes; lines that are "
                   "empty or begin with `#` are passed over.",
        .advice = "Mend or remove the line that the message names.",
        .wrong = "concepts: [{name: companies, terms_file: broken.txt}]\n",
        .right = "concepts: [{name: companies, terms_file: companies.txt}]\n"},
    Explanation{
        .code = "SW141",
        .title = "a secret cannot be read",
        .meaning =
            "The file or environment variable with the secret is not there, is empty, or may "
            "not be read by the user that runs the program.",
        .advice = "Put the file beside the configuration, readable by the group `spokeswatch`, or "
                  "hand it over by LoadCredential= of systemd.",
        .wrong = "web: {auth_token_file: missing}\n",
        .right = "web: {auth_token_file: webhook}\n"},
    Explanation{
        .code = "SW151",
        .title = "an example that must match does not",
        .meaning = "The rule does not find the text that it was written for.",
        .advice = "The message says which condition failed; mend the rule or the example.",
        .wrong =
            "rules: [{name: visits, match: state visit, examples: {match: [a visit of state]}}]\n",
        .right =
            "rules: [{name: visits, match: state visit, examples: {match: [a state visit]}}]\n"},
    Explanation{
        .code = "SW152",
        .title = "an example that must not match does",
        .meaning = "The rule finds a text that it should leave out.",
        .advice = "The message says what was found; add a `none`, or make the terms longer.",
        .wrong =
            "rules: [{name: visits, match: visit, examples: {no_match: [a visit to the zoo]}}]\n",
        .right = "rules: [{name: visits, match: state visit, examples: {no_match: [a visit to the "
                 "zoo]}}]\n"},
};

}  // namespace

std::span<const Explanation> explained_errors() { return table; }

}  // namespace spokeswatch
