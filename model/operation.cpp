#include "model/operation.hpp"

#include "model/enum_names.hpp"

namespace spokeswatch {

namespace {

constexpr EnumNames<8> event_names{
    "source_failing",
    "source_auth",
    "source_gone",
    "source_quiet",
    "schema_changed",
    "gap",
    "quota_exhausted",
    "receiver_failing",
};

}  // namespace

std::string_view to_string(Event event) { return enum_name(event_names, event); }
std::optional<Event> parse_event(std::string_view text) {
    return enum_value<Event>(event_names, text);
}

}  // namespace spokeswatch
