#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/alert.hpp"
#include "model/operation.hpp"

namespace spokeswatch {

// Why an alert is in a notification.
enum class Change { created, evidence, severity, edit, deletion };
std::string_view to_string(Change change);  // created evidence severity edit delete
std::optional<Change> parse_change(std::string_view text);

// One alert as a notification tells it: with the evidence that was not announced there before
// (all of it for `created`).
struct NotifiedAlert {
    Alert alert;
    std::vector<Change> changed;  // in the order of the enum; {created} alone for a new alert

    [[nodiscard]] bool is_new() const { return !changed.empty() && changed[0] == Change::created; }
};

// One message to one target. Membership, id and payload are frozen when the row is written, so
// that every attempt and every restart sends the same thing under the same key.
struct Notification {
    std::string key;       // delivery key "sw-<id>-<target>-<sequence>": no dot, constant
    std::string receiver;  // name in the configuration
    std::string target;    // which of the receiver's targets: "slack_0", "email_0_1f3a", ...
    std::vector<NotifiedAlert> alerts;     // one; several when grouped or merged
    std::vector<OperationalEvent> events;  // instead of alerts: about the service itself
    std::size_t more = 0;                  // merged alerts or events, counted and not shown
    std::string thread_key;      // key of the first notification of this thread; empty for a first
    std::string thread_remote;   // remote id of that first notification, once it is known
    std::string thread_subject;  // title the first one was sent under
    Time created_at{};
    bool minimal = false;  // the full form was refused: send title and link only
    bool test = false;     // `receivers test`
    Duration waited{};     // since created_at, at this attempt; not part of the stored form
    int attempt = 1;       // 1 for the first; not part of the stored form
};

// JSON of a notification for the store; reads back equal. nullopt: not what we wrote.
std::string to_json(const Notification& notification);
std::optional<Notification> notification_from_json(std::string_view json);

// The webhook body of design "data": {id, rule, severity, story, labels, ...}; `changed` only in
// an update. `external_url` may be empty (then absent).
std::string alert_data_json(const NotifiedAlert& alert, std::string_view external_url);

// The body of an operational event: {id, event, subject, message, labels, since, ended_at,
// body_file}.
std::string event_data_json(const OperationalEvent& event, std::string_view external_url);

// What an attempt came to (the words of the receivers' answer tables).
enum class Verdict {
    delivered,
    retry,              // transient, no hint
    retry_after,        // transient, with a hint that holds for the whole bucket
    permanent_message,  // this body will never be accepted
    permanent_target,   // credential, channel or URL is dead
    retarget,           // the answer names a new address
    partial,            // some recipients took it, others may be retried
    ambiguous,          // the request may have been acted on
};
std::string_view to_string(Verdict verdict);
std::optional<Verdict> parse_verdict(std::string_view text);

struct Answer {
    Verdict verdict = Verdict::retry;
    std::string detail;     // for people: status and a short, escaped piece of the answer
    std::string remote_id;  // ts, message id, queue id
    std::optional<std::chrono::milliseconds> retry_after;
    std::string new_target;  // for retarget
};

}  // namespace spokeswatch
