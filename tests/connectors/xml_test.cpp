#include "connectors/xml.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "connectors/node.hpp"

using namespace spokeswatch;

namespace {

std::string text_of(std::string_view bytes, std::string_view charset = "") {
    auto document = parse_xml(bytes, charset);
    REQUIRE(document);
    return document->root().text();
}

std::string repeated(std::string_view part, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += part;
    return out;
}

}  // namespace

TEST_CASE("named references of HTML are characters and stray ampersands stay what they are") {
    CHECK(text_of("<a>x&nbsp;y &mdash; &eacute;</a>") == "x\u00A0y \u2014 \u00E9");
    CHECK(text_of("<a>R&D &bogus; &lt;b&gt; &amp;amp; AT&T;</a>") == "R&D &bogus; <b> &amp; AT&T;");
    CHECK(text_of("<a>1 < 2 &LT; 3</a>") == "1 < 2 < 3");
    auto document = parse_xml("<a href='?a=1&b=2&amp;c=3'/>", "");
    REQUIRE(document);
    CHECK(document->root().attribute("HREF") == "?a=1&b=2&c=3");
    CHECK(document->recovered());
}

TEST_CASE("numeric references follow HTML and never bring forbidden characters") {
    CHECK(text_of("<a>&#150;&#x41;&#8230;</a>") == "\u2013A\u2026");
    CHECK(text_of("<a>b&#8;c</a>").find('\b') == std::string::npos);
    auto zero = text_of("<a>b&#0;c&#xD800;d&#x110000;</a>");
    CHECK(zero.find('\0') == std::string::npos);
    CHECK(zero.starts_with("b"));
}

TEST_CASE("CDATA is text and one without an end does not swallow what follows") {
    CHECK(text_of("<a><![CDATA[<b>&amp;</b>]]> x ]]> y</a>") == "<b>&amp;</b> x ]]> y");
    auto document = parse_xml("<r><i><![CDATA[one</i><i>two</i></r>", "");
    REQUIRE(document);
    Node first = document->root().first();
    CHECK(first.text() == "one");
    CHECK(first.next().text() == "two");
    CHECK(document->recovered());
}

TEST_CASE("what stands before the first element and a DOCTYPE are skipped") {
    CHECK(
        text_of("\n\n junk <?xml version='1.0'?><!DOCTYPE a [<!ENTITY e \"v>\"> ]><a>&e;</a>") ==
        "&e;"
    );
    CHECK(text_of("<!DOCTYPE a SYSTEM \"http://127.0.0.1:1/evil.dtd\"><a>x</a>") == "x");
    CHECK(text_of("<!DOCTYPE a [ <!-- it's --> <!ENTITY b 'x'> ]>\n<a>y</a>") == "y");
}

TEST_CASE("entities are never expanded: not from files, not by the billion") {
    std::string laughs = "<!DOCTYPE l [<!ENTITY a0 \"lol\">";
    for (int i = 1; i < 10; ++i) {
        laughs += "<!ENTITY a" + std::to_string(i) + " \"" +
                  repeated("&a" + std::to_string(i - 1) + ";", 10) + "\">";
    }
    laughs += "]><l>&a9;</l>";
    CHECK(text_of(laughs) == "&a9;");

    std::string quadratic = "<!DOCTYPE l [<!ENTITY a \"" + std::string(50'000, 'a') + "\">]><l>" +
                            repeated("&a;", 50'000) + "</l>";
    CHECK(text_of(quadratic).size() == 150'000);

    for (std::string target : {"file:///etc/passwd", "http://127.0.0.1:1/x"}) {
        CHECK(
            text_of("<!DOCTYPE l [<!ENTITY x SYSTEM \"" + target + "\"> ]><l>[&x;]</l>") == "[&x;]"
        );
        CHECK(
            text_of("<!DOCTYPE l [<!ENTITY % p SYSTEM \"" + target + "\"> %p; ]><l>ok</l>") == "ok"
        );
    }
}

TEST_CASE("depth and the number of elements are limited and what was read is there") {
    auto deep = parse_xml("<r><i>first</i>" + repeated("<d>", 200'000), "");
    REQUIRE(deep);
    CHECK(deep->root().first().text() == "first");
    CHECK((deep->cut() || deep->recovered()));

    auto wide = parse_xml("<r>" + repeated("<i>x</i>", 60'000) + "</r>", "");
    REQUIRE(wide);
    CHECK(wide->cut());
    std::size_t count = 0;
    for ([[maybe_unused]] Node node : wide->root().children()) ++count;
    CHECK(count > 49'000);
    CHECK(count <= xml_elements_max);
}

TEST_CASE("charsets: header, declaration, byte order mark, and UTF-16 without one") {
    CHECK(
        text_of("<?xml version='1.0' encoding='windows-1251'?><a>\xC2\xE8\xE7\xE8\xF2</a>") ==
        "Визит"
    );
    CHECK(text_of("<a>\xC2\xE8\xE7\xE8\xF2</a>", "windows-1251") == "Визит");
    CHECK(text_of("\xEF\xBB\xBF<?xml version='1.0' encoding='latin1'?><a>é</a>") == "é");
    std::string wide;
    for (char c : std::string("<?xml version='1.0'?><a>ok</a>")) {
        wide += c;
        wide += '\0';
    }
    CHECK(text_of(wide) == "ok");
    CHECK(text_of(std::string("<a>a\0b</a>", 10)) == "ab");
    CHECK(
        text_of("<a>a\x01\x0B"
                "b\xEF\xBF\xBE</a>") == "ab"
    );
}

TEST_CASE("a document without an element is malformed") {
    for (std::string_view bytes :
         {"", "   ", "plain words", "<", "<!--", "<![CDATA[", "<!DOCTYPE x", "&&&"}) {
        auto document = parse_xml(bytes, "");
        REQUIRE_FALSE(document);
        CHECK(document.error().kind == ErrorKind::malformed);
    }
}

TEST_CASE("a node writes its markup without prefixes inside and with them outside") {
    auto document = parse_xml(
        "<r xmlns:h='http://www.w3.org/1999/xhtml'><h:div h:id='1'>a<h:br/>b &lt; "
        "<h:i>c</h:i></h:div></r>",
        ""
    );
    REQUIRE(document);
    Node div = document->root().first();
    CHECK(div.inner_markup() == "a<br>b &lt; <i>c</i>");
    CHECK(div.outer_markup(1000) == "<h:div h:id=\"1\">a<h:br>b &lt; <h:i>c</h:i></h:div>");
    CHECK(div.outer_markup(10).size() <= 10);
    CHECK(div.name() == "div");
    CHECK(div.own_text() == "ab < ");
}
