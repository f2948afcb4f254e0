#include "daemon/probe.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "connectors/answer.hpp"
#include "connectors/feed_parse.hpp"
#include "connectors/html.hpp"
#include "connectors/json.hpp"
#include "net/address_rule.hpp"
#include "text/truncate.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t answer_bytes_max = 4 * 1024 * 1024;
constexpr std::size_t title_code_points_max = 120;
constexpr std::size_t name_bytes_max = 64;

struct Account {
    std::string user, host;
    std::string origin;  // where WebFinger is asked
};

// Steps of the path of a URL.
std::vector<std::string> path_of(std::string_view url) {
    std::vector<std::string> steps;
    const auto host = url.find("://");
    auto at = url.find('/', host == std::string_view::npos ? 0 : host + 3);
    const auto end = std::min(url.find_first_of("?#"), url.size());
    while (at < end) {
        const auto next = std::min(url.find('/', at + 1), end);
        if (next > at + 1) steps.emplace_back(url.substr(at + 1, next - at - 1));
        at = next;
    }
    return steps;
}

std::string origin_of(std::string_view url) {
    const auto host = url.find("://") + 3;
    return std::string(url.substr(0, std::min(url.find_first_of("/?#", host), url.size())));
}

// What stands in WebFinger's query as it is.
bool is_user(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return ascii_alphanumeric(c) || c == '_' || c == '.' || c == '-';
    });
}

// @user@host, or the page of an account: https://host/@user.
std::optional<Account> account_of(std::string_view what) {
    if (what.starts_with('@')) {
        const auto at = what.find('@', 1);
        if (at == std::string_view::npos) return std::nullopt;
        const std::string origin = "https://" + std::string(what.substr(at + 1));
        const std::string host = url_host(origin);
        const std::string user(what.substr(1, at - 1));
        if (host.empty() || !is_user(user)) return std::nullopt;
        return Account{user, host, origin};
    }
    const auto path = path_of(what);
    if (path.size() != 1 || !path[0].starts_with('@')) return std::nullopt;
    // https://host/@user@elsewhere is the view of another server on it.
    if (path[0].find('@', 1) != std::string::npos) return account_of(path[0]);
    if (!is_user(path[0].substr(1))) return std::nullopt;
    const std::string origin = origin_of(what);
    return Account{path[0].substr(1), origin.substr(origin.find("://") + 3), origin};
}

HttpRequest request_of(std::string url) {
    HttpRequest request(std::move(url));
    request.operator_target = true;  // the operator typed it
    request.limits.decoded_bytes_max = answer_bytes_max;
    request.min_gap = std::chrono::milliseconds(0);
    return request;
}

std::string page_title(const HttpResponse& page) {
    const Document document = parse_html(page.body, header_charset(page));
    const std::string text = clean_title(find_element(document.root(), "title").text());
    return text.substr(0, byte_offset(text, title_code_points_max));
}

bool is_feed(const HttpResponse& response) {
    FeedContext context;
    context.url = response.url;
    return parse_feed_document(response.body, header_charset(response), context).has_value();
}

Probed feed_at(const std::string& url, std::string title) {
    Probed probed;
    probed.kind = "feed";
    probed.options.emplace_back("url", url);
    probed.title = std::move(title);
    return probed;
}

// The server that WebFinger names for an account, where it is one with Mastodon's API.
std::optional<Probed> mastodon_account(const HttpResponse& answer, const Account& account) {
    const auto document = parse_json(answer.body, "WebFinger");
    if (!document) return std::nullopt;
    for (const Json link : document->root()["links"].items()) {
        if (link["rel"].text() != "self") continue;
        if (link["type"].text().find("activity") == std::string::npos) continue;
        const std::string href = link["href"].text();
        if (!is_http_url(href)) continue;
        const std::string origin = origin_of(href);
        const std::string host = origin.substr(origin.find("://") + 3);
        Probed probed;
        probed.kind = "mastodon";
        probed.options.emplace_back("server", host);
        // Known elsewhere under a domain of its own.
        probed.options.emplace_back(
            "account", host == account.host ? account.user : account.user + "@" + account.host
        );
        if (!origin.starts_with("https:")) probed.options.emplace_back("base_url", origin);
        return probed;
    }
    return std::nullopt;
}

Error not_found(const std::string& what, const std::string& found) {
    return Error{ErrorKind::rejected, url_for_people(what) + ": " + found};
}

// A scheme for what is typed without one.
std::string with_scheme(std::string_view what) {
    return what.find("://") == std::string_view::npos ? "https://" + std::string(what)
                                                      : std::string(what);
}

bool is_youtube(const std::string& host) {
    return host == "youtube.com" || host.ends_with(".youtube.com");
}

}  // namespace

std::optional<Probed> recognise(std::string_view what) {
    Probed probed;
    if (what.starts_with('@') && what.find('@', 1) == std::string_view::npos &&
        what.find('.') != std::string_view::npos) {
        probed.kind = "bluesky";
        probed.options.emplace_back("account", what.substr(1));
        return probed;
    }
    const std::string url = with_scheme(what);
    const std::string host = url_host(url);
    const auto path = path_of(url);
    if ((host == "t.me" || host == "telegram.me") && !path.empty()) {
        const bool preview = path[0] == "s" && path.size() > 1;
        const std::string& channel = preview ? path[1] : path[0];
        // t.me/+HASH and t.me/joinchat/HASH invite to what has no preview.
        if (channel.starts_with('+') || channel == "joinchat" || channel == "s" || channel == "c")
            return std::nullopt;
        probed.kind = "telegram_web";
        probed.options.emplace_back("channel", channel);
        return probed;
    }
    if (host == "bsky.app" && path.size() > 1 && path[0] == "profile") {
        probed.kind = "bluesky";
        probed.options.emplace_back("account", path[1]);
        return probed;
    }
    if (is_youtube(host) && path.size() > 1 && path[0] == "channel" && path[1].starts_with("UC"))
        return feed_at("https://www.youtube.com/feeds/videos.xml?channel_id=" + path[1], "");
    return std::nullopt;
}

awaitable<Result<Probed>> probe(std::string what, HttpClient& http) {
    if (auto probed = recognise(what)) co_return std::move(*probed);
    if (!what.starts_with('@')) what = with_scheme(what);
    if (const auto account = account_of(what)) {
        const std::string resource = "acct:" + account->user + "@" + account->host;
        HttpRequest request =
            request_of(account->origin + "/.well-known/webfinger?resource=" + resource);
        const auto answer = co_await http.send(std::move(request));
        if (answer && answer->status == 200)
            if (auto probed = mastodon_account(*answer, *account)) co_return std::move(*probed);
        if (what.starts_with('@'))
            co_return not_found(account->origin, "WebFinger knows no account `" + resource + "`");
    }
    HttpRequest request = request_of(what);
    const auto page = co_await http.send(std::move(request));
    if (!page) co_return page.error();
    if (page->status != 200)
        co_return not_found(what, "answered with status " + std::to_string(page->status));
    if (is_feed(*page)) co_return feed_at(page->url, "");
    const std::string announced = announced_feed(page->body, header_charset(*page), page->url);
    const std::string title = page_title(*page);
    if (announced.empty())
        co_return not_found(what, "a page that announces no feed: `" + title + "`");
    HttpRequest second = request_of(announced);
    // Another host is the page's word, not the operator's: it may not lead inside.
    second.operator_target = url_host(announced) == url_host(what);
    const auto feed = co_await http.send(std::move(second));
    if (!feed) co_return feed.error();
    if (feed->status != 200 || !is_feed(*feed))
        co_return not_found(what, "announces a feed at " + announced + " that is none");
    co_return feed_at(announced, title);
}

std::string source_name(std::string_view text) {
    std::string name;
    for (const char c : text) {
        if (name.size() == name_bytes_max) break;
        if (ascii_alphanumeric(c))
            name += ascii_lower(c);
        else if (!name.empty() && name.back() != '_')
            name += '_';
    }
    while (name.ends_with('_')) name.pop_back();
    return name.empty() ? "source" : name;
}

std::string yaml_scalar(std::string_view text) {
    // Between single quotes everything but a line break and the quote itself is what it is.
    std::string out = "'";
    for (const char c : text) {
        if (c == '\'') out += '\'';
        out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
    }
    return out + "'";
}

std::string source_yaml(const Probed& probed) {
    std::string named = probed.kind;
    bool is_local = false;
    for (const auto& [option, value] : probed.options) {
        const std::string host = url_host(with_scheme(value));
        is_local = is_local || is_private_host(host);
        std::string shown = option == "url" || option == "server" ? host : value;
        if (shown.starts_with("www.")) shown.erase(0, 4);
        if (option != "base_url") named = option == "account" ? value : shown;
    }
    std::string out;
    if (!probed.title.empty()) out += "# " + probed.title + "\n";
    out += "sources:\n  - name: " + source_name(named) + "\n    kind: " + probed.kind + "\n";
    for (const auto& [option, value] : probed.options)
        out += "    " + option + ": " + yaml_scalar(value) + "\n";
    if (is_local) out += "    allow_private: true\n";
    return out;
}

}  // namespace spokeswatch
