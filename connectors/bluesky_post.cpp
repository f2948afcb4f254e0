#include "connectors/bluesky_post.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "connectors/limits.hpp"
#include "text/date.hpp"
#include "text/language.hpp"

namespace spokeswatch {

namespace {

constexpr std::chrono::minutes ahead_max{10};
constexpr std::chrono::hours behind_max{24};
constexpr std::size_t did_bytes_max = 256;
constexpr std::size_t key_bytes_max = 512;
constexpr std::string_view login_only = "!no-unauthenticated";

bool is_type(Json value, std::string_view name) { return value["$type"].text() == name; }

std::string did_of(std::string_view uri) {
    auto parts = parse_at_uri(uri);
    return parts ? parts->did : std::string();
}

// By the DID, which stays when the handle changes.
std::string url_of(std::string_view uri) {
    auto parts = parse_at_uri(uri);
    if (!parts || parts->collection != "app.bsky.feed.post") return {};
    return "https://bsky.app/profile/" + parts->did + "/post/" + parts->rkey;
}

bool wants_login(Json author) {
    for (Json label : author["labels"].items()) {
        if (label["val"].text() == login_only && !label["neg"].flag()) return true;
    }
    return false;
}

// A post as somebody else's statement points at it: `record` is its record, which the view of an
// embedded post calls `value`.
Reference reference_to(Json view, Json record) {
    Reference reference;
    reference.native_id = view["uri"].text();
    reference.url = url_of(reference.native_id);
    Json author = view["author"];
    reference.author_handle = author["handle"].text();
    reference.author_name = author["displayName"].text();
    if (!wants_login(author)) reference.text = record["text"].text();
    return reference;
}

// A stretch of the text that is a link, a mention or a hashtag, in bytes of UTF-8.
struct Facet {
    std::size_t start = 0, end = 0;
    Json features;
};

bool inside_character(const std::string& text, std::size_t at) {
    return at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0U) == 0x80U;
}

std::optional<Facet> read_facet(Json json, const std::string& text) {
    auto start = json["index"]["byteStart"].number();
    auto end = json["index"]["byteEnd"].number();
    if (!start || !end || *end > static_cast<double>(text.size()) || *start >= *end) {
        return std::nullopt;
    }
    Facet facet;
    facet.start = static_cast<std::size_t>(*start);
    facet.end = static_cast<std::size_t>(*end);
    facet.features = json["features"];
    if (inside_character(text, facet.start) || inside_character(text, facet.end)) {
        return std::nullopt;
    }
    return facet;
}

// Those that lie within the text and not over one another, from left to right.
std::vector<Facet> facets_of(Json record, const std::string& text) {
    std::vector<Facet> all;
    for (Json json : record["facets"].items()) {
        if (auto facet = read_facet(json, text)) all.push_back(*facet);
    }
    std::stable_sort(all.begin(), all.end(), [](const Facet& a, const Facet& b) {
        return a.start < b.start;
    });
    std::vector<Facet> apart;
    for (const Facet& facet : all) {
        if (apart.empty() || facet.start >= apart.back().end) apart.push_back(facet);
    }
    return apart;
}

void read_words(Json record, Statement& statement) {
    std::string text = record["text"].text();
    for (const Facet& facet : facets_of(record, text)) {
        for (Json feature : facet.features.items()) {
            if (is_type(feature, "app.bsky.richtext.facet#link")) {
                add_unique(statement.links, kept_link(feature["uri"].text()));
            } else if (is_type(feature, "app.bsky.richtext.facet#tag")) {
                add_unique(statement.tags, feature["tag"].text());
            } else if (is_type(feature, "app.bsky.richtext.facet#mention")) {
                std::string name = text.substr(facet.start, facet.end - facet.start);
                if (name.starts_with('@')) name.erase(0, 1);
                add_unique(statement.mentions, std::move(name));
            }
        }
    }
    for (Json tag : record["tags"].items()) add_unique(statement.tags, tag.text());
    while (!text.empty() && ascii_space(text.back())) text.pop_back();
    statement.text = std::move(text);
}

// Clients set `createdAt` as they like: where it cannot be right, the time of arrival at the
// service counts.
void read_date(const std::string& created, const std::string& indexed, Statement& statement) {
    auto date = parse_date(created);
    auto arrival = parse_date(indexed);
    bool doubtful =
        date && arrival &&
        (date->time > arrival->time + ahead_max || date->time < arrival->time - behind_max);
    if (!date || doubtful) date = arrival;
    if (!date) return;
    statement.published_at = date->time;
    statement.published_precision = date->precision;
}

Media medium_of(Json view, std::string_view kind, std::string_view url, std::string_view thumb) {
    Media medium;
    medium.kind = kind;
    medium.url = kept_link(view[url].text());
    medium.thumb = kept_link(view[thumb].text());
    medium.alt = view["alt"].text();
    medium.w = view["aspectRatio"]["width"].pixels();
    medium.h = view["aspectRatio"]["height"].pixels();
    return medium;
}

void read_media(Json embed, Statement& statement) {
    if (is_type(embed, "app.bsky.embed.images#view")) {
        for (Json image : embed["images"].items()) {
            statement.media.push_back(medium_of(image, "photo", "fullsize", "thumb"));
        }
    } else if (is_type(embed, "app.bsky.embed.gallery#view")) {
        for (Json image : embed["items"].items()) {
            statement.media.push_back(medium_of(image, "photo", "fullsize", "thumbnail"));
        }
    } else if (is_type(embed, "app.bsky.embed.video#view")) {
        statement.media.push_back(medium_of(embed, "video", "playlist", "thumbnail"));
    } else if (is_type(embed, "app.bsky.embed.external#view")) {
        Json external = embed["external"];
        Media card = medium_of(external, "link", "uri", "thumb");
        card.alt = external["title"].text();
        std::string description = external["description"].text();
        if (!description.empty()) card.alt += (card.alt.empty() ? "" : "\n") + description;
        add_unique(statement.links, card.url);
        statement.media.push_back(std::move(card));
    }
}

// A post that is there, deleted, blocked or taken out of the quote. Lists, feeds and the like are
// records too, and no words of anybody.
void read_quote(Json record, Statement& statement) {
    for (std::string_view type : {"viewRecord", "viewNotFound", "viewBlocked", "viewDetached"}) {
        if (!is_type(record, "app.bsky.embed.record#" + std::string(type))) continue;
        Json value = record["value"];
        if (value && !is_type(value, "app.bsky.feed.post")) return;
        statement.quote_of = reference_to(record, value);
        if (statement.form == Form::post) statement.form = Form::quote;
        return;
    }
}

void read_embed(Json embed, Statement& statement) {
    if (is_type(embed, "app.bsky.embed.record#view")) {
        read_quote(embed["record"], statement);
    } else if (is_type(embed, "app.bsky.embed.recordWithMedia#view")) {
        read_media(embed["media"], statement);
        read_quote(embed["record"]["record"], statement);
    } else {
        read_media(embed, statement);
    }
}

// `view` is the answered post as far as the feed shows it; a deleted or blocked one is known by its
// address alone.
void read_reply(Json record, Json view, Statement& statement) {
    std::string uri = record["reply"]["parent"]["uri"].text();
    if (uri.empty()) return;
    Reference reference = reference_to(view, view["record"]);
    reference.native_id = uri;
    reference.url = url_of(uri);
    std::string author = did_of(uri);
    if (author.empty()) author = view["author"]["did"].text();
    // A thread of one's own is a statement in several parts.
    if (author != statement.author_id) statement.form = Form::reply;
    statement.reply_to = std::move(reference);
}

void set_author(Json author, Statement& statement) {
    statement.author_id = author["did"].text();
    statement.author_handle = author["handle"].text();
    statement.author_name = author["displayName"].text();
}

// An entry of a feed, or the view of a post alone.
Json post_of(Json entry) { return entry["post"] ? entry["post"] : entry; }

bool is_repost(Json entry) { return is_type(entry["reason"], "app.bsky.feed.defs#reasonRepost"); }

// Whose feed it is in: who wrote it or passed it on.
Json actor_of(Json entry) {
    return is_repost(entry) ? entry["reason"]["by"] : post_of(entry)["author"];
}

std::optional<Statement> parse_entry(Json entry, const std::string& lang) {
    Json post = post_of(entry);
    Json record = post["record"];
    Statement statement;
    set_author(actor_of(entry), statement);
    statement.url = url_of(post["uri"].text());
    std::string declared;
    if (is_repost(entry)) {
        Json reason = entry["reason"];
        statement.form = Form::repost;
        statement.native_id = reason["uri"].text();
        read_date(reason["indexedAt"].text(), "", statement);
        statement.repost_of = reference_to(post, record);
        statement.partial = wants_login(post["author"]);
    } else {
        statement.native_id = post["uri"].text();
        read_date(record["createdAt"].text(), post["indexedAt"].text(), statement);
        read_words(record, statement);
        read_reply(record, entry["reply"]["parent"], statement);
        read_embed(post["embed"], statement);
        auto langs = record["langs"].items();
        if (!langs.empty()) declared = langs.front().text();
    }
    if (statement.native_id.empty() || statement.author_id.empty() || !record) return std::nullopt;
    statement.lang = canonical_language(lang.empty() ? declared : lang);
    statement.lang_declared = !statement.lang.empty();
    statement.raw = entry.written(raw_bytes_max);
    keep_within_limits(statement);
    return statement;
}

// Names of collections are a subset of what a record key may be.
bool is_key(std::string_view text) {
    return !text.empty() && text.size() <= key_bytes_max &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return ascii_alphanumeric(c) || c == '.' || c == '_' || c == ':' || c == '~' ||
                      c == '-';
           });
}

}  // namespace

bool is_did(std::string_view text) {
    if (text.size() > did_bytes_max) return false;
    std::string_view id = text;
    for (std::string_view method : {"did:plc:", "did:web:"}) {
        if (text.starts_with(method)) id.remove_prefix(method.size());
    }
    return id.size() < text.size() && !id.empty() && std::all_of(id.begin(), id.end(), [](char c) {
               return ascii_alphanumeric(c) || c == '.' || c == '_' || c == ':' || c == '-';
           });
}

std::optional<AtUri> parse_at_uri(std::string_view uri) {
    if (!uri.starts_with("at://")) return std::nullopt;
    uri.remove_prefix(5);
    auto collection = uri.find('/');
    auto rkey = uri.rfind('/');
    if (collection == std::string_view::npos || collection == rkey) return std::nullopt;
    AtUri parts;
    parts.did = uri.substr(0, collection);
    parts.collection = uri.substr(collection + 1, rkey - collection - 1);
    parts.rkey = uri.substr(rkey + 1);
    bool usable = is_did(parts.did) && is_key(parts.collection) && is_key(parts.rkey);
    return usable ? std::optional(parts) : std::nullopt;
}

Result<BlueskyPage> parse_bluesky_page(Json root, const std::string& lang) {
    std::vector<Json> entries = root["feed"].items();
    if (root["posts"].is_array()) entries = root["posts"].items();
    if (root["thread"]) entries.push_back(root["thread"]);
    if (post_of(root)["record"]) entries.push_back(root);
    if (entries.empty() && !root["feed"].is_array() && !root["posts"].is_array()) {
        return Error{ErrorKind::malformed, "expected a feed of posts, got other JSON"};
    }
    if (entries.size() > statements_max) entries.resize(statements_max);
    BlueskyPage page;
    page.cursor = root["cursor"].text();
    for (Json entry : entries) {
        auto statement = parse_entry(entry, lang);
        if (!statement) {
            page.recovered = true;
            continue;
        }
        if (page.count == 0) page.owner = statement->author_id;
        ++page.count;
        page.withheld = page.withheld || wants_login(actor_of(entry));
        // A pin repeats an old post at the top.
        if (is_type(entry["reason"], "app.bsky.feed.defs#reasonPin")) continue;
        page.statements.push_back(std::move(*statement));
    }
    if (page.count * 2 < entries.size()) {
        return Error{
            ErrorKind::malformed,
            "expected posts with `uri`, `author` and `record`, got a list in which most have none"};
    }
    return page;
}

}  // namespace spokeswatch
