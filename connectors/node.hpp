#pragma once

#include <cstddef>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

// libxml2's tree, named here so that its headers stay in node.cpp, xml.cpp and html.cpp.
struct _xmlDoc;
struct _xmlNode;

namespace spokeswatch {

class NodeRange;

// An element of a parsed document: a view that is good as long as its Document lives. An empty
// Node (there is no such element) answers everything with nothing. Every walk is a loop, so depth
// costs no stack.
class Node {
  public:
    Node() = default;
    explicit Node(_xmlNode* node) : node_(node) {}

    explicit operator bool() const { return node_ != nullptr; }
    bool operator==(const Node&) const = default;

    [[nodiscard]] std::string_view name() const;         // without prefix, as written
    [[nodiscard]] std::string_view prefix() const;       // as written, declared or not
    [[nodiscard]] std::string_view space() const;        // namespace URI; empty when undeclared
    [[nodiscard]] bool is(std::string_view name) const;  // ASCII case ignored

    // Value of an attribute, name compared without ASCII case and prefix ("href", "xml:lang");
    // empty when absent. `has` tells an absent one from an empty one.
    [[nodiscard]] std::string attribute(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const;

    [[nodiscard]] Node parent() const;
    [[nodiscard]] Node next() const;   // next sibling element
    [[nodiscard]] Node first() const;  // first child element
    [[nodiscard]] NodeRange children() const;
    // The element that follows in document order inside `root`; empty at its end.
    [[nodiscard]] Node following(Node root) const;

    [[nodiscard]] std::string text() const;      // of everything below
    [[nodiscard]] std::string own_text() const;  // of the text directly inside

    // What is inside, as HTML without prefixes: `<b>x</b> y`.
    [[nodiscard]] std::string inner_markup() const;
    // The element itself with prefixes, cut at `bytes_max` on a character boundary.
    [[nodiscard]] std::string outer_markup(std::size_t bytes_max) const;

  private:
    friend class Selector;
    friend void remove_nodes(const std::vector<Node>& nodes);

    _xmlNode* node_ = nullptr;
};

// Takes elements, and what is in them, out of their document for good: views into them are dead.
// None may stand twice.
void remove_nodes(const std::vector<Node>& nodes);

class NodeRange {
  public:
    class Iterator {
      public:
        explicit Iterator(Node node) : node_(node) {}
        Node operator*() const { return node_; }
        Iterator& operator++() {
            node_ = node_.next();
            return *this;
        }
        bool operator==(const Iterator&) const = default;

      private:
        Node node_;
    };

    explicit NodeRange(Node first) : first_(first) {}
    [[nodiscard]] Iterator begin() const { return Iterator(first_); }
    [[nodiscard]] Iterator end() const { return Iterator(Node()); }

  private:
    Node first_;
};

// A parsed document and the memory of its nodes.
class Document {
  public:
    explicit Document(_xmlDoc* document, bool recovered = false, bool cut = false);

    // Elements at the top: one, or several when the document is ill-formed.
    [[nodiscard]] Node root() const;
    [[nodiscard]] bool recovered() const { return recovered_; }  // it was broken and mended
    [[nodiscard]] bool cut() const { return cut_; }              // a limit ended it early

  private:
    struct Free {
        void operator()(_xmlDoc* document) const;
    };
    std::unique_ptr<_xmlDoc, Free> document_;
    bool recovered_;
    bool cut_;
};

// ASCII case ignored.
bool equal_ignoring_case(std::string_view a, std::string_view b);

// The part of `text` before `bytes_max`, ended on a character boundary of UTF-8.
std::string_view cut_text(std::string_view text, std::size_t bytes_max);

}  // namespace spokeswatch
