#include "connectors/telegram_message.hpp"

#include <algorithm>
#include <cctype>

#include "base/ascii.hpp"
#include "base/crypto.hpp"
#include "base/time.hpp"
#include "connectors/html.hpp"
#include "connectors/json.hpp"
#include "connectors/limits.hpp"
#include "connectors/telegram_page.hpp"
#include "text/html_text.hpp"
#include "text/language.hpp"
#include "text/tokens.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

// Text of an element as a reader sees it, on one line.
std::string words_of(Node node, std::size_t bytes_max = name_bytes_max) {
    std::string text = html_to_text(node.inner_markup()).text;
    std::replace(text.begin(), text.end(), '\n', ' ');
    return std::string(cut_text(text, bytes_max));
}

// Since 2024 the server escapes the & of external links twice.
std::string link_of(Node node, const std::string& base) {
    std::string href = node.attribute("href");
    for (auto at = href.find("&amp;"); at != std::string::npos; at = href.find("&amp;", at + 1)) {
        href.replace(at, 5, "&");
    }
    auto url = resolve_url(base, href);
    return url && is_http_url(*url) ? std::move(*url) : std::string();
}

// url('...') of a background-image, on the element or on an <i> inside it.
std::string background_of(Node node, const std::string& base) {
    for (Node place = node; place; place = place.following(node)) {
        std::string style = place.attribute("style");
        auto start = style.find("background-image:url(");
        if (start == std::string::npos) continue;
        start += 21;
        auto end = style.find(')', start);
        std::string_view url = std::string_view(style).substr(start, end - start);
        while (!url.empty() && (url.front() == '\'' || url.front() == '"')) url.remove_prefix(1);
        while (!url.empty() && (url.back() == '\'' || url.back() == '"')) url.remove_suffix(1);
        if (auto absolute = resolve_url(base, url)) return *absolute;
    }
    return {};
}

// "1:02:03" or "0:06" as seconds.
std::optional<double> duration_of(Node node) {
    if (!node) return std::nullopt;
    double total = 0;
    double part = 0;
    std::string text = node.text();
    if (text.size() > 16) return std::nullopt;
    for (char c : text) {
        if (c == ':') {
            total = (total + part) * 60;
            part = 0;
        } else if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
            part = part * 10 + (c - '0');
        }
    }
    return total + part;
}

// The channel's number: data-peer "c<number>_<hash>" of a post widget, or "c" (negative) in the
// base64 JSON of data-view.
std::string channel_number(Node message) {
    std::string peer = message.attribute("data-peer");
    if (peer.starts_with('c')) {
        std::string number = peer.substr(1, peer.find('_') - 1);
        if (telegram_id(number) != 0) return number;
    }
    std::string view = message.attribute("data-view");
    std::replace(view.begin(), view.end(), '-', '+');
    std::replace(view.begin(), view.end(), '_', '/');
    auto bytes = base64_decode(view);
    if (!bytes || bytes->size() > 1024) return {};
    auto document = parse_json(*bytes, "the numbers of a message");
    std::string number = document ? document->root()["c"].id() : std::string();
    if (number.starts_with('-')) number.erase(0, 1);
    return telegram_id(number) != 0 ? number : std::string();
}

// The message's own text, not that of the message it answers.
Node text_node(Node message) {
    for (Node node : find_all_class(message, "tgme_widget_message_text")) {
        if (has_class(node, "js-message_reply_text")) continue;
        if (inside_class(node, message, "tgme_widget_message_reply")) continue;
        return node;
    }
    return Node();
}

void read_text(Node message, const std::string& base, Statement& statement) {
    Node node = text_node(message);
    if (node) {
        HtmlText html = html_to_text(node.inner_markup());
        statement.text = std::move(html.text);
        statement.html = std::move(html.html);
        keep_within_limits(statement);
        for (Node link : find_all_elements(node, "a")) {
            // A hashtag is a search in the channel.
            if (link.attribute("href").starts_with("?q=")) continue;
            add_unique(statement.links, link_of(link, base));
        }
    } else {
        statement.text = words_of(find_class(message, "tgme_widget_message_poll_question"), 4096);
    }
    Entities entities = extract_entities(statement.text);
    for (std::string& tag : entities.tags) add_unique(statement.tags, std::move(tag));
    for (std::string& name : entities.mentions) add_unique(statement.mentions, std::move(name));
}

void read_date(Node message, Statement& statement) {
    Node date = find_class(message, "tgme_widget_message_date");
    // The first <time> of a message may be the length of a video.
    auto time = parse_time(find_element(date, "time").attribute("datetime"));
    if (time) statement.published_at = *time;
    std::string url = date.attribute("href");
    statement.url = url.substr(0, url.find('?'));
    Node meta = find_class(message, "tgme_widget_message_meta");
    statement.edited = ascii_lower(meta.own_text()).find("edited") != std::string::npos;
}

// "https://t.me/name/77" as a reference to message 77 of that channel.
Reference reference_to(const std::string& url) {
    Reference reference;
    reference.url = url.substr(0, url.find('?'));
    std::string_view path = reference.url;
    auto scheme = path.find("://");
    if (scheme == std::string_view::npos) return reference;
    path.remove_prefix(std::min(path.find('/', scheme + 3), path.size()));
    while (path.starts_with('/')) path.remove_prefix(1);
    auto slash = path.find('/');
    reference.author_handle = telegram_channel(path.substr(0, slash));
    if (slash != std::string_view::npos && telegram_id(path.substr(slash + 1)) != 0) {
        reference.native_id = path.substr(slash + 1);
    }
    return reference;
}

void read_relations(Node message, const std::string& base, Statement& statement) {
    if (Node from = find_class(message, "tgme_widget_message_forwarded_from")) {
        // An origin that hides itself is a name without a link.
        Node name = find_class(from, "tgme_widget_message_forwarded_from_name");
        Reference origin = reference_to(link_of(name, base));
        origin.author_name = words_of(name);
        statement.repost_of = std::move(origin);
        statement.form = Form::repost;
    }
    Node reply = find_class(message, "tgme_widget_message_reply");
    if (!reply) return;
    Reference answered = reference_to(link_of(reply, base));
    answered.author_name = words_of(find_class(reply, "tgme_widget_message_author_name"));
    Node words = find_class(reply, "js-message_reply_text");
    answered.text = words_of(words, 4096);
    bool own = ascii_lower(answered.author_handle) == ascii_lower(statement.author_handle);
    if (statement.form == Form::post && !own) statement.form = Form::reply;
    statement.reply_to = std::move(answered);
}

Media video_of(Node node, const std::string& base) {
    Media media;
    media.kind = "video";
    Node video = find_element(node, "video");
    if (auto url = resolve_url(base, video.attribute("src"));
        url && !video.attribute("src").empty()) {
        media.url = std::move(*url);
    }
    media.thumb = background_of(node, base);
    media.duration_s = duration_of(find_element(node, "time"));
    return media;
}

Media document_of(Node node, const std::string& base) {
    Media media;
    Node icon = find_class(node, "tgme_widget_message_document_icon");
    media.kind = has_class(icon, "audio") ? "audio" : "document";
    media.url = link_of(node, base);
    media.alt = words_of(find_class(node, "tgme_widget_message_document_title"));
    return media;
}

Media voice_of(Node node, const std::string& base) {
    Media media;
    media.kind = "audio";
    Node audio = node.is("audio") ? node : find_element(node, "audio");
    if (auto url = resolve_url(base, audio.attribute("src"))) media.url = std::move(*url);
    media.duration_s = duration_of(find_element(node, "time"));
    return media;
}

Media poll_of(Node node) {
    Media media;
    media.kind = "poll";
    media.alt = words_of(find_class(node, "tgme_widget_message_poll_question"), 4096);
    for (Node option : find_all_class(node, "tgme_widget_message_poll_option_text")) {
        media.alt += "\n" + words_of(option);
        if (media.alt.size() > 16 * 1024) break;
    }
    return media;
}

Media preview_of(Node node, const std::string& base) {
    Media media;
    media.kind = "link";
    media.url = link_of(node, base);
    media.thumb = background_of(node, base);
    media.alt = words_of(find_class(node, "link_preview_title"));
    std::string description = words_of(find_class(node, "link_preview_description"), 4096);
    if (!description.empty()) media.alt += (media.alt.empty() ? "" : "\n") + description;
    return media;
}

Media picture_of(Node node, const std::string& base) {
    Media media;
    media.kind = "photo";
    media.url = background_of(node, base);
    return media;
}

// The one medium that an element stands for.
std::optional<Media> medium_of(Node node, const std::string& base) {
    auto is = [&](std::string_view name) { return has_class(node, name); };
    if (is("tgme_widget_message_photo_wrap")) return picture_of(node, base);
    if (is("tgme_widget_message_video_player")) return video_of(node, base);
    if (is("tgme_widget_message_roundvideo_player")) return video_of(node, base);
    if (is("tgme_widget_message_voice_player")) return voice_of(node, base);
    if (is("tgme_widget_message_document_wrap")) return document_of(node, base);
    if (is("tgme_widget_message_poll")) return poll_of(node);
    if (is("tgme_widget_message_link_preview")) return preview_of(node, base);
    if (is("tgme_widget_message_sticker_wrap")) return picture_of(node, base);
    if (is("tgme_widget_message_location_wrap")) {
        Media media;
        media.kind = "link";
        media.url = link_of(node, base);
        return media;
    }
    return std::nullopt;
}

void read_media(Node message, const std::string& base, Statement& statement) {
    for (Node node = message.following(message); node; node = node.following(message)) {
        if (statement.media.size() >= list_max) return;
        if (auto media = medium_of(node, base)) {
            if (media->kind == "link") add_unique(statement.links, media->url);
            statement.media.push_back(std::move(*media));
        }
        // A post that the preview withholds, wholly or in part. Players carry the same notice,
        // hidden, for browsers that cannot play.
        if (has_class(node, "message_media_not_supported") &&
            !inside_class(node, message, "tgme_widget_message_video_player") &&
            !inside_class(node, message, "tgme_widget_message_roundvideo_player") &&
            !inside_class(node, message, "tgme_widget_message_roundvideo")) {
            statement.partial = true;
        }
    }
}

}  // namespace

std::optional<Statement> parse_telegram_message(
    Node message, const std::string& base, const std::string& lang
) {
    std::string post = message.attribute("data-post");
    auto slash = post.find('/');
    if (slash == std::string::npos) return std::nullopt;
    Statement statement;
    statement.author_handle = telegram_channel(post.substr(0, slash));
    statement.native_id = post.substr(slash + 1, post.find('?') - slash - 1);
    if (statement.author_handle.empty() || telegram_id(statement.native_id) == 0) {
        return std::nullopt;
    }
    statement.account_key = channel_number(message);
    statement.author_id = statement.account_key;
    if (statement.account_key.empty()) statement.account_key = ascii_lower(statement.author_handle);
    statement.author_name = words_of(find_class(message, "tgme_widget_message_owner_name"));

    read_date(message, statement);
    if (statement.url.empty()) statement.url = "https://t.me/" + post;
    read_text(message, base, statement);
    read_relations(message, base, statement);
    read_media(message, base, statement);
    if (has_class(message, "service_message")) statement.form = Form::service;

    statement.lang = canonical_language(lang);
    statement.lang_declared = !statement.lang.empty();
    if (!statement.lang_declared) statement.lang = detect_language(statement.text);
    statement.raw = message.outer_markup(raw_bytes_max);
    return statement;
}

}  // namespace spokeswatch
