#pragma once

#include <optional>
#include <string>

#include "connectors/node.hpp"
#include "model/statement.hpp"

namespace spokeswatch {

// One `.tgme_widget_message` of a channel preview or a post widget; nullopt when it has no usable
// id. `base` resolves relative links, `lang` is what the operator declared.
std::optional<Statement> parse_telegram_message(
    Node message, const std::string& base, const std::string& lang
);

}  // namespace spokeswatch
