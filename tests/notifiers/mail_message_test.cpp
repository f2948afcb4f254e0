#include "notifiers/mail_message.hpp"

#include <set>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "tests/notifiers/python.hpp"
#include "tests/notifiers/samples.hpp"
#include "tests/support/fixtures.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
namespace json = boost::json;

namespace {

MailSetup setup() {
    MailSetup setup;
    setup.from = {"spokeswatch", "alerts", "example.org"};
    setup.to = {"News Desk", "desk", "example.org"};
    setup.zone = "Europe/Berlin";
    return setup;
}

std::string mail_of(const Notification& notification) {
    return mail_message(notification, setup());
}

// The mail as Python's email package understands it.
json::value parsed(const std::string& mail) {
    return json::parse(run_python("read_mail.py", mail));
}

std::string header(const json::value& mail, const char* name) {
    const json::value* value = mail.at("headers").as_object().if_contains(name);
    return value == nullptr ? "" : std::string(value->as_string());
}

std::string part(const json::value& mail, std::size_t index) {
    return std::string(mail.at("parts").at(index).at("text").as_string());
}

void check_form(const json::value& mail) {
    CHECK(mail.at("defects").as_array().empty());
    CHECK(mail.at("longest_line").as_int64() <= 998);
    CHECK(mail.at("bare").as_int64() == 0);
    CHECK(mail.at("ascii").as_bool());
}

// Reads HTML tag by tag; anything that we do not write ourselves is a fault.
void check_inert(std::string_view html) {
    static const std::set<std::string, std::less<>> allowed{
        "!DOCTYPE", "html", "head", "meta", "body", "p", "b", "bdi", "a", "br", "hr", "mark"};
    for (std::size_t at = html.find('<'); at != std::string_view::npos;
         at = html.find('<', at + 1)) {
        const std::size_t end = html.find('>', at);
        REQUIRE(end != std::string_view::npos);
        std::string_view tag = html.substr(at + 1, end - at - 1);
        CHECK(tag.find('<') == std::string_view::npos);
        if (tag.starts_with('/')) tag.remove_prefix(1);
        const std::string name(tag.substr(0, tag.find_first_of(" \n")));
        INFO(tag);
        CHECK(allowed.contains(name));
        CHECK(tag.find(" on") == std::string_view::npos);
        const std::size_t href = tag.find("href=\"");
        if (href == std::string_view::npos) continue;
        const std::string_view url = tag.substr(href + 6);
        CHECK((url.starts_with("https://") || url.starts_with("http://")));
    }
}

std::size_t count(std::string_view text, std::string_view what) {
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string_view::npos;
         at = text.find(what, at + 1))
        ++found;
    return found;
}

}  // namespace

TEST_CASE("a mail says everything, in text and in HTML with the match marked") {
    const json::value mail = parsed(mail_of(notification_of(seed_alert())));
    check_form(mail);
    CHECK(
        header(mail, "Subject") ==
        "[critical] Hua Chunying 华春莹: President Xi Jinping to visit Russia"
    );
    CHECK(mail.at("date").as_string() == "2023-03-17T10:03:12+01:00");
    CHECK(header(mail, "From") == "spokeswatch <alerts@example.org>");
    CHECK(header(mail, "To") == "News Desk <desk@example.org>");
    CHECK(
        header(mail, "Message-ID") ==
        "<sw-01GVRQ3M5S0Z7Y8X9W6V5T4R3Q-slack-0123456789-1@example.org>"
    );
    CHECK(header(mail, "In-Reply-To").empty());
    CHECK(header(mail, "Auto-Submitted") == "auto-generated");
    CHECK(header(mail, "X-Auto-Response-Suppress") == "All");
    CHECK(header(mail, "List-Id") == "<xi_visits_russia.spokeswatch.example.org>");
    CHECK(header(mail, "List-Unsubscribe").starts_with("<mailto:alerts@example.org?"));
    CHECK(header(mail, "Importance") == "high");
    CHECK(header(mail, "Precedence").empty());

    REQUIRE(mail.at("parts").as_array().size() == 2);
    CHECK(mail.at("parts").at(0).at("type").as_string() == "text/plain");
    CHECK(mail.at("parts").at(1).at("type").as_string() == "text/html");
    const std::string text = part(mail, 0);
    for (const std::string& fact :
         {std::string(seed_text),
          std::string("rule xi_visits_russia"),
          std::string("severity critical"),
          std::string("Hua Chunying 华春莹 (@SpokespersonCHN), MFA China"),
          std::string("language en"),
          std::string("published 17 Mar 2023 10:03 CET (09:03 UTC)"),
          std::string("matched: state visit"),
          std::string("https://x.com/SpokespersonCHN/status/1636500000000000001")}) {
        INFO(fact);
        CHECK(text.find(fact) != std::string::npos);
    }
    const std::string html = part(mail, 1);
    check_inert(html);
    CHECK(html.find(">state visit</mark>") != std::string::npos);
    CHECK(html.find("<a href=\"https://x.com/SpokespersonCHN/") != std::string::npos);
}

TEST_CASE("headers come in the order that filters and people expect") {
    Notification notification = follow_up();
    MailSetup with_reply = setup();
    with_reply.reply_to = Mailbox{"", "editor", "example.org"};
    const json::value mail = parsed(mail_message(notification, with_reply));
    CHECK(
        json::serialize(mail.at("names")) ==
        R"(["Date","From","Reply-To","To","Subject","Message-ID","In-Reply-To","References",)"
        R"("MIME-Version","Content-Type","Auto-Submitted","X-Auto-Response-Suppress","List-Id",)"
        R"("List-Unsubscribe","Importance"])"
    );
    CHECK(header(mail, "List-Unsubscribe").starts_with("<mailto:editor@example.org?"));
}

TEST_CASE("an update answers the first mail of its thread under that one's subject") {
    const json::value mail = parsed(mail_of(follow_up()));
    check_form(mail);
    CHECK(
        header(mail, "Subject") ==
        "Re: [warning] Hua Chunying 华春莹: President Xi Jinping to visit Russia"
    );
    const std::string root = "<sw-01GVRQ3M5S0Z7Y8X9W6V5T4R3Q-slack-0123456789-1@example.org>";
    CHECK(header(mail, "In-Reply-To") == root);
    CHECK(header(mail, "References") == root);
    CHECK(header(mail, "Message-ID") != root);
    CHECK(part(mail, 0).find("also said by Kremlin; severity raised") != std::string::npos);
    CHECK(part(mail, 1).find(">государственным визитом</mark>") != std::string::npos);
}

TEST_CASE("a hostile author adds no header, no markup and no end of the message") {
    const std::string raw = mail_of(hostile());
    const json::value mail = parsed(raw);
    check_form(mail);
    const json::value plain = parsed(mail_of(notification_of(seed_alert())));
    CHECK(mail.at("names") == plain.at("names"));
    CHECK(raw.find("\r\n.\r\n") == std::string::npos);
    CHECK(raw.find("\nBcc:") == std::string::npos);
    check_inert(part(mail, 1));
    CHECK(part(mail, 1).find("&lt;script&gt;alert(1)&lt;/script&gt;") != std::string::npos);
    CHECK(count(part(mail, 1), "</bdi>") == count(part(mail, 1), "<bdi>"));
    // The text itself arrives as it was written, dot lines included.
    CHECK(part(mail, 0).find("\nDATA\n.\n..\nMAIL FROM:<x@y>\n") != std::string::npos);
}

TEST_CASE("every attempt has the same bytes until it is late") {
    Notification notification = notification_of(seed_alert());
    const auto sent_after = [&](Duration late) {
        notification.waited = late;
        return mail_message(notification, setup());
    };
    CHECK(sent_after(std::chrono::minutes(0)) == sent_after(std::chrono::minutes(10)));
    CHECK(
        part(parsed(sent_after(std::chrono::hours(3))), 0).find("delayed by 3 h") !=
        std::string::npos
    );
}

TEST_CASE("a huge text is cut so that no client hides the end") {
    NotifiedAlert notified = seed_alert();
    Evidence& evidence = notified.alert.evidence[0];
    evidence.text.clear();
    for (int i = 0; i < 20'000; ++i) evidence.text += "<国事访问> ";
    evidence.highlights.clear();
    for (std::size_t i = 0; i < 2000; ++i)
        evidence.highlights.push_back({"text", i * 7 + 1, i * 7 + 5, "x"});
    Notification notification = notification_of(notified);
    notification.alerts.assign(10, notified);
    const json::value mail = parsed(mail_of(notification));
    check_form(mail);
    CHECK(part(mail, 1).size() < 90'000);
    check_inert(part(mail, 1));
    CHECK(part(mail, 1).ends_with("</body></html>\n"));
    const json::value one = parsed(mail_of(notification_of(notified)));
    CHECK(part(one, 1).size() < 90'000);
}

TEST_CASE("the minimal mail is one plain part with title and link") {
    Notification notification = notification_of(seed_alert());
    notification.minimal = true;
    const json::value mail = parsed(mail_of(notification));
    check_form(mail);
    REQUIRE(mail.at("parts").as_array().size() == 1);
    CHECK(mail.at("parts").at(0).at("type").as_string() == "text/plain");
    CHECK(
        part(mail, 0) ==
        "[critical] Hua Chunying 华春莹: President Xi Jinping to visit Russia\n"
        "https://x.com/SpokespersonCHN/status/1636500000000000001\n"
    );
}

TEST_CASE("several alerts in one mail are told apart and the rest is counted") {
    Notification notification = notification_of(seed_alert());
    notification.alerts.push_back(follow_up().alerts[0]);
    notification.alerts[1].alert.rule = "other_rule";
    notification.more = 3;
    const json::value mail = parsed(mail_of(notification));
    CHECK(header(mail, "Subject") == "[critical] 5 alerts: other_rule, xi_visits_russia");
    CHECK(header(mail, "List-Id") == "<desk.spokeswatch.example.org>");
    CHECK(part(mail, 0).find("rule other_rule") != std::string::npos);
    CHECK(part(mail, 0).find("+3 more alerts") != std::string::npos);
}

TEST_CASE("recorded alerts come back from a parser of mails as they were") {
    const auto folder = shared_fixtures("notifiers/alerts");
    if (!folder) return;
    for (const char* name : {"seed", "followup", "hostile", "ru", "zh", "graphemes"}) {
        INFO(name);
        const Notification notification =
            read_alert(read_file(*folder / (std::string(name) + ".json")));
        const json::value mail = parsed(mail_of(notification));
        check_form(mail);
        check_inert(part(mail, 1));
        CHECK(part(mail, 1).size() < 90'000);
        const std::string& text = notification.alerts[0].alert.evidence[0].text;
        if (std::string(name) != "hostile" && std::string(name) != "graphemes")
            CHECK(part(mail, 0).find(text) != std::string::npos);
    }
}
