#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "base/ascii.hpp"
#include "base/clock.hpp"
#include "connectors/answer.hpp"
#include "connectors/json.hpp"
#include "connectors/kinds.hpp"
#include "connectors/newest_first.hpp"
#include "connectors/weibo_post.hpp"
#include "text/url.hpp"
#include "text/url_encoding.hpp"

namespace spokeswatch {

namespace {

using namespace std::chrono_literals;

// More than one request in three to five seconds gets an address refused for minutes to hours.
constexpr std::chrono::milliseconds request_gap{4'000};
constexpr std::chrono::minutes refused_wait{15};
constexpr std::chrono::minutes renew_every{5};
constexpr int long_text_attempts_max = 4;
constexpr int long_texts_max = 20;  // asked for in one poll
constexpr std::size_t cookie_bytes_max = 4096;

// Digits of an account's number; empty when it cannot be one.
std::string user_number(const std::string& text) {
    bool number = std::all_of(text.begin(), text.end(), ascii_digit);
    return number && text.size() <= 20 ? text : std::string();
}

bool is_visitor_system(const HttpResponse& response) {
    const std::string host = url_host(response.header("location").value_or(""));
    return host.starts_with("passport.weibo.") || host.starts_with("visitor.passport.weibo.");
}

// What a status means that is not the JSON that was asked for.
std::optional<Error> status_error(const HttpResponse& response, Time now) {
    auto error = json_answer_error(response, now);
    const int status = response.status;
    if (!error && response.body.empty()) {
        return Error{ErrorKind::server, "expected JSON, got an empty answer"};
    }
    if (!error) return std::nullopt;
    if (status == 432) {
        error->kind = ErrorKind::unauthorized;
        error->message = "Weibo wants the cookie of a visitor or an account (HTTP 432)";
    } else if (status >= 300 && status < 400 && is_visitor_system(response)) {
        error->kind = ErrorKind::blocked;
        error->message = "the Sina Visitor System stands in the way";
    } else if (status == 418 || (status == 403 && error->kind == ErrorKind::forbidden)) {
        error->kind = ErrorKind::rate_limited;
        error->message =
            "Weibo refuses this address for a while (HTTP " + std::to_string(status) + ")";
        if (!error->retry_after) error->retry_after = refused_wait;
    }
    return error;
}

bool is_nothing(const std::string& words) {
    return words.find("还没有内容") != std::string::npos ||
           words.find("暂无数据") != std::string::npos;
}

// What `ok` and `msg` of an answer mean. An empty list is none of it.
std::optional<Error> verdict(Json root) {
    struct Refusal {
        std::string_view part;  // of `msg`
        ErrorKind kind;
        std::string_view words;
    };
    static constexpr std::array refusals{
        Refusal{"过于频繁", ErrorKind::rate_limited, "Weibo asks for fewer requests"},
        Refusal{"登录", ErrorKind::unauthorized, "Weibo shows this only to who is logged in"},
        Refusal{"不存在", ErrorKind::gone, "there is no such account or post"},
    };
    const std::string ok = root["ok"].text();
    if (ok == "-100") {
        return Error{ErrorKind::unauthorized, "the cookie has expired or is not enough (ok -100)"};
    }
    if (ok.empty() || ok == "1") return std::nullopt;
    const std::string words = root["msg"].text();
    for (const Refusal& refusal : refusals) {
        if (words.find(refusal.part) != std::string::npos) {
            return Error{refusal.kind, std::string(refusal.words)};
        }
    }
    if (ok == "0" && is_nothing(words)) return std::nullopt;
    return Error{ErrorKind::server, "Weibo gave no data and no reason that is known"};
}

Result<JsonDocument> read_json(const HttpResponse& response, Time now) {
    if (auto error = status_error(response, now)) return *error;
    auto document = parse_json(response.body, "an answer of m.weibo.cn");
    if (!document) return document.error();
    if (auto error = verdict(document->root())) return *error;
    return document;
}

// The list of an account's posts by its profile; empty when the answer is no profile.
std::string posts_container(Json profile) {
    for (Json tab : profile["data"]["tabsInfo"]["tabs"].items()) {
        const std::string id = tab["containerid"].id();
        bool plain = std::all_of(id.begin(), id.end(), ascii_alphanumeric);
        if (tab["tab_type"].text() == "weibo" && plain && id.size() <= 64) return id;
    }
    return {};
}

// "NAME=value" that is safe in a header.
std::string cookie_pair(std::string_view name, const std::string& value) {
    bool plain = std::all_of(value.begin(), value.end(), [](char c) {
        return c > 0x20 && c < 0x7f && c != ';' && c != ',' && c != '"' && c != '\\';
    });
    if (!plain || value.empty() || value.size() > cookie_bytes_max) return {};
    return std::string(name) + "=" + value;
}

// Cookie header of a new visitor, from `callback({"retcode":20000000,"data":{"sub":...}})`.
Result<std::string> visitor_cookie(const HttpResponse& response, Time now) {
    if (auto error = answer_error(response, now)) return *error;
    const std::string_view body = response.body;
    const auto start = body.find('(');
    const auto end = body.rfind(')');
    Error failure{ErrorKind::blocked, "the Sina Visitor System gave no cookie to a new visitor"};
    if (start == std::string_view::npos || end == std::string_view::npos || end < start) {
        return failure;
    }
    auto document = parse_json(body.substr(start + 1, end - start - 1), "a visitor");
    if (!document) return failure;
    Json data = document->root()["data"];
    std::string cookie = cookie_pair("SUB", data["sub"].text());
    if (cookie.empty()) return failure;
    std::string second = cookie_pair("SUBP", data["subp"].text());
    return second.empty() ? cookie : cookie + "; " + second;
}

// The whole text of a post, kept as long as the post is on the newest page.
struct LongText {
    std::string edition;
    std::string markup;  // empty: not got yet
    int attempts = 0;
};

class WeiboConnector : public Connector {
  public:
    WeiboConnector(const SourceConfig& source, const ConnectorDeps& deps)
        : source_(source),
          deps_(deps),
          user_(user_number(source.options.text("user_id"))),
          base_(source.options.text("base_url", "https://m.weibo.cn")),
          visitor_base_(source.options.text("visitor_url", "https://visitor.passport.weibo.cn")) {
        for (std::string* url : {&base_, &visitor_base_}) {
            while (url->ends_with('/')) url->pop_back();
        }
    }

    awaitable<Result<Batch>> poll(Cursor since) override {
        if (user_.empty()) co_return Error{ErrorKind::rejected, "`user_id` is not a number"};
        auto placed = co_await find_list(std::move(since));
        if (!placed) co_return placed.error();
        const Cursor known = *placed;
        NewestFirst reading(known);
        std::map<std::string, std::string> long_posts;
        std::string next;
        for (bool further = true; further;) {
            auto page = co_await ask_page(known.get("container"), next);
            if (!page) co_return page.error();
            next = page->list.next;
            long_posts.merge(page->long_posts);
            further = reading.add(std::move(page->list));
        }
        Batch batch;
        batch.account_key = user_;
        std::move(reading).finish(batch);
        if (is_guest()) batch.notes.emplace_back("guest view, may be incomplete");
        if (batch.statements.empty() && !known.seen.empty()) {
            batch.notes.emplace_back("no posts are shown, and there were some before");
        }
        co_return co_await complete(std::move(batch), known, std::move(long_posts));
    }

    // A post that is not shown may be hidden, so the question is asked again when something else
    // has proved that the cookie is good.
    awaitable<Result<Presence>> presence(std::string native_id, std::string) override {
        if (user_.empty() || user_number(native_id).empty()) co_return Presence::unknown;
        for (int round = 0; round < 2; ++round) {
            auto post = co_await ask("/statuses/show?id=" + native_id);
            bool gone = !post && post.error().kind == ErrorKind::gone;
            if (!post && !gone) co_return post.error();
            if (post && post->root()["ok"].text() == "1") {
                bool there = post->root()["data"]["id"].id() == native_id &&
                             is_public_weibo_post(post->root()["data"]);
                co_return there ? Presence::there : Presence::unknown;
            }
            if (round > 0) break;
            auto page = co_await ask_page("107603" + user_, "");
            if (!page) co_return page.error();
            if (page->list.entries.empty()) co_return Presence::unknown;
        }
        co_return Presence::deleted;
    }

  private:
    [[nodiscard]] bool is_guest() const { return !source_.options.has("cookie"); }

    HttpRequest make_request(std::string url) const {
        HttpRequest request = source_request(source_, deps_, std::move(url));
        if (!source_.allow_private) request.min_gap = request_gap;
        request.follow_redirects = false;
        request.headers.emplace_back("Referer", base_ + "/u/" + user_);
        return request;
    }

    awaitable<Result<JsonDocument>> ask_once(std::string path) {
        HttpRequest request = make_request(base_ + path);
        request.headers.emplace_back("Accept", "application/json");
        request.headers.emplace_back("MWeibo-Pwa", "1");
        request.headers.emplace_back("X-Requested-With", "XMLHttpRequest");
        request.headers.emplace_back(
            "Cookie", is_guest() ? visitor_.reveal() : source_.options.secret("cookie").reveal()
        );
        auto response = co_await deps_.http->send(std::move(request));
        if (!response) co_return response.error();
        co_return read_json(*response, deps_.clock->now());
    }

    // With the cookie of the configuration, or as a visitor, who gets a new cookie once when the
    // old one is refused.
    awaitable<Result<JsonDocument>> ask(std::string path) {
        if (is_guest() && visitor_.empty()) {
            auto renewed = co_await renew();
            if (!renewed) co_return renewed.error();
        }
        auto answer = co_await ask_once(path);
        bool refused = !answer && (answer.error().kind == ErrorKind::unauthorized ||
                                   answer.error().kind == ErrorKind::blocked);
        if (!refused || !is_guest()) co_return answer;
        auto renewed = co_await renew();
        if (!renewed) {
            Error error = answer.error();
            error.retry_after = renewed.error().retry_after;
            co_return error;
        }
        co_return co_await ask_once(std::move(path));
    }

    // Held here alone: a cookie does not belong into the store.
    awaitable<Result<void>> renew() {
        const auto now = deps_.clock->steady();
        if (renewed_at_ && now - *renewed_at_ < renew_every) {
            Error error{
                ErrorKind::unauthorized,
                "a new visitor's cookie was asked for less than five minutes ago"};
            error.retry_after =
                std::chrono::ceil<std::chrono::seconds>(renew_every - (now - *renewed_at_));
            co_return error;
        }
        renewed_at_ = now;
        HttpRequest request = make_request(visitor_base_ + "/visitor/genvisitor2");
        request.method = "POST";
        request.headers.emplace_back("Content-Type", "application/x-www-form-urlencoded");
        request.body = "cb=visitor_gray_callback&tid=&from=weibo&webdriver=false&return_url=" +
                       percent_encode(base_ + "/u/" + user_, ":/?&=+#%");
        auto response = co_await deps_.http->send(std::move(request));
        if (!response) co_return response.error();
        auto cookie = visitor_cookie(*response, deps_.clock->now());
        if (!cookie) co_return cookie.error();
        visitor_ = Secret(std::move(*cookie));
        co_return Result<void>{};
    }

    std::string list_path(const std::string& container, const std::string& page) const {
        std::string path =
            "/api/container/getIndex?type=uid&value=" + user_ + "&containerid=" + container;
        return page.empty() ? path : path + "&" + page;
    }

    // The cursor with the list of the account's posts, which its profile names.
    awaitable<Result<Cursor>> find_list(Cursor cursor) {
        if (cursor.get("user") != user_) cursor = Cursor();
        cursor.state["user"] = user_;
        if (!cursor.get("container").empty()) co_return cursor;
        auto profile = co_await ask(list_path("100505" + user_, ""));
        if (!profile) co_return profile.error();
        std::string container = posts_container(profile->root());
        if (container.empty()) container = "107603" + user_;
        cursor.state["container"] = std::move(container);
        co_return cursor;
    }

    awaitable<Result<WeiboPage>> ask_page(std::string container, std::string page) {
        auto document = co_await ask(list_path(container, page));
        if (!document) co_return document.error();
        co_return parse_weibo_page(document->root(), user_, source_.lang, deps_.clock->now());
    }

    // The whole of the posts that the list shows the beginning of. What cannot be had stays the
    // beginning, and a post that is known already is then left out: its beginning is no edit.
    awaitable<Batch> complete(
        Batch batch, Cursor known, std::map<std::string, std::string> editions
    ) {
        std::map<std::string, LongText> kept;
        std::set<std::string> left_out;
        int asked = 0;
        bool stopped = false;
        for (auto at = batch.statements.rbegin(); at != batch.statements.rend(); ++at) {
            const auto edition = editions.find(at->native_id);
            if (edition == editions.end()) continue;
            LongText text = long_texts_[at->native_id];
            if (text.edition != edition->second) text = LongText();
            text.edition = edition->second;
            bool worth_asking = text.markup.empty() && text.attempts < long_text_attempts_max;
            if (worth_asking && !stopped && asked++ < long_texts_max) {
                ++text.attempts;
                auto whole = co_await ask_once("/statuses/extend?id=" + at->native_id);
                if (whole) text.markup = whole->root()["data"]["longTextContent"].text();
                if (!whole && whole.error().kind == ErrorKind::rate_limited) {
                    batch.poll_after = whole.error().retry_after;
                    stopped = true;
                }
            }
            if (!text.markup.empty()) {
                set_weibo_text(text.markup, *at);
            } else if (known.knows(at->native_id)) {
                left_out.insert(at->native_id);
            }
            kept[at->native_id] = std::move(text);
        }
        long_texts_ = std::move(kept);
        std::erase_if(batch.statements, [&](const Statement& statement) {
            return left_out.contains(statement.native_id);
        });
        co_return batch;
    }

    SourceConfig source_;
    ConnectorDeps deps_;
    std::string user_;  // empty when the configured one can be none
    std::string base_;
    std::string visitor_base_;
    Secret visitor_;  // Cookie header of a visitor
    std::optional<std::chrono::steady_clock::time_point> renewed_at_;
    std::map<std::string, LongText> long_texts_;
};

}  // namespace

std::vector<OptionSpec> weibo_options() {
    std::vector<OptionSpec> options(5);
    options[0] = {
        "user_id", OptionType::text, "Number of the account, as in `m.weibo.cn/u/<number>`.", true};
    options[0].example = "'2656274875'";
    options[1] = {
        "acknowledge",
        OptionType::choice,
        "That you know that Weibo's terms forbid automated reading; nothing is read without it.",
        true,
        {"weibo_terms_forbid_automated_reading"}};
    options[1].example = "weibo_terms_forbid_automated_reading";
    options[2] = {
        "cookie",
        OptionType::secret,
        "`Cookie` header of a browser that is logged in; without it Weibo is read as a visitor."};
    options[3] = {"base_url", OptionType::url, "Where the mobile site is served."};
    options[3].otherwise = "`https://m.weibo.cn`";
    options[3].example = "'https://m.weibo.cn'";
    options[4] = {"visitor_url", OptionType::url, "Where a new visitor gets a cookie."};
    options[4].otherwise = "`https://visitor.passport.weibo.cn`";
    options[4].example = "'https://passport.weibo.com'";
    return options;
}

std::unique_ptr<Connector> make_weibo(const SourceConfig& source, const ConnectorDeps& deps) {
    return std::make_unique<WeiboConnector>(source, deps);
}

Result<Batch> parse_weibo(const ParseInput& input) {
    HttpResponse response = input.response;
    if (response.status == 0) response.status = 200;
    auto document = read_json(response, input.now);
    if (!document) return document.error();
    Batch batch;
    // A profile holds no post.
    Json profile = document->root()["data"]["userInfo"];
    batch.account_key = profile["id"].id();
    if (!posts_container(document->root()).empty()) return batch;
    auto page = parse_weibo_page(document->root(), "", input.source->lang, input.now);
    if (!page) return page.error();
    batch.recovered = page->list.recovered;
    for (ListedStatement& entry : page->list.entries) {
        batch.statements.push_back(std::move(entry.statement));
    }
    if (!batch.statements.empty()) batch.account_key = batch.statements.front().author_id;
    return batch;
}

}  // namespace spokeswatch
