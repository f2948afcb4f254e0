#include "model/notification.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

using namespace spokeswatch;

namespace {

Evidence evidence(const std::string& source, const std::string& org) {
    Evidence out;
    out.source = source;
    out.kind = "feed";
    out.org = org;
    out.form = Form::article;
    out.native_id = "id-1";
    out.revision = 2;
    out.url = "https://example.org/1";
    out.author_handle = "mfa";
    out.author_name = "外交部";
    out.lang = "en";
    out.title = "State visit";
    out.text = "A \"state visit\"\nto Moscow \U0001F525";
    out.published_at = parse_time("2023-03-17T09:00:00Z");
    out.observed_at = parse_time("2023-03-17T09:00:04.125Z").value();
    out.edited_at = parse_time("2023-03-17T09:01:00Z");
    out.late = true;
    out.highlights = {
        Highlight{"title", 0, 11, "state visit"}, Highlight{"text", 3, 14, "state visit"}};
    return out;
}

NotifiedAlert notified_alert(std::vector<Change> changed) {
    NotifiedAlert out;
    out.alert.id = "01GVQ0000000000000000000AA";
    out.alert.rule = "xi_visits_russia";
    out.alert.severity = Severity::critical;
    out.alert.story_id = "01GVQ0000000000000000000BB";
    out.alert.story_title = "State visit";
    out.alert.labels = {{"country", "CN"}, {"org", "mfa"}};
    out.alert.first_seen_at = parse_time("2023-03-17T09:00:04Z").value();
    out.alert.evidence = {
        evidence("mfa_feed", "mfa"),
        evidence("mfa_telegram", "mfa"),
        evidence("kremlin", "kremlin")};
    out.changed = std::move(changed);
    return out;
}

Notification notification() {
    Notification out;
    out.key = "sw-01GVQ-slack-1-1";
    out.receiver = "desk";
    out.target = "slack-1";
    out.alerts = {
        notified_alert({Change::created}), notified_alert({Change::evidence, Change::deletion})};
    out.more = 3;
    out.thread_key = "sw-01GVP-slack-1-1";
    out.thread_remote = "1679043604.000100";
    out.thread_subject = "[critical] State visit";
    out.created_at = parse_time("2023-03-17T09:00:05Z").value();
    out.minimal = true;
    out.test = true;
    out.attempt = 4;
    return out;
}

}  // namespace

TEST_CASE("a notification reads back from its JSON as it was, apart from the attempt") {
    const Notification before = notification();
    const std::string json = to_json(before);
    const auto after = notification_from_json(json);
    REQUIRE(after);
    CHECK(after->attempt == 1);
    CHECK(to_json(*after) == json);

    CHECK(after->key == before.key);
    CHECK(after->receiver == before.receiver);
    CHECK(after->target == before.target);
    CHECK(after->more == before.more);
    CHECK(after->thread_key == before.thread_key);
    CHECK(after->thread_remote == before.thread_remote);
    CHECK(after->thread_subject == before.thread_subject);
    CHECK(after->created_at == before.created_at);
    CHECK(after->minimal);
    CHECK(after->test);
    REQUIRE(after->alerts.size() == 2);
    CHECK(after->alerts[0].is_new());
    CHECK(after->alerts[1].changed == before.alerts[1].changed);

    const Alert& alert = after->alerts[0].alert;
    CHECK(alert.id == before.alerts[0].alert.id);
    CHECK(alert.rule == "xi_visits_russia");
    CHECK(alert.severity == Severity::critical);
    CHECK(alert.story_id == before.alerts[0].alert.story_id);
    CHECK(alert.story_title == "State visit");
    CHECK(alert.labels == before.alerts[0].alert.labels);
    CHECK(alert.first_seen_at == before.alerts[0].alert.first_seen_at);
    REQUIRE(alert.evidence.size() == 3);

    const Evidence expected = evidence("kremlin", "kremlin");
    const Evidence& read = alert.evidence[2];
    CHECK(read.source == expected.source);
    CHECK(read.kind == expected.kind);
    CHECK(read.org == expected.org);
    CHECK(read.form == expected.form);
    CHECK(read.native_id == expected.native_id);
    CHECK(read.revision == expected.revision);
    CHECK(read.url == expected.url);
    CHECK(read.author_handle == expected.author_handle);
    CHECK(read.author_name == expected.author_name);
    CHECK(read.lang == expected.lang);
    CHECK(read.title == expected.title);
    CHECK(read.text == expected.text);
    CHECK(read.published_at == expected.published_at);
    CHECK(read.observed_at == expected.observed_at);
    CHECK(read.edited_at == expected.edited_at);
    CHECK(read.late);
    CHECK(read.highlights == expected.highlights);
}

TEST_CASE("a notification with nothing in it reads back too") {
    const auto after = notification_from_json(to_json(Notification{}));
    REQUIRE(after);
    CHECK(after->alerts.empty());
    CHECK_FALSE(after->test);
}

TEST_CASE("what is not a stored notification is refused") {
    std::string wrong_severity = to_json(notification());
    wrong_severity.replace(wrong_severity.find("critical"), 8, "terrible");
    std::string wrong_time = to_json(notification());
    wrong_time.replace(wrong_time.find("2023-03-17"), 10, "2023-02-30");
    for (const std::string& text :
         {std::string(),
          std::string("[]"),
          std::string("{}"),
          std::string("{"),
          wrong_severity,
          wrong_time})
        CHECK_FALSE(notification_from_json(text));
}

TEST_CASE("the webhook's data has the agreed keys in the agreed order") {
    NotifiedAlert alert = notified_alert({Change::created});
    alert.alert.evidence.resize(1);
    CHECK(
        alert_data_json(alert, "https://watch.example/alerts/1") ==
        R"({"id":"01GVQ0000000000000000000AA","rule":"xi_visits_russia","severity":"critical",)"
        R"("story":{"id":"01GVQ0000000000000000000BB","title":"State visit"},)"
        R"("labels":{"country":"CN","org":"mfa"},"first_seen_at":"2023-03-17T09:00:04Z",)"
        R"("external_url":"https://watch.example/alerts/1",)"
        R"("corroboration":{"orgs":["mfa"],"at_least":1},)"
        R"("evidence":[{"source":"mfa_feed","org":"mfa","kind":"feed","form":"article",)"
        R"("native_id":"id-1","url":"https://example.org/1","author_handle":"mfa",)"
        R"("author_name":"外交部","lang":"en","title":"State visit",)"
        R"("text":"A \"state visit\"\nto Moscow 🔥","published_at":"2023-03-17T09:00:00Z",)"
        R"("observed_at":"2023-03-17T09:00:04.125Z","edited_at":"2023-03-17T09:01:00Z",)"
        R"("highlights":[{"field":"title","start":0,"end":11,"term":"state visit"},)"
        R"({"field":"text","start":3,"end":14,"term":"state visit"}]}]})"
    );
}

TEST_CASE("an update says what changed, a new alert does not") {
    const std::string updated =
        alert_data_json(notified_alert({Change::evidence, Change::severity, Change::deletion}), "");
    CHECK(updated.find(R"("changed":["evidence","severity","delete"])") != std::string::npos);
    CHECK(updated.find("external_url") == std::string::npos);
    CHECK(
        alert_data_json(notified_alert({Change::created}), "").find("changed") == std::string::npos
    );
}

TEST_CASE("each org corroborates once, and evidence stays oldest first") {
    const auto data =
        boost::json::parse(alert_data_json(notified_alert({Change::created}), "")).as_object();
    CHECK(boost::json::serialize(data.at("corroboration").at("orgs")) == R"(["mfa","kremlin"])");
    const auto& shown = data.at("evidence").as_array();
    REQUIRE(shown.size() == 3);
    CHECK(shown[0].at("source") == "mfa_feed");
    CHECK(shown[2].at("source") == "kremlin");
}

TEST_CASE("the names of changes and verdicts are read back") {
    for (const char* name : {"created", "evidence", "severity", "edit", "delete"})
        CHECK(to_string(parse_change(name).value()) == name);
    for (const char* name :
         {"delivered",
          "retry",
          "retry_after",
          "permanent_message",
          "permanent_target",
          "retarget",
          "partial",
          "ambiguous"})
        CHECK(to_string(parse_verdict(name).value()) == name);
    CHECK_FALSE(parse_change("deletion"));
    CHECK_FALSE(parse_verdict(""));
}

TEST_CASE("a notification about operational events is read back, and says what programs need") {
    OperationalEvent event;
    event.id = "01GVQ";
    event.event = Event::schema_changed;
    event.subject = "mfa";
    event.message = "malformed: no <rss>";
    event.body_file = "/var/lib/spokeswatch/unread_answers/mfa.body";
    event.labels = {{"source", "mfa"}, {"event", "schema_changed"}};
    event.since = *parse_time("2023-03-17T09:00:00Z");
    Notification notification;
    notification.key = "sw-01GVQ-slack-1-1";
    notification.created_at = event.since;
    notification.events.push_back(event);
    notification.events.push_back(event);
    notification.events[1].ended_at = event.since + std::chrono::hours(1);
    const auto read = notification_from_json(to_json(notification));
    REQUIRE(read);
    CHECK(read->events == notification.events);
    CHECK(read->alerts.empty());

    const auto data = boost::json::parse(event_data_json(event, "https://w.example/")).as_object();
    CHECK(data.at("event") == "schema_changed");
    CHECK(data.at("since") == "2023-03-17T09:00:00Z");
    CHECK(data.at("external_url") == "https://w.example/");
    CHECK_FALSE(data.contains("ended_at"));
    CHECK_FALSE(parse_event("source_fine"));
}
