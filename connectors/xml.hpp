#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.hpp"
#include "connectors/node.hpp"

namespace spokeswatch {

inline constexpr std::size_t xml_elements_max = 50'000;
inline constexpr std::size_t xml_depth_max = 256;

// Reads an XML document from the wild. Before libxml2 sees it, it is UTF-8 (`header_charset` is
// the charset of the Content-Type, or empty), the DOCTYPE is gone, CDATA is text, named references
// of HTML are characters, and a stray `&` or `<` is escaped: so no entity is ever declared, loaded
// or expanded. What is still ill-formed is mended: everything before the fault is there.
// A document that passes the limits above is read up to them (`Document::cut`).
// malformed: no element at all.
Result<Document> parse_xml(std::string_view bytes, std::string_view header_charset);

}  // namespace spokeswatch
