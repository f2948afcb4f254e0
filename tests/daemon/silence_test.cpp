#include <catch2/catch.hpp>

#include "daemon/historian.hpp"
#include "daemon/silences.hpp"
#include "tests/daemon/watch_bench.hpp"

// `silent`, over a store on the disk and a clock that the test moves.

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

using Ids = std::vector<std::string>;

RuleConfig silent(std::optional<Duration> for_) {
    RuleConfig rule = watch_rule("quiet", Silent{for_});
    rule.severity = Severity::critical;
    rule.labels["desk"] = "asia";
    return rule;
}

// A bench whose sources are polled every minute, and a Silences that looks after them.
struct SilenceBench : WatchBench {
    std::map<std::string, Listened> sources;
    std::unique_ptr<Silences> silences;

    explicit SilenceBench(RuleConfig rule) : WatchBench({std::move(rule)}) { start(); }

    void start() {
        silences = std::make_unique<Silences>(clock, *pipeline, [this] {
            std::vector<Listened> all;
            for (const auto& [name, source] : sources) all.push_back(source);
            return all;
        });
        silences->use(snapshot);
    }

    Listened& source(const std::string& name) {
        Listened& source = sources[name];
        source.source = IntakeBench::from(name, name).source;
        source.account_key = name;
        return source;
    }

    std::size_t speaks(const std::string& name, const std::string& id) {
        source(name).read_at = clock.now();
        return say(name, id, "statement " + id + " of the day");
    }

    // Judges what is due; when something is due next.
    std::optional<Time> judge() {
        auto next = run(io, silences->judge_due());
        REQUIRE(next);
        return *next;
    }

    // Time passes; every source that has no fault is read all the while.
    void pass(Duration duration) {
        const Time end = clock.now() + duration;
        for (;;) {
            for (auto& [name, one] : sources)
                if (one.fault.empty()) one.read_at = clock.now();
            const auto next = judge();
            if (!next || *next > end) break;
            clock.advance(*next - clock.now());
        }
        clock.advance(end - clock.now());
    }

    std::vector<Alert> quiet() { return alerts("quiet"); }
};

}  // namespace

TEST_CASE("a source that falls silent alerts once, with its last statement as evidence") {
    SilenceBench bench(silent(36h));
    bench.speaks("mfa", "a");
    bench.pass(20h);
    bench.speaks("mfa", "b");
    bench.told();
    bench.pass(35h);
    CHECK(bench.quiet().empty());
    bench.pass(2h);
    const auto alerts = bench.quiet();
    REQUIRE(alerts.size() == 1);
    CHECK(WatchBench::evidence(alerts[0]) == Ids{"b"});
    CHECK(alerts[0].evidence[0].note == "silent for 1d12h: nothing since 2023-01-03T05:00:00Z");
    CHECK(alerts[0].severity == Severity::critical);
    CHECK(alerts[0].labels.at("desk") == "asia");
    CHECK(alerts[0].labels.at("org") == "mfa");
    CHECK(alerts[0].story_title == "mfa is silent");
    CHECK(alerts[0].first_seen_at == parse_time("2023-01-04T17:00:00Z"));
    CHECK(bench.told().size() == 1);

    SECTION("not again while it goes on, nor after a restart") {
        bench.pass(24h * 10);
        bench.restart();
        bench.start();
        bench.pass(24h * 10);
        CHECK(bench.quiet().size() == 1);
    }
    SECTION("again when it spoke and falls silent anew") {
        bench.pass(5h);
        bench.speaks("mfa", "c");
        bench.pass(24h * 5);
        REQUIRE(bench.quiet().size() == 2);
        CHECK(WatchBench::evidence(bench.quiet()[1]) == Ids{"c"});
    }
}

TEST_CASE("the silence of each source is its own") {
    SilenceBench bench(silent(36h));
    bench.speaks("mfa", "a");
    bench.speaks("kremlin", "x");
    bench.pass(30h);
    bench.speaks("kremlin", "y");
    bench.pass(10h);
    REQUIRE(bench.quiet().size() == 1);
    CHECK(WatchBench::evidence(bench.quiet()[0]) == Ids{"a"});
    bench.pass(30h);
    REQUIRE(bench.quiet().size() == 2);
    CHECK(WatchBench::evidence(bench.quiet()[1]) == Ids{"y"});
}

TEST_CASE("a source that cannot be read is not silent until it is read again") {
    SilenceBench bench(silent(36h));
    bench.speaks("mfa", "a");
    bench.pass(10h);
    bench.source("mfa").fault = "timeout";
    bench.pass(24h * 3);
    CHECK(bench.quiet().empty());
    bench.source("mfa").fault.clear();

    SECTION("what it said meanwhile ends the silence") {
        Statement late = bench.statement("b", "said while nobody could read it");
        late.published_at = bench.clock.now() - 10h;
        bench.accept(IntakeBench::from("mfa", "mfa"), {late});
        bench.pass(20h);
        CHECK(bench.quiet().empty());
    }
    SECTION("when it said nothing, the silence is told now") {
        bench.pass(2min);
        CHECK(bench.quiet().size() == 1);
    }
}

TEST_CASE("a daemon that was away does not take its own absence for silence") {
    SilenceBench bench(silent(36h));
    bench.speaks("mfa", "a");
    bench.clock.advance(24h * 4);
    bench.restart();
    bench.start();
    bench.judge();
    CHECK(bench.quiet().empty());
    bench.source("mfa").read_at = bench.clock.now();
    bench.clock.advance(1min);
    bench.judge();
    CHECK(bench.quiet().size() == 1);
}

TEST_CASE("with `match`, only statements with the words end a silence") {
    RuleConfig rule = silent(36h);
    rule.match = phrase("war");
    SilenceBench bench(rule);
    bench.speaks("mfa", "a");
    bench.say("mfa", "w", "this is a war");
    bench.pass(30h);
    bench.speaks("mfa", "b");
    bench.pass(7h);
    REQUIRE(bench.quiet().size() == 1);
    CHECK(WatchBench::evidence(bench.quiet()[0]) == Ids{"w"});
}

TEST_CASE("a first poll that shows old statements is no silence yet") {
    SilenceBench bench(silent(36h));
    Statement old = bench.statement("a", "said long ago by somebody");
    old.published_at = bench.clock.now() - 24h * 30;
    Intake first = IntakeBench::from("mfa", "mfa");
    first.baseline = true;
    bench.accept(first, {old});
    bench.source("mfa");
    bench.pass(35h);
    CHECK(bench.quiet().empty());
    bench.pass(2h);
    CHECK(bench.quiet().size() == 1);
}

TEST_CASE("a silence is learned from what the store has counted") {
    SilenceBench bench(silent(std::nullopt));
    // At 9:00 of every day, for forty days; 2023-01-02 is the first.
    for (int day = 0; day < 40; ++day) {
        bench.speaks("mfa", std::to_string(day));
        bench.pass(24h);
    }
    CHECK(bench.quiet().empty());
    bench.pass(10min);
    CHECK(bench.quiet().empty());
    bench.pass(1h);
    REQUIRE(bench.quiet().size() == 1);
    CHECK(WatchBench::evidence(bench.quiet()[0]) == Ids{"39"});
    CHECK_THAT(
        bench.quiet()[0].evidence[0].note,
        Catch::StartsWith("silent for 1d15m, longer than ever at these hours of the week in 39d")
    );
    bench.pass(24h * 30);
    CHECK(bench.quiet().size() == 1);
}

TEST_CASE("a source of which too little is known has no learned silence") {
    SilenceBench bench(silent(std::nullopt));
    for (int day = 0; day < 15; ++day) {
        bench.speaks("mfa", std::to_string(day));
        bench.pass(24h);
    }
    bench.pass(24h * 30);
    CHECK(bench.quiet().empty());
}

TEST_CASE("a new rule knows the silences that began before it, once the archive is counted") {
    SilenceBench bench(silent(36h));
    bench.config.rules.clear();
    bench.compile();
    bench.start();
    bench.speaks("mfa", "a");
    bench.pass(24h * 3);
    bench.config.rules.push_back(silent(36h));
    bench.compile();
    bench.start();
    bench.pass(1min);
    CHECK(bench.quiet().empty());  // the archive is not counted yet
    Historian historian(bench.io.get_executor(), *bench.store);
    REQUIRE(run(bench.io, historian.catch_up(bench.snapshot)));
    bench.pass(2min);
    REQUIRE(bench.quiet().size() == 1);
    CHECK(WatchBench::evidence(bench.quiet()[0]) == Ids{"a"});
}

TEST_CASE("two names of one account are silent together") {
    SilenceBench bench(silent(36h));
    bench.speaks("mfa", "a");
    Listened twin = bench.source("mfa");
    twin.source.name = "mfa_twin";
    bench.sources["mfa_twin"] = twin;
    bench.pass(40h);
    CHECK(bench.quiet().size() == 1);
}
