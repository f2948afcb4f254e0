#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "connectors/json.hpp"
#include "model/statement.hpp"

// Statuses and accounts of the Mastodon API (docs.joinmastodon.org/entities), in the dialects of
// Mastodon, Pleroma, Akkoma, GoToSocial, Pixelfed and Truth Social.

namespace spokeswatch {

// Of a status or an account: something that can be a part of an address.
bool is_mastodon_id(std::string_view id);

struct MastodonPage {
    std::vector<Statement> statements;  // what everybody may read, in document order
    std::size_t count = 0;              // of all statuses
    std::string newest, oldest;         // ids among all statuses; empty when there are none
    bool recovered = false;             // some could not be used
};

// A list of statuses, or a single one; at most 500. `lang` is what the operator declared.
// malformed: something else, or nothing of it can be used.
Result<MastodonPage> parse_mastodon_page(Json root, const std::string& lang);

struct MastodonAccount {
    std::string id;
    bool suspended = false;
    std::string note;  // what the operator should know: it moved, it asks not to be indexed
};

// nullopt: not an account.
std::optional<MastodonAccount> parse_mastodon_account(Json account);

// `content` with what a reader does not see marked as hidden, for html_to_text: the scheme and the
// tail of shortened links, and, where the quoted status is known, the link that stands for it.
// Links of hashtags and mentions lose their address.
std::string mastodon_markup(std::string_view content, bool has_quote);

}  // namespace spokeswatch
