#include "connectors/mastodon_status.hpp"

#include <algorithm>

#include "base/ascii.hpp"
#include "connectors/html.hpp"
#include "connectors/id_order.hpp"
#include "connectors/limits.hpp"
#include "net/http_client.hpp"
#include "text/date.hpp"
#include "text/html_tags.hpp"
#include "text/html_text.hpp"
#include "text/language.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t id_bytes_max = 64;

// Older servers and other software leave `visibility` out of what everybody may read.
bool is_public(Json status) {
    std::string visibility = status["visibility"].text();
    return visibility.empty() || visibility == "public" || visibility == "unlisted";
}

HtmlText words_of(Json status) {
    bool has_quote = status["quote"] || status["quote_id"];
    return html_to_text(mastodon_markup(status["content"].text(), has_quote));
}

// The address of a boost is that of the activity, which no reader can open.
std::string url_of(Json status) {
    std::string url = kept_link(status["url"].text());
    if (url.empty()) url = kept_link(status["uri"].text());
    if (url.ends_with("/activity")) url.resize(url.size() - std::string_view("/activity").size());
    return url;
}

Reference reference_to(Json status) {
    Reference reference;
    reference.native_id = status["id"].id();
    reference.url = url_of(status);
    reference.author_handle = status["account"]["acct"].text();
    reference.author_name = status["account"]["display_name"].text();
    reference.text = status["spoiler_text"].text();
    std::string text = words_of(status).text;
    if (!reference.text.empty() && !text.empty()) reference.text += "\n\n";
    reference.text += text;
    return reference;
}

void read_media(Json status, std::vector<Media>& media) {
    for (Json attachment : status["media_attachments"].items()) {
        Media entry;
        std::string type = attachment["type"].text();
        entry.kind = type == "image"                     ? "photo"
                     : type == "video" || type == "gifv" ? "video"
                     : type == "audio"                   ? "audio"
                                                         : "document";
        entry.url = kept_link(attachment["url"].text());
        if (entry.url.empty()) entry.url = kept_link(attachment["remote_url"].text());
        entry.thumb = kept_link(attachment["preview_url"].text());
        entry.alt = attachment["description"].text();
        Json original = attachment["meta"]["original"];
        entry.w = original["width"].pixels();
        entry.h = original["height"].pixels();
        entry.duration_s = original["duration"].number();
        media.push_back(std::move(entry));
    }
    // The options and not the votes, which change all the time.
    Json options = status["poll"]["options"];
    if (!options.is_array()) return;
    Media poll;
    poll.kind = "poll";
    for (Json option : options.items()) {
        if (!poll.alt.empty()) poll.alt += '\n';
        poll.alt += option["title"].text();
    }
    media.push_back(std::move(poll));
}

// `quote` holds the quoted status itself (Truth Social, Akkoma) or what became of the quote and,
// when it was accepted, the status (Mastodon 4.4).
void read_quote(Json status, Statement& statement) {
    Json quote = status["quote"];
    Json quoted = quote["account"] ? quote : quote["quoted_status"];
    Reference reference = reference_to(quoted);
    if (reference.native_id.empty()) reference.native_id = quote["quoted_status_id"].id();
    if (reference.native_id.empty()) reference.native_id = status["quote_id"].id();
    if (!quote && reference.native_id.empty()) return;
    statement.quote_of = std::move(reference);
    if (statement.form == Form::post) statement.form = Form::quote;
}

void read_relations(Json status, Statement& statement) {
    if (std::string answered = status["in_reply_to_id"].id(); !answered.empty()) {
        Reference reference;
        reference.native_id = std::move(answered);
        std::string author = status["in_reply_to_account_id"].id();
        for (Json mention : status["mentions"].items()) {
            if (!author.empty() && mention["id"].id() == author) {
                reference.author_handle = mention["acct"].text();
            }
        }
        // A thread of one's own is a statement in several parts.
        if (author != statement.author_id) statement.form = Form::reply;
        statement.reply_to = std::move(reference);
    }
    read_quote(status, statement);
}

void read_words(Json status, Statement& statement) {
    HtmlText html = words_of(status);
    statement.text = std::move(html.text);
    statement.html = std::move(html.html);
    statement.spoiler = status["spoiler_text"].text();
    for (const std::string& link : html.links) add_unique(statement.links, kept_link(link));
    add_unique(statement.links, kept_link(status["card"]["url"].text()));
    for (Json tag : status["tags"].items()) add_unique(statement.tags, tag["name"].text());
    for (Json mention : status["mentions"].items()) {
        add_unique(statement.mentions, mention["acct"].text());
    }
}

std::optional<Statement> parse_status(Json status, const std::string& lang) {
    Json account = status["account"];
    Statement statement;
    statement.native_id = status["id"].id();
    statement.author_id = account["id"].id();
    if (!is_mastodon_id(statement.native_id) || !is_mastodon_id(statement.author_id)) {
        return std::nullopt;
    }
    statement.author_handle = account["acct"].text();
    statement.author_name = account["display_name"].text();
    statement.url = url_of(status);

    if (auto date = parse_date(status["created_at"].text())) {
        statement.published_at = date->time;
        statement.published_precision = date->precision;
    }
    if (auto date = parse_date(status["edited_at"].text())) {
        statement.edited_at = date->time;
        statement.edited = true;
    }
    if (Json original = status["reblog"]) {
        // Some servers repeat the words of the original outside; they are not the account's own.
        statement.form = Form::repost;
        statement.repost_of = reference_to(original);
        if (statement.url.empty()) statement.url = statement.repost_of->url;
    } else {
        read_words(status, statement);
        read_relations(status, statement);
        read_media(status, statement.media);
    }
    statement.lang = canonical_language(lang.empty() ? status["language"].text() : lang);
    statement.lang_declared = !statement.lang.empty();
    statement.raw = status.written(raw_bytes_max);
    keep_within_limits(statement);
    return statement;
}

}  // namespace

bool is_mastodon_id(std::string_view id) {
    return !id.empty() && id.size() <= id_bytes_max &&
           std::all_of(id.begin(), id.end(), [](char c) {
               return ascii_alphanumeric(c) || c == '-' || c == '_';
           });
}

Result<MastodonPage> parse_mastodon_page(Json root, const std::string& lang) {
    std::vector<Json> statuses = root.items();
    if (root.is_object()) statuses.push_back(root);
    if (!root.is_array() && statuses.empty()) {
        return Error{ErrorKind::malformed, "expected a list of statuses, got other JSON"};
    }
    if (statuses.size() > statements_max) statuses.resize(statements_max);
    MastodonPage page;
    const IdLess less;
    for (Json status : statuses) {
        auto statement = parse_status(status, lang);
        if (!statement) {
            page.recovered = true;
            continue;
        }
        const std::string& id = statement->native_id;
        if (page.count == 0 || less(page.newest, id)) page.newest = id;
        if (page.count == 0 || less(id, page.oldest)) page.oldest = id;
        ++page.count;
        if (is_public(status)) page.statements.push_back(std::move(*statement));
    }
    if (page.count * 2 < statuses.size()) {
        return Error{
            ErrorKind::malformed,
            "expected statuses with `id` and `account`, got a list in which most have none"};
    }
    return page;
}

std::optional<MastodonAccount> parse_mastodon_account(Json account) {
    MastodonAccount found;
    found.id = account["id"].id();
    if (!is_mastodon_id(found.id) || !account["acct"]) return std::nullopt;
    found.suspended = account["suspended"].flag();
    if (Json moved = account["moved"]) {
        found.note = "the account has moved to " + url_for_people(kept_link(moved["url"].text()));
        return found;
    }
    bool unlisted = account["discoverable"] && !account["discoverable"].flag();
    bool unindexed = account["indexable"] && !account["indexable"].flag();
    if (unlisted && unindexed) {
        found.note = "the account asks not to be indexed; follow it only with its consent";
    }
    return found;
}

std::string mastodon_markup(std::string_view content, bool has_quote) {
    std::string out;
    std::vector<bool> shortened;  // of the open <span>s: the link's text goes on where it ends
    std::size_t at = 0;
    while (at < content.size()) {
        std::size_t start = std::min(content.find('<', at), content.size());
        out += content.substr(at, start - at);
        if (start == content.size()) break;
        bool end_tag = content.substr(start + 1, 1) == "/";
        at = start + (end_tag ? 2 : 1);
        if (at >= content.size() || !ascii_letter(content[at])) {
            out += content.substr(start, at - start);
            continue;
        }
        auto tag = read_tag(content, at);
        if (!tag) break;
        std::string_view classes = tag->classes ? std::string_view(*tag->classes) : "";
        if (tag->name == "span" && end_tag && !shortened.empty()) {
            if (shortened.back()) out += "…";
            shortened.pop_back();
        }
        if (tag->name == "span" && !end_tag) {
            shortened.push_back(lists_class(classes, "ellipsis"));
        }
        bool hidden = lists_class(classes, "invisible") ||
                      (has_quote && lists_class(classes, "quote-inline"));
        bool of_entity = tag->name == "a" &&
                         (lists_class(classes, "mention") || lists_class(classes, "hashtag"));
        if (!end_tag && (hidden || of_entity)) {
            out += "<" + tag->name + (hidden ? " hidden>" : ">");
        } else {
            out += content.substr(start, at - start);
        }
    }
    return out;
}

}  // namespace spokeswatch
