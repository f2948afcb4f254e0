#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace spokeswatch {

inline constexpr std::size_t html_depth_max = 512;
inline constexpr std::size_t html_nodes_max = 200'000;

struct HtmlText {
    std::string text;                 // plain text
    std::vector<std::string> links;   // href of a[href], in order, as written
    std::vector<std::string> images;  // src of img, in order, as written; emoji are text
    std::string html;                 // allow-list markup: a b strong em i u s code pre blockquote
                                      // br p ul ol li img[src,alt]; addresses are http(s) only
};

// An HTML fragment (UTF-8) as a reader sees it: entities decoded once, <br> as a line break, the
// end of a block as a blank line, list items and table rows as lines, runs of white space as one
// space, no trailing space; script, style, template, noscript, comments, hidden elements and ruby
// annotations are nothing. An image whose class says "emoji" (or that stands in a "url-icon") is
// its alternative text. Never fails and takes linear time: tags below the depth limit are ignored
// while their text stays, and what comes after the node limit is cut.
HtmlText html_to_text(std::string_view html);

// Named and numeric character references in text that is no markup, decoded once. An old name
// without its semicolon (&amp &lt &nbsp) counts only where no letter, digit or `=` follows.
std::string decode_entities(std::string_view text);

// & < > " ' as references: for text nodes and quoted attributes.
std::string escape_html(std::string_view text);

}  // namespace spokeswatch
