#include "daemon/backtest.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "daemon/story.hpp"

namespace spokeswatch {

Backtest::Backtest(boost::asio::any_io_executor executor, const std::shared_ptr<Snapshot>& snapshot)
    : simulation_(std::move(executor), with_receivers(snapshot)) {
    for (const RuleConfig& rule : snapshot->config.rules) {
        rules_.try_emplace(rule.name.value);
        severities_.emplace(rule.name.value, rule.severity);
        if (rule.watch && std::holds_alternative<Silent>(rule.watch->watch))
            silent_rules_.push_back(rule.name.value);
    }
}

std::shared_ptr<const Snapshot> Backtest::with_receivers(const std::shared_ptr<Snapshot>& snapshot
) {
    snapshot->receivers = receivers_that_tell(
        snapshot->config, [this](const Notification& notification) { told(notification); }
    );
    for (const ReceiverConfig& receiver : snapshot->config.receivers)
        receivers_.try_emplace(receiver.name.value);
    return snapshot;
}

void Backtest::told(const Notification& notification) {
    ReceiverTally& tally = receivers_[notification.receiver];
    ++tally.notifications;
    tally.changes += notification.alerts.size();
    for (const NotifiedAlert& notified : notification.alerts) {
        const auto place = places_.find(notified.alert.id);
        if (place != places_.end()) alerts_[place->second].severity = notified.alert.severity;
    }
}

awaitable<Result<void>> Backtest::take(const Arrival& arrival) {
    if (!simulation_.concerns(arrival)) co_return Result<void>{};
    Arrival copy = arrival;
    auto accepted = co_await simulation_.take(std::move(copy));
    if (!accepted) co_return accepted.error();
    record(arrival, accepted->decisions);
    co_return Result<void>{};
}

void Backtest::record(BacktestAlert alert) {
    RuleTally& tally = rules_[alert.rule];
    ++tally.alerts;
    ++tally.days[format_time(alert.at).substr(0, 10)].alerts;
    alert.severity = severities_[alert.rule];
    alerts_.push_back(std::move(alert));
}

// A silence comes with no statement: no decision tells of it.
awaitable<Result<void>> Backtest::finish() {
    co_await simulation_.run_until(std::nullopt);
    AlertFilter filter;
    filter.limit = static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max());
    for (const std::string& rule : silent_rules_) {
        filter.rule = rule;
        const auto read = [filter](Database& database) { return database.alerts(filter); };
        auto silences = co_await simulation_.store().run(read);
        if (!silences) co_return silences.error();
        for (const Alert& silence : *silences) {
            const Evidence& last = silence.evidence.front();
            BacktestAlert alert;
            alert.rule = rule;
            alert.at = silence.first_seen_at;
            alert.source = last.source;
            alert.native_id = last.native_id;
            alert.title = silence.story_title;
            alert.evidence.push_back(last.source + ' ' + last.native_id);
            record(std::move(alert));
        }
    }
    std::ranges::stable_sort(alerts_, {}, &BacktestAlert::at);
    co_return Result<void>{};
}

void Backtest::record(const Arrival& arrival, const std::vector<Decision>& decisions) {
    const Statement& statement = arrival.statement;
    const std::string day = format_time(simulation_.now()).substr(0, 10);
    for (const Decision& decision : decisions) {
        RuleTally& tally = rules_[decision.rule];
        DayTally& on_day = tally.days[day];
        ++tally.matches;
        ++on_day.matches;
        switch (decision.outcome) {
            case MatchOutcome::opened: {
                BacktestAlert alert;
                alert.rule = decision.rule;
                alert.at = simulation_.now();
                alert.source = statement.source;
                alert.native_id = statement.native_id;
                alert.title = story_title(statement);
                places_[decision.alert_id] = alerts_.size();
                record(std::move(alert));
                break;
            }
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
        const auto place = places_.find(decision.alert_id);
        if (place == places_.end()) continue;
        std::vector<std::string>& evidence = alerts_[place->second].evidence;
        std::string name = statement.source + ' ' + statement.native_id;
        if (evidence.empty() || evidence.back() != name) evidence.push_back(std::move(name));
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
