#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "notifiers/message.hpp"

// Body of a Slack incoming webhook. Lengths are UTF-16 units after escaping, which is right under
// either reading of Slack's "characters".

namespace spokeswatch {

namespace slack {

inline constexpr std::size_t header_units_max = 150;
inline constexpr std::size_t section_units_max = 3000;
inline constexpr std::size_t url_units_max = 3000;
inline constexpr std::size_t all_text_units_max = 12'000;  // undocumented; 13,200 is refused
inline constexpr std::size_t blocks_max = 50;
inline constexpr std::size_t fallback_units_max = 1000;

}  // namespace slack

// & < > and nothing else, once: what Slack asks for in every text object.
std::string escape_slack(std::string_view text);

// What people wrote goes into rich_text and plain_text only, where Slack looks for no markup; text
// that Slack does read for markup (`text`, mrkdwn) is escaped. `mentions` are the operator's own
// ("<@U1>", "<!here>") and go in as they are.
std::string slack_body(const Message& message, const std::vector<std::string>& mentions);

// Title and link alone, for a message whose blocks were refused.
std::string slack_minimal_body(const Message& message);

}  // namespace spokeswatch
