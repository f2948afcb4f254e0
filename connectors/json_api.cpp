#include <algorithm>
#include <set>

#include "base/ascii.hpp"
#include "base/clock.hpp"
#include "connectors/answer.hpp"
#include "connectors/feed_words.hpp"
#include "connectors/json_list.hpp"
#include "connectors/kinds.hpp"
#include "connectors/limits.hpp"
#include "connectors/order.hpp"
#include "connectors/removal.hpp"
#include "connectors/robots_gate.hpp"
#include "text/url.hpp"
#include "text/url_encoding.hpp"

namespace spokeswatch {

namespace {

void replace_all(std::string& text, std::string_view mark, const std::string& value) {
    for (auto at = text.find(mark); at != std::string::npos;
         at = text.find(mark, at + value.size())) {
        text.replace(at, mark.size(), value);
    }
}

// `url` with one more parameter of its query.
std::string with_query(std::string url, const std::string& parameter) {
    url.erase(std::min(url.find('#'), url.size()));
    url += url.find('?') == std::string::npos ? '?' : '&';
    return url + parameter;
}

Result<JsonList> read_answer(const HttpResponse& response, const JsonSettings& settings, Time now) {
    if (auto error = json_answer_error(response, now)) return *error;
    return parse_json_list(
        response.body, response.url.empty() ? settings.url : response.url, settings
    );
}

class JsonApiConnector : public Connector {
  public:
    JsonApiConnector(const SourceConfig& source, const ConnectorDeps& deps)
        : source_(source),
          deps_(deps),
          settings_(read_json_settings(source)),
          robots_(source, deps) {
        if (source.options.has("token")) token_ = source.options.secret("token").reveal();
    }

    awaitable<Result<Batch>> poll(Cursor since) override {
        if (!settings_.faults.empty()) co_return rejected(settings_.faults);
        Batch batch;
        auto list = co_await walk(since, batch);
        if (!list) co_return list.error();
        batch.account_key = settings_.url;
        batch.next = std::move(since);
        batch.statements = std::move(list->statements);
        sort_oldest_first(batch.statements);
        for (const Statement& statement : batch.statements) {
            batch.next.remember(statement.native_id);
        }
        if (!batch.statements.empty()) remember_last(batch.statements.back(), batch.next);
        co_return batch;
    }

    // What the list says of it, and else its own page.
    awaitable<Result<Presence>> presence(std::string native_id, std::string url) override {
        if (!settings_.faults.empty()) co_return rejected(settings_.faults);
        if (settings_.deleted) {
            auto list = co_await read(settings_.url);
            if (!list) co_return list.error();
            if (list->deleted.contains(native_id)) co_return Presence::deleted;
            for (const Statement& statement : list->page.statements) {
                if (statement.native_id == native_id) co_return Presence::there;
            }
        }
        if (!is_http_url(url)) co_return Presence::unknown;
        auto gap = co_await robots_.ask(url);
        if (!gap) co_return gap.error();
        // Without the token: that is the API's.
        HttpRequest request = source_request(source_, deps_, url);
        request.min_gap = std::max(request.min_gap, *gap);
        auto response = co_await deps_.http->send(std::move(request));
        if (!response) co_return response.error();
        co_return removal_.judge(url, *response, deps_.clock->now());
    }

  private:
    [[nodiscard]] std::string filled(std::string text) const {
        replace_all(text, "{token}", token_);
        return text;
    }

    [[nodiscard]] HttpRequest make_request(const std::string& url) const {
        HttpRequest request = source_request(source_, deps_, filled(url));
        request.headers.emplace_back("Accept", "application/json");
        request.method = source_.options.text("method", "GET");
        // A redirect would take the token along to whoever it leads to.
        request.follow_redirects = token_.empty();
        bool typed = false;
        for (const std::string& header : source_.options.texts("headers")) {
            const auto colon = header.find(':');
            const std::string name(trim(std::string_view(header).substr(0, colon)));
            const std::string value(trim(std::string_view(header).substr(colon + 1)));
            typed = typed || ascii_lower(name) == "content-type";
            request.headers.emplace_back(name, filled(value));
        }
        if (request.method == "POST") {
            request.body = filled(source_.options.text("body"));
            if (!typed) request.headers.emplace_back("Content-Type", "application/json");
        }
        return request;
    }

    // `url` with its placeholder: the token is only in what goes over the wire.
    awaitable<Result<JsonList>> read(std::string url) {
        auto gap = co_await robots_.ask(url);
        if (!gap) co_return gap.error();
        HttpRequest request = make_request(url);
        request.min_gap = std::max(request.min_gap, *gap);
        auto response = co_await deps_.http->send(std::move(request));
        if (!response) co_return response.error();
        // Addresses are told without the token.
        if (!token_.empty()) response->url = std::move(url);
        co_return read_answer(*response, settings_, deps_.clock->now());
    }

    [[nodiscard]] std::string first_address(const Cursor& since) const {
        const std::string id = since.get("last_id");
        const std::string time = since.get("last_time");
        std::string parameter = settings_.cursor_param;
        const bool by_time = parameter.find("{last_time}") != std::string::npos;
        const bool by_id = parameter.find("{last_id}") != std::string::npos;
        if ((!by_time && !by_id) || (by_time && time.empty()) || (by_id && id.empty())) {
            return settings_.url;
        }
        replace_all(parameter, "{last_id}", percent_encode(id, url_value_signs));
        replace_all(parameter, "{last_time}", percent_encode(time, url_value_signs));
        return with_query(settings_.url, parameter);
    }

    // Where the next page is; empty: nowhere that we go. Another host gets no token.
    [[nodiscard]] std::string next_address(const std::string& first, const ListPage& page) const {
        if (page.next.empty()) return {};
        if (!settings_.next_param.empty()) {
            return with_query(
                first, settings_.next_param + '=' + percent_encode(page.next, url_value_signs)
            );
        }
        return url_host(page.next) == url_host(first) ? page.next : std::string();
    }

    // The newest page and older ones until something is known. An answer to a cursor holds nothing
    // known: all its pages are read.
    awaitable<Result<ListPage>> walk(Cursor since, Batch& batch) {
        const std::string first = first_address(since);
        const bool by_cursor = first != settings_.url;
        auto list = co_await read(first);
        if (!list) co_return list.error();
        std::size_t skipped = list->skipped;
        ListPage all = std::move(list->page);
        std::set<std::string> visited{first};
        bool joined =
            since.seen.empty() || all.statements.empty() || (!by_cursor && holds_known(all, since));
        std::string next = next_address(first, all);
        while (!joined && !next.empty() &&
               visited.size() < static_cast<std::size_t>(settings_.pages_max) &&
               visited.insert(next).second) {
            auto older = co_await read(next);
            if (!older) co_return older.error();
            skipped += older->skipped;
            joined =
                older->page.statements.empty() || (!by_cursor && holds_known(older->page, since));
            add_older(std::move(older->page), all);
            next = next_address(first, all);
        }
        if (by_cursor && next.empty()) joined = true;
        if (!joined) batch.gap = Gap{since.seen.back(), all.statements.back().native_id};
        if (all.cut) batch.notes.emplace_back("the answer is longer than is read");
        if (skipped > 0) {
            batch.notes.push_back(std::to_string(skipped) + " items have no id or no text");
        }
        co_return all;
    }

    static void remember_last(const Statement& newest, Cursor& next) {
        next.state["last_id"] = newest.native_id;
        if (!newest.published_at) return;
        const std::string time = format_time(*newest.published_at);
        const auto known = parse_time(next.get("last_time"));
        if (!known || *newest.published_at > *known) next.state["last_time"] = time;
    }

    SourceConfig source_;
    ConnectorDeps deps_;
    JsonSettings settings_;
    RobotsGate robots_;
    RemovalJudge removal_;
    std::string token_;
};

}  // namespace

std::vector<OptionSpec> json_api_options() { return json_options(); }

void check_json_api(const SourceConfig& source, Diagnostics& diagnostics) {
    report(read_json_settings(source).faults, source.options, diagnostics);
}

std::unique_ptr<Connector> make_json_api(const SourceConfig& source, const ConnectorDeps& deps) {
    return std::make_unique<JsonApiConnector>(source, deps);
}

Result<Batch> parse_json_api(const ParseInput& input) {
    const JsonSettings settings = read_json_settings(*input.source);
    if (!settings.faults.empty()) return rejected(settings.faults);
    HttpResponse response = input.response;
    if (response.status == 0) response.status = 200;
    auto list = read_answer(response, settings, input.now);
    if (!list) return list.error();
    Batch batch;
    batch.account_key = settings.url;
    batch.statements = std::move(list->page.statements);
    return batch;
}

}  // namespace spokeswatch
