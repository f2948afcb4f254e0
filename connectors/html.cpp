#include "connectors/html.hpp"

#include <algorithm>
#include <cctype>

#include <libxml/HTMLparser.h>

#include "base/ascii.hpp"
#include "text/charset.hpp"
#include "text/html_text.hpp"

namespace spokeswatch {

namespace {

// charset=... of a <meta>. Pages have it behind long scripts as well.
std::string declared_charset(std::string_view bytes) {
    constexpr std::size_t looked_at_max = 64 * 1024;
    std::string head = ascii_lower(bytes.substr(0, looked_at_max));
    for (auto meta = head.find("<meta"); meta != std::string::npos;
         meta = head.find("<meta", meta + 5)) {
        std::string_view tag = std::string_view(head).substr(meta, head.find('>', meta) - meta);
        auto at = tag.find("charset=");
        if (at == std::string_view::npos) continue;
        tag.remove_prefix(at + 8);
        tag.remove_prefix(std::min(tag.find_first_not_of("\"' "), tag.size()));
        return std::string(tag.substr(0, tag.find_first_of("\"'; />")));
    }
    return {};
}

// Where the page passes the limits of nodes and depth; its size when it does not. Counts tags, and
// as depth what is open: an HTML parser closes more than that by itself.
std::size_t limit(std::string_view page) {
    std::size_t nodes = 0;
    std::size_t depth = 0;
    for (auto at = page.find('<'); at != std::string_view::npos; at = page.find('<', at + 1)) {
        char next = at + 1 < page.size() ? page[at + 1] : '\0';
        if (next == '/') {
            if (depth > 0) --depth;
        } else if (std::isalpha(static_cast<unsigned char>(next)) != 0) {
            if (++nodes > html_nodes_max / 2) return at;
            auto end = page.find('>', at);
            static constexpr std::string_view never_open[] = {
                "area", "base", "br",    "col",    "embed", "hr",    "img", "input",
                "link", "meta", "param", "source", "track", "wbr",   "p",   "li",
                "dt",   "dd",   "tr",    "td",     "th",    "option"};
            auto name_end = page.find_first_of(" \t\r\n/>", at + 1);
            std::string_view name = page.substr(at + 1, name_end - at - 1);
            bool opens = std::none_of(std::begin(never_open), std::end(never_open), [&](auto n) {
                return equal_ignoring_case(n, name);
            });
            if (end != std::string_view::npos && page[end - 1] == '/') opens = false;
            if (opens && ++depth > html_depth_max) return at;
        }
    }
    return page.size();
}

}  // namespace

Document parse_html(std::string_view bytes, std::string_view header_charset) {
    std::string page = decode_text(bytes, header_charset, declared_charset(bytes));
    std::erase(page, '\0');
    std::size_t size = limit(page);
    constexpr int flags = HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR |
                          HTML_PARSE_NOWARNING | HTML_PARSE_COMPACT;
    xmlDoc* document = htmlReadMemory(page.data(), static_cast<int>(size), nullptr, "UTF-8", flags);
    return Document(document, false, size < page.size());
}

bool lists_class(std::string_view rest, std::string_view name) {
    while (!rest.empty()) {
        auto start = rest.find_first_not_of(" \t\r\n\f");
        if (start == std::string_view::npos) return false;
        rest.remove_prefix(start);
        auto end = std::min(rest.find_first_of(" \t\r\n\f"), rest.size());
        if (rest.substr(0, end) == name) return true;
        rest.remove_prefix(end);
    }
    return false;
}

bool has_class(Node node, std::string_view name) {
    return lists_class(node.attribute("class"), name);
}

Node find_class(Node root, std::string_view name) {
    for (Node node = root.following(root); node; node = node.following(root)) {
        if (has_class(node, name)) return node;
    }
    return Node();
}

std::vector<Node> find_all_class(Node root, std::string_view name) {
    std::vector<Node> found;
    for (Node node = root.following(root); node; node = node.following(root)) {
        if (has_class(node, name)) found.push_back(node);
    }
    return found;
}

Node find_element(Node root, std::string_view name) {
    for (Node node = root.following(root); node; node = node.following(root)) {
        if (node.is(name)) return node;
    }
    return Node();
}

std::vector<Node> find_all_elements(Node root, std::string_view name) {
    std::vector<Node> found;
    for (Node node = root.following(root); node; node = node.following(root)) {
        if (node.is(name)) found.push_back(node);
    }
    return found;
}

bool inside_class(Node node, Node root, std::string_view name) {
    for (Node up = node.parent(); up && up != root; up = up.parent()) {
        if (has_class(up, name)) return true;
    }
    return false;
}

std::string meta_content(Node root, std::string_view name) {
    for (Node node : find_all_elements(root, "meta")) {
        if (equal_ignoring_case(node.attribute("name"), name) ||
            equal_ignoring_case(node.attribute("property"), name)) {
            return node.attribute("content");
        }
    }
    return {};
}

}  // namespace spokeswatch
