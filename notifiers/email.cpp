#include <algorithm>
#include <optional>

#include "config/codes.hpp"
#include "notifiers/answers.hpp"
#include "notifiers/kinds.hpp"
#include "notifiers/mail_message.hpp"

namespace spokeswatch {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t recipients_max = 100;

struct Smarthost {
    std::string host;
    std::uint16_t port = 587;
};

// `mail.example.org`, `mail.example.org:587`, `[2001:db8::1]:25`.
std::optional<Smarthost> parse_smarthost(std::string_view text) {
    Smarthost smarthost;
    std::size_t colon = text.rfind(':');
    if (text.starts_with('[')) {
        const std::size_t close = text.find(']');
        if (close == std::string_view::npos) return std::nullopt;
        smarthost.host = text.substr(1, close - 1);
        colon = close + 1 == text.size() ? std::string_view::npos : close + 1;
        if (colon != std::string_view::npos && text[colon] != ':') return std::nullopt;
    } else {
        smarthost.host = text.substr(0, colon);
        if (smarthost.host.find(':') != std::string::npos) return std::nullopt;
    }
    if (smarthost.host.empty()) return std::nullopt;
    if (smarthost.host.find_first_of(" /@\t\r\n<>\"") != std::string::npos) return std::nullopt;
    if (colon == std::string_view::npos) return smarthost;

    const std::string_view port = text.substr(colon + 1);
    if (port.empty() || port.size() > 5) return std::nullopt;
    int number = 0;
    for (const char c : port) {
        if (c < '0' || c > '9') return std::nullopt;
        number = number * 10 + (c - '0');
    }
    if (number < 1 || number > 65535) return std::nullopt;
    smarthost.port = static_cast<std::uint16_t>(number);
    return smarthost;
}

class EmailNotifier : public Notifier {
  public:
    // `relay`: everything of a request but recipient and message.
    EmailNotifier(MailRequest relay, MailSetup setup, Redactor redact, MailSender* mail)
        : relay_(std::move(relay)),
          setup_(std::move(setup)),
          redact_(std::move(redact)),
          mail_(mail) {}

    awaitable<Answer> send(Notification notification) override {
        if (mail_ == nullptr) {
            Answer refused;
            refused.verdict = Verdict::permanent_target;
            refused.detail = "this program was started without a mail sender";
            co_return refused;
        }
        MailRequest request = relay_;
        request.recipients = {setup_.to.address()};
        request.message = mail_message(notification, setup_);
        const MailResult result = co_await mail_->send(std::move(request));
        co_return answer_to_mail(result, redact_);
    }

  private:
    MailRequest relay_;
    MailSetup setup_;
    Redactor redact_;
    MailSender* mail_;
};

MailTls tls_of(const Smarthost& smarthost, bool require_tls) {
    if (smarthost.port == 465) return MailTls::implicit;
    return require_tls ? MailTls::starttls_required : MailTls::starttls_if_offered;
}

void check_mailbox(const Options& options, const std::string& name, Diagnostics& diagnostics) {
    if (options.has(name) && !parse_mailbox(options.text(name)))
        diagnostics.error(code::place, options.span(name), "`" + name + "` is not a mail address")
            .helps.push_back("write desk@example.org or News Desk <desk@example.org>");
}

}  // namespace

std::vector<OptionSpec> email_options() {
    std::vector<OptionSpec> options;
    options.push_back(
        {"to", OptionType::texts, "Who gets it; each one a message of their own.", true}
    );
    options.back().example = "[a@example.org, b@example.org]";
    options.push_back({"from", OptionType::text, "Who sends it.", true});
    options.back().global = "smtp_from";
    options.back().example = "alerts@example.org";
    options.push_back(
        {"smarthost",
         OptionType::text,
         "Relay, as host and port; port 465 is TLS from the start.",
         true}
    );
    options.back().global = "smtp_smarthost";
    options.back().example = "'mail.example.org:587'";
    options.push_back({"auth_username", OptionType::text, "Name to log in with."});
    options.back().global = "smtp_auth_username";
    options.back().otherwise = "the address of `from`";
    options.back().example = "alerts";
    options.push_back({"auth_password", OptionType::secret, "Password to log in with."});
    options.back().global = "smtp_auth_password";
    options.push_back(
        {"require_tls",
         OptionType::flag,
         "No mail without TLS; `no` takes TLS where it is offered."}
    );
    options.back().global = "smtp_require_tls";
    options.back().otherwise = "yes";
    options.back().example = "false";
    options.push_back({"hello", OptionType::text, "Name in EHLO."});
    options.back().global = "smtp_hello";
    options.back().otherwise = "the machine's name";
    options.back().example = "watch.example.org";
    options.push_back({"ca_file", OptionType::path, "Certificates to trust besides the system's."});
    options.back().global = "smtp_ca_file";
    options.back().example = "relay.pem";
    options.push_back({"reply_to", OptionType::text, "Where answers go."});
    options.back().example = "desk@example.org";
    return options;
}

void check_email(const TargetConfig& config, Diagnostics& diagnostics) {
    const Options& options = config.options;
    const std::vector<std::string> recipients = options.texts("to");
    if (recipients.size() > recipients_max)
        diagnostics.error(code::too_much, options.span("to"), "at most 100 addresses in one list")
            .helps.push_back("give it the address of a mailing list");
    for (const std::string& recipient : recipients)
        if (!parse_mailbox(recipient))
            diagnostics
                .error(code::place, options.span("to"), "`" + recipient + "` is not a mail address")
                .helps.push_back("write desk@example.org or News Desk <desk@example.org>");
    check_mailbox(options, "from", diagnostics);
    check_mailbox(options, "reply_to", diagnostics);
    if (options.has("smarthost") && !parse_smarthost(options.text("smarthost")))
        diagnostics
            .error(code::place, options.span("smarthost"), "`smarthost` is not a host and port")
            .helps.push_back("write mail.example.org:587");
    if (options.has("auth_username") && !options.has("auth_password"))
        diagnostics
            .error(
                code::missing_key,
                options.span("auth_username"),
                "`auth_username` needs `auth_password` beside it"
            )
            .helps.push_back("write `auth_password_file: smtp_password`");
}

std::vector<Target> make_email(
    const std::string& receiver,
    const TargetConfig& config,
    std::size_t index,
    const NotifierDeps& deps
) {
    const Options& options = config.options;
    const auto smarthost = parse_smarthost(options.text("smarthost"));
    const auto from = parse_mailbox(options.text("from"));
    std::vector<Target> targets;
    if (!smarthost || !from) return targets;  // check_email has said so

    MailRequest relay;
    relay.host = smarthost->host;
    relay.port = smarthost->port;
    relay.tls = tls_of(*smarthost, options.flag("require_tls", true));
    relay.ca_file = options.text("ca_file");
    relay.hello = options.text("hello");
    relay.from = from->address();
    relay.password = options.secret("auth_password");
    // Most relays know a sender by the address.
    if (!relay.password.empty()) relay.username = options.text("auth_username", relay.from);

    MailSetup setup;
    setup.from = *from;
    if (setup.from.name.empty()) setup.from.name = "spokeswatch";
    setup.reply_to = parse_mailbox(options.text("reply_to"));
    setup.zone = deps.timezone;
    Redactor redact;
    redact.add(relay.password);
    redact.add_login(relay.username, relay.password);

    for (const std::string& recipient : options.texts("to")) {
        const auto to = parse_mailbox(recipient);
        if (!to) continue;
        Target target;
        target.id = target_id("email", receiver, index, to->address());
        const bool twice = std::any_of(targets.begin(), targets.end(), [&](const Target& other) {
            return other.id == target.id;
        });
        if (twice) continue;
        setup.to = *to;
        target.receiver = receiver;
        target.kind = "email";
        target.address = to->address();
        target.bucket = "smtp-" + smarthost->host + ":" + std::to_string(smarthost->port);
        target.per_second = 10;
        target.burst = 10;
        target.in_flight_max = 2;
        target.give_up_after = 72h;
        target.idempotent = true;
        target.notifier = std::make_unique<EmailNotifier>(relay, setup, redact, deps.mail);
        targets.push_back(std::move(target));
    }
    return targets;
}

}  // namespace spokeswatch
