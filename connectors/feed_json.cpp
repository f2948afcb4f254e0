#include <cmath>

#include <boost/json.hpp>

#include "base/utf8.hpp"
#include "connectors/feed_item.hpp"
#include "connectors/feed_parse.hpp"
#include "connectors/feed_words.hpp"
#include "connectors/limits.hpp"
#include "text/url.hpp"

// JSON Feed 1.0 and 1.1 (jsonfeed.org/version/1.1). Wrong types are taken where they can mean only
// one thing, and are nothing elsewhere.

namespace spokeswatch {

namespace {

namespace json = boost::json;

constexpr std::size_t depth_max = 64;
constexpr std::size_t values_max = 400'000;

// An upper bound of the number of values, so that `[[[],[],...` costs no memory.
std::size_t values_at_most(std::string_view text) {
    std::size_t count = 1;
    bool quoted = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        char c = text[at];
        if (quoted) {
            if (c == '\\') ++at;
            if (c == '"') quoted = false;
        } else if (c == '"') {
            quoted = true;
        } else if (c == ',' || c == '[' || c == '{') {
            ++count;
        }
    }
    return count;
}

const json::object* as_object(const json::value* value) {
    return value == nullptr ? nullptr : value->if_object();
}

const json::array* array_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value == nullptr ? nullptr : value->if_array();
}

std::string as_text(const json::value* value) {
    if (value == nullptr) return {};
    if (const json::string* text = value->if_string()) return std::string(*text);
    if (value->is_int64()) return std::to_string(value->get_int64());
    if (value->is_uint64()) return std::to_string(value->get_uint64());
    if (value->is_double() && std::isfinite(value->get_double())) return json::serialize(*value);
    return {};
}

std::string text_of(const json::object& object, std::string_view key) {
    return as_text(object.if_contains(key));
}

std::optional<double> number_of(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    if (value == nullptr || !value->is_number()) return std::nullopt;
    double number = value->to_number<double>();
    return std::isfinite(number) && number >= 0 ? std::optional(number) : std::nullopt;
}

// `authors` of 1.1, else `author` of 1.0; an object, a list of them or a bare name.
std::string authors_of(const json::object& object) {
    std::string names;
    auto add = [&](const json::value& value) {
        const json::object* author = value.if_object();
        std::string name = one_line(author == nullptr ? as_text(&value) : text_of(*author, "name"));
        if (name.empty()) return;
        if (!names.empty()) names += ", ";
        names += name;
    };
    for (std::string_view key : {"authors", "author"}) {
        const json::value* value = object.if_contains(key);
        if (value == nullptr) continue;
        if (const json::array* list = value->if_array()) {
            for (const json::value& one : *list) add(one);
        } else {
            add(*value);
        }
        if (!names.empty()) break;
    }
    return names;
}

FeedText body_of(const json::object& object, const std::string& base) {
    FeedText body;
    body.base = base;
    body.value = text_of(object, "content_html");
    body.type = FeedTextType::html;
    if (!trim(body.value).empty()) return body;
    body.type = FeedTextType::plain;
    for (std::string_view key : {"content_text", "summary"}) {
        body.value = text_of(object, key);
        if (!trim(body.value).empty()) break;
    }
    return body;
}

void read_media(const json::object& object, const std::string& base, std::vector<Media>& media) {
    if (const json::array* list = array_of(object, "attachments")) {
        for (const json::value& value : *list) {
            const json::object* attachment = value.if_object();
            if (attachment == nullptr) continue;
            Media entry;
            entry.url = resolve_link(base, text_of(*attachment, "url"));
            entry.mime = text_of(*attachment, "mime_type");
            entry.kind = media_kind(entry.mime);
            entry.alt = one_line(text_of(*attachment, "title"));
            entry.duration_s = number_of(*attachment, "duration_in_seconds");
            if (!entry.url.empty()) media.push_back(std::move(entry));
        }
    }
    for (std::string_view key : {"image", "banner_image"}) {
        Media entry;
        entry.kind = "photo";
        entry.url = resolve_link(base, text_of(object, key));
        if (!entry.url.empty()) media.push_back(std::move(entry));
    }
}

FeedItem read_item(
    const json::object& object, const json::object& feed, const FeedContext& context
) {
    FeedItem item;
    item.native_id = text_of(object, "id");
    std::string external = resolve_link(context.url, text_of(object, "external_url"));
    item.url = resolve_link(context.url, text_of(object, "url"));
    if (item.url.empty()) item.url = external;
    if (item.url.empty() && is_http_url(item.native_id)) item.url = item.native_id;
    if (is_http_url(external) && external != item.url) item.links.push_back(std::move(external));

    item.title.value = text_of(object, "title");
    item.title.type = FeedTextType::plain;
    item.body = body_of(object, context.url);
    item.published = text_of(object, "date_published");
    item.edited = text_of(object, "date_modified");
    item.author_name = authors_of(object);
    if (item.author_name.empty()) item.author_name = authors_of(feed);
    item.lang = text_of(object, "language");
    if (item.lang.empty()) item.lang = text_of(feed, "language");
    read_media(object, context.url, item.media);
    if (const json::array* tags = array_of(object, "tags")) {
        for (const json::value& tag : *tags) item.tags.push_back(as_text(&tag));
    }
    item.raw = json::serialize(object).substr(0, raw_bytes_max + 4);
    return item;
}

// What can be told apart and opened: an item needs an id or a URL.
bool is_item(const json::object& object) {
    for (std::string_view key : {"id", "url", "external_url"}) {
        if (!trim(text_of(object, key)).empty()) return true;
    }
    return false;
}

ParsedFeed read_feed(
    const json::object& root, const json::array* list, const FeedContext& context
) {
    ParsedFeed feed;
    std::vector<const json::object*> items;
    std::vector<std::optional<Time>> times;
    std::size_t skipped = 0;
    if (list != nullptr) {
        for (const json::value& value : *list) {
            const json::object* item = value.if_object();
            if (item == nullptr || !is_item(*item)) {
                ++skipped;
                continue;
            }
            items.push_back(item);
            auto date = read_date(text_of(*item, "date_published"), context);
            times.push_back(date ? std::optional(date->time) : std::nullopt);
        }
    }
    for (std::size_t position : newest(times)) {
        feed.statements.push_back(finish(read_item(*items[position], root, context), context));
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
    if (values_at_most(text) > values_max) {
        return Error{ErrorKind::too_large, "the JSON document has too many values"};
    }
    json::parse_options options;
    options.max_depth = depth_max;
    json::error_code failure;
    json::monotonic_resource memory;
    json::value document = json::parse(mend_surrogate_escapes(text), failure, &memory, options);
    if (failure) {
        return Error{
            failure == json::error::too_deep ? ErrorKind::too_large : ErrorKind::malformed,
            "expected a JSON Feed, got JSON that does not parse: " + failure.message()};
    }
    const json::object* root = as_object(&document);
    std::string version = root == nullptr ? "" : text_of(*root, "version");
    const json::array* items = root == nullptr ? nullptr : array_of(*root, "items");
    // Some write a bare "1.0" where the address of the specification belongs.
    bool is_feed =
        version.find("jsonfeed.org") != std::string::npos || (!version.empty() && items != nullptr);
    if (!is_feed) {
        return Error{
            ErrorKind::malformed,
            "expected a JSON Feed, got JSON whose \"version\" is not one of jsonfeed.org"};
    }
    FeedContext context = given;
    if (context.url.empty()) context.url = text_of(*root, "feed_url");
    if (context.url.empty()) context.url = text_of(*root, "home_page_url");
    return read_feed(*root, items, context);
}

}  // namespace spokeswatch
