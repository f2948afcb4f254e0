#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "model/source.hpp"

namespace spokeswatch {

// What can be wrong with the service itself. Told to those who run it, by a route of its own, and
// never mixed with alerts, which are about statements.
enum class Event {
    source_failing,    // cannot be read for a while
    source_auth,       // its credential is refused, or what it reads is closed to it
    source_gone,       // the account, channel or page does not exist any more
    source_quiet,      // works, and says far less than it used to
    schema_changed,    // answers, but with something else than its kind can read
    gap,               // statements were missed
    quota_exhausted,   // the quota of its credential is used up
    receiver_failing,  // a target takes no notifications
};
std::string_view to_string(Event event);
std::optional<Event> parse_event(std::string_view text);

// One event, from when it began until it ended. There is at most one open one of an event and a
// subject.
struct OperationalEvent {
    std::string id;  // ULID
    Event event = Event::source_failing;
    std::string subject;    // name of the source, id of the target
    std::string message;    // what is wrong, for people: one line without secrets
    std::string body_file;  // where the answer that could not be read was saved; may be empty
    Labels labels;  // `event`, `source` or `receiver`, `kind`, and those of the source: routes see
                    // them
    Time since{};
    std::optional<Time> ended_at;  // nullopt: it lasts

    bool operator==(const OperationalEvent&) const = default;
};

}  // namespace spokeswatch
