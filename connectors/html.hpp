#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/node.hpp"

namespace spokeswatch {

// Reads a web page as browsers do: never fails, the root is empty when there is nothing. The
// charset of the Content-Type (or empty) and of `<meta>` are taken into account. Deep or huge pages
// are cut at the limits of text/html_text.
Document parse_html(std::string_view bytes, std::string_view header_charset);

// One word of a `class` attribute, case kept.
bool lists_class(std::string_view classes, std::string_view name);
bool has_class(Node node, std::string_view name);

// First and all descendants (never `root` itself) with a class, in document order.
Node find_class(Node root, std::string_view name);
std::vector<Node> find_all_class(Node root, std::string_view name);

// First and all descendants of that element name.
Node find_element(Node root, std::string_view name);
std::vector<Node> find_all_elements(Node root, std::string_view name);

// Whether an ancestor below `root` has the class.
bool inside_class(Node node, Node root, std::string_view name);

// content of <meta name=... or property=...>.
std::string meta_content(Node root, std::string_view name);

}  // namespace spokeswatch
