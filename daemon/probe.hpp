#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/async.hpp"
#include "base/result.hpp"
#include "net/http_client.hpp"

namespace spokeswatch {

// What an address turned out to be: a source of the configuration, but for its labels.
struct Probed {
    std::string kind;
    std::vector<std::pair<std::string, std::string>> options;  // in the order to be written
    std::string title;                                         // what it calls itself; may be empty

    bool operator==(const Probed&) const = default;
};

// What can be told by the form of an address alone: t.me/CHANNEL, bsky.app/profile/HANDLE,
// @handle.bsky.social, and the pages of a YouTube channel that name its id.
std::optional<Probed> recognise(std::string_view what);

// What `what` is: by its form, else by what is served there: a feed, a page that announces one, or
// an account that WebFinger knows (https://HOST/@USER, @USER@HOST) as one of Mastodon's API. At
// most three requests. `rejected`: something else, with what it is.
awaitable<Result<Probed>> probe(std::string what, HttpClient& http);

// Ready for the configuration: a list of one source, named after what it is.
std::string source_yaml(const Probed& probed);

// A name for a source: the letters, digits and `_` of `text`, at most 64; "source" where nothing
// is left of it.
std::string source_name(std::string_view text);

// `text` as a scalar of YAML that means the same text.
std::string yaml_scalar(std::string_view text);

}  // namespace spokeswatch
