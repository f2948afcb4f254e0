#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "net/mail_sender.hpp"
#include "tests/notifiers/python.hpp"
#include "tests/notifiers/samples.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/smtp_server.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

Options options_of(const std::vector<std::string>& to, const std::string& smarthost) {
    Options options;
    options.set("to", to, {});
    options.set("from", std::string("alerts@example.org"), {});
    options.set("smarthost", smarthost, {});
    return options;
}

namespace json = boost::json;

// A bench with a real mail sender, whose relay is `server`.
class MailBench : public Bench {
  public:
    MailBench(
        const SmtpServer& server,
        const std::vector<std::string>& to,
        Options more = {},
        const std::string& host = "127.0.0.1"
    )
        : sender(io.get_executor()) {
        deps.mail = &sender;
        Options options = std::move(more);
        options.set("to", to, {});
        options.set("from", std::string("alerts@example.org"), {});
        options.set("smarthost", host + ":" + std::to_string(server.port()), {});
        if (!options.has("require_tls")) options.set("require_tls", false, {});
        make(make_email, options);
    }
    Answer send_to(std::size_t target, Notification notification) {
        return run(io, targets.at(target).notifier->send(std::move(notification)));
    }

    MailSender sender;
};

std::size_t faults(const Options& options) {
    TargetConfig config;
    config.options = options;
    Diagnostics diagnostics;
    check_email(config, diagnostics);
    return diagnostics.errors();
}

}  // namespace

TEST_CASE("each recipient is a target of their own, at the pace of the relay they share") {
    Bench bench;
    bench.make(
        make_email,
        options_of(
            {"desk@example.org", "Asia <asia@example.org>", "desk@example.org"}, "mail.example.org"
        )
    );
    REQUIRE(bench.targets.size() == 2);
    CHECK(bench.targets[0].address == "desk@example.org");
    CHECK(bench.targets[1].address == "asia@example.org");
    CHECK(bench.targets[0].id != bench.targets[1].id);
    CHECK(bench.targets[0].bucket == "smtp-mail.example.org:587");
    CHECK(bench.targets[1].bucket == bench.targets[0].bucket);
    CHECK(bench.targets[0].in_flight_max == 2);
    CHECK(bench.targets[0].give_up_after == 72h);
    CHECK(bench.targets[0].idempotent);
    CHECK_FALSE(bench.targets[0].one_alert_each);
}

TEST_CASE("without a mail sender the target says so") {
    Bench bench;
    bench.make(make_email, options_of({"desk@example.org"}, "mail.example.org:25"));
    CHECK(bench.send(notification_of(seed_alert())).verdict == Verdict::permanent_target);
}

TEST_CASE("faults of a mail receiver are found when the configuration is loaded") {
    CHECK(faults(options_of({"desk@example.org"}, "mail.example.org:587")) == 0);
    CHECK(faults(options_of({"desk@example.org"}, "[2001:db8::1]:25")) == 0);
    CHECK(faults(options_of({"desk", "a@b@c"}, "mail.example.org")) == 2);
    for (const char* smarthost :
         {"mail.example.org:0",
          "mail.example.org:65536",
          "mail.example.org:smtp",
          ":25",
          "a b:25",
          "2001:db8::1",
          "smtp://mail.example.org",
          "[::1]x"}) {
        INFO(smarthost);
        CHECK(faults(options_of({"desk@example.org"}, smarthost)) == 1);
    }
    Options half = options_of({"desk@example.org"}, "mail.example.org");
    half.set("auth_username", std::string("desk"), {});
    CHECK(faults(half) == 1);
    half.set("auth_password", Secret("x"), {});
    CHECK(faults(half) == 0);
    Options password_alone = options_of({"desk@example.org"}, "mail.example.org");
    password_alone.set("auth_password", Secret("x"), {});
    CHECK(faults(password_alone) == 0);
    half.set("reply_to", std::string("nobody\r\nBcc: x@y.z"), {});
    CHECK(faults(half) == 1);
}

TEST_CASE("a mail that a real relay took is what Python reads from it") {
    const SmtpServer server;
    MailBench bench(server, {"News Desk <desk@example.org>"});
    const Answer answer = bench.send(hostile());
    CHECK(answer.verdict == Verdict::delivered);
    CHECK(answer.remote_id.find("queued as 4F1C22A") != std::string::npos);

    REQUIRE(server.messages().size() == 1);
    const json::value accepted = json::parse(server.messages()[0]);
    CHECK(accepted.at("from").as_string() == "alerts@example.org");
    CHECK(json::serialize(accepted.at("to")) == R"(["desk@example.org"])");
    const json::value mail =
        json::parse(run_python("read_mail.py", std::string(accepted.at("data").as_string())));
    CHECK(mail.at("defects").as_array().empty());
    CHECK(mail.at("headers").at("To").as_string() == "News Desk <desk@example.org>");
    CHECK_FALSE(mail.at("headers").as_object().contains("Bcc"));
    const std::string text(mail.at("parts").at(0).at("text").as_string());
    CHECK(text.find("\nDATA\n.\n..\nMAIL FROM:<x@y>\n") != std::string::npos);
}

TEST_CASE("each recipient has a verdict of their own") {
    const SmtpServer server({"--rcpt", "full@=552 5.2.2 Mailbox full"});
    MailBench bench(
        server, {"desk@example.org", "bad@example.org", "later@example.org", "full@example.org"}
    );
    const Notification notification = notification_of(seed_alert());
    CHECK(bench.send_to(0, notification).verdict == Verdict::delivered);
    const Answer bad = bench.send_to(1, notification);
    CHECK(bad.verdict == Verdict::permanent_target);
    CHECK(bad.detail == "550 5.1.1 User unknown (rcpt)");
    const Answer later = bench.send_to(2, notification);
    CHECK(later.verdict == Verdict::retry);
    CHECK(later.retry_after == 5min);
    CHECK(bench.send_to(3, notification).verdict == Verdict::retry);
    CHECK(server.messages().size() == 1);
}

TEST_CASE("a refused message is permanent, a lost reply ambiguous") {
    const SmtpServer refusing({"--end", "554 5.7.1 Message content rejected"});
    MailBench bench(refusing, {"desk@example.org"});
    CHECK(bench.send(notification_of(seed_alert())).verdict == Verdict::permanent_message);
    const SmtpServer dropping({"--end", "drop"});
    MailBench other(dropping, {"desk@example.org"});
    CHECK(other.send(notification_of(seed_alert())).verdict == Verdict::ambiguous);
}

TEST_CASE("mail goes out over STARTTLS with a login, and a wrong password pauses without a leak") {
    const TempDir folder;
    CertificateAuthority authority(folder.path());
    const CertificateFiles files = authority.issue("relay");
    const SmtpServer server(
        {"--tls",
         "starttls",
         "--cert",
         files.certificate,
         "--key",
         files.key,
         "--auth",
         "alerts@example.org:swordfish-canary"}
    );
    Options options;
    options.set("require_tls", true, {});
    options.set("ca_file", authority.file(), {});
    options.set("auth_password", Secret("swordfish-canary"), {});
    MailBench good(server, {"desk@example.org"}, options, "localhost");
    CHECK(good.send(notification_of(seed_alert())).verdict == Verdict::delivered);
    REQUIRE(server.messages().size() == 1);
    CHECK(server.messages()[0].find(R"("tls": true)") != std::string::npos);
    CHECK(server.messages()[0].find(R"("user": "alerts@example.org")") != std::string::npos);

    options.set("auth_password", Secret("wrong-canary"), {});
    MailBench wrong(server, {"desk@example.org"}, options, "localhost");
    const Answer denied = wrong.send(notification_of(seed_alert()));
    CHECK(denied.verdict == Verdict::permanent_target);
    CHECK(denied.detail.find("canary") == std::string::npos);

    options.set("ca_file", std::string(), {});
    MailBench distrustful(server, {"desk@example.org"}, options, "localhost");
    CHECK(distrustful.send(notification_of(seed_alert())).verdict == Verdict::permanent_target);
}

TEST_CASE("a relay that does not offer STARTTLS gets nothing when TLS is required") {
    const SmtpServer server;
    Options options;
    options.set("require_tls", true, {});
    MailBench bench(server, {"desk@example.org"}, options);
    CHECK(bench.send(notification_of(seed_alert())).verdict == Verdict::retry);
    CHECK(server.messages().empty());
}

TEST_CASE("a relay that is not there is a retry") {
    std::uint16_t port = 0;
    {
        const SmtpServer gone;
        port = gone.port();
    }
    Bench bench;
    MailSender sender(bench.io.get_executor());
    bench.deps.mail = &sender;
    bench.make(make_email, options_of({"desk@example.org"}, "127.0.0.1:" + std::to_string(port)));
    CHECK(bench.send(notification_of(seed_alert())).verdict == Verdict::retry);
}
