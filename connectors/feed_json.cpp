#include "connectors/feed_item.hpp"
#include "connectors/feed_parse.hpp"
#include "connectors/feed_words.hpp"
#include "connectors/json.hpp"
#include "connectors/limits.hpp"
#include "text/url.hpp"

// JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1). Wrong types are taken where they can mean only
// one thing, and are nothing elsewhere.

namespace spokeswatch {

namespace {

// `authors` of 1.1, else `author` of 1.0; an object, a list of them or a bare name.
std::string authors_of(Json object) {
    std::string names;
    auto add = [&](Json author) {
        std::string name = one_line((author.is_object() ? author["name"] : author).text());
        if (name.empty()) return;
        if (!names.empty()) names += ", ";
        names += name;
    };
    for (std::string_view key : {"authors", "author"}) {
        Json value = object[key];
        if (value.is_array()) {
            for (Json one : value.items()) add(one);
        } else {
            add(value);
        }
        if (!names.empty()) break;
    }
    return names;
}

FeedText body_of(Json object, const std::string& base) {
    FeedText body;
    body.base = base;
    body.value = object["content_html"].text();
    body.type = FeedTextType::html;
    if (!trim(body.value).empty()) return body;
    body.type = FeedTextType::plain;
    for (std::string_view key : {"content_text", "summary"}) {
        body.value = object[key].text();
        if (!trim(body.value).empty()) break;
    }
    return body;
}

void read_media(Json object, const std::string& base, std::vector<Media>& media) {
    for (Json attachment : object["attachments"].items()) {
        Media entry;
        entry.url = resolve_link(base, attachment["url"].text());
        entry.mime = attachment["mime_type"].text();
        entry.kind = media_kind(entry.mime);
        entry.alt = one_line(attachment["title"].text());
        entry.duration_s = attachment["duration_in_seconds"].number();
        if (!entry.url.empty()) media.push_back(std::move(entry));
    }
    for (std::string_view key : {"image", "banner_image"}) {
        Media entry;
        entry.kind = "photo";
        entry.url = resolve_link(base, object[key].text());
        if (!entry.url.empty()) media.push_back(std::move(entry));
    }
}

FeedItem read_item(Json object, Json feed, const FeedContext& context) {
    FeedItem item;
    item.native_id = object["id"].text();
    std::string external = resolve_link(context.url, object["external_url"].text());
    item.url = resolve_link(context.url, object["url"].text());
    if (item.url.empty()) item.url = external;
    if (item.url.empty() && is_http_url(item.native_id)) item.url = item.native_id;
    if (is_http_url(external) && external != item.url) item.links.push_back(std::move(external));

    item.title.value = object["title"].text();
    item.title.type = FeedTextType::plain;
    item.body = body_of(object, context.url);
    item.published = object["date_published"].text();
    item.edited = object["date_modified"].text();
    item.author_name = authors_of(object);
    if (item.author_name.empty()) item.author_name = authors_of(feed);
    item.lang = object["language"].text();
    if (item.lang.empty()) item.lang = feed["language"].text();
    read_media(object, context.url, item.media);
    for (Json tag : object["tags"].items()) item.tags.push_back(tag.text());
    item.raw = object.written(raw_bytes_max);
    return item;
}

// What can be told apart and opened: an item needs an id or a URL.
bool is_item(Json object) {
    for (std::string_view key : {"id", "url", "external_url"}) {
        if (!trim(object[key].text()).empty()) return true;
    }
    return false;
}

ParsedFeed read_feed(Json root, const FeedContext& context) {
    ParsedFeed feed;
    std::vector<Json> items;
    std::vector<std::optional<Time>> times;
    std::size_t skipped = 0;
    for (Json item : root["items"].items()) {
        if (!is_item(item)) {
            ++skipped;
            continue;
        }
        items.push_back(item);
        auto date = read_date(item["date_published"].text(), context);
        times.push_back(date ? std::optional(date->time) : std::nullopt);
    }
    for (std::size_t position : newest(times)) {
        feed.statements.push_back(finish(read_item(items[position], root, context), context));
    }
    if (skipped > 0) {
        feed.recovered = true;
        feed.notes.push_back(std::to_string(skipped) + " items without id and URL were left out");
    }
    if (items.size() > statements_max) {
        feed.notes.push_back(
            "the newest " + std::to_string(statements_max) + " of " + std::to_string(items.size()) +
            " items were read"
        );
    }
    return feed;
}

}  // namespace

Result<ParsedFeed> parse_json_feed(std::string_view text, const FeedContext& given) {
    auto document = parse_json(text, "a JSON Feed");
    if (!document) return document.error();
    Json root = document->root();
    std::string version = root["version"].text();
    // Some write a bare "1.0" where the address of the specification belongs.
    bool is_feed = version.find("jsonfeed.org") != std::string::npos ||
                   (!version.empty() && root["items"].is_array());
    if (!is_feed) {
        return Error{
            ErrorKind::malformed,
            "expected a JSON Feed, got JSON whose \"version\" is not one of jsonfeed.org"};
    }
    FeedContext context = given;
    if (context.url.empty()) context.url = root["feed_url"].text();
    if (context.url.empty()) context.url = root["home_page_url"].text();
    return read_feed(root, context);
}

}  // namespace spokeswatch
