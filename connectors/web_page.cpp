#include <algorithm>
#include <map>
#include <set>

#include "base/ascii.hpp"
#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "connectors/answer.hpp"
#include "connectors/article_book.hpp"
#include "connectors/kinds.hpp"
#include "connectors/limits.hpp"
#include "connectors/order.hpp"
#include "connectors/page_article.hpp"
#include "connectors/page_list.hpp"
#include "connectors/removal.hpp"
#include "connectors/robots_gate.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

constexpr std::string_view accepted = "text/html, application/xhtml+xml, */*;q=0.1";

// Of what the list says about an item: when it changes, its page is read again.
std::string listed_hash(const Statement& statement) {
    std::string words = statement.title + '\n' + statement.text + '\n' + statement.url;
    return sha256_hex(words).substr(0, 16);
}

// The publisher asks that no copy be kept: its words are read, its markup is not stored.
void honour_noarchive(const HttpResponse& response, Statement& statement) {
    const std::string tag = ascii_lower(response.header("x-robots-tag").value_or(""));
    if (tag.find("noarchive") == std::string::npos) return;
    statement.html.clear();
    statement.raw.clear();
}

Result<ListPage> read_list(const HttpResponse& response, const PageSettings& settings, Time now) {
    if (auto error = answer_error(response, now)) return *error;
    auto list = parse_page_list(response, settings);
    if (!list) return list;
    for (Statement& statement : list->statements) honour_noarchive(response, statement);
    return list;
}

class WebPageConnector : public Connector {
  public:
    WebPageConnector(const SourceConfig& source, const ConnectorDeps& deps)
        : source_(source),
          deps_(deps),
          settings_(read_page_settings(source)),
          robots_(source, deps) {}

    awaitable<Result<Batch>> poll(Cursor since) override {
        if (!settings_.faults.empty()) co_return rejected(settings_.faults);
        Batch batch;
        auto list = co_await walk(since, batch);
        if (!list) co_return list.error();
        batch.account_key = settings_.url;
        batch.next = since;
        std::vector<Statement> statements = std::move(list->statements);
        // The cursor tells new items from known ones only as far as it reaches.
        if (settings_.with_articles && statements.size() > seen_ids_max) {
            statements.resize(seen_ids_max);
        }
        sort_oldest_first(statements);
        for (const Statement& statement : statements) batch.next.remember(statement.native_id);
        if (settings_.with_articles && !since.seen.empty()) {
            batch.statements =
                co_await with_articles(std::move(statements), std::move(since), batch.next);
        } else {
            batch.statements = std::move(statements);
        }
        co_return batch;
    }

    awaitable<Result<Presence>> presence(std::string, std::string url) override {
        if (!is_http_url(url)) co_return Presence::unknown;
        auto response = co_await fetch(url);
        if (!response) co_return response.error();
        co_return removal_.judge(url, *response, deps_.clock->now());
    }

  private:
    awaitable<Result<HttpResponse>> fetch(std::string url) {
        auto gap = co_await robots_.ask(url);
        if (!gap) co_return gap.error();
        HttpRequest request = source_request(source_, deps_, std::move(url));
        request.headers.emplace_back("Accept", accepted);
        request.min_gap = std::max(request.min_gap, *gap);
        co_return co_await deps_.http->send(std::move(request));
    }

    awaitable<Result<ListPage>> read(std::string url) {
        auto response = co_await fetch(std::move(url));
        if (!response) co_return response.error();
        co_return read_list(*response, settings_, deps_.clock->now());
    }

    // The newest page and, when nothing on it is known, older ones until something is.
    awaitable<Result<ListPage>> walk(Cursor since, Batch& batch) {
        auto list = co_await read(settings_.url);
        if (!list) co_return list.error();
        std::set<std::string> visited{settings_.url};
        ListPage all = std::move(*list);
        bool joined = since.seen.empty() || all.statements.empty() || holds_known(all, since);
        while (!joined && !all.next.empty() &&
               visited.size() < static_cast<std::size_t>(settings_.pages_max) &&
               visited.insert(all.next).second) {
            auto older = co_await read(all.next);
            if (!older) co_return older.error();
            joined = holds_known(*older, since);
            add_older(std::move(*older), all);
        }
        if (!joined) batch.gap = Gap{since.seen.back(), all.statements.back().native_id};
        if (all.cut) batch.notes.emplace_back("the page is longer than is read");
        co_return all;
    }

    // New items with their pages, and known ones whose page is due. What the list alone says of an
    // item whose page was read would look like an edit, so those are left out. `next` is the cursor
    // behind the list.
    awaitable<std::vector<Statement>> with_articles(
        std::vector<Statement> items, Cursor since, Cursor& next
    ) {
        ArticleBook book(since);
        const Time now = deps_.clock->now();
        std::vector<bool> reads = choose(items, since, book, now);
        std::vector<Statement> out;
        bool refused = false;  // the site told us to wait
        for (std::size_t i = 0; i < items.size(); ++i) {
            Statement& item = items[i];
            const std::string id = item.native_id;
            const ArticleBook::Entry* entry = book.find(id);
            const bool fresh = !since.knows(id);
            if (!fresh && entry == nullptr) {  // older than our reading: the list is all there is
                out.push_back(std::move(item));
                continue;
            }
            const bool was_read = entry != nullptr && entry->read;
            const std::string listed = listed_hash(item);
            bool good = false;
            if (reads[i] && !refused) {
                auto article = co_await read_page(item);
                good = article.has_value();
                refused = !good && article.error().kind == ErrorKind::rate_limited;
                if (good) item = std::move(*article);
            }
            if (good || fresh || reads[i]) {
                // A correction on the list is asked for until the page was read again.
                book.note(
                    id, good || !was_read ? listed : entry->listed, good, now, source_.poll_interval
                );
            }
            // Its headline need not wait for its page.
            item.partial = item.partial || (!good && !item.url.empty());
            if (good || !was_read) out.push_back(std::move(item));
        }
        book.keep(next);
        co_return out;
    }

    // Which pages this poll reads: of new items the newest, and as many of those that are due.
    [[nodiscard]] std::vector<bool> choose(
        const std::vector<Statement>& items, const Cursor& since, const ArticleBook& book, Time now
    ) const {
        std::vector<bool> reads(items.size(), false);
        std::size_t fresh = 0;
        std::size_t again = 0;
        for (std::size_t i = items.size(); i-- > 0;) {
            const Statement& item = items[i];
            if (item.url.empty()) continue;
            const ArticleBook::Entry* entry = book.find(item.native_id);
            if (!since.knows(item.native_id)) {
                reads[i] = fresh++ < settings_.articles_max;
            } else if (entry != nullptr) {
                const bool due =
                    (entry->again && now >= *entry->again) || entry->listed != listed_hash(item);
                reads[i] = due && again++ < settings_.articles_max;
            }
        }
        return reads;
    }

    awaitable<Result<Statement>> read_page(Statement item) {
        auto response = co_await fetch(item.url);
        if (!response) co_return response.error();
        if (auto error = answer_error(*response, deps_.clock->now())) co_return *error;
        auto article = read_article(std::move(item), *response, settings_);
        if (article) honour_noarchive(*response, *article);
        co_return article;
    }

    SourceConfig source_;
    ConnectorDeps deps_;
    PageSettings settings_;
    RobotsGate robots_;
    RemovalJudge removal_;
};

}  // namespace

std::vector<OptionSpec> web_page_options() { return page_options(); }

void check_web_page(const SourceConfig& source, Diagnostics& diagnostics) {
    report(read_page_settings(source).faults, source.options, diagnostics);
}

std::unique_ptr<Connector> make_web_page(const SourceConfig& source, const ConnectorDeps& deps) {
    return std::make_unique<WebPageConnector>(source, deps);
}

Result<Batch> parse_web_page(const ParseInput& input) {
    const PageSettings settings = read_page_settings(*input.source);
    if (!settings.faults.empty()) return rejected(settings.faults);
    HttpResponse response = input.response;
    if (response.status == 0) response.status = 200;
    auto list = read_list(response, settings, input.now);
    if (!list) return list.error();
    Batch batch;
    batch.account_key = settings.url;
    batch.statements = std::move(list->statements);
    return batch;
}

}  // namespace spokeswatch
