#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "model/notification.hpp"

// What a notification says to people, before any service's syntax: every text here is cleaned for
// display and still unescaped. A notifier cuts first and escapes after, so that no cut falls into
// an escape.

namespace spokeswatch {

inline constexpr std::size_t alerts_shown_max = 10;
inline constexpr std::size_t events_shown_max = 10;
inline constexpr std::size_t statements_shown_max = 10;
inline constexpr std::size_t marks_max = 100;  // in one text; later ones are shown unmarked

// A stretch of text; `marked` where a rule's term was found.
struct Piece {
    std::string text;
    bool marked = false;

    bool operator==(const Piece&) const = default;
};

std::string joined(const std::vector<Piece>& pieces);

// The longest beginning of `pieces` that ends between graphemes and whose joined text, with "…"
// when anything was cut, measures at most `limit`. See text/truncate.hpp for `measure`.
std::vector<Piece> cut(
    const std::vector<Piece>& pieces,
    std::size_t limit,
    const std::function<std::size_t(std::string_view)>& measure
);

// `original` cleaned for display and split at the highlights of `field`. Their offsets count code
// points of `original`. Isolates that are not closed are removed.
std::vector<Piece> marked_pieces(
    std::string_view original, const std::vector<Highlight>& highlights, std::string_view field
);

// Around a text that holds right-to-left letters or bidi controls: FSI and PDI, so that it cannot
// reorder what stands beside it. Any other text comes back as it is. For plain text; HTML has bdi.
std::vector<Piece> isolated(std::vector<Piece> pieces);

// One statement of an alert.
struct MessageStatement {
    std::string who;           // "Hua Chunying (@SpokespersonCHN), MFA China"
    std::string from;          // "source hua_chunying (x), reply, language zh"
    std::string times;         // "published 17 Mar 2023 10:03 CET (09:03 UTC), seen ..."
    std::string matched;       // the terms found, "state visit, Putin"; may be empty
    std::vector<Piece> title;  // empty when the text begins with the same words
    std::vector<Piece> text;
    std::string link;  // encoded http(s) URL; empty when there is none
};

struct MessageAlert {
    std::string rule;
    Severity severity = Severity::warning;
    std::string heading;  // "MFA China: At the invitation of President Vladimir Putin ..."
    std::string change;   // what is new in an update or remarkable in an alert; may be empty
    std::vector<MessageStatement> statements;  // oldest first
    std::size_t more_statements = 0;           // not shown
};

struct Message {
    std::string title;    // one line; the same at every attempt
    std::string delayed;  // "delayed by 3 h" when it goes out more than 15 min after its time
    Severity severity = Severity::info;  // the highest of its alerts
    std::vector<MessageAlert> alerts;
    std::size_t more_alerts = 0;  // not shown
    // Instead of alerts: what operational events say, each a line of its own.
    std::vector<std::string> events;
    std::size_t more_events = 0;  // not shown
};

// The title alone: what the first message of a thread was sent under. Not cut to any service's
// limit, but at most about 250 code points.
std::string notification_title(const Notification& notification);

// `zone`: IANA name for times.
Message make_message(const Notification& notification, const std::string& zone);

// The refused message's last form: title and link, plain text, at most 500 bytes.
std::string minimal_text(const Message& message);

}  // namespace spokeswatch
