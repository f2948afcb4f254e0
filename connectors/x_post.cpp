#include "connectors/x_post.hpp"

#include <algorithm>
#include <charconv>
#include <map>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "connectors/id_order.hpp"
#include "connectors/limits.hpp"
#include "text/date.hpp"
#include "text/html_text.hpp"
#include "text/language.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t id_digits_max = 20;
constexpr std::size_t handle_bytes_max = 15;
constexpr std::size_t token_bytes_max = 512;
constexpr std::chrono::hours editable_max{2};

// A field by the name of either dialect.
Json either(Json object, std::string_view of_tweet, std::string_view of_post) {
    Json found = object[of_tweet];
    return found ? found : object[of_post];
}

using ById = std::map<std::string, Json>;

ById by_id(Json list, std::string_view key) {
    ById found;
    for (Json item : list.items()) found.emplace(item[key].id(), item);
    return found;
}

// What posts point at: it stands once, beside them.
struct Includes {
    ById users, posts, media, polls;

    explicit Includes(Json includes)
        : users(by_id(includes["users"], "id")),
          posts(by_id(either(includes, "tweets", "posts"), "id")),
          media(by_id(includes["media"], "media_key")),
          polls(by_id(includes["polls"], "id")) {}

    static Json find(const ById& all, const std::string& id) {
        auto found = all.find(id);
        return found == all.end() ? Json() : found->second;
    }
};

std::string handle_of(Json user) {
    std::string handle = user["username"].text();
    bool plain =
        handle.size() <= handle_bytes_max && std::all_of(handle.begin(), handle.end(), [](char c) {
            return ascii_alphanumeric(c) || c == '_';
        });
    return plain ? handle : std::string();
}

// The ids of all versions, oldest first, its own among them.
std::vector<std::string> versions_of(Json post) {
    std::vector<std::string> ids;
    if (std::string id = post["id"].id(); is_x_id(id)) add_unique(ids, std::move(id));
    Json history = either(post, "edit_history_tweet_ids", "edit_history_post_ids");
    for (Json item : history.items()) {
        if (std::string id = item.id(); is_x_id(id)) add_unique(ids, std::move(id));
    }
    std::sort(ids.begin(), ids.end(), IdLess());
    return ids;
}

std::string url_of(const std::string& handle, const std::string& id) {
    return "https://x.com/" + (handle.empty() ? "i" : handle) + "/status/" + id;
}

// A shortened address in the text, in bytes of it.
struct Stretch {
    std::size_t start = 0, end = 0;
    std::string target;  // empty: it stands for a picture
};

// Positions count code points. Where the address does not stand there, it is looked for: a wrong
// position must not cut words.
std::vector<Stretch> stretches_of(const std::string& text, Json entities) {
    std::vector<Json> urls = entities["urls"].items();
    if (urls.size() > list_max) urls.resize(list_max);
    std::vector<Stretch> all;
    for (Json json : urls) {
        std::string url = json["url"].text();
        auto position = json["start"].number();
        if (url.empty()) continue;
        Stretch stretch;
        stretch.start = text.size();
        if (position && *position < static_cast<double>(text.size())) {
            stretch.start = byte_offset(text, static_cast<std::size_t>(*position));
        }
        if (text.compare(stretch.start, url.size(), url) != 0) stretch.start = text.find(url);
        if (stretch.start == std::string::npos) continue;
        stretch.end = stretch.start + url.size();
        if (!json["media_key"]) {
            stretch.target = kept_link(json["expanded_url"].text());
            if (stretch.target.empty()) stretch.target = std::move(url);
        }
        all.push_back(std::move(stretch));
    }
    std::stable_sort(all.begin(), all.end(), [](const Stretch& a, const Stretch& b) {
        return a.start < b.start;
    });
    return all;
}

struct Words {
    std::string text;
    std::vector<std::string> links, tags, mentions;
};

// The words as people read them: whole where the post is long, addresses as they lead.
Words words_of(Json post) {
    Json note = either(post, "note_tweet", "note_post");
    Json holder = note["text"] ? note : post;
    Json entities = holder["entities"];
    std::string raw = holder["text"].text();
    Words words;
    std::size_t at = 0;
    for (const Stretch& stretch : stretches_of(raw, entities)) {
        if (stretch.start < at) continue;  // several pictures share one address
        words.text += decode_entities(raw.substr(at, stretch.start - at));
        words.text += stretch.target;
        add_unique(words.links, kept_link(stretch.target));
        at = stretch.end;
    }
    words.text += decode_entities(raw.substr(at));
    while (!words.text.empty() && ascii_space(words.text.back())) words.text.pop_back();
    for (Json tag : entities["hashtags"].items()) add_unique(words.tags, tag["tag"].text());
    for (Json mention : entities["mentions"].items()) {
        add_unique(words.mentions, mention["username"].text());
    }
    return words;
}

void set_words(Words words, Statement& statement) {
    statement.text = std::move(words.text);
    statement.links = std::move(words.links);
    statement.tags = std::move(words.tags);
    statement.mentions = std::move(words.mentions);
}

Reference reference_to(const std::string& id, const Includes& includes) {
    Json post = Includes::find(includes.posts, id);
    Json author = Includes::find(includes.users, post["author_id"].id());
    std::vector<std::string> versions = versions_of(post);
    Reference reference;
    reference.native_id = versions.empty() ? id : versions.front();
    reference.author_handle = handle_of(author);
    reference.author_name = author["name"].text();
    reference.url = url_of(reference.author_handle, versions.empty() ? id : versions.back());
    reference.text = words_of(post).text;
    return reference;
}

// The text of a repost is cut at 140 characters; the whole one stands with the original.
void read_repost(Json original, Statement& statement) {
    statement.form = Form::repost;
    if (original) {
        set_words(words_of(original), statement);
    } else {
        statement.partial = true;
    }
}

void read_answer(Json post, const std::string& answered, const Includes& includes, Statement& to) {
    Reference reference;
    if (!answered.empty()) reference = reference_to(answered, includes);
    std::string author = post["in_reply_to_user_id"].id();
    if (author.empty()) {
        author = Includes::find(includes.posts, answered)["author_id"].id();
    }
    if (reference.author_handle.empty()) {
        reference.author_handle = handle_of(Includes::find(includes.users, author));
    }
    // A thread of one's own is a statement in several parts.
    if (author.empty() || author != to.author_id) to.form = Form::reply;
    to.reply_to = std::move(reference);
}

void read_relations(Json post, const Includes& includes, Statement& statement) {
    std::string answered;
    std::string quoted;
    std::string reposted;
    for (Json relation : either(post, "referenced_tweets", "referenced_posts").items()) {
        std::string id = relation["id"].id();
        std::string type = relation["type"].text();
        if (!is_x_id(id)) continue;
        if (type == "replied_to")
            answered = std::move(id);
        else if (type == "quoted")
            quoted = std::move(id);
        else if (type == "retweeted" || type == "reposted")
            reposted = std::move(id);
    }
    if (!reposted.empty()) {
        statement.repost_of = reference_to(reposted, includes);
        read_repost(Includes::find(includes.posts, reposted), statement);
        return;
    }
    if (!answered.empty() || post["in_reply_to_user_id"]) {
        read_answer(post, answered, includes, statement);
    }
    if (quoted.empty()) return;
    statement.quote_of = reference_to(quoted, includes);
    if (statement.form == Form::post) statement.form = Form::quote;
}

// The best file of a video that is no stream.
Json best_variant(Json media) {
    Json best;
    for (Json variant : media["variants"].items()) {
        if (variant["content_type"].text() != "video/mp4") continue;
        double rate = variant["bit_rate"].number().value_or(0);
        if (!best || rate > best["bit_rate"].number().value_or(0)) best = variant;
    }
    return best;
}

Media medium_of(Json json) {
    Media medium;
    Json variant = best_variant(json);
    medium.kind = json["type"].text() == "photo" ? "photo" : "video";
    medium.url = kept_link((variant ? variant : json)["url"].text());
    medium.thumb = kept_link(json["preview_image_url"].text());
    medium.alt = json["alt_text"].text();
    medium.mime = variant["content_type"].text();
    medium.w = json["width"].pixels();
    medium.h = json["height"].pixels();
    if (auto duration = json["duration_ms"].number()) medium.duration_s = *duration / 1000;
    return medium;
}

void read_media(Json attachments, const Includes& includes, std::vector<Media>& media) {
    for (Json key : attachments["media_keys"].items()) {
        Json json = Includes::find(includes.media, key.text());
        if (json && media.size() < list_max) media.push_back(medium_of(json));
    }
    for (Json id : attachments["poll_ids"].items()) {
        Json json = Includes::find(includes.polls, id.id());
        if (!json || media.size() >= list_max) continue;
        // The options and not the votes, which change all the time.
        Media poll;
        poll.kind = "poll";
        for (Json option : json["options"].items()) {
            if (!poll.alt.empty()) poll.alt += '\n';
            poll.alt += option["label"].text();
        }
        media.push_back(std::move(poll));
    }
}

// An id holds its time: milliseconds since 2010-11-04, above 22 bits of other things.
std::optional<Time> time_of(const std::string& id) {
    constexpr std::int64_t epoch_ms = 1'288'834'974'657;
    std::int64_t number = 0;
    auto [end, error] = std::from_chars(id.data(), id.data() + id.size(), number);
    if (error != std::errc()) return std::nullopt;
    return Time(std::chrono::milliseconds((number >> 22) + epoch_ms));
}

// `created_at` is the version's own. That of the first version is in its id, where that is one
// whose post could still be edited then.
void read_dates(Json post, Statement& statement) {
    auto date = parse_date(post["created_at"].text());
    if (!date) return;
    statement.published_at = date->time;
    statement.published_precision = date->precision;
    if (!statement.edited) return;
    auto first = time_of(statement.native_id);
    if (!first || *first >= date->time || date->time - *first > editable_max) return;
    statement.published_at = first;
    statement.edited_at = date->time;
}

// X's own names for what has no language, and the old codes of two that have one.
std::string language_of(const std::string& lang) {
    if (lang == "in") return "id";
    if (lang == "iw") return "he";
    bool none = lang.size() == 3 && lang.front() == 'q';
    return none ? std::string() : canonical_language(lang);
}

void read_article(Json article, Statement& statement) {
    std::string title = article["title"].text();
    if (title.empty()) return;
    statement.form = Form::article;
    statement.title = std::move(title);
    if (std::string text = article["plain_text"].text(); !text.empty()) {
        statement.text = std::move(text);
    }
}

std::optional<XPost> parse_post(Json post, const Includes& includes, const std::string& lang) {
    XPost found;
    found.id = post["id"].id();
    if (!is_x_id(found.id) || !post["text"]) return std::nullopt;
    Statement& statement = found.statement;
    std::vector<std::string> versions = versions_of(post);
    statement.native_id = versions.front();
    statement.edited = versions.size() > 1;
    statement.author_id = post["author_id"].id();
    Json author = Includes::find(includes.users, statement.author_id);
    statement.author_handle = handle_of(author);
    statement.author_name = author["name"].text();
    statement.url = url_of(statement.author_handle, versions.back());
    read_dates(post, statement);
    set_words(words_of(post), statement);
    read_relations(post, includes, statement);
    read_media(post["attachments"], includes, statement.media);
    read_article(post["article"], statement);
    statement.lang = lang.empty() ? language_of(post["lang"].text()) : canonical_language(lang);
    statement.lang_declared = !statement.lang.empty();
    statement.raw = post.written(raw_bytes_max);
    keep_within_limits(statement);
    return found;
}

void add_withheld(Json withheld, std::vector<std::string>& countries) {
    for (Json country : withheld["country_codes"].items()) {
        std::string code = country.text();
        bool plain = code.size() == 2 && ascii_letter(code[0]) && ascii_letter(code[1]);
        if (plain) add_unique(countries, std::move(code));
    }
}

// `data` of an answer about one thing or several.
std::vector<Json> data_of(Json root) {
    std::vector<Json> items = root["data"].items();
    if (root["data"].is_object()) items.push_back(root["data"]);
    return items;
}

}  // namespace

bool is_x_id(std::string_view text) {
    return !text.empty() && text.size() <= id_digits_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return ascii_digit(c); });
}

Result<XPage> parse_x_page(Json root, const std::string& lang) {
    std::vector<Json> items = data_of(root);
    if (items.empty() && !root["data"].is_array() && !root["meta"].is_object()) {
        return Error{ErrorKind::malformed, "expected a page of posts, got other JSON"};
    }
    if (items.size() > statements_max) items.resize(statements_max);
    XPage page;
    page.next_token = root["meta"]["next_token"].text();
    if (page.next_token.size() > token_bytes_max) page.next_token.clear();
    page.missing = root["errors"].items().size();
    const Includes includes(root["includes"]);
    const IdLess less;
    for (Json item : items) {
        auto post = parse_post(item, includes, lang);
        if (!post) {
            page.recovered = true;
            continue;
        }
        add_withheld(item["withheld"], page.withheld);
        if (page.posts.empty() || less(page.newest, post->id)) page.newest = post->id;
        if (page.posts.empty() || less(post->id, page.oldest)) page.oldest = post->id;
        page.posts.push_back(std::move(*post));
    }
    if (page.posts.size() * 2 < items.size()) {
        return Error{
            ErrorKind::malformed,
            "expected posts with `id` and `text`, got a list in which most have none"};
    }
    return page;
}

std::optional<XUser> parse_x_user(Json root) {
    std::vector<Json> items = data_of(root);
    if (items.empty() || items.front()["text"]) return std::nullopt;
    XUser user;
    user.id = items.front()["id"].id();
    user.username = handle_of(items.front());
    user.closed = items.front()["protected"].flag();
    if (!is_x_id(user.id) || user.username.empty()) return std::nullopt;
    return user;
}

Presence x_presence(Json root, const std::string& id) {
    for (Json item : data_of(root)) {
        std::vector<std::string> versions = versions_of(item);
        if (std::find(versions.begin(), versions.end(), id) != versions.end()) {
            return Presence::there;
        }
    }
    for (Json error : root["errors"].items()) {
        bool of_it = error["resource_id"].id() == id || error["value"].id() == id;
        if (of_it && error["type"].text().ends_with("/resource-not-found")) {
            return Presence::deleted;
        }
    }
    return Presence::unknown;
}

}  // namespace spokeswatch
