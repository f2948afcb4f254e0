#include "daemon/import.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <boost/json.hpp>

#include "base/ascii.hpp"
#include "config/yaml_tree.hpp"
#include "connectors/xml.hpp"
#include "text/html_text.hpp"
#include "text/truncate.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

namespace json = boost::json;

constexpr std::size_t json_depth_max = 32;

// By its address alone: what feeds are usually called.
bool named_like_a_feed(const std::string& url) {
    const std::string path = ascii_lower(url.substr(0, std::min(url.find('#'), url.size())));
    for (const char* word : {".xml", ".rss", ".atom", ".rdf", "/feed", "/rss", "/atom", "feed="})
        if (path.find(word) != std::string::npos) return true;
    return false;
}

void add(Import& import, Imported imported) {
    const auto url = normalise_url(imported.url);
    if (!url) {
        import.left_out.push_back("`" + clean_title(imported.url) + "` is no web address");
    } else if (import.found.size() == imported_max) {
        if (import.left_out.empty() || !import.left_out.back().starts_with("more than"))
            import.left_out.push_back("more than " + std::to_string(imported_max) + " addresses");
    } else {
        imported.url = *url;
        imported.title = clean_title(imported.title);
        imported.group = clean_title(imported.group);
        import.found.push_back(std::move(imported));
    }
}

// The outlines between `node` and the body, outermost first: "Europe/Ministries".
std::string group_of(Node node) {
    std::string group;
    for (Node above = node.parent(); above.is("outline"); above = above.parent()) {
        std::string title = above.attribute("text");
        if (title.empty()) title = above.attribute("title");
        group = group.empty() ? title : title + "/" + group;
    }
    return group;
}

std::string member(Yaml map, std::string_view key) {
    for (std::size_t i = 0; i < map.size(); ++i)
        if (map.key(i).is_scalar() && map.key(i).text() == key && map.value(i).is_scalar())
            return map.value(i).text();
    return "";
}

std::string member(const json::object& object, std::string_view key) {
    const json::value* value = object.if_contains(key);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

void add_job(const std::string& text, std::size_t number, Import& import) {
    Diagnostics diagnostics;
    const auto tree = YamlTree::parse("job " + std::to_string(number), text, diagnostics);
    if (tree && tree->root().is_empty()) return;
    const std::string where = "job " + std::to_string(number);
    if (!tree || !tree->root().is_map()) {
        import.left_out.push_back(where + " is no job that can be read");
        return;
    }
    Imported imported;
    imported.title = member(tree->root(), "name");
    imported.url = member(tree->root(), "url");
    if (imported.url.empty()) {
        import.left_out.push_back(where + " has no `url`: it runs a browser or a command");
        return;
    }
    imported.page = !named_like_a_feed(imported.url);
    add(import, std::move(imported));
}

// Sources that share a name are told apart by a number.
std::string unique(std::string name, std::set<std::string>& taken) {
    std::string tried = name;
    for (int n = 2; !taken.insert(tried).second; ++n)
        tried = name.substr(0, 58) + "_" + std::to_string(n);
    return tried;
}

Error malformed(std::string message) { return Error{ErrorKind::malformed, std::move(message)}; }

}  // namespace

Result<Import> import_opml(std::string_view bytes) {
    const auto document = parse_xml(bytes, "");
    if (!document) return malformed("not OPML: " + document.error().message);
    const Node root = document->root();
    if (!root.is("opml")) return malformed("not OPML: the document is not <opml>");
    Import import;
    for (Node node = root.following(root); node; node = node.following(root)) {
        if (!node.is("outline") || !node.has("xmlUrl")) continue;
        Imported imported;
        imported.url = node.attribute("xmlUrl");
        imported.title = node.attribute("text");
        if (imported.title.empty()) imported.title = node.attribute("title");
        imported.group = group_of(node);
        add(import, std::move(imported));
    }
    return import;
}

Result<Import> import_urlwatch(std::string_view bytes) {
    Import import;
    std::string job;
    std::size_t number = 0;
    while (!bytes.empty()) {
        const auto end = std::min(bytes.find('\n'), bytes.size());
        const std::string_view line = bytes.substr(0, end);
        bytes.remove_prefix(std::min(end + 1, bytes.size()));
        if (line.starts_with("---")) {
            if (!job.empty()) add_job(std::exchange(job, ""), ++number, import);
        } else {
            job.append(line).push_back('\n');
        }
    }
    if (!job.empty()) add_job(job, ++number, import);
    if (import.found.empty())
        return malformed(
            import.left_out.empty() ? "no jobs of urlwatch" : "no jobs: " + import.left_out[0]
        );
    return import;
}

Result<Import> import_changedetection(std::string_view bytes) {
    Import import;
    const auto add_page = [&import](std::string url, std::string title, std::string group) {
        Imported imported;
        imported.page = !named_like_a_feed(url);
        imported.url = std::move(url);
        imported.title = std::move(title);
        imported.group = std::move(group);
        add(import, std::move(imported));
    };
    if (bytes.starts_with("http")) {
        while (!bytes.empty()) {
            const auto end = std::min(bytes.find('\n'), bytes.size());
            const std::string line = clean_title(bytes.substr(0, end));
            bytes.remove_prefix(std::min(end + 1, bytes.size()));
            const auto space = std::min(line.find(' '), line.size());
            const std::string group = space < line.size() ? line.substr(space + 1) : "";
            if (!line.empty()) add_page(line.substr(0, space), "", group);
        }
        return import;
    }
    json::error_code failed;
    json::parse_options options;
    options.max_depth = json_depth_max;
    const json::value root = json::parse({bytes.data(), bytes.size()}, failed, {}, options);
    if (failed || !root.is_object())
        return malformed("neither url-watches.json of changedetection.io nor a list of addresses");
    const json::value* watching = root.get_object().if_contains("watching");
    const json::object& watches =
        watching != nullptr && watching->is_object() ? watching->get_object() : root.get_object();
    for (const auto& [id, value] : watches) {
        if (!value.is_object() || !value.get_object().contains("url")) continue;
        const json::object& watch = value.get_object();
        add_page(member(watch, "url"), member(watch, "title"), member(watch, "tag"));
    }
    if (import.found.empty() && import.left_out.empty()) return malformed("it watches nothing");
    return import;
}

std::string sources_yaml(const Import& import) {
    std::string sources;
    std::string pages;
    std::set<std::string> taken;
    for (const Imported& imported : import.found) {
        const std::string said = imported.title.empty() ? url_host(imported.url) : imported.title;
        if (imported.page && !recognise(imported.url)) {
            pages += "#   " + said + ": " + imported.url + "\n";
            continue;
        }
        Probed probed = recognise(imported.url).value_or(Probed{});
        if (probed.kind.empty()) {
            probed.kind = "feed";
            probed.options.emplace_back("url", imported.url);
        }
        std::string name = source_name(said);
        if (name == "source") name = source_name(url_host(imported.url));
        sources += "  - name: " + unique(std::move(name), taken) + "\n    kind: " + probed.kind;
        for (const auto& [option, value] : probed.options)
            sources += "\n    " + option + ": " + yaml_scalar(value);
        if (!imported.group.empty())
            sources += "\n    labels: {group: " + yaml_scalar(imported.group) + "}";
        sources += '\n';
    }
    std::string out = sources.empty() ? "sources: []\n" : "sources:\n" + sources;
    if (!pages.empty())
        out +=
            "# Pages, which are no sources by themselves. `spokeswatch sources probe ADDRESS`\n"
            "# looks for the feed of one:\n" +
            pages;
    return out;
}

std::string export_opml(const Config& config) {
    std::string out =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n"
        "<head><title>spokeswatch</title></head>\n<body>\n";
    for (const SourceConfig& source : config.sources) {
        if (source.kind.value != "feed") continue;
        const std::string name = escape_html(source.name.value);
        out += "<outline type=\"rss\" text=\"" + name + "\" title=\"" + name + "\" xmlUrl=\"" +
               escape_html(source.options.text("url")) + "\"/>\n";
    }
    return out + "</body>\n</opml>\n";
}

}  // namespace spokeswatch
