#include "base/crypto.hpp"
#include "connectors/feed_item.hpp"
#include "connectors/feed_parse.hpp"
#include "connectors/feed_vocabulary.hpp"
#include "connectors/feed_words.hpp"
#include "connectors/limits.hpp"
#include "text/charset.hpp"
#include "text/url.hpp"

// Atom 1.0 (RFC 4287) and 0.3, which had `mode`, MIME types and other names for dates.

namespace spokeswatch {

namespace {

// Elements of Atom are in its namespace, in the root's own, or in none.
Node part(Node parent, std::string_view name) {
    Node found = child(parent, "atom", name);
    return found ? found : child(parent, "", name);
}

std::vector<Node> parts(Node parent, std::string_view name) {
    std::vector<Node> found = children(parent, "atom", name);
    if (vocabulary(parent) != "atom") {
        for (Node node : children(parent, "", name)) {
            if (vocabulary(node) != "atom") found.push_back(node);
        }
    }
    return found;
}

std::string part_text(Node parent, std::string_view name) {
    return std::string(trim(part(parent, name).text()));
}

// Markup inside an element; the <div> that XHTML content must have is not part of it.
std::string inline_markup(Node node) {
    Node only = node.first();
    bool wrapped = only.is("div") && !only.next() && trim(node.own_text()).empty();
    return wrapped ? only.inner_markup() : node.inner_markup();
}

std::string decode_base64(std::string_view text) {
    std::string joined;
    for (char c : text) {
        if (c > ' ') joined += c;
    }
    auto bytes = base64_decode(joined);
    bool text_inside = bytes && bytes->find('\0') == std::string::npos;
    return text_inside ? decode_text(*bytes, "", "") : std::string();
}

// A text construct or atom:content, by its `type` and, in 0.3, its `mode`.
FeedText text_of(Node node, const FeedContext& context) {
    FeedText text;
    text.type = FeedTextType::plain;
    if (!node) return text;
    text.base = base_of(node, context.url);
    text.lang = language_of(node);
    std::string type = node.attribute("type");
    std::string mode = node.attribute("mode");
    auto is_type = [&](std::string_view wanted) {
        // Parameters of a MIME type do not matter here.
        return equal_ignoring_case(trim(std::string_view(type).substr(0, type.find(';'))), wanted);
    };
    bool markup_type = is_type("html") || is_type("text/html") || is_type("xhtml") ||
                       is_type("application/xhtml+xml");
    bool xml_type = is_type("xhtml") || is_type("application/xhtml+xml") ||
                    type.ends_with("+xml") || type.ends_with("/xml");

    if (equal_ignoring_case(mode, "base64")) {
        text.value = decode_base64(node.text());
        text.type =
            markup_type || looks_like_html(text.value) ? FeedTextType::html : FeedTextType::plain;
    } else if (equal_ignoring_case(mode, "escaped")) {
        text.value = node.text();
        if (markup_type) text.type = FeedTextType::html;
    } else if (node.first() || xml_type) {
        // Elements inside are markup, whatever the type says.
        text.value = inline_markup(node);
        text.type = FeedTextType::html;
    } else if (markup_type) {
        text.value = node.text();
        text.type = FeedTextType::html;
    } else if (type.empty() || is_type("text") || type.starts_with("text/")) {
        text.value = node.text();
    } else if (node.is("content") && type.find('/') != std::string::npos) {
        text.value = decode_base64(node.text());
        if (text.value.empty()) text.value = node.text();
        if (looks_like_html(text.value)) text.type = FeedTextType::html;
    } else {
        text.value = node.text();
        text.type = FeedTextType::unsaid;
    }
    return text;
}

// "alternate" and its IANA URI are one.
std::string relation_of(Node link) {
    std::string relation(trim(link.attribute("rel")));
    auto slash = relation.rfind('/');
    if (relation.starts_with("http://www.iana.org/assignments/relation/")) {
        relation.erase(0, slash + 1);
    }
    return relation.empty() ? "alternate" : relation;
}

void read_links(Node entry, const FeedContext& context, FeedItem& item) {
    std::string untyped;
    std::string other;
    for (Node link : parts(entry, "link")) {
        std::string url = resolve_link(base_of(link, context.url), link.attribute("href"));
        if (url.empty()) url = resolve_link(base_of(link, context.url), link.text());
        if (url.empty()) continue;
        std::string relation = relation_of(link);
        std::string type = link.attribute("type");
        if (equal_ignoring_case(relation, "alternate")) {
            if (type == "text/html" || type == "application/xhtml+xml") {
                if (item.url.empty()) item.url = std::move(url);
            } else if (type.empty()) {
                if (untyped.empty()) untyped = std::move(url);
            } else if (other.empty()) {
                other = std::move(url);
            }
        } else if (equal_ignoring_case(relation, "enclosure")) {
            Media media;
            media.kind = media_kind(type);
            media.url = std::move(url);
            media.mime = std::move(type);
            media.alt = one_line(link.attribute("title"));
            item.media.push_back(std::move(media));
        } else if (equal_ignoring_case(relation, "related") || equal_ignoring_case(relation, "via")) {
            if (is_http_url(url)) item.links.push_back(std::move(url));
        }
    }
    if (item.url.empty()) item.url = std::move(untyped);
    if (item.url.empty()) item.url = std::move(other);
}

std::string author_of(Node parent) {
    std::string names;
    for (Node author : parts(parent, "author")) {
        std::string name = one_line(part_text(author, "name"));
        if (name.empty()) name = one_line(part_text(author, "email"));
        if (name.empty() && !author.first()) name = person_name(author.text());
        if (name.empty()) continue;
        if (!names.empty()) names += ", ";
        names += name;
    }
    if (names.empty()) names = one_line(child_text(parent, "dc", "creator"));
    return names;
}

std::string published_of(Node entry) {
    for (std::string_view name : {"published", "issued", "created", "updated", "modified"}) {
        std::string date = part_text(entry, name);
        if (!date.empty()) return date;
    }
    for (auto [space, name] : {std::pair("", "pubdate"), std::pair("dc", "date")}) {
        std::string date = child_text(entry, space, name);
        if (!date.empty()) return date;
    }
    return {};
}

std::string edited_of(Node entry) {
    std::string date = part_text(entry, "updated");
    return date.empty() ? part_text(entry, "modified") : date;
}

FeedText body_of(Node entry, const FeedContext& context) {
    FeedText body = text_of(part(entry, "content"), context);
    if (!trim(body.value).empty()) return body;
    body = text_of(part(entry, "summary"), context);
    if (!trim(body.value).empty()) return body;
    for (Node holder : {entry, child(entry, "media", "group")}) {
        Node description = child(holder, "media", "description");
        if (trim(description.text()).empty()) continue;
        body.value = description.text();
        // Line breaks are the author's, as in the descriptions of videos.
        body.type = looks_like_html(body.value) ? FeedTextType::html : FeedTextType::plain;
        body.base = base_of(description, context.url);
        return body;
    }
    Node encoded = child(entry, "content", "encoded");
    if (encoded) {
        body.value = encoded.text();
        body.type = FeedTextType::html;
        body.base = base_of(encoded, context.url);
    }
    return body;
}

// What the feed says for entries that do not say it themselves.
struct FeedDefaults {
    std::string author_name;
    std::string lang;
};

FeedItem read_entry(Node entry, const FeedDefaults& defaults, const FeedContext& context) {
    FeedItem item;
    item.native_id = part_text(entry, "id");
    read_links(entry, context, item);
    if (item.url.empty() && is_http_url(item.native_id)) item.url = item.native_id;
    item.title = text_of(part(entry, "title"), context);
    item.body = body_of(entry, context);
    item.published = published_of(entry);
    item.edited = edited_of(entry);

    item.author_name = author_of(entry);
    if (item.author_name.empty()) item.author_name = author_of(part(entry, "source"));
    if (item.author_name.empty()) item.author_name = defaults.author_name;

    item.lang = item.body.lang;
    if (item.lang.empty()) item.lang = child_text(entry, "dc", "language");
    if (item.lang.empty()) item.lang = defaults.lang;

    Node content = part(entry, "content");
    std::string source = resolve_link(base_of(content, context.url), content.attribute("src"));
    if (is_http_url(source)) item.links.push_back(std::move(source));
    for (Node category : parts(entry, "category")) {
        item.tags.push_back(category.attribute("term"));
        item.tags.push_back(category.attribute("label"));
    }
    read_extensions(entry, context, item);
    item.raw = entry.outer_markup(raw_bytes_max);
    return item;
}

}  // namespace

ParsedFeed parse_atom(Node root, const FeedContext& given) {
    ParsedFeed feed;
    FeedContext context = given;
    if (context.url.empty()) {
        // A recorded document without an address: its own links are the best base there is.
        FeedItem head;
        read_links(root, context, head);
        if (is_http_url(head.url)) context.url = head.url;
    }
    std::vector<Node> entries = root.is("entry") ? std::vector<Node>{root} : parts(root, "entry");
    std::vector<std::optional<Time>> times;
    times.reserve(entries.size());
    for (Node entry : entries) {
        auto date = read_date(published_of(entry), context);
        times.push_back(date ? std::optional(date->time) : std::nullopt);
    }
    FeedDefaults defaults;
    defaults.author_name = author_of(root);
    defaults.lang = child_text(root, "dc", "language");
    for (std::size_t position : newest(times)) {
        feed.statements.push_back(finish(read_entry(entries[position], defaults, context), context)
        );
    }
    if (entries.size() > statements_max) {
        feed.notes.push_back(
            "the newest " + std::to_string(statements_max) + " of " +
            std::to_string(entries.size()) + " items were read"
        );
    }
    return feed;
}

}  // namespace spokeswatch
