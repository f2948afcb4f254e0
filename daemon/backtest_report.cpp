#include "daemon/backtest_report.hpp"

#include <algorithm>
#include <array>
#include <chrono>

#include <boost/json.hpp>

#include "base/log.hpp"
#include "base/utf8.hpp"
#include "daemon/trail_text.hpp"

namespace spokeswatch {

namespace {

namespace json = boost::json;
using Days = std::map<std::string, DayTally>;

constexpr std::size_t columns_max = 40;    // of the histogram beside a rule
constexpr std::size_t bar_cells_max = 40;  // of a day
constexpr std::size_t listed_max = 200;    // alerts of a difference
constexpr std::size_t shown_days_max = 120;
constexpr std::int64_t gap_days_max = 3;  // without alerts: longer ones are one line

json::object alert_object(const BacktestAlert& alert) {
    json::object out;
    out["rule"] = alert.rule;
    out["severity"] = to_string(alert.severity);
    out["at"] = format_time(alert.at);
    out["source"] = alert.source;
    out["native_id"] = alert.native_id;
    out["title"] = alert.title;
    out["evidence"] = alert.evidence.size();
    return out;
}

json::object rule_object(const std::string& name, const RuleTally& tally) {
    json::object out;
    out["rule"] = name;
    out["matches"] = tally.matches;
    out["alerts"] = tally.alerts;
    out["updates"] = tally.updates;
    json::object held;
    for (const auto& [outcome, count] : tally.held) held[to_string(outcome)] = count;
    out["held"] = std::move(held);
    json::array days;
    for (const auto& [day, count] : tally.days) {
        json::object item;
        item["day"] = day;
        item["matches"] = count.matches;
        item["alerts"] = count.alerts;
        days.push_back(std::move(item));
    }
    out["days"] = std::move(days);
    return out;
}

// Days since 1970 of "2023-03-17".
std::int64_t number_of(const std::string& day) {
    const auto time = parse_time(day + "T00:00:00Z");
    if (!time) return 0;
    return std::chrono::duration_cast<std::chrono::hours>(time->time_since_epoch()).count() / 24;
}

std::string day_of(std::int64_t number) {
    return format_time(Time(std::chrono::hours(24 * number))).substr(0, 10);
}

struct Range {
    std::int64_t first = 0, last = -1;
};

Range range_of(const Days& days) {
    if (days.empty()) return {};
    return {number_of(days.begin()->first), number_of(days.rbegin()->first)};
}

// One character for as many days as fit.
std::string sparkline(const Days& days, const Range& range) {
    static constexpr std::array<const char*, 9> levels{"·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    const auto count = static_cast<std::size_t>(range.last - range.first + 1);
    const std::size_t width = (count + columns_max - 1) / columns_max;
    std::vector<std::size_t> columns((count + width - 1) / width);
    for (const auto& [day, tally] : days)
        columns[static_cast<std::size_t>(number_of(day) - range.first) / width] += tally.matches;
    const std::size_t most = *std::max_element(columns.begin(), columns.end());
    std::string text;
    for (const std::size_t column : columns)
        text += levels[column == 0 ? 0 : 1 + (column * 7) / std::max<std::size_t>(most, 1)];
    return text;
}

std::string number(std::size_t value, std::size_t cells) {
    const std::string text = std::to_string(value);
    return std::string(text.size() < cells ? cells - text.size() : 0, ' ') + text;
}

std::string alert_line(char sign, const BacktestAlert& alert, const std::string& severity) {
    return std::string(1, sign) + ' ' + format_time(alert.at) + "  " + severity + "  " +
           alert.rule + "  " + printable(alert.source) + ' ' + printable(alert.native_id, 80) +
           "  " + printable(alert.title, 120) + '\n';
}

class Text {
  public:
    explicit Text(const BacktestReport& report) : report_(report) {
        for (const auto& [name, tally] : report.test->rules()) {
            for (const auto& [day, count] : tally.days) {
                days_[day].matches += count.matches;
                days_[day].alerts += count.alerts;
            }
            for (const auto& [outcome, count] : tally.held) held_[outcome] += count;
        }
        range_ = range_of(days_);
    }

    std::string made() {
        head();
        rules();
        days();
        receivers();
        held();
        difference();
        return std::move(text_);
    }

  private:
    void head() {
        text_ += std::to_string(report_.statements) + " statements";
        if (report_.first != Time{})
            text_ += ", " + format_time(report_.first) + " to " + format_time(report_.last);
        text_ += ", " + std::to_string(report_.test->rules().size()) + " rules\n";
    }

    void rules() {
        std::vector<std::string> silent;
        bool any = false;
        for (const auto& [name, tally] : report_.test->rules()) {
            if (tally.matches == 0) {
                silent.push_back(name);
                continue;
            }
            if (!any)
                text_ += '\n' + padded("rule", 32) +
                         " matches  alerts updates    held  matches by day\n";
            any = true;
            std::size_t held = 0;
            for (const auto& [outcome, count] : tally.held) held += count;
            text_ += padded(name, 32) + number(tally.matches, 8) + number(tally.alerts, 8) +
                     number(tally.updates, 8) + number(held, 8) + "  " +
                     sparkline(tally.days, range_) + '\n';
        }
        if (silent.empty()) return;
        constexpr std::size_t shown_max = 20;
        text_ += "\nno match: ";
        for (std::size_t i = 0; i < std::min(silent.size(), shown_max); ++i)
            text_ += (i > 0 ? ", " : "") + silent[i];
        if (silent.size() > shown_max)
            text_ += " and " + std::to_string(silent.size() - shown_max) + " more";
        text_ += '\n';
    }

    void days() {
        std::size_t most = 1;
        for (const auto& [day, tally] : days_) most = std::max(most, tally.alerts);
        std::vector<std::string> rows;
        std::int64_t next = range_.first;
        for (const auto& [day, tally] : days_) {
            if (tally.alerts == 0) continue;
            const std::int64_t gap = number_of(day) - next;
            for (; gap <= gap_days_max && next < number_of(day); ++next)
                rows.push_back(day_of(next) + number(0, 7));
            if (gap > gap_days_max) rows.emplace_back("...");
            next = number_of(day) + 1;
            const std::size_t cells = (tally.alerts * bar_cells_max + most - 1) / most;
            rows.push_back(day + number(tally.alerts, 7) + "  " + std::string(cells, '#'));
        }
        if (rows.empty()) return;
        text_ += "\nalerts by day (UTC)\n";
        const std::size_t left_out = rows.size() - std::min(rows.size(), shown_days_max);
        if (left_out > 0)
            text_ += "(" + std::to_string(left_out) + " lines before: --json has every day)\n";
        for (std::size_t i = left_out; i < rows.size(); ++i) text_ += rows[i] + '\n';
    }

    void receivers() {
        if (report_.test->receivers().empty()) return;
        text_ += "\nwould have been sent\n";
        for (const auto& [name, tally] : report_.test->receivers())
            text_ += "  " + padded(name, 30) + number(tally.notifications, 8) + " messages about " +
                     std::to_string(tally.changes) + " new or changed alerts\n";
    }

    void held() {
        if (held_.empty()) return;
        text_ += "\nheld\n";
        for (const auto& [outcome, count] : held_)
            text_ += number(count, 8) + "  " + std::string(in_words(outcome)) + '\n';
    }

    void difference() {
        if (!report_.difference) return;
        const BacktestDifference& found = *report_.difference;
        text_ += "\ndifference\n";
        std::size_t listed = 0;
        const auto list = [&](char sign, const BacktestAlert& alert, const std::string& severity) {
            if (++listed <= listed_max) text_ += alert_line(sign, alert, severity);
        };
        for (const BacktestAlert& alert : found.gained)
            list('+', alert, std::string(to_string(alert.severity)));
        for (const BacktestAlert& alert : found.lost)
            list('-', alert, std::string(to_string(alert.severity)));
        for (const auto& change : found.changed)
            list(
                '~',
                change.alert,
                std::string(to_string(change.before)) + " -> " +
                    std::string(to_string(change.alert.severity))
            );
        if (listed > listed_max) text_ += "and " + std::to_string(listed - listed_max) + " more\n";
        text_ += std::to_string(found.gained.size()) + " alerts gained, " +
                 std::to_string(found.lost.size()) + " lost, " +
                 std::to_string(found.changed.size()) + " of another severity\n";
    }

    const BacktestReport& report_;
    Days days_;
    std::map<MatchOutcome, std::size_t> held_;
    Range range_;
    std::string text_;
};

}  // namespace

std::string to_json(const BacktestReport& report) {
    json::object out;
    out["statements"] = report.statements;
    if (report.first != Time{}) {
        out["first"] = format_time(report.first);
        out["last"] = format_time(report.last);
    }
    json::array rules;
    for (const auto& [name, tally] : report.test->rules())
        rules.push_back(rule_object(name, tally));
    out["rules"] = std::move(rules);
    json::array receivers;
    for (const auto& [name, tally] : report.test->receivers()) {
        json::object item;
        item["receiver"] = name;
        item["notifications"] = tally.notifications;
        item["changes"] = tally.changes;
        receivers.push_back(std::move(item));
    }
    out["receivers"] = std::move(receivers);
    json::array alerts;
    for (const BacktestAlert& alert : report.test->alerts()) alerts.push_back(alert_object(alert));
    out["alerts"] = std::move(alerts);
    if (!report.difference) return json::serialize(out);
    json::object diff;
    json::array gained, lost, changed;
    for (const auto& alert : report.difference->gained) gained.push_back(alert_object(alert));
    for (const auto& alert : report.difference->lost) lost.push_back(alert_object(alert));
    for (const auto& change : report.difference->changed) {
        json::object item = alert_object(change.alert);
        item["severity_before"] = to_string(change.before);
        changed.push_back(std::move(item));
    }
    diff["gained"] = std::move(gained);
    diff["lost"] = std::move(lost);
    diff["changed"] = std::move(changed);
    out["diff"] = std::move(diff);
    return json::serialize(out);
}

std::string to_text(const BacktestReport& report) { return Text(report).made(); }

}  // namespace spokeswatch
