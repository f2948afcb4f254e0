#include <algorithm>
#include <array>
#include <optional>

#include "base/ascii.hpp"
#include "base/clock.hpp"
#include "connectors/answer.hpp"
#include "connectors/json.hpp"
#include "connectors/kinds.hpp"
#include "connectors/vk_post.hpp"

namespace spokeswatch {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view version = "5.199";
constexpr std::size_t page_posts = 20;
constexpr std::size_t catchup_posts = 100;
constexpr std::chrono::hours moscow_offset{3};

struct Account {
    std::string name;   // short name, to be looked up
    std::string owner;  // number, negative for a community
};

bool all_digits(std::string_view text) {
    return !text.empty() && text.size() <= 18 && std::all_of(text.begin(), text.end(), ascii_digit);
}

// A short name or a number, bare or as an address; both empty when it can be neither.
Account account_of(std::string text) {
    for (std::string_view start : {"https://", "m.vk.com/", "vk.com/", "vk.ru/", "@"}) {
        if (text.starts_with(start)) text.erase(0, start.size());
    }
    const std::string_view view = text;
    Account account;
    if (all_digits(view) || (view.starts_with('-') && all_digits(view.substr(1)))) {
        account.owner = text;
        return account;
    }
    for (std::string_view kind : {"club", "public", "event"}) {
        if (!view.starts_with(kind) || !all_digits(view.substr(kind.size()))) continue;
        account.owner = "-" + text.substr(kind.size());
        return account;
    }
    if (view.starts_with("id") && all_digits(view.substr(2))) {
        account.owner = text.substr(2);
        return account;
    }
    bool plain = std::all_of(text.begin(), text.end(), [](char c) {
        return ascii_alphanumeric(c) || c == '_' || c == '.';
    });
    if (plain && text.size() <= 64) account.name = std::move(text);
    return account;
}

struct Refusal {
    int code;  // of dev.vk.com/reference/errors
    ErrorKind kind;
    std::string_view words;
};
constexpr std::array refusals{
    Refusal{1, ErrorKind::server, "VK failed"},
    Refusal{5, ErrorKind::unauthorized, "VK refused the access token"},
    Refusal{6, ErrorKind::rate_limited, "too many requests in a second"},
    Refusal{7, ErrorKind::forbidden, "the access token has no right to read walls"},
    Refusal{9, ErrorKind::rate_limited, "too many requests of one kind"},
    Refusal{10, ErrorKind::server, "VK failed"},
    Refusal{
        14,
        ErrorKind::blocked,
        "VK asks for a captcha, as it does when a token is used from "
        "another network than before"},
    Refusal{15, ErrorKind::forbidden, "the wall is closed to the access token"},
    Refusal{17, ErrorKind::blocked, "VK asks the owner of the access token to prove themself"},
    Refusal{18, ErrorKind::gone, "the account is deleted or banned"},
    Refusal{19, ErrorKind::gone, "the wall is blocked"},
    Refusal{27, ErrorKind::unauthorized, "VK refused the access token of the community"},
    Refusal{28, ErrorKind::unauthorized, "VK refused the access token of the application"},
    Refusal{
        29, ErrorKind::rate_limited, "the daily number of requests of the access token is used up"},
    Refusal{30, ErrorKind::forbidden, "the profile is private"},
    Refusal{37, ErrorKind::gone, "the account is banned"},
    Refusal{104, ErrorKind::gone, "there is no such account"},
    Refusal{203, ErrorKind::forbidden, "the community is closed to the access token"},
    Refusal{1116, ErrorKind::unauthorized, "VK refused the anonymous access token"},
    Refusal{1117, ErrorKind::unauthorized, "the access token has expired"},
    Refusal{3610, ErrorKind::gone, "the account is deactivated"},
};

std::chrono::seconds until_midnight_in_moscow(Time now) {
    const Time local = now + moscow_offset;
    const Time midnight = std::chrono::floor<std::chrono::days>(local) + std::chrono::days(1);
    return std::chrono::ceil<std::chrono::seconds>(midnight - local);
}

// An `error` object; what VK says in it is left out, because it repeats the request.
Error refusal_of(Json body, Time now) {
    const int code = static_cast<int>(std::min(body["error_code"].number().value_or(0), 1e6));
    Error error{ErrorKind::rejected, "VK refused the request"};
    for (const Refusal& refusal : refusals) {
        if (refusal.code != code) continue;
        error.kind = refusal.kind;
        error.message = refusal.words;
    }
    error.message += " (VK error " + std::to_string(code) + ")";
    if (code == 6) error.retry_after = 1s;
    if (code == 9) error.retry_after = 1h;
    if (code == 29) error.retry_after = until_midnight_in_moscow(now);
    return error;
}

Result<JsonDocument> read_json(const HttpResponse& response, Time now) {
    if (auto error = json_answer_error(response, now)) return *error;
    auto document = parse_json(response.body, "an answer of the VK API");
    if (!document) return document.error();
    if (Json error = document->root()["error"]) return refusal_of(error, now);
    if (!document->root()["response"]) {
        return Error{ErrorKind::malformed, "expected `response`, got other JSON"};
    }
    return document;
}

class VkConnector : public Connector {
  public:
    VkConnector(const SourceConfig& source, const ConnectorDeps& deps)
        : source_(source),
          deps_(deps),
          account_(account_of(source.options.text("account"))),
          base_(source.options.text("base_url", "https://api.vk.com")) {
        while (base_.ends_with('/')) base_.pop_back();
    }

    awaitable<Result<Batch>> poll(Cursor since) override {
        if (account_.name.empty() && account_.owner.empty()) {
            co_return Error{ErrorKind::rejected, "`account` is neither a short name nor a number"};
        }
        auto placed = co_await find_owner(std::move(since));
        if (!placed) co_return placed.error();
        const std::string owner = placed->get("owner");
        NewestFirst reading(std::move(*placed));
        std::size_t offset = 0;
        for (bool further = true; further;) {
            auto page = co_await ask_page(owner, offset);
            if (!page) co_return page.error();
            offset += page->count;
            further = reading.add(std::move(page->list));
        }
        Batch batch;
        batch.account_key = owner;
        std::move(reading).finish(batch);
        co_return batch;
    }

    awaitable<Result<Presence>> presence(std::string native_id, std::string) override {
        const auto bar = native_id.find('_');
        bool usable = bar != std::string::npos && all_digits(native_id.substr(bar + 1)) &&
                      account_of(native_id.substr(0, bar)).name.empty();
        if (!usable) co_return Presence::unknown;
        auto document = co_await call("wall.getById?posts=" + native_id);
        if (!document) co_return document.error();
        Json response = document->root()["response"];
        Json items = response.is_array() ? response : response["items"];
        if (!items.is_array()) co_return Presence::unknown;
        for (Json item : items.items()) {
            if (item["owner_id"].id() + "_" + item["id"].id() != native_id) continue;
            bool deleted = item["is_deleted"].flag() || item["is_deleted"].text() == "1";
            co_return deleted ? Presence::deleted : Presence::there;
        }
        co_return Presence::deleted;
    }

  private:
    // The token goes in a header: addresses end up in logs.
    awaitable<Result<JsonDocument>> call(std::string method) {
        HttpRequest request = source_request(
            source_, deps_, base_ + "/method/" + method + "&v=" + std::string(version)
        );
        request.headers.emplace_back("Accept", "application/json");
        request.headers.emplace_back(
            "Authorization", "Bearer " + source_.options.secret("access_token").reveal()
        );
        auto response = co_await deps_.http->send(std::move(request));
        if (!response) co_return response.error();
        auto document = read_json(*response, deps_.clock->now());
        if (document || document.error().retry_after != 1s) {
            hurried_ = 0;
            co_return document;
        }
        // Each second in a row waits twice as long as the one before.
        Error error = document.error();
        error.retry_after =
            std::min<std::chrono::seconds>(1s * (1 << std::min(hurried_++, 12)), 1h);
        co_return error;
    }

    // The cursor with the number of the wall's owner, which stays when the short name changes.
    awaitable<Result<Cursor>> find_owner(Cursor cursor) {
        const std::string& asked = account_.owner.empty() ? account_.name : account_.owner;
        if (cursor.get("account") != asked) cursor = Cursor();
        cursor.state["account"] = asked;
        if (!account_.owner.empty()) cursor.state["owner"] = account_.owner;
        if (!cursor.get("owner").empty()) co_return cursor;
        auto document = co_await call("utils.resolveScreenName?screen_name=" + account_.name);
        if (!document) co_return document.error();
        Json found = document->root()["response"];
        const std::string type = found["type"].text();
        const std::string number = found["object_id"].id();
        if (type.empty()) co_return Error{ErrorKind::gone, "nobody has the short name"};
        bool wall = type == "user" || type == "group" || type == "page" || type == "event";
        if (!wall || !all_digits(number)) {
            co_return Error{
                ErrorKind::rejected, "the short name is neither a person's nor a community's"};
        }
        cursor.state["owner"] = (type == "user" ? "" : "-") + number;
        co_return cursor;
    }

    awaitable<Result<VkPage>> ask_page(std::string owner, std::size_t offset) {
        const std::size_t count = offset == 0 ? page_posts : catchup_posts;
        auto document = co_await call(
            "wall.get?owner_id=" + owner + "&count=" + std::to_string(count) +
            "&offset=" + std::to_string(offset) +
            "&filter=" + source_.options.text("filter", "owner") + "&extended=1"
        );
        if (!document) co_return document.error();
        auto page = parse_vk_page(
            document->root()["response"], source_.options.flag("ads", false), source_.lang
        );
        if (page && page->count >= count) page->list.next = std::to_string(offset + page->count);
        co_return page;
    }

    SourceConfig source_;
    ConnectorDeps deps_;
    Account account_;
    std::string base_;
    int hurried_ = 0;  // answers "too many requests in a second" in a row
};

}  // namespace

std::vector<OptionSpec> vk_options() {
    std::vector<OptionSpec> options(5);
    options[0] = {
        "account",
        OptionType::text,
        "Short name of a community or person, or its number (a community's is negative).",
        true};
    options[0].example = "mid";
    options[1] = {
        "access_token", OptionType::secret, "Service token of an application of yours.", true};
    options[2] = {
        "filter",
        OptionType::choice,
        "Whose posts on the wall.",
        false,
        {"owner", "others", "all"}};
    options[2].otherwise = "`owner`";
    options[2].example = "all";
    options[3] = {"ads", OptionType::flag, "Read posts that are marked as advertisements."};
    options[3].otherwise = "no";
    options[3].example = "true";
    options[4] = {"base_url", OptionType::url, "Where the API is served."};
    options[4].otherwise = "`https://api.vk.com`";
    options[4].example = "'https://api.vk.ru'";
    return options;
}

std::unique_ptr<Connector> make_vk(const SourceConfig& source, const ConnectorDeps& deps) {
    return std::make_unique<VkConnector>(source, deps);
}

Result<Batch> parse_vk(const ParseInput& input) {
    HttpResponse response = input.response;
    if (response.status == 0) response.status = 200;
    auto document = read_json(response, input.now);
    if (!document) return document.error();
    auto page = parse_vk_page(
        document->root()["response"], input.source->options.flag("ads", false), input.source->lang
    );
    if (!page) return page.error();
    Batch batch;
    batch.account_key = page->owner;
    batch.recovered = page->list.recovered;
    for (ListedStatement& entry : page->list.entries) {
        batch.statements.push_back(std::move(entry.statement));
    }
    return batch;
}

}  // namespace spokeswatch
