#include "connectors/feed_vocabulary.hpp"

#include <array>

#include "connectors/feed_words.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

struct Vocabulary {
    std::string_view space;
    std::string_view name;
};

constexpr std::array vocabularies{
    Vocabulary{"http://www.w3.org/2005/Atom", "atom"},
    Vocabulary{"http://purl.org/atom/ns#", "atom"},
    Vocabulary{"http://example.com/newformat#", "atom"},
    Vocabulary{"http://example.com/necho", "atom"},
    Vocabulary{"http://purl.org/echo/", "atom"},
    Vocabulary{"uri/of/echo/namespace#", "atom"},
    Vocabulary{"http://purl.org/pie/", "atom"},
    Vocabulary{"http://www.w3.org/1999/02/22-rdf-syntax-ns#", "rdf"},
    Vocabulary{"http://purl.org/rss/1.0/", "rss"},
    Vocabulary{"http://purl.org/net/rss1.1#", "rss"},
    Vocabulary{"http://my.netscape.com/rdf/simple/0.9/", "rss"},
    Vocabulary{"http://my.netscape.com/publish/formats/rss-0.91.dtd", "rss"},
    Vocabulary{"http://channel.netscape.com/rdf/simple/0.9/", "rss"},
    Vocabulary{"http://backend.userland.com/rss", "rss"},
    Vocabulary{"http://backend.userland.com/rss2", "rss"},
    Vocabulary{"http://backend.userland.com/RSS2", "rss"},
    Vocabulary{"http://blogs.law.harvard.edu/tech/rss", "rss"},
    Vocabulary{"http://cyber.law.harvard.edu/rss/rss.html", "rss"},
    Vocabulary{"http://my.netscape.com/rdf/simple/0.9", "rss"},
    Vocabulary{"http://purl.org/dc/elements/1.1/", "dc"},
    Vocabulary{"http://purl.org/dc/elements/1.0/", "dc"},
    Vocabulary{"http://purl.org/dc/terms/", "dcterms"},
    Vocabulary{"http://purl.org/rss/1.0/modules/content/", "content"},
    Vocabulary{"http://purl.org/rss/1.0/modules/syndication/", "sy"},
    Vocabulary{"http://search.yahoo.com/mrss", "media"},
    Vocabulary{"http://search.yahoo.com/mrss/", "media"},
    Vocabulary{"http://tools.search.yahoo.com/mrss/", "media"},
    Vocabulary{"http://video.search.yahoo.com/mrss", "media"},
    Vocabulary{"http://video.search.yahoo.com/mrss/", "media"},
    Vocabulary{"http://www.itunes.com/dtds/podcast-1.0.dtd", "itunes"},
    Vocabulary{"http://example.com/dtds/podcast-1.0.dtd", "itunes"},
    Vocabulary{"http://rssnamespace.org/feedburner/ext/1.0", "feedburner"},
    Vocabulary{"http://www.w3.org/1999/xhtml", "xhtml"},
    Vocabulary{"http://purl.oclc.org/net/rss_2.0/enc#", "enc"},
};

constexpr std::array usual_prefixes{
    Vocabulary{"atom", "atom"},
    Vocabulary{"a10", "atom"},
    Vocabulary{"atom10", "atom"},
    Vocabulary{"rdf", "rdf"},
    Vocabulary{"rss", "rss"},
    Vocabulary{"dc", "dc"},
    Vocabulary{"dcterms", "dcterms"},
    Vocabulary{"content", "content"},
    Vocabulary{"sy", "sy"},
    Vocabulary{"syn", "sy"},
    Vocabulary{"media", "media"},
    Vocabulary{"itunes", "itunes"},
    Vocabulary{"feedburner", "feedburner"},
    Vocabulary{"xhtml", "xhtml"},
    Vocabulary{"enc", "enc"},
};

}  // namespace

std::string_view vocabulary(Node node) {
    std::string_view space = node.space();
    if (space.empty()) {
        std::string_view prefix = node.prefix();
        if (prefix.empty()) return "";
        for (const Vocabulary& usual : usual_prefixes) {
            if (usual.space == prefix) return usual.name;
        }
        return "?";
    }
    space = trim(space);
    for (const Vocabulary& known : vocabularies) {
        if (equal_ignoring_case(known.space, space)) return known.name;
    }
    return "?";
}

namespace {

bool belongs(Node node, Node parent, std::string_view wanted) {
    std::string_view own = vocabulary(node);
    if (!wanted.empty()) return own == wanted;
    return own.empty() || own == "rss" || node.space() == parent.space();
}

}  // namespace

Node child(Node parent, std::string_view wanted, std::string_view name) {
    Node empty;
    for (Node node : parent.children()) {
        if (!node.is(name) || !belongs(node, parent, wanted)) continue;
        if (!trim(node.text()).empty() || node.first()) return node;
        if (!empty) empty = node;
    }
    return empty;
}

std::vector<Node> children(Node parent, std::string_view wanted, std::string_view name) {
    std::vector<Node> found;
    for (Node node : parent.children()) {
        if (node.is(name) && belongs(node, parent, wanted)) found.push_back(node);
    }
    return found;
}

std::string child_text(Node parent, std::string_view wanted, std::string_view name) {
    return std::string(trim(child(parent, wanted, name).text()));
}

std::string base_of(Node node, const std::string& outermost) {
    std::vector<std::string> bases;  // innermost first
    for (Node up = node; up; up = up.parent()) {
        if (up.has("xml:base")) bases.push_back(up.attribute("xml:base"));
    }
    std::string base = outermost;
    for (auto written = bases.rbegin(); written != bases.rend(); ++written) {
        auto resolved = resolve_url(base, trim(*written));
        if (resolved && is_http_url(*resolved)) base = std::move(*resolved);
    }
    return base;
}

std::string language_of(Node node) {
    for (Node up = node; up; up = up.parent()) {
        if (up.has("xml:lang")) return up.attribute("xml:lang");
    }
    return {};
}

}  // namespace spokeswatch
