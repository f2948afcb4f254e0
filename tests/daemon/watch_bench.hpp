#pragma once

#include <memory>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tests/daemon/bench.hpp"
#include "tests/support/fixtures.hpp"

namespace spokeswatch::testing {

inline ConceptConfig concept_of(const std::string& name, const std::vector<std::string>& terms) {
    ConceptConfig made;
    made.name.value = name;
    for (const std::string& term : terms) {
        Term one;
        one.text.value = term;
        made.terms.push_back(one);
    }
    return made;
}

inline RuleConfig watch_rule(const std::string& name, Watch watch) {
    RuleConfig made;
    made.name.value = name;
    made.match.kind = MatchNode::Kind::everything;
    WatchConfig config;
    config.watch = std::move(watch);
    made.watch = config;
    return made;
}

inline Located<std::string> named(const std::string& name) {
    Located<std::string> located;
    located.value = name;
    return located;
}

// The intake over a store on the disk that can be closed and opened again in the middle.
struct WatchBench {
    TempDir folder;
    ManualClock clock{parse_time("2023-01-02T09:00:00Z").value()};
    Config config;
    SnapshotPtr snapshot;
    boost::asio::io_context io;
    Random random{7};
    Metrics metrics;
    std::unique_ptr<Store> store;
    std::unique_ptr<Pipeline> pipeline;

    explicit WatchBench(std::vector<RuleConfig> rules) {
        config.concepts = {
            concept_of("war", {"war", "war in Ukraine"}),
            concept_of("operation", {"special operation"}),
        };
        config.rules = std::move(rules);
        ReceiverConfig desk;
        desk.name.value = "desk";
        config.receivers.push_back(desk);
        compile();
        open();
    }
    ~WatchBench() { close(); }

    void compile() {
        auto fresh = std::make_shared<Snapshot>();
        Diagnostics diagnostics;
        fresh->config = config;
        fresh->rules = RuleSet::compile(fresh->config, diagnostics);
        fresh->watches = WatchSet::compile(fresh->config, diagnostics);
        fresh->routes = RouteTree::compile(fresh->config, diagnostics);
        for (const SourceConfig& source : config.sources) {
            SourceInfo info;
            info.name = source.name.value;
            info.kind = "feed";
            info.labels = source.labels;
            fresh->sources.emplace(info.name, info);
        }
        REQUIRE_FALSE(diagnostics.has_errors());
        snapshot = fresh;
    }

    void open() {
        auto database = Database::open(folder.path() / "store.db");
        REQUIRE(database);
        store = std::make_unique<Store>(std::move(*database));
        pipeline =
            std::make_unique<Pipeline>(io.get_executor(), *store, clock, random, metrics, [] {});
    }
    void close() {
        pipeline.reset();
        store.reset();
    }
    void restart() {
        close();
        open();
    }

    Statement statement(const std::string& id, const std::string& text) {
        Statement made;
        made.native_id = id;
        made.text = text;
        made.url = "https://example.org/" + id;
        made.published_at = clock.now();
        return made;
    }

    Accepted accept(Intake intake, std::vector<Statement> statements) {
        Batch batch;
        batch.statements = std::move(statements);
        auto accepted = run(io, pipeline->accept(snapshot, std::move(intake), std::move(batch)));
        REQUIRE(accepted);
        return *accepted;
    }
    // One statement, now. How many alerts it opened.
    std::size_t say(const std::string& source, const std::string& id, const std::string& text) {
        return accept(IntakeBench::from(source, source), {statement(id, text)}).alerts;
    }

    template <typename Work>
    auto ask(Work work) {
        auto answer = run(io, store->run(work));
        REQUIRE(answer);
        return *answer;
    }

    // Of every alert of a rule, oldest first: what its evidence is.
    std::vector<Alert> alerts(const std::string& rule) {
        std::vector<std::string> ids;
        const auto list = [rule](Database& database) {
            AlertFilter filter;
            filter.rule = rule;
            filter.limit = 10'000;
            return database.alerts(filter);
        };
        for (const Alert& alert : ask(list)) ids.insert(ids.begin(), alert.id);
        std::vector<Alert> all;
        for (const std::string& id : ids) {
            const auto read = [id](Database& database) { return database.alert(id); };
            all.push_back(ask(read).value().alert);
        }
        return all;
    }
    static std::vector<std::string> evidence(const Alert& alert) {
        std::vector<std::string> ids;
        for (const Evidence& one : alert.evidence) ids.push_back(one.native_id);
        return ids;
    }

    std::vector<DayCount> days(const std::string& subject) {
        const auto read = [subject](Database& database) { return database.day_counts(subject); };
        return ask(read);
    }

    std::vector<GroupMember> told() {
        const Time now = clock.now();
        const auto read = [now](Database& database) { return tell_due(database, now); };
        return ask(read);
    }
};

}  // namespace spokeswatch::testing
