#include "tests/notifiers/samples.hpp"

#include <boost/json.hpp>

#include "base/check.hpp"
#include "base/utf8.hpp"

namespace spokeswatch::testing {

namespace json = boost::json;

Highlight highlight_of(const std::string& text, const std::string& term) {
    const std::size_t at = text.find(term);
    check(at != std::string::npos, "the term is not in the text");
    const std::size_t start = code_points(std::string_view(text).substr(0, at));
    return {"text", start, start + code_points(term), term};
}

Evidence seed_evidence() {
    Evidence evidence;
    evidence.source = "hua_chunying";
    evidence.kind = "x";
    evidence.org = "MFA China";
    evidence.native_id = "1636500000000000001";
    evidence.url = "https://x.com/SpokespersonCHN/status/1636500000000000001";
    evidence.author_handle = "SpokespersonCHN";
    evidence.author_name = "Hua Chunying 华春莹";
    evidence.lang = "en";
    evidence.text = seed_text;
    evidence.published_at = parse_time("2023-03-17T09:03:00Z");
    evidence.observed_at = *parse_time("2023-03-17T09:03:11.204Z");
    evidence.highlights = {highlight_of(evidence.text, "state visit")};
    return evidence;
}

NotifiedAlert seed_alert() {
    NotifiedAlert notified;
    notified.changed = {Change::created};
    Alert& alert = notified.alert;
    alert.id = "01GVRQ3M5S0Z7Y8X9W6V5T4R3Q";
    alert.rule = "xi_visits_russia";
    alert.severity = Severity::critical;
    alert.story_id = "01GVRQ3M5S0000000000000000";
    alert.story_title = "President Xi Jinping to visit Russia";
    alert.labels = {{"desk", "asia"}};
    alert.first_seen_at = *parse_time("2023-03-17T09:03:11.204Z");
    alert.evidence = {seed_evidence()};
    return notified;
}

Notification notification_of(NotifiedAlert alert) {
    Notification notification;
    notification.key = "sw-" + alert.alert.id + "-slack-0123456789-1";
    notification.receiver = "desk";
    notification.target = "slack-0123456789";
    notification.created_at = *parse_time("2023-03-17T09:03:12Z");
    notification.alerts = {std::move(alert)};
    return notification;
}

Notification follow_up() {
    NotifiedAlert notified = seed_alert();
    notified.changed = {Change::evidence, Change::severity};
    Evidence& evidence = notified.alert.evidence[0];
    evidence.source = "kremlin";
    evidence.kind = "feed";
    evidence.org = "Kremlin";
    evidence.form = Form::article;
    evidence.url = "http://kremlin.ru/events/president/news/70700";
    evidence.author_handle = "";
    evidence.author_name = "Президент России";
    evidence.lang = "ru";
    evidence.title = "Государственный визит Председателя КНР";
    evidence.text = "Си Цзиньпин посетит Россию с государственным визитом.";
    evidence.highlights = {highlight_of(evidence.text, "государственным визитом")};
    Notification notification = notification_of(std::move(notified));
    notification.thread_key = notification.key;
    notification.key.back() = '2';
    notification.thread_subject =
        "[warning] Hua Chunying 华春莹: President Xi Jinping to visit Russia";
    return notification;
}

Notification hostile() {
    NotifiedAlert notified = seed_alert();
    notified.alert.story_title = "state visit <!channel> @everyone\r\nBcc: victim@example.net";
    Evidence& evidence = notified.alert.evidence[0];
    evidence.author_name = "A <!here>\r\nX-Evil: 1 <b>*bold*</b>";
    evidence.author_handle = "a|b>c<@U1>";
    evidence.lang = "en\r\nx";
    evidence.url = "javascript:alert(1)";
    evidence.text =
        "state visit <!channel> <!here> <@U12345> @everyone <script>alert(1)</script> "
        "[x](javascript:alert(1)) <https://evil.example|https://mid.ru> *b* _i_ `c` ~s~ & \"q\" "
        "\u202Egnp.exe \u2066open \x1b[31mred\x1b[0m\r\nDATA\r\n.\r\n..\r\nMAIL FROM:<x@y>\r\n"
        "{{ .Secret }} ${jndi:ldap://x} %s %n </bdi></p><img src=x onerror=alert(1)>";
    evidence.highlights = {highlight_of(evidence.text, "state visit")};
    return notification_of(std::move(notified));
}

std::vector<AnswerRow> read_answer_rows(const std::string& text) {
    std::vector<AnswerRow> rows;
    const json::value table = json::parse(text);
    for (const json::value& value : table.as_array()) {
        const json::object& object = value.as_object();
        AnswerRow& row = rows.emplace_back();
        row.name = std::string(object.at("name").as_string());
        const json::value& status = object.at("status");
        row.status = status.is_string() ? std::stoi(std::string(status.as_string()))
                                        : static_cast<int>(status.as_int64());
        for (const json::key_value_pair& header : object.at("headers").as_object())
            row.headers.emplace_back(header.key(), header.value().as_string());
        row.body = std::string(object.at("body").as_string());
        row.verdict = parse_verdict(object.at("verdict").as_string()).value();
        if (const json::value* wait = object.if_contains("retry_after_ms"))
            row.retry_after = std::chrono::milliseconds(wait->as_int64());
    }
    return rows;
}

Notification read_alert(const std::string& text) {
    const json::value value = json::parse(text);
    const json::object& object = value.as_object();
    const json::object& post = object.at("post").as_object();
    const auto get = [](const json::object& from, const char* key) {
        return std::string(from.at(key).as_string());
    };
    NotifiedAlert notified;
    const bool is_new = get(object, "event") == "alert.created";
    notified.changed = {is_new ? Change::created : Change::evidence};
    notified.alert.id = get(object, "id");
    notified.alert.rule = get(object, "rule");
    notified.alert.severity = Severity::critical;
    notified.alert.story_title = get(object, "title");
    Evidence evidence;
    evidence.source = "recorded";
    evidence.kind = get(post, "platform");
    evidence.native_id = get(post, "id");
    evidence.url = get(post, "url");
    evidence.author_handle = get(post, "account");
    evidence.author_name = get(post, "author");
    evidence.lang = get(post, "language");
    evidence.text = repair_utf8(get(post, "text"));
    evidence.published_at = parse_time(get(post, "published_at"));
    evidence.observed_at = parse_time(get(post, "fetched_at")).value();
    for (const json::value& term : object.at("matched").as_array()) {
        const std::string words(term.as_string());
        if (evidence.text.find(words) != std::string::npos)
            evidence.highlights.push_back(highlight_of(evidence.text, words));
    }
    notified.alert.evidence = {std::move(evidence)};
    return notification_of(std::move(notified));
}

}  // namespace spokeswatch::testing
