#include "daemon/rule_test.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "base/log.hpp"
#include "daemon/run_here.hpp"
#include "daemon/simulation.hpp"
#include "daemon/trail_text.hpp"
#include "text/html_text.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t alerts_max = 10'000;

std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
    return text.empty() ? "none" : text;
}

class Player {
  public:
    Player(const std::shared_ptr<Snapshot>& snapshot, const TestCase& test)
        : snapshot_(with_receivers(snapshot)),
          test_(test),
          simulation_(io_.get_executor(), snapshot_) {}

    Result<std::vector<TestFailure>> run() {
        auto played = run_here(io_, play());
        if (!played) return played.error();
        return std::move(failures_);
    }

  private:
    struct Played {
        const TestStatement* statement;
        std::vector<Decision> decisions;
    };

    std::shared_ptr<Snapshot> with_receivers(const std::shared_ptr<Snapshot>& snapshot) {
        snapshot->receivers =
            receivers_that_tell(snapshot->config, [this](const Notification& notification) {
                for (const NotifiedAlert& notified : notification.alerts)
                    told_[notified.alert.id].insert(notification.receiver);
            });
        return snapshot;
    }

    awaitable<Result<void>> play() {
        auto next = test_.statements.begin();
        for (const Expectation& expectation : test_.expectations) {
            for (; next != test_.statements.end(); ++next) {
                if (next->statement.observed_at > expectation.at) break;
                Arrival arrival;
                arrival.statement = next->statement;
                arrival.labels = labels_of(*next);
                auto accepted = co_await simulation_.take(std::move(arrival));
                if (!accepted) co_return accepted.error();
                played_.push_back({&*next, std::move(accepted->decisions)});
            }
            co_await simulation_.run_until(expectation.at);
            auto alerts = co_await open_alerts();
            if (!alerts) co_return alerts.error();
            compare(expectation, std::move(*alerts));
        }
        co_return Result<void>{};
    }

    // Those of the configuration, and what the test adds or changes.
    [[nodiscard]] std::optional<Labels> labels_of(const TestStatement& statement) const {
        if (!statement.labels) return std::nullopt;
        Labels labels = *statement.labels;
        const auto source = snapshot_->sources.find(statement.statement.source);
        if (source != snapshot_->sources.end())
            labels.insert(source->second.labels.begin(), source->second.labels.end());
        return labels;
    }

    [[nodiscard]] SourceInfo source_of(const TestStatement& statement) const {
        SourceInfo info;
        const auto source = snapshot_->sources.find(statement.statement.source);
        if (source != snapshot_->sources.end()) info = source->second;
        info.name = statement.statement.source;
        if (const auto labels = labels_of(statement)) info.labels = *labels;
        return info;
    }

    // In the order of their opening, with all their evidence.
    awaitable<Result<std::vector<Alert>>> open_alerts() {
        const auto read = [](Database& database) -> Result<std::vector<Alert>> {
            AlertFilter filter;
            filter.limit = alerts_max;
            auto listed = database.alerts(filter);
            if (!listed) return listed.error();
            std::vector<Alert> alerts;
            for (auto one = listed->rbegin(); one != listed->rend(); ++one) {
                auto detail = database.alert(one->id);
                if (!detail) return detail.error();
                if (*detail) alerts.push_back(std::move((*detail)->alert));
            }
            return alerts;
        };
        co_return co_await simulation_.store().run(read);
    }

    void compare(const Expectation& expectation, std::vector<Alert> alerts) {
        at_ = "at " + after(expectation.at) + ": ";
        std::vector<bool> used(alerts.size(), false);
        for (const ExpectedAlert& expected : expectation.alerts) {
            std::optional<std::size_t> chosen;
            for (std::size_t i = 0; i < alerts.size(); ++i) {
                if (used[i] || alerts[i].rule != expected.rule.value) continue;
                const bool fits = differences(expected, alerts[i]).empty();
                if (!chosen || fits) chosen = i;
                if (fits) break;
            }
            if (!chosen) {
                fail(
                    expected.rule.span,
                    "alert " + expected.rule.value + "   expected, there is none",
                    why_missing(expected.rule.value)
                );
                continue;
            }
            used[*chosen] = true;
            const Alert& alert = alerts[*chosen];
            for (auto& [span, what] : differences(expected, alert))
                fail(span, "alert " + alert.rule + "   " + what, why_other(alert, what));
        }
        for (std::size_t i = 0; i < alerts.size(); ++i) {
            if (used[i]) continue;
            fail(
                expectation.span,
                "alert " + alerts[i].rule +
                    "   not expected, there is one: " + printable(alerts[i].story_title, 100),
                why_there(alerts[i])
            );
        }
    }

    void fail(const Span& span, const std::string& what, std::string why) {
        failures_.push_back({span, at_ + what, std::move(why)});
    }

    using Difference = std::pair<Span, std::string>;

    [[nodiscard]] std::vector<Difference> differences(
        const ExpectedAlert& expected, const Alert& alert
    ) const {
        std::vector<Difference> out;
        const auto differ = [&](const Span& span,
                                const std::string& field,
                                const std::string& wanted,
                                const std::string& got) {
            if (wanted != got)
                out.emplace_back(span, field + ": expected " + wanted + ", got " + got);
        };
        if (expected.severity)
            differ(
                expected.severity->span,
                "severity",
                std::string(to_string(expected.severity->value)),
                std::string(to_string(alert.severity))
            );
        if (expected.evidence_count)
            differ(
                expected.evidence_count->span,
                "evidence",
                std::to_string(expected.evidence_count->value),
                std::to_string(alert.evidence.size())
            );
        if (expected.evidence) {
            // An id where the test names ids, else the source.
            const auto& wanted = expected.evidence->value;
            std::vector<std::string> got;
            for (std::size_t i = 0; i < alert.evidence.size(); ++i) {
                const Evidence& evidence = alert.evidence[i];
                const bool by_id = i < wanted.size() && wanted[i] == evidence.native_id;
                got.push_back(by_id ? evidence.native_id : evidence.source);
            }
            differ(expected.evidence->span, "evidence", joined(wanted), joined(got));
        }
        if (expected.labels) {
            for (const auto& [name, value] : expected.labels->value) {
                const auto found = alert.labels.find(name);
                differ(
                    expected.labels->span,
                    "label " + name,
                    value,
                    found == alert.labels.end() ? "none" : found->second
                );
            }
        }
        if (expected.receivers) {
            const auto told = told_.find(alert.id);
            std::vector<std::string> wanted = expected.receivers->value, got;
            if (told != told_.end()) got.assign(told->second.begin(), told->second.end());
            std::ranges::sort(wanted);
            differ(expected.receivers->span, "receivers", joined(wanted), joined(got));
        }
        return out;
    }

    [[nodiscard]] std::string after(Time time) const {
        return format_duration(time - test_.start_time);
    }

    [[nodiscard]] std::string named(const TestStatement& statement) const {
        return printable(statement.statement.source) + " at " +
               after(statement.statement.observed_at);
    }

    // Of the statements that a rule does not match, the one that it misses by least.
    [[nodiscard]] std::string why_missed(const std::string& rule) const {
        std::string text;
        std::size_t least = 0;
        for (const Played& played : played_) {
            const SourceInfo source = source_of(*played.statement);
            const auto trails = explain(*snapshot_, played.statement->statement, &source, rule);
            const TrailNode* miss = trails.empty() ? nullptr : trails[0].nearest_miss();
            if (miss == nullptr || (!text.empty() && trails[0].missing >= least)) continue;
            least = trails[0].missing;
            text = named(*played.statement);
            const bool term = miss->condition == "phrase" || miss->condition == "concept" ||
                              miss->condition == "exact" || miss->condition == "regex" ||
                              miss->condition == "field";
            text += least == 1 ? " matched everything but " + (term ? std::string("one condition")
                                                                    : "`" + miss->condition + "`")
                               : " lacks " + std::to_string(least) + " conditions, the first is `" +
                                     miss->condition + "`";
            if (!miss->note.empty()) text += ": " + printable(miss->note);
        }
        return text;
    }

    [[nodiscard]] std::string why_missing(const std::string& rule) const {
        for (const Played& played : played_)
            for (const Decision& decision : played.decisions)
                if (decision.rule == rule)
                    return named(*played.statement) +
                           " matched: " + std::string(in_words(decision.outcome));
        if (played_.empty()) return "there is no statement until then";
        return why_missed(rule);
    }

    // What else could have been in an alert; where nothing could, what is.
    [[nodiscard]] std::string why_other(const Alert& alert, const std::string& what) const {
        std::string missed = why_missed(alert.rule);
        if (!missed.empty()) return missed;
        if (what.starts_with("severity"))
            return "the rule says severity " + std::string(to_string(alert.severity));
        return why_there(alert);
    }

    [[nodiscard]] std::string why_there(const Alert& alert) const {
        std::string text;
        for (const Evidence& evidence : alert.evidence) {
            text += (text.empty() ? "" : "; ") + printable(evidence.source) + " at " +
                    after(evidence.observed_at) + " matched";
            for (std::size_t i = 0; i < std::min<std::size_t>(evidence.highlights.size(), 3); ++i)
                text +=
                    (i == 0 ? ": " : ", ") + ('`' + printable(evidence.highlights[i].term) + '`');
        }
        return text;
    }

    boost::asio::io_context io_{1};
    std::map<std::string, std::set<std::string>> told_;  // receivers of each alert
    std::shared_ptr<Snapshot> snapshot_;
    const TestCase& test_;
    Simulation simulation_;
    std::vector<Played> played_;
    std::vector<TestFailure> failures_;
    std::string at_;
};

// An attribute's text of XML 1.0: characters that it cannot hold become U+FFFD.
std::string xml_text(const std::string& text) {
    std::string out;
    for (const char c : escape_html(text)) {
        if (c == '\n')
            out += "&#10;";
        else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
            out += "\xEF\xBF\xBD";
        else
            out += c;
    }
    return out;
}

std::string attribute(const char* name, const std::string& value) {
    return std::string(" ") + name + "=\"" + xml_text(value) + '"';
}

}  // namespace

Result<std::vector<TestFailure>> play_test(
    const std::shared_ptr<Snapshot>& snapshot, const TestCase& test
) {
    return Player(snapshot, test).run();
}

std::string junit_xml(const std::vector<TestReport>& reports) {
    std::map<std::string, std::vector<const TestReport*>> suites;
    for (const TestReport& report : reports) suites[report.file].push_back(&report);
    const auto failed = [](const std::vector<const TestReport*>& list) {
        return std::to_string(std::ranges::count_if(list, [](const TestReport* report) {
            return !report->failures.empty();
        }));
    };
    std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n";
    for (const auto& [file, list] : suites) {
        out += "  <testsuite" + attribute("name", file) +
               attribute("tests", std::to_string(list.size())) +
               attribute("failures", failed(list)) + attribute("errors", "0") + ">\n";
        for (const TestReport* report : list) {
            out += "    <testcase" + attribute("name", report->name) +
                   attribute("classname", report->file) + attribute("file", report->file) +
                   attribute("line", std::to_string(report->line)) +
                   attribute("time", std::to_string(report->seconds));
            if (report->failures.empty()) {
                out += "/>\n";
                continue;
            }
            out += ">\n";
            for (const TestFailure& failure : report->failures)
                out += "      <failure" + attribute("message", failure.what) +
                       attribute("type", "alert") + ">" +
                       xml_text(
                           failure.span.file->path + ':' + std::to_string(failure.span.line) +
                           ": " + failure.what + "\nwhy: " + failure.why
                       ) +
                       "</failure>\n";
            out += "    </testcase>\n";
        }
        out += "  </testsuite>\n";
    }
    return out + "</testsuites>\n";
}

}  // namespace spokeswatch
