#pragma once

#include <string>
#include <string_view>

#include "model/notification.hpp"

namespace spokeswatch {

inline constexpr std::size_t payload_bytes_max = 64 * 1024;

// Whether a notification can be a payload: exactly one alert, or one operational event.
inline bool is_single(const Notification& notification) {
    return notification.alerts.size() + notification.events.size() == 1;
}

// What programs get, by webhook and by file: {"type": "alert.created|alert.updated", "timestamp":
// when the notification was made, "data": {alert}}, with "id" first where `with_id` says so and
// "test": true for a test. One line of JSON, raw UTF-8, the same bytes at every attempt.
//
// At most payload_bytes_max: a longer one has the texts of its statements cut between graphemes,
// then loses its oldest statements, and says "truncated": true in `data`. A `minimal` notification
// carries no texts at all.
//
// An operational event is "operation.started" or "operation.ended" with `data` of its own
// (event_data_json). The notification must hold exactly one alert or event.
std::string notification_payload(
    const Notification& notification, std::string_view external_url, bool with_id
);

}  // namespace spokeswatch
