#include "daemon/backtest.hpp"

#include <algorithm>
#include <utility>

#include "daemon/memory_keeper.hpp"
#include "daemon/story.hpp"

namespace spokeswatch {

namespace {

std::unique_ptr<Store> history_for(const Snapshot& snapshot) {
    if (snapshot.watches.empty()) return nullptr;
    return std::make_unique<Store>(Database::in_memory());
}

std::unique_ptr<Keeper> keeper_over(Store* store, std::function<void(const Ingest&)> committed) {
    if (store != nullptr) return std::make_unique<StoreKeeper>(*store, std::move(committed));
    return std::make_unique<MemoryKeeper>(std::move(committed));
}

}  // namespace

Backtest::Backtest(boost::asio::any_io_executor executor, std::shared_ptr<const Snapshot> snapshot)
    : snapshot_(std::move(snapshot)),
      arrivals_(*snapshot_),
      groups_(snapshot_->config.receivers),
      clock_(Time{}),
      history_(history_for(*snapshot_)),
      keeper_(keeper_over(history_.get(), [this](const Ingest& ingest) { committed(ingest); })),
      pipeline_(std::move(executor), *keeper_, history_.get(), clock_, random_, metrics_, [] {}),
      silences_(clock_, pipeline_, snapshot_) {
    for (const RuleConfig& rule : snapshot_->config.rules) rules_.try_emplace(rule.name.value);
}

bool Backtest::concerns(const Arrival& arrival, const SourceInfo& source, const std::string& name) {
    if (history_ || taken_.contains(name)) return true;
    if (snapshot_->rules.match(arrival.statement, &source).empty()) return false;
    taken_.insert(name);
    return true;
}

awaitable<Result<void>> Backtest::take(const Arrival& arrival) {
    const Time now = SystemClock().now();
    const std::optional<Time> timed = arrival.at(now);
    const Time at = timed.value_or(started_ ? clock_.now() : now);
    if (!started_) clock_.jump_to(at);
    started_ = started_ || timed;
    co_await run_until(at);

    Intake intake = arrivals_.intake_for(arrival);
    if (history_) silences_.heard(intake.source, intake.account_key);
    const std::string name =
        intake.source.kind + '\0' + intake.account_key + '\0' + arrival.statement.native_id;
    if (!concerns(arrival, intake.source, name)) co_return Result<void>{};
    sources_[{intake.source.kind, intake.account_key}] = arrival.statement.source;
    Batch batch;
    batch.statements.push_back(arrival.statement);
    written_.clear();
    grown_.clear();
    auto accepted = co_await pipeline_.accept(snapshot_, std::move(intake), std::move(batch));
    if (!accepted) co_return accepted.error();
    record(arrival, accepted->decisions);
    groups_.run_until(clock_.now());
    co_return Result<void>{};
}

awaitable<void> Backtest::run_until(Time until) {
    while (silences_.due() && *silences_.due() <= until) {
        const Time due = *silences_.due();
        groups_.run_until(due);
        if (due > clock_.now()) clock_.advance_to(due);
        co_await silences_.judge();
    }
    groups_.run_until(until);
    if (until > clock_.now()) clock_.advance_to(until);
}

void Backtest::committed(const Ingest& ingest) {
    groups_.add(ingest);
    if (ingest.source.empty()) return record_silence(ingest);
    written_ = ingest.alerts;
    for (const NewEvidence& evidence : ingest.evidence)
        grown_.emplace_back(evidence.alert_id, evidence.statement);
}

// What a watch shows beside a statement is of other sources, too.
std::string Backtest::name_of(const StatementKey& key) {
    return sources_[{key.kind, key.account_key}] + ' ' + key.native_id;
}

// A silence comes with no statement: no decision tells of it.
void Backtest::record_silence(const Ingest& ingest) {
    const NewEvidence& last = ingest.evidence.front();
    BacktestAlert alert;
    alert.rule = ingest.alerts.front().rule;
    alert.severity = ingest.alerts.front().severity;
    alert.at = ingest.now;
    alert.source = sources_[{last.statement.kind, last.statement.account_key}];
    alert.native_id = last.statement.native_id;
    alert.title = ingest.stories.front().title;
    alert.evidence.push_back(name_of(last.statement));
    RuleTally& tally = rules_[alert.rule];
    ++tally.alerts;
    ++tally.days[format_time(alert.at).substr(0, 10)].alerts;
    places_.emplace(ingest.alerts.front().id, alerts_.size());
    alerts_.push_back(std::move(alert));
}

void Backtest::record(const Arrival& arrival, const std::vector<Decision>& decisions) {
    const Statement& statement = arrival.statement;
    const std::string day = format_time(clock_.now()).substr(0, 10);
    std::string title;
    for (const AlertWrite& opened : written_) {
        const auto [place, is_new] = places_.try_emplace(opened.id, alerts_.size());
        if (!is_new) {
            alerts_[place->second].severity = opened.severity;
            continue;
        }
        BacktestAlert alert;
        alert.rule = opened.rule;
        alert.severity = opened.severity;
        alert.at = clock_.now();
        alert.source = statement.source;
        alert.native_id = statement.native_id;
        if (title.empty()) title = story_title(statement);
        alert.title = title;
        alerts_.push_back(std::move(alert));
    }
    for (const Decision& decision : decisions) {
        RuleTally& tally = rules_[decision.rule];
        DayTally& on_day = tally.days[day];
        ++tally.matches;
        ++on_day.matches;
        switch (decision.outcome) {
            case MatchOutcome::opened:
                ++tally.alerts;
                ++on_day.alerts;
                break;
            case MatchOutcome::evidence:
            case MatchOutcome::edited:
                ++tally.updates;
                break;
            case MatchOutcome::completed:
            case MatchOutcome::unchanged:
            case MatchOutcome::known:
            case MatchOutcome::first_poll:
            case MatchOutcome::too_old:
                ++tally.held[decision.outcome];
                break;
        }
    }
    for (const auto& [id, key] : grown_) {
        BacktestAlert& alert = alerts_[places_.at(id)];
        // An edit took away what the alert was about: its thread is told, and no rule decided.
        if (std::ranges::find(decisions, id, &Decision::alert_id) == decisions.end())
            ++rules_[alert.rule].updates;
        std::string name = name_of(key);
        auto& evidence = alert.evidence;
        if (std::ranges::find(evidence, name) == evidence.end())
            evidence.push_back(std::move(name));
    }
}

BacktestDifference difference(
    const std::vector<BacktestAlert>& before, const std::vector<BacktestAlert>& after
) {
    // Where each (rule, statement) is evidence.
    const auto index = [](const std::vector<BacktestAlert>& alerts) {
        std::unordered_map<std::string, const BacktestAlert*> places;
        for (const BacktestAlert& alert : alerts)
            for (const std::string& name : alert.evidence)
                places.try_emplace(alert.rule + ' ' + name, &alert);
        return places;
    };
    const auto partner = [](const BacktestAlert& alert, const auto& places) {
        const BacktestAlert* found = nullptr;
        for (const std::string& name : alert.evidence) {
            const auto place = places.find(alert.rule + ' ' + name);
            if (found == nullptr && place != places.end()) found = place->second;
        }
        return found;
    };
    const auto old_places = index(before);
    const auto new_places = index(after);
    BacktestDifference out;
    for (const BacktestAlert& alert : before)
        if (partner(alert, new_places) == nullptr) out.lost.push_back(alert);
    for (const BacktestAlert& alert : after) {
        const BacktestAlert* old = partner(alert, old_places);
        if (old == nullptr)
            out.gained.push_back(alert);
        else if (old->severity != alert.severity)
            out.changed.push_back({alert, old->severity});
    }
    return out;
}

}  // namespace spokeswatch
