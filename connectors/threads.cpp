#include "connectors/graph.hpp"
#include "connectors/kinds.hpp"
#include "connectors/limits.hpp"

namespace spokeswatch {

namespace {

constexpr std::string_view host = "https://graph.threads.net";
constexpr std::string_view version = "v1.0";
constexpr std::string_view fields =
    "id,media_product_type,media_type,media_url,permalink,username,text,timestamp,shortcode,"
    "thumbnail_url,children,is_quote_post,quoted_post,reposted_post,has_replies,alt_text,"
    "link_attachment_url";

// Mostly an id alone.
Reference reference_to(Json post) {
    Reference reference;
    reference.native_id = post["id"].id();
    reference.url = kept_link(post["permalink"].text());
    reference.author_handle = post["username"].text();
    reference.text = post["text"].text();
    return reference;
}

void read_relations(Json post, Statement& statement) {
    if (post["media_type"].text() == "REPOST_FACADE" || post["reposted_post"]["id"]) {
        statement.form = Form::repost;
        statement.repost_of = reference_to(post["reposted_post"]);
        return;
    }
    if (post["is_reply"].flag() || post["replied_to"]["id"]) {
        statement.form = Form::reply;
        statement.reply_to = reference_to(post["replied_to"]);
    }
    if (post["is_quote_post"].flag() || post["quoted_post"]["id"]) {
        if (statement.form == Form::post) statement.form = Form::quote;
        statement.quote_of = reference_to(post["quoted_post"]);
    }
}

// Of the parts of a carousel often the ids alone are given.
void read_media(Json post, Statement& statement) {
    for (Json child : post["children"]["data"].items()) {
        statement.media.push_back(graph_media(child));
    }
    const std::string type = post["media_type"].text();
    if (type == "IMAGE" || type == "VIDEO" || type == "AUDIO") {
        statement.media.push_back(graph_media(post));
    }
    const std::string link = kept_link(post["link_attachment_url"].text());
    if (link.empty()) return;
    Media card;
    card.kind = "link";
    card.url = link;
    statement.media.push_back(std::move(card));
    add_unique(statement.links, link);
}

std::optional<Statement> read_post(Json post) {
    auto statement = begin_graph_entry(post, "timestamp");
    if (!statement) return std::nullopt;
    statement->url = kept_link(post["permalink"].text());
    statement->author_handle = post["username"].text();
    statement->author_id = post["owner"]["id"].id();
    statement->text = post["text"].text();
    read_relations(post, *statement);
    read_media(post, *statement);
    return statement;
}

Result<GraphPage> parse_posts(Json root, const std::string& lang) {
    auto posts = graph_entries(root, "timestamp");
    if (!posts) return posts.error();
    const bool empty = posts->empty();
    auto page = read_graph_entries(std::move(*posts), read_post, lang);
    if (!page) return page;
    if (!empty) page->next = graph_cursor(root["paging"]);
    for (const Statement& statement : page->statements) {
        if (page->account.empty()) page->account = statement.author_id;
    }
    return page;
}

GraphEdge edge_of(const SourceConfig& source) {
    GraphEdge edge;
    edge.base = graph_base(source, host, version);
    std::string first = "me/threads?limit=25&fields=owner,";
    if (source.options.has("account")) {
        const std::string account = source.options.text("account");
        edge.account = graph_account(account, "threads.com");
        if (edge.account.empty()) edge.account = graph_account(account, "threads.net");
        if (edge.account.empty()) edge.fault = "`account` is not the name of an account";
        first = "profile_posts?username=" + edge.account + "&limit=25&fields=";
    }
    first += fields;
    edge.path = [first](const std::string& next) {
        return next.empty() ? first : first + "&after=" + next;
    };
    const std::string lang = source.lang;
    edge.parse = [lang](Json root) { return parse_posts(root, lang); };
    edge.single_reads = true;
    return edge;
}

}  // namespace

std::vector<OptionSpec> threads_options() {
    std::vector<OptionSpec> options(1);
    options[0] = {"account", OptionType::text, "Exact name of a public profile."};
    options[0].otherwise = "the token's own profile";
    options[0].example = "mfa_example";
    add_graph_options(options, host, version, false);
    return options;
}

std::unique_ptr<Connector> make_threads(const SourceConfig& source, const ConnectorDeps& deps) {
    return make_graph_connector(source, deps, edge_of(source));
}

Result<Batch> parse_threads(const ParseInput& input) {
    return parse_graph_recorded(input, edge_of(*input.source).parse);
}

}  // namespace spokeswatch
