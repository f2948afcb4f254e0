#include "connectors/node.hpp"

#include <algorithm>

#include <libxml/parser.h>
#include <libxml/tree.h>

#include "base/ascii.hpp"
#include "text/html_text.hpp"

namespace spokeswatch {

namespace {

std::string_view view(const xmlChar* text) {
    if (text == nullptr) return {};
    return reinterpret_cast<const char*>(text);
}

bool is_element(const xmlNode* node) { return node != nullptr && node->type == XML_ELEMENT_NODE; }

bool is_text(const xmlNode* node) {
    return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

// The node that follows in document order inside `root`, of whatever type.
xmlNode* step(xmlNode* node, const xmlNode* root) {
    if (node->type == XML_ELEMENT_NODE && node->children != nullptr) return node->children;
    while (node != nullptr && node != root && node->next == nullptr) node = node->parent;
    return node == nullptr || node == root ? nullptr : node->next;
}

xmlNode* element_from(xmlNode* node) {
    while (node != nullptr && !is_element(node)) node = node->next;
    return node;
}

std::string_view after_colon(std::string_view name) {
    auto colon = name.rfind(':');
    return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string attribute_value(const xmlAttr* attribute) {
    std::string value;
    for (const xmlNode* part = attribute->children; part != nullptr; part = part->next) {
        if (is_text(part)) value += view(part->content);
    }
    return value;
}

const xmlAttr* find_attribute(const xmlNode* node, std::string_view wanted) {
    if (node == nullptr) return nullptr;
    auto colon = wanted.find(':');
    std::string_view prefix = colon == std::string_view::npos ? "" : wanted.substr(0, colon);
    std::string_view local = after_colon(wanted);
    for (const xmlAttr* attribute = node->properties; attribute != nullptr;
         attribute = attribute->next) {
        std::string_view name = view(attribute->name);
        std::string_view own_prefix = attribute->ns == nullptr ? "" : view(attribute->ns->prefix);
        if (own_prefix.empty() && name.find(':') != std::string_view::npos) {
            own_prefix = name.substr(0, name.find(':'));
        }
        if (equal_ignoring_case(after_colon(name), local) && own_prefix == prefix) {
            return attribute;
        }
    }
    return nullptr;
}

bool is_void_element(std::string_view name) {
    static constexpr std::string_view names[] = {
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr"};
    return std::any_of(std::begin(names), std::end(names), [&](std::string_view candidate) {
        return equal_ignoring_case(name, candidate);
    });
}

// Writes elements and text as markup and stops growing at `bytes_max`.
class Writer {
  public:
    Writer(bool prefixes, std::size_t bytes_max) : prefixes_(prefixes), bytes_max_(bytes_max) {}

    // Everything of `root`, itself included when `with_root`.
    std::string write(xmlNode* root, bool with_root) {
        if (with_root) open(root);
        xmlNode* node = root->children;
        while (node != nullptr && !full()) {
            enter(node);
            if (is_element(node) && node->children != nullptr) {
                node = node->children;
                continue;
            }
            close(node);
            while (node->next == nullptr) {
                node = node->parent;
                if (node == root) break;
                close(node);
            }
            node = node == root ? nullptr : node->next;
        }
        if (with_root) close(root);
        if (out_.size() > bytes_max_) out_.resize(cut_text(out_, bytes_max_).size());
        return std::move(out_);
    }

  private:
    [[nodiscard]] bool full() const { return out_.size() > bytes_max_; }

    void enter(xmlNode* node) {
        if (is_element(node)) open(node);
        if (is_text(node)) out_ += escape_html(view(node->content));
    }

    void name(std::string_view written, const xmlNs* space) {
        if (!prefixes_) {
            out_ += after_colon(written);
            return;
        }
        if (space != nullptr && space->prefix != nullptr) {
            out_ += view(space->prefix);
            out_ += ':';
        }
        out_ += written;
    }

    void open(const xmlNode* node) {
        out_ += '<';
        name(view(node->name), node->ns);
        for (const xmlAttr* attribute = node->properties; attribute != nullptr;
             attribute = attribute->next) {
            out_ += ' ';
            name(view(attribute->name), attribute->ns);
            out_ += "=\"";
            out_ += escape_html(attribute_value(attribute));
            out_ += '"';
        }
        out_ += '>';
    }

    void close(const xmlNode* node) {
        if (!is_element(node)) return;
        if (node->children == nullptr && is_void_element(view(node->name))) return;
        out_ += "</";
        name(view(node->name), node->ns);
        out_ += '>';
    }

    bool prefixes_;
    std::size_t bytes_max_;
    std::string out_;
};

}  // namespace

std::string_view Node::name() const {
    if (node_ == nullptr) return {};
    return after_colon(view(node_->name));
}

std::string_view Node::prefix() const {
    if (node_ == nullptr) return {};
    if (node_->ns != nullptr) return view(node_->ns->prefix);
    std::string_view name = view(node_->name);
    auto colon = name.find(':');
    return colon == std::string_view::npos ? std::string_view() : name.substr(0, colon);
}

std::string_view Node::space() const {
    if (node_ == nullptr || node_->ns == nullptr) return {};
    return view(node_->ns->href);
}

bool Node::is(std::string_view wanted) const { return equal_ignoring_case(name(), wanted); }

std::string Node::attribute(std::string_view wanted) const {
    const xmlAttr* found = find_attribute(node_, wanted);
    return found == nullptr ? std::string() : attribute_value(found);
}

bool Node::has(std::string_view wanted) const { return find_attribute(node_, wanted) != nullptr; }

Node Node::parent() const {
    return Node(node_ != nullptr && is_element(node_->parent) ? node_->parent : nullptr);
}

Node Node::next() const { return Node(node_ == nullptr ? nullptr : element_from(node_->next)); }

Node Node::first() const {
    return Node(node_ == nullptr ? nullptr : element_from(node_->children));
}

NodeRange Node::children() const { return NodeRange(first()); }

Node Node::following(Node root) const {
    xmlNode* node = node_;
    while (node != nullptr) {
        node = step(node, root.node_);
        if (is_element(node)) break;
    }
    return Node(node);
}

std::string Node::text() const {
    std::string out;
    for (xmlNode* node = node_; node != nullptr; node = step(node, node_)) {
        if (is_text(node)) out += view(node->content);
    }
    return out;
}

std::string Node::own_text() const {
    std::string out;
    if (node_ == nullptr) return out;
    for (const xmlNode* node = node_->children; node != nullptr; node = node->next) {
        if (is_text(node)) out += view(node->content);
    }
    return out;
}

std::string Node::inner_markup() const {
    if (node_ == nullptr) return {};
    return Writer(false, std::string::npos).write(node_, false);
}

std::string Node::outer_markup(std::size_t bytes_max) const {
    if (node_ == nullptr) return {};
    return Writer(true, bytes_max).write(node_, true);
}

void remove_nodes(const std::vector<Node>& nodes) {
    // One may stand in another: all are taken apart before any is freed.
    for (const Node& node : nodes) xmlUnlinkNode(node.node_);
    for (const Node& node : nodes) xmlFreeNode(node.node_);
}

Document::Document(_xmlDoc* document, bool recovered, bool cut)
    : document_(document), recovered_(recovered), cut_(cut) {}

void Document::Free::operator()(_xmlDoc* document) const { xmlFreeDoc(document); }

Node Document::root() const {
    return Node(document_ == nullptr ? nullptr : element_from(document_->children));
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return ascii_lower(x) == ascii_lower(y);
    });
}

std::string_view cut_text(std::string_view text, std::size_t bytes_max) {
    if (text.size() <= bytes_max) return text;
    std::size_t end = bytes_max;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
    return text.substr(0, end);
}

}  // namespace spokeswatch
