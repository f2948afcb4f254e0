#include "model/notification.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/json.hpp>

#include "model/enum_names.hpp"
#include "model/highlight_json.hpp"

namespace spokeswatch {

namespace json = boost::json;

namespace {

constexpr EnumNames<5> change_names{"created", "evidence", "severity", "edit", "delete"};
constexpr EnumNames<8> verdict_names{
    "delivered",
    "retry",
    "retry_after",
    "permanent_message",
    "permanent_target",
    "retarget",
    "partial",
    "ambiguous",
};

// ---- Writing: empty text and unknown time are absent ---------------------------------------

void put(json::object& object, std::string_view key, const std::string& text) {
    if (!text.empty()) object.emplace(key, text);
}

void put(json::object& object, std::string_view key, const std::optional<Time>& time) {
    if (time) object.emplace(key, format_time(*time));
}

json::object labels_object(const Labels& labels) {
    json::object out;
    for (const auto& [name, value] : labels) out.emplace(name, value);
    return out;
}

json::array changes_array(const std::vector<Change>& changes) {
    json::array out;
    for (const Change change : changes) out.emplace_back(to_string(change));
    return out;
}

// The public form; the stored one adds to it.
json::object evidence_object(const Evidence& evidence) {
    json::object out;
    put(out, "source", evidence.source);
    put(out, "org", evidence.org);
    put(out, "kind", evidence.kind);
    out.emplace("form", to_string(evidence.form));
    put(out, "native_id", evidence.native_id);
    put(out, "url", evidence.url);
    put(out, "author_handle", evidence.author_handle);
    put(out, "author_name", evidence.author_name);
    put(out, "lang", evidence.lang);
    put(out, "title", evidence.title);
    put(out, "text", evidence.text);
    put(out, "published_at", evidence.published_at);
    out.emplace("observed_at", format_time(evidence.observed_at));
    put(out, "edited_at", evidence.edited_at);
    out.emplace("highlights", to_json(evidence.highlights));
    put(out, "note", evidence.note);
    return out;
}

// What the public and the stored form of an alert begin with.
json::object alert_object(const Alert& alert) {
    json::object story;
    story.emplace("id", alert.story_id);
    put(story, "title", alert.story_title);
    json::object out;
    out.emplace("id", alert.id);
    out.emplace("rule", alert.rule);
    out.emplace("severity", to_string(alert.severity));
    out.emplace("story", std::move(story));
    out.emplace("labels", labels_object(alert.labels));
    out.emplace("first_seen_at", format_time(alert.first_seen_at));
    return out;
}

json::object event_object(const OperationalEvent& event) {
    json::object out;
    out.emplace("id", event.id);
    out.emplace("event", to_string(event.event));
    out.emplace("subject", event.subject);
    out.emplace("message", event.message);
    out.emplace("labels", labels_object(event.labels));
    out.emplace("since", format_time(event.since));
    put(out, "ended_at", event.ended_at);
    put(out, "body_file", event.body_file);
    return out;
}

// Who has said it, in order of first appearance. One voice is enough to confirm an alert, so there
// is no moment of confirmation to tell of.
json::object corroboration_object(const Alert& alert) {
    json::array orgs;
    for (const Evidence& evidence : alert.evidence) {
        const bool known = std::any_of(orgs.begin(), orgs.end(), [&](const json::value& org) {
            return org.get_string() == evidence.org;
        });
        if (!known && !evidence.org.empty()) orgs.emplace_back(evidence.org);
    }
    json::object out;
    out.emplace("orgs", std::move(orgs));
    out.emplace("at_least", 1);
    return out;
}

// ---- Reading what to_json wrote: anything else throws, and is caught in one place ----------

std::string get_text(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value == nullptr ? std::string() : std::string(value->as_string());
}

std::optional<Time> get_time(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    if (value == nullptr) return std::nullopt;
    return parse_time(value->as_string()).value();
}

Evidence get_evidence(const json::object& object) {
    Evidence out;
    out.source = get_text(object, "source");
    out.kind = get_text(object, "kind");
    out.org = get_text(object, "org");
    out.form = parse_form(object.at("form").as_string()).value();
    out.native_id = get_text(object, "native_id");
    out.revision = object.at("revision").to_number<std::int64_t>();
    out.url = get_text(object, "url");
    out.author_handle = get_text(object, "author_handle");
    out.author_name = get_text(object, "author_name");
    out.lang = get_text(object, "lang");
    out.title = get_text(object, "title");
    out.text = get_text(object, "text");
    out.published_at = get_time(object, "published_at");
    out.observed_at = get_time(object, "observed_at").value();
    out.edited_at = get_time(object, "edited_at");
    out.late = object.at("late").as_bool();
    out.highlights = highlights_from_json(object.at("highlights"));
    out.note = get_text(object, "note");
    return out;
}

Labels get_labels(const json::object& object) {
    Labels out;
    for (const json::key_value_pair& label : object.at("labels").as_object())
        out.emplace(label.key(), label.value().as_string());
    return out;
}

OperationalEvent get_event(const json::object& object) {
    OperationalEvent out;
    out.id = get_text(object, "id");
    out.event = parse_event(object.at("event").as_string()).value();
    out.subject = get_text(object, "subject");
    out.message = get_text(object, "message");
    out.labels = get_labels(object);
    out.since = get_time(object, "since").value();
    out.ended_at = get_time(object, "ended_at");
    out.body_file = get_text(object, "body_file");
    return out;
}

NotifiedAlert get_notified_alert(const json::object& object) {
    NotifiedAlert out;
    Alert& alert = out.alert;
    alert.id = get_text(object, "id");
    alert.rule = get_text(object, "rule");
    alert.severity = parse_severity(object.at("severity").as_string()).value();
    alert.story_id = get_text(object.at("story").as_object(), "id");
    alert.story_title = get_text(object.at("story").as_object(), "title");
    alert.labels = get_labels(object);
    alert.first_seen_at = get_time(object, "first_seen_at").value();
    for (const json::value& each : object.at("evidence").as_array())
        alert.evidence.push_back(get_evidence(each.as_object()));
    for (const json::value& each : object.at("changed").as_array())
        out.changed.push_back(parse_change(each.as_string()).value());
    return out;
}

Notification get_notification(const json::object& object) {
    Notification out;
    out.key = get_text(object, "key");
    out.receiver = get_text(object, "receiver");
    out.target = get_text(object, "target");
    for (const json::value& each : object.at("alerts").as_array())
        out.alerts.push_back(get_notified_alert(each.as_object()));
    // Rows of versions that had no events hold none.
    if (const json::value* events = object.if_contains("events"))
        for (const json::value& each : events->as_array())
            out.events.push_back(get_event(each.as_object()));
    out.more = object.at("more").to_number<std::size_t>();
    out.thread_key = get_text(object, "thread_key");
    out.thread_remote = get_text(object, "thread_remote");
    out.thread_subject = get_text(object, "thread_subject");
    out.created_at = get_time(object, "created_at").value();
    out.minimal = object.at("minimal").as_bool();
    out.test = object.at("test").as_bool();
    return out;
}

}  // namespace

std::string_view to_string(Change change) { return enum_name(change_names, change); }
std::optional<Change> parse_change(std::string_view text) {
    return enum_value<Change>(change_names, text);
}

std::string_view to_string(Verdict verdict) { return enum_name(verdict_names, verdict); }
std::optional<Verdict> parse_verdict(std::string_view text) {
    return enum_value<Verdict>(verdict_names, text);
}

std::string to_json(const Notification& notification) {
    json::array alerts;
    for (const NotifiedAlert& each : notification.alerts) {
        json::object alert = alert_object(each.alert);
        json::array evidence;
        for (const Evidence& one : each.alert.evidence) {
            json::object item = evidence_object(one);
            item.emplace("revision", one.revision);
            item.emplace("late", one.late);
            evidence.push_back(std::move(item));
        }
        alert.emplace("evidence", std::move(evidence));
        alert.emplace("changed", changes_array(each.changed));
        alerts.push_back(std::move(alert));
    }
    json::object out;
    put(out, "key", notification.key);
    put(out, "receiver", notification.receiver);
    put(out, "target", notification.target);
    out.emplace("alerts", std::move(alerts));
    json::array events;
    for (const OperationalEvent& event : notification.events) events.push_back(event_object(event));
    if (!events.empty()) out.emplace("events", std::move(events));
    out.emplace("more", notification.more);
    put(out, "thread_key", notification.thread_key);
    put(out, "thread_remote", notification.thread_remote);
    put(out, "thread_subject", notification.thread_subject);
    out.emplace("created_at", format_time(notification.created_at));
    out.emplace("minimal", notification.minimal);
    out.emplace("test", notification.test);
    return json::serialize(out);
}

std::optional<Notification> notification_from_json(std::string_view text) {
    try {
        return get_notification(json::parse(text).as_object());
    } catch (const std::exception&) {
        return std::nullopt;
    }
}

std::string alert_data_json(const NotifiedAlert& alert, std::string_view external_url) {
    json::object out = alert_object(alert.alert);
    if (!external_url.empty()) out.emplace("external_url", external_url);
    out.emplace("corroboration", corroboration_object(alert.alert));
    json::array evidence;
    for (const Evidence& each : alert.alert.evidence) evidence.push_back(evidence_object(each));
    out.emplace("evidence", std::move(evidence));
    if (!alert.is_new()) out.emplace("changed", changes_array(alert.changed));
    return json::serialize(out);
}

std::string event_data_json(const OperationalEvent& event, std::string_view external_url) {
    json::object out = event_object(event);
    if (!external_url.empty()) out.emplace("external_url", external_url);
    return json::serialize(out);
}

}  // namespace spokeswatch
