#include "connectors/reddit_post.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/ascii.hpp"
#include "connectors/limits.hpp"
#include "text/html_text.hpp"
#include "text/language.hpp"

namespace spokeswatch {

namespace {

constexpr std::string_view site = "https://www.reddit.com";
constexpr std::size_t fullname_bytes_max = 24;
constexpr double seconds_max = 7'258'118'400;  // year 2200

// "t3_11tabcd": kind and number in base 36.
bool is_fullname(std::string_view text) {
    return text.size() > 3 && text.size() <= fullname_bytes_max && text[0] == 't' &&
           ascii_digit(text[1]) && text[2] == '_' &&
           std::all_of(text.begin() + 3, text.end(), ascii_alphanumeric);
}

std::string permanent_link(Json data) {
    std::string path = data["permalink"].text();
    if (path.starts_with('/')) path.insert(0, site);
    return kept_link(path);
}

std::optional<Time> time_of(Json seconds) {
    auto number = seconds.number();
    if (!number || *number < 1 || *number > seconds_max) return std::nullopt;
    return Time(std::chrono::seconds(static_cast<std::int64_t>(std::floor(*number))));
}

std::string rank_of(const Statement& statement) {
    if (!statement.published_at) return {};
    const auto seconds =
        std::chrono::floor<std::chrono::seconds>(statement.published_at->time_since_epoch());
    return std::to_string(std::max<std::int64_t>(seconds.count(), 0));
}

// Without `raw_json=1` everything is escaped once more.
bool is_escaped(Json data) {
    return data["selftext_html"].text().starts_with("&lt;") ||
           data["body_html"].text().starts_with("&lt;");
}

std::string plain(std::string text, bool escaped) { return escaped ? decode_entities(text) : text; }

HtmlText words_of(Json data) {
    bool escaped = is_escaped(data);
    const bool comment = bool(data["body"]);
    std::string markup = data[comment ? "body_html" : "selftext_html"].text();
    if (!markup.empty()) return html_to_text(plain(std::move(markup), escaped));
    HtmlText words;
    words.text = plain(data[comment ? "body" : "selftext"].text(), escaped);
    return words;
}

void set_author(const std::string& name, Statement& statement) {
    statement.author_handle = name;
    statement.author_name = name;
}

bool has_end(std::string_view url, std::string_view end) {
    return ascii_lower(url.substr(0, url.find('?'))).ends_with(end);
}

void read_media(Json data, Statement& statement) {
    for (Json item : data["gallery_data"]["items"].items()) {
        Json picture = data["media_metadata"][item["media_id"].text()];
        Media photo;
        photo.kind = "photo";
        photo.url = kept_link(decode_entities(picture["s"]["u"].text()));
        photo.alt = item["caption"].text();
        photo.w = picture["s"]["x"].pixels();
        photo.h = picture["s"]["y"].pixels();
        if (!photo.url.empty()) statement.media.push_back(std::move(photo));
    }
    const std::string url = kept_link(data["url"].text());
    if (data["is_self"].flag() || url.empty() || url == statement.url) return;
    Media medium;
    medium.url = url;
    medium.kind = "link";
    for (std::string_view end : {".jpg", ".jpeg", ".png", ".gif", ".webp"}) {
        if (has_end(url, end)) medium.kind = "photo";
    }
    if (data["is_video"].flag()) {
        Json video = data["media"]["reddit_video"];
        medium.kind = "video";
        medium.duration_s = video["duration"].number();
        medium.w = video["width"].pixels();
        medium.h = video["height"].pixels();
    }
    add_unique(statement.links, url);
    if (statement.media.empty()) statement.media.push_back(std::move(medium));
}

// A post of another subreddit that is passed on. Under a title of one's own, it is quoted.
void read_original(Json data, Statement& statement) {
    auto parents = data["crosspost_parent_list"].items();
    if (parents.empty()) return;
    Json parent = parents.front();
    Reference reference;
    reference.native_id = parent["name"].text();
    reference.url = permanent_link(parent);
    reference.author_handle = parent["author"].text();
    reference.author_name = reference.author_handle;
    const std::string title = plain(parent["title"].text(), is_escaped(parent));
    reference.text = title;
    const std::string words = words_of(parent).text;
    if (!words.empty()) reference.text += "\n\n" + words;
    bool quotes = statement.title != title;
    statement.form = quotes ? Form::quote : Form::repost;
    (quotes ? statement.quote_of : statement.repost_of) = std::move(reference);
}

void read_answered(Json data, Statement& statement) {
    Reference reference;
    reference.native_id = data["parent_id"].text();
    statement.form = Form::reply;
    if (reference.native_id.starts_with("t3_")) {
        reference.url = kept_link(data["link_permalink"].text());
        reference.author_handle = data["link_author"].text();
        reference.text = data["link_title"].text();
        // An addition to a post of one's own is a statement in several parts.
        if (reference.author_handle == statement.author_handle) statement.form = Form::post;
    }
    statement.reply_to = std::move(reference);
}

std::optional<Statement> parse_thing(Json thing, const std::string& lang) {
    Json data = thing["data"];
    Statement statement;
    statement.native_id = data["name"].text();
    const bool comment = thing["kind"].text() == "t1";
    const bool post = thing["kind"].text() == "t3";
    if ((!comment && !post) || !is_fullname(statement.native_id)) return std::nullopt;
    statement.url = permanent_link(data);
    set_author(data["author"].text(), statement);
    statement.author_id = data["author_fullname"].text();
    statement.published_at = time_of(data["created_utc"]);
    statement.edited_at = time_of(data["edited"]);
    statement.edited = statement.edited_at || data["edited"].flag();
    HtmlText words = words_of(data);
    statement.text = std::move(words.text);
    statement.html = std::move(words.html);
    for (const std::string& link : words.links) add_unique(statement.links, kept_link(link));
    if (comment) {
        read_answered(data, statement);
    } else {
        statement.title = plain(data["title"].text(), is_escaped(data));
        read_media(data, statement);
        read_original(data, statement);
    }
    statement.lang = canonical_language(lang);
    statement.lang_declared = !statement.lang.empty();
    statement.raw = data.written(raw_bytes_max);
    keep_within_limits(statement);
    return statement;
}

// "t3_11tabcd" of ".../comments/11tabcd/title/", "t1_..." where a comment's number follows.
std::string fullname_of(std::string_view url) {
    constexpr std::string_view mark = "/comments/";
    const auto at = url.find(mark);
    if (at == std::string_view::npos) return {};
    std::vector<std::string_view> parts;
    std::string_view rest = url.substr(at + mark.size());
    rest = rest.substr(0, rest.find_first_of("?#"));
    while (!rest.empty() && parts.size() < 4) {
        const auto slash = std::min(rest.find('/'), rest.size());
        parts.push_back(rest.substr(0, slash));
        rest.remove_prefix(std::min(slash + 1, rest.size()));
    }
    if (parts.empty()) return {};
    const bool comment = parts.size() > 2 && !parts[2].empty();
    std::string name = comment ? "t1_" + std::string(parts[2]) : "t3_" + std::string(parts[0]);
    return is_fullname(name) ? name : std::string();
}

// The line that a feed puts under the words: "submitted by /u/name to r/name [link] [comments]".
void cut_signature(Statement& statement) {
    if (!statement.text.ends_with("comments]") && !statement.text.ends_with("comment]")) return;
    const auto at = statement.text.rfind("submitted by");
    if (at == std::string::npos) return;
    statement.text.resize(at);
    while (!statement.text.empty() && ascii_space(statement.text.back())) statement.text.pop_back();
    statement.html.clear();
}

void take_out(std::string& text, const std::string& secret) {
    if (secret.empty()) return;
    for (auto at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
        text.replace(at, secret.size(), "-");
        ++at;
    }
}

}  // namespace

Result<RedditListing> parse_reddit_listing(Json root, const std::string& lang) {
    std::vector<Json> listings = root.items();
    if (root.is_object()) listings.push_back(root);
    RedditListing found;
    std::size_t count = 0;
    std::size_t usable = 0;
    bool list = false;
    for (Json listing : listings) {
        Json data = listing["data"];
        list = list || data["children"].is_array();
        if (is_fullname(data["after"].text())) found.list.next = data["after"].text();
        for (Json thing : data["children"].items()) {
            // Reddit folds the rest of a thread into one entry that is no comment.
            if (thing["kind"].text() == "more") continue;
            if (++count > statements_max) break;
            auto statement = parse_thing(thing, lang);
            if (!statement) {
                found.list.recovered = true;
                continue;
            }
            ++usable;
            if (found.account.empty()) found.account = statement->author_id;
            if (found.subreddit.empty()) {
                found.subreddit = thing["data"]["subreddit_id"].text();
            }
            if (is_deleted_on_reddit(thing["data"])) continue;
            std::string rank = rank_of(*statement);
            bool pinned = thing["data"]["pinned"].flag() || thing["data"]["stickied"].flag();
            found.list.entries.push_back({std::move(*statement), std::move(rank), pinned});
        }
    }
    if (!list) return Error{ErrorKind::malformed, "expected a listing, got other JSON"};
    if (usable * 2 < std::min(count, statements_max)) {
        return Error{
            ErrorKind::malformed,
            "expected posts and comments, got a list in which most entries are neither"};
    }
    return found;
}

bool is_deleted_on_reddit(Json data) {
    const auto says = [](const std::string& text) {
        return text == "[deleted]" || text == "[removed]";
    };
    return data["removed_by_category"] || data["author"].text() == "[deleted]" ||
           says(data["selftext"].text()) || says(data["body"].text());
}

RankedPage reddit_feed_page(ParsedFeed feed, const std::string& secret) {
    RankedPage page;
    page.recovered = feed.recovered;
    for (Statement& statement : feed.statements) {
        for (std::string* text : {&statement.text, &statement.html, &statement.raw}) {
            take_out(*text, secret);
        }
        const auto tells = [&](const std::string& url) {
            return !secret.empty() && url.find(secret) != std::string::npos;
        };
        std::erase_if(statement.links, tells);
        std::erase_if(statement.media, [&](const Media& medium) {
            return tells(medium.url) || tells(medium.thumb);
        });
        if (tells(statement.url)) statement.url.clear();
        if (!is_fullname(statement.native_id)) {
            statement.native_id = fullname_of(statement.url);
        }
        std::string name = statement.author_name;
        if (name.starts_with("/u/")) name.erase(0, 3);
        if (statement.native_id.empty() || name == "[deleted]") continue;
        set_author(name, statement);
        cut_signature(statement);
        statement.form = statement.native_id.starts_with("t1_") ? Form::reply : Form::post;
        std::string rank = rank_of(statement);
        page.entries.push_back({std::move(statement), std::move(rank), false});
    }
    return page;
}

}  // namespace spokeswatch
