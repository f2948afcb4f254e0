#include <algorithm>
#include <map>
#include <optional>

#include "base/ascii.hpp"
#include "base/clock.hpp"
#include "connectors/answer.hpp"
#include "connectors/kinds.hpp"
#include "connectors/limits.hpp"
#include "connectors/x_answer.hpp"
#include "connectors/x_post.hpp"
#include "connectors/x_spending.hpp"
#include "text/url_encoding.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t page_posts_min = 5;  // X refuses fewer
constexpr std::size_t page_posts = 10;     // every post costs money
constexpr std::size_t reread_posts = 20;
constexpr std::size_t catchup_posts = 100;
constexpr std::chrono::hours reread_every{1};
constexpr std::chrono::hours lookup_every{24};

// "name" of "@name"; empty when it cannot be a handle.
std::string account_name(std::string text) {
    if (text.starts_with('@')) text.erase(0, 1);
    bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return ascii_alphanumeric(c) || c == '_';
    });
    return plain && text.size() <= 15 ? text : std::string();
}

// X has two names for the parameters and fields of posts, and documents both.
enum class Dialect { tweet, post };

std::string fields_of(Dialect dialect) {
    const std::string name = dialect == Dialect::tweet ? "tweet" : "post";
    return "&" + name + ".fields=id,text,created_at,author_id,conversation_id," +
           "in_reply_to_user_id,referenced_" + name + "s,edit_history_" + name +
           "_ids,edit_controls,entities,attachments,lang,note_" + name +
           ",article,possibly_sensitive,withheld&expansions=author_id,attachments.media_keys," +
           "attachments.poll_ids,referenced_" + name + "s.id,referenced_" + name +
           "s.id.author_id&media.fields=type,url,preview_image_url,alt_text,variants," +
           "duration_ms,width,height&user.fields=username,name,verified_type";
}

// One page of a timeline. Without `since_id` it is the newest one, with `token` an older one.
struct Question {
    std::string user;
    std::string since_id;
    std::string token;
    std::size_t posts = page_posts;
};

struct Answer {
    XPage page;
    bool since_refused = false;  // `since_id` is too old: nothing was read
};

// The newest version of each post, from one page or several.
struct Reading {
    std::map<std::string, XPost> posts;  // by native id
    std::string newest;                  // id of the newest version
    std::vector<std::string> withheld;
    std::size_t missing = 0;
    bool whole = true;  // nothing lies between this and what was known before
    bool recovered = false;

    // What is newer than `late_from` was waiting for us; empty: nothing was.
    void add(XPage page, const std::string& late_from) {
        for (XPost& post : page.posts) {
            post.statement.late = !late_from.empty() && IdLess()(late_from, post.id);
            auto [place, fresh] = posts.try_emplace(post.statement.native_id);
            if (!fresh && IdLess()(post.id, place->second.id)) continue;
            if (!fresh) post.statement.late = place->second.statement.late;
            place->second = std::move(post);
        }
        for (std::string& country : page.withheld) add_unique(withheld, std::move(country));
        if (IdLess()(newest, page.newest)) newest = page.newest;
        missing += page.missing;
        recovered = recovered || page.recovered;
    }

    // Oldest first.
    std::vector<XPost> sorted() && {
        std::vector<XPost> all;
        for (auto& [id, post] : posts) all.push_back(std::move(post));
        std::sort(all.begin(), all.end(), [](const XPost& a, const XPost& b) {
            return IdLess()(a.id, b.id);
        });
        return all;
    }
};

std::vector<std::string> notes_on(std::size_t missing, const std::vector<std::string>& withheld) {
    std::vector<std::string> notes;
    if (missing > 0) {
        notes.push_back(
            "X does not show " + std::to_string(missing) +
            " of the posts that are quoted, reposted or answered"
        );
    }
    std::string countries;
    for (const std::string& country : withheld) {
        countries += (countries.empty() ? "" : ", ") + country;
    }
    if (!countries.empty()) notes.push_back("posts are withheld in " + countries);
    return notes;
}

class XConnector : public Connector {
  public:
    XConnector(const SourceConfig& source, const ConnectorDeps& deps)
        : source_(source),
          deps_(deps),
          account_(account_name(source.options.text("account"))),
          base_(source.options.text("base_url", "https://api.x.com")),
          budget_usd_(source.options.whole("monthly_budget_usd", 0)) {
        while (base_.ends_with('/')) base_.pop_back();
    }

    awaitable<Result<Batch>> poll(Cursor since) override {
        if (account_.empty()) co_return Error{ErrorKind::rejected, "`account` is not a handle"};
        const Time now = deps_.clock->now();
        spending_.resume(since.get("spending"), now);
        if (auto error = over_budget(now)) co_return *error;
        choose_dialect(since);
        wait_.reset();
        auto pinned = co_await pin_account(std::move(since));
        if (!pinned) co_return pinned.error();
        Cursor next = std::move(*pinned);

        Question question;
        question.user = next.get("user_id");
        const std::string last = next.get("last_id");
        Reading reading;
        if (!last.empty()) {
            auto newer = co_await walk(question.user, last);
            if (!newer) co_return newer.error();
            reading = std::move(*newer);
            question.posts = reread_posts;
        }
        // What X indexed late is not found behind `since_id`, and edits and withheld posts show.
        const bool paid = last.empty() || !over_budget(now);
        if (paid && (last.empty() || is_due(next.get("reread_at"), reread_every, now))) {
            auto answer = co_await ask(question);
            if (!answer) co_return answer.error();
            reading.add(std::move(answer->page), "");
            next.state["reread_at"] = format_time(now);
        }
        co_return finish(std::move(reading), std::move(next));
    }

    awaitable<Result<Presence>> presence(std::string native_id, std::string) override {
        if (!is_x_id(native_id)) co_return Presence::unknown;
        const Time now = deps_.clock->now();
        if (auto error = over_budget(now)) co_return *error;
        // Without a field by name it is the same in both dialects.
        auto response = co_await send("/2/tweets?ids=" + native_id);
        if (!response) co_return response.error();
        auto document = read_x_document(*response, now);
        if (!document) co_return document.error();
        const Presence presence = x_presence(document->root(), native_id);
        if (presence == Presence::there) spending_.read_post(native_id, now);
        co_return presence;
    }

  private:
    awaitable<Result<HttpResponse>> send(std::string path) {
        HttpRequest request = source_request(source_, deps_, base_ + path);
        request.headers.emplace_back("Accept", "application/json");
        request.headers.emplace_back(
            "Authorization", "Bearer " + source_.options.secret("bearer_token").reveal()
        );
        auto response = co_await deps_.http->send(std::move(request));
        if (response && response->header("x-rate-limit-remaining") == "0") {
            wait_ = limit_reset(*response, deps_.clock->now());
        }
        co_return response;
    }

    [[nodiscard]] std::optional<Error> over_budget(Time now) const {
        if (budget_usd_ == 0 || spending_.posts_left(budget_usd_) >= page_posts_min) {
            return std::nullopt;
        }
        const Time end = next_month(now);
        Error error;
        error.kind = ErrorKind::quota;
        error.message = "`monthly_budget_usd` of $" + std::to_string(budget_usd_) +
                        " is spent; reading goes on at " + format_time(end) +
                        ", or when the budget is raised";
        error.retry_after = std::min<std::chrono::seconds>(
            std::chrono::ceil<std::chrono::seconds>(end - now), retry_after_max
        );
        return error;
    }

    void choose_dialect(const Cursor& since) {
        std::string name = source_.options.text("dialect", "auto");
        free_dialect_ = name == "auto";
        if (free_dialect_) name = since.get("dialect");
        if (!name.empty()) dialect_ = name == "post" ? Dialect::post : Dialect::tweet;
    }

    // The cursor with the id of the account. The handle is looked up once, and after that once a
    // day only to learn what became of it: posts are read by the id.
    awaitable<Result<Cursor>> pin_account(Cursor cursor) {
        const std::string name = ascii_lower(account_);
        if (cursor.get("account") != name) cursor = Cursor();
        cursor.state["account"] = name;
        const Time now = deps_.clock->now();
        const std::string pinned = cursor.get("user_id");
        if (!pinned.empty() && !is_due(cursor.get("looked_up_at"), lookup_every, now)) {
            co_return cursor;
        }
        auto user = co_await look_up();
        const bool lost = !user && user.error().kind == ErrorKind::gone;
        if (!user && (pinned.empty() || !lost)) co_return user.error();
        std::string note;
        if (lost) {
            note = "nobody has the handle any more; the account that had it is still read";
        } else if (!pinned.empty() && user->id != pinned) {
            note = "the handle now belongs to another account; the one that had it is still read";
        } else {
            cursor.state["user_id"] = user->id;
            if (user->closed) note = "the account shows its posts to approved followers only";
        }
        cursor.state["note"] = std::move(note);
        cursor.state["looked_up_at"] = format_time(now);
        co_return cursor;
    }

    awaitable<Result<XUser>> look_up() {
        auto response = co_await send(
            "/2/users/by/username/" + account_ +
            "?user.fields=id,name,username,verified,verified_type,protected,withheld"
        );
        if (!response) co_return response.error();
        const Time now = deps_.clock->now();
        auto document = read_x_document(*response, now);
        if (!document) co_return document.error();
        if (auto error = x_refusal(document->root())) co_return *error;
        auto user = parse_x_user(document->root());
        if (!user) co_return Error{ErrorKind::malformed, "expected a user, got other JSON"};
        spending_.read_user(now);
        co_return *user;
    }

    [[nodiscard]] std::string path_of(const Question& question) const {
        std::size_t posts = question.posts;
        if (budget_usd_ > 0) {
            posts = std::clamp(spending_.posts_left(budget_usd_), page_posts_min, posts);
        }
        std::string path =
            "/2/users/" + question.user + "/tweets?max_results=" + std::to_string(posts);
        if (!question.since_id.empty()) path += "&since_id=" + question.since_id;
        if (!question.token.empty()) {
            path += "&pagination_token=" + percent_encode(question.token, "%&+#");
        }
        if (source_.options.flag("exclude_reposts", false)) path += "&exclude=retweets";
        return path + fields_of(dialect_);
    }

    awaitable<Result<Answer>> ask(Question question) {
        auto response = co_await send(path_of(question));
        if (response && free_dialect_ && refuses_fields(*response)) {
            dialect_ = dialect_ == Dialect::tweet ? Dialect::post : Dialect::tweet;
            response = co_await send(path_of(question));
        }
        if (!response) co_return response.error();
        Answer answer;
        answer.since_refused = !question.since_id.empty() && refuses_since_id(*response);
        if (answer.since_refused) co_return answer;
        const Time now = deps_.clock->now();
        auto document = read_x_document(*response, now);
        if (!document) co_return document.error();
        if (auto error = x_refusal(document->root())) co_return *error;
        auto page = parse_x_page(document->root(), source_.lang);
        if (!page) co_return page.error();
        for (const XPost& post : page->posts) spending_.read_post(post.id, now);
        answer.page = std::move(*page);
        co_return answer;
    }

    // From the newest post back to `last`. Not whole when there are more pages than are read at
    // once, or than the budget pays for.
    awaitable<Result<Reading>> walk(std::string user, std::string last) {
        Reading reading;
        reading.newest = last;
        Question question;
        question.user = std::move(user);
        question.since_id = last;
        for (int count = 0; count < catchup_pages_max; ++count) {
            auto answer = co_await ask(question);
            if (!answer) co_return answer.error();
            if (answer->since_refused) {
                question.since_id.clear();
                question.posts = catchup_posts;
                continue;
            }
            XPage& page = answer->page;
            const std::string token = page.next_token;
            const bool reached = !page.oldest.empty() && !IdLess()(last, page.oldest);
            reading.add(std::move(page), question.token.empty() ? "" : last);
            if (reached || token.empty() || token == question.token) co_return reading;
            question.token = token;
            question.posts = catchup_posts;
            if (over_budget(deps_.clock->now())) break;
        }
        reading.whole = false;
        co_return reading;
    }

    Batch finish(Reading reading, Cursor next) const {
        Batch batch;
        batch.account_key = next.get("user_id");
        batch.recovered = reading.recovered;
        batch.poll_after = wait_;
        if (std::string note = next.get("note"); !note.empty()) batch.notes.push_back(note);
        for (std::string& note : notes_on(reading.missing, reading.withheld)) {
            batch.notes.push_back(std::move(note));
        }
        batch.notes.push_back(spending_.in_words(deps_.clock->now()));
        const std::string last = next.get("last_id");
        if (IdLess()(last, reading.newest)) next.state["last_id"] = reading.newest;
        const bool whole = reading.whole;
        for (XPost& post : std::move(reading).sorted()) {
            if (!whole && !batch.gap && IdLess()(last, post.id)) {
                batch.gap = Gap{last, post.statement.native_id};
            }
            next.remember(post.statement.native_id);
            batch.statements.push_back(std::move(post.statement));
        }
        next.state["spending"] = spending_.written();
        next.state["dialect"] = dialect_ == Dialect::post ? "post" : "tweet";
        batch.next = std::move(next);
        return batch;
    }

    SourceConfig source_;
    ConnectorDeps deps_;
    std::string account_;  // empty when the configured one can be none
    std::string base_;
    std::int64_t budget_usd_;  // 0: none

    // Held here as well as in the cursor, because a poll that fails brings none: what it read is
    // paid for all the same.
    XSpending spending_;
    Dialect dialect_ = Dialect::tweet;
    bool free_dialect_ = true;
    std::optional<std::chrono::seconds> wait_;  // until the rate limit of this poll ends
};

}  // namespace

std::vector<OptionSpec> x_options() {
    std::vector<OptionSpec> options(6);
    options[0] = {"account", OptionType::text, "Handle of the account.", true};
    options[0].example = "SpokespersonCHN";
    options[1] = {
        "bearer_token", OptionType::secret, "Bearer token of your app at developer.x.com.", true};
    options[1].global = "x_bearer_token";
    options[2] = {
        "monthly_budget_usd",
        OptionType::whole,
        "Stop reading this source when about so many US dollars are spent in a calendar month "
        "(UTC)."};
    options[2].low = 1;
    options[2].high = 1'000'000;
    options[2].otherwise = "no limit";
    options[2].example = "10";
    options[3] = {
        "exclude_reposts",
        OptionType::flag,
        "Leave out, and do not pay for, what the account "
        "only passes on."};
    options[3].otherwise = "no";
    options[3].example = "true";
    options[4] = {
        "dialect",
        OptionType::choice,
        "Names of the fields of posts: X documents two. `auto` asks with `tweet` and changes when "
        "X refuses them."};
    options[4].choices = {"auto", "tweet", "post"};
    options[4].otherwise = "`auto`";
    options[4].example = "post";
    options[5] = {"base_url", OptionType::url, "Where the API is served."};
    options[5].otherwise = "`https://api.x.com`";
    options[5].example = "'https://x-api.example.org'";
    return options;
}

std::unique_ptr<Connector> make_x(const SourceConfig& source, const ConnectorDeps& deps) {
    return std::make_unique<XConnector>(source, deps);
}

Result<Batch> parse_x(const ParseInput& input) {
    HttpResponse response = input.response;
    if (response.status == 0) response.status = 200;
    auto document = read_x_document(response, input.now);
    if (!document) return document.error();
    Json root = document->root();
    if (auto error = x_refusal(root)) return *error;
    Batch batch;
    if (auto user = parse_x_user(root)) {
        batch.account_key = user->id;
        return batch;
    }
    auto page = parse_x_page(root, input.source->lang);
    if (!page) return page.error();
    batch.recovered = page->recovered;
    batch.notes = notes_on(page->missing, page->withheld);
    for (XPost& post : page->posts) batch.statements.push_back(std::move(post.statement));
    if (!batch.statements.empty()) batch.account_key = batch.statements.front().author_id;
    return batch;
}

}  // namespace spokeswatch
