#include <string>

#include <boost/json.hpp>

#include "base/check.hpp"
#include "base/utf8.hpp"
#include "notifiers/mail_message.hpp"
#include "notifiers/payload.hpp"
#include "notifiers/slack_message.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace spokeswatch;

namespace {

Notification notification_of(const std::string& text, std::uint8_t choice) {
    NotifiedAlert notified;
    notified.changed = {choice & 1 ? Change::created : Change::edit};
    notified.alert.id = "A";
    notified.alert.rule = "rule";
    notified.alert.story_title = repair_utf8(text.substr(0, text.size() / 2));
    Evidence evidence;
    evidence.source = "source";
    evidence.author_name = repair_utf8(text.substr(text.size() / 2));
    evidence.title = choice & 2 ? text : "";
    evidence.text = text;
    evidence.url = "https://example.org/" + text;
    evidence.highlights = {{"text", choice % 7U, choice % 31U, text}, {"text", choice, 300, "x"}};
    notified.alert.evidence.assign(1 + choice % 3, evidence);
    Notification notification;
    notification.key = "sw-A-target-1";
    notification.alerts.assign(1 + choice % 4, notified);
    notification.minimal = (choice & 64) != 0;
    return notification;
}

void check_slack(const Message& message) {
    const boost::json::value body = boost::json::parse(slack_body(message, {}));
    check(body.at("blocks").as_array().size() <= slack::blocks_max, "too many blocks");
    const std::string fallback(body.at("text").as_string());
    check(fallback.find('<') == std::string::npos, "Slack would read markup");
    check(utf16_units(fallback) <= slack::fallback_units_max, "the fallback is too long");
}

void check_payload(const std::string& payload) {
    check(payload.size() <= payload_bytes_max, "a payload is too long");
    check(boost::json::parse(payload).at("data").is_object(), "a payload has no data");
}

void check_mail(const std::string& mail) {
    std::size_t column = 0;
    for (std::size_t i = 0; i < mail.size(); ++i) {
        const char c = mail[i];
        check(static_cast<unsigned char>(c) < 0x80 && c != '\0', "a mail is ASCII");
        if (c == '\r') check(i + 1 < mail.size() && mail[i + 1] == '\n', "a bare CR");
        if (c == '\n') check(i > 0 && mail[i - 1] == '\r', "a bare LF");
        column = c == '\n' ? 0 : column + 1;
        check(column <= 998, "a line is too long");
    }
    const std::string head = mail.substr(0, mail.find("\r\n\r\n"));
    check(head.find("\r\nBcc:") == std::string::npos, "a header was injected");
}

}  // namespace

// Whatever an author writes: Slack's body is JSON under its limits in which nothing but escaped
// text stands, and a mail is ASCII in short CRLF lines with exactly the headers that we wrote.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string raw(testing::fuzz_text(data + 1, size - 1));
    if (const auto mailbox = parse_mailbox(raw))
        check(encode_mailbox(*mailbox, 6).find("\r\n.") == std::string::npos, "a broken address");

    const Notification notification = notification_of(repair_utf8(raw), data[0]);
    check_slack(make_message(notification, "Europe/Berlin"));
    MailSetup setup;
    setup.from = setup.to = {"Desk", "desk", "example.org"};
    setup.zone = "Europe/Berlin";
    check_mail(mail_message(notification, setup));
    if (notification.alerts.size() == 1)
        check_payload(notification_payload(notification, "", true));
    return 0;
}
