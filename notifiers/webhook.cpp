#include <optional>

#include "base/clock.hpp"
#include "config/codes.hpp"
#include "notifiers/answers.hpp"
#include "notifiers/kinds.hpp"
#include "notifiers/payload.hpp"
#include "notifiers/signature.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t answer_body_bytes_max = 64 * 1024;
constexpr Duration default_timeout = 30s;
// A receiver that is being deployed answers 404 for a while.
constexpr Duration missing_grace = 10min;

struct WebhookOptions {
    Secret url;
    std::string key;      // signs; empty = unsigned
    std::string old_key;  // signs as well, until `old_until`
    std::optional<Time> old_until;
    std::string ca_file;
    std::string proxy_url;
    Duration timeout = default_timeout;
    std::string external_url;
};

class WebhookNotifier : public Notifier {
  public:
    WebhookNotifier(WebhookOptions options, Redactor redact, HttpClient& http, Clock& clock)
        : options_(std::move(options)), redact_(std::move(redact)), http_(http), clock_(clock) {}

    awaitable<Answer> send(Notification notification) override {
        if (!is_single(notification)) {
            Answer refused;
            refused.verdict = Verdict::permanent_message;
            refused.detail = "a webhook message carries exactly one alert or event";
            co_return refused;
        }
        HttpRequest request = make_request(notification);
        const auto response = co_await http_.send(std::move(request));
        if (!response) co_return answer_to_error(response.error(), redact_);
        co_return judge(*response, notification);
    }

  private:
    HttpRequest make_request(const Notification& notification) const {
        const Time now = clock_.now();
        const auto timestamp =
            std::chrono::floor<std::chrono::seconds>(now).time_since_epoch().count();
        HttpRequest request(options_.url.reveal());
        request.method = "POST";
        request.body = notification_payload(notification, options_.external_url, false);
        request.headers = {
            {"Content-Type", "application/json; charset=utf-8"},
            {"webhook-id", notification.key},
            {"webhook-timestamp", std::to_string(timestamp)},
            {"Idempotency-Key", notification.key},
        };
        const std::vector<std::string> keys = signing_keys(now);
        if (!keys.empty())
            request.headers.emplace_back(
                "webhook-signature", sign_webhook(keys, notification.key, timestamp, request.body)
            );
        request.operator_target = true;
        request.follow_redirects = false;
        request.cut_body = true;
        request.limits.body_bytes_max = answer_body_bytes_max;
        request.limits.whole = std::chrono::ceil<std::chrono::milliseconds>(options_.timeout);
        request.limits.first_byte = request.limits.whole;
        request.ca_file = options_.ca_file;
        request.proxy_url = options_.proxy_url;
        request.min_gap = 0ms;  // the dispatcher paces
        return request;
    }

    // New first: receivers that know both try the first one first.
    [[nodiscard]] std::vector<std::string> signing_keys(Time now) const {
        std::vector<std::string> keys;
        if (!options_.key.empty()) keys.push_back(options_.key);
        const bool old_counts = !options_.old_until || now < *options_.old_until;
        if (!options_.old_key.empty() && old_counts) keys.push_back(options_.old_key);
        return keys;
    }

    [[nodiscard]] Answer judge(const HttpResponse& response, const Notification& notification)
        const {
        const Time now = clock_.now();
        Answer answer = answer_to_status(response, now, redact_);
        if (response.status == 404 && notification.waited < missing_grace)
            answer.verdict = Verdict::retry;
        // The receiver knows this id: an attempt before this one did arrive.
        if (response.status == 409 && notification.attempt > 1) answer.verdict = Verdict::delivered;
        return answer;
    }

    WebhookOptions options_;
    Redactor redact_;
    HttpClient& http_;
    Clock& clock_;
};

}  // namespace

std::vector<OptionSpec> webhook_options() {
    std::vector<OptionSpec> options;
    options.push_back({"url", OptionType::secret, "Where to POST to; often a credential.", true});
    options.push_back(
        {"secret",
         OptionType::secret,
         "Signs every message: `whsec_` and base64, or any text. Without it a warning."}
    );
    options.push_back({"secret_old", OptionType::secret, "Signs as well while secrets are changed."}
    );
    options.push_back({"old_until", OptionType::text, "When `secret_old` ends."});
    options.back().example = "2027-01-31T00:00:00Z";
    options.push_back({"ca_file", OptionType::path, "Certificates to trust besides the system's."});
    options.back().example = "desk.pem";
    options.push_back({"proxy_url", OptionType::url, "HTTP proxy to go through."});
    options.back().example = "'http://proxy.example.org:3128'";
    options.push_back({"timeout", OptionType::duration, "Limit of one attempt, `1s` to `5m`."});
    options.back().otherwise = "`30s`";
    options.back().example = "10s";
    options.back().low = 1;
    options.back().high = 300;
    return options;
}

void check_webhook(const TargetConfig& config, Diagnostics& diagnostics) {
    const Options& options = config.options;
    const Secret url = options.secret("url");
    if (!url.empty() && !normalise_url(url.reveal()))
        diagnostics.error(
            code::place, options.span("url"), "`url` is not an http or https address"
        );
    for (const std::string name : {"secret", "secret_old"})
        if (!signing_key(options.secret(name)))
            diagnostics
                .error(
                    code::secret, options.span(name), "`" + name + "` has no base64 after `whsec_`"
                )
                .helps.push_back("make one: echo whsec_$(openssl rand -base64 24)");
    if (options.has("old_until") && !parse_time(options.text("old_until")))
        diagnostics.error(
            code::not_allowed,
            options.span("old_until"),
            "`old_until` is not a time: write 2027-01-31T00:00:00Z"
        );
    if (!options.has("secret"))
        diagnostics
            .warning(
                code::unsigned_webhook, config.span, "a webhook without `secret` is sent unsigned"
            )
            .helps.push_back("with `secret_file:` the receiver can tell our messages from others'");
}

std::vector<Target> make_webhook(
    const std::string& receiver,
    const TargetConfig& config,
    std::size_t index,
    const NotifierDeps& deps
) {
    WebhookOptions options;
    options.url = config.options.secret("url");
    options.key = signing_key(config.options.secret("secret")).value_or("");
    options.old_key = signing_key(config.options.secret("secret_old")).value_or("");
    options.old_until = parse_time(config.options.text("old_until"));
    options.ca_file = config.options.text("ca_file");
    options.proxy_url = config.options.text("proxy_url");
    options.timeout = config.options.duration("timeout", default_timeout);
    options.external_url = deps.external_url;

    Redactor redact;
    redact.add_url(options.url);
    redact.add_url(Secret(options.proxy_url));
    redact.add(config.options.secret("secret"));
    redact.add(config.options.secret("secret_old"));

    Target target;
    target.id = target_id("webhook", receiver, index);
    target.receiver = receiver;
    target.kind = "webhook";
    target.address = url_host(options.url.reveal());
    target.bucket = "webhook-" + target.address;
    target.per_second = 10;
    target.burst = 10;
    target.one_alert_each = true;
    target.give_up_after = 72h;
    target.idempotent = true;
    target.notifier = std::make_unique<WebhookNotifier>(
        std::move(options), std::move(redact), *deps.http, *deps.clock
    );
    std::vector<Target> targets;
    targets.push_back(std::move(target));
    return targets;
}

}  // namespace spokeswatch
