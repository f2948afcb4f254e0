#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "tests/notifiers/samples.hpp"
#include "tests/support/fixtures.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

constexpr std::string_view canary = "XcanaryX5f3e9c1b7a";
const std::string webhook_url = "https://hooks.slack.com/services/T0/B0/" + std::string(canary);

Options options_of(const std::vector<std::string>& mentions = {}) {
    Options options;
    options.set("api_url", Secret(webhook_url), {});
    options.set("channel", std::string("#desk"), {});
    if (!mentions.empty()) options.set("mention", mentions, {});
    return options;
}

Answer answer_to(int status, const std::string& body, Headers headers = {}) {
    Bench bench;
    bench.make(make_slack, options_of());
    bench.http.answer(status, body, std::move(headers));
    return bench.send(notification_of(seed_alert()));
}

Verdict verdict_of(int status, const std::string& body) { return answer_to(status, body).verdict; }

}  // namespace

TEST_CASE("a Slack message goes to the webhook as JSON") {
    Bench bench;
    bench.make(make_slack, options_of());
    bench.http.answer(200, "ok");
    CHECK(bench.send(notification_of(seed_alert())).verdict == Verdict::delivered);
    CHECK(bench.request().method == "POST");
    CHECK(bench.request().url == webhook_url);
    CHECK(
        find_header(bench.request().headers, "Content-Type") == "application/json; charset=utf-8"
    );
    CHECK_FALSE(bench.request().follow_redirects);
    CHECK(bench.request().operator_target);
    CHECK(bench.request().cut_body);
    CHECK(json::parse(bench.request().body).is_object());
}

TEST_CASE("only Slack's own ok is a success") {
    CHECK(verdict_of(200, "ok") == Verdict::delivered);
    CHECK(verdict_of(200, "ok\n") == Verdict::delivered);
    CHECK(verdict_of(200, R"({"ok":true})") == Verdict::delivered);
    CHECK(verdict_of(200, "<html><body>login</body></html>") == Verdict::retry);
    CHECK(verdict_of(200, "") == Verdict::retry);
    CHECK(verdict_of(200, "OK") == Verdict::retry);
    CHECK(verdict_of(200, "no_channel") == Verdict::permanent_message);
    CHECK(verdict_of(200, R"({"ok":false,"error":"ratelimited"})") == Verdict::retry);
    CHECK(verdict_of(200, R"({"ok":false,"error":"internal_error"})") == Verdict::ambiguous);
    CHECK(verdict_of(200, R"({"ok":"yes"})") == Verdict::retry);
    CHECK(verdict_of(200, "{") == Verdict::retry);
}

TEST_CASE("each of Slack's refusals has its verdict") {
    CHECK(verdict_of(400, "invalid_payload") == Verdict::permanent_message);
    CHECK(verdict_of(400, "invalid_blocks") == Verdict::permanent_message);
    CHECK(verdict_of(400, "no_text") == Verdict::permanent_message);
    CHECK(verdict_of(400, "user_not_found") == Verdict::permanent_target);
    CHECK(verdict_of(403, "invalid_token") == Verdict::permanent_target);
    CHECK(verdict_of(403, "action_prohibited") == Verdict::permanent_target);
    CHECK(verdict_of(404, "no_service") == Verdict::permanent_target);
    CHECK(verdict_of(404, "channel_not_found") == Verdict::permanent_target);
    CHECK(verdict_of(410, "channel_is_archived") == Verdict::permanent_target);
    CHECK(verdict_of(302, "") == Verdict::permanent_target);
    CHECK(verdict_of(500, "rollup_error") == Verdict::retry);
    const Answer limited = answer_to(
        429, R"({"retry_after":1,"ok":false,"error":"rate_limited"})", {{"Retry-After", "1"}}
    );
    CHECK(limited.verdict == Verdict::retry_after);
    CHECK(limited.retry_after == 1s);
}

TEST_CASE("every recorded answer of Slack has its verdict and leaks nothing") {
    const auto folder = shared_fixtures("notifiers/slack");
    if (!folder) return;
    const std::vector<AnswerRow> rows = read_answer_rows(read_file(*folder / "classify.json"));
    REQUIRE(rows.size() == 39);
    for (const AnswerRow& row : rows) {
        INFO(row.name);
        CHECK(answer_to(row.status, row.body, row.headers).verdict == row.verdict);
        const Answer wait = answer_to(row.status, row.body, row.headers);
        if (row.retry_after) CHECK(wait.retry_after == row.retry_after);
        const Answer echo = answer_to(row.status, row.body + " " + webhook_url, row.headers);
        CHECK(echo.detail.find(canary) == std::string::npos);
    }
}

TEST_CASE("the webhook's URL is in no error") {
    Bench bench;
    bench.make(make_slack, options_of());
    Error error;
    error.message = webhook_url + ": connection refused";
    bench.http.fail(error);
    error.request_sent = true;
    bench.http.fail(error);
    const Answer refused = bench.send(notification_of(seed_alert()));
    CHECK(refused.verdict == Verdict::retry);
    CHECK(refused.detail.find(canary) == std::string::npos);
    CHECK(bench.send(notification_of(seed_alert())).verdict == Verdict::ambiguous);
    const Target& target = bench.targets.at(0);
    CHECK(target.address == "#desk");
    for (const std::string& shown : {target.id, target.bucket, target.address})
        CHECK(shown.find(canary) == std::string::npos);
}

TEST_CASE("mentions of the operator go out as they are, from the severity they ask for") {
    Options options = options_of({"<!here>", "<@U024BE7LH>"});
    options.set("mention_from", std::string("critical"), {});
    Bench bench;
    bench.make(make_slack, options);
    bench.http.answer(200, "ok");
    bench.http.answer(200, "ok");
    NotifiedAlert notified = seed_alert();
    bench.send(notification_of(notified));
    CHECK(bench.request().body.find("<!here> <@U024BE7LH>") != std::string::npos);
    notified.alert.severity = Severity::warning;
    bench.send(notification_of(notified));
    CHECK(bench.request().body.find("<!here>") == std::string::npos);
}

TEST_CASE("a refused message is sent once more as title and link") {
    Bench bench;
    bench.make(make_slack, options_of({"<!here>"}));
    bench.http.answer(200, "ok");
    Notification notification = notification_of(seed_alert());
    notification.minimal = true;
    bench.send(notification);
    const json::value body = json::parse(bench.request().body);
    CHECK_FALSE(body.as_object().contains("blocks"));
    CHECK(
        body.at("text").as_string() ==
        "[critical] Hua Chunying 华春莹: President Xi Jinping to visit Russia\n"
        "https://x.com/SpokespersonCHN/status/1636500000000000001"
    );
}

TEST_CASE("Slack counts by channel: one message a second for each webhook") {
    Bench bench;
    bench.make(make_slack, options_of());
    const Target& target = bench.targets.at(0);
    CHECK(target.per_second == 1);
    CHECK(target.burst == 1);
    CHECK(target.in_flight_max == 1);
    CHECK(target.give_up_after == 24h);
    CHECK_FALSE(target.one_alert_each);
    CHECK_FALSE(target.idempotent);
    CHECK_FALSE(target.hold_ambiguous);
    Options options = options_of();
    options.set("on_ambiguous", std::string("hold"), {});
    Bench careful;
    careful.make(make_slack, options);
    CHECK(careful.targets.at(0).hold_ambiguous);
    Bench other;
    other.make(make_slack, options_of({"<!here>"}));
    CHECK(other.targets.at(0).bucket == target.bucket);
}

TEST_CASE("faults of Slack's options are found when the configuration is loaded") {
    const auto faults = [](const Options& options) {
        TargetConfig config;
        config.options = options;
        Diagnostics diagnostics;
        check_slack(config, diagnostics);
        return diagnostics.errors();
    };
    CHECK(faults(options_of({"<!here>", "<@U024BE7LH>", "<!subteam^S0614TZR7>"})) == 0);
    CHECK(faults(options_of({"@here"})) == 1);
    CHECK(faults(options_of({"<@u1>"})) == 1);
    CHECK(faults(options_of({"<@U1> <!channel>"})) == 1);
    CHECK(faults(options_of({"<https://evil.example|x>"})) == 1);
    Options wrong;
    wrong.set("api_url", Secret("hooks.slack.com"), {});
    CHECK(faults(wrong) == 1);
}
