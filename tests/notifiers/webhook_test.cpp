#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "base/crypto.hpp"
#include "notifiers/signature.hpp"
#include "tests/notifiers/python.hpp"
#include "tests/notifiers/samples.hpp"
#include "tests/support/fixtures.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

constexpr std::string_view canary = "canary-5f3e9c1b7a";
constexpr std::string_view secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
constexpr std::string_view old_secret = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

Options options_of(const std::string& url, const std::string& key = "") {
    Options options;
    options.set("url", Secret(url), {});
    if (!key.empty()) options.set("secret", Secret(key), {});
    return options;
}

Options canary_options() {
    const std::string word(canary);
    return options_of("https://u:" + word + "@hooks.example.org/" + word + "?k=" + word, word);
}

Answer answer_to(int status, const std::string& body, Headers headers, int attempt = 1) {
    Bench bench;
    bench.make(make_webhook, canary_options());
    bench.http.answer(status, body + " https://hooks.example.org/" + std::string(canary), headers);
    Notification notification = notification_of(seed_alert());
    notification.attempt = attempt;
    return bench.send(notification);
}

Verdict verdict_of(int status, int attempt = 1) {
    return answer_to(status, "", {}, attempt).verdict;
}

Error error_of(const std::string& row) {
    Error error;
    error.message = "https://hooks.example.org/" + std::string(canary) + ": no answer";
    if (row == "tls failure") error.kind = ErrorKind::tls;
    if (row == "timeout after body sent") {
        error.kind = ErrorKind::timeout;
        error.request_sent = true;
    }
    return error;
}

}  // namespace

TEST_CASE("a webhook request carries id, time and signature of the very body") {
    Bench bench;
    bench.make(make_webhook, options_of("https://hooks.example.org/in", std::string(secret)));
    bench.http.answer(204, "");
    const Notification notification = notification_of(seed_alert());
    CHECK(bench.send(notification).verdict == Verdict::delivered);

    const HttpRequest& request = bench.request();
    CHECK(request.method == "POST");
    CHECK(request.url == "https://hooks.example.org/in");
    CHECK(find_header(request.headers, "Content-Type") == "application/json; charset=utf-8");
    CHECK(find_header(request.headers, "webhook-id") == notification.key);
    CHECK(find_header(request.headers, "Idempotency-Key") == notification.key);
    CHECK(find_header(request.headers, "webhook-timestamp") == "1679043792");
    const std::string key = *base64_decode(secret.substr(6));
    const std::string content = notification.key + ".1679043792." + request.body;
    CHECK(
        find_header(request.headers, "webhook-signature") ==
        "v1," + base64(hmac_sha256(key, content))
    );
    CHECK_FALSE(request.follow_redirects);
    CHECK(request.operator_target);
    CHECK(request.cut_body);
    CHECK(request.limits.body_bytes_max == 64 * 1024);
    CHECK(request.min_gap == 0ms);
    CHECK(request.limits.whole == 30s);
}

TEST_CASE("the signature is the one that Standard Webhooks publishes") {
    const std::string key = *signing_key(Secret(std::string(secret)));
    CHECK(
        sign_webhook(
            {key}, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, R"({"test": 2432232314})"
        ) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    );
}

TEST_CASE("signatures agree with the recorded vectors") {
    const auto folder = shared_fixtures("notifiers/webhook");
    if (!folder) return;
    const json::value vectors = json::parse(read_file(*folder / "signature-vectors.json"));
    for (const json::value& vector : vectors.as_array()) {
        std::vector<std::string> keys;
        const json::value& given = vector.at("secret");
        const json::array list = given.is_array() ? given.as_array() : json::array{given};
        for (const json::value& one : list)
            keys.push_back(*signing_key(Secret(std::string(one.as_string()))));
        CHECK(
            sign_webhook(
                keys,
                std::string(vector.at("id").as_string()),
                vector.at("timestamp").as_int64(),
                std::string(vector.at("body").as_string())
            ) == std::string(vector.at("signature").as_string())
        );
    }
}

TEST_CASE("a secret in plain text signs with its own bytes, a broken one with nothing") {
    CHECK(signing_key(Secret("swordfish")) == "swordfish");
    CHECK(signing_key(Secret("")) == "");
    CHECK_FALSE(signing_key(Secret("whsec_!!!")));
    CHECK_FALSE(signing_key(Secret("whsec_")));
}

TEST_CASE("while secrets change both sign, the new one first, until the old one ends") {
    Options options = options_of("https://hooks.example.org/in", std::string(secret));
    options.set("secret_old", Secret(std::string(old_secret)), {});
    options.set("old_until", std::string("2023-03-17T10:00:00Z"), {});
    Bench bench;
    bench.make(make_webhook, options);
    bench.http.answer(200, "");
    bench.send(notification_of(seed_alert()));
    const std::string both = *find_header(bench.request().headers, "webhook-signature");
    const std::string id = notification_of(seed_alert()).key;
    const auto signature = [&](std::string_view with) {
        const std::string timestamp = *find_header(bench.request().headers, "webhook-timestamp");
        const std::string content = id + "." + timestamp + "." + bench.request().body;
        return "v1," + base64(hmac_sha256(*base64_decode(with.substr(6)), content));
    };
    CHECK(both == signature(secret) + " " + signature(old_secret));

    bench.clock.advance(57min);
    bench.http.answer(200, "");
    bench.send(notification_of(seed_alert()));
    CHECK(find_header(bench.request().headers, "webhook-signature") == signature(secret));
}

TEST_CASE("an attempt has its own timestamp and the same id and body") {
    Bench bench;
    bench.make(make_webhook, options_of("https://hooks.example.org/in", std::string(secret)));
    bench.http.answer(500, "");
    bench.http.answer(200, "");
    Notification notification = notification_of(seed_alert());
    bench.send(notification);
    bench.clock.advance(5min);
    notification.attempt = 2;
    bench.send(notification);
    const HttpRequest& first = bench.http.requests.at(0);
    const HttpRequest& second = bench.http.requests.at(1);
    CHECK(first.body == second.body);
    CHECK(find_header(first.headers, "webhook-id") == find_header(second.headers, "webhook-id"));
    CHECK(find_header(second.headers, "webhook-timestamp") == "1679044092");
    CHECK(
        find_header(first.headers, "webhook-signature") !=
        find_header(second.headers, "webhook-signature")
    );
}

TEST_CASE("the recipe of the documentation accepts our messages and nothing else") {
    Bench bench;
    bench.make(make_webhook, options_of("https://hooks.example.org/in", std::string(secret)));
    bench.http.answer(200, "");
    bench.send(follow_up());
    json::object message;
    json::object headers;
    for (const auto& [name, value] : bench.request().headers) headers[name] = value;
    message["secret"] = secret;
    message["headers"] = headers;
    message["body"] = bench.request().body;
    message["now"] = 1679043792 + 200;
    const auto verdict = [&message] {
        const std::string page = SPOKESWATCH_SOURCE_DIR "/docs/notifiers/webhook.md";
        return run_python("run_recipe.py", json::serialize(message), page);
    };
    CHECK(verdict() == "yes\n");
    message["now"] = 1679043792 + 400;
    CHECK(verdict() == "no\n");
    message["now"] = 1679043792;
    message["body"] = bench.request().body + " ";
    CHECK(verdict() == "no\n");
}

TEST_CASE("a webhook without a secret is sent unsigned") {
    Bench bench;
    bench.make(make_webhook, options_of("http://127.0.0.1:9/in"));
    bench.http.answer(200, "");
    bench.send(notification_of(seed_alert()));
    CHECK_FALSE(find_header(bench.request().headers, "webhook-signature"));
}

TEST_CASE("each status of a webhook has its verdict") {
    CHECK(verdict_of(200) == Verdict::delivered);
    CHECK(verdict_of(204) == Verdict::delivered);
    for (const int status : {301, 302, 307, 308, 401, 403, 405, 410, 501})
        CHECK(verdict_of(status) == Verdict::permanent_target);
    for (const int status : {400, 413, 415, 422})
        CHECK(verdict_of(status) == Verdict::permanent_message);
    for (const int status : {408, 425, 429, 500, 502, 503})
        CHECK(verdict_of(status) == Verdict::retry);
    CHECK(verdict_of(504) == Verdict::ambiguous);
}

TEST_CASE("409 is a success only when an earlier attempt may have arrived") {
    CHECK(verdict_of(409, 1) == Verdict::permanent_message);
    CHECK(verdict_of(409, 2) == Verdict::delivered);
}

TEST_CASE("404 gets ten minutes of grace") {
    Bench bench;
    bench.make(make_webhook, options_of("https://hooks.example.org/in"));
    bench.http.answer(404, "");
    bench.http.answer(404, "");
    Notification notification = notification_of(seed_alert());
    notification.waited = 9min;
    CHECK(bench.send(notification).verdict == Verdict::retry);
    notification.waited = 11min;
    CHECK(bench.send(notification).verdict == Verdict::permanent_target);
}

TEST_CASE("Retry-After is honoured, clamped and forgiven") {
    const auto wait = [](const std::string& value) {
        return answer_to(
            429, "", {{"Retry-After", value}, {"Date", "Fri, 17 Mar 2023 09:04:00 GMT"}}
        );
    };
    CHECK(wait("30").verdict == Verdict::retry_after);
    CHECK(wait("30").retry_after == 30s);
    CHECK(wait("99999999").retry_after == 1h);
    CHECK(wait("Fri, 17 Mar 2023 09:05:00 GMT").retry_after == 60s);
    CHECK(wait("-1; x").verdict == Verdict::retry);
}

TEST_CASE("without an answer it counts whether the request went out") {
    const auto verdict = [](const std::string& row) {
        Bench bench;
        bench.make(make_webhook, canary_options());
        bench.http.fail(error_of(row));
        const Answer answer = bench.send(notification_of(seed_alert()));
        CHECK(answer.detail.find(canary) == std::string::npos);
        return answer.verdict;
    };
    CHECK(verdict("connect refused") == Verdict::retry);
    CHECK(verdict("tls failure") == Verdict::permanent_target);
    CHECK(verdict("timeout after body sent") == Verdict::ambiguous);
}

TEST_CASE("every recorded answer of webhooks has its verdict and leaks nothing") {
    const auto folder = shared_fixtures("notifiers/webhook");
    if (!folder) return;
    const std::vector<AnswerRow> rows = read_answer_rows(read_file(*folder / "classify.json"));
    REQUIRE(rows.size() == 31);
    for (const AnswerRow& row : rows) {
        INFO(row.name);
        Bench bench;
        bench.make(make_webhook, canary_options());
        if (row.status == 0)
            bench.http.fail(error_of(row.name));
        else
            bench.http.answer(row.status, row.body + " " + std::string(canary), row.headers);
        Notification notification = notification_of(seed_alert());
        if (row.status == 409) notification.attempt = 2;
        const Answer answer = bench.send(notification);
        CHECK(answer.verdict == row.verdict);
        if (row.retry_after) CHECK(answer.retry_after == row.retry_after);
        CHECK(answer.detail.find(canary) == std::string::npos);
        CHECK(answer.remote_id.find(canary) == std::string::npos);
    }
}

TEST_CASE("an answer that repeats our secrets is shown without them") {
    const std::string word(canary);
    const Answer answer = answer_to(400, "bad signature for key " + word + " at /" + word, {});
    CHECK(answer.detail.find(word) == std::string::npos);
    CHECK(answer.detail.find("bad signature for key (redacted)") != std::string::npos);
    const Answer long_one = answer_to(400, std::string(250, 'x') + word, {});
    CHECK(long_one.detail.find("canary") == std::string::npos);
    CHECK(long_one.detail.size() < 300);
}

TEST_CASE("a webhook target has its pace, its patience and no credential in its names") {
    Bench bench;
    bench.make(make_webhook, canary_options());
    const Target& target = bench.targets.at(0);
    CHECK(target.address == "hooks.example.org");
    CHECK(target.bucket == "webhook-hooks.example.org");
    CHECK(target.per_second == 10);
    CHECK(target.one_alert_each);
    CHECK(target.idempotent);
    CHECK(target.give_up_after == 72h);
    CHECK(target.id == target_id("webhook", "desk", 0));
    CHECK(target.id != target_id("webhook", "desk", 1));
    CHECK(target.id != target_id("webhook", "night", 0));
}

TEST_CASE("faults of a webhook's options are found when the configuration is loaded") {
    const auto faults = [](const Options& options) {
        TargetConfig config;
        config.options = options;
        Diagnostics diagnostics;
        check_webhook(config, diagnostics);
        return diagnostics;
    };
    CHECK(faults(options_of("https://hooks.example.org/in", std::string(secret))).all().empty());
    CHECK(faults(options_of("ftp://hooks.example.org/", "x")).errors() == 1);
    CHECK(faults(options_of("https://hooks.example.org/", "whsec_!")).errors() == 1);
    const Diagnostics unsigned_one = faults(options_of("https://hooks.example.org/in"));
    CHECK(unsigned_one.errors() == 0);
    CHECK(unsigned_one.warnings() == 1);
    Options until = options_of("https://hooks.example.org/", "x");
    until.set("old_until", std::string("tomorrow"), {});
    CHECK(faults(until).errors() == 1);
    const Diagnostics with_canary = faults(options_of("gopher://" + std::string(canary)));
    for (const Diagnostic& fault : with_canary.all())
        CHECK(fault.message.find(canary) == std::string::npos);
}
