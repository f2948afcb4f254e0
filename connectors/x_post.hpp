#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "connectors/connector.hpp"
#include "connectors/json.hpp"
#include "model/statement.hpp"

// Posts and users of the X API v2 (docs.x.com/x-api), under both names that it has for the fields
// of a post: `referenced_tweets`, `note_tweet`, ... and `referenced_posts`, `note_post`, ...

namespace spokeswatch {

// Decimal digits, and not more of them than an id can have: ids become parts of addresses.
bool is_x_id(std::string_view text);

// One version of a post. An edit is a new version under a new id; the statement's native id is the
// first of all its versions.
struct XPost {
    std::string id;
    Statement statement;
};

struct XPage {
    std::vector<XPost> posts;           // in document order
    std::string newest, oldest;         // ids of versions; empty when there are none
    std::string next_token;             // of the next older page; empty: there is none
    std::size_t missing = 0;            // posts that these point at and X does not show
    std::vector<std::string> withheld;  // countries in which some of them are not shown
    bool recovered = false;             // some could not be used
};

// A timeline, a search, a lookup or a single post; at most 500. `lang` is what the operator
// declared. malformed: something else, or nothing of it can be used.
Result<XPage> parse_x_page(Json root, const std::string& lang);

struct XUser {
    std::string id;
    std::string username;
    bool closed = false;  // its posts are for approved followers
};

// The answer to a lookup of one user or several, of which the first counts. nullopt: another one.
std::optional<XUser> parse_x_user(Json root);

// What a lookup of a post says of it. Only "resource-not-found" is a deletion: a post that is not
// shown may be protected, withheld or of a suspended account.
Presence x_presence(Json root, const std::string& id);

}  // namespace spokeswatch
