#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "connectors/feed_parse.hpp"
#include "connectors/json.hpp"
#include "connectors/newest_first.hpp"

// Posts (t3) and comments (t1) as Reddit's API lists them (reddit.com/dev/api) and as its feeds
// show them. Both give a statement the same id, its fullname.

namespace spokeswatch {

struct RedditListing {
    RankedPage list;        // without what is deleted or removed; `next` is a fullname
    std::string account;    // number of the author ("t2_...") of the first of them
    std::string subreddit;  // number ("t5_...") of its subreddit
};

// A listing, or several in a list; at most 500 posts. malformed: something else, or nothing of it
// can be used.
Result<RedditListing> parse_reddit_listing(Json root, const std::string& lang);

// What a post or comment of a listing says of itself: its author or a moderator took it down.
bool is_deleted_on_reddit(Json data);

// The same for a feed. `secret` (of the feed's own address) is taken out wherever it stands.
RankedPage reddit_feed_page(ParsedFeed feed, const std::string& secret);

}  // namespace spokeswatch
