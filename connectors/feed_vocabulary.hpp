#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/node.hpp"

// Elements of feeds by the vocabulary that they belong to, whatever prefix or spelling of its
// namespace a feed uses.

namespace spokeswatch {

// "" (none), "rss", "atom", "rdf", "dc", "dcterms", "content", "media", "itunes", "sy",
// "feedburner", "xhtml", "enc"; "?" for any other. An undeclared prefix means what it usually
// means.
std::string_view vocabulary(Node node);

// First child of that vocabulary and name with any content; the core vocabulary "" is what the
// parent itself is in, RSS's own namespaces and none.
Node child(Node parent, std::string_view vocabulary, std::string_view name);
std::vector<Node> children(Node parent, std::string_view vocabulary, std::string_view name);
std::string child_text(Node parent, std::string_view vocabulary, std::string_view name);

// The base for links at this element: xml:base, inherited and relative itself, over `outermost`.
std::string base_of(Node node, const std::string& outermost);
// xml:lang that holds here.
std::string language_of(Node node);

}  // namespace spokeswatch
