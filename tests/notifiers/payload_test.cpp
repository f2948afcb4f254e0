#include "notifiers/payload.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "base/utf8.hpp"
#include "tests/notifiers/samples.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
namespace json = boost::json;

namespace {

std::string payload(const Notification& notification) {
    return notification_payload(notification, "https://watch.example.org/", false);
}

const json::object& data_of(const json::value& root) { return root.at("data").as_object(); }

}  // namespace

TEST_CASE("a payload names its type, time and data") {
    const json::value root = json::parse(payload(notification_of(seed_alert())));
    CHECK(root.at("type").as_string() == "alert.created");
    CHECK(root.at("timestamp").as_string() == "2023-03-17T09:03:12Z");
    CHECK(data_of(root).at("rule").as_string() == "xi_visits_russia");
    CHECK(data_of(root).at("evidence").at(0).at("text").as_string() == seed_text);
    CHECK_FALSE(data_of(root).contains("truncated"));
    CHECK_FALSE(root.as_object().contains("id"));
    CHECK_FALSE(root.as_object().contains("test"));
}

TEST_CASE("an update says what changed") {
    const json::value root = json::parse(payload(follow_up()));
    CHECK(root.at("type").as_string() == "alert.updated");
    CHECK(json::serialize(data_of(root).at("changed")) == R"(["evidence","severity"])");
}

TEST_CASE("a test is the same payload with a flag") {
    Notification notification = notification_of(seed_alert());
    notification.test = true;
    json::value root = json::parse(payload(notification));
    CHECK(root.at("test").as_bool());
    root.as_object().erase("test");
    CHECK(root == json::parse(payload(notification_of(seed_alert()))));
}

TEST_CASE("a payload is one line of raw UTF-8, the same at every attempt") {
    Notification notification = follow_up();
    const std::string first = payload(notification);
    notification.attempt = 7;
    CHECK(payload(notification) == first);
    CHECK(first.find('\n') == std::string::npos);
    CHECK(first.find("государственным визитом") != std::string::npos);
}

TEST_CASE("a long text is cut between graphemes until the payload fits") {
    const std::string family = "👨‍👩‍👧‍👦";
    Notification notification = notification_of(seed_alert());
    Evidence& evidence = notification.alerts[0].alert.evidence[0];
    evidence.text.clear();
    while (evidence.text.size() < 200'000) evidence.text += family;
    evidence.highlights = {{"text", 0, 7, "x"}, {"text", 50'000, 50'007, "x"}};

    const std::string body = payload(notification);
    CHECK(body.size() <= payload_bytes_max);
    CHECK(body.size() > payload_bytes_max / 4);
    const json::value root = json::parse(body);
    CHECK(data_of(root).at("truncated").as_bool());
    const json::value& shown = data_of(root).at("evidence").at(0);
    const std::string text(shown.at("text").as_string());
    REQUIRE(text.ends_with("…"));
    CHECK((text.size() - 3) % family.size() == 0);
    CHECK(shown.at("highlights").as_array().size() == 1);
}

TEST_CASE("the limit of a payload is exact") {
    Notification notification = notification_of(seed_alert());
    Evidence& evidence = notification.alerts[0].alert.evidence[0];
    evidence.highlights.clear();
    evidence.text = "x";
    const std::size_t others = payload(notification).size() - 1;
    evidence.text.assign(payload_bytes_max - others, 'x');
    CHECK(payload(notification).size() == payload_bytes_max);
    CHECK(payload(notification).find("truncated") == std::string::npos);
    evidence.text += 'x';
    CHECK(payload(notification).size() <= payload_bytes_max);
    CHECK(payload(notification).find(R"("truncated":true)") != std::string::npos);
}

TEST_CASE("of too many statements the newest stay") {
    Notification notification = notification_of(seed_alert());
    std::vector<Evidence>& evidence = notification.alerts[0].alert.evidence;
    for (int i = 0; i < 500; ++i) {
        evidence.push_back(seed_evidence());
        evidence.back().native_id = std::to_string(i);
    }
    const std::string body = payload(notification);
    CHECK(body.size() <= payload_bytes_max);
    const json::value root = json::parse(body);
    CHECK(data_of(root).at("truncated").as_bool());
    const json::array& shown = data_of(root).at("evidence").as_array();
    REQUIRE_FALSE(shown.empty());
    CHECK(shown.back().at("native_id").as_string() == "499");
}

TEST_CASE("the minimal payload has no text") {
    Notification notification = notification_of(seed_alert());
    notification.minimal = true;
    const json::value root = json::parse(payload(notification));
    CHECK(data_of(root).at("truncated").as_bool());
    const json::value& shown = data_of(root).at("evidence").at(0);
    CHECK_FALSE(shown.as_object().contains("text"));
    CHECK(shown.at("url").as_string().starts_with("https://x.com/"));
}

TEST_CASE("an operational event is a type of its own, when it begins and when it is over") {
    Notification notification;
    notification.created_at = *parse_time("2023-03-17T09:03:12Z");
    OperationalEvent event;
    event.id = "01GVQ";
    event.event = Event::source_auth;
    event.subject = "mfa";
    event.since = notification.created_at;
    notification.events.push_back(event);
    json::value root = json::parse(payload(notification));
    CHECK(root.at("type").as_string() == "operation.started");
    CHECK(data_of(root).at("event").as_string() == "source_auth");
    notification.events[0].ended_at = notification.created_at;
    root = json::parse(payload(notification));
    CHECK(root.at("type").as_string() == "operation.ended");
    CHECK(root.at("timestamp").as_string() == "2023-03-17T09:03:12Z");
    CHECK(is_single(notification));
    notification.events.push_back(event);
    CHECK_FALSE(is_single(notification));
}
