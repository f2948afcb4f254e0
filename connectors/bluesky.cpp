#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "base/ascii.hpp"
#include "base/clock.hpp"
#include "connectors/answer.hpp"
#include "connectors/bluesky_post.hpp"
#include "connectors/json.hpp"
#include "connectors/kinds.hpp"
#include "connectors/limits.hpp"
#include "text/url_encoding.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t page_posts = 30;
constexpr std::size_t compared_posts = 20;
constexpr std::chrono::hours resolve_every{24};
constexpr std::chrono::hours compare_every{1};

// "name.example" or "did:plc:..." of "@name.example"; empty when it can be neither.
std::string account_name(std::string text) {
    if (is_did(text)) return text;
    text = ascii_lower(text);
    if (text.starts_with('@')) text.erase(0, 1);
    bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return ascii_alphanumeric(c) || c == '-' || c == '.';
    });
    bool dotted = text.find('.') != std::string::npos;
    return plain && dotted && text.size() <= 253 ? text : std::string();
}

struct Refusal {
    std::string_view error;    // `error` of XRPC
    std::string_view message;  // beginning of `message`; empty: any
    ErrorKind kind;
    std::string_view words;
};
constexpr std::array refusals{
    Refusal{"AccountTakedown", "", ErrorKind::gone, "the account is taken down"},
    Refusal{"RepoTakendown", "", ErrorKind::gone, "the account is taken down"},
    Refusal{"AccountSuspended", "", ErrorKind::gone, "the account is suspended"},
    Refusal{"RepoSuspended", "", ErrorKind::gone, "the account is suspended"},
    Refusal{"AccountDeactivated", "", ErrorKind::gone, "its owner has switched the account off"},
    Refusal{"RepoDeactivated", "", ErrorKind::gone, "its owner has switched the account off"},
    Refusal{"RepoNotFound", "", ErrorKind::gone, "there is no such account"},
    Refusal{"InvalidRequest", "Profile not found", ErrorKind::gone, "there is no such account"},
    Refusal{"InvalidRequest", "Could not find repo", ErrorKind::gone, "there is no such account"},
    Refusal{"InvalidRequest", "Unable to resolve handle", ErrorKind::gone, "nobody has the handle"},
    Refusal{"BlockedActor", "", ErrorKind::forbidden, "the account blocks the reader"},
    Refusal{"BlockedByActor", "", ErrorKind::forbidden, "the account blocks the reader"},
    Refusal{"RateLimitExceeded", "", ErrorKind::rate_limited, "too many requests"},
};

// What an answer means that is not the JSON that was asked for.
std::optional<Error> refusal(const HttpResponse& response, Time now) {
    auto error = json_answer_error(response, now);
    if (!error || error->kind == ErrorKind::blocked || response.status >= 500) return error;
    auto document = parse_json(response.body, "an error");
    if (!document) return error;
    std::string name = document->root()["error"].text();
    std::string message = document->root()["message"].text();
    for (const Refusal& refusal : refusals) {
        if (name != refusal.error || !message.starts_with(refusal.message)) continue;
        error->kind = refusal.kind;
        error->message = refusal.words;
        break;
    }
    return error;
}

Result<JsonDocument> read_json(const HttpResponse& response, std::string_view expected, Time now) {
    if (auto error = refusal(response, now)) return *error;
    return parse_json(response.body, expected);
}

// The host of the records knows the account and says that it holds no such record.
bool record_not_found(const HttpResponse& response) {
    if (response.status != 400 && response.status != 404) return false;
    auto document = parse_json(response.body, "an error");
    return document && document->root()["error"].text() == "RecordNotFound";
}

// Of an answer that is no proof: a reader who is refused learns nothing, the rest is a failure.
Result<Presence> unproven(const Error& error) {
    bool refused = error.kind == ErrorKind::gone || error.kind == ErrorKind::unauthorized ||
                   error.kind == ErrorKind::forbidden || error.kind == ErrorKind::rejected;
    if (refused) return Presence::unknown;
    return error;
}

// The host of the account's own records by its DID document (w3.org/TR/did-core); empty when it
// names none.
std::string records_host(Json document) {
    for (Json service : document["service"].items()) {
        if (!service["id"].text().ends_with("#atproto_pds")) continue;
        std::string url = service["serviceEndpoint"].text();
        while (url.ends_with('/')) url.pop_back();
        bool bare = url.find_first_of("?#") == std::string::npos;
        if (url.starts_with("https://") && bare) return kept_link(url);
    }
    return {};
}

// Addresses of the posts among the account's own records that belong into its feed: an answer to
// somebody else does not.
std::vector<std::string> feed_uris(Json records, const std::string& did) {
    const std::string own = "at://" + did + "/";
    std::vector<std::string> uris;
    for (Json record : records.items()) {
        std::string uri = record["uri"].text();
        if (!uri.starts_with(own) || !parse_at_uri(uri)) continue;
        Json reply = record["value"]["reply"];
        bool thread = reply["root"]["uri"].text().starts_with(own) &&
                      reply["parent"]["uri"].text().starts_with(own);
        if (!reply || thread) uris.push_back(std::move(uri));
        if (uris.size() >= compared_posts) break;
    }
    return uris;
}

class BlueskyConnector : public Connector {
  public:
    BlueskyConnector(const SourceConfig& source, const ConnectorDeps& deps)
        : source_(source),
          deps_(deps),
          account_(account_name(source.options.text("account"))),
          base_(source.options.text("base_url", "https://public.api.bsky.app")) {
        while (base_.ends_with('/')) base_.pop_back();
    }

    awaitable<Result<Batch>> poll(Cursor since) override {
        if (account_.empty()) {
            co_return Error{ErrorKind::rejected, "`account` is neither a handle nor a DID"};
        }
        auto resolved = co_await resolve(std::move(since));
        if (!resolved) co_return resolved.error();
        Batch batch;
        batch.next = std::move(*resolved);
        batch.account_key = batch.next.get("did");
        Result<Batch> read = co_await read_feed(std::move(batch));
        if (!read) co_return read.error();
        batch = std::move(*read);
        if (is_due(batch.next.get("compared_at"), compare_every, deps_.clock->now())) {
            batch = co_await compare(std::move(batch));
        }
        for (std::string_view key : {"name_note", "compare_note"}) {
            std::string note = batch.next.get(std::string(key));
            if (!note.empty()) batch.notes.push_back(std::move(note));
        }
        co_return batch;
    }

    // The account's own records tell; the app view may hide a post that stands, or show one from
    // its cache.
    awaitable<Result<Presence>> presence(std::string native_id, std::string) override {
        auto parts = parse_at_uri(native_id);
        if (!parts) co_return Presence::unknown;
        auto host = co_await find_records(parts->did);
        if (!host) co_return unproven(host.error());
        auto response = co_await send(
            *host + "/xrpc/com.atproto.repo.getRecord?repo=" + parts->did +
            "&collection=" + parts->collection + "&rkey=" + parts->rkey
        );
        if (!response) co_return response.error();
        if (record_not_found(*response)) co_return Presence::deleted;
        auto record = read_json(*response, "a record", deps_.clock->now());
        if (!record) co_return unproven(record.error());
        bool same = record->root()["uri"].text() == native_id;
        co_return same ? Presence::there : Presence::unknown;
    }

  private:
    awaitable<Result<HttpResponse>> send(std::string url) {
        HttpRequest request = source_request(source_, deps_, std::move(url));
        request.headers.emplace_back("Accept", "application/json");
        co_return co_await deps_.http->send(std::move(request));
    }

    awaitable<Result<JsonDocument>> ask(std::string url, std::string expected) {
        auto response = co_await send(std::move(url));
        if (!response) co_return response.error();
        co_return read_json(*response, expected, deps_.clock->now());
    }

    // The cursor with the DID of the account. A handle is resolved once, and after that once a day
    // only to learn what became of it.
    awaitable<Result<Cursor>> resolve(Cursor cursor) {
        if (cursor.get("account") != account_) cursor = Cursor();
        const Cursor since = cursor;
        cursor.state["account"] = account_;
        Time now = deps_.clock->now();
        const std::string pinned = cursor.get("did");
        if (is_did(account_)) cursor.state["did"] = account_;
        if (!pinned.empty() && !is_due(cursor.get("resolved_at"), resolve_every, now)) {
            co_return cursor;
        }
        cursor.state["resolved_at"] = format_time(now);
        if (is_did(account_)) co_return cursor;

        auto document = co_await ask(
            base_ + "/xrpc/com.atproto.identity.resolveHandle?handle=" + account_, "a DID"
        );
        bool lost = !document && document.error().kind == ErrorKind::gone;
        if (!document && pinned.empty()) co_return document.error();
        // It does not answer now: the feed needs no handle, and the next poll asks again.
        if (!document && !lost) co_return since;
        std::string did = document ? document->root()["did"].text() : std::string();
        if (document && !is_did(did)) {
            co_return Error{ErrorKind::malformed, "expected the DID of the handle, got other JSON"};
        }
        std::string note;
        if (lost) {
            note = "nobody has the handle any more; the account that had it is still read";
        } else if (!pinned.empty() && did != pinned) {
            note = "the handle now belongs to another account; the one that had it is still read";
        } else {
            cursor.state["did"] = did;
        }
        cursor.state["name_note"] = std::move(note);
        co_return cursor;
    }

    awaitable<Result<BlueskyPage>> ask_feed(std::string did, std::string cursor) {
        std::string url = base_ + "/xrpc/app.bsky.feed.getAuthorFeed?actor=" + did +
                          "&limit=" + std::to_string(page_posts) +
                          "&filter=posts_and_author_threads&includePins=false";
        if (!cursor.empty()) url += "&cursor=" + percent_encode(cursor, "%&+#");
        auto document = co_await ask(std::move(url), "a feed of posts");
        if (!document) co_return document.error();
        auto page = parse_bluesky_page(document->root(), source_.lang);
        if (page && page->withheld) {
            co_return Error{
                ErrorKind::forbidden,
                "the account wants to be shown only to readers who are logged in"};
        }
        co_return page;
    }

    // From the newest post back to a known one. A first poll reads one page; empty pages may stand
    // before it. What follows the last known post was brought up by deletions and is no news.
    awaitable<Result<Batch>> read_feed(Batch batch) {
        const Cursor known = batch.next;
        std::set<std::string> ids;
        std::string cursor;
        bool joined = false;
        for (int count = 0; count < catchup_pages_max && !joined; ++count) {
            auto page = co_await ask_feed(batch.account_key, cursor);
            if (!page) co_return page.error();
            batch.recovered = batch.recovered || page->recovered;
            auto is_known = [&](const Statement& s) { return known.knows(s.native_id); };
            auto last = std::find_if(page->statements.rbegin(), page->statements.rend(), is_known);
            if (last != page->statements.rend()) {
                joined = true;
                page->statements.erase(last.base(), page->statements.end());
            }
            for (Statement& statement : page->statements) {
                statement.late = count > 0 && !known.seen.empty() && !is_known(statement);
                if (!ids.insert(statement.native_id).second) continue;
                batch.statements.push_back(std::move(statement));
            }
            if (known.seen.empty() && !batch.statements.empty()) joined = true;
            if (page->cursor.empty() || page->cursor == cursor) joined = true;
            cursor = page->cursor;
        }
        std::reverse(batch.statements.begin(), batch.statements.end());
        if (!joined && !known.seen.empty() && !batch.statements.empty()) {
            batch.gap = Gap{known.seen.back(), batch.statements.front().native_id};
        }
        for (const Statement& statement : batch.statements) {
            batch.next.remember(statement.native_id);
        }
        co_return batch;
    }

    // The feed leaves posts out: of two with one `createdAt` it shows one. The account's own
    // records are whole, so what stands there and is not known is fetched; the first comparison
    // only learns. A failure is no failure of the poll.
    awaitable<Batch> compare(Batch batch) {
        std::map<std::string, std::string>& state = batch.next.state;
        state["compared_at"] = format_time(deps_.clock->now());
        auto uris = co_await find_unknown(batch.next, batch.account_key);
        bool learning = uris && state.emplace("compared", "yes").second;
        if (!uris || learning || uris->empty()) {
            state["compare_note"] = uris ? "" : not_compared(uris.error());
            if (learning) learn(*uris, batch);
            co_return batch;
        }
        auto missing = co_await fetch(std::move(*uris));
        if (!missing) {
            state["compare_note"] = not_compared(missing.error());
            co_return batch;
        }
        state["compare_note"] =
            missing->empty() ? ""
                             : "the feed left out posts, last " + std::to_string(missing->size()) +
                                   ", which were read from the account's own records";
        for (Statement& statement : *missing) {
            batch.next.remember(statement.native_id);
            batch.statements.push_back(std::move(statement));
        }
        co_return batch;
    }

    static std::string not_compared(const Error& error) {
        return "the feed could not be compared with the account's own records: " + error.message;
    }

    static void learn(const std::vector<std::string>& uris, Batch& batch) {
        for (const std::string& uri : uris) batch.next.remember(uri);
        for (const Statement& statement : batch.statements) {
            batch.next.remember(statement.native_id);
        }
    }

    // Where the account's records are: at `base_url` when one is configured, else on the host that
    // the directory of DIDs (or, for did:web, the account's own site) names.
    awaitable<Result<std::string>> find_records(std::string did) {
        if (source_.options.has("base_url")) co_return base_;
        std::string url = "https://plc.directory/" + did;
        constexpr std::string_view web = "did:web:";
        if (did.starts_with(web)) {
            std::string site = did.substr(web.size());
            url = "https://" + site.substr(0, site.find(':')) + "/.well-known/did.json";
        }
        auto document = co_await ask(std::move(url), "a DID document");
        if (!document) co_return document.error();
        std::string host = records_host(document->root());
        if (host.empty()) {
            co_return Error{ErrorKind::malformed, "the DID document names no host of its records"};
        }
        co_return host;
    }

    // Addresses of the newest records that are not known, newest first; without those that are
    // older than all that is known.
    awaitable<Result<std::vector<std::string>>> find_unknown(Cursor known, std::string did) {
        auto host = co_await find_records(did);
        if (!host) co_return host.error();
        auto records = co_await ask(
            *host + "/xrpc/com.atproto.repo.listRecords?repo=" + did +
                "&collection=app.bsky.feed.post&limit=" + std::to_string(compared_posts),
            "a list of records"
        );
        if (!records) co_return records.error();
        Json list = records->root()["records"];
        if (!list.is_array()) {
            co_return Error{ErrorKind::malformed, "expected a list of records, got other JSON"};
        }
        std::vector<std::string> uris = feed_uris(list, did);
        auto is_known = [&](const std::string& uri) { return known.knows(uri); };
        auto last = std::find_if(uris.rbegin(), uris.rend(), is_known);
        if (last != uris.rend()) uris.erase(last.base(), uris.end());
        std::erase_if(uris, is_known);
        co_return uris;
    }

    // Posts by their addresses, in the order of time when those are newest first.
    awaitable<Result<std::vector<Statement>>> fetch(std::vector<std::string> uris) {
        std::string url = base_ + "/xrpc/app.bsky.feed.getPosts";
        for (std::size_t i = uris.size(); i > 0; --i) {
            url += (i == uris.size() ? "?uris=" : "&uris=") + uris[i - 1];
        }
        auto document = co_await ask(std::move(url), "posts");
        if (!document) co_return document.error();
        auto page = parse_bluesky_page(document->root(), source_.lang);
        if (!page) co_return page.error();
        co_return std::move(page->statements);
    }

    SourceConfig source_;
    ConnectorDeps deps_;
    std::string account_;  // empty when the configured one can be none
    std::string base_;
};

}  // namespace

std::vector<OptionSpec> bluesky_options() {
    std::vector<OptionSpec> options(2);
    options[0] = {"account", OptionType::text, "Handle or DID of the account.", true};
    options[0].example = "mfa.example.org";
    options[1] = {"base_url", OptionType::url, "Where everything is asked, records included."};
    options[1].otherwise =
        "`https://public.api.bsky.app`, and the account's own host for its records";
    options[1].example = "'https://app.example.org'";
    return options;
}

std::unique_ptr<Connector> make_bluesky(const SourceConfig& source, const ConnectorDeps& deps) {
    return std::make_unique<BlueskyConnector>(source, deps);
}

Result<Batch> parse_bluesky(const ParseInput& input) {
    HttpResponse response = input.response;
    if (response.status == 0) response.status = 200;
    auto document = read_json(response, "a feed of posts", input.now);
    if (!document) return document.error();
    Batch batch;
    // resolveHandle and its like name an account and hold no post.
    batch.account_key = document->root()["did"].text();
    if (is_did(batch.account_key)) return batch;
    auto page = parse_bluesky_page(document->root(), input.source->lang);
    if (!page) return page.error();
    batch.account_key = page->owner;
    batch.recovered = page->recovered;
    batch.statements = std::move(page->statements);
    return batch;
}

}  // namespace spokeswatch
