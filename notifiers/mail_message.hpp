#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/notification.hpp"
#include "notifiers/mime.hpp"

namespace spokeswatch {

struct MailSetup {
    Mailbox from;
    Mailbox to;
    std::optional<Mailbox> reply_to;
    std::string zone;  // IANA name
};

// Mail clients cut long messages (Gmail at 102 KB of HTML) and hide the end.
inline constexpr std::size_t mail_html_bytes_max = 90'000;

// The whole RFC 5322 message with CRLF line ends, not dot-stuffed: text first and HTML last,
// matches marked in the HTML. Message-ID comes from the notification's key, so that every attempt
// has the same one; an update answers the first message of its thread, under that one's subject. A
// minimal notification has one plain part: title and link.
std::string mail_message(const Notification& notification, const MailSetup& setup);

// "<key@domain>".
std::string message_id(std::string_view key, std::string_view domain);

}  // namespace spokeswatch
