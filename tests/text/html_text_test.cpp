#include "text/html_text.hpp"

#include <catch2/catch.hpp>

#include "base/utf8.hpp"

using namespace spokeswatch;

namespace {

std::string text(std::string_view html) { return html_to_text(html).text; }
std::string markup(std::string_view html) { return html_to_text(html).html; }

std::string repeat(std::string_view unit, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += unit;
    return out;
}

}  // namespace

TEST_CASE("blocks end with a blank line and breaks are line breaks") {
    CHECK(text("<p>One</p><p>Two</p>") == "One\n\nTwo");
    CHECK(text("One<br>Two<br/>Three") == "One\nTwo\nThree");
    CHECK(text("One<br><br>Two") == "One\n\nTwo");
    CHECK(
        text("<div>One</div>Two<div>Three<div>Four</div></div>") == "One\n\nTwo\n\nThree\n\nFour"
    );
    CHECK(text("<h1>Title</h1>Body") == "Title\n\nBody");
    CHECK(text("<p>One<br></p>\n\n<p>&nbsp;</p><p>Two</p> \n ") == "One\n\nTwo");
    CHECK(text("<br>One<br>") == "One");
    CHECK(text("One<hr>Two") == "One\n\nTwo");
    CHECK(text("plain") == "plain");
    CHECK(text("").empty());
}

TEST_CASE("white space runs are one space and none is left at the edges") {
    CHECK(text("  a \n\t b  <b> c </b> d ") == "a b c d");
    CHECK(text("a&nbsp;&nbsp;b&#32;&#10;c") == "a b c");
    CHECK(text("<p> a <br> b </p>") == "a\nb");
    CHECK(text("<p>　　国事访问　举行</p>") == "国事访问　举行");
    CHECK(text("state<wbr>ment") == "statement");
    CHECK(text("st<b>at</b>e<!-- x -->s") == "states");
}

TEST_CASE("lists, tables and preformatted text keep their lines") {
    CHECK(text("<ul><li>One<li>Two</ul>Three") == "One\nTwo\n\nThree");
    CHECK(text("<ul><li>One<ul><li>Inner</ul><li>Two</ul>") == "One\nInner\nTwo");
    CHECK(text("<table><tr><td>A<td>B<tr><th>C</th><th>D</th></tr></table>") == "A B\nC D");
    CHECK(text("<dl><dt>A<dd>B</dl>") == "A\nB");
    CHECK(text("<pre>\n  one\n\n    two  \nthree</pre>") == "  one\n\n    two\nthree");
}

TEST_CASE("what a reader does not see is nothing") {
    CHECK(text("a<script>if (a < b) { x('</p>'); }</script>b") == "ab");
    CHECK(text("a<SCRIPT>\"</scripty>\"</SCRIPT >b") == "ab");
    CHECK(text("a<style>p { color: red }</style>b<template><p>x</p></template>c") == "abc");
    CHECK(text("a<noscript><img src=x>x</noscript>b<title>x</title>c") == "abc");
    CHECK(text("a<!-- <p>x</p> -- > y -->b<!-->c<!--->d<!---->e") == "abcde");
    CHECK(text("a<!DOCTYPE html>b<?php x ?>c</ x>d") == "abcd");
    CHECK(text("a<span hidden>x<b>x</b></span>b<i style='DISPLAY : none'>x</i>c") == "abc");
    CHECK(text("a<p hidden>x<p>b</p>") == "a\n\nb");
    CHECK(text("<video controls><source src=v>Your browser is old</video>a") == "a");
    CHECK(text("<ruby>国<rp>(</rp><rt>こく</rt><rp>)</rp></ruby>賓") == "国賓");
    CHECK(html_to_text("<div hidden><a href='/x'>x</a><img src='/y'></div>").links.empty());
    CHECK(text("<iframe src='https://x.example/'/>after") == "after");
}

TEST_CASE("an unclosed comment or tag swallows the rest and no more") {
    CHECK(text("a<!-- b") == "a");
    CHECK(text("a<b title='x") == "a");
    CHECK(text("a<script>b") == "a");
    CHECK(text("a < b && c > d <3 <") == "a < b && c > d <3 <");
}

TEST_CASE("entities are decoded once") {
    CHECK(text("&lt;b&gt; &amp;amp; &quot;&#39;&apos;") == "<b> &amp; \"''");
    CHECK(text("&eacute;&hellip;&#x56FD;&#20107;&zcaron;&ZHcy;&NotEqualTilde;") == "é…国事žЖ≂̸");
    CHECK(text("&#150; &#x80; &#0; &#xD800; &#99999999999;") == "– € \uFFFD \uFFFD \uFFFD");
    CHECK(
        text("AT&T &copy 2023 &notit; &bogus; & &; &#; &#x;") ==
        "AT&T © 2023 ¬it; &bogus; & &; &#; &#x;"
    );
    CHECK(decode_entities("Q&amp;A &lt;b&gt; &nbspx &ampamp &lt") == "Q&A <b> &nbspx &ampamp <");
    CHECK(decode_entities("?a=1&copy=2&amp;amp;") == "?a=1&copy=2&amp;");
    CHECK(decode_entities("&") == "&");
}

TEST_CASE("emoji in markup are characters") {
    CHECK(
        text("<i class=\"emoji\" style=\"background-image:url('//x/1.png')\"><b>🔥</b></i> visit") ==
        "🔥 visit"
    );
    CHECK(text("<tg-emoji emoji-id=\"5\"></tg-emoji>a<tg-spoiler>b</tg-spoiler>") == "ab");
    CHECK(text("a <img class=\"wp-emoji\" alt=\"😀\" src=x>") == "a 😀");
    CHECK(text("<span class=\"url-icon\"><img alt=[赞] src=\"//h5/1.png\"></span>好") == "[赞]好");
    CHECK(html_to_text("<img class=emoji alt=x src=y>").images.empty());
    // A photo's description is no text.
    CHECK(text("a<img src=x alt='photo'>b") == "ab");
}

TEST_CASE("links and images come in order as written, decoded") {
    const HtmlText read = html_to_text(
        "<a href=' https://example.org/?a=1&amp;b=2&copy=3 '>x</a><A HREF=/rel>y</A><a>z</a>"
        "<a href=''>e</a><a href='javascript:alert(1)'>j</a>"
        "<img src='/one.jpg' src='/two.jpg'><img src=\"https://example.org/3.png\" alt='a \"b\"'>"
    );
    CHECK(
        read.links ==
        std::vector<std::string>{
            "https://example.org/?a=1&b=2&copy=3", "/rel", "javascript:alert(1)"}
    );
    CHECK(read.images == std::vector<std::string>{"/one.jpg", "https://example.org/3.png"});
}

TEST_CASE("the markup holds the allow-list and nothing else") {
    CHECK(
        markup("<p class=x onclick=y>a <b>b</b> <em>c</em></p>") == "<p>a <b>b</b> <em>c</em></p>"
    );
    CHECK(
        markup("<a href=\"https://example.org/?a=1&amp;b='2'\" onclick=x>l</a>") ==
        "<a href=\"https://example.org/?a=1&amp;b=&#39;2&#39;\">l</a>"
    );
    CHECK(markup("<a href='javascript:alert(1)'>l</a>") == "l");
    CHECK(
        markup("<img src='javascript:x'><img src=data:x><img src='HTTP://x/y' alt='<'>") ==
        "<img src=\"HTTP://x/y\" alt=\"&lt;\">"
    );
    CHECK(markup("<script>x</script><svg onload=x>y</svg><marquee>z</marquee>") == "yz");
    CHECK(markup("&lt;script&gt;") == "&lt;script&gt;");
    CHECK(markup("<div>a</div><div>b</div><h1>c</h1>d") == "a<br>b<br>c<br>d");
    CHECK(markup("<del>a</del><strike>b</strike>") == "<s>a</s><s>b</s>");
    CHECK(markup("<b><i>a</b>c</i>") == "<b><i>a</i></b>c");
    CHECK(markup("<ul><li>a<li>b</ul>") == "<ul><li>a</li><li>b</li></ul>");
    CHECK(markup("a<br>b") == "a<br>b");
    CHECK(markup("<b>open") == "<b>open</b>");
}

TEST_CASE("text is escaped for text nodes and attributes") {
    CHECK(
        escape_html("<a href=\"x\" b='y'>&") == "&lt;a href=&quot;x&quot; b=&#39;y&#39;&gt;&amp;"
    );
}

TEST_CASE("deep and hostile markup takes linear time and keeps the text behind it") {
    for (const char* unit :
         {"<div>",
          "<b>",
          "<p>",
          "<table><tr><td>",
          "<ul><li>",
          "<span hidden>",
          "<b><p></b>",
          "</b>",
          "<a href=x>",
          "<!--",
          "<",
          "&",
          "&#",
          "</",
          "<a b=",
          "<a b='",
          "<![CDATA[",
          "<script>",
          "<pre>\n"}) {
        const std::string html = repeat(unit, 60'000) + "keyword";
        const HtmlText read = html_to_text(html);
        CHECK(valid_utf8(read.text));
        CHECK(read.html.size() < 10 * html.size());
    }
    CHECK(text(repeat("<div>", 60'000) + "keyword") == "keyword");
    CHECK(
        text(repeat("<b>", 60'000) + "keyword" + repeat("</b>", 60'000) + "<p>after") ==
        "keyword\n\nafter"
    );
    // Everything before the limit of nodes is kept.
    const std::string many = text(repeat("<b>x</b>", 100'000));
    CHECK(many.size() > 60'000);
    CHECK(many.size() <= 100'000);
    // libxml2 is quadratic here.
    std::string attributes = "<p ";
    for (int i = 0; i < 100'000; ++i) attributes += "a" + std::to_string(i) + " ";
    CHECK(text(attributes + ">keyword") == "keyword");
}

TEST_CASE("every cut of a page is read without harm") {
    const std::string html =
        "<!DOCTYPE html><div class=\"x\"><p hidden=''>h</p><pre>\n a</pre><a "
        "href='/x?a&amp;b'>国&#x56FD;"
        "&eacute;</a><script>x</script><ul><li>a<li>b</ul><i class=emoji><b>🔥</b></i><!-- c "
        "--></div>";
    for (std::size_t at = 0; at <= html.size(); ++at) {
        for (const auto& part : {html.substr(0, at), html.substr(at)}) {
            const HtmlText read = html_to_text(part);
            REQUIRE(valid_utf8(read.text));
            REQUIRE(valid_utf8(read.html));
            // What we wrote reads as the same text again.
            REQUIRE(html_to_text(read.html).text.size() <= read.text.size() + 8);
        }
    }
    CHECK(text(std::string_view("a\0b\xFF", 4)) == "ab\uFFFD");
}
