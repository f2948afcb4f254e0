#include "notifiers/answers.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "base/crypto.hpp"
#include "tests/support/fixtures.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;
namespace json = boost::json;

namespace {

// "550 5.1.1 User unknown" at a stage of our own naming.
MailReply reply_of(const std::string& stage, const std::string& line) {
    MailReply reply;
    reply.stage = stage;
    reply.code = std::stoi(line.substr(0, 3));
    reply.text = line.size() > 4 ? line.substr(4) : "";
    const std::string head = reply.text.substr(0, reply.text.find(' '));
    const bool enhanced = head.size() >= 5 && head[1] == '.' &&
                          head.find_first_not_of("0123456789.") == std::string::npos;
    if (enhanced) reply.enhanced = head;
    return reply;
}

// What a session that got as far as `stage` and was then told `line` comes to.
MailResult session(const std::string& stage, const std::string& line) {
    MailResult result;
    result.connected = true;
    for (const char* before : {"banner", "ehlo", "starttls", "auth", "mail", "rcpt", "data"}) {
        if (stage == before) break;
        result.replies.push_back(
            reply_of(before, std::string(before) == "data" ? "354 go" : "250 ok")
        );
    }
    result.body_sent = stage == "end";
    result.replies.push_back(reply_of(stage, line));
    result.accepted = stage == "end" && line.starts_with("250");
    result.login_denied = stage == "auth" && !line.starts_with("2");
    result.problem = "the relay said " + line;
    return result;
}

Answer answer_of(const std::string& stage, const std::string& line) {
    return answer_to_mail(session(stage, line), Redactor());
}

Verdict verdict_of(const std::string& stage, const std::string& line) {
    return answer_of(stage, line).verdict;
}

}  // namespace

TEST_CASE("each refusal of a mail relay has its verdict by stage and enhanced code") {
    CHECK(verdict_of("end", "250 2.0.0 Ok: queued as 4F1C22A") == Verdict::delivered);
    CHECK(verdict_of("banner", "421 4.3.2 Service shutting down") == Verdict::retry);
    CHECK(verdict_of("banner", "554 5.7.1 No SMTP service here") == Verdict::retry);
    CHECK(verdict_of("ehlo", "500 5.5.1 Unrecognized command") == Verdict::retry);
    CHECK(verdict_of("starttls", "454 4.7.0 TLS not available") == Verdict::retry);
    CHECK(
        verdict_of("auth", "535 5.7.8 Error: authentication failed") == Verdict::permanent_target
    );
    CHECK(verdict_of("auth", "534 5.7.9 Password required") == Verdict::permanent_target);
    CHECK(verdict_of("auth", "454 4.7.0 Temporary authentication failure") == Verdict::retry);
    CHECK(verdict_of("mail", "530 5.7.0 Authentication required") == Verdict::permanent_target);
    CHECK(verdict_of("mail", "552 5.3.4 Message too big") == Verdict::permanent_message);
    CHECK(verdict_of("mail", "451 4.3.0 Try later") == Verdict::retry);
    CHECK(verdict_of("rcpt", "550 5.1.1 User unknown") == Verdict::permanent_target);
    CHECK(
        verdict_of("rcpt", "553 5.1.3 Bad recipient address syntax") == Verdict::permanent_target
    );
    CHECK(verdict_of("rcpt", "552 5.2.2 Mailbox full") == Verdict::retry);
    CHECK(verdict_of("rcpt", "550 5.4.1 No route") == Verdict::retry);
    CHECK(verdict_of("rcpt", "452 4.5.3 Error: too many recipients") == Verdict::partial);
    CHECK(verdict_of("rcpt", "552 Too many recipients") == Verdict::partial);
    CHECK(verdict_of("end", "451 4.3.0 Error: queue file write error") == Verdict::retry);
    CHECK(verdict_of("end", "554 5.7.1 Message content rejected") == Verdict::permanent_message);
    CHECK(verdict_of("end", "554 5.7.8 Log in first") == Verdict::permanent_target);
    CHECK(verdict_of("end", "421 4.4.2 timeout") == Verdict::retry);
}

TEST_CASE("greylisting waits five minutes for this recipient alone") {
    const Answer answer = answer_of("rcpt", "450 4.2.0 Greylisted");
    CHECK(answer.verdict == Verdict::retry);
    CHECK(answer.retry_after == 5min);
    CHECK_FALSE(answer_of("end", "451 4.3.0 Queue file write error").retry_after);
}

TEST_CASE("a connection lost after the last byte is ambiguous, before it a retry") {
    MailResult result = session("data", "354 go");
    result.replies.back().code = 354;
    result.problem = "connection closed";
    CHECK(answer_to_mail(result, Redactor()).verdict == Verdict::retry);
    result.body_sent = true;
    CHECK(answer_to_mail(result, Redactor()).verdict == Verdict::ambiguous);
    result.replies[1].code = 500;  // EHLO refused and HELO taken: no refusal of the mail
    CHECK(answer_to_mail(result, Redactor()).verdict == Verdict::ambiguous);
}

TEST_CASE("a reply with two codes is no answer") {
    MailResult result = session("end", "250 first");
    result.replies.push_back(reply_of("end", "550 last"));
    CHECK(answer_to_mail(result, Redactor()).verdict == Verdict::ambiguous);
    MailResult both = session("end", "250 first");
    both.replies.push_back(reply_of("end", "250 last"));
    CHECK(answer_to_mail(both, Redactor()).verdict == Verdict::delivered);
}

TEST_CASE("a relay that stopped offering TLS is tried again, a bad certificate pauses") {
    MailResult stripped = session("ehlo", "250 XXXXXXXA");
    stripped.tls_failed = true;
    CHECK(answer_to_mail(stripped, Redactor()).verdict == Verdict::retry);
    MailResult certificate = session("starttls", "220 2.0.0 Ready to start TLS");
    certificate.tls_failed = true;
    CHECK(answer_to_mail(certificate, Redactor()).verdict == Verdict::permanent_target);
    MailResult implicit;
    implicit.connected = true;
    implicit.tls_failed = true;
    CHECK(answer_to_mail(implicit, Redactor()).verdict == Verdict::permanent_target);
}

TEST_CASE("what the relay says is kept, its queue id as the remote id, our password never") {
    const Answer sent = answer_of("end", "250 2.0.0 Ok: queued as 4F1C22A");
    CHECK(sent.remote_id == "2.0.0 Ok: queued as 4F1C22A");
    CHECK(answer_of("rcpt", "550 5.1.1 User unknown").detail == "550 5.1.1 User unknown (rcpt)");
    const Secret password("swordfish-canary");
    Redactor redact;
    redact.add(password);
    redact.add_login("desk", password);
    std::string login(1, '\0');
    login += std::string("desk") + '\0' + password.reveal();
    for (const std::string& echo : {password.reveal(), base64(password.reveal()), base64(login)}) {
        const MailResult refused = session("auth", "535 5.7.8 no: " + echo);
        CHECK(answer_to_mail(refused, redact).detail.find(echo) == std::string::npos);
        MailResult lost;
        lost.problem = "lost after " + echo;
        CHECK(answer_to_mail(lost, redact).detail.find(echo) == std::string::npos);
        MailResult good = session("end", "250 2.0.0 " + echo);
        CHECK(answer_to_mail(good, redact).remote_id.find(echo) == std::string::npos);
    }
}

TEST_CASE("every recorded answer of mail relays has its verdict") {
    const auto folder = shared_fixtures("notifiers/smtp");
    if (!folder) return;
    const json::value table = json::parse(read_file(*folder / "classify.json"));
    CHECK(table.as_array().size() == 21);
    for (const json::value& row : table.as_array()) {
        const std::string name(row.at("name").as_string());
        INFO(name);
        std::string stage(row.at("stage").as_string());
        if (stage == "data-end") stage = "end";
        MailResult result;
        if (row.at("reply").is_null()) {
            result.connected = true;
            result.body_sent = true;
        } else if (row.at("reply").as_string().starts_with("<")) {
            result.connected = true;
            result.problem = "a reply line is too long";
        } else {
            const std::string reply(row.at("reply").as_string());
            const std::size_t second = reply.find("\r\n");
            result = session(stage, reply.substr(0, second));
            if (second != std::string::npos)
                result.replies.push_back(reply_of(stage, reply.substr(second + 2)));
        }
        const Answer answer = answer_to_mail(result, Redactor());
        CHECK(to_string(answer.verdict) == std::string(row.at("verdict").as_string()));
    }
}

TEST_CASE("a URL's parts are masked wherever they come back") {
    Redactor redact;
    redact.add_url(
        Secret("https://user:pa55word@hooks.example.org/services/T00000000/B00?token=abcdefgh12")
    );
    for (const char* part : {"pa55word", "T00000000", "abcdefgh12"}) {
        INFO(part);
        CHECK(redact(std::string("see ") + part + " and " + part).find(part) == std::string::npos);
    }
    CHECK(redact("hooks.example.org refused") == "hooks.example.org refused");
    CHECK(redact("a\x1b[31m\nb").find('\x1b') == std::string::npos);
    CHECK(redact("a\nb").find('\n') == std::string::npos);
}
