#include <algorithm>
#include <map>
#include <optional>

#include "base/clock.hpp"
#include "connectors/answer.hpp"
#include "connectors/kinds.hpp"
#include "connectors/limits.hpp"
#include "connectors/telegram_page.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

std::int64_t lowest_id(const TelegramPage& page) {
    std::int64_t lowest = 0;
    for (const Statement& statement : page.statements) {
        std::int64_t id = telegram_id(statement.native_id);
        if (lowest == 0 || id < lowest) lowest = id;
    }
    return lowest;
}

std::int64_t highest_id(const TelegramPage& page) {
    std::int64_t highest = 0;
    for (const Statement& statement : page.statements) {
        highest = std::max(highest, telegram_id(statement.native_id));
    }
    return highest;
}

bool holds(const TelegramPage& page, std::int64_t id) {
    return std::any_of(page.statements.begin(), page.statements.end(), [&](const Statement& s) {
        return telegram_id(s.native_id) == id;
    });
}

Gap gap_between(std::int64_t from, std::int64_t to) {
    Gap gap;
    gap.from_id = std::to_string(from);
    gap.to_id = std::to_string(to);
    return gap;
}

// An answer of t.me as a page. A redirect that was not followed is the one from /s/<name> to
// /<name>, which says that there is no preview.
Result<TelegramPage> read_page(const HttpResponse& response, const SourceConfig& source, Time now) {
    if (response.status >= 301 && response.status <= 308 && response.status != 304) {
        return Error{ErrorKind::forbidden, "the channel has no public preview"};
    }
    if (auto error = answer_error(response, now)) return *error;
    if (response.body.empty()) {
        return Error{ErrorKind::server, "expected a channel preview, got an empty answer"};
    }
    std::string base = response.url.empty() ? "https://t.me/" : response.url;
    return parse_telegram_page(response.body, header_charset(response), base, source.lang);
}

// Messages between the last known one and the newest page, read page by page.
struct CatchUp {
    std::map<std::int64_t, Statement> statements;
    std::optional<Gap> gap;  // what could not be read

    // What lies between the two, exclusive.
    void add(TelegramPage page, std::int64_t last, std::int64_t lowest) {
        for (Statement& statement : page.statements) {
            std::int64_t id = telegram_id(statement.native_id);
            if (id <= last || id >= lowest) continue;
            statement.late = true;
            statements.insert_or_assign(id, std::move(statement));
        }
    }
};

class TelegramWebConnector : public Connector {
  public:
    TelegramWebConnector(const SourceConfig& source, const ConnectorDeps& deps)
        : source_(source), deps_(deps) {
        std::string base = source.options.text("base_url", "https://t.me");
        while (base.ends_with('/')) base.pop_back();
        std::string channel = telegram_channel(source.options.text("channel"));
        if (!channel.empty()) address_ = base + "/s/" + channel;
    }

    awaitable<Result<Batch>> poll(Cursor since) override {
        if (address_.empty()) {
            co_return Error{ErrorKind::rejected, "`channel` is not the name of a channel"};
        }
        std::string newest_page;
        auto page = co_await ask(newest_page);
        if (!page) co_return page.error();
        Batch batch;
        batch.account_key = page->account_key;
        std::int64_t last = telegram_id(since.get("last_id"));
        // Numbers tell; a page that hides the number goes by the name.
        std::int64_t account = telegram_id(page->account_key);
        std::int64_t known_account = telegram_id(since.get("account"));
        if (account > 0 && known_account > 0 && account != known_account) {
            batch.notes.emplace_back("the name now belongs to another channel");
            last = 0;
        }
        std::int64_t lowest = lowest_id(*page);
        std::map<std::int64_t, Statement> statements;
        if (last > 0 && lowest > last + 1 && !holds(*page, last)) {
            auto older = co_await catch_up(last, lowest);
            if (!older) co_return older.error();
            statements = std::move(older->statements);
            batch.gap = std::move(older->gap);
        }
        std::int64_t highest = std::max(last, highest_id(*page));
        for (Statement& statement : page->statements) {
            std::int64_t id = telegram_id(statement.native_id);
            statements.insert_or_assign(id, std::move(statement));
        }
        finish(std::move(statements), std::move(since), highest, batch);
        co_return batch;
    }

  private:
    HttpRequest make_request(const std::string& url) const {
        HttpRequest request = source_request(source_, deps_, url);
        // Without it the server chooses the language of "edited" by our address.
        request.headers.emplace_back("Accept-Language", "en");
        return request;
    }

    awaitable<Result<TelegramPage>> ask(std::string query) {
        HttpRequest request = make_request(address_ + query);
        auto response = co_await deps_.http->send(std::move(request));
        if (!response) co_return response.error();
        co_return read_page(*response, source_, deps_.clock->now());
    }

    // Pages after `last` until they meet the newest page, which begins at `lowest`.
    awaitable<Result<CatchUp>> catch_up(std::int64_t last, std::int64_t lowest) {
        CatchUp found;
        std::int64_t reached = last;
        std::string query = "?after=" + std::to_string(last);
        for (int count = 0; count < catchup_pages_max; ++count) {
            auto page = co_await ask(query);
            if (!page) co_return page.error();
            std::int64_t newest = highest_id(*page);
            bool beyond = lowest_id(*page) >= lowest;
            if (beyond && reached > last) co_return found;
            if (beyond || newest <= reached) {
                // Nothing lies between, or the server does not look ahead: the page before the
                // newest one tells.
                query = "?before=" + std::to_string(lowest);
                auto older = co_await ask(query);
                if (!older) co_return older.error();
                std::int64_t start = lowest_id(*older);
                if (start == 0 || start > lowest) start = lowest;
                if (start > reached) found.gap = gap_between(reached, start);
                found.add(std::move(*older), last, lowest);
                co_return found;
            }
            bool met = newest + 1 >= lowest || page->after.empty();
            reached = newest;
            query = "?after=" + page->after;
            found.add(std::move(*page), last, lowest);
            if (met) co_return found;
        }
        found.gap = gap_between(reached, lowest);
        co_return found;
    }

    static void finish(
        std::map<std::int64_t, Statement> statements,
        Cursor since,
        std::int64_t highest,
        Batch& batch
    ) {
        batch.next = std::move(since);
        for (auto& [id, statement] : statements) {
            batch.next.remember(statement.native_id);
            batch.statements.push_back(std::move(statement));
        }
        if (highest > 0) batch.next.state["last_id"] = std::to_string(highest);
        if (!batch.account_key.empty()) batch.next.state["account"] = batch.account_key;
    }

    SourceConfig source_;
    ConnectorDeps deps_;
    std::string address_;  // of the preview; empty when the configured name cannot be one
};

}  // namespace

std::vector<OptionSpec> telegram_web_options() {
    std::vector<OptionSpec> options(2);
    options[0] = {
        "channel", OptionType::text, "Name of the channel, with or without `@` or `t.me/`.", true};
    options[0].example = "mothershipsg";
    options[1] = {"base_url", OptionType::url, "Where the preview is served."};
    options[1].otherwise = "`https://t.me`";
    options[1].example = "'https://t.example.org'";
    return options;
}

std::unique_ptr<Connector> make_telegram_web(
    const SourceConfig& source, const ConnectorDeps& deps
) {
    return std::make_unique<TelegramWebConnector>(source, deps);
}

Result<Batch> parse_telegram_web(const ParseInput& input) {
    HttpResponse response = input.response;
    if (response.status == 0) response.status = 200;
    auto page = read_page(response, *input.source, input.now);
    if (!page) return page.error();
    Batch batch;
    batch.account_key = page->account_key;
    batch.statements = std::move(page->statements);
    if (batch.statements.size() > statements_max) batch.statements.resize(statements_max);
    return batch;
}

}  // namespace spokeswatch
