#include "connectors/feed_parse.hpp"

#include <array>

#include "connectors/answer.hpp"
#include "connectors/feed_item.hpp"
#include "connectors/feed_words.hpp"
#include "connectors/html.hpp"
#include "connectors/xml.hpp"
#include "text/charset.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

// JSON begins with a brace; in UTF-16 a NUL or a byte order mark stands around it.
bool looks_like_json(std::string_view bytes) {
    for (char c : bytes.substr(0, 64)) {
        if (c == '{' || c == '[') return true;
        auto byte = static_cast<unsigned char>(c);
        bool filler = byte <= 0x20 || byte == 0xEF || byte == 0xBB || byte == 0xBF ||
                      byte == 0xFE || byte == 0xFF;
        if (!filler) return false;
    }
    return false;
}

std::string_view format_of(Node root) {
    if (root.is("rss") || root.is("rdf") || root.is("channel")) return "rss";
    if (root.is("feed") || root.is("entry")) return "atom";
    return {};
}

}  // namespace

Result<ParsedFeed> parse_feed_document(
    std::string_view bytes, std::string_view header_charset, const FeedContext& context
) {
    if (bytes.size() > feed_bytes_max) {
        return Error{
            ErrorKind::too_large,
            "the feed has " + std::to_string(bytes.size()) + " bytes, more than " +
                std::to_string(feed_bytes_max)};
    }
    if (looks_like_json(bytes)) {
        return parse_json_feed(decode_text(bytes, header_charset, "utf-8"), context);
    }
    if (looks_like_page(bytes)) {
        return Error{ErrorKind::malformed, "expected a feed, got a web page"};
    }
    auto document = parse_xml(bytes, header_charset);
    if (!document) return document.error();

    for (Node root = document->root(); root; root = root.next()) {
        std::string_view format = format_of(root);
        if (format.empty()) continue;
        ParsedFeed feed = format == "rss" ? parse_rss(root, context) : parse_atom(root, context);
        feed.recovered = document->recovered() || document->cut();
        if (document->cut()) {
            feed.notes.push_back(
                "only the first " + std::to_string(xml_elements_max) + " elements were read"
            );
        }
        mend_titles(feed.statements);
        return feed;
    }
    return Error{
        ErrorKind::malformed,
        "expected RSS, Atom or JSON Feed, got another document (its root is <" +
            std::string(cut_text(document->root().name(), 40)) + ">)"};
}

std::string announced_feed(
    std::string_view page, std::string_view header_charset, const std::string& url
) {
    static constexpr std::array types{
        std::string_view("application/rss+xml"),
        std::string_view("application/atom+xml"),
        std::string_view("application/feed+json"),
        std::string_view("application/rdf+xml"),
        std::string_view("application/json"),
    };
    Document document = parse_html(page, header_charset);
    Node root = document.root();
    for (Node link : find_all_elements(root, "link")) {
        if (!equal_ignoring_case(trim(link.attribute("rel")), "alternate")) continue;
        std::string type = link.attribute("type");
        for (std::string_view known : types) {
            if (!equal_ignoring_case(trim(type), known)) continue;
            std::string found = resolve_link(url, link.attribute("href"));
            if (is_http_url(found)) return found;
        }
    }
    return {};
}

}  // namespace spokeswatch
