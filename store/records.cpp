#include "store/records.hpp"

#include <array>
#include <utility>

namespace spokeswatch {

namespace {

constexpr std::array<std::pair<OutboxState, std::string_view>, 5> outbox_states{{
    {OutboxState::pending, "pending"},
    {OutboxState::sending, "sending"},
    {OutboxState::retry_wait, "retry_wait"},
    {OutboxState::delivered, "delivered"},
    {OutboxState::dead, "dead"},
}};

}  // namespace

std::string_view to_string(OutboxState state) {
    for (const auto& [value, name] : outbox_states)
        if (value == state) return name;
    return "";
}

std::optional<OutboxState> parse_outbox_state(std::string_view text) {
    for (const auto& [value, name] : outbox_states)
        if (name == text) return value;
    return std::nullopt;
}

}  // namespace spokeswatch
