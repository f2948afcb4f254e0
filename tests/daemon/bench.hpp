#pragma once

#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "daemon/pipeline.hpp"
#include "daemon/snapshot.hpp"
#include "tests/support/run.hpp"

namespace spokeswatch::testing {

// What would be told now, and is told: (changes of each alert).
inline Result<std::vector<GroupMember>> tell_due(Database& database, Time now) {
    auto groups = database.due_groups(now, 1000);
    if (!groups) return groups.error();
    std::vector<GroupMember> members;
    for (const DueGroup& group : *groups) {
        GroupFlush flush;
        flush.group_id = group.group_id;
        flush.now = now;
        for (const GroupMember& member : group.members) {
            members.push_back(member);
            flush.member_ids.insert(
                flush.member_ids.end(), member.member_ids.begin(), member.member_ids.end()
            );
        }
        auto flushed = database.flush(flush);
        if (!flushed) return flushed.error();
    }
    return members;
}

inline MatchNode phrase(const std::string& text) {
    MatchNode node;
    node.kind = MatchNode::Kind::phrase;
    node.text = text;
    return node;
}

inline RuleConfig rule(const std::string& name, const std::string& text) {
    RuleConfig rule;
    rule.name.value = name;
    rule.match = phrase(text);
    return rule;
}

// The intake over a store in memory: one receiver, one rule `state_visit`, and what the test adds.
struct IntakeBench {
    boost::asio::io_context io;
    ManualClock clock{parse_time("2023-03-17T09:00:00Z").value()};
    Random random{7};
    Metrics metrics;
    Store store{Database::in_memory()};
    std::size_t woken = 0;
    Pipeline pipeline{io.get_executor(), store, clock, random, metrics, [this] { ++woken; }};
    Config config;
    SnapshotPtr snapshot;

    IntakeBench() {
        config.rules.push_back(rule("state_visit", "state visit"));
        ReceiverConfig desk;
        desk.name.value = "desk";
        config.receivers.push_back(desk);
        compile();
    }

    void compile() {
        auto fresh = std::make_shared<Snapshot>();
        Diagnostics diagnostics;
        fresh->config = config;
        fresh->rules = RuleSet::compile(fresh->config, diagnostics);
        fresh->watches = WatchSet::compile(fresh->config, diagnostics);
        fresh->routes = RouteTree::compile(fresh->config, diagnostics);
        REQUIRE_FALSE(diagnostics.has_errors());
        snapshot = fresh;
    }

    static Intake from(const std::string& source, const std::string& org = "") {
        Intake intake;
        intake.source.name = source;
        intake.source.kind = "feed";
        if (!org.empty()) intake.source.labels["org"] = org;
        intake.account_key = source;
        intake.max_age = std::chrono::hours(24);
        return intake;
    }

    Statement say(const std::string& id, const std::string& text) {
        Statement statement;
        statement.native_id = id;
        statement.text = text;
        statement.url = "https://example.org/" + id;
        statement.published_at = clock.now();
        return statement;
    }

    Accepted accept(Intake intake, std::vector<Statement> statements) {
        Batch batch;
        batch.statements = std::move(statements);
        auto accepted = run(io, pipeline.accept(snapshot, std::move(intake), std::move(batch)));
        REQUIRE(accepted);
        return *accepted;
    }

    std::vector<Alert> alerts() {
        const auto read = [](Database& database) { return database.alerts(AlertFilter{}); };
        auto alerts = run(io, store.run(read));
        REQUIRE(alerts);
        return *alerts;
    }

    Alert alert(const std::string& id) {
        const auto read = [id](Database& database) { return database.alert(id); };
        auto detail = run(io, store.run(read));
        REQUIRE(detail);
        REQUIRE(*detail);
        return (*detail)->alert;
    }

    StoreCounts counts() {
        const auto read = [](Database& database) { return database.counts(); };
        auto counts = run(io, store.run(read));
        REQUIRE(counts);
        return *counts;
    }

    std::vector<GroupMember> told() {
        const Time now = clock.now();
        const auto read = [now](Database& database) { return tell_due(database, now); };
        auto members = run(io, store.run(read));
        REQUIRE(members);
        return *members;
    }
};

}  // namespace spokeswatch::testing
