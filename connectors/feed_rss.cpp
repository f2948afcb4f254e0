#include <algorithm>
#include <charconv>

#include "connectors/feed_item.hpp"
#include "connectors/feed_parse.hpp"
#include "connectors/feed_vocabulary.hpp"
#include "connectors/feed_words.hpp"
#include "connectors/limits.hpp"
#include "net/http_client.hpp"
#include "text/url.hpp"

// RSS 0.9x and 2.0 (rssboard.org/rss-specification), RSS 1.0 (web.resource.org/rss/1.0/spec) with
// its modules, and the CDF of old. They differ in little but where the items stand.

namespace spokeswatch {

namespace {

std::optional<int> number(std::string_view text) {
    text = trim(text);
    int value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value < 0) return std::nullopt;
    return value;
}

// Text of an element; markup that was not escaped is taken as markup.
FeedText text_of(Node node, const FeedContext& context) {
    FeedText text;
    text.base = base_of(node, context.url);
    text.lang = language_of(node);
    if (node.first()) {
        text.value = node.inner_markup();
        text.type = FeedTextType::html;
    } else {
        text.value = node.text();
    }
    return text;
}

std::string first_text(
    Node item, std::initializer_list<std::pair<std::string_view, std::string_view>> names
) {
    for (auto [space, name] : names) {
        std::string text = child_text(item, space, name);
        if (!text.empty()) return text;
    }
    return {};
}

FeedText first_feed_text(
    Node item,
    std::initializer_list<std::pair<std::string_view, std::string_view>> names,
    const FeedContext& context
) {
    for (auto [space, name] : names) {
        Node node = child(item, space, name);
        if (!trim(node.text()).empty() || node.first()) return text_of(node, context);
    }
    return {};
}

// content:encoded, else the longer of xhtml:body and description, else what podcasts and media
// feeds say.
FeedText body_of(Node item, const FeedContext& context) {
    FeedText body = first_feed_text(item, {{"content", "encoded"}, {"", "fullitem"}}, context);
    if (!body.value.empty()) {
        body.type = FeedTextType::html;
        return body;
    }
    FeedText xhtml =
        first_feed_text(item, {{"xhtml", "body"}, {"xhtml", "div"}, {"", "body"}}, context);
    if (!xhtml.value.empty()) xhtml.type = FeedTextType::html;
    FeedText description = first_feed_text(
        item,
        {{"", "description"}, {"", "abstract"}, {"dc", "description"}, {"dcterms", "abstract"}},
        context
    );
    body =
        xhtml.value.size() >= description.value.size() ? std::move(xhtml) : std::move(description);
    if (!body.value.empty()) return body;
    body = first_feed_text(
        item,
        {{"atom", "content"},
         {"atom", "summary"},
         {"itunes", "summary"},
         {"", "summary"},
         {"itunes", "subtitle"},
         {"media", "description"},
         {"media", "text"}},
        context
    );
    if (!body.value.empty()) return body;
    for (Node group : children(item, "media", "group")) {
        body = first_feed_text(group, {{"media", "description"}}, context);
    }
    return body;
}

FeedText title_of(Node item, const FeedContext& context) {
    return first_feed_text(
        item,
        {{"", "title"},
         {"atom", "title"},
         {"dc", "title"},
         {"media", "title"},
         {"itunes", "title"}},
        context
    );
}

std::string url_of(Node item, const FeedContext& context) {
    for (Node link : children(item, "", "link")) {
        std::string written = std::string(trim(link.text()));
        if (written.empty()) written = link.attribute("href");
        std::string url = resolve_link(base_of(link, context.url), written);
        if (!url.empty()) return url;
    }
    for (Node link : children(item, "atom", "link")) {
        std::string relation = link.attribute("rel");
        if (!relation.empty() && !equal_ignoring_case(relation, "alternate")) continue;
        std::string url = resolve_link(base_of(link, context.url), link.attribute("href"));
        if (!url.empty()) return url;
    }
    Node guid = child(item, "", "guid");
    std::string identifier(trim(guid.text()));
    std::string permanent = guid.attribute("isPermaLink");
    if (!equal_ignoring_case(permanent, "false") && !identifier.empty()) {
        // Said to be a permanent link, a relative one counts; unsaid, it must look like a URL.
        std::string url =
            permanent.empty() ? identifier : resolve_link(base_of(guid, context.url), identifier);
        if (is_http_url(url)) return url;
    }
    return resolve_link(base_of(item, context.url), item.attribute("href"));
}

std::string author_of(Node parent) {
    Node author = child(parent, "", "author");
    std::string name = child_text(author, "", "name");
    if (name.empty()) name = child_text(author, "atom", "name");
    if (name.empty()) name = person_name(author.text());
    if (!name.empty()) return name;
    // Several creators are several people.
    for (Node creator : children(parent, "dc", "creator")) {
        std::string one = person_name(creator.text());
        if (one.empty()) continue;
        if (!name.empty()) name += ", ";
        name += one;
    }
    if (!name.empty()) return name;
    name = child_text(child(parent, "atom", "author"), "atom", "name");
    if (name.empty()) name = person_name(child_text(parent, "itunes", "author"));
    if (name.empty()) name = person_name(child_text(parent, "dc", "author"));
    return name;
}

void read_enclosures(Node item, const FeedContext& context, std::vector<Media>& media) {
    for (Node node : item.children()) {
        if (!node.is("enclosure")) continue;
        Media entry;
        // RSS 1.0 with mod_enclosure writes rdf:resource.
        std::string written = node.attribute("url");
        if (written.empty()) written = node.attribute("rdf:resource");
        if (written.empty()) written = node.attribute("enc:url");
        if (written.empty()) written = std::string(trim(node.own_text()));
        entry.url = resolve_link(base_of(node, context.url), written);
        entry.mime = node.attribute("type");
        if (entry.mime.empty()) entry.mime = node.attribute("enc:type");
        entry.kind = media_kind(entry.mime);
        if (!entry.url.empty()) media.push_back(std::move(entry));
    }
}

std::string published_of(Node item) {
    std::string date = first_text(
        item,
        {{"", "pubdate"},
         {"dc", "date"},
         {"dcterms", "issued"},
         {"atom", "published"},
         {"dcterms", "created"},
         {"atom", "issued"},
         {"", "date"},
         {"", "published"}}
    );
    return date.empty() ? item.attribute("lastmod") : date;
}

// What the channel says for items that do not say it themselves.
struct ChannelDefaults {
    std::string author_name;
    std::string lang;
};

ChannelDefaults defaults_of(Node channel) {
    ChannelDefaults defaults;
    defaults.author_name = author_of(channel);
    if (defaults.author_name.empty()) {
        defaults.author_name = person_name(child_text(channel, "", "managingeditor"));
    }
    defaults.lang = child_text(channel, "", "language");
    if (defaults.lang.empty()) defaults.lang = child_text(channel, "dc", "language");
    return defaults;
}

FeedItem read_item(Node node, const ChannelDefaults& defaults, const FeedContext& context) {
    FeedItem item;
    item.native_id = child_text(node, "", "guid");
    if (item.native_id.empty()) item.native_id = trim(node.attribute("rdf:about"));
    item.url = url_of(node, context);
    item.title = title_of(node, context);
    item.body = body_of(node, context);
    item.published = published_of(node);
    item.edited = first_text(
        node, {{"atom", "updated"}, {"dcterms", "modified"}, {"atom", "modified"}, {"", "updated"}}
    );
    item.author_name = author_of(node);
    if (item.author_name.empty()) item.author_name = defaults.author_name;
    item.lang = item.body.lang;
    if (item.lang.empty()) item.lang = child_text(node, "dc", "language");
    if (item.lang.empty()) item.lang = defaults.lang;

    read_enclosures(node, context, item.media);
    for (Node category : children(node, "", "category")) item.tags.push_back(category.text());
    read_extensions(node, context, item);
    item.raw = node.outer_markup(raw_bytes_max);
    return item;
}

// sy:updatePeriod divided by sy:updateFrequency.
std::optional<std::chrono::seconds> syndication_period(Node channel) {
    std::string period = child_text(channel, "sy", "updateperiod");
    if (period.empty()) return std::nullopt;
    std::chrono::seconds length = std::chrono::hours(24);
    if (equal_ignoring_case(period, "hourly")) length = std::chrono::hours(1);
    if (equal_ignoring_case(period, "weekly")) length = std::chrono::hours(24 * 7);
    if (equal_ignoring_case(period, "monthly")) length = std::chrono::hours(24 * 30);
    if (equal_ignoring_case(period, "yearly")) length = std::chrono::hours(24 * 365);
    int frequency = number(child_text(channel, "sy", "updatefrequency")).value_or(1);
    return length / std::max(frequency, 1);
}

void read_schedule(Node channel, ParsedFeed& feed) {
    if (auto minutes = number(child_text(channel, "", "ttl")); minutes && *minutes > 0) {
        feed.refresh_after = std::chrono::minutes(*minutes);
    }
    if (auto period = syndication_period(channel)) {
        feed.refresh_after = std::max(feed.refresh_after.value_or(*period), *period);
    }
    for (Node hour : child(channel, "", "skiphours").children()) {
        if (auto value = number(hour.text()); value && *value <= 24) {
            feed.skip_hours.insert(*value % 24);
        }
    }
    static constexpr std::string_view days[] = {
        "sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
    for (Node day : child(channel, "", "skipdays").children()) {
        for (int i = 0; i < 7; ++i) {
            if (equal_ignoring_case(trim(day.text()), days[i])) feed.skip_days.insert(i);
        }
    }
}

std::vector<Node> items_of(Node root) {
    std::vector<Node> items;
    for (Node node = root.following(root); node; node = node.following(root)) {
        if (!node.is("item")) continue;
        std::string_view own = vocabulary(node);
        bool core = own.empty() || own == "rss" || node.space() == root.space() ||
                    node.space() == node.parent().space();
        if (core) items.push_back(node);
    }
    return items;
}

}  // namespace

ParsedFeed parse_rss(Node root, const FeedContext& given) {
    ParsedFeed feed;
    Node channel = root.is("channel") ? root : child(root, "", "channel");
    FeedContext context = given;
    // A recorded document without an address: the channel's link is the best base there is.
    if (context.url.empty()) context.url = child_text(channel, "", "link");

    std::vector<Node> items = items_of(root);
    std::vector<std::optional<Time>> times;
    times.reserve(items.size());
    for (Node item : items) {
        auto date = read_date(published_of(item), context);
        times.push_back(date ? std::optional(date->time) : std::nullopt);
    }
    ChannelDefaults defaults = defaults_of(channel);
    for (std::size_t position : newest(times)) {
        feed.statements.push_back(finish(read_item(items[position], defaults, context), context));
    }
    if (items.size() > statements_max) {
        feed.notes.push_back(
            "the newest " + std::to_string(statements_max) + " of " + std::to_string(items.size()) +
            " items were read"
        );
    }
    read_schedule(channel, feed);
    std::string moved = child_text(channel, "itunes", "new-feed-url");
    if (moved.empty()) moved = child_text(root, "", "newlocation");
    if (is_http_url(moved)) {
        feed.notes.push_back("the feed says that it has moved to " + url_for_people(moved));
    }
    return feed;
}

}  // namespace spokeswatch
