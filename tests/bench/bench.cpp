// Speeds of the parts that a statement passes, each beside a yardstick taken in the same run:
// ratios hold on any machine, the figures beside them do not. CPU seconds, median of five rounds in
// turn.

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include <sys/resource.h>

#include "daemon/snapshot.hpp"
#include "store/database.hpp"
#include "text/tokens.hpp"

using namespace spokeswatch;

namespace {

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

struct Candidate {
    std::string name;
    std::function<std::size_t()> work;  // returns what it found, so that nothing is optimised away
    std::vector<double> seconds{};
    std::size_t found = 0;
};

void measure(std::vector<Candidate>& candidates) {
    for (int round = 0; round < 5; ++round) {
        for (Candidate& candidate : candidates) {
            const double start = cpu_seconds();
            candidate.found = candidate.work();
            candidate.seconds.push_back(cpu_seconds() - start);
        }
    }
    for (Candidate& candidate : candidates) std::ranges::sort(candidate.seconds);
}

const std::array<const char*, 40> words{
    "president", "minister", "state",     "visit",   "talks",   "crisis",  "ukraine",   "border",
    "summit",    "trade",    "sanctions", "embassy", "meeting", "joint",   "statement", "security",
    "council",   "treaty",   "export",    "energy",  "gas",     "grain",   "port",      "exercise",
    "missile",   "test",     "election",  "vote",    "budget",  "health",  "virus",     "vaccine",
    "climate",   "carbon",   "flood",     "quake",   "relief",  "refugee", "camp",      "convoy"};

std::string phrase_of(std::mt19937& random, int length) {
    std::string phrase;
    for (int i = 0; i < length; ++i) {
        if (i > 0) phrase += ' ';
        phrase += words[random() % words.size()];
        // A number makes many different words of few.
        if (random() % 2 == 0) phrase += std::to_string(random() % 400);
    }
    return phrase;
}

Config rules_of(std::mt19937& random, std::size_t phrases) {
    Config config;
    for (std::size_t i = 0; i < phrases; ++i) {
        RuleConfig rule;
        rule.name.value = "rule" + std::to_string(i);
        rule.match.text = phrase_of(random, 2 + static_cast<int>(random() % 2));
        config.rules.push_back(std::move(rule));
    }
    return config;
}

void bench_match() {
    std::mt19937 random(17);
    std::vector<Statement> statements(2000);
    std::size_t bytes = 0;
    for (Statement& statement : statements) {
        statement.text = phrase_of(random, 40);
        bytes += statement.text.size();
    }
    std::printf(
        "match: %zu statements of %zu bytes\n", statements.size(), bytes / statements.size()
    );
    for (const std::size_t phrases : {std::size_t{10}, std::size_t{1000}, std::size_t{10000}}) {
        std::mt19937 seed(3);
        const Config config = rules_of(seed, phrases);
        Diagnostics diagnostics;
        const RuleSet rules = RuleSet::compile(config, diagnostics);
        Tokens tokens;
        std::vector<Candidate> candidates;
        candidates.push_back({"fold and tokenise alone", [&] {
                                  std::size_t count = 0;
                                  for (const Statement& statement : statements) {
                                      tokenise(statement.text, tokens);
                                      count += tokens.tokens.size();
                                  }
                                  return count;
                              }});
        candidates.push_back({"rules", [&] {
                                  std::size_t count = 0;
                                  for (const Statement& statement : statements)
                                      count += rules.match(statement, nullptr).size();
                                  return count;
                              }});
        if (phrases <= 1000) {
            candidates.push_back({"std::string::find loop", [&] {
                                      std::size_t count = 0;
                                      for (const Statement& statement : statements) {
                                          for (const RuleConfig& rule : config.rules) {
                                              count += statement.text.find(rule.match.text) !=
                                                               std::string::npos
                                                           ? 1
                                                           : 0;
                                          }
                                      }
                                      return count;
                                  }});
        }
        measure(candidates);
        const double base = candidates[0].seconds[2];
        for (const Candidate& candidate : candidates) {
            std::printf(
                "  %6zu phrases  %-26s %9.0f statements/s  %6.2fx of tokenising  found %zu\n",
                phrases,
                candidate.name.c_str(),
                static_cast<double>(statements.size()) / candidate.seconds[2],
                candidate.seconds[2] / base,
                candidate.found
            );
        }
    }
}

void bench_store() {
    const auto path = std::filesystem::temp_directory_path() / "spokeswatch-bench.db";
    const auto clean = [&] {
        for (const char* suffix : {"", "-wal", "-shm", ".lock"}) {
            std::filesystem::remove(path.string() + suffix);
        }
    };
    clean();
    {
        auto database = Database::open(path);
        if (!database) {
            std::printf("store: %s\n", database.error().message.c_str());
            return;
        }
        for (const int batch : {1, 100}) {
            constexpr int statements = 1000;
            const auto start = std::chrono::steady_clock::now();
            for (int i = 0; i < statements; i += batch) {
                Ingest ingest;
                ingest.source = "bench";
                ingest.kind = "feed";
                ingest.account_key = "bench" + std::to_string(batch);
                for (int k = 0; k < batch; ++k) {
                    NewRevision revision;
                    revision.statement.kind = "feed";
                    revision.statement.source = "bench";
                    revision.statement.account_key = ingest.account_key;
                    revision.statement.native_id = std::to_string(i + k);
                    revision.statement.text =
                        "a statement of the usual length, " + std::string(300, 'x');
                    revision.content_hash = "hash";
                    ingest.revisions.push_back(std::move(revision));
                }
                if (!database->commit(ingest)) std::printf("store: a commit failed\n");
            }
            const double wall =
                std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            std::printf(
                "store: %4d statements a commit  %9.0f statements/s (wall)\n",
                batch,
                statements / wall
            );
        }
    }
    clean();
}

}  // namespace

int main() {
    bench_match();
    bench_store();
    return 0;
}
