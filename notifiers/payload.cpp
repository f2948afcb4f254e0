#include "notifiers/payload.hpp"

#include <algorithm>

#include <boost/json.hpp>

#include "base/check.hpp"
#include "base/utf8.hpp"
#include "text/truncate.hpp"

namespace spokeswatch {

namespace {

namespace json = boost::json;

// Cuts the text of every statement, and drops the highlights that lay in what is gone.
bool cut_texts(NotifiedAlert& notified, std::size_t bytes_max) {
    bool cut = false;
    for (Evidence& evidence : notified.alert.evidence) {
        if (evidence.text.size() <= bytes_max) continue;
        cut = true;
        evidence.text =
            truncate(evidence.text, bytes_max, [](std::string_view text) { return text.size(); });
        std::size_t kept = code_points(evidence.text);
        if (kept > 0) --kept;  // the ellipsis at its end
        std::erase_if(evidence.highlights, [kept](const Highlight& highlight) {
            return highlight.field == "text" && highlight.end > kept;
        });
    }
    return cut;
}

std::string envelope(
    const Notification& notification, std::string_view type, const std::string& data, bool with_id
) {
    json::object head;
    if (with_id) head["id"] = notification.key;
    head["type"] = type;
    head["timestamp"] = format_time(notification.created_at);
    if (notification.test) head["test"] = true;
    // The objects are joined as text: `data` is written once and never read back.
    std::string body = json::serialize(head);
    body.insert(body.size() - 1, R"(,"data":)" + data);
    return body;
}

std::string alert_envelope(
    const Notification& notification,
    const NotifiedAlert& notified,
    std::string_view external_url,
    bool with_id,
    bool truncated
) {
    std::string data = alert_data_json(notified, external_url);
    if (truncated) data.insert(data.size() - 1, R"(,"truncated":true)");
    const std::string_view type = notified.is_new() ? "alert.created" : "alert.updated";
    return envelope(notification, type, data, with_id);
}

}  // namespace

std::string notification_payload(
    const Notification& notification, std::string_view external_url, bool with_id
) {
    check(is_single(notification), "a payload is about one alert or event");
    if (!notification.events.empty()) {
        const OperationalEvent& event = notification.events[0];
        const std::string_view type = event.ended_at ? "operation.ended" : "operation.started";
        return envelope(notification, type, event_data_json(event, external_url), with_id);
    }
    NotifiedAlert notified = notification.alerts[0];
    bool truncated = notification.minimal && cut_texts(notified, 0);
    std::string body = alert_envelope(notification, notified, external_url, with_id, truncated);

    for (std::size_t text_bytes_max = payload_bytes_max / 2;
         body.size() > payload_bytes_max && text_bytes_max >= 64;
         text_bytes_max /= 2) {
        if (!cut_texts(notified, text_bytes_max)) continue;
        truncated = true;
        body = alert_envelope(notification, notified, external_url, with_id, truncated);
    }
    std::vector<Evidence>& evidence = notified.alert.evidence;
    while (body.size() > payload_bytes_max && evidence.size() > 1) {
        evidence.erase(
            evidence.begin(),
            evidence.begin() + static_cast<std::ptrdiff_t>((evidence.size() + 1) / 2)
        );
        body = alert_envelope(notification, notified, external_url, with_id, true);
    }
    return body;
}

}  // namespace spokeswatch
