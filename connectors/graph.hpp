#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/json.hpp"
#include "connectors/kinds.hpp"

// Lists of statements by Meta's Graph API (developers.facebook.com/docs/graph-api), which Facebook,
// Instagram and Threads share.

namespace spokeswatch {

// One page of a list, newest first.
struct GraphPage {
    std::vector<Statement> statements;
    std::string next;        // what the edge's `path` is given for the page after it; empty: none
    std::string account;     // id of who speaks; empty when the page does not tell
    bool recovered = false;  // some entries could not be used
};

// A list of statements and how it is asked for.
struct GraphEdge {
    std::string base;     // "https://graph.facebook.com/v25.0"
    std::string account;  // as configured; when it changes, reading starts anew
    std::string fault;    // why the options cannot be used; empty: they can
    std::function<std::string(const std::string& next)> path;  // "<page>/posts?fields=..."
    std::function<Result<GraphPage>(Json root)> parse;
    bool single_reads = false;  // `/<id>` answers for one entry
};

// Adds `access_token`, `api_version`, `base_url` and, if asked for, `app_secret`.
void add_graph_options(
    std::vector<OptionSpec>& options,
    std::string_view host,
    std::string_view version,
    bool with_app_secret
);

// The edge's base by these options.
std::string graph_base(const SourceConfig& source, std::string_view host, std::string_view version);

// A name or id that can be a part of an address: letters, digits, `.`, `_`, `-`.
bool usable_graph_name(std::string_view name);
// The name in "@name" and "https://www.<site>/name/"; empty when it is not usable.
std::string graph_account(std::string text, std::string_view site);

// Polls the newest page without a lower bound, and further pages back to a known statement. The
// token goes into a header, never into an address.
std::unique_ptr<Connector> make_graph_connector(
    const SourceConfig& source, const ConnectorDeps& deps, GraphEdge edge
);

// A recorded answer through an edge's `parse`.
Result<Batch> parse_graph_recorded(
    const ParseInput& input, const std::function<Result<GraphPage>(Json root)>& parse
);

// An entry as a statement; nullopt when it has no id or no time. Language, raw and limits are
// filled in by read_graph_entries.
using ReadGraphEntry = std::optional<Statement>(Json entry);

// At most 500. malformed: most of them are unusable.
Result<GraphPage> read_graph_entries(
    std::vector<Json> entries, ReadGraphEntry* read, const std::string& lang
);

// `data` of a list, or a single entry, which has a time under `time_key`. malformed: neither.
Result<std::vector<Json>> graph_entries(Json root, std::string_view time_key);

// The id and the time (under `time_key`) of an entry; nullopt when one is missing.
std::optional<Statement> begin_graph_entry(Json entry, std::string_view time_key);

// `paging.cursors.after`, percent-encoded; empty when there is none that could be sent back.
std::string graph_cursor(Json paging);

// A picture, video or sound by `media_type`, `media_url`, `thumbnail_url` and `alt_text`.
Media graph_media(Json entry);

}  // namespace spokeswatch
