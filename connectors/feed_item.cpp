#include "connectors/feed_item.hpp"

#include <algorithm>
#include <charconv>

#include "base/crypto.hpp"
#include "connectors/feed_vocabulary.hpp"
#include "connectors/feed_words.hpp"
#include "connectors/limits.hpp"
#include "text/date_format.hpp"
#include "text/html_text.hpp"
#include "text/language.hpp"
#include "text/tokens.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t title_bytes_max = 4 * 1024;

bool is_html(const FeedText& text) {
    return text.type == FeedTextType::html ||
           (text.type == FeedTextType::unsaid && looks_like_html(text.value));
}

std::string title_text(const FeedText& title) {
    std::string text = is_html(title) ? html_to_text(title.value).text : title.value;
    return std::string(cut_text(one_line(text), title_bytes_max));
}

void set_text(Statement& statement, const FeedItem& item) {
    if (is_html(item.body)) {
        HtmlText html = html_to_text(item.body.value);
        statement.text = std::move(html.text);
        statement.html = std::move(html.html);
        for (const std::string& link : html.links) {
            std::string absolute = resolve_link(item.body.base, link);
            if (is_http_url(absolute)) add_unique(statement.links, std::move(absolute));
        }
    } else {
        statement.text = item.body.type == FeedTextType::plain ? keep_lines(item.body.value)
                                                               : reflow(item.body.value);
    }
}

void set_dates(Statement& statement, const FeedItem& item, const FeedContext& context) {
    auto published = read_date(item.published, context);
    auto edited = read_date(item.edited, context);
    if (!published) published = edited;
    if (!published) return;
    statement.published_at = published->time;
    statement.published_precision = published->precision;
    if (edited && edited->time > published->time) {
        statement.edited_at = edited->time;
        statement.edited = true;
    }
}

void set_language(Statement& statement, const FeedItem& item, const FeedContext& context) {
    std::string declared = canonical_language(context.lang.empty() ? item.lang : context.lang);
    if (!declared.empty()) {
        statement.lang = std::move(declared);
        statement.lang_declared = true;
        return;
    }
    statement.lang = detect_language(statement.title + "\n" + statement.text);
}

std::optional<int> whole_number(const std::string& text) {
    int value = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value < 0) return std::nullopt;
    return value;
}

// Seconds, or the h:mm:ss of podcasts.
std::optional<double> duration_seconds(std::string_view text) {
    double total = 0;
    int digits = 0;
    double part = 0;
    for (char c : text) {
        if (c == ':') {
            total = (total + part) * 60;
            part = 0;
        } else if (c >= '0' && c <= '9') {
            part = part * 10 + (c - '0');
            if (++digits > 9) return std::nullopt;
        } else {
            break;
        }
    }
    if (digits == 0) return std::nullopt;
    return total + part;
}

void read_media(Node item, const std::string& base, std::vector<Media>& media) {
    std::size_t before = media.size();
    std::string thumb;
    for (Node node = item.following(item); node; node = node.following(item)) {
        if (vocabulary(node) != "media") continue;
        if (node.is("thumbnail") && thumb.empty()) {
            thumb = resolve_link(base, node.attribute("url"));
        }
        if (!node.is("content") || media.size() >= list_max) continue;
        Media entry;
        entry.url = resolve_link(base, node.attribute("url"));
        entry.mime = node.attribute("type");
        entry.kind = media_kind(entry.mime, node.attribute("medium"));
        entry.w = whole_number(node.attribute("width"));
        entry.h = whole_number(node.attribute("height"));
        entry.duration_s = duration_seconds(node.attribute("duration"));
        entry.alt = one_line(child(node, "media", "description").text());
        if (!entry.url.empty()) media.push_back(std::move(entry));
    }
    if (thumb.empty()) return;
    if (media.size() == before) {
        Media entry;
        entry.kind = "photo";
        entry.url = std::move(thumb);
        media.push_back(std::move(entry));
    } else {
        media[before].thumb = std::move(thumb);
    }
}

}  // namespace

std::string resolve_link(const std::string& base, std::string_view link) {
    link = trim(link);
    if (link.empty()) return {};
    auto resolved = resolve_url(base, link);
    std::string url = resolved ? std::move(*resolved) : std::string(link);
    for (std::string_view scheme : {"javascript:", "data:", "vbscript:", "file:", "blob:"}) {
        if (equal_ignoring_case(std::string_view(url).substr(0, scheme.size()), scheme)) return {};
    }
    return std::string(cut_text(url, link_bytes_max));
}

std::string media_kind(std::string_view mime, std::string_view medium) {
    if (mime.starts_with("image/") || medium == "image") return "photo";
    if (mime.starts_with("video/") || medium == "video") return "video";
    if (mime.starts_with("audio/") || medium == "audio") return "audio";
    return "document";
}

void read_extensions(Node node, const FeedContext& context, FeedItem& item) {
    std::string base = base_of(node, context.url);
    read_media(node, base, item.media);
    for (Node category : children(node, "media", "category")) {
        item.tags.push_back(category.text());
    }
    for (Node subject : children(node, "dc", "subject")) item.tags.push_back(subject.text());
    std::string original = resolve_link(base, child_text(node, "feedburner", "origlink"));
    if (is_http_url(original)) item.links.insert(item.links.begin(), std::move(original));
}

std::optional<ParsedDate> read_date(std::string_view text, const FeedContext& context) {
    return parse_date_in_zone(trim(text), context.timezone);
}

void mend_titles(std::vector<Statement>& statements) {
    std::size_t titles = 0;
    std::size_t escaped = 0;
    for (const Statement& statement : statements) {
        if (statement.title.empty()) continue;
        ++titles;
        if (has_reference(statement.title)) ++escaped;
    }
    if (escaped * 2 <= titles) return;
    for (Statement& statement : statements) {
        statement.title = one_line(decode_entities(statement.title));
    }
}

std::vector<std::size_t> newest(const std::vector<std::optional<Time>>& times) {
    std::vector<std::size_t> chosen(times.size());
    for (std::size_t i = 0; i < chosen.size(); ++i) chosen[i] = i;
    if (chosen.size() <= statements_max) return chosen;
    std::stable_sort(chosen.begin(), chosen.end(), [&](std::size_t a, std::size_t b) {
        return times[a].value_or(Time::max()) > times[b].value_or(Time::max());
    });
    chosen.resize(statements_max);
    std::sort(chosen.begin(), chosen.end());
    return chosen;
}

Statement finish(FeedItem item, const FeedContext& context) {
    Statement statement;
    statement.form = Form::article;
    statement.url = std::move(item.url);
    statement.author_name = one_line(item.author_name);
    statement.title = title_text(item.title);
    set_text(statement, item);
    set_dates(statement, item, context);
    statement.media = std::move(item.media);
    statement.native_id = trim(item.native_id);
    if (statement.native_id.empty()) statement.native_id = statement.url;
    if (statement.native_id.empty()) {
        std::string words = item.title.value + item.published + item.body.value;
        statement.native_id = sha256_hex(words.empty() ? item.raw : words);
    }
    statement.raw = std::move(item.raw);
    keep_within_limits(statement);
    set_language(statement, item, context);

    for (std::string& link : item.links) add_unique(statement.links, std::move(link));
    for (const std::string& tag : item.tags) {
        add_unique(statement.tags, std::string(cut_text(one_line(tag), name_bytes_max)));
    }
    Entities entities = extract_entities(statement.text);
    for (std::string& tag : entities.tags) add_unique(statement.tags, std::move(tag));
    for (std::string& mention : entities.mentions) {
        add_unique(statement.mentions, std::move(mention));
    }
    for (std::string& link : entities.links) add_unique(statement.links, std::move(link));
    return statement;
}

}  // namespace spokeswatch
