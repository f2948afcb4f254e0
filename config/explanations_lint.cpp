#include <array>

#include "config/explanations_tables.hpp"

// Codes of what is allowed and probably not meant.

namespace spokeswatch {

namespace {

constexpr std::array table{
    Explanation{
        .code = "SW201",
        .title = "a rule or term that can never match",
        .meaning = "`none` forbids what `all` or `any` needs, or a term has neither letter nor "
                   "digit: the rule will stay silent for ever.",
        .advice = "Remove one of the two places that the message shows.",
        .wrong = "rules: [{name: visits, match: {any: [state visit], none: [visit]}}]\n",
        .right = "rules: [{name: visits, match: {any: [state visit], none: [film festival]}}]\n"},
    Explanation{
        .code = "SW202",
        .title = "a source, concept or receiver that nobody uses",
        .meaning = "It costs nothing and does nothing: often a name was changed in one place only.",
        .advice = "Use it, or remove it.",
        .wrong = "concepts: [{name: visit, terms: [state visit]}]\n",
        .right = "concepts: [{name: visit, terms: [state visit]}]\n"
                 "rules: [{name: visits, match: {concept: visit}}]\n"},
    Explanation{
        .code = "SW203",
        .title = "a route that nothing comes to",
        .meaning = "A route before it takes everything that this one would take, and does not say "
                   "`continue: true`.",
        .advice = "Put the narrower route first, or let the first one continue.",
        .wrong = R"(
receivers: [{name: desk}, {name: asia}]
route:
  receiver: desk
  routes:
    - {matchers: ['severity=critical'], receiver: desk}
    - {matchers: ['severity=critical', 'desk=asia'], receiver: asia}
)",
        .right = R"(
receivers: [{name: desk}, {name: asia}]
route:
  receiver: desk
  routes:
    - {matchers: ['severity=critical', 'desk=asia'], receiver: asia}
    - {matchers: ['severity=critical'], receiver: desk}
)"},
    Explanation{
        .code = "SW204",
        .title = "a rule without examples",
        .meaning = "Examples are tried at every check and reload, so that a later change cannot "
                   "break the rule unseen.",
        .advice = "Add one text that must match and one that must not.",
        .wrong = "rules: [{name: visits, match: state visit}]\n",
        .right = R"(
rules:
  - name: visits
    match: state visit
    examples: {match: [a state visit to Russia], no_match: [the state hosts visitors]}
)"},
    Explanation{
        .code = "SW205",
        .title = "a term of fewer than 3 letters",
        .meaning = "So short a term finds a lot: EU also finds the French past participle eu.",
        .advice = "Use `exact` for capitals as written, or a longer term.",
        .wrong = "rules: [{name: union, match: {any: [EU]}}]\n",
        .right = "rules: [{name: union, match: {any: [exact: EU, European Union]}}]\n"},
    Explanation{
        .code = "SW206",
        .title = "an invisible character in a term",
        .meaning = "A soft hyphen, a zero-width or a no-break space came along when the term was "
                   "copied from a web page.",
        .advice = "Type the term anew.",
        .wrong = "rules: [{name: visits, match: {any: [\"state\xe2\x80\x8bvisit\"]}}]\n",
        .right = "rules: [{name: visits, match: {any: [state visit]}}]\n"},
    Explanation{
        .code = "SW207",
        .title = "other machines reach the service and no token is asked for",
        .meaning = "The address is not one of this machine alone: everybody in the network reads "
                   "what is watched.",
        .advice = "Listen on 127.0.0.1, or give `auth_token_file`.",
        .wrong = "web: {listen_address: '0.0.0.0:8317'}\n",
        .right = "web: {listen_address: '0.0.0.0:8317', auth_token_file: webhook}\n"},
    Explanation{
        .code = "SW208",
        .title = "a rule of `none` alone",
        .meaning = "It matches every statement but a few.",
        .advice = "Say by `any` or `all` what the rule looks for.",
        .wrong = "rules: [{name: visits, match: {none: [football]}}]\n",
        .right = "rules: [{name: visits, match: {any: [visit], none: [football]}}]\n"},
    Explanation{
        .code = "SW209",
        .title = "polled more often than the kind should be",
        .meaning = "The server may answer with errors or block us.",
        .advice = "Poll at the interval that the message names, unless the server is yours.",
        .wrong = "sources: [{name: mfa, kind: feed, url: 'https://mfa.example.org/feed', "
                 "poll_interval: 5s}]\n",
        .right = "sources: [{name: mfa, kind: feed, url: 'https://mfa.example.org/feed', "
                 "poll_interval: 5m}]\n"},
    Explanation{
        .code = "SW210",
        .title = "a term mixes scripts",
        .meaning = "A Cyrillic or Greek letter looks like the Latin one that was meant. No normal "
                   "text has it, so the term finds nothing.",
        .advice = "Type the word anew on one keyboard.",
        .wrong = "rules: [{name: xi, match: {any: [Хi Jinping]}}]\n",
        .right = "rules: [{name: xi, match: {any: [Xi Jinping]}}]\n"},
    Explanation{
        .code = "SW211",
        .title = "others may read a secret or write a configuration file",
        .meaning = "Every user of the machine can read the secret, or change what is alerted.",
        .advice =
            "Put the secret into a file of its own with mode 0640 and the group `spokeswatch`, "
            "and name that by `..._file`; `chmod o-w` the configuration.",
        .wrong = "web: {auth_token: letmein}\n",
        .right = "web: {auth_token_file: webhook}\n"},
    Explanation{
        .code = "SW212",
        .title = "a private address without `allow_private`",
        .meaning = "Addresses of this machine and its network are refused when a source is polled, "
                   "so that no redirect can lead there.",
        .advice = "Add `allow_private: true` to the source if it really lives there.",
        .wrong = "sources: [{name: mfa, kind: feed, url: 'http://127.0.0.1:8080/feed'}]\n",
        .right = "sources: [{name: mfa, kind: feed, url: 'http://127.0.0.1:8080/feed', "
                 "allow_private: true}]\n"},
    Explanation{
        .code = "SW213",
        .title = "a pattern that finds no file",
        .meaning = "Nothing is read by it: often the folder is misspelt.",
        .advice = "Patterns are relative to the folder of the file that they stand in.",
        .wrong = "include: [confd/*.yml]\n",
        .right = "include: [oth*.yml]\n"},
    Explanation{
        .code = "SW214",
        .title = "a matcher that is true of no source",
        .meaning = "No source has such a label and value, so the item selects nothing.",
        .advice = "Compare with the labels of the sources.",
        .wrong = R"(
sources: [{name: mfa, kind: feed, url: 'https://mfa.example.org/feed', labels: {tier: official}}]
rules: [{name: visits, match: state visit, from: ['tier=offical', mfa]}]
)",
        .right = R"(
sources: [{name: mfa, kind: feed, url: 'https://mfa.example.org/feed', labels: {tier: official}}]
rules: [{name: visits, match: state visit, from: ['tier=official', mfa]}]
)"},
    Explanation{
        .code = "SW215",
        .title = "a word or sign that joins nothing and is searched",
        .meaning = "A text is one phrase. Operators are written in capitals and stand only in the "
                   "whole text of `match`, never in a list; a comma is a gap between words.",
        .advice = "Write `all: [a, b]` or `any: [a, b]`.",
        .wrong = "rules: [{name: visits, match: visit or summit}]\n",
        .right = "rules: [{name: visits, match: {any: [visit, summit]}}]\n"},
    Explanation{
        .code = "SW216",
        .title = "a webhook without a secret",
        .meaning = "The receiver cannot tell our messages from those of others.",
        .advice = "Give both sides a secret: echo whsec_$(openssl rand -base64 24)",
        .wrong = "receivers: [{name: desk, webhook_configs: [{url_file: webhook}]}]\n",
        .right = "receivers: [{name: desk, webhook_configs: [{url_file: webhook, secret_file: "
                 "webhook}]}]\n"},
    Explanation{
        .code = "SW217",
        .title = "a term that another one covers",
        .meaning = "Whatever the longer term finds, the shorter one beside it finds too, so the "
                   "longer one adds nothing.",
        .advice = "Remove the longer one, or the shorter if it finds too much.",
        .wrong = "rules: [{name: visits, match: {any: [visit, state visit]}}]\n",
        .right = "rules: [{name: visits, match: {any: [state visit, official visit]}}]\n"},
    Explanation{
        .code = "SW218",
        .title = "a first receiver that sends nothing",
        .meaning =
            "The first route leads to a receiver without any `..._configs`, so what no other "
            "route takes reaches nobody. A receiver of a later route may be empty: what it "
            "takes is dropped on purpose.",
        .advice = "Say what it sends by.",
        .wrong = "receivers: [{name: desk}]\n",
        .right = "receivers: [{name: desk, file_configs: [{path: alerts.ndjson}]}]\n"},
    Explanation{
        .code = "SW219",
        .title = "more than 1,000 regular expressions run on every statement",
        .meaning =
            "A regular expression that asks for no run of at least three letters is searched in "
            "every statement, which costs about 3 microseconds each; everything else costs only "
            "where it is found.",
        .advice = "Ask for a word beside it by `all`, write the word into the expression, or use "
                  "phrases.",
        .wrong = R"(
rules:
  - {name: number_1, match: {regex: '[a-z]{1}[0-9]'}}
  # and 1,000 more
)",
        .right = R"(
rules:
  - {name: number_1, match: {all: [decree, regex: '[a-z]{1}[0-9]']}}
  # and 1,000 more
)"},
};

}  // namespace

std::span<const Explanation> explained_lint() { return table; }

}  // namespace spokeswatch
