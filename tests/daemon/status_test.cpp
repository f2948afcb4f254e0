#include "daemon/status.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;

namespace {

StatusReport report() {
    StatusReport report;
    report.version = "1.2.3";
    report.started_at = parse_time("2023-03-17T09:00:00Z").value();
    report.config_file = "spokeswatch.yml";
    SourceStatus source;
    source.record.name = "mfa";
    source.record.baseline_done = true;
    source.kind = "feed";
    report.sources.push_back(source);
    return report;
}

}  // namespace

TEST_CASE("a daemon in which everything works is well") {
    const StatusScreen screen = status_screen(to_json(report()));
    CHECK(screen.well);
    CHECK(screen.text.find("mfa") != std::string::npos);
    CHECK(screen.text.find("1, 0 failing") != std::string::npos);
}

TEST_CASE("a failing source, a refused reload and a store that refuses are not well") {
    StatusReport failing = report();
    failing.sources[0].record.failures = 3;
    failing.sources[0].record.last_error = "timeout";
    failing.sources[0].record.last_message = "no first byte within 20 s";
    StatusScreen screen = status_screen(to_json(failing));
    CHECK_FALSE(screen.well);
    CHECK(screen.text.find("timeout (3 times): no first byte within 20 s") != std::string::npos);

    StatusReport refused = report();
    refused.reload_error = "rules.yml:3:1: error[SW101]: unknown key";
    screen = status_screen(to_json(refused));
    CHECK_FALSE(screen.well);
    CHECK(screen.text.find("rules.yml:3:1") != std::string::npos);

    StatusReport broken = report();
    broken.store_ok = false;
    CHECK_FALSE(status_screen(to_json(broken)).well);
}

TEST_CASE("an answer that is no status is said to be none") {
    CHECK_FALSE(status_screen("<html>login</html>").well);
}

TEST_CASE("a source that is paused by hand is well, and operational events are shown") {
    StatusReport paused = report();
    paused.sources[0].record.failures = 3;
    paused.sources[0].record.paused_at = paused.started_at;
    OperationalEvent event;
    event.event = Event::gap;
    event.subject = "mfa";
    event.message = "statements may have been missed";
    event.since = paused.started_at;
    paused.events.push_back(event);
    const StatusScreen screen = status_screen(to_json(paused));
    CHECK(screen.well);
    CHECK_THAT(screen.text, Catch::Contains("paused"));
    CHECK_THAT(screen.text, Catch::Contains("events       1 last"));
    CHECK_THAT(screen.text, Catch::Contains("gap") && Catch::Contains("may have been missed"));
}
