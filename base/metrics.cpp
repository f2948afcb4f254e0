#include "base/metrics.hpp"

#include <array>
#include <mutex>
#include <sstream>
#include <utility>
#include <variant>
#include <vector>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "base/check.hpp"

namespace spokeswatch {

namespace {

enum class Type { counter, gauge, histogram };

struct Definition {
    const char* name;
    Type type;
    const char* help;
};

// Every metric of the process. The labels of each stand in its help text.
constexpr std::array definitions{
    Definition{"spokeswatch_build_info", Type::gauge, "Always 1; the running version, by version."},
    Definition{
        "spokeswatch_start_time_seconds", Type::gauge, "When the process started, in Unix time."},
    Definition{
        "spokeswatch_polls_total",
        Type::counter,
        "Polls of a source that ended, by source, result."},
    Definition{
        "spokeswatch_poll_failures_total",
        Type::counter,
        "Polls of a source that failed, by source, error."},
    Definition{
        "spokeswatch_poll_duration_seconds",
        Type::histogram,
        "Time from the start of a poll to its end, by kind."},
    Definition{
        "spokeswatch_source_up",
        Type::gauge,
        "1 when the last poll of the source was good, else 0, by source."},
    Definition{
        "spokeswatch_source_last_success_timestamp_seconds",
        Type::gauge,
        "When the last good poll of the source ended, in Unix time, by source."},
    Definition{
        "spokeswatch_source_next_poll_timestamp_seconds",
        Type::gauge,
        "When the source is polled next, in Unix time, by source."},
    Definition{
        "spokeswatch_statements_total",
        Type::counter,
        "Statements stored for the first time, by source."},
    Definition{
        "spokeswatch_statement_revisions_total",
        Type::counter,
        "Later revisions of statements stored, by source."},
    Definition{
        "spokeswatch_detection_lag_seconds",
        Type::histogram,
        "Time from the publication of a statement to its arrival here, by kind."},
    Definition{
        "spokeswatch_gaps_total",
        Type::counter,
        "Times that statements may have been missed between two polls, by source."},
    Definition{
        "spokeswatch_documents_recovered_total",
        Type::counter,
        "Broken documents that were read after mending, by source."},
    Definition{
        "spokeswatch_rule_matches_total",
        Type::counter,
        "Revisions of statements that a rule is true of, by rule."},
    Definition{"spokeswatch_alerts_total", Type::counter, "Alerts opened, by rule, severity."},
    Definition{
        "spokeswatch_notifications_total",
        Type::counter,
        "Attempts to send a notification, by receiver, kind, verdict."},
    Definition{
        "spokeswatch_notifications_failed_total",
        Type::counter,
        "Notifications given up, by receiver, kind, reason."},
    Definition{
        "spokeswatch_notification_latency_seconds",
        Type::histogram,
        "Time from the arrival of a statement to the good end of its notification, by kind."},
    Definition{"spokeswatch_outbox_rows", Type::gauge, "Notifications in the outbox, by state."},
    Definition{
        "spokeswatch_outbox_oldest_age_seconds",
        Type::gauge,
        "Age of the oldest notification that still waits; 0 when none does."},
    Definition{
        "spokeswatch_target_paused",
        Type::gauge,
        "1 while nothing is sent to the target, by receiver, kind, target."},
    Definition{
        "spokeswatch_config_last_reload_successful",
        Type::gauge,
        "1 when the last load of the configuration was good, else 0."},
    Definition{
        "spokeswatch_config_last_reload_success_timestamp_seconds",
        Type::gauge,
        "When the configuration in use was loaded, in Unix time."},
    Definition{
        "spokeswatch_config_reloads_total",
        Type::counter,
        "Times the configuration was loaded again, by result."},
    Definition{
        "spokeswatch_store_commits_total", Type::counter, "Transactions that the store committed."},
    Definition{
        "spokeswatch_store_commit_duration_seconds",
        Type::histogram,
        "Time a transaction of the store took, its commit included."},
    Definition{
        "spokeswatch_http_requests_total",
        Type::counter,
        "Requests that the program's own endpoints answered, by code."},
};

// Wide enough for a commit of a millisecond and for a statement that is read a day late.
const prometheus::Histogram::BucketBoundaries buckets{
    0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1,    2.5,   5,      10,
    20,    30,    60,    120, 300,  600, 1800, 3'600, 21'600, 86'400,
};

// One family with its series, which prometheus-cpp itself does not list.
template <typename T>
struct Series {
    explicit Series(prometheus::Family<T>& f) : family(&f) {}

    T& get(const Metrics::Labels& labels) {
        const auto known = by_labels.find(labels);
        if (known != by_labels.end()) return *known->second;
        T* made = nullptr;
        if constexpr (std::is_same_v<T, prometheus::Histogram>)
            made = &family->Add(labels, buckets);
        else
            made = &family->Add(labels);
        by_labels.emplace(labels, made);
        return *made;
    }

    void remove(const std::string& label, const std::string& value) {
        std::erase_if(by_labels, [&](const auto& entry) {
            const auto found = entry.first.find(label);
            if (found == entry.first.end() || found->second != value) return false;
            family->Remove(entry.second);
            return true;
        });
    }

    prometheus::Family<T>* family;
    std::map<Metrics::Labels, T*> by_labels;
};

using Counters = Series<prometheus::Counter>;
using Gauges = Series<prometheus::Gauge>;
using Histograms = Series<prometheus::Histogram>;

}  // namespace

struct Metrics::Impl {
    Impl() {
        for (const Definition& each : definitions) {
            switch (each.type) {
                case Type::counter:
                    add_family<Counters>(prometheus::BuildCounter(), each);
                    break;
                case Type::gauge:
                    add_family<Gauges>(prometheus::BuildGauge(), each);
                    break;
                case Type::histogram:
                    add_family<Histograms>(prometheus::BuildHistogram(), each);
                    break;
            }
        }
    }

    template <typename Kind, typename Builder>
    void add_family(Builder builder, const Definition& each) {
        auto& family = builder.Name(each.name).Help(each.help).Register(registry);
        families.emplace(each.name, Kind(family));
    }

    // The family of that name; a name that is not in the table, or of another type, is our bug.
    template <typename Kind>
    Kind& get(std::string_view name) {
        const auto found = families.find(name);
        check(found != families.end(), "a metric that is not in the table");
        Kind* kind = std::get_if<Kind>(&found->second);
        check(kind != nullptr, "a metric of another type");
        return *kind;
    }

    std::mutex mutex;
    prometheus::Registry registry;
    std::map<std::string, std::variant<Counters, Gauges, Histograms>, std::less<>> families;
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::add(std::string_view counter, const Labels& labels, double amount) {
    const std::lock_guard lock(impl_->mutex);
    impl_->get<Counters>(counter).get(labels).Increment(amount);
}

void Metrics::set(std::string_view gauge, const Labels& labels, double value) {
    const std::lock_guard lock(impl_->mutex);
    impl_->get<Gauges>(gauge).get(labels).Set(value);
}

void Metrics::observe(std::string_view histogram, const Labels& labels, double seconds) {
    const std::lock_guard lock(impl_->mutex);
    impl_->get<Histograms>(histogram).get(labels).Observe(seconds);
}

void Metrics::remove(const std::string& label, const std::string& value) {
    const std::lock_guard lock(impl_->mutex);
    for (auto& [name, family] : impl_->families)
        std::visit([&](auto& series) { series.remove(label, value); }, family);
}

std::string Metrics::expose() const {
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, impl_->registry.Collect());
    return std::move(out).str();
}

}  // namespace spokeswatch
