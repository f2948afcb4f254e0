#include <algorithm>
#include <array>
#include <optional>

#include "base/ascii.hpp"
#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "connectors/answer.hpp"
#include "connectors/json.hpp"
#include "connectors/kinds.hpp"
#include "connectors/reddit_post.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

using namespace std::chrono_literals;

constexpr int page_posts = 25;
constexpr std::chrono::minutes limited_wait{61};  // when Reddit does not say how long
constexpr std::chrono::minutes token_margin{2};   // renewed so long before its end
constexpr std::chrono::hours token_life_max{24};
constexpr std::size_t token_bytes_max = 8192;
constexpr std::size_t secret_bytes_min = 8;  // a shorter value of `feed=` is no secret

// A name of a user or subreddit, `start` ("u/" or "r/") before it or not; empty when it can be
// none.
std::string bare_name(std::string text, std::string_view start) {
    if (text.starts_with('/')) text.erase(0, 1);
    if (text.starts_with(start)) text.erase(0, start.size());
    bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return ascii_alphanumeric(c) || c == '_' || c == '-';
    });
    return plain && text.size() <= 32 ? text : std::string();
}

// The secret part of a private feed's address: the value of `feed=`.
std::string feed_secret(std::string_view url) {
    for (std::string_view start : {"?feed=", "&feed="}) {
        const auto at = url.find(start);
        if (at == std::string_view::npos) continue;
        std::string_view value = url.substr(at + start.size());
        value = value.substr(0, value.find_first_of("&#"));
        if (value.size() >= secret_bytes_min) return std::string(value);
    }
    return {};
}

struct Refusal {
    std::string_view reason;  // of the answer's body
    ErrorKind kind;
    std::string_view words;
};
constexpr std::array refusals{
    Refusal{"private", ErrorKind::forbidden, "the subreddit is private"},
    Refusal{"gold_only", ErrorKind::forbidden, "the subreddit is for paying readers"},
    Refusal{"quarantined", ErrorKind::forbidden, "the subreddit is quarantined"},
    Refusal{"banned", ErrorKind::gone, "the subreddit is banned"},
};

// What a status means that is neither a listing nor a feed.
std::optional<Error> status_error(const HttpResponse& response, Time now) {
    auto error = json_answer_error(response, now);
    if (!error) return std::nullopt;
    if (response.status == 200) error->message = "expected posts, got a web page";
    if (response.status == 429) {
        error->kind = ErrorKind::rate_limited;
        error->message = "Reddit asks for fewer requests (HTTP 429)";
        if (!error->retry_after) error->retry_after = limited_wait;
    } else if (error->kind == ErrorKind::blocked) {
        error->message =
            "Reddit refuses this address or program (HTTP " + std::to_string(response.status) + ")";
    } else if (response.status >= 300 && response.status < 400) {
        // Reddit leads from a subreddit that is none to its search.
        error->kind = ErrorKind::gone;
        error->message = "there is no such subreddit";
    }
    return error;
}

// `error` in the body of an answer: the HTTP status over again, with a reason.
std::optional<Error> body_error(Json body) {
    const auto status = body["error"].number();
    if (!status) return std::nullopt;
    const std::string reason = body["reason"].text();
    for (const Refusal& refusal : refusals) {
        if (reason == refusal.reason) return Error{refusal.kind, std::string(refusal.words)};
    }
    if (*status == 404) {
        return Error{ErrorKind::gone, "there is no such user or subreddit"};
    }
    HttpResponse repeated;
    repeated.status = static_cast<int>(std::clamp(*status, 400.0, 599.0));
    return answer_error(repeated, Time{});
}

Result<JsonDocument> read_json(const HttpResponse& response, Time now) {
    auto error = status_error(response, now);
    if (error && (error->kind == ErrorKind::blocked || error->kind == ErrorKind::rate_limited)) {
        return *error;
    }
    auto document = parse_json(response.body, "a listing");
    if (document) {
        if (auto reason = body_error(document->root())) return *reason;
    }
    if (error) return *error;
    return document;
}

// The pages of a listing are asked for by the API; a private feed is one page.
class RedditConnector : public Connector {
  public:
    RedditConnector(const SourceConfig& source, const ConnectorDeps& deps)
        : source_(source),
          deps_(deps),
          user_(bare_name(source.options.text("user"), "u/")),
          subreddit_(bare_name(source.options.text("subreddit"), "r/")),
          base_(source.options.text("base_url", "https://oauth.reddit.com")),
          auth_base_(source.options.text("auth_url", "https://www.reddit.com")) {
        for (std::string* url : {&base_, &auth_base_}) {
            while (url->ends_with('/')) url->pop_back();
        }
    }

    awaitable<Result<Batch>> poll(Cursor since) override {
        if (auto fault = fault_of_options()) co_return *fault;
        const std::string what = place();
        if (since.get("place") != what) since = Cursor();
        since.state["place"] = what;
        NewestFirst reading(since);
        Batch batch;
        batch.account_key = is_feed() ? what : since.get("account");
        std::string next;
        for (bool further = true; further;) {
            auto page = co_await ask_page(next);
            if (!page) co_return page.error();
            next = page->list.next;
            if (batch.account_key.empty()) {
                batch.account_key = subreddit_.empty() ? page->account : page->subreddit;
            }
            further = reading.add(std::move(page->list));
        }
        std::move(reading).finish(batch);
        if (!is_feed()) batch.next.state["account"] = batch.account_key;
        co_return batch;
    }

    awaitable<Result<Presence>> presence(std::string native_id, std::string) override {
        bool usable = std::all_of(native_id.begin(), native_id.end(), [](char c) {
            return ascii_alphanumeric(c) || c == '_';
        });
        if (is_feed() || fault_of_options() || !usable) co_return Presence::unknown;
        auto document = co_await ask("/api/info?raw_json=1&id=" + native_id);
        if (!document) co_return document.error();
        for (Json thing : document->root()["data"]["children"].items()) {
            if (thing["data"]["name"].text() != native_id) continue;
            co_return is_deleted_on_reddit(thing["data"]) ? Presence::deleted : Presence::there;
        }
        co_return Presence::unknown;
    }

  private:
    [[nodiscard]] bool is_feed() const { return source_.options.has("feed_url"); }

    [[nodiscard]] std::optional<Error> fault_of_options() const {
        const Options& options = source_.options;
        std::string words;
        if (is_feed()) {
            const std::string url = options.secret("feed_url").reveal();
            if (!is_http_url(url)) words = "`feed_url` is not an http or https address";
        } else if (user_.empty() == subreddit_.empty()) {
            words = "either `user` or `subreddit` must be the name of one, or `feed_url` be given";
        } else if (!options.has("client_id") || !options.has("client_secret")) {
            words = "`client_id` and `client_secret` are needed to read Reddit without `feed_url`";
        }
        if (words.empty()) return std::nullopt;
        return Error{ErrorKind::rejected, std::move(words)};
    }

    // What is read, in words that hold no secret.
    [[nodiscard]] std::string place() const {
        if (is_feed()) return url_for_people(source_.options.secret("feed_url").reveal());
        if (!subreddit_.empty()) return "/r/" + ascii_lower(subreddit_) + "/new";
        const bool comments = source_.options.flag("comments", false);
        return "/user/" + ascii_lower(user_) + (comments ? "/overview" : "/submitted");
    }

    awaitable<Result<RedditListing>> ask_page(std::string after) {
        if (is_feed()) co_return co_await ask_feed();
        std::string path = place() + "?raw_json=1&limit=" + std::to_string(page_posts);
        if (!subreddit_.empty() || after.empty()) path += "&sort=new";
        if (!after.empty()) path += "&after=" + after;
        auto document = co_await ask(std::move(path));
        if (!document) co_return document.error();
        co_return parse_reddit_listing(document->root(), source_.lang);
    }

    awaitable<Result<RedditListing>> ask_feed() {
        const std::string url = source_.options.secret("feed_url").reveal();
        HttpRequest request = source_request(source_, deps_, url);
        auto response = co_await deps_.http->send(std::move(request));
        if (!response) co_return response.error();
        if (auto error = status_error(*response, deps_.clock->now())) co_return *error;
        FeedContext context;
        context.url = url_for_people(url);
        context.lang = source_.lang;
        auto feed = parse_feed_document(response->body, header_charset(*response), context);
        if (!feed) co_return feed.error();
        RedditListing listing;
        listing.list = reddit_feed_page(std::move(*feed), feed_secret(url));
        co_return listing;
    }

    // With a token of the application, which gets another one once when Reddit refuses the one it
    // has.
    awaitable<Result<JsonDocument>> ask(std::string path) {
        for (int round = 0;; ++round) {
            auto authorised = co_await authorise();
            if (!authorised) co_return authorised.error();
            HttpRequest request = source_request(source_, deps_, base_ + path);
            request.follow_redirects = false;
            request.headers.emplace_back("Accept", "application/json");
            request.headers.emplace_back("Authorization", "Bearer " + token_.reveal());
            auto response = co_await deps_.http->send(std::move(request));
            if (!response) co_return response.error();
            if (response->status == 401) {
                token_ = Secret();
                if (round == 0) continue;
            }
            co_return read_json(*response, deps_.clock->now());
        }
    }

    // Client credentials of RFC 6749 section 4.4. The token is held here alone.
    awaitable<Result<void>> authorise() {
        const auto now = deps_.clock->steady();
        if (!token_.empty() && now < token_until_) co_return Result<void>{};
        HttpRequest request = source_request(source_, deps_, auth_base_ + "/api/v1/access_token");
        request.method = "POST";
        request.follow_redirects = false;
        request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
        const std::string pair = source_.options.text("client_id") + ":" +
                                 source_.options.secret("client_secret").reveal();
        request.headers.emplace_back("Authorization", "Basic " + base64(pair));
        request.body = "grant_type=client_credentials";
        auto response = co_await deps_.http->send(std::move(request));
        if (!response) co_return response.error();
        Error refused{ErrorKind::unauthorized, "Reddit refused `client_id` or `client_secret`"};
        if (response->status == 401 || response->status == 400) co_return refused;
        if (auto error = status_error(*response, deps_.clock->now())) co_return *error;
        auto document = parse_json(response->body, "an access token");
        if (!document) co_return document.error();
        const std::string token = document->root()["access_token"].text();
        bool usable =
            std::all_of(token.begin(), token.end(), [](char c) { return c > 0x20 && c < 0x7f; });
        if (token.empty() || token.size() > token_bytes_max || !usable) co_return refused;
        const double life = document->root()["expires_in"].number().value_or(3600);
        const auto longest = std::chrono::duration<double>(token_life_max).count();
        token_ = Secret(token);
        token_until_ =
            now + std::chrono::seconds(static_cast<int>(std::min(life, longest))) - token_margin;
        co_return Result<void>{};
    }

    SourceConfig source_;
    ConnectorDeps deps_;
    std::string user_;       // empty when the configured one can be none
    std::string subreddit_;  // the same
    std::string base_;
    std::string auth_base_;
    Secret token_;
    std::chrono::steady_clock::time_point token_until_{};
};

}  // namespace

std::vector<OptionSpec> reddit_options() {
    std::vector<OptionSpec> options(8);
    options[0] = {"user", OptionType::text, "The user whose posts are read."};
    options[0].example = "mfa_example";
    options[1] = {"subreddit", OptionType::text, "In place of `user`: the subreddit that is read."};
    options[1].example = "worldnews";
    options[2] = {"comments", OptionType::flag, "Read the user's comments too."};
    options[2].otherwise = "no";
    options[2].example = "true";
    options[3] = {
        "client_id",
        OptionType::text,
        "Id of an application of yours; needed unless `feed_url` is given."};
    options[3].example = "AbCdEfGhIjKlMn";
    options[4] = {"client_secret", OptionType::secret, "Secret of that application."};
    options[5] = {
        "feed_url",
        OptionType::secret,
        "In place of the others: address of a private feed, with the secret that is in it."};
    options[6] = {"base_url", OptionType::url, "Where the API is served."};
    options[6].otherwise = "`https://oauth.reddit.com`";
    options[6].example = "'https://oauth.reddit.com'";
    options[7] = {"auth_url", OptionType::url, "Where access tokens are asked for."};
    options[7].otherwise = "`https://www.reddit.com`";
    options[7].example = "'https://www.reddit.com'";
    return options;
}

std::unique_ptr<Connector> make_reddit(const SourceConfig& source, const ConnectorDeps& deps) {
    return std::make_unique<RedditConnector>(source, deps);
}

Result<Batch> parse_reddit(const ParseInput& input) {
    HttpResponse response = input.response;
    if (response.status == 0) response.status = 200;
    Batch batch;
    RankedPage page;
    const auto start = response.body.find_first_not_of("\xEF\xBB\xBF \t\r\n");
    if (start != std::string::npos && response.body[start] == '<') {
        if (auto error = status_error(response, input.now)) return *error;
        FeedContext context;
        context.url = url_for_people(response.url);
        context.lang = input.source->lang;
        auto feed = parse_feed_document(response.body, header_charset(response), context);
        if (!feed) return feed.error();
        page = reddit_feed_page(std::move(*feed), feed_secret(response.url));
    } else {
        auto document = read_json(response, input.now);
        if (!document) return document.error();
        auto listing = parse_reddit_listing(document->root(), input.source->lang);
        if (!listing) return listing.error();
        batch.account_key = listing->account;
        page = std::move(listing->list);
    }
    batch.recovered = page.recovered;
    for (ListedStatement& entry : page.entries) {
        batch.statements.push_back(std::move(entry.statement));
    }
    return batch;
}

}  // namespace spokeswatch
