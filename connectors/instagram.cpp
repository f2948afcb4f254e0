#include "connectors/graph.hpp"
#include "connectors/kinds.hpp"
#include "connectors/limits.hpp"

namespace spokeswatch {

namespace {

constexpr std::string_view host = "https://graph.facebook.com";
constexpr std::string_view version = "v25.0";

std::optional<Statement> read_medium(Json medium) {
    auto statement = begin_graph_entry(medium, "timestamp");
    if (!statement) return std::nullopt;
    statement->url = kept_link(medium["permalink"].text());
    statement->author_handle = medium["username"].text();
    statement->author_id = medium["owner"]["id"].id();
    statement->text = medium["caption"].text();
    for (Json child : medium["children"]["data"].items()) {
        statement->media.push_back(graph_media(child));
    }
    if (statement->media.empty()) statement->media.push_back(graph_media(medium));
    return statement;
}

// The account that was discovered with its media, a single medium, or media by their ids.
Result<GraphPage> parse_media(Json root, const std::string& lang) {
    Json account = root["business_discovery"];
    std::vector<Json> media = account["media"]["data"].items();
    if (!account.is_object() && root["timestamp"]) {
        media.push_back(root);
    } else if (!account.is_object()) {
        for (const auto& [id, medium] : root.members()) media.push_back(medium);
        if (media.empty() || !media.front().is_object()) {
            return Error{ErrorKind::malformed, "expected `business_discovery`, got other JSON"};
        }
    }
    const bool empty = media.empty();
    auto page = read_graph_entries(std::move(media), read_medium, lang);
    if (!page) return page;
    if (!empty) page->next = graph_cursor(account["media"]["paging"]);
    page->account = account["id"].id();
    if (!account.is_object()) return page;
    for (Statement& statement : page->statements) {
        statement.author_id = page->account;
        statement.author_handle = account["username"].text();
        statement.author_name = account["name"].text();
        keep_within_limits(statement);
    }
    return page;
}

GraphEdge edge_of(const SourceConfig& source) {
    GraphEdge edge;
    edge.base = graph_base(source, host, version);
    edge.account = graph_account(source.options.text("account"), "instagram.com");
    const std::string reader = source.options.text("user_id");
    if (edge.account.empty()) edge.fault = "`account` is not the name of an account";
    if (!usable_graph_name(reader)) edge.fault = "`user_id` is not the id of an account";
    const std::string before = reader + "?fields=business_discovery.username(" + edge.account +
                               ")%7Bid,username,name,media.limit(25)";
    edge.path = [before](const std::string& next) {
        return before + (next.empty() ? "" : ".after(" + next + ")") +
               "%7Bid,caption,media_type,media_product_type,media_url,thumbnail_url,permalink,"
               "timestamp,children%7Bid,media_type,media_url%7D%7D%7D";
    };
    const std::string lang = source.lang;
    edge.parse = [lang](Json root) { return parse_media(root, lang); };
    return edge;
}

}  // namespace

std::vector<OptionSpec> instagram_options() {
    std::vector<OptionSpec> options(2);
    options[0] = {"account", OptionType::text, "Name of the professional account.", true};
    options[0].example = "mfa_example";
    options[1] = {
        "user_id",
        OptionType::text,
        "Id of your own professional account, through which others are read.",
        true};
    options[1].example = "'17841400000000001'";
    add_graph_options(options, host, version, true);
    return options;
}

std::unique_ptr<Connector> make_instagram(const SourceConfig& source, const ConnectorDeps& deps) {
    return make_graph_connector(source, deps, edge_of(source));
}

Result<Batch> parse_instagram(const ParseInput& input) {
    return parse_graph_recorded(input, edge_of(*input.source).parse);
}

}  // namespace spokeswatch
