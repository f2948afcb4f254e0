#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <random>

#include <boost/json.hpp>
#include <malloc.h>

#include "rules/evaluation.hpp"
#include "rules/rule_set.hpp"
#include "tests/bench/benches.hpp"
#include "tests/bench/corpus.hpp"
#include "tests/bench/hyperscan.hpp"
#include "tests/bench/match_report.hpp"
#include "text/tokens.hpp"

namespace spokeswatch::testing {

namespace {

constexpr std::size_t short_bytes = 343, long_bytes = 5'000;
constexpr std::size_t phrases_per_rule = 100;
constexpr std::size_t hyperscan_phrases_max = 100'000;  // a million compile for a minute
constexpr std::uint32_t seed = 17;

// Bytes on the heap.
double heap_bytes() {
    const struct mallinfo2 info = mallinfo2();
    return static_cast<double>(info.uordblks + info.hblkhd);
}

std::vector<Statement> statements_of(const std::vector<std::string>& texts) {
    std::vector<Statement> statements(texts.size());
    for (std::size_t i = 0; i < texts.size(); ++i) statements[i].text = texts[i];
    return statements;
}

// Concepts of a hundred phrases, each with a rule.
Config concept_rules(const std::vector<std::string>& phrases) {
    Config config;
    for (std::size_t i = 0; i < phrases.size(); ++i) {
        if (i % phrases_per_rule == 0) {
            const std::string name = "c" + std::to_string(i / phrases_per_rule);
            config.concepts.emplace_back();
            config.concepts.back().name.value = name;
            config.rules.emplace_back();
            config.rules.back().name.value = "r" + name;
            config.rules.back().match.kind = MatchNode::Kind::concept_;
            config.rules.back().match.text = name;
        }
        config.concepts.back().terms.emplace_back();
        config.concepts.back().terms.back().text.value = phrases[i];
    }
    return config;
}

MatchNode phrase_node(const std::string& text) {
    MatchNode node;
    node.text = text;
    return node;
}

MatchNode group_node(MatchNode::Kind kind, std::vector<MatchNode> children) {
    MatchNode node;
    node.kind = kind;
    node.within = 10;
    node.children = std::move(children);
    return node;
}

RuleConfig rule_of(std::size_t number, MatchNode match) {
    RuleConfig rule;
    rule.name.value = "rule" + std::to_string(number);
    rule.match = std::move(match);
    return rule;
}

// 40 % phrase, 30 % AND, 15 % (A OR B) AND C, 10 % A AND NOT B, 5 % NEAR.
Config boolean_rules(const std::vector<std::string>& phrases, std::size_t count) {
    using Kind = MatchNode::Kind;
    std::mt19937 random(seed);
    const auto any_phrase = [&] { return phrase_node(phrases[random() % phrases.size()]); };
    Config config;
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t part = random() % 100;
        MatchNode match = any_phrase();
        if (part >= 40 && part < 70) {
            match = group_node(Kind::all, {match, any_phrase()});
        } else if (part >= 70 && part < 85) {
            match = group_node(Kind::any, {match, any_phrase()});
            match = group_node(Kind::all, {match, any_phrase()});
        } else if (part >= 85 && part < 95) {
            match = group_node(Kind::all, {match, group_node(Kind::none, {any_phrase()})});
        } else if (part >= 95) {
            match = group_node(Kind::near, {match, any_phrase()});
        }
        config.rules.push_back(rule_of(i, std::move(match)));
    }
    return config;
}

Config phrase_rules(const std::vector<std::string>& phrases, std::size_t count) {
    Config config;
    for (std::size_t i = 0; i < count; ++i)
        config.rules.push_back(rule_of(i, phrase_node(phrases[i])));
    return config;
}

RuleSet compiled(const Config& config) {
    Diagnostics diagnostics;
    return RuleSet::compile(config, diagnostics);
}

Candidate tokenise_alone(const std::vector<std::string>& texts) {
    return {"fold and tokenise alone", texts.size(), [&texts, tokens = Tokens{}]() mutable {
                Work work;
                for (const std::string& text : texts) {
                    tokenise(text, tokens);
                    work.found += tokens.tokens.size();
                }
                return work;
            }};
}

Candidate search_alone(
    const std::string& name, const PhraseIndex& index, const std::vector<std::string>& texts
) {
    return {
        name,
        texts.size(),
        [&texts, search = PhraseSearch(index), tokens = Tokens{}, hits = std::vector<PhraseHit>{}](
        ) mutable {
            Work work;
            for (const std::string& text : texts) {
                tokenise(text, tokens);
                hits.clear();
                search.find(tokens, text, hits);
                work.found += hits.size();
            }
            return work;
        }};
}

Candidate rules_of(const RuleSet& rules, const std::vector<Statement>& statements) {
    return {"rules, with highlights", statements.size(), [&] {
                Work work;
                for (const Statement& statement : statements)
                    for (const Match& match : rules.match(statement, nullptr))
                        work.found += match.highlights.size();
                return work;
            }};
}

// Lines in which some phrase is found as bytes: no borders of words, one case.
Candidate program_of(
    std::vector<std::string> command, const std::string& name, std::size_t statements
) {
    return {name, statements, [command = std::move(command)] {
                std::string out;
                Work work;
                work.cpu_s = std::max(run_program(command, out), 0.0);
                work.found = std::strtoull(out.c_str(), nullptr, 10);
                return work;
            }};
}

// The same job by `spokeswatch match`, JSON in and out: one rule with a concept of these terms.
// What it found are lines of its output, one a statement.
Candidate own_program(
    const std::filesystem::path& folder,
    const std::string& terms,
    const std::vector<std::string>& texts
) {
    const std::string config = folder / "rules.yml", statements = folder / "statements.ndjson";
    std::ofstream(config) << "concepts: [{name: c, terms_file: '" << terms
                          << "'}]\nrules: [{name: r, match: {concept: c}}]\n";
    std::ofstream out(statements, std::ios::binary);
    for (const std::string& text : texts)
        out << boost::json::serialize(boost::json::object{{"text", text}}) << '\n';
    const std::vector<std::string> command{SPOKESWATCH_PROGRAM, "-c", config, "match", statements};
    return {"spokeswatch match, JSON in and out", texts.size(), [command] {
                std::string found;
                Work work;
                work.cpu_s = std::max(run_program(command, found), 0.0);
                work.found = static_cast<std::size_t>(std::ranges::count(found, '\n'));
                return work;
            }};
}

bool installed(const std::string& program) {
    std::string out;
    return run_program({program, "--version"}, out) >= 0;
}

void write_lines(const std::filesystem::path& file, const std::vector<std::string>& lines) {
    std::ofstream out(file, std::ios::binary);
    for (const std::string& line : lines) out << line << '\n';
}

struct Set {
    std::vector<std::string> texts;
    std::vector<Statement> statements;
    std::vector<std::string> phrases;
};

PhraseIndex index_of(const std::vector<std::string>& phrases) {
    PhraseIndex index;
    for (const std::string& phrase : phrases) index.add(phrase, {});
    index.build();
    return index;
}

// What the index of these phrases costs.
void measure_build(const std::vector<std::string>& phrases, MatchReport& report) {
    std::vector<double> seconds;
    double bytes = 0;
    for (int round = 0; round < 3; ++round) {
        malloc_trim(0);
        const double before = heap_bytes();
        const double start = cpu_seconds();
        const PhraseIndex index = index_of(phrases);
        seconds.push_back(cpu_seconds() - start);
        bytes = heap_bytes() - before;
    }
    std::ranges::sort(seconds);
    report.figure("index built in", seconds[1], "s");
    report.figure("index memory", bytes / static_cast<double>(phrases.size()), "bytes a phrase");
    malloc_trim(0);
    const Config config = concept_rules(phrases);
    const double before = heap_bytes();
    const double start = cpu_seconds();
    const RuleSet rules = compiled(config);
    report.figure("rules compiled in", cpu_seconds() - start, "s");
    report.figure(
        "rules memory",
        (heap_bytes() - before) / static_cast<double>(phrases.size()),
        "bytes a phrase"
    );
}

// The same texts and phrases normalised: what finds bytes finds the same.
void beside_hyperscan(const Set& set, MatchReport& report, int rounds) {
    if (set.phrases.size() > hyperscan_phrases_max) return;
    std::vector<std::string> texts, phrases;
    for (const std::string& text : set.texts) texts.push_back(normalised_text(text));
    for (const std::string& phrase : set.phrases) phrases.push_back(normalised_text(phrase));
    std::ranges::sort(phrases);
    phrases.erase(std::unique(phrases.begin(), phrases.end()), phrases.end());
    const double start = cpu_seconds();
    const Hyperscan hyperscan(phrases);
    if (!hyperscan.usable()) return;
    report.figure("Hyperscan compiled in", cpu_seconds() - start, "s");
    const PhraseIndex index = index_of(phrases);
    std::vector<Candidate> candidates;
    candidates.push_back(search_alone("phrases, normalised texts", index, texts));
    candidates.emplace_back("Hyperscan, the same", texts.size(), [&] {
        Work work;
        for (const std::string& text : texts) work.found += hyperscan.count(text);
        return work;
    });
    measure(candidates, rounds);
    report.rows(set.phrases.size(), candidates);
    if (candidates[0].found != candidates[1].found)
        std::printf("%9s  VOID: they do not find the same\n", "");
}

void measure_phrases(const Set& set, MatchReport& report, const Options& options) {
    const PhraseIndex index = index_of(set.phrases);
    const RuleSet rules = compiled(concept_rules(set.phrases));
    std::vector<Candidate> candidates;
    candidates.push_back(tokenise_alone(set.texts));
    candidates.push_back(search_alone("phrases", index, set.texts));
    candidates.push_back(rules_of(rules, set.statements));
    const auto folder =
        std::filesystem::temp_directory_path() / ("spokeswatch-bench-" + std::to_string(getpid()));
    std::filesystem::create_directory(folder);
    const std::string terms = folder / "phrases", lines = folder / "texts";
    if (options.programs) {
        write_lines(terms, set.phrases);
        write_lines(lines, set.texts);
        candidates.push_back(own_program(folder, terms, set.texts));
        if (installed("rg"))
            candidates.push_back(program_of(
                {"rg", "-j1", "-c", "-F", "-f", terms, lines}, "rg -c -F -f", set.texts.size()
            ));
        if (installed("grep"))
            candidates.push_back(program_of(
                {"grep", "-c", "-F", "-f", terms, lines}, "grep -c -F -f", set.texts.size()
            ));
    }
    measure(candidates, options.rounds);
    std::filesystem::remove_all(folder);
    report.rows(set.phrases.size(), candidates);
    if (options.programs) beside_hyperscan(set, report, options.rounds);
}

// Rules looked at for each that fires, and what that costs.
void measure_booleans(
    const std::vector<std::string>& phrases, const Set& set, MatchReport& report, int rounds
) {
    constexpr std::size_t rules_max = 10'000;
    const std::size_t count = std::min(rules_max, phrases.size());
    const Config mixed = boolean_rules(phrases, count);
    Diagnostics diagnostics;
    const Program program = compile_program(mixed, diagnostics);
    const RuleSet plain_rules = compiled(phrase_rules(phrases, count));
    const RuleSet mixed_rules = compiled(mixed);
    Evaluation evaluation(program);
    std::size_t looked_at = 0, fired = 0;
    std::vector<Candidate> candidates;
    candidates.push_back(rules_of(plain_rules, set.statements));
    candidates.back().name = "one phrase a rule";
    candidates.push_back(rules_of(mixed_rules, set.statements));
    candidates.back().name = "boolean mix";
    candidates.emplace_back("boolean mix, hits only", set.statements.size(), [&] {
        for (const Statement& statement : set.statements) evaluation.read(statement);
        return Work{};
    });
    candidates.emplace_back("boolean mix, hits and decisions", set.statements.size(), [&] {
        looked_at = fired = 0;
        for (const Statement& statement : set.statements) {
            evaluation.read(statement);
            for (const std::uint32_t rule : evaluation.candidates()) {
                ++looked_at;
                if (evaluation.holds(program.rules[rule].top)) ++fired;
            }
        }
        return Work{fired};
    });
    measure(candidates, rounds);
    report.rows(count, candidates);
    report.figure(
        "rules looked at for each that fires",
        static_cast<double>(looked_at) / static_cast<double>(std::max<std::size_t>(fired, 1)),
        ""
    );
    report.figure(
        "a decision",
        (candidates[3].median() - candidates[2].median()) /
            static_cast<double>(std::max<std::size_t>(looked_at, 1)) * 1e9,
        "ns"
    );
}

std::vector<std::string> first(const std::vector<std::string>& all, std::size_t count) {
    return {all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(count, all.size()))};
}

Set set_of(const std::vector<std::string>& texts, std::vector<std::string> phrases) {
    return {texts, statements_of(texts), std::move(phrases)};
}

std::size_t bytes_of(const std::vector<std::string>& texts) {
    std::size_t bytes = 0;
    for (const std::string& text : texts) bytes += text.size();
    return bytes / std::max<std::size_t>(texts.size(), 1);
}

}  // namespace

void bench_match(const Options& options) {
    std::vector<std::string> pool;
    if (options.corpus.empty()) {
        pool = generated_texts(options.statements * 5, short_bytes, seed);
    } else if (auto read = texts_of_ndjson(options.corpus)) {
        pool = std::move(*read);
    } else {
        std::fprintf(stderr, "bench: cannot read %s\n", options.corpus.c_str());
        return;
    }
    std::vector<std::string> texts = texts_of_length(pool, short_bytes);
    std::mt19937 random(seed);
    std::ranges::shuffle(texts, random);
    const std::size_t most = std::ranges::max(options.sizes);
    const std::vector<std::string> phrases = phrases_of(texts, most, seed);
    const std::vector<std::string> never = phrases_that_never_hit(phrases);
    const std::vector<std::string> some = first(texts, options.statements);
    const std::vector<std::string> long_texts = first(
        texts_of_length(texts, long_bytes), std::max<std::size_t>(options.statements / 10, 1)
    );

    MatchReport report;
    report.section(
        std::to_string(some.size()) + " statements of " + std::to_string(bytes_of(some)) + " bytes"
    );
    for (const std::size_t size : options.sizes) {
        if (size > phrases.size()) continue;
        const Set set = set_of(some, first(phrases, size));
        measure_phrases(set, report, options);
        measure_build(set.phrases, report);
    }
    Options few = options;
    few.programs = false;
    report.section(
        std::to_string(long_texts.size()) + " statements of " +
        std::to_string(bytes_of(long_texts)) + " bytes"
    );
    for (const std::size_t size : options.sizes)
        if (size <= phrases.size())
            measure_phrases(set_of(long_texts, first(phrases, size)), report, few);
    report.section("phrases that begin like words of the texts and never hit");
    for (const std::size_t size : options.sizes)
        if (size <= never.size()) measure_phrases(set_of(some, first(never, size)), report, few);
    report.section("rules of several conditions");
    measure_booleans(phrases, set_of(some, {}), report, options.rounds);
    if (!options.json.empty()) report.write(options.json);
}

}  // namespace spokeswatch::testing
