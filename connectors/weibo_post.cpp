#include "connectors/weibo_post.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/ascii.hpp"
#include "base/crypto.hpp"
#include "base/utf8.hpp"
#include "connectors/html.hpp"
#include "connectors/limits.hpp"
#include "text/html_text.hpp"
#include "text/language.hpp"
#include "text/url.hpp"
#include "text/url_encoding.hpp"

namespace spokeswatch {

namespace {

constexpr int beijing_minutes = 8 * 60;
constexpr std::size_t id_bytes_max = 32;
constexpr std::string_view more = "全文";

bool is_number(std::string_view text) {
    return !text.empty() && text.size() <= id_bytes_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return ascii_digit(c); });
}

bool remove_end(std::string_view& text, std::string_view end) {
    if (!text.ends_with(end)) return false;
    text.remove_suffix(end.size());
    return true;
}

std::string day_of(Time local) {
    return format_time(std::chrono::floor<std::chrono::days>(local)).substr(0, 10);
}

std::optional<int> whole(std::string_view text) {
    int number = 0;
    const char* last = text.data() + text.size();
    auto [end, error] = std::from_chars(text.data(), last, number);
    if (error != std::errc() || end != last || number < 0 || number > 100'000) return std::nullopt;
    return number;
}

std::optional<ParsedDate> ago(std::string_view number, Duration unit, Precision p, Time now) {
    auto count = whole(number);
    if (!count) return std::nullopt;
    ParsedDate date;
    date.time = now - *count * unit;
    date.precision = p;
    return date;
}

// What an answer says of its posts beside the post itself.
struct Card {
    Json post;
    std::string profile_type;
    std::string scheme;
};

void collect(Json card, std::vector<Card>& cards) {
    if (Json post = card["mblog"]) {
        cards.push_back({post, card["profile_type_id"].text(), card["scheme"].text()});
    }
}

bool is_post(Json value) { return value["id"] && value["text"]; }

std::vector<Card> cards_of(Json root) {
    std::vector<Card> cards;
    for (Json card : root["data"]["cards"].items()) {
        collect(card, cards);
        for (Json inner : card["card_group"].items()) collect(inner, cards);
    }
    for (Json post : root["statuses"].items()) cards.push_back({post, "", ""});
    for (Json post : {root["data"], root}) {
        if (is_post(post)) cards.push_back({post, "", ""});
    }
    return cards;
}

bool is_pinned(const Card& card) {
    return card.profile_type.starts_with("proweibotop") ||
           card.post["title"]["text"].text() == "置顶" || card.post["mblogtype"].text() == "2";
}

// Value of a parameter; empty when there is none.
std::string parameter(std::string_view url, std::string_view name) {
    const std::string wanted = std::string(name) + "=";
    auto at = url.find('?');
    while (at != std::string_view::npos) {
        url.remove_prefix(at + 1);
        if (url.starts_with(wanted)) {
            url.remove_prefix(wanted.size());
            return repair_utf8(percent_decode(url.substr(0, url.find_first_of("&#"))));
        }
        at = url.find('&');
    }
    return {};
}

std::string url_of(Json post, const std::string& scheme) {
    std::string bid = post["bid"].text();
    if (bid.empty()) bid = parameter(scheme, "mblogid");
    const std::string author = post["user"]["id"].id();
    bool plain = std::all_of(bid.begin(), bid.end(), [](char c) { return ascii_alphanumeric(c); });
    if (plain && !bid.empty() && is_number(author)) {
        return "https://weibo.com/" + author + "/" + bid;
    }
    return "https://m.weibo.cn/status/" + post["id"].id();
}

// The text without the link that stands for its rest; whether there was one.
bool cut_more(std::string& text) {
    if (!text.ends_with(more)) return false;
    std::string_view rest = text;
    rest.remove_suffix(more.size());
    bool dots = false;
    for (;;) {
        if (remove_end(rest, ".") || remove_end(rest, "…")) {
            dots = true;
        } else if (!remove_end(rest, " ") && !remove_end(rest, "\n")) {
            break;
        }
    }
    if (dots) text.resize(rest.size());
    return dots;
}

void read_anchors(std::string_view markup, Statement& statement) {
    Document document = parse_html(markup, "utf-8");
    for (Node anchor : find_all_elements(document.root(), "a")) {
        std::string words = anchor.text();
        std::string link = anchor.attribute("href");
        if (words.starts_with('@')) {
            add_unique(statement.mentions, words.substr(1));
        } else if (words.size() > 2 && words.starts_with('#') && words.ends_with('#')) {
            add_unique(statement.tags, words.substr(1, words.size() - 2));
        } else if (link.find("/sinaurl?") != std::string::npos) {
            add_unique(statement.links, kept_link(parameter(link, "u")));
        } else {
            add_unique(statement.links, kept_link(link));
        }
    }
}

// What others wrote when they passed the post on stands behind "//@name:" in the text of who
// passes it on last.
std::string cut_chain(std::string& text) {
    auto at = text.find("//@");
    if (at == std::string::npos) return {};
    std::string chain = text.substr(at + 2);
    text.resize(at);
    while (!text.empty() && ascii_space(text.back())) text.pop_back();
    return chain;
}

bool has_own_words(const std::string& text) {
    static constexpr std::array stock{
        std::string_view("转发微博"), std::string_view("轉發微博"), std::string_view("Repost")};
    return !text.empty() && std::find(stock.begin(), stock.end(), text) == stock.end();
}

void read_words(std::string_view markup, Statement& statement) {
    HtmlText html = html_to_text(markup);
    statement.text = std::move(html.text);
    statement.html = std::move(html.html);
    statement.partial = cut_more(statement.text);
    statement.tags.clear();
    statement.mentions.clear();
    statement.links.clear();
    read_anchors(markup, statement);
}

void read_original(Json post, Statement& statement) {
    Json original = post["retweeted_status"];
    if (!original) return;
    Reference reference;
    reference.native_id = original["id"].id();
    Json author = original["user"];
    if (author) reference.url = url_of(original, "");
    reference.author_name = author["screen_name"].text();
    reference.author_handle = reference.author_name;
    reference.text = html_to_text(original["text"].text()).text;
    cut_more(reference.text);
    std::string chain = cut_chain(statement.text);
    if (!chain.empty()) {
        reference.text = chain + "\n\n" + reference.text;
        statement.html.clear();
    }
    bool quotes = has_own_words(statement.text);
    statement.form = quotes ? Form::quote : Form::repost;
    (quotes ? statement.quote_of : statement.repost_of) = std::move(reference);
}

void read_pictures(Json post, std::vector<Media>& media) {
    Json pictures = post["pics"];
    std::vector<Json> all = pictures.items();
    for (std::size_t i = 0; pictures.is_object() && i < list_max; ++i) {
        if (Json picture = pictures[std::to_string(i)]) all.push_back(picture);
    }
    for (Json picture : all) {
        Media photo;
        photo.kind = "photo";
        photo.url = kept_link(picture["large"]["url"].text());
        photo.thumb = kept_link(picture["url"].text());
        if (photo.url.empty()) photo.url = photo.thumb;
        if (photo.url.empty()) continue;
        photo.w = whole(picture["large"]["geo"]["width"].text());
        photo.h = whole(picture["large"]["geo"]["height"].text());
        media.push_back(std::move(photo));
    }
}

void read_page_info(Json info, Statement& statement) {
    const std::string type = info["type"].text();
    if (type != "video" && type != "article" && type != "webpage") return;
    Media medium;
    medium.kind = type == "video" ? "video" : "link";
    Json stream = info["media_info"];
    for (Json url : {stream["stream_url_hd"], stream["stream_url"], info["page_url"]}) {
        if (medium.url.empty()) medium.url = kept_link(url.text());
    }
    medium.thumb = kept_link(info["page_pic"]["url"].text());
    medium.alt = info["page_title"].text();
    medium.duration_s = stream["duration"].number();
    if (medium.kind == "link") add_unique(statement.links, medium.url);
    statement.media.push_back(std::move(medium));
}

void read_times(Json post, Time now, Statement& statement) {
    if (auto date = parse_weibo_date(post["created_at"].text(), now)) {
        statement.published_at = date->time;
        statement.published_precision = date->precision;
    }
    auto edits = post["edit_count"].number();
    statement.edited = edits && *edits > 0;
    if (auto date = parse_weibo_date(post["edit_at"].text(), now)) {
        statement.edited_at = date->time;
        statement.edited = true;
    }
}

std::optional<Statement> parse_post(const Card& card, const std::string& lang, Time now) {
    Json post = card.post;
    Json author = post["user"];
    Statement statement;
    statement.native_id = post["id"].id();
    statement.author_id = author["id"].id();
    if (!is_number(statement.native_id) || !is_number(statement.author_id)) return std::nullopt;
    statement.author_name = author["screen_name"].text();
    statement.author_handle = statement.author_name;
    statement.url = url_of(post, card.scheme);
    read_times(post, now, statement);
    read_words(post["text"].text(), statement);
    statement.partial = statement.partial || post["isLongText"].flag();
    read_original(post, statement);
    read_pictures(post, statement.media);
    read_page_info(post["page_info"], statement);
    statement.lang = canonical_language(lang);
    statement.lang_declared = !statement.lang.empty();
    statement.raw = post.written(raw_bytes_max);
    keep_within_limits(statement);
    return statement;
}

}  // namespace

Result<WeiboPage> parse_weibo_page(
    Json root, const std::string& owner, const std::string& lang, Time now
) {
    std::vector<Card> cards = cards_of(root);
    bool list = root["data"]["cards"].is_array() || root["statuses"].is_array();
    bool refused = root["ok"].text() == "0";
    if (cards.empty() && !list && !refused) {
        return Error{ErrorKind::malformed, "expected a list of posts, got other JSON"};
    }
    if (cards.size() > statements_max) cards.resize(statements_max);
    WeiboPage page;
    std::size_t usable = 0;
    for (const Card& card : cards) {
        auto statement = parse_post(card, lang, now);
        if (!statement) {
            page.list.recovered = true;
            continue;
        }
        ++usable;
        bool of_another = !owner.empty() && statement->author_id != owner;
        if (of_another || !is_public_weibo_post(card.post)) continue;
        const std::string id = statement->native_id;
        if (statement->partial) {
            page.long_posts[id] = sha256_hex(
                card.post["edit_count"].text() + " " + card.post["edit_at"].text() + " " +
                card.post["text"].text()
            );
        }
        page.list.entries.push_back({std::move(*statement), id, is_pinned(card)});
    }
    if (usable * 2 < cards.size()) {
        return Error{
            ErrorKind::malformed,
            "expected posts with `id` and `user`, got a list in which most have none"};
    }
    Json list_info = root["data"]["cardlistInfo"];
    if (std::string since = list_info["since_id"].id(); !since.empty() && since != "0") {
        page.list.next = "since_id=" + percent_encode(since, "%&+#");
    } else if (std::string number = list_info["page"].id(); is_number(number)) {
        page.list.next = "page=" + number;
    }
    return page;
}

void set_weibo_text(std::string_view markup, Statement& statement) {
    read_words(markup, statement);
    if (statement.quote_of || statement.repost_of) {
        if (!cut_chain(statement.text).empty()) statement.html.clear();
    }
    keep_within_limits(statement);
}

bool is_public_weibo_post(Json post) {
    const std::string type = post["visible"]["type"].text();
    return type.empty() || type == "0";
}

std::optional<ParsedDate> parse_weibo_date(std::string_view text, Time now) {
    using namespace std::chrono_literals;
    if (text == "刚刚") return ago("0", 1min, Precision::min, now);
    std::string_view rest = text;
    if (remove_end(rest, "分钟前")) return ago(rest, 1min, Precision::min, now);
    if (remove_end(rest, "小时前")) return ago(rest, 1h, Precision::guessed, now);
    const Time local = now + std::chrono::minutes(beijing_minutes);
    constexpr std::string_view today = "今天";
    constexpr std::string_view yesterday = "昨天";
    if (text.starts_with(today)) {
        return parse_date(day_of(local) + std::string(text.substr(today.size())), beijing_minutes);
    }
    if (text.starts_with(yesterday)) {
        return parse_date(
            day_of(local - 24h) + std::string(text.substr(yesterday.size())), beijing_minutes
        );
    }
    if (text.size() == 5 && text[2] == '-') {
        const std::string year = day_of(local).substr(0, 4);
        auto date = parse_date(year + "-" + std::string(text), beijing_minutes);
        if (!date || date->time <= now) return date;
        const std::string before = std::to_string(std::stoi(year) - 1);
        return parse_date(before + "-" + std::string(text), beijing_minutes);
    }
    return parse_date(text, beijing_minutes);
}

}  // namespace spokeswatch
