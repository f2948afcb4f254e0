#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "base/log.hpp"
#include "daemon/simulation.hpp"
#include "tests/daemon/past_bench.hpp"

// Random rules over what random sources say and edit, poll by poll: the intake of the daemon over a
// store on disk, `replay` of what it kept and `backtest` must come to the very same alerts.

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

constexpr std::uint32_t rounds = 40;
constexpr std::size_t polls_per_round = 60, page_size = 5;

struct Told {
    std::string rule;
    Severity severity = Severity::info;
    Time at{};
    std::vector<std::string> evidence;  // "source id", in the order of arrival

    auto operator<=>(const Told&) const = default;  // NOLINT(modernize-use-nullptr)
};
using Alerts = std::multiset<Told>;

std::string shown(const Alerts& alerts) {
    std::string text;
    for (const Told& told : alerts) {
        text += '\n' + format_time(told.at) + ' ' + told.rule + ' ';
        text += to_string(told.severity);
        for (const std::string& name : told.evidence) text += ", " + name;
    }
    return text;
}

class Maker {
  public:
    explicit Maker(std::uint32_t seed) : engine_(seed) {}

    std::size_t below(std::size_t count) { return engine_() % count; }
    bool one_in(std::size_t count) { return below(count) == 0; }
    template <typename T>
    const T& of(const std::vector<T>& list) {
        return list[below(list.size())];
    }

    std::string text() {
        std::string text = "The statement of today says";
        for (std::size_t i = 0; i <= below(4); ++i) text += ' ' + of(words_);
        return text + (one_in(2) ? ". " + of(fillers_) : "");
    }

    // Three sources of two organisations; the routes gather one kind of alert and not the other.
    std::string configuration() {
        std::string yaml = "global: {max_age: 24h}\nsources:\n";
        const char* const more[] = {", backfill: 2h", ", ignore: [reposts]", ""};
        for (std::size_t i = 0; i < sources.size(); ++i)
            yaml += "  - {name: " + sources[i] + ", kind: feed, url: 'https://example.org/" +
                    sources[i] + "', labels: {org: " + (i == 2 ? "Two" : "One") + '}' + more[i] +
                    "}\n";
        yaml += "rules:\n";
        for (std::size_t i = 0; i < 6; ++i) {
            yaml += "  - name: r" + std::to_string(i) + "\n    severity: " + of(severities_) +
                    "\n    match: " + condition(0) + '\n';
            if (one_in(3)) yaml += "    from: [" + of(froms_) + "]\n";
            if (one_in(4)) yaml += "    statements: [post, reply, edit, repost]\n";
        }
        return yaml +
               "route:\n  receiver: desk\n  routes:\n"
               "    - {matchers: ['severity=critical'], receiver: phone, continue: true}\n"
               "    - {matchers: ['severity!=info'], receiver: digest, group_by: [rule],"
               " group_wait: 10m, group_interval: 3h}\n"
               "receivers: [{name: desk}, {name: phone}, {name: digest}]\n";
    }

    const std::vector<std::string> sources{"a", "b", "c"};

  private:
    std::string condition(int depth) {
        const std::size_t choice = below(depth > 1 ? 2 : 5);
        if (choice < 2) return '"' + of(words_) + '"';
        const std::string name = choice == 2 ? "all" : choice == 3 ? "any" : "none";
        std::string list = condition(depth + 1);
        for (std::size_t i = 0; i < below(3); ++i) list += ", " + condition(depth + 1);
        if (name == "none") return "{all: [" + condition(2) + "], none: [" + list + "]}";
        return '{' + name + ": [" + list + "]}";
    }

    std::mt19937 engine_;
    const std::vector<std::string> words_{
        "state visit", "Moscow", "crisis", "treaty", "визит", "国事访问", "Ukraine crisis"};
    const std::vector<std::string> fillers_{"Nothing else was said.", "More will follow."};
    const std::vector<std::string> severities_{"info", "warning", "critical"};
    const std::vector<std::string> froms_{"a", "'org=One'", "'org!=One'"};
};

// The sources as they come to say things, and the intake that reads them.
class World {
  public:
    World(Maker& maker, SnapshotPtr snapshot, const std::filesystem::path& file, bool first_polls)
        : maker_(maker),
          snapshot_(std::move(snapshot)),
          arrivals_(*snapshot_),
          store_(opened(file)),
          first_polls_(first_polls) {}

    void poll() {
        clock_.advance(std::chrono::minutes(1 + maker_.below(maker_.one_in(10) ? 5000 : 90)));
        const std::string source = maker_.of(maker_.sources);
        std::vector<Statement>& posts = posts_[source];
        for (std::size_t i = 0; i < maker_.below(4); ++i) posts.push_back(post(source));
        if (!posts.empty() && maker_.one_in(2)) edit(posts);
        Batch batch;
        const std::size_t count = std::min(posts.size(), page_size);
        batch.statements.assign(posts.end() - static_cast<std::ptrdiff_t>(count), posts.end());
        Arrival arrival;
        arrival.statement.source = source;
        const bool first = first_polls_ && polled_.insert(source).second;
        if (first) arrival.mode = ArrivalMode::first_poll;
        Intake intake = arrivals_.intake_for(arrival);
        intake.account_key = "account of " + source;
        REQUIRE(run(io_, pipeline_.accept(snapshot_, std::move(intake), std::move(batch))));
    }

    Alerts alerts() {
        const auto read = [](Database& database) -> Result<Alerts> {
            AlertFilter filter;
            filter.limit = 100'000;
            auto listed = database.alerts(filter);
            if (!listed) return listed.error();
            Alerts alerts;
            for (const Alert& one : *listed) {
                auto detail = database.alert(one.id);
                if (!detail) return detail.error();
                alerts.insert(as_told((*detail)->alert));
            }
            return alerts;
        };
        auto alerts = run(io_, store_.run(read));
        REQUIRE(alerts);
        return *alerts;
    }

    static Told as_told(const Alert& alert) {
        Told told{alert.rule, alert.severity, alert.first_seen_at, {}};
        for (const Evidence& evidence : alert.evidence)
            told.evidence.push_back(evidence.source + ' ' + evidence.native_id);
        return told;
    }

    std::size_t edits = 0;

  private:
    static Database opened(const std::filesystem::path& file) {
        auto database = Database::open(file);
        REQUIRE(database);
        return std::move(*database);
    }

    Statement post(const std::string& source) {
        Statement statement;
        statement.native_id = source + std::to_string(++count_);
        statement.text = maker_.text();
        // Somebody else's words, or their address.
        const std::vector<Statement>& others = posts_[maker_.of(maker_.sources)];
        if (!others.empty() && maker_.one_in(3)) statement.text = maker_.of(others).text;
        statement.url = "https://example.org/said/" + std::to_string(maker_.below(40));
        if (!maker_.one_in(5))
            statement.published_at =
                clock_.now() - std::chrono::minutes(maker_.below(maker_.one_in(6) ? 3000 : 120));
        statement.form = maker_.one_in(6)   ? Form::repost
                         : maker_.one_in(5) ? Form::reply
                                            : Form::post;
        return statement;
    }

    // New words, or the ones from before the last edit.
    void edit(std::vector<Statement>& posts) {
        const std::size_t place =
            posts.size() - 1 - maker_.below(std::min(posts.size(), page_size));
        std::string& before = texts_before_[posts[place].native_id];
        std::string text = before.empty() || maker_.one_in(2) ? maker_.text() : before;
        if (maker_.one_in(3)) text = posts[place].text + " Corrected.";
        before = posts[place].text;
        posts[place].text = text;
        ++edits;
    }

    Maker& maker_;
    SnapshotPtr snapshot_;
    Arrivals arrivals_;
    boost::asio::io_context io_;
    ManualClock clock_{parse_time("2023-03-17T09:00:00Z").value()};
    Random random_{7};
    Metrics metrics_;
    Store store_;
    Pipeline pipeline_{io_.get_executor(), store_, clock_, random_, metrics_, [] {}};
    bool first_polls_;
    std::map<std::string, std::vector<Statement>> posts_;
    std::map<std::string, std::string> texts_before_;
    std::set<std::string> polled_;
    std::size_t count_ = 0;
};

std::vector<Arrival> archive_of(const std::filesystem::path& file) {
    auto database = Database::open_read_only(file);
    REQUIRE(database);
    return all_of(archive_past(std::move(*database), {}));
}

Alerts alerts_of(const Backtest& test) {
    Alerts alerts;
    for (const BacktestAlert& alert : test.alerts())
        alerts.insert({alert.rule, alert.severity, alert.at, alert.evidence});
    return alerts;
}

// What `replay --dry-run` prints, as it is known at the end.
struct Replayed {
    Alerts alerts;
    std::map<std::string, std::size_t> told;  // of alerts and changes, by receiver
};

Replayed replay_of(const std::shared_ptr<Snapshot>& snapshot, const std::vector<Arrival>& lines) {
    Replayed replayed;
    boost::asio::io_context io;
    const auto told = [&replayed](const Notification& notification) {
        replayed.told[notification.receiver] += notification.alerts.size();
    };
    snapshot->receivers = receivers_that_tell(snapshot->config, told);
    Simulation simulation(io.get_executor(), snapshot);
    for (const Arrival& line : lines) REQUIRE(run(io, simulation.take(line)));
    run(io, simulation.run_until(std::nullopt));
    const auto read = [](Database& database) -> Result<Alerts> {
        AlertFilter filter;
        filter.limit = 100'000;
        auto listed = database.alerts(filter);
        if (!listed) return listed.error();
        Alerts alerts;
        for (const Alert& one : *listed)
            alerts.insert(World::as_told((*database.alert(one.id))->alert));
        return alerts;
    };
    auto alerts = run(io, simulation.store().run(read));
    REQUIRE(alerts);
    replayed.alerts = *alerts;
    return replayed;
}

}  // namespace

TEST_CASE("run, replay and backtest come to the same alerts of random rules, statements and edits"
) {
    log_setup(LogLevel::warn, LogFormat::text);  // a line a notification says nothing here
    std::size_t alerts = 0, grown = 0, edits = 0;
    for (std::uint32_t round = 0; round < rounds; ++round) {
        const TempDir directory;
        const auto file = directory.path() / "store.db";
        Maker maker(round);
        const std::string yaml = maker.configuration();
        const auto snapshot = snapshot_of(yaml);
        // Only an archive knows of first polls: a replay takes every line as news.
        const bool first_polls = round % 2 == 1;
        Alerts expected;
        {
            World world(maker, snapshot, file, first_polls);
            for (std::size_t i = 0; i < polls_per_round; ++i) world.poll();
            expected = world.alerts();
            edits += world.edits;
        }
        const std::vector<Arrival> archive = archive_of(file);
        INFO("seed " << round << '\n' << yaml << "run:" << shown(expected));
        const BacktestBench backtest(snapshot, archive);
        const Alerts found = alerts_of(backtest.test);
        INFO("backtest:" << shown(found));
        REQUIRE(found == expected);
        alerts += found.size();
        for (const Told& told : found) grown += told.evidence.size() > 1 ? 1 : 0;
        if (first_polls) continue;

        const auto lines_file = directory.path() / "statements.ndjson";
        {
            std::ofstream out(lines_file);
            for (const Arrival& arrival : archive) out << to_json(arrival.statement) << '\n';
        }
        const std::vector<Arrival> lines = all_of(file_past({lines_file.string()}, {}));
        const Replayed replayed = replay_of(snapshot, lines);
        INFO("replay:" << shown(replayed.alerts));
        REQUIRE(replayed.alerts == expected);
        const BacktestBench over_lines(snapshot, lines);
        REQUIRE(alerts_of(over_lines.test) == expected);
        for (const auto& [receiver, tally] : over_lines.test.receivers()) {
            INFO("receiver " << receiver);
            const auto told = replayed.told.find(receiver);
            REQUIRE(tally.changes == (told == replayed.told.end() ? 0 : told->second));
        }
    }
    // The rounds are worth something.
    CHECK(alerts > rounds * 20);
    CHECK(grown > rounds * 2);
    CHECK(edits > rounds * 20);
}
