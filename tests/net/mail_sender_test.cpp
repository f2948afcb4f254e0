#include "net/mail_sender.hpp"

#include <string>
#include <vector>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "tests/support/certificates.hpp"
#include "tests/support/raw_server.hpp"
#include "tests/support/run.hpp"
#include "tests/support/smtp_server.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

MailRequest mail_to(std::uint16_t port, std::vector<std::string> recipients) {
    MailRequest request;
    request.host = "127.0.0.1";
    request.port = port;
    request.tls = MailTls::none;
    request.hello = "watch.example.org";
    request.from = "alerts@example.org";
    request.recipients = std::move(recipients);
    request.message = "Subject: test\r\n\r\nfirst line\r\n.\r\n..two dots\r\nлюди\r\n";
    request.whole_timeout = 20s;
    return request;
}

class MailBench {
  public:
    MailResult send(MailRequest request) { return run(io, sender.send(std::move(request))); }

    boost::asio::io_context io;
    MailSender sender{io.get_executor()};
};

const MailReply* find_reply(
    const MailResult& result, const std::string& stage, const std::string& recipient = ""
) {
    for (const MailReply& reply : result.replies)
        if (reply.stage == stage && reply.recipient == recipient) return &reply;
    return nullptr;
}

std::string stages(const MailResult& result) {
    std::string text;
    for (const MailReply& reply : result.replies) {
        if (text.empty() || !text.ends_with(reply.stage)) text += " " + reply.stage;
    }
    return text;
}

bool holds(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

MailResult scripted(
    const std::string& script, std::vector<std::string> recipients = {"a@example.org"}
) {
    SmtpServer server({"--script", script});
    MailBench bench;
    auto request = mail_to(server.port(), std::move(recipients));
    request.whole_timeout = 3s;
    return bench.send(std::move(request));
}

}  // namespace

TEST_CASE("a message arrives as it was given, dots and all") {
    SmtpServer server;
    MailBench bench;
    const MailResult result = bench.send(mail_to(server.port(), {"desk@example.org"}));
    CHECK(result.accepted);
    CHECK(result.body_sent);
    CHECK(result.connected);
    CHECK(result.problem.empty());
    CHECK(stages(result) == " banner ehlo mail rcpt data end");
    const MailReply* end = find_reply(result, "end");
    REQUIRE(end);
    CHECK(end->code == 250);
    CHECK(end->enhanced == "2.0.0");
    CHECK(end->text == "2.0.0 Ok: queued as 4F1C22A");
    const auto messages = server.messages();
    REQUIRE(messages.size() == 1);
    CHECK(holds(messages[0], R"("from": "alerts@example.org")"));
    CHECK(holds(messages[0], R"("to": ["desk@example.org"])"));
    CHECK(holds(messages[0], R"("hello": "watch.example.org")"));
    CHECK(holds(messages[0], R"(first line\r\n.\r\n..two dots\r\n)"));
}

TEST_CASE("each recipient has a verdict of its own and the good ones get the message") {
    SmtpServer server;
    MailBench bench;
    const MailResult result = bench.send(
        mail_to(server.port(), {"bad@example.org", "desk@example.org", "later@example.org"})
    );
    CHECK(result.accepted);
    REQUIRE(find_reply(result, "rcpt", "bad@example.org"));
    CHECK(find_reply(result, "rcpt", "bad@example.org")->code == 550);
    CHECK(find_reply(result, "rcpt", "bad@example.org")->enhanced == "5.1.1");
    CHECK(find_reply(result, "rcpt", "desk@example.org")->code == 250);
    CHECK(find_reply(result, "rcpt", "later@example.org")->code == 451);
    REQUIRE(server.messages().size() == 1);
    CHECK(holds(server.messages()[0], R"("to": ["desk@example.org"])"));
}

TEST_CASE("when every recipient is refused nothing is sent") {
    SmtpServer server;
    MailBench bench;
    const MailResult result = bench.send(mail_to(server.port(), {"bad@example.org"}));
    CHECK_FALSE(result.accepted);
    CHECK_FALSE(result.body_sent);
    CHECK_FALSE(result.problem.empty());
    CHECK(find_reply(result, "rcpt", "bad@example.org")->code == 550);
    CHECK(server.messages().empty());
}

TEST_CASE("STARTTLS and a login are used when asked for") {
    const TempDir folder;
    CertificateAuthority authority(folder.path());
    const auto files = authority.issue("localhost");
    SmtpServer server(
        {"--tls", "starttls", "--cert", files.certificate, "--key", files.key, "--auth", "u:secret"}
    );
    MailBench bench;
    auto request = mail_to(server.port(), {"desk@example.org"});
    request.host = "localhost";
    request.tls = MailTls::starttls_required;
    request.ca_file = authority.file();
    request.username = "u";
    request.password = Secret("secret");
    SECTION("right password") {
        const MailResult result = bench.send(std::move(request));
        CHECK(result.accepted);
        CHECK(stages(result) == " banner ehlo starttls ehlo auth mail rcpt data end");
        REQUIRE(server.messages().size() == 1);
        CHECK(holds(server.messages()[0], R"("tls": true)"));
        CHECK(holds(server.messages()[0], R"("user": "u")"));
    }
    SECTION("wrong password") {
        request.password = Secret("wrong");
        const MailResult result = bench.send(std::move(request));
        CHECK(result.login_denied);
        CHECK_FALSE(result.accepted);
        CHECK_FALSE(holds(result.problem, "wrong"));
    }
    SECTION("certificate of nobody") {
        request.ca_file.clear();
        const MailResult result = bench.send(std::move(request));
        CHECK(result.tls_failed);
        CHECK_FALSE(result.accepted);
    }
    SECTION("name that the certificate does not hold") {
        request.host = "127.0.0.1";
        const MailResult result = bench.send(std::move(request));
        CHECK(result.tls_failed);
    }
    SECTION("verification switched off") {
        request.ca_file.clear();
        request.verify = false;
        CHECK(bench.send(std::move(request)).accepted);
    }
}

TEST_CASE("implicit TLS is spoken from the first byte") {
    const TempDir folder;
    CertificateAuthority authority(folder.path());
    const auto files = authority.issue("localhost");
    SmtpServer server({"--tls", "implicit", "--cert", files.certificate, "--key", files.key});
    MailBench bench;
    auto request = mail_to(server.port(), {"desk@example.org"});
    request.host = "localhost";
    request.tls = MailTls::implicit;
    request.ca_file = authority.file();
    CHECK(bench.send(std::move(request)).accepted);
}

TEST_CASE("required STARTTLS that is not offered ends before any login or address") {
    SmtpServer server;
    MailBench bench;
    auto request = mail_to(server.port(), {"desk@example.org"});
    request.tls = MailTls::starttls_required;
    request.username = "u";
    request.password = Secret("secret");
    const MailResult result = bench.send(std::move(request));
    CHECK(result.tls_failed);
    CHECK(stages(result) == " banner ehlo");
    SECTION("where it is not required the message goes out in clear") {
        auto open = mail_to(server.port(), {"desk@example.org"});
        open.tls = MailTls::starttls_if_offered;
        CHECK(bench.send(std::move(open)).accepted);
    }
}

TEST_CASE("bytes behind the answer to STARTTLS are fatal") {
    SmtpServer server(
        {"--script",
         R"({"EHLO": "250-mx\r\n250 STARTTLS\r\n", "STARTTLS": "220 ready\r\n250-AUTH PLAIN\r\n250 ok\r\n"})"}
    );
    MailBench bench;
    auto request = mail_to(server.port(), {"desk@example.org"});
    request.tls = MailTls::starttls_required;
    const MailResult result = bench.send(std::move(request));
    CHECK_FALSE(result.accepted);
    CHECK_FALSE(find_reply(result, "mail"));
}

TEST_CASE("the stage and code of a refusal are told") {
    CHECK(
        scripted(R"({"banner": "421 4.3.2 Service shutting down\r\n"})").replies.at(0).code == 421
    );
    CHECK(
        scripted(R"({"EHLO": "500 5.5.1 what\r\n", "HELO": "500 5.5.1 what\r\n"})")
            .replies.back()
            .stage == "ehlo"
    );
    CHECK(
        scripted(R"({"MAIL": "530 5.7.0 Authentication required\r\n"})").replies.back().stage ==
        "mail"
    );
    const MailResult rejected = scripted(R"({".": "554 5.7.1 Message content rejected\r\n"})");
    CHECK_FALSE(rejected.accepted);
    CHECK(rejected.body_sent);
    CHECK(find_reply(rejected, "end")->code == 554);
    CHECK(find_reply(rejected, "end")->enhanced == "5.7.1");
}

TEST_CASE("a connection lost after the message leaves its fate open") {
    const MailResult result = scripted(R"({".": ""})");
    CHECK_FALSE(result.accepted);
    CHECK(result.body_sent);
    CHECK_FALSE(find_reply(result, "end"));
}

TEST_CASE("a reply of several lines counts by its last one") {
    const MailResult good = scripted(R"({".": "250-first\r\n250 last\r\n"})");
    CHECK(good.accepted);
    const MailResult mixed = scripted(R"({".": "250-first\r\n550 last\r\n"})");
    CHECK_FALSE(mixed.accepted);
    CHECK(mixed.replies.back().code == 550);
}

TEST_CASE("a server that never answers QUIT does not undo an acceptance") {
    CHECK(scripted(R"({"QUIT": null})").accepted);
}

TEST_CASE("a silent or endless server is left after the time limit") {
    CHECK_FALSE(scripted(R"({"banner": null})").accepted);
    std::string endless = R"({"EHLO": ")";
    for (int i = 0; i < 1000; ++i) endless += R"(250-X\r\n)";
    const MailResult result = scripted(endless + R"("})");
    CHECK_FALSE(result.accepted);
    CHECK(result.replies.size() <= 128);
}

TEST_CASE("a relay that hangs does not hold up another one") {
    SmtpServer hanging({"--script", R"({"banner": null})"});
    SmtpServer good;
    MailBench bench;
    for (int i = 0; i < 5; ++i) {
        boost::asio::co_spawn(
            bench.io,
            bench.sender.send(mail_to(hanging.port(), {"desk@example.org"})),
            [](std::exception_ptr, MailResult) {}
        );
    }
    CHECK(bench.send(mail_to(good.port(), {"desk@example.org"})).accepted);
}

TEST_CASE("cancelling a send gives the message up") {
    SmtpServer server({"--script", R"({"banner": null})"});
    MailBench bench;
    boost::asio::cancellation_signal stop;
    bool ended = false;
    boost::asio::co_spawn(
        bench.io,
        bench.sender.send(mail_to(server.port(), {"desk@example.org"})),
        boost::asio::bind_cancellation_slot(
            stop.slot(), [&](std::exception_ptr error, MailResult) { ended = error != nullptr; }
        )
    );
    bench.io.run_one();
    stop.emit(boost::asio::cancellation_type::terminal);
    while (!ended) bench.io.run_one();
    CHECK(ended);
}

TEST_CASE("a refused connection is told as such") {
    std::uint16_t port = 0;
    {
        RawServer server([](const std::string&, int) { return RawReply(); });
        port = server.port();
    }
    MailBench bench;
    const MailResult result = bench.send(mail_to(port, {"desk@example.org"}));
    CHECK_FALSE(result.connected);
    CHECK_FALSE(result.problem.empty());
}

TEST_CASE("a request that could break the dialogue never leaves") {
    MailBench bench;
    const auto problem = [&](auto change) {
        auto request = mail_to(1, {"desk@example.org"});
        change(request);
        const MailResult result = bench.send(std::move(request));
        CHECK_FALSE(result.accepted);
        return result.problem;
    };
    CHECK(holds(problem([](auto& r) { r.recipients = {"a@b>\r\nRCPT TO:<c@d"}; }), "recipient"));
    CHECK(holds(problem([](auto& r) { r.recipients.clear(); }), "recipient"));
    CHECK(holds(problem([](auto& r) { r.from = "a b@c"; }), "sender"));
    CHECK(holds(problem([](auto& r) { r.host = "a/b"; }), "relay"));
    CHECK(holds(problem([](auto& r) { r.hello = "a\r\nb"; }), "EHLO"));
    CHECK(holds(problem([](auto& r) { r.message = "a\n.\nb\r\n"; }), "CRLF"));
    CHECK(holds(problem([](auto& r) { r.message = "a\rb"; }), "CRLF"));
    CHECK(holds(problem([](auto& r) { r.host = "169.254.169.254"; }), "metadata"));
}
