#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "connectors/node.hpp"
#include "model/statement.hpp"

// A feed document as statements. Pure: no clock, no network.

namespace spokeswatch {

inline constexpr std::size_t feed_bytes_max = 4 * 1024 * 1024;

struct FeedContext {
    std::string url;       // base of relative links: Content-Location, else the URL of the answer
    std::string timezone;  // IANA name for dates without a zone; empty = UTC
    std::string lang;      // declared by the operator; empty = what the feed says
};

struct ParsedFeed {
    std::vector<Statement> statements;  // in document order; the newest 500 when there are more
    std::optional<std::chrono::seconds> refresh_after;  // <ttl>, sy:updatePeriod
    std::set<int> skip_hours;                           // 0 to 23, UTC
    std::set<int> skip_days;                            // 0 = Sunday
    bool recovered = false;
    std::vector<std::string> notes;
};

// RSS 0.9x, 1.0, 2.0, CDF, Atom 0.3, 1.0 and JSON Feed, told apart by what is in them.
// malformed: another document; too_large: over `feed_bytes_max`.
Result<ParsedFeed> parse_feed_document(
    std::string_view bytes, std::string_view header_charset, const FeedContext& context
);

// One format each. `root` is the root element, `text` UTF-8.
ParsedFeed parse_rss(Node root, const FeedContext& context);
ParsedFeed parse_atom(Node root, const FeedContext& context);
Result<ParsedFeed> parse_json_feed(std::string_view text, const FeedContext& context);

// Address of the feed that a web page announces (`<link rel="alternate">`), absolute; empty when it
// announces none.
std::string announced_feed(
    std::string_view page, std::string_view header_charset, const std::string& url
);

}  // namespace spokeswatch
