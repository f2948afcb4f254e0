#include "base/check.hpp"
#include "base/utf8.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "text/html_text.hpp"

using namespace spokeswatch;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view html = testing::fuzz_text(data, size);
    const HtmlText read = html_to_text(html);
    check(valid_utf8(read.text) && valid_utf8(read.html), "the text is not UTF-8");
    check(read.text.size() <= 6 * size + 6, "the text grew beyond its markup");
    const bool trailing =
        !read.text.empty() && (read.text.back() == ' ' || read.text.back() == '\n');
    check(!trailing, "white space stands at the end");

    // The markup that is kept has no tag but those of the list.
    for (std::size_t at = read.html.find('<'); at != std::string::npos;
         at = read.html.find('<', at + 1)) {
        bool known = false;
        for (const std::string_view tag :
             {"a ",          "/a>",          "b>",    "/b>",    "strong>", "/strong>",
              "em>",         "/em>",         "i>",    "/i>",    "u>",      "/u>",
              "s>",          "/s>",          "code>", "/code>", "pre>",    "/pre>",
              "blockquote>", "/blockquote>", "br>",   "p>",     "/p>",     "ul>",
              "/ul>",        "ol>",          "/ol>",  "li>",    "/li>",    "img "})
            known = known || read.html.compare(at + 1, tag.size(), tag) == 0;
        check(known, "a tag is kept that is not on the list");
    }

    const std::string escaped = escape_html(html);
    check(escaped.find('<') == std::string::npos, "a sign is not escaped");
    check(decode_entities(escaped) == html, "escaping is not undone by decoding");
    return 0;
}
