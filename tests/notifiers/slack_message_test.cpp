#include "notifiers/slack_message.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "tests/notifiers/samples.hpp"
#include "tests/support/fixtures.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
namespace json = boost::json;

namespace {

json::value body_of(const Notification& notification, std::vector<std::string> mentions = {}) {
    return json::parse(slack_body(make_message(notification, "Europe/Berlin"), std::move(mentions))
    );
}

// UTF-16 units of valid UTF-8, by its lead bytes.
std::size_t units(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte & 0xC0) != 0x80) count += byte >= 0xF0 ? 2 : 1;
    }
    return count;
}

// Reads a message as Slack does and keeps what it would act on.
struct Reader {
    std::vector<std::string> commands;  // <...> in text that Slack reads for markup
    std::string shown;                  // all text, entities decoded
    std::string bold;
    std::vector<std::string> buttons;
    std::size_t all_units = 0;
    std::size_t rich_units = 0;

    void markup(std::string_view text) {
        for (std::size_t at = text.find('<'); at != std::string_view::npos;
             at = text.find('<', at)) {
            const std::size_t end = text.find('>', at);
            commands.emplace_back(
                text.substr(at, end == std::string_view::npos ? end : end - at + 1)
            );
            at = end == std::string_view::npos ? end : end;
            if (at == std::string_view::npos) break;
        }
        for (std::size_t at = text.find('&'); at != std::string_view::npos;
             at = text.find('&', at + 1)) {
            const std::string_view rest = text.substr(at);
            CHECK(
                (rest.starts_with("&amp;") || rest.starts_with("&lt;") || rest.starts_with("&gt;"))
            );
        }
        shown += std::string(text) + "\n";
    }
    void text_object(const json::object& object, std::size_t units_max) {
        const std::string text(object.at("text").as_string());
        CHECK_FALSE(text.empty());
        CHECK(units(text) <= units_max);
        all_units += units(text);
        markup(text);
        if (object.at("type").as_string() == "plain_text")
            CHECK_FALSE(object.at("emoji").as_bool());
    }
    void rich_text(const json::object& block) {
        for (const json::value& section : block.at("elements").as_array()) {
            CHECK(section.at("type").as_string() == "rich_text_section");
            std::size_t section_units = 0;
            for (const json::value& element : section.at("elements").as_array()) {
                CHECK(element.at("type").as_string() == "text");  // no link, user, broadcast, emoji
                const std::string text(element.at("text").as_string());
                CHECK_FALSE(text.empty());
                CHECK(text.find("<!") == std::string::npos);
                CHECK(text.find("<@") == std::string::npos);
                section_units += units(text);
                shown += text;
                if (element.as_object().contains("style")) bold += text + "|";
            }
            rich_units += section_units;
            all_units += section_units;
            CHECK(section_units <= 3000);
        }
    }
    void read(const json::value& body) {
        const std::string fallback(body.at("text").as_string());
        CHECK(units(fallback) <= 4000);
        markup(fallback);
        CHECK_FALSE(body.at("unfurl_links").as_bool());
        CHECK_FALSE(body.at("unfurl_media").as_bool());
        CHECK_FALSE(body.as_object().contains("parse"));
        CHECK_FALSE(body.as_object().contains("link_names"));
        const json::array& blocks = body.at("blocks").as_array();
        CHECK(blocks.size() <= 50);
        std::vector<std::string> actions;
        for (const json::value& value : blocks) {
            const json::object& block = value.as_object();
            const std::string type(block.at("type").as_string());
            if (type == "header") text_object(block.at("text").as_object(), 150);
            if (type == "section") text_object(block.at("text").as_object(), 3000);
            if (type == "context")
                for (const json::value& one : block.at("elements").as_array())
                    text_object(one.as_object(), 2000);
            if (type == "rich_text") rich_text(block);
            if (type != "actions") continue;
            const json::object& button = block.at("elements").at(0).as_object();
            text_object(button.at("text").as_object(), 75);
            CHECK(button.at("url").as_string().size() <= 3000);
            buttons.emplace_back(button.at("url").as_string());
            actions.emplace_back(button.at("action_id").as_string());
        }
        std::sort(actions.begin(), actions.end());
        CHECK(std::adjacent_find(actions.begin(), actions.end()) == actions.end());
        CHECK(all_units <= 12'000);
    }
};

Reader read(const json::value& body) {
    Reader reader;
    reader.read(body);
    return reader;
}

}  // namespace

TEST_CASE("a Slack message has header, text with the match in bold, facts and a button") {
    const json::value body = body_of(notification_of(seed_alert()));
    const Reader reader = read(body);
    const json::array& blocks = body.at("blocks").as_array();
    REQUIRE(blocks.size() == 4);
    CHECK(
        blocks[0].at("text").at("text").as_string() ==
        "[critical] Hua Chunying 华春莹: President Xi Jinping to visit Russia"
    );
    CHECK(reader.bold == "state visit|");
    CHECK(reader.buttons.at(0) == "https://x.com/SpokespersonCHN/status/1636500000000000001");
    CHECK(reader.commands.empty());
    for (const char* fact :
         {"critical",
          "rule xi_visits_russia",
          "MFA China",
          "@SpokespersonCHN",
          "language en",
          "published 17 Mar 2023 10:03 CET (09:03 UTC)",
          "seen 17 Mar 2023",
          "matched: state visit"})
        CHECK(reader.shown.find(fact) != std::string::npos);
    CHECK(std::string(body.at("text").as_string()).find(seed_text) != std::string::npos);
}

TEST_CASE("what hostile authors write stays text") {
    const Reader reader = read(body_of(hostile()));
    CHECK(reader.commands.empty());
    CHECK(reader.buttons.empty());
    CHECK(reader.shown.find("&lt;!channel&gt;") != std::string::npos);
    CHECK(reader.shown.find("&amp;lt;") == std::string::npos);
}

TEST_CASE("only the operator's mentions are commands") {
    const Reader reader = read(body_of(hostile(), {"<!here>", "<@U1>"}));
    CHECK(reader.commands == std::vector<std::string>{"<!here>", "<@U1>"});
}

TEST_CASE("an update says what changed and keeps the new speaker's own title") {
    const Reader reader = read(body_of(follow_up()));
    CHECK(
        reader.shown.find("also said by Kremlin; severity raised to critical") != std::string::npos
    );
    CHECK(reader.shown.find("Государственный визит Председателя КНР") != std::string::npos);
    CHECK(reader.bold == "государственным визитом|");
}

TEST_CASE("a late message says so") {
    Notification notification = notification_of(seed_alert());
    notification.waited = std::chrono::hours(3);
    const Message message = make_message(notification, "UTC");
    CHECK(slack_body(message, {}).find("delayed by 3 h") != std::string::npos);
}

TEST_CASE("text at the limit is whole, one grapheme more is cut between graphemes") {
    const std::string family = "👨‍👩‍👧‍👦";  // 11 UTF-16 units, 25 bytes
    for (const int extra : {-1, 0, 1, 2700}) {
        INFO(extra);
        Notification notification = notification_of(seed_alert());
        Evidence& evidence = notification.alerts[0].alert.evidence[0];
        evidence.highlights.clear();
        evidence.text = "ab";  // 2998 = 272 * 11 + 6: six letters more make it exact
        evidence.text += "cdef";
        for (int i = 0; i < 272 + (extra < 0 ? -1 : 0); ++i) evidence.text += family;
        for (int i = 0; i < extra; ++i) evidence.text += i % 2 == 0 ? "z" : "z\u0301";
        const json::value body = body_of(notification);
        const Reader reader = read(body);
        CHECK(reader.rich_units <= 2998);
        const bool cut = body.as_object().at("blocks").at(1).is_object() &&
                         json::serialize(body.at("blocks").at(1)).find("…") != std::string::npos;
        CHECK(cut == (extra > 0));
        if (!cut) continue;
        std::string text;
        for (const json::value& element :
             body.at("blocks").at(1).at("elements").at(0).at("elements").as_array())
            text += std::string(element.at("text").as_string());
        REQUIRE(text.ends_with("…"));
        CHECK((text.size() - 3 - 6) % family.size() == 0);
    }
}

TEST_CASE("a header at its limit counts what it is after escaping") {
    for (const std::size_t length : {100U, 148U, 149U, 150U, 151U, 1500U}) {
        NotifiedAlert notified = seed_alert();
        notified.alert.evidence[0].author_name = "A";
        notified.alert.story_title = std::string(length, '&');
        read(body_of(notification_of(notified)));
        notified.alert.story_title = std::string(length, 'x');
        read(body_of(notification_of(notified)));
    }
}

TEST_CASE("many alerts with long texts stay under every limit of Slack") {
    NotifiedAlert big = seed_alert();
    Evidence& evidence = big.alert.evidence[0];
    evidence.text.clear();
    for (int i = 0; i < 4000; ++i) evidence.text += "<&> 国事访问 ";
    evidence.highlights = {highlight_of(evidence.text, "国事访问")};
    evidence.author_name = std::string(500, '&');
    evidence.org = std::string(500, '<');
    big.alert.story_title = std::string(500, '>');
    for (const std::size_t count : {1U, 2U, 5U, 9U, 10U, 11U, 40U}) {
        INFO(count);
        Notification notification = notification_of(big);
        notification.alerts.assign(count, big);
        notification.more = 7;
        const std::vector<std::string> mentions(20, "<!subteam^S0614TZR7S0614TZR7S061>");
        const Reader reader = read(body_of(notification, mentions));
        CHECK(reader.shown.find("more alert") != std::string::npos);
    }
    NotifiedAlert many = seed_alert();
    many.alert.evidence.assign(30, evidence);
    const Reader reader = read(body_of(notification_of(many)));
    CHECK(reader.shown.find("+20 more statements") != std::string::npos);
}

TEST_CASE("a link that Slack would refuse is left out") {
    NotifiedAlert notified = seed_alert();
    notified.alert.evidence[0].url = "https://example.org/" + std::string(4000, 'a');
    CHECK(read(body_of(notification_of(notified))).buttons.empty());
}

TEST_CASE("recorded alerts are rendered within limits and inert") {
    const auto folder = shared_fixtures("notifiers/alerts");
    if (!folder) return;
    for (const char* name : {"seed", "followup", "hostile", "ru", "zh", "graphemes"}) {
        INFO(name);
        const Notification notification =
            read_alert(read_file(*folder / (std::string(name) + ".json")));
        const Reader reader = read(body_of(notification));
        CHECK(reader.commands.empty());
        CHECK(reader.buttons.size() == 1);
    }
}

TEST_CASE("an operational event is shown as plain text that mentions nobody") {
    Notification notification;
    OperationalEvent event;
    event.message = "network: <!channel> refused";
    event.labels = {{"source", "mfa"}, {"kind", "feed"}};
    notification.events.push_back(event);
    const std::string body = slack_body(make_message(notification, "UTC"), {});
    CHECK_THAT(body, Catch::Contains("source_failing: source mfa (feed)"));
    CHECK_THAT(body, Catch::Contains("since 1 Jan 1970"));
    CHECK_THAT(body, !Catch::Contains("<!channel>"));
}
