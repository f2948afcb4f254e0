#include <algorithm>
#include <map>
#include <optional>

#include "base/ascii.hpp"
#include "base/clock.hpp"
#include "connectors/answer.hpp"
#include "connectors/id_order.hpp"
#include "connectors/json.hpp"
#include "connectors/kinds.hpp"
#include "connectors/limits.hpp"
#include "connectors/mastodon_status.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t page_statuses = 40;
// Servers may lower the limit to this: a page with as many may be followed by another.
constexpr std::size_t full_page_statuses = 20;
constexpr std::chrono::minutes reread_every{10};
constexpr std::chrono::hours lookup_every{24};

// "social.example" of "https://social.example/"; empty when it cannot be a host.
std::string server_name(std::string text) {
    text = ascii_lower(text);
    if (text.starts_with("https://")) text.erase(0, 8);
    while (text.ends_with('/')) text.pop_back();
    bool plain = text.find_first_of("/?#@ \\") == std::string::npos;
    return plain && !url_host("https://" + text).empty() ? text : std::string();
}

// "user" or "user@domain" of "@user@domain"; empty when it cannot be an account.
std::string account_name(std::string text) {
    if (text.starts_with('@')) text.erase(0, 1);
    bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return ascii_alphanumeric(c) || c == '_' || c == '-' || c == '.' || c == '@' || c == ':';
    });
    bool named = !text.empty() && text.front() != '@' && text.size() <= name_bytes_max;
    return plain && named && std::count(text.begin(), text.end(), '@') <= 1 ? text : std::string();
}

// What an answer means that is not the JSON that was asked for.
std::optional<Error> refusal(const HttpResponse& response, Time now) {
    auto error = json_answer_error(response, now);
    if (!error || error->kind == ErrorKind::blocked) return error;
    if (response.status == 401 || response.status == 422) {
        error->kind = ErrorKind::unauthorized;
        error->message = "the server wants an access token, or another one (HTTP " +
                         std::to_string(response.status) + ")";
    } else if (response.status == 404 && !looks_like_page(response.body)) {
        error->kind = ErrorKind::gone;
        error->message = "the server has no such account";
    } else if (response.status == 410) {
        error->message = "the account is suspended or deleted";
    }
    return error;
}

// The server no longer leads from the name to the account, for whatever reason.
bool is_lost(ErrorKind kind) {
    return kind == ErrorKind::gone || kind == ErrorKind::unauthorized ||
           kind == ErrorKind::forbidden || kind == ErrorKind::rejected ||
           kind == ErrorKind::malformed;
}

// Of an answer that is no proof: a reader who is refused learns nothing, the rest is a failure.
Result<Presence> unproven(const Error& error) {
    if (is_lost(error.kind)) return Presence::unknown;
    return error;
}

Result<MastodonAccount> read_account(const HttpResponse& response, Time now) {
    if (auto error = refusal(response, now)) return *error;
    auto document = parse_json(response.body, "an account");
    if (!document) return document.error();
    auto account = parse_mastodon_account(document->root());
    if (!account) return Error{ErrorKind::malformed, "expected an account, got other JSON"};
    return *account;
}

Result<MastodonPage> read_page(const HttpResponse& response, const std::string& lang, Time now) {
    if (auto error = refusal(response, now)) return *error;
    auto document = parse_json(response.body, "a list of statuses");
    if (!document) return document.error();
    return parse_mastodon_page(document->root(), lang);
}

// Statuses by age, read from one page or several.
struct Reading {
    std::map<std::string, Statement, IdLess> statements;
    std::string newest, oldest;  // ids among all that were read, public or not
    bool whole = true;           // it reaches to the newest status
    std::optional<Gap> gap;
    bool recovered = false;

    void add(MastodonPage page) {
        for (Statement& statement : page.statements) {
            Statement& kept = statements[statement.native_id];
            statement.late = kept.late;
            kept = std::move(statement);
        }
        const IdLess less;
        if (less(newest, page.newest)) newest = page.newest;
        if (oldest.empty() || (page.count > 0 && less(page.oldest, oldest))) oldest = page.oldest;
        recovered = recovered || page.recovered;
    }
    void mark_late() {
        for (auto& [id, statement] : statements) statement.late = true;
    }
};

class MastodonConnector : public Connector {
  public:
    MastodonConnector(const SourceConfig& source, const ConnectorDeps& deps)
        : source_(source),
          deps_(deps),
          server_(server_name(source.options.text("server"))),
          account_(account_name(source.options.text("account"))),
          base_(source.options.text("base_url", "https://" + server_)) {
        while (base_.ends_with('/')) base_.pop_back();
    }

    awaitable<Result<Batch>> poll(Cursor since) override {
        if (server_.empty()) co_return Error{ErrorKind::rejected, "`server` is not a host name"};
        if (account_.empty()) {
            co_return Error{ErrorKind::rejected, "`account` is not user or user@domain"};
        }
        auto pinned = co_await pin_account(std::move(since));
        if (!pinned) co_return pinned.error();
        Cursor next = std::move(*pinned);
        std::string last = next.get("last_id");
        Time now = deps_.clock->now();
        Reading reading;
        if (!last.empty()) {
            auto newer = co_await walk(next.get("account"), last);
            if (!newer) co_return newer.error();
            reading = std::move(*newer);
        }
        if (last.empty() || !reading.whole || is_due(next.get("reread_at"), reread_every, now)) {
            auto page = co_await ask(next.get("account"));
            if (!page) co_return page.error();
            if (!reading.whole && IdLess()(reading.newest, page->oldest)) {
                reading.gap = Gap{reading.newest, page->oldest};
            }
            reading.add(std::move(*page));
            next.state["reread_at"] = format_time(now);
        }
        co_return finish(std::move(reading), std::move(next));
    }

    awaitable<Result<Presence>> presence(std::string native_id, std::string) override {
        if (server_.empty() || account_.empty() || !is_mastodon_id(native_id)) {
            co_return Presence::unknown;
        }
        Time now = deps_.clock->now();
        auto response = co_await send("/api/v1/statuses/" + native_id);
        if (!response) co_return response.error();
        auto page = read_page(*response, "", now);
        if (page) {
            bool shown = page->newest == native_id && !page->statements.empty();
            co_return shown ? Presence::there : Presence::unknown;
        }
        if (response->status != 404 || page.error().kind != ErrorKind::gone) {
            co_return unproven(page.error());
        }
        // What a suspended account has said is not found either.
        auto account = co_await look_up();
        if (!account) co_return unproven(account.error());
        co_return account->suspended ? Presence::unknown : Presence::deleted;
    }

  private:
    awaitable<Result<HttpResponse>> send(std::string path) {
        HttpRequest request = source_request(source_, deps_, base_ + path);
        request.headers.emplace_back("Accept", "application/json");
        if (source_.options.has("access_token")) {
            request.headers.emplace_back(
                "Authorization", "Bearer " + source_.options.secret("access_token").reveal()
            );
        }
        co_return co_await deps_.http->send(std::move(request));
    }

    awaitable<Result<MastodonAccount>> look_up() {
        auto response = co_await send("/api/v1/accounts/lookup?acct=" + account_);
        if (!response) co_return response.error();
        co_return read_account(*response, deps_.clock->now());
    }

    // The cursor with the id of the account. The name is looked up once, and after that once a day
    // only to learn what became of it: statuses are read by the id.
    awaitable<Result<Cursor>> pin_account(Cursor cursor) {
        std::string name = account_ + " " + server_;
        if (cursor.get("name") != name) cursor = Cursor();
        cursor.state["name"] = std::move(name);
        Time now = deps_.clock->now();
        const std::string pinned = cursor.get("account");
        if (!pinned.empty() && !is_due(cursor.get("looked_up_at"), lookup_every, now)) {
            co_return cursor;
        }
        auto account = co_await look_up();
        if (!account && pinned.empty()) co_return account.error();
        // It does not answer now: statuses need no name, and the next poll asks again.
        if (!account && !is_lost(account.error().kind)) co_return cursor;
        if (account && account->suspended) {
            co_return Error{ErrorKind::gone, "the account is suspended"};
        }
        std::string note;
        if (!account) {
            note = "the name leads to no account any more (" + account.error().message +
                   "); the account it led to is still read";
        } else if (!pinned.empty() && account->id != pinned) {
            note = "the name now belongs to another account; the account it led to is still read";
        } else {
            note = account->note;
            cursor.state["account"] = account->id;
        }
        cursor.state["note"] = std::move(note);
        cursor.state["looked_up_at"] = format_time(now);
        co_return cursor;
    }

    // One page, immediately newer than `min_id` and older than `max_id` where they are given.
    awaitable<Result<MastodonPage>> ask(
        std::string account, std::string min_id = "", std::string max_id = ""
    ) {
        std::string path =
            "/api/v1/accounts/" + account + "/statuses?limit=" + std::to_string(page_statuses);
        if (source_.options.flag("exclude_reblogs", false)) path += "&exclude_reblogs=true";
        if (!min_id.empty()) path += "&min_id=" + min_id;
        if (!max_id.empty()) path += "&max_id=" + max_id;
        auto response = co_await send(std::move(path));
        if (!response) co_return response.error();
        co_return read_page(*response, source_.lang, deps_.clock->now());
    }

    // Forward from `last`, page by page. Not whole when there are more pages than are read at once.
    awaitable<Result<Reading>> walk(std::string account, std::string last) {
        const IdLess less;
        Reading reading;
        reading.newest = std::move(last);
        bool in_order = false;
        for (int count = 0; count < catchup_pages_max; ++count) {
            const std::string known = reading.newest;
            auto page = co_await ask(account, known);
            if (!page) co_return page.error();
            const std::string oldest = page->oldest;
            bool further = less(known, page->newest);
            bool full = page->count >= full_page_statuses;
            // What stands before the last page was waiting for us.
            if (further) reading.mark_late();
            reading.add(std::move(*page));
            if (!further || !full) co_return reading;
            if (!in_order && less(known, oldest)) {
                auto skipped = co_await ask(account, known, oldest);
                if (!skipped) co_return skipped.error();
                fill(reading, std::move(*skipped), known);
            }
            in_order = true;
        }
        reading.mark_late();
        reading.whole = false;
        co_return reading;
    }

    // Some servers take `min_id` for `since_id` and give the newest page instead of the next one:
    // what lies between is added, as far as one page goes.
    static void fill(Reading& reading, MastodonPage skipped, const std::string& known) {
        if (skipped.count >= full_page_statuses && IdLess()(known, skipped.oldest)) {
            reading.gap = Gap{known, skipped.oldest};
        }
        for (const Statement& statement : skipped.statements) {
            reading.statements[statement.native_id].late = true;
        }
        reading.add(std::move(skipped));
    }

    [[nodiscard]] Batch finish(Reading reading, Cursor next) const {
        Batch batch;
        batch.account_key = next.get("account") + "@" + server_;
        batch.recovered = reading.recovered;
        batch.gap = std::move(reading.gap);
        if (std::string note = next.get("note"); !note.empty()) batch.notes.push_back(note);
        // Deletions and pins bring up what is older than everything the first poll read: no news.
        const std::string first = next.state.try_emplace("first_id", reading.oldest).first->second;
        for (auto& [id, statement] : reading.statements) {
            if (IdLess()(id, first)) continue;
            next.remember(id);
            batch.statements.push_back(std::move(statement));
        }
        if (IdLess()(next.get("last_id"), reading.newest)) {
            next.state["last_id"] = reading.newest;
        }
        batch.next = std::move(next);
        return batch;
    }

    SourceConfig source_;
    ConnectorDeps deps_;
    std::string server_;   // empty when the configured one cannot be one
    std::string account_;  // the same
    std::string base_;
};

}  // namespace

std::vector<OptionSpec> mastodon_options() {
    std::vector<OptionSpec> options(5);
    options[0] = {"server", OptionType::text, "Host of the account's home server.", true};
    options[0].example = "social.example.org";
    options[1] = {"account", OptionType::text, "The account: `user` or `user@domain`.", true};
    options[1].example = "mfa";
    options[2] = {
        "exclude_reblogs", OptionType::flag, "Leave out what the account only passes on."};
    options[2].otherwise = "`false`";
    options[2].example = "true";
    options[3] = {
        "access_token", OptionType::secret, "For servers that show nothing without an account."};
    options[4] = {"base_url", OptionType::url, "Where the API is served."};
    options[4].otherwise = "`https://` and `server`";
    options[4].example = "'https://social.example.org'";
    return options;
}

std::unique_ptr<Connector> make_mastodon(const SourceConfig& source, const ConnectorDeps& deps) {
    return std::make_unique<MastodonConnector>(source, deps);
}

Result<Batch> parse_mastodon(const ParseInput& input) {
    HttpResponse response = input.response;
    if (response.status == 0) response.status = 200;
    if (auto error = refusal(response, input.now)) return *error;
    auto document = parse_json(response.body, "a list of statuses");
    if (!document) return document.error();
    Batch batch;
    std::string server = server_name(input.source->options.text("server"));
    if (server.empty()) server = url_host(response.url);
    auto account = parse_mastodon_account(document->root());
    if (!account) {
        auto page = parse_mastodon_page(document->root(), input.source->lang);
        if (!page) return page.error();
        batch.statements = std::move(page->statements);
        batch.recovered = page->recovered;
        account.emplace();
        if (!batch.statements.empty()) account->id = batch.statements.front().author_id;
    }
    if (account->suspended) return Error{ErrorKind::gone, "the account is suspended"};
    if (!account->note.empty()) batch.notes.push_back(account->note);
    if (!account->id.empty()) {
        batch.account_key = account->id + (server.empty() ? "" : "@" + server);
    }
    return batch;
}

}  // namespace spokeswatch
