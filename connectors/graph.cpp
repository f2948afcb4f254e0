#include "connectors/graph.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/ascii.hpp"
#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "connectors/answer.hpp"
#include "connectors/graph_answer.hpp"
#include "connectors/limits.hpp"
#include "text/date.hpp"
#include "text/language.hpp"
#include "text/tokens.hpp"
#include "text/url_encoding.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t graph_name_bytes_max = 128;
constexpr std::size_t cursor_bytes_max = 1024;
constexpr double slow_percent = 75;  // above it the interval is doubled
constexpr double stop_percent = 95;  // at it requests end
constexpr std::chrono::hours stop_unless_told{1};

void slow_down(const GraphUsage& usage, Duration interval, Batch& batch) {
    if (usage.percent <= slow_percent) return;
    Duration wait = 2 * interval;
    if (usage.percent >= stop_percent) {
        wait = std::max<Duration>(wait, usage.regain.value_or(stop_unless_told));
    }
    wait = std::min<Duration>(wait, retry_after_max);
    batch.poll_after = std::chrono::ceil<std::chrono::seconds>(wait);
    batch.notes.push_back(
        "requests are used up to " +
        std::to_string(static_cast<int>(std::min(usage.percent, 999.0))) +
        " % of the limit: the next poll is in " + format_duration(*batch.poll_after)
    );
}

// Links of attachments follow those that the words hold.
void put_text_links_first(Statement& statement) {
    const std::vector<std::string> attached = std::exchange(statement.links, {});
    for (const std::string& link : extract_entities(statement.text).links) {
        if (link.size() <= link_bytes_max) add_unique(statement.links, link);
    }
    for (const std::string& link : attached) add_unique(statement.links, link);
}

class GraphConnector : public Connector {
  public:
    GraphConnector(const SourceConfig& source, const ConnectorDeps& deps, GraphEdge edge)
        : source_(source), deps_(deps), edge_(std::move(edge)) {
        if (source.options.has("access_token")) token_ = source.options.secret("access_token");
        if (!source.options.has("app_secret")) return;
        const Secret app_secret = source.options.secret("app_secret");
        proof_ = Secret(hex(hmac_sha256(app_secret.reveal(), token_.reveal())));
    }

    awaitable<Result<Batch>> poll(Cursor since) override {
        if (!edge_.fault.empty()) co_return Error{ErrorKind::rejected, edge_.fault};
        if (since.get("name") != edge_.account) since = Cursor();
        since.state["name"] = edge_.account;
        Reading reading;
        reading.known = std::move(since);
        std::string next;
        for (int count = 0; count < catchup_pages_max; ++count) {
            auto answer = co_await ask_page(next);
            if (!answer) co_return answer.error();
            reading.usage = answer->usage;
            std::string further = answer->page.next;
            reading.add(std::move(answer->page), count > 0);
            if (further.empty() || further == next) reading.joined = true;
            if (reading.joined || reading.usage.percent >= stop_percent) break;
            next = std::move(further);
        }
        co_return finish(std::move(reading));
    }

    // A single read tells a deleted entry and one that the token may not read alike. It is proof
    // where the list answers without the entry and another entry of it can be read.
    awaitable<Result<Presence>> presence(std::string native_id, std::string) override {
        const bool askable =
            edge_.single_reads && edge_.fault.empty() && usable_graph_name(native_id);
        if (!askable) co_return Presence::unknown;
        auto there = co_await is_there(native_id);
        if (!there) co_return there.error();
        if (*there) co_return Presence::there;
        auto answer = co_await ask_page("");
        if (!answer) co_return answer.error();
        std::string other;
        for (const Statement& statement : answer->page.statements) {
            if (statement.native_id == native_id) co_return Presence::unknown;
            if (other.empty() && usable_graph_name(statement.native_id)) {
                other = statement.native_id;
            }
        }
        if (other.empty()) co_return Presence::unknown;
        there = co_await is_there(std::move(other));
        if (!there) co_return there.error();
        if (*there) co_return Presence::deleted;
        co_return Presence::unknown;
    }

  private:
    struct Answer {
        GraphPage page;
        GraphUsage usage;
    };

    // Pages from the newest one back.
    struct Reading {
        Cursor known;
        Batch batch;  // statements are newest first
        std::set<std::string> ids;
        GraphUsage usage;
        bool joined = false;  // nothing lies between what was read and what was known

        void add(GraphPage page, bool further) {
            const std::string account = known.get("account");
            if (!account.empty() && !page.account.empty() && page.account != account) {
                batch.notes.emplace_back("the name now belongs to another account");
                known.seen.clear();
            }
            if (!page.account.empty()) known.state["account"] = page.account;
            batch.recovered = batch.recovered || page.recovered;
            for (Statement& statement : page.statements) {
                const bool seen = known.knows(statement.native_id);
                joined = joined || seen;
                statement.late = further && !seen && !known.seen.empty();
                if (!ids.insert(statement.native_id).second) continue;
                batch.statements.push_back(std::move(statement));
            }
            if (known.seen.empty() && !batch.statements.empty()) joined = true;
        }
    };

    awaitable<Result<HttpResponse>> send(std::string path) {
        std::string url = edge_.base + "/" + path;
        if (!proof_.empty()) url += "&appsecret_proof=" + proof_.reveal();
        HttpRequest request = source_request(source_, deps_, std::move(url));
        request.headers.emplace_back("Accept", "application/json");
        request.headers.emplace_back("Authorization", "Bearer " + token_.reveal());
        auto response = co_await deps_.http->send(std::move(request));
        if (response) response->body = without_credentials(response->body, token_.reveal());
        co_return response;
    }

    awaitable<Result<Answer>> ask_page(std::string next) {
        auto response = co_await send(edge_.path(next));
        if (!response) co_return response.error();
        if (auto refusal = graph_refusal(*response, deps_.clock->now())) co_return refusal->error;
        auto document = parse_json(response->body, "a list of posts");
        if (!document) co_return document.error();
        auto page = edge_.parse(document->root());
        if (!page) co_return page.error();
        Answer answer;
        answer.page = std::move(*page);
        answer.usage = graph_usage(*response);
        co_return answer;
    }

    awaitable<Result<bool>> is_there(std::string native_id) {
        auto response = co_await send(native_id + "?fields=id");
        if (!response) co_return response.error();
        auto refusal = graph_refusal(*response, deps_.clock->now());
        if (refusal && refusal->missing) co_return false;
        if (refusal) co_return refusal->error;
        auto document = parse_json(response->body, "a post");
        if (!document) co_return document.error();
        if (document->root()["id"].id() != native_id) {
            co_return Error{ErrorKind::malformed, "expected the post's `id`, got other JSON"};
        }
        co_return true;
    }

    [[nodiscard]] Batch finish(Reading reading) const {
        Batch batch = std::move(reading.batch);
        const Cursor& known = reading.known;
        std::reverse(batch.statements.begin(), batch.statements.end());
        if (!known.seen.empty() && batch.statements.empty()) {
            batch.notes.emplace_back("the list is empty, although posts were read before");
        } else if (!reading.joined && !known.seen.empty()) {
            batch.gap = Gap{known.seen.back(), batch.statements.front().native_id};
        }
        batch.account_key = known.get("account");
        batch.next = known;
        for (const Statement& statement : batch.statements) {
            batch.next.remember(statement.native_id);
        }
        slow_down(reading.usage, source_.poll_interval, batch);
        return batch;
    }

    SourceConfig source_;
    ConnectorDeps deps_;
    GraphEdge edge_;
    Secret token_;
    Secret proof_;  // appsecret_proof; empty when the app's secret is not configured
};

}  // namespace

void add_graph_options(
    std::vector<OptionSpec>& options,
    std::string_view host,
    std::string_view version,
    bool with_app_secret
) {
    OptionSpec token{"access_token", OptionType::secret, "The token that reads.", true};
    options.push_back(std::move(token));
    if (with_app_secret) {
        OptionSpec app_secret{
            "app_secret",
            OptionType::secret,
            "Secret of the app; with it every request proves that it comes from the app "
            "(`appsecret_proof`)."};
        options.push_back(std::move(app_secret));
    }
    OptionSpec api_version{"api_version", OptionType::text, "Version of the API."};
    api_version.otherwise = "`" + std::string(version) + "`";
    api_version.example = version;
    options.push_back(std::move(api_version));
    OptionSpec base_url{"base_url", OptionType::url, "Where the API is served."};
    base_url.otherwise = "`" + std::string(host) + "`";
    base_url.example = "'https://graph.example.org'";
    options.push_back(std::move(base_url));
}

std::string graph_base(
    const SourceConfig& source, std::string_view host, std::string_view version
) {
    std::string base = source.options.text("base_url", std::string(host));
    while (base.ends_with('/')) base.pop_back();
    return base + "/" + source.options.text("api_version", std::string(version));
}

bool usable_graph_name(std::string_view name) {
    return !name.empty() && name.size() <= graph_name_bytes_max && name.front() != '.' &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return ascii_alphanumeric(c) || c == '.' || c == '_' || c == '-';
           });
}

std::string graph_account(std::string text, std::string_view site) {
    for (std::string_view start : {std::string_view("https://"), std::string_view("www."), site}) {
        if (text.starts_with(start)) text.erase(0, start.size());
    }
    for (char sign : {'/', '@'}) {
        if (text.starts_with(sign)) text.erase(0, 1);
    }
    while (text.ends_with('/')) text.pop_back();
    return usable_graph_name(text) ? text : std::string();
}

std::unique_ptr<Connector> make_graph_connector(
    const SourceConfig& source, const ConnectorDeps& deps, GraphEdge edge
) {
    return std::make_unique<GraphConnector>(source, deps, std::move(edge));
}

Result<Batch> parse_graph_recorded(
    const ParseInput& input, const std::function<Result<GraphPage>(Json root)>& parse
) {
    HttpResponse response = input.response;
    if (response.status == 0) response.status = 200;
    response.body = without_credentials(response.body, "");
    if (auto refusal = graph_refusal(response, input.now)) return refusal->error;
    auto document = parse_json(response.body, "a list of posts");
    if (!document) return document.error();
    auto page = parse(document->root());
    if (!page) return page.error();
    Batch batch;
    batch.statements = std::move(page->statements);
    batch.account_key = std::move(page->account);
    batch.recovered = page->recovered;
    slow_down(graph_usage(response), input.source->poll_interval, batch);
    return batch;
}

Result<GraphPage> read_graph_entries(
    std::vector<Json> entries, ReadGraphEntry* read, const std::string& lang
) {
    if (entries.size() > statements_max) entries.resize(statements_max);
    GraphPage page;
    for (Json entry : entries) {
        auto statement = read(entry);
        if (!statement) {
            page.recovered = true;
            continue;
        }
        while (!statement->text.empty() && ascii_space(statement->text.back())) {
            statement->text.pop_back();
        }
        statement->lang = canonical_language(lang);
        statement->lang_declared = !statement->lang.empty();
        statement->raw = entry.written(raw_bytes_max);
        keep_within_limits(*statement);
        put_text_links_first(*statement);
        page.statements.push_back(std::move(*statement));
    }
    if (page.statements.size() * 2 < entries.size()) {
        return Error{
            ErrorKind::malformed,
            "expected posts with an id and a time, got a list in which most have none"};
    }
    return page;
}

Result<std::vector<Json>> graph_entries(Json root, std::string_view time_key) {
    if (root["data"].is_array()) return root["data"].items();
    if (root[time_key]) return std::vector<Json>(1, root);
    return Error{ErrorKind::malformed, "expected a list of posts, got other JSON"};
}

std::optional<Statement> begin_graph_entry(Json entry, std::string_view time_key) {
    Statement statement;
    statement.native_id = entry["id"].id();
    auto date = parse_date(entry[time_key].text());
    if (statement.native_id.empty() || !date) return std::nullopt;
    statement.published_at = date->time;
    statement.published_precision = date->precision;
    return statement;
}

std::string graph_cursor(Json paging) {
    std::string after = paging["cursors"]["after"].text();
    const bool plain = std::all_of(after.begin(), after.end(), [](char c) {
        return ascii_alphanumeric(c) || std::string_view("-_=+/.|:~").find(c) != std::string::npos;
    });
    if (!plain || after.size() > cursor_bytes_max) return {};
    return percent_encode(after, "=+/|:");
}

Media graph_media(Json entry) {
    const std::string type = entry["media_type"].text();
    Media medium;
    medium.kind = type == "VIDEO" ? "video" : type == "AUDIO" ? "audio" : "photo";
    medium.url = kept_link(entry["media_url"].text());
    medium.thumb = kept_link(entry["thumbnail_url"].text());
    medium.alt = entry["alt_text"].text();
    return medium;
}

}  // namespace spokeswatch
