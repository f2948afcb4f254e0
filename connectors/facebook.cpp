#include <algorithm>

#include "connectors/graph.hpp"
#include "connectors/kinds.hpp"
#include "connectors/limits.hpp"
#include "text/date.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

constexpr std::string_view host = "https://graph.facebook.com";
constexpr std::string_view version = "v25.0";
constexpr std::string_view fields =
    "id,message,story,created_time,updated_time,permalink_url,from,is_published,is_hidden,"
    "status_type,full_picture,parent_id,message_tags,attachments%7Bmedia_type,type,title,"
    "description,url,unshimmed_url,media,target,subattachments%7D";

// "123" of "123_456".
std::string page_of(const std::string& post_id) {
    auto end = post_id.find('_');
    return end == std::string::npos ? std::string() : post_id.substr(0, end);
}

// Where an attachment leads, without the redirect through l.facebook.com.
std::string target_of(Json attachment) {
    std::string url = kept_link(attachment["unshimmed_url"].text());
    return url.empty() ? kept_link(attachment["url"].text()) : url;
}

// l.facebook.com only leads away.
bool on_facebook(const std::string& url) {
    const std::string name = url_host(url);
    const bool away = name == "l.facebook.com" || name == "lm.facebook.com";
    return !away && (name == "facebook.com" || name.ends_with(".facebook.com"));
}

// A post of somebody else: types say `share` of a link to a news site too.
bool is_shared_post(Json attachment) {
    const std::string type = attachment["type"].text();
    if (type != "share" && type != "native_templates") return false;
    const std::string target = target_of(attachment);
    return target.empty() || on_facebook(target);
}

void add_medium(Json attachment, Statement& statement) {
    const std::string type = attachment["media_type"].text() + attachment["type"].text();
    const std::string target = target_of(attachment);
    const bool outside = !target.empty() && !on_facebook(target);
    if (outside) add_unique(statement.links, target);
    const bool video = type.find("video") != std::string::npos;
    Json image = attachment["media"]["image"];
    Media medium;
    medium.thumb = kept_link(image["src"].text());
    medium.w = image["width"].pixels();
    medium.h = image["height"].pixels();
    if (video) {
        medium.kind = "video";
        medium.url = kept_link(attachment["media"]["source"].text());
        if (medium.url.empty()) medium.url = target;
    } else if (outside) {
        medium.kind = "link";
        medium.url = target;
        medium.alt = attachment["title"].text();
        const std::string description = attachment["description"].text();
        if (!description.empty()) medium.alt += (medium.alt.empty() ? "" : "\n") + description;
    } else {
        // Its description repeats the message.
        if (medium.thumb.empty()) return;
        medium.kind = "photo";
        medium.url = medium.thumb;
        medium.thumb.clear();
    }
    statement.media.push_back(std::move(medium));
}

// Pictures of an album stand below it. Shared posts keep theirs, as they keep their words.
void read_attachments(Json post, Statement& statement) {
    for (Json attachment : post["attachments"]["data"].items()) {
        if (is_shared_post(attachment)) continue;
        const std::vector<Json> parts = attachment["subattachments"]["data"].items();
        for (Json part : parts) add_medium(part, statement);
        if (parts.empty()) add_medium(attachment, statement);
    }
    const std::string picture = kept_link(post["full_picture"].text());
    if (!statement.media.empty() || statement.quote_of || picture.empty()) return;
    Media medium;
    medium.kind = "photo";
    medium.url = picture;
    statement.media.push_back(std::move(medium));
}

std::optional<Reference> shared_post(Json post) {
    const std::string parent = post["parent_id"].id();
    for (Json attachment : post["attachments"]["data"].items()) {
        if (!is_shared_post(attachment)) continue;
        Reference reference;
        reference.native_id = parent;
        if (parent.empty()) reference.native_id = attachment["target"]["id"].id();
        reference.url = target_of(attachment);
        reference.author_name = attachment["title"].text();
        reference.text = attachment["description"].text();
        return reference;
    }
    if (parent.empty()) return std::nullopt;
    Reference reference;
    reference.native_id = parent;
    return reference;
}

std::optional<Statement> read_post(Json post) {
    auto statement = begin_graph_entry(post, "created_time");
    if (!statement) return std::nullopt;
    // Comments move it too, so it does not say that the post was edited.
    auto updated = parse_date(post["updated_time"].text());
    if (updated && updated->time > *statement->published_at) statement->edited_at = updated->time;
    statement->url = kept_link(post["permalink_url"].text());
    statement->author_name = post["from"]["name"].text();
    statement->author_id = post["from"]["id"].id();
    if (statement->author_id.empty()) statement->author_id = page_of(statement->native_id);
    statement->text = post["message"].text();
    for (Json tag : post["message_tags"].items()) {
        if (!tag["type"] || tag["type"].text() == "event") continue;
        add_unique(statement->mentions, tag["name"].text());
    }

    auto shared = shared_post(post);
    if (shared && statement->text.empty()) {
        statement->form = Form::repost;
        statement->repost_of = std::move(shared);
        return statement;
    }
    if (shared) statement->form = Form::quote;
    statement->quote_of = std::move(shared);
    if (statement->text.empty() && post["story"]) {
        statement->form = Form::service;
        statement->text = post["story"].text();
    }
    read_attachments(post, *statement);
    return statement;
}

// Posts of advertisements and drafts are in no reader's sight.
bool is_public(Json post) {
    return (!post["is_published"] || post["is_published"].flag()) && !post["is_hidden"].flag();
}

Result<GraphPage> parse_posts(Json root, const std::string& lang) {
    auto posts = graph_entries(root, "created_time");
    if (!posts) return posts.error();
    std::erase_if(*posts, [](Json post) { return !is_public(post); });
    auto page = read_graph_entries(std::move(*posts), read_post, lang);
    if (!page) return page;
    // A page may be empty and followed by another: what readers may not see is left out of it.
    if (root["paging"]["next"]) page->next = graph_cursor(root["paging"]);
    if (!page->statements.empty()) page->account = page_of(page->statements.front().native_id);
    return page;
}

GraphEdge edge_of(const SourceConfig& source) {
    GraphEdge edge;
    edge.base = graph_base(source, host, version);
    edge.account = graph_account(source.options.text("page"), "facebook.com");
    if (edge.account.empty()) edge.fault = "`page` is not the id or the name of a page";
    const std::string list = source.options.flag("own_page", false) ? "published_posts" : "posts";
    const std::string first = edge.account + "/" + list + "?limit=25&fields=" + std::string(fields);
    edge.path = [first](const std::string& next) {
        return next.empty() ? first : first + "&after=" + next;
    };
    const std::string lang = source.lang;
    edge.parse = [lang](Json root) { return parse_posts(root, lang); };
    edge.single_reads = true;
    return edge;
}

}  // namespace

std::vector<OptionSpec> facebook_options() {
    std::vector<OptionSpec> options(2);
    options[0] = {"page", OptionType::text, "Id or name of the page.", true};
    options[0].example = "'100064352801234'";
    options[1] = {
        "own_page",
        OptionType::flag,
        "`access_token` is the page's own: read the complete list `published_posts`."};
    options[1].otherwise = "no";
    options[1].example = "yes";
    add_graph_options(options, host, version, true);
    return options;
}

std::unique_ptr<Connector> make_facebook(const SourceConfig& source, const ConnectorDeps& deps) {
    return make_graph_connector(source, deps, edge_of(source));
}

Result<Batch> parse_facebook(const ParseInput& input) {
    return parse_graph_recorded(input, edge_of(*input.source).parse);
}

}  // namespace spokeswatch
