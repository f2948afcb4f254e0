#include <algorithm>
#include <array>
#include <optional>

#include <boost/json.hpp>

#include "base/clock.hpp"
#include "config/codes.hpp"
#include "notifiers/answers.hpp"
#include "notifiers/kinds.hpp"
#include "notifiers/slack_message.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

constexpr std::size_t answer_body_bytes_max = 64 * 1024;

struct Word {
    std::string_view error;
    Verdict verdict;
};

// Slack's error words, as the webhook says them in plain text and the Web API in JSON. A word that
// is not here refuses the message.
constexpr std::array words{
    Word{"user_not_found", Verdict::permanent_target},
    Word{"invalid_token", Verdict::permanent_target},
    Word{"action_prohibited", Verdict::permanent_target},
    Word{"posting_to_general_channel_denied", Verdict::permanent_target},
    Word{"team_disabled", Verdict::permanent_target},
    Word{"no_service", Verdict::permanent_target},
    Word{"no_team", Verdict::permanent_target},
    Word{"channel_not_found", Verdict::permanent_target},
    Word{"channel_is_archived", Verdict::permanent_target},
    Word{"is_archived", Verdict::permanent_target},
    Word{"not_in_channel", Verdict::permanent_target},
    Word{"invalid_auth", Verdict::permanent_target},
    Word{"token_revoked", Verdict::permanent_target},
    Word{"account_inactive", Verdict::permanent_target},
    Word{"missing_scope", Verdict::permanent_target},
    Word{"restricted_action", Verdict::permanent_target},
    Word{"ratelimited", Verdict::retry},
    Word{"rate_limited", Verdict::retry},
    Word{"service_unavailable", Verdict::retry},
    // "some aspect of the operation succeeded before an error was raised"
    Word{"internal_error", Verdict::ambiguous},
    Word{"fatal_error", Verdict::ambiguous},
    Word{"request_timeout", Verdict::ambiguous},
};

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
        text.remove_suffix(1);
    return text;
}

bool is_word(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || c == '_';
    });
}

// "ok", or the error word; nullopt when the body is nothing that Slack says.
std::optional<std::string> slack_word(std::string_view body) {
    body = trimmed(body);
    if (is_word(body)) return std::string(body);
    if (!body.starts_with('{')) return std::nullopt;
    boost::system::error_code failed;
    const json::value answer = json::parse(body, failed);
    if (failed || !answer.is_object()) return std::nullopt;
    const json::value* ok = answer.as_object().if_contains("ok");
    if (ok == nullptr || !ok->is_bool()) return std::nullopt;
    if (ok->as_bool()) return "ok";
    const json::value* error = answer.as_object().if_contains("error");
    if (error == nullptr || !error->is_string()) return std::nullopt;
    return std::string(error->as_string());
}

Verdict verdict_of_word(std::string_view error) {
    const auto found = std::find_if(words.begin(), words.end(), [error](const Word& word) {
        return word.error == error;
    });
    return found == words.end() ? Verdict::permanent_message : found->verdict;
}

class SlackNotifier : public Notifier {
  public:
    struct Setup {
        Secret url;
        std::vector<std::string> mentions;
        Severity mention_from = Severity::info;
        std::string proxy_url;
        std::string zone;
    };

    SlackNotifier(Setup setup, Redactor redact, HttpClient& http, Clock& clock)
        : setup_(std::move(setup)), redact_(std::move(redact)), http_(http), clock_(clock) {}

    awaitable<Answer> send(Notification notification) override {
        HttpRequest request = make_request(notification);
        const auto response = co_await http_.send(std::move(request));
        if (!response) co_return answer_to_error(response.error(), redact_);
        co_return judge(*response);
    }

  private:
    [[nodiscard]] HttpRequest make_request(const Notification& notification) const {
        const Message message = make_message(notification, setup_.zone);
        std::vector<std::string> mentions;
        if (message.severity >= setup_.mention_from) mentions = setup_.mentions;

        HttpRequest request(setup_.url.reveal());
        request.method = "POST";
        request.headers = {{"Content-Type", "application/json; charset=utf-8"}};
        request.body =
            notification.minimal ? slack_minimal_body(message) : slack_body(message, mentions);
        request.operator_target = true;
        request.follow_redirects = false;
        request.cut_body = true;
        request.limits.body_bytes_max = answer_body_bytes_max;
        request.limits.whole = 30s;
        request.limits.first_byte = 30s;
        request.proxy_url = setup_.proxy_url;
        request.min_gap = 0ms;  // the dispatcher paces
        return request;
    }

    // A 200 is a success only when Slack itself says so: a login page in between says 200, too.
    [[nodiscard]] Answer judge(const HttpResponse& response) const {
        const auto word = slack_word(response.body);
        Answer answer = answer_to_status(response, clock_.now(), redact_);
        if (answer.verdict == Verdict::delivered) {
            answer.detail += word == "ok" ? "" : ": " + redact_(response.body);
            if (!word)
                answer.verdict = Verdict::retry;
            else if (*word != "ok")
                answer.verdict = verdict_of_word(*word);
        } else if (answer.verdict == Verdict::permanent_message && word) {
            answer.verdict = verdict_of_word(*word);
        }
        return answer;
    }

    Setup setup_;
    Redactor redact_;
    HttpClient& http_;
    Clock& clock_;
};

// "<@U024BE7LH>", "<!subteam^S0614TZR7>", "<!here>", "<!channel>", "<!everyone>".
bool is_mention(std::string_view text) {
    if (text == "<!here>" || text == "<!channel>" || text == "<!everyone>") return true;
    if (!text.ends_with('>')) return false;
    text.remove_suffix(1);
    for (const std::string_view prefix : {"<@", "<!subteam^"}) {
        if (!text.starts_with(prefix)) continue;
        text.remove_prefix(prefix.size());
        return !text.empty() && text.size() <= 32 &&
               std::all_of(text.begin(), text.end(), [](char c) {
                   return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
               });
    }
    return false;
}

}  // namespace

std::vector<OptionSpec> slack_options() {
    std::vector<OptionSpec> options;
    options.push_back(
        {"api_url", OptionType::secret, "The incoming webhook's URL; it is a credential.", true}
    );
    options.back().global = "slack_api_url";
    options.push_back(
        {"channel", OptionType::text, "For people; the webhook alone decides where it goes."}
    );
    options.back().example = "'#foreign-desk'";
    options.push_back(
        {"mention",
         OptionType::texts,
         "Who is pinged, in Slack's form: people, groups or `<!here>`."}
    );
    options.back().example = "['<@U024BE7LH>', '<!here>']";
    options.push_back({"mention_from", OptionType::choice, "Lowest severity that pings."});
    options.back().choices = {"info", "warning", "critical"};
    options.back().otherwise = "`info`";
    options.back().example = "critical";
    options.push_back(
        {"on_ambiguous", OptionType::choice, "What is done when a message may have arrived."}
    );
    options.back().choices = {"resend", "hold"};
    options.back().otherwise = "`resend`";
    options.back().example = "hold";
    options.push_back({"proxy_url", OptionType::url, "HTTP proxy to go through."});
    options.back().example = "'http://proxy.example.org:3128'";
    return options;
}

void check_slack(const TargetConfig& config, Diagnostics& diagnostics) {
    const Options& options = config.options;
    const Secret url = options.secret("api_url");
    if (!url.empty() && !normalise_url(url.reveal()))
        diagnostics.error(
            code::place, options.span("api_url"), "`api_url` is not an http or https address"
        );
    const std::vector<std::string> mentions = options.texts("mention");
    if (mentions.size() > 20)
        diagnostics.error(code::not_allowed, options.span("mention"), "at most 20 are pinged");
    for (const std::string& mention : mentions)
        if (!is_mention(mention))
            diagnostics
                .error(
                    code::not_allowed,
                    options.span("mention"),
                    "`mention` takes Slack's form for people and groups"
                )
                .helps.push_back("write <@U024BE7LH>, <!subteam^S0614TZR7>, <!here> or <!channel>");
}

std::vector<Target> make_slack(
    const std::string& receiver,
    const TargetConfig& config,
    std::size_t index,
    const NotifierDeps& deps
) {
    SlackNotifier::Setup setup;
    setup.url = config.options.secret("api_url");
    setup.mentions = config.options.texts("mention");
    setup.mention_from =
        parse_severity(config.options.text("mention_from")).value_or(Severity::info);
    setup.proxy_url = config.options.text("proxy_url");
    setup.zone = deps.timezone;
    Redactor redact;
    redact.add_url(setup.url);
    redact.add_url(Secret(setup.proxy_url));

    Target target;
    target.id = target_id("slack", receiver, index);
    target.receiver = receiver;
    target.kind = "slack";
    target.address = config.options.text("channel", url_host(setup.url.reveal()));
    // Slack counts by channel, and a webhook has exactly one.
    target.bucket = "slack-" + short_hash(setup.url.reveal());
    target.give_up_after = 24h;
    target.hold_ambiguous = config.options.text("on_ambiguous") == "hold";
    target.notifier = std::make_unique<SlackNotifier>(
        std::move(setup), std::move(redact), *deps.http, *deps.clock
    );
    std::vector<Target> targets;
    targets.push_back(std::move(target));
    return targets;
}

}  // namespace spokeswatch
