#include <array>

#include "config/schema_keys.hpp"

// Keys of the newsroom: concepts, rules, and tests of rules.

namespace spokeswatch {

namespace {

using T = ValueType;
constexpr bool later = true;

constexpr std::array concept_rows{
    KeySpec{
        .name = "name",
        .type = T::name,
        .meaning = "`concept: NAME` in a rule; `NAME.en` means the terms of one language.",
        .example = "state_visit",
        .need = Need::yes},
    KeySpec{
        .name = "terms",
        .type = T::terms,
        .meaning = "Terms by language tag, or a plain list. Every term is searched in every "
                   "statement.",
        .example = "{en: [state visit, 'pay* a visit'], zh: [国事访问]}",
        .need = Need::one_of},
    KeySpec{
        .name = "terms_file",
        .type = T::paths_by_language,
        .meaning = "A file with one term a line, several, or files by language tag.",
        .example = "companies.txt",
        .need = Need::one_of},
    KeySpec{.name = "description", .meaning = "For people.", .example = "a visit of state"},
    KeySpec{
        .name = "forms",
        .type = T::choice,
        .meaning = "Whether a word stands for its inflected forms.",
        .otherwise = "`light`",
        .example = "none",
        .words = "light, none"},
};

constexpr std::array term_rows{
    KeySpec{.name = "term", .meaning = "The words.", .example = "state visit", .need = Need::yes},
    KeySpec{
        .name = "forms",
        .type = T::choice,
        .meaning = "Whether its words stand for their inflected forms.",
        .otherwise = "that of the concept",
        .example = "none",
        .words = "light, none"},
};

constexpr std::array rule_rows{
    KeySpec{
        .name = "name",
        .type = T::name,
        .meaning = "Unique among rules; alerts and routes name it.",
        .example = "xi_visits_russia",
        .need = Need::yes},
    KeySpec{
        .name = "match",
        .type = T::match,
        .meaning = "What to find, see below.",
        .otherwise = "every statement, where the rule has a watch",
        .example = "state visit",
        .need = Need::one_of},
    KeySpec{
        .name = "description", .meaning = "For people.", .example = "Xi Jinping goes to Russia"},
    KeySpec{
        .name = "severity",
        .type = T::choice,
        .meaning = "How much it matters.",
        .otherwise = "`warning`",
        .example = "critical",
        .words = "info, warning, critical"},
    KeySpec{
        .name = "from",
        .type = T::matchers,
        .meaning = "Sources to read; one item that is true is enough.",
        .otherwise = "every source",
        .example = "['tier=official', kremlin]"},
    KeySpec{
        .name = "not_from",
        .type = T::matchers,
        .meaning = "Sources to leave out.",
        .example = "['tier=media']"},
    KeySpec{
        .name = "statements",
        .type = T::choices,
        .meaning = "What to read; `edit` alerts on an edit even where the rule matched before.",
        .otherwise = "`post`, `reply`, `quote`, `article`",
        .example = "[post, article]",
        .words = "post, reply, quote, article, repost, service, edit, delete"},
    KeySpec{
        .name = "include_quoted",
        .type = T::flag,
        .meaning = "Search quoted and reposted words too.",
        .otherwise = "no",
        .example = "true"},
    KeySpec{
        .name = "forms",
        .type = T::choice,
        .meaning = "Whether a word stands for its inflected forms.",
        .otherwise = "`light`",
        .example = "none",
        .words = "light, none"},
    KeySpec{
        .name = "labels",
        .type = T::labels,
        .meaning = "For routes and messages.",
        .example = "{desk: asia}"},
    KeySpec{
        .name = "examples",
        .type = T::mapping,
        .meaning = "Texts that must and must not match, tried at every check and reload.",
        .section = Section::examples},
    KeySpec{.name = "corroboration", .later = later},
    KeySpec{.name = "cooldown", .later = later},
    KeySpec{.name = "throttle", .later = later},
    KeySpec{.name = "escalate", .later = later},
    KeySpec{
        .name = "first_use",
        .type = T::mapping,
        .meaning = "Watch: a concept that a source has not used for long.",
        .otherwise = "none",
        .need = Need::one_of,
        .section = Section::first_use},
    KeySpec{
        .name = "shift",
        .type = T::mapping,
        .meaning = "Watch: a source goes from one wording to another.",
        .otherwise = "none",
        .need = Need::one_of,
        .section = Section::shift},
    KeySpec{
        .name = "silent",
        .type = T::mapping,
        .meaning = "Watch: a source says nothing for long.",
        .otherwise = "none",
        .need = Need::one_of,
        .section = Section::silent},
    KeySpec{
        .name = "frequency",
        .type = T::mapping,
        .meaning = "Watch: many statements in a short time.",
        .otherwise = "none",
        .need = Need::one_of,
        .section = Section::frequency},
    KeySpec{
        .name = "chorus",
        .type = T::mapping,
        .meaning = "Watch: several organisations say the same.",
        .otherwise = "none",
        .need = Need::one_of,
        .section = Section::chorus},
    KeySpec{
        .name = "follow",
        .type = T::texts,
        .meaning = "Watch: edits of statements on which these rules alerted.",
        .otherwise = "none",
        .example = "[xi_visits_russia]",
        .need = Need::one_of},
    KeySpec{
        .name = "confusables",
        .type = T::flag,
        .meaning = "Letters that look alike count as one.",
        .otherwise = "no",
        .example = "true"},
};

constexpr std::array match_rows{
    KeySpec{
        .name = "all",
        .type = T::members,
        .meaning = "True when every member is.",
        .example = "[concept: state_visit, Moscow]"},
    KeySpec{
        .name = "any",
        .type = T::members,
        .meaning = "True when at least one member is, or `at_least` different ones.",
        .example = "[state visit, official visit]"},
    KeySpec{
        .name = "at_least",
        .type = T::whole,
        .meaning = "How many different members of the `any` beside it.",
        .otherwise = "`1`",
        .example = "2",
        .beside = "any"},
    KeySpec{
        .name = "none",
        .type = T::members,
        .meaning = "True when no member is.",
        .example = "[film festival, football]"},
    KeySpec{
        .name = "near",
        .type = T::pair,
        .meaning = "True when both stand in one paragraph with at most `within` words between, in "
                   "any order.",
        .example = "[Xi Jinping, Moscow]",
        .beside = "within"},
    KeySpec{
        .name = "before",
        .type = T::pair,
        .meaning = "As `near`, the first one first.",
        .example = "[visit, Moscow]",
        .beside = "within"},
    KeySpec{
        .name = "within",
        .type = T::words_apart,
        .meaning = "Words between the two of the `near` or `before` beside it, 0 to 50.",
        .example = "25 words"},
    KeySpec{
        .name = "concept",
        .meaning = "True when one of its terms is found.",
        .example = "state_visit"},
    KeySpec{
        .name = "term",
        .meaning = "A text, where it has `forms` of its own.",
        .example = "state visit"},
    KeySpec{
        .name = "forms",
        .type = T::choice,
        .meaning = "Whether the words of the `term` beside it stand for their inflected forms.",
        .otherwise = "that of the rule",
        .example = "none",
        .words = "light, none",
        .beside = "term"},
    KeySpec{
        .name = "exact",
        .type = T::texts,
        .meaning = "Found with case, accents and signs as written.",
        .example = "WHO"},
    KeySpec{
        .name = "regex",
        .meaning = "True when RE2 finds it; not anchored.",
        .example = "'(fifth|sixth) round of talks'"},
    KeySpec{
        .name = "field",
        .type = T::mapping,
        .meaning = "Looks at one part of the statement only.",
        .section = Section::field},
    KeySpec{.name = "everything", .type = T::flag, .meaning = "Always true.", .example = "true"},
};

constexpr std::array field_rows{
    KeySpec{
        .name = "title",
        .type = T::texts,
        .meaning = "The title holds one of the texts.",
        .example = "[press conference]"},
    KeySpec{
        .name = "text",
        .type = T::texts,
        .meaning = "The text itself, without title and descriptions of pictures.",
        .example = "state visit"},
    KeySpec{
        .name = "author",
        .type = T::texts,
        .meaning = "The author as the source names them.",
        .example = "Hua Chunying"},
    KeySpec{.name = "link", .type = T::texts, .meaning = "A link.", .example = "fmprc.gov.cn"},
    KeySpec{.name = "tag", .type = T::texts, .meaning = "A hashtag.", .example = "Ukraine"},
    KeySpec{
        .name = "mention",
        .type = T::texts,
        .meaning = "A mentioned account.",
        .example = "KremlinRussia_E"},
    KeySpec{
        .name = "quote",
        .type = T::texts,
        .meaning = "Quoted or reposted words.",
        .example = "state visit"},
    KeySpec{
        .name = "alt",
        .type = T::texts,
        .meaning = "Descriptions of pictures.",
        .example = "handshake"},
};

constexpr std::array examples_rows{
    KeySpec{
        .name = "match",
        .type = T::texts,
        .meaning = "Texts that must match.",
        .example = "[Xi Jinping arrived in Moscow for a state visit]"},
    KeySpec{
        .name = "no_match",
        .type = T::texts,
        .meaning = "Texts that must not match.",
        .example = "[The state hosts many visitors]"},
};

constexpr std::array test_file_rows{
    KeySpec{
        .name = "rule_files",
        .type = T::texts,
        .meaning = "Files with the rules and concepts that are tested.",
        .example = "[russia-china.yml]"},
    KeySpec{
        .name = "tests",
        .type = T::mappings,
        .meaning = "The tests, each on its own.",
        .need = Need::yes,
        .section = Section::test},
};

constexpr std::array test_rows{
    KeySpec{
        .name = "name",
        .meaning = "What is tested, as a sentence.",
        .example = "the announcement is critical",
        .need = Need::yes},
    KeySpec{
        .name = "start_time",
        .type = T::time,
        .meaning = "What the clock says at `0m`.",
        .example = "2023-03-17T07:00:00Z"},
    KeySpec{
        .name = "statements",
        .type = T::mappings,
        .meaning = "What is said, and when.",
        .need = Need::yes,
        .section = Section::test_statement},
    KeySpec{
        .name = "expect",
        .type = T::mappings,
        .meaning = "What must have been alerted.",
        .need = Need::yes,
        .section = Section::test_expectation},
};

constexpr std::array test_statement_rows{
    KeySpec{
        .name = "at",
        .type = T::duration,
        .meaning = "When, counted from the start.",
        .otherwise = "`0m`",
        .example = "12m"},
    KeySpec{
        .name = "source",
        .type = T::name,
        .meaning = "Who says it.",
        .otherwise = "`test`",
        .example = "kremlin"},
    KeySpec{
        .name = "labels",
        .type = T::labels,
        .meaning = "Labels of the source.",
        .example = "{org: Kremlin, tier: official}"},
    KeySpec{
        .name = "text",
        .meaning = "What is said.",
        .example = "Xi Jinping will pay a state visit to Russia",
        .need = Need::one_of},
    KeySpec{
        .name = "title",
        .meaning = "Its headline.",
        .example = "Xi to visit Moscow",
        .need = Need::one_of},
    KeySpec{
        .name = "id",
        .meaning = "What tells it from others of the source; the same id again is an edit.",
        .otherwise = "its number in the list",
        .example = "'1636'"},
    KeySpec{
        .name = "url",
        .type = T::url,
        .meaning = "Where it can be read.",
        .example = "'https://example.org/1636'"},
    KeySpec{
        .name = "lang",
        .type = T::language,
        .meaning = "The language that it says it is in.",
        .example = "en"},
    KeySpec{
        .name = "form",
        .type = T::choice,
        .meaning = "What it is.",
        .otherwise = "`post`",
        .example = "article",
        .words = "post, reply, repost, quote, article, service"},
};

constexpr std::array test_expectation_rows{
    KeySpec{
        .name = "at",
        .type = T::duration,
        .meaning = "When, counted from the start.",
        .otherwise = "`0m`",
        .example = "12m"},
    KeySpec{
        .name = "alerts",
        .type = T::mappings,
        .meaning = "All alerts of that moment; `[]` for none.",
        .need = Need::yes,
        .section = Section::test_alert},
};

constexpr std::array test_alert_rows{
    KeySpec{
        .name = "rule",
        .type = T::name,
        .meaning = "The rule that alerts.",
        .example = "xi_visits_russia",
        .need = Need::yes},
    KeySpec{
        .name = "severity",
        .type = T::choice,
        .meaning = "How much it matters.",
        .example = "critical",
        .words = "info, warning, critical"},
    KeySpec{
        .name = "evidence",
        .type = T::texts,
        .meaning = "Sources of the statements that it rests on.",
        .example = "[kremlin]"},
    KeySpec{
        .name = "labels",
        .type = T::labels,
        .meaning = "Labels that it must have, among others.",
        .example = "{desk: asia}"},
    KeySpec{.name = "receivers", .type = T::texts, .meaning = "Who is told.", .example = "[desk]"},
};

}  // namespace

std::span<const KeySpec> concept_keys() { return concept_rows; }
std::span<const KeySpec> term_keys() { return term_rows; }
std::span<const KeySpec> rule_keys() { return rule_rows; }
std::span<const KeySpec> match_keys() { return match_rows; }
std::span<const KeySpec> field_keys() { return field_rows; }
std::span<const KeySpec> examples_keys() { return examples_rows; }
std::span<const KeySpec> test_file_keys() { return test_file_rows; }
std::span<const KeySpec> test_keys() { return test_rows; }
std::span<const KeySpec> test_statement_keys() { return test_statement_rows; }
std::span<const KeySpec> test_expectation_keys() { return test_expectation_rows; }
std::span<const KeySpec> test_alert_keys() { return test_alert_rows; }

}  // namespace spokeswatch
