#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "connectors/json.hpp"
#include "model/statement.hpp"

// Posts of the AT Protocol as its app views show them (lexicons app.bsky.feed.defs,
// app.bsky.embed.* and app.bsky.richtext.facet).

namespace spokeswatch {

// The parts of "at://<did>/<collection>/<rkey>"; nullopt for anything else.
struct AtUri {
    std::string did, collection, rkey;
};
std::optional<AtUri> parse_at_uri(std::string_view uri);

// "did:plc:..." or "did:web:...", with nothing in it that an address could not hold.
bool is_did(std::string_view text);

struct BlueskyPage {
    std::vector<Statement> statements;  // in document order; pins are left out
    std::size_t count = 0;              // of all entries
    std::string cursor;                 // of the next older page; empty: there is none
    std::string owner;                  // DID of who posted or reposted the first entry
    bool recovered = false;             // some entries could not be used
    bool withheld = false;  // the owner wants to be seen only by readers who are logged in
};

// A feed, a list of posts, a thread or a single post; at most 500. `lang` is what the operator
// declared. malformed: something else, or nothing of it can be used.
Result<BlueskyPage> parse_bluesky_page(Json root, const std::string& lang);

}  // namespace spokeswatch
