#include "base/metrics.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>

#include <catch2/catch.hpp>
#include <unistd.h>

#include "tests/support/fixtures.hpp"

using namespace spokeswatch;

namespace {

bool has_line(const std::string& exposition, const std::string& line) {
    return ("\n" + exposition).find("\n" + line + "\n") != std::string::npos;
}

// At least one series of every metric, with the label sets that the program uses.
void fill(Metrics& metrics) {
    metrics.set("spokeswatch_build_info", {{"version", "0.1.0"}}, 1);
    metrics.set("spokeswatch_start_time_seconds", {}, 1'679'043'600);
    metrics.add("spokeswatch_polls_total", {{"source", "mfa"}, {"result", "new"}});
    metrics.add("spokeswatch_poll_failures_total", {{"source", "mfa"}, {"error", "timeout"}});
    metrics.observe("spokeswatch_poll_duration_seconds", {{"kind", "feed"}}, 0.2);
    metrics.set("spokeswatch_source_up", {{"source", "mfa"}}, 1);
    metrics.set("spokeswatch_source_last_success_timestamp_seconds", {{"source", "mfa"}}, 5);
    metrics.set("spokeswatch_source_next_poll_timestamp_seconds", {{"source", "mfa"}}, 6);
    metrics.add("spokeswatch_statements_total", {{"source", "mfa"}}, 3);
    metrics.add("spokeswatch_statement_revisions_total", {{"source", "mfa"}});
    metrics.observe("spokeswatch_detection_lag_seconds", {{"kind", "feed"}}, 45);
    metrics.add("spokeswatch_gaps_total", {{"source", "mfa"}});
    metrics.add("spokeswatch_documents_recovered_total", {{"source", "mfa"}});
    metrics.add("spokeswatch_rule_matches_total", {{"rule", "visit"}});
    metrics.add("spokeswatch_alerts_total", {{"rule", "visit"}, {"severity", "critical"}});
    metrics.add(
        "spokeswatch_notifications_total",
        {{"receiver", "desk"}, {"kind", "slack"}, {"verdict", "delivered"}}
    );
    metrics.add(
        "spokeswatch_notifications_failed_total",
        {{"receiver", "desk"}, {"kind", "slack"}, {"reason", "permanent_target"}}
    );
    metrics.observe("spokeswatch_notification_latency_seconds", {{"kind", "slack"}}, 1.5);
    metrics.set("spokeswatch_outbox_rows", {{"state", "pending"}}, 2);
    metrics.set("spokeswatch_outbox_oldest_age_seconds", {}, 12);
    metrics.set(
        "spokeswatch_target_paused",
        {{"receiver", "desk"}, {"kind", "slack"}, {"target", "slack-1"}},
        0
    );
    metrics.set("spokeswatch_config_last_reload_successful", {}, 1);
    metrics.set("spokeswatch_config_last_reload_success_timestamp_seconds", {}, 7);
    metrics.add("spokeswatch_config_reloads_total", {{"result", "success"}});
    metrics.add("spokeswatch_store_commits_total");
    metrics.observe("spokeswatch_store_commit_duration_seconds", {}, 0.004);
    metrics.add("spokeswatch_http_requests_total", {{"code", "200"}});
}

}  // namespace

TEST_CASE("metrics are exposed as Prometheus text") {
    Metrics metrics;
    metrics.add("spokeswatch_statements_total", {{"source", "mfa"}});
    metrics.add("spokeswatch_statements_total", {{"source", "mfa"}}, 2);
    metrics.set("spokeswatch_source_up", {{"source", "a\"b\\c\n5"}}, 1);
    metrics.observe("spokeswatch_poll_duration_seconds", {{"kind", "feed"}}, 0.3);
    const std::string text = metrics.expose();
    CHECK(has_line(text, "# TYPE spokeswatch_statements_total counter"));
    CHECK(text.find("# HELP spokeswatch_statements_total ") != std::string::npos);
    CHECK(has_line(text, "spokeswatch_statements_total{source=\"mfa\"} 3"));
    CHECK(has_line(text, "spokeswatch_source_up{source=\"a\\\"b\\\\c\\n5\"} 1"));
    CHECK(has_line(text, "spokeswatch_poll_duration_seconds_count{kind=\"feed\"} 1"));
    CHECK(has_line(text, "spokeswatch_poll_duration_seconds_bucket{kind=\"feed\",le=\"0.25\"} 0"));
    CHECK(has_line(text, "spokeswatch_poll_duration_seconds_bucket{kind=\"feed\",le=\"0.5\"} 1"));
}

TEST_CASE("the series of a removed source go, and come back from zero") {
    Metrics metrics;
    fill(metrics);
    metrics.add("spokeswatch_statements_total", {{"source", "other"}});
    metrics.remove("source", "mfa");
    std::string text = metrics.expose();
    CHECK(text.find("\"mfa\"") == std::string::npos);
    CHECK(has_line(text, "spokeswatch_statements_total{source=\"other\"} 1"));
    CHECK(has_line(text, "spokeswatch_rule_matches_total{rule=\"visit\"} 1"));
    metrics.add("spokeswatch_statements_total", {{"source", "mfa"}});
    text = metrics.expose();
    CHECK(has_line(text, "spokeswatch_statements_total{source=\"mfa\"} 1"));
}

TEST_CASE("every metric passes the lint of Prometheus") {
    const char* const promtool = "/usr/bin/promtool";
    if (access(promtool, X_OK) != 0) {
        std::cerr << "promtool is not installed (package prometheus): its lint is left out\n";
        return;
    }
    Metrics metrics;
    fill(metrics);
    const testing::TempDir folder;
    const std::string input = folder.path() / "metrics";
    const std::string output = folder.path() / "report";
    std::ofstream(input) << metrics.expose();
    const std::string command =
        std::string(promtool) + " check metrics < " + input + " > " + output + " 2>&1";
    const int status = std::system(command.c_str());
    INFO(testing::read_file(output));
    CHECK(status == 0);
    CHECK(testing::read_file(output).empty());
}
