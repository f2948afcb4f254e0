#pragma once

#include <string>
#include <string_view>

#include "model/notification.hpp"

namespace spokeswatch {

inline constexpr std::size_t payload_bytes_max = 64 * 1024;

// What programs get, by webhook and by file: {"type": "alert.created|alert.updated", "timestamp":
// when the notification was made, "data": {alert}}, with "id" first where `with_id` says so and
// "test": true for a test. One line of JSON, raw UTF-8, the same bytes at every attempt.
//
// At most payload_bytes_max: a longer one has the texts of its statements cut between graphemes,
// then loses its oldest statements, and says "truncated": true in `data`. A `minimal` notification
// carries no texts at all. The notification must hold exactly one alert.
std::string alert_payload(
    const Notification& notification, std::string_view external_url, bool with_id
);

}  // namespace spokeswatch
