#include "notifiers/message.hpp"

#include <catch2/catch.hpp>

#include "base/utf8.hpp"
#include "tests/notifiers/samples.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

Message message_of(const Notification& notification) {
    return make_message(notification, "Europe/Berlin");
}

std::size_t bytes(std::string_view text) { return text.size(); }

}  // namespace

TEST_CASE("a message says rule, severity, who, when, matched text, language and link") {
    const Message message = message_of(notification_of(seed_alert()));
    CHECK(message.title == "[critical] Hua Chunying 华春莹: President Xi Jinping to visit Russia");
    CHECK(message.severity == Severity::critical);
    CHECK(message.delayed.empty());
    REQUIRE(message.alerts.size() == 1);
    CHECK(message.alerts[0].rule == "xi_visits_russia");
    CHECK(message.alerts[0].change.empty());
    REQUIRE(message.alerts[0].statements.size() == 1);
    const MessageStatement& statement = message.alerts[0].statements[0];
    CHECK(statement.who == "Hua Chunying 华春莹 (@SpokespersonCHN), MFA China");
    CHECK(statement.from == "source hua_chunying (x), language en");
    CHECK(
        statement.times ==
        "published 17 Mar 2023 10:03 CET (09:03 UTC), seen 17 Mar 2023 10:03 CET (09:03 UTC)"
    );
    CHECK(statement.matched == "state visit");
    CHECK(statement.link == "https://x.com/SpokespersonCHN/status/1636500000000000001");
    REQUIRE(statement.text.size() == 3);
    CHECK(statement.text[1] == Piece{"state visit", true});
    CHECK(joined(statement.text) == seed_text);
}

TEST_CASE("an update says what is new and who said it") {
    const Message message = message_of(follow_up());
    REQUIRE(message.alerts.size() == 1);
    CHECK(message.alerts[0].change == "also said by Kremlin; severity raised to critical");
    CHECK(
        message.title ==
        "[critical] Update: Президент России: Государственный визит Председателя КНР"
    );
    const MessageStatement& statement = message.alerts[0].statements.at(0);
    CHECK(statement.from == "source kremlin (feed), article, language ru");
    CHECK(joined(statement.title) == "Государственный визит Председателя КНР");
}

TEST_CASE("an edit and a deletion are told in words") {
    NotifiedAlert notified = seed_alert();
    notified.changed = {Change::edit};
    CHECK(message_of(notification_of(notified)).alerts[0].change == "the statement was edited");
    notified.changed = {Change::deletion};
    CHECK(message_of(notification_of(notified)).alerts[0].change == "the statement was deleted");
}

TEST_CASE("what goes out more than a quarter of an hour late says so") {
    Notification notification = notification_of(seed_alert());
    const auto delayed = [&](Duration late) {
        notification.waited = late;
        return make_message(notification, "UTC").delayed;
    };
    CHECK(delayed(15min).empty());
    CHECK(delayed(16min) == "delayed by 16 min");
    CHECK(delayed(3h + 20min) == "delayed by 3 h");
    CHECK(delayed(50h) == "delayed by 2 d");
}

TEST_CASE("a statement read after a gap and one without a date say so") {
    NotifiedAlert notified = seed_alert();
    notified.alert.evidence[0].late = true;
    notified.alert.evidence[0].published_at.reset();
    const std::string times = message_of(notification_of(notified)).alerts[0].statements[0].times;
    CHECK(times.find("published at an unknown time") != std::string::npos);
    CHECK(times.find("read late") != std::string::npos);
}

TEST_CASE("ten alerts are shown and the rest is counted") {
    Notification notification = notification_of(seed_alert());
    for (int i = 0; i < 11; ++i) notification.alerts.push_back(seed_alert());
    notification.more = 30;
    const Message message = message_of(notification);
    CHECK(message.alerts.size() == 10);
    CHECK(message.more_alerts == 32);
    CHECK(message.title == "[critical] 42 alerts: xi_visits_russia");
}

TEST_CASE("of many statements of one alert the newest are shown") {
    NotifiedAlert notified = seed_alert();
    for (int i = 0; i < 11; ++i) {
        Evidence evidence = seed_evidence();
        evidence.text = "number " + std::to_string(i);
        evidence.highlights.clear();
        notified.alert.evidence.push_back(evidence);
    }
    const Message message = message_of(notification_of(notified));
    CHECK(message.alerts[0].more_statements == 2);
    CHECK(joined(message.alerts[0].statements.back().text) == "number 10");
}

TEST_CASE("highlights mark the right characters after controls are cleaned away") {
    const std::string text = "a\x01 国事访问 b\u0007 state visit";
    const std::vector<Highlight> highlights{
        highlight_of(text, "state visit"), highlight_of(text, "国事访问")};
    const std::vector<Piece> pieces = marked_pieces(text, highlights, "text");
    REQUIRE(pieces.size() == 4);
    CHECK(pieces[0] == Piece{"a ", false});
    CHECK(pieces[1] == Piece{"国事访问", true});
    CHECK(pieces[2] == Piece{" b ", false});
    CHECK(pieces[3] == Piece{"state visit", true});
}

TEST_CASE("overlapping, empty and impossible highlights do no harm") {
    const std::vector<Highlight> highlights{
        {"text", 2, 5, "x"},
        {"text", 3, 4, "x"},
        {"text", 4, 7, "x"},
        {"text", 6, 6, "x"},
        {"text", 8, 900, "x"},
        {"text", 950, 960, "x"},
        {"title", 0, 3, "x"},
    };
    const std::vector<Piece> pieces = marked_pieces("0123456789", highlights, "text");
    CHECK(joined(pieces) == "0123456789");
    std::string marked;
    for (const Piece& piece : pieces)
        if (piece.marked) marked += piece.text + "|";
    CHECK(marked == "234|56|89|");
}

TEST_CASE("a cut keeps whole graphemes and its marks") {
    const std::vector<Piece> pieces{
        {"abc ", false}, {"👨‍👩‍👧‍👦🇷🇺", true}, {" end", false}};
    const std::string family = "👨‍👩‍👧‍👦";
    const auto cut_to = [&](std::size_t limit) { return cut(pieces, limit, bytes); };
    CHECK(cut_to(1000) == pieces);
    const std::vector<Piece> some = cut_to(4 + family.size() + 3);
    REQUIRE(some.size() == 3);
    CHECK(some[1] == Piece{family, true});
    CHECK(some[2] == Piece{"…", false});
    CHECK(joined(cut_to(4 + family.size() + 2)) == "abc …");
}

TEST_CASE("bidi controls of a text cannot reach beyond it") {
    const std::string open = "\u2067", close = "\u2069";
    const std::vector<Piece> lonely = marked_pieces("a" + close + "b" + open + "c", {}, "text");
    CHECK(joined(lonely) == "abc");
    const std::vector<Piece> paired = marked_pieces("a" + open + "b" + close, {}, "text");
    CHECK(joined(paired) == "a" + open + "b" + close);
    CHECK(joined(isolated(paired)) == "\u2068a" + open + "b" + close + "\u2069");
    CHECK(joined(isolated({{"plain", false}})) == "plain");
    CHECK(joined(isolated({{"שלום", false}})) == "\u2068שלום\u2069");
}

TEST_CASE("titles of hostile authors are one line without controls") {
    const Message message = message_of(hostile());
    CHECK(message.title.find('\n') == std::string::npos);
    CHECK(message.title.find('\r') == std::string::npos);
    const MessageStatement& statement = message.alerts[0].statements[0];
    CHECK(statement.who.find('\n') == std::string::npos);
    CHECK(statement.from.find('\n') == std::string::npos);
    CHECK(statement.link.empty());
    CHECK(joined(statement.text).find('\x1b') == std::string::npos);
}

TEST_CASE("the minimal form is title and link in 500 bytes") {
    Notification notification = notification_of(seed_alert());
    notification.alerts[0].alert.story_title = std::string(3000, 'x');
    const std::string& link = notification.alerts[0].alert.evidence[0].url;
    const std::string text = minimal_text(message_of(notification));
    CHECK(text.size() <= 500);
    CHECK(text.ends_with("\n" + link));
}

TEST_CASE("a test message says that it is one") {
    Notification notification = notification_of(seed_alert());
    notification.test = true;
    CHECK(message_of(notification).title.starts_with("Test: [critical]"));
}

TEST_CASE("the title does not change with the attempt") {
    Notification notification = notification_of(seed_alert());
    notification.waited = 30h;
    const Message late = make_message(notification, "UTC");
    CHECK(late.title == notification_title(notification));
}

namespace {

Notification event_notification() {
    Notification notification;
    OperationalEvent event;
    event.event = Event::schema_changed;
    event.subject = "mfa";
    event.message = "malformed: neither RSS nor Atom";
    event.labels = {{"source", "mfa"}, {"kind", "feed"}};
    event.body_file = "/var/lib/spokeswatch/unread_answers/mfa.body";
    event.since = *parse_time("2023-03-17T09:03:12Z");
    notification.events.push_back(event);
    return notification;
}

}  // namespace

TEST_CASE("a message about an operational event says what it is, where, since when and the file") {
    Notification notification = event_notification();
    Message message = make_message(notification, "UTC");
    CHECK(
        message.title ==
        "[operations] schema_changed: source mfa (feed): malformed: neither RSS nor Atom"
    );
    CHECK(message.alerts.empty());
    REQUIRE(message.events.size() == 1);
    CHECK_THAT(
        message.events[0],
        Catch::Contains("since 17 Mar 2023") && Catch::Contains("unread_answers/mfa.body")
    );
    notification.events[0].ended_at = notification.events[0].since + std::chrono::hours(3);
    message = make_message(notification, "UTC");
    CHECK(message.title == "[operations] over: schema_changed: source mfa (feed), lasted 3 h");
    CHECK(minimal_text(message) == message.title);
}

TEST_CASE("a digest of operational events counts them and shows ten") {
    Notification notification = event_notification();
    for (int i = 0; i < 11; ++i) notification.events.push_back(notification.events[0]);
    notification.events[3].event = Event::gap;
    notification.more = 1;
    const Message message = make_message(notification, "UTC");
    CHECK(message.title == "[operations] 13 events: gap, schema_changed");
    CHECK(message.events.size() == 10);
    CHECK(message.more_events == 3);
}
