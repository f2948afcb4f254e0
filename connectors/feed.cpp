#include <algorithm>
#include <map>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "connectors/answer.hpp"
#include "connectors/feed_parse.hpp"
#include "connectors/feed_state.hpp"
#include "connectors/kinds.hpp"
#include "connectors/order.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

constexpr std::string_view accepted =
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, "
    "text/xml;q=0.9, application/json;q=0.8, */*;q=0.1";
constexpr std::chrono::hours gone_after{1};

FeedContext context_of(const SourceConfig& source, const HttpResponse& response) {
    FeedContext context;
    context.url = response.url;
    if (auto location = response.header("content-location")) {
        if (auto url = resolve_url(response.url, *location)) context.url = std::move(*url);
    }
    context.timezone = source.timezone;
    context.lang = source.lang;
    return context;
}

bool is_blank(std::string_view body) {
    return body.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// The fault of a document that is no feed, with the feed that a web page announces.
Error explain(Error error, const HttpResponse& response) {
    if (error.kind != ErrorKind::malformed || !looks_like_page(response.body)) return error;
    std::string where;
    if (!response.redirects.empty()) {
        where = " after a redirect to " + url_for_people(response.url);
    }
    std::string feed = announced_feed(response.body, header_charset(response), response.url);
    error.message = "expected a feed, got a web page" + where;
    if (feed.empty()) {
        error.message += " that announces no feed";
    } else {
        error.message =
            "this is a web page" + where + "; it announces the feed " + url_for_people(feed);
    }
    return error;
}

// One item may stand twice in a document: the later one counts only if it says something else and
// is newer.
void remove_duplicates(std::vector<Statement>& statements) {
    std::map<std::string, std::size_t> places;
    std::vector<Statement> kept;
    for (Statement& statement : statements) {
        auto [place, fresh] = places.emplace(statement.native_id, kept.size());
        if (fresh) {
            kept.push_back(std::move(statement));
            continue;
        }
        Statement& earlier = kept[place->second];
        bool other = earlier.text != statement.text || earlier.title != statement.title;
        if (other && statement.published_at > earlier.published_at) earlier = std::move(statement);
    }
    statements = std::move(kept);
}

class FeedConnector : public Connector {
  public:
    FeedConnector(const SourceConfig& source, const ConnectorDeps& deps)
        : source_(source), deps_(deps), url_(source.options.text("url")) {}

    awaitable<Result<Batch>> poll(Cursor since) override {
        FeedState state(since, url_);
        HttpRequest request = make_request(state.address(), state);
        auto response = co_await deps_.http->send(std::move(request));
        if (response && state.moved() && response->status >= 400 && response->status < 500 &&
            response->status != 429) {
            // The address that a redirect led to has died: the configured one may have a new one.
            state.forget_move();
            HttpRequest again = make_request(url_, state);
            response = co_await deps_.http->send(std::move(again));
        }
        if (!response) co_return response.error();
        co_return read(*response, std::move(state));
    }

  private:
    HttpRequest make_request(const std::string& url, const FeedState& state) const {
        HttpRequest request = source_request(source_, deps_, url);
        request.limits.decoded_bytes_max = feed_bytes_max;
        request.headers.emplace_back("Accept", accepted);
        // The password is for the configured host, not for where a redirect led.
        if (source_.options.has("username") && url_host(url) == url_host(url_)) {
            std::string pair = source_.options.text("username") + ":" +
                               source_.options.secret("password").reveal();
            request.headers.emplace_back("Authorization", "Basic " + base64(pair));
        }
        state.add_validators(request.headers, deps_.clock->now());
        return request;
    }

    Result<Batch> read(const HttpResponse& response, FeedState state) {
        Time now = deps_.clock->now();
        if (auto error = answer_error(response, now)) {
            return explain(gone_only_twice(std::move(*error), now), response);
        }
        gone_since_.reset();

        Batch batch;
        batch.account_key = url_;
        bool unchanged = response.status == 304 || state.same_body(response.body);
        if (unchanged) {
            batch.not_modified = true;
        } else if (is_blank(response.body)) {
            batch.notes.emplace_back("the document is empty");
        } else {
            auto feed = parse_feed_document(
                response.body, header_charset(response), context_of(source_, response)
            );
            if (!feed) return explain(feed.error(), response);
            state.keep_schedule(*feed);
            take(std::move(*feed), response.status != 226, state, batch);
        }
        if (auto note = state.follow_redirects(response, now)) batch.notes.push_back(*note);
        state.keep_answer(response, now);
        if (!source_.options.flag("urgent", false)) {
            batch.poll_after = state.poll_after(response, now, source_.poll_interval);
        }
        batch.next = std::move(state).cursor();
        return batch;
    }

    static void take(ParsedFeed feed, bool whole, FeedState& state, Batch& batch) {
        batch.recovered = feed.recovered;
        batch.notes = std::move(feed.notes);
        batch.statements = std::move(feed.statements);
        state.keep_identities(batch.statements);
        remove_duplicates(batch.statements);
        sort_oldest_first(batch.statements);
        if (whole) batch.gap = state.gap_before(batch.statements);
        if (batch.statements.empty() && state.knows_any()) {
            batch.notes.emplace_back("the feed has no items, and it had some before");
        }
        for (const Statement& statement : batch.statements) state.remember(statement.native_id);
    }

    // 410 is for ever, and servers that are being rebuilt say it too: it counts when it is said
    // again after an hour. Held here and not in the cursor, because an error brings no cursor; a
    // restart only makes the hour begin again.
    Error gone_only_twice(Error error, Time now) {
        if (error.kind != ErrorKind::gone) return error;
        if (!gone_since_) gone_since_ = now;
        auto passed = std::chrono::floor<std::chrono::seconds>(now - *gone_since_);
        if (passed >= gone_after) return error;
        error.kind = ErrorKind::server;
        error.message += "; asked once more after an hour";
        error.retry_after = gone_after - passed;
        return error;
    }

    SourceConfig source_;
    ConnectorDeps deps_;
    std::string url_;
    std::optional<Time> gone_since_;
};

}  // namespace

std::vector<OptionSpec> feed_options() {
    std::vector<OptionSpec> options(4);
    options[0] = {"url", OptionType::url, "Address of the feed.", true};
    options[0].example = "'http://en.kremlin.ru/events/all/feed'";
    options[1] = {
        "urgent",
        OptionType::flag,
        "Poll at `poll_interval` even where the publisher asks for less."};
    options[1].otherwise = "no";
    options[1].example = "true";
    options[2] = {"username", OptionType::text, "User name for HTTP basic authentication."};
    options[2].example = "desk";
    options[3] = {"password", OptionType::secret, "Password for HTTP basic authentication."};
    return options;
}

std::unique_ptr<Connector> make_feed(const SourceConfig& source, const ConnectorDeps& deps) {
    return std::make_unique<FeedConnector>(source, deps);
}

Result<Batch> parse_feed(const ParseInput& input) {
    HttpResponse response = input.response;
    if (response.status == 0) response.status = 200;
    if (auto error = answer_error(response, input.now)) return explain(std::move(*error), response);
    Batch batch;
    batch.account_key = input.source->options.text("url");
    batch.not_modified = response.status == 304;
    if (batch.not_modified || is_blank(response.body)) return batch;
    auto feed = parse_feed_document(
        response.body, header_charset(response), context_of(*input.source, response)
    );
    if (!feed) return explain(feed.error(), response);
    batch.statements = std::move(feed->statements);
    batch.recovered = feed->recovered;
    batch.notes = std::move(feed->notes);
    return batch;
}

}  // namespace spokeswatch
