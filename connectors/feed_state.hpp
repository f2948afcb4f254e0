#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "connectors/feed_parse.hpp"
#include "model/source.hpp"
#include "net/http_client.hpp"

namespace spokeswatch {

// What the feed connector keeps in the cursor between polls: validators, the hash of the last body,
// a permanent redirect under observation, the publisher's schedule, and the identities of items
// whose ids change. The state of another URL or of an older reader is dropped.
class FeedState {
  public:
    FeedState(Cursor since, const std::string& configured_url);

    // Where to ask: the configured URL, or the one it has permanently moved to.
    [[nodiscard]] const std::string& address() const;
    [[nodiscard]] bool moved() const;
    void forget_move();

    // If-None-Match and If-Modified-Since with the bytes that the server gave. A validator that
    // cannot be right (a date in the future, an ETag without quotes) is left out once a day.
    void add_validators(Headers& headers, Time now) const;
    [[nodiscard]] bool same_body(const std::string& body) const;

    // Validators and body hash of a good answer, 304 included.
    void keep_answer(const HttpResponse& response, Time now);

    // Counts answers that came through the same permanent redirect; after three in at least 24
    // hours its target is the address. Returns what the operator should know.
    std::optional<std::string> follow_redirects(const HttpResponse& response, Time now);

    void keep_schedule(const ParsedFeed& feed);
    // The wait that headers and document ask for, at most 24 h; nullopt when they do not.
    [[nodiscard]] std::optional<std::chrono::seconds> poll_after(
        const HttpResponse& response, Time now, Duration interval
    ) const;

    // An item whose id vanished and whose page and title came back under another id is the same
    // item: it gets its old id.
    void keep_identities(std::vector<Statement>& statements);
    // When nothing that was known is left in the document (oldest first), items may have come and
    // gone in between.
    [[nodiscard]] std::optional<Gap> gap_before(const std::vector<Statement>& statements) const;
    [[nodiscard]] bool knows_any() const { return !cursor_.seen.empty(); }
    void remember(const std::string& native_id) { cursor_.remember(native_id); }

    Cursor cursor() && { return std::move(cursor_); }

  private:
    [[nodiscard]] bool doubtful(Time now) const;
    void set(const std::string& key, std::string value);

    Cursor cursor_;
    std::string url_;
    std::string address_;
};

}  // namespace spokeswatch
