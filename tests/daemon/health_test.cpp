#include "daemon/health.hpp"

#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "tests/alerts/fake_notifier.hpp"
#include "tests/support/fixtures.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

const Time now = parse_time("2023-03-17T09:00:00Z").value();

SourceInfo mfa() {
    SourceInfo source;
    source.name = "mfa";
    source.kind = "feed";
    source.labels = {{"org", "MFA"}};
    return source;
}

SourceStatus failing(const std::string& error, int failures, Duration since_success) {
    SourceStatus status;
    status.interval = 60s;
    status.record.name = "mfa";
    status.record.failures = failures;
    status.record.last_error = error;
    status.record.last_message = "what came";
    status.record.last_success_at = now - since_success;
    return status;
}

// The names of the events, joined.
std::string events(const SourceStatus& status) {
    std::string names;
    for (const Trouble& trouble : source_troubles(status, mfa(), now))
        names.append(names.empty() ? "" : " ").append(to_string(trouble.event));
    return names;
}

}  // namespace

TEST_CASE("a source fails when three polls in a row and three intervals brought nothing") {
    CHECK(events(failing("timeout", 0, 1h)).empty());
    CHECK(events(failing("timeout", 2, 1h)).empty());
    CHECK(events(failing("timeout", 3, 3min)).empty());
    for (const char* error : {"network", "timeout", "tls", "server", "rejected", "too_large"})
        CHECK(events(failing(error, 3, 4min)) == "source_failing");
    SourceStatus never = failing("network", 3, 0s);
    never.record.last_success_at.reset();
    CHECK(events(never) == "source_failing");
    // One that is read once a day is not waited for three days.
    SourceStatus daily = failing("network", 3, 2h);
    daily.interval = 24h;
    CHECK(events(daily) == "source_failing");
}

TEST_CASE("what no patience mends is told at once, and what asks to wait is not told") {
    CHECK(events(failing("unauthorized", 1, 1min)) == "source_auth");
    CHECK(events(failing("forbidden", 1, 1min)) == "source_auth");
    CHECK(events(failing("gone", 1, 1min)) == "source_gone");
    CHECK(events(failing("quota", 1, 1min)) == "quota_exhausted");
    CHECK(events(failing("blocked", 1, 1min)) == "source_failing");
    CHECK(events(failing("rate_limited", 50, 10h)).empty());
    CHECK(events(failing("storage", 50, 10h)).empty());
}

TEST_CASE("answers that cannot be read mean another schema when they keep coming") {
    SourceStatus status = failing("malformed", 2, 1h);
    status.body_file = "/var/lib/x/mfa.body";
    CHECK(events(status).empty());
    status.record.failures = 3;
    const auto troubles = source_troubles(status, mfa(), now);
    REQUIRE(troubles.size() == 1);
    CHECK(troubles[0].event == Event::schema_changed);
    CHECK(troubles[0].body_file == "/var/lib/x/mfa.body");
    CHECK(troubles[0].message == "malformed: what came");
    CHECK(troubles[0].labels == Labels{{"kind", "feed"}, {"org", "MFA"}, {"source", "mfa"}});
}

TEST_CASE("a gap lasts for an hour after the last one, beside whatever else is wrong") {
    SourceStatus status = failing("gone", 1, 1min);
    status.record.last_gap_at = now - 59min;
    status.quiet = "nothing since yesterday, usually 12 a day";
    CHECK(events(status) == "source_gone source_quiet gap");
    status.record.last_gap_at = now - 1h;
    CHECK(events(status) == "source_gone source_quiet");
}

TEST_CASE("nothing is wrong with a source that was paused by hand") {
    SourceStatus status = failing("gone", 9, 9h);
    status.record.last_gap_at = now;
    status.record.paused_at = now;
    CHECK(events(status).empty());
}

TEST_CASE("a target fails when it refuses or takes nothing, and only one that is configured") {
    Receivers receivers;
    receivers.add(fake_target("desk", "slack-1", nullptr));
    receivers.add(fake_target("desk", "email-1", nullptr));
    TargetRecord paused;
    paused.target = "slack-1";
    paused.paused_at = now;
    paused.reason = "404 no_service";
    TargetRecord override_only;
    override_only.target = "email-1";
    TargetRecord gone = paused;
    gone.target = "slack-9";
    StuckTarget stuck;
    stuck.target = "email-1";
    stuck.since = now;
    stuck.detail = "connection refused";
    const auto troubles = receiver_troubles({paused, override_only, gone}, {stuck}, receivers);
    REQUIRE(troubles.size() == 2);
    CHECK(troubles[0].subject == "slack-1");
    CHECK(troubles[0].message == "it refuses: 404 no_service");
    CHECK(troubles[0].labels == Labels{{"kind", "fake"}, {"receiver", "desk"}});
    CHECK(troubles[1].subject == "email-1");
    CHECK_THAT(troubles[1].message, Catch::Contains("connection refused"));
}

TEST_CASE("unread answers are kept one a source, cut, and only the newest of them") {
    const TempDir directory;
    const UnreadAnswers answers(directory.path() / "unread");
    const std::string path = answers.keep("mfa", std::string(unread_bytes_max + 1, 'x'));
    CHECK(path == (directory.path() / "unread" / "mfa.body").string());
    CHECK(std::filesystem::file_size(path) == unread_bytes_max);
    CHECK(answers.keep("mfa", "<html>") == path);
    CHECK(std::filesystem::file_size(path) == 6);
    for (std::size_t i = 0; i < unread_files_max; ++i) {
        const std::string kept = answers.keep("source" + std::to_string(i), "x");
        std::filesystem::last_write_time(
            kept, std::filesystem::file_time_type::clock::now() + std::chrono::seconds(i)
        );
    }
    CHECK_FALSE(std::filesystem::exists(path));
    std::size_t count = 0;
    for (const auto& each : std::filesystem::directory_iterator(directory.path() / "unread"))
        count += each.is_regular_file() ? 1 : 0;
    CHECK(count == unread_files_max);
    CHECK(UnreadAnswers("/dev/null/no").keep("mfa", "x").empty());
}
