// Lists and articles of web pages, one answer at a time: what stands on them, and the presets that
// are known for some sites.

#include "connectors/page_list.hpp"

#include <catch2/catch.hpp>

#include "connectors/page_article.hpp"
#include "tests/connectors/page_support.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using Lines = std::vector<std::string>;

namespace {

const std::string site = "https://mfa.example/en/news/";

SourceConfig plain_source(const Written& more = {}) {
    Written options{
        {"select.item", "ul.news li"},
        {"select.title.selector", "a"},
        {"select.link.selector", "a"},
        {"select.date.selector", "span"}};
    for (const auto& [name, value] : more) options[name] = value;
    return written_source("web_page", site, options);
}

std::string list_of(const std::string& items, const std::string& head = "") {
    return "<!DOCTYPE html><html lang=en><head>" + head + "</head><body><ul class=news>" + items +
           "</ul></body></html>";
}

Result<Statement> article(
    const SourceConfig& source, const std::string& body, Statement item = {}
) {
    if (item.url.empty()) item.url = source.options.text("url");
    item.native_id = "1";
    return read_article(
        item, answer_of(body, source.options.text("url")), read_page_settings(source)
    );
}

}  // namespace

TEST_CASE("a list gives its items in their order") {
    const Batch batch = good(
        plain_source(),
        list_of("<li><a href='./1.html?utm_source=x#top'>Visit of <b>the</b>&nbsp;President</a> "
                "<span>17 March 2023, 10:04</span>"
                "<li><a href=//other.example/2>Second</a><span>2023-03-16</span>"
                "<li><a href='/3'>Third</a>")
    );
    CHECK(
        shown(batch) ==
        Lines{
            "https://mfa.example/en/news/1.html | 2023-03-17T10:04:00Z min | Visit of the "
            "President",
            "https://other.example/2 | 2023-03-16T00:00:00Z day | Second",
            "https://mfa.example/3 |  | Third"}
    );
    const Statement& first = batch.statements.front();
    CHECK(first.url == first.native_id);
    CHECK(first.form == Form::article);
    CHECK(first.lang == "en");
    CHECK(first.lang_declared);
    CHECK(first.raw.starts_with("<li><a href=\"./1.html"));
    CHECK(batch.account_key == site);
}

TEST_CASE("links are relative to the base that the page states") {
    const Batch batch = good(
        plain_source(), list_of("<li><a href=1>One</a>", "<base href='/fr/'><base href='/de/'>")
    );
    CHECK(batch.statements.at(0).url == "https://mfa.example/fr/1");
}

TEST_CASE("what no page stands behind is no link") {
    for (const char* href : {"#", "#top", "javascript:void(0)", "mailto:a@b.example", ""}) {
        INFO(href);
        const Error error =
            bad(plain_source(), list_of(std::string("<li><a href='") + href + "'>One</a>"));
        CHECK(error.kind == ErrorKind::malformed);
        CHECK(
            error.message ==
            "1 of 1 item have no link, id or text, or lack what is required: the page may have "
            "changed"
        );
    }
}

TEST_CASE("a field is an attribute, a group of a regular expression, a date of a stated form") {
    const SourceConfig source = plain_source(
        {{"select.id.attr", "data-id"},
         {"select.title.selector", "a@title"},
         {"select.text.selector", "p"},
         {"select.date.selector", "xpath:./text()"},
         {"select.date.regex", "\\((\\d\\d/\\d\\d/\\d{4})\\)"},
         {"select.date.format", "%d/%m/%Y"},
         {"select.date.timezone", "Europe/Paris"},
         {"select.author.selector", ".by"}}
    );
    const Batch batch = good(
        source,
        list_of("<li data-id=77><a href=1 title='The title'>more</a> (16/03/2023)"
                "<p>One <a href='/x'>link</a>.<br>Two.<p>Three. <img src=i.jpg>"
                "<i class=by>Press office</i>")
    );
    CHECK(shown(batch) == Lines{"77 | 2023-03-15T23:00:00Z day | The title"});
    const Statement& one = batch.statements.at(0);
    CHECK(one.text == "One link.\nTwo.\n\nThree. Press office");
    CHECK(one.author_name == "Press office");
    CHECK(one.links == Lines{"https://mfa.example/x"});
    REQUIRE(one.media.size() == 1);
    CHECK(one.media[0].url == "https://mfa.example/en/news/i.jpg");
}

TEST_CASE("of a time element what says more counts") {
    const auto date = [](const std::string& markup) {
        const Batch batch = good(
            plain_source(
                {{"select.date.selector", "time"}, {"select.date.timezone", "Europe/Moscow"}}
            ),
            list_of("<li><a href=1>x</a>" + markup)
        );
        return shown(batch.statements.at(0));
    };
    CHECK_THAT(
        date("<time datetime=2023-03-17>17 March 2023, 10:00</time>"),
        Catch::Contains("2023-03-17T07:00:00Z min")
    );
    CHECK_THAT(
        date("<time datetime='2023-03-17T10:00+01:00'>17 mars 2023</time>"),
        Catch::Contains("2023-03-17T09:00:00Z min")
    );
    CHECK_THAT(
        date("<time datetime='2023-03-17T10:00:01Z'></time>"),
        Catch::Contains("2023-03-17T10:00:01Z s")
    );
}

TEST_CASE("an item that lacks what is required is passed over") {
    SourceConfig source = plain_source();
    source.options.set("select.date.required", true, Span());
    const std::string body = list_of(
        "<li><a href=1>x</a><span>2023-03-17</span><li><a href=2>y</a>"
        "<li><a href=3>z</a><span>2023-03-17</span>"
    );
    CHECK(good(source, body).statements.size() == 2);
    CHECK(bad(source, list_of("<li><a href=1>x</a>")).kind == ErrorKind::malformed);
}

TEST_CASE("with fewer items than there always are the page has changed") {
    SourceConfig source = plain_source();
    const Error none = bad(source, "<html><body><div id=root></div></body></html>");
    CHECK(none.kind == ErrorKind::malformed);
    CHECK(
        none.message ==
        "expected at least 1 item of `select.item`, got 0: the page may have changed"
    );
    source.options.set("min_items", std::int64_t(3), Span());
    CHECK(bad(source, list_of("<li><a href=1>x</a>")).kind == ErrorKind::malformed);
    source.options.set("min_items", std::int64_t(0), Span());
    CHECK(good(source, "<html></html>").statements.empty());
    CHECK(good(source, "").statements.empty());
}

TEST_CASE("an item that stands twice counts once") {
    const Batch batch =
        good(plain_source(), list_of("<li><a href=1>x</a><li><a href='1#more'>read on</a>"));
    CHECK(shown(batch) == Lines{"https://mfa.example/en/news/1 |  | x"});
}

TEST_CASE("the charset is that of the page, or what the configuration says") {
    // "новость" in Windows-1251, named late and not at all.
    const std::string word = "\xed\xee\xe2\xee\xf1\xf2\xfc";
    const std::string late =
        "<script>" + std::string(6000, ' ') + "</script><META CHARSET='windows-1251'>";
    CHECK(
        good(plain_source(), list_of("<li><a href=1>" + word + "</a>", late))
            .statements.at(0)
            .title == "новость"
    );
    SourceConfig source = plain_source({{"charset", "windows-1251"}});
    CHECK(
        good(source, list_of("<li><a href=1>" + word + "</a>", "<meta charset=gb2312>"))
            .statements.at(0)
            .title == "новость"
    );
}

TEST_CASE("what is wrong with the options is told where it stands") {
    const auto faults = [](const Written& options) {
        Diagnostics diagnostics;
        check_web_page(plain_source(options), diagnostics);
        std::string messages;
        for (const Diagnostic& one : diagnostics.all()) {
            CHECK(one.code == "SW124");
            messages += one.message + '\n';
        }
        return messages;
    };
    CHECK(faults({}).empty());
    CHECK(
        faults({{"select.item", "li:hover"}}) ==
        "`select.item`: `:hover` is not available in selectors\n"
    );
    CHECK_THAT(faults({{"select.title.regex", "abc"}}), Catch::Contains("needs one group"));
    CHECK_THAT(faults({{"select.title.regex", "(abc"}}), Catch::Contains("missing `)`"));
    CHECK_THAT(faults({{"select.date.format", "%Y %f"}}), Catch::Contains("unknown conversion"));
    CHECK_THAT(faults({{"select.date.timezone", "Peking"}}), Catch::Contains("no time zone"));
    CHECK_THAT(faults({{"charset", "klingon"}}), Catch::Contains("no charset"));
    CHECK_THAT(faults({{"select.title.attr", "a b"}}), Catch::Contains("the name of an attribute"));
    SourceConfig unknowable =
        written_source("web_page", site, {{"select.item", "li"}, {"article.text.selector", "p"}});
    Diagnostics diagnostics;
    check_web_page(unknowable, diagnostics);
    CHECK(diagnostics.errors() == 2);
    CHECK(bad(unknowable, "<li>").kind == ErrorKind::rejected);
}

TEST_CASE("what nobody points at is looked for in the metadata") {
    SourceConfig source = plain_source({{"article", "x"}});
    const std::string meta =
        "<meta property='og:title' content='Of Open Graph'><meta name=author content='A. Writer'>"
        "<meta property='article:published_time' content='2023-03-17T10:04:00+01:00'>"
        "<meta property='article:modified_time' content='2023-03-17T12:00:00Z'>"
        "<meta property='og:description' content='In short.'>";
    const auto of_meta = article(source, "<html><head>" + meta + "</head><body>x</body></html>");
    REQUIRE(of_meta);
    CHECK(shown(*of_meta) == "1 | 2023-03-17T09:04:00Z s | Of Open Graph");
    CHECK(of_meta->text == "In short.");
    CHECK(of_meta->author_name == "A. Writer");
    CHECK(of_meta->edited);
    CHECK(of_meta->edited_at == parse_time("2023-03-17T12:00:00Z"));

    const std::string json =
        "<script "
        "type='application/ld+json'>{\"@graph\":[{\"@type\":\"WebSite\",\"headline\":\"no\"},"
        "{\"@type\":[\"Thing\",\"https://schema.org/NewsArticle\"],\"headline\":\"Of JSON-LD\","
        "\"datePublished\":\"2023-03-17T08:00:00Z\",\"author\":[{\"name\":\"B. Writer\"}],"
        "\"articleBody\":\"<p>The <b>body</b>.</p>\"}]}</script>";
    const auto of_json = article(
        source,
        "<html><head>" + meta + "<script type=application/ld+json>{</script>" + json +
            "</head><body><article>other</article></body></html>"
    );
    REQUIRE(of_json);
    CHECK(shown(*of_json) == "1 | 2023-03-17T08:00:00Z s | Of JSON-LD");
    CHECK(of_json->text == "The body.");
    CHECK(of_json->author_name == "B. Writer");

    const auto of_body = article(
        source,
        "<body><nav>menu</nav><main><h1>Head</h1><p>Words.</p><aside>advert</aside></main>"
        "<time datetime=2023-03-17></time>"
    );
    REQUIRE(of_body);
    CHECK(of_body->text == "Head\n\nWords.");
    CHECK(shown(*of_body) == "1 | 2023-03-17T00:00:00Z day | ");
    for (const char* name : {"date", "pubdate", "publishdate", "DC.date.issued"}) {
        INFO(name);
        const auto dated = article(
            source,
            std::string("<meta content='2023-03-16' name=") + name + "><article>words</article>"
        );
        REQUIRE(dated);
        CHECK(shown(*dated) == "1 | 2023-03-16T00:00:00Z day | ");
    }
    CHECK_FALSE(article(source, "<html><body>nothing that is told apart</body></html>"));
}

TEST_CASE("what the list says of an article stays where it is as good") {
    Statement item;
    item.title = "Of the list";
    item.published_at = noon;
    item.published_precision = Precision::s;
    const auto read = article(
        plain_source({{"article", "x"}}),
        "<meta property=og:title content='Of the page'><meta name=date content=2023-03-16>"
        "<article>Words.</article>",
        item
    );
    REQUIRE(read);
    CHECK(read->title == "Of the list");
    CHECK(read->published_at == noon);
}

TEST_CASE("a list and an article as sites have them") {
    SourceConfig source = written_source(
        "web_page",
        "https://mfa.example/en/news/",
        {{"select.item", "ul.news > li"},
         {"select.title.selector", "a"},
         {"select.link.selector", "a"},
         {"select.id.attr", "data-id"},
         {"select.text.selector", ".lead"},
         {"select.date.selector", "time"},
         {"select.date.timezone", "Europe/Berlin"},
         {"next.selector", "a.older"},
         {"article", ""}}
    );
    source.options.set("drop", Lines{".promo"}, Span());
    const std::string list = read_file(fixture("web_page/list.html"));
    const Batch batch = good(source, list);
    CHECK(
        shown(batch) ==
        Lines{
            "103 | 2023-03-17T09:04:00Z s | Statement on the talks",
            "102 | 2023-03-16T17:30:00Z min | Visit of the President",
            "101 |  | Older release"}
    );
    CHECK(batch.statements[0].text == "The talks went on \u2014 for hours.");
    CHECK(batch.statements[1].url == "https://mfa.example/en/news/102.html");
    const auto page = parse_page_list(answer_of(list, site), read_page_settings(source));
    REQUIRE(page);
    CHECK(page->next == "https://mfa.example/en/news/?page=2");

    const std::string body = read_file(fixture("web_page/article.html"));
    const auto read = article(source, body, batch.statements[0]);
    REQUIRE(read);
    CHECK(
        read->text ==
        "Statement on the talks\n\nThe talks went on for hours.\n\nThey go on tomorrow."
    );
    CHECK(read->links == Lines{"https://mfa.example/en/calendar"});
    CHECK(read->author_name == "Press office");
    CHECK(read->edited_at == parse_time("2023-03-17T10:30:00Z"));

    // Cut at any byte it is read or refused.
    for (std::size_t size = 0; size <= list.size(); ++size) {
        (void)parse(source, answer_of(list.substr(0, size), site));
    }
    for (std::size_t size = 0; size <= body.size(); ++size) {
        (void)article(source, body.substr(0, size));
    }
}

TEST_CASE("a hostile page is read up to the limits") {
    std::string deep;
    for (int i = 0; i < 100'000; ++i) deep += "<div><ul class=news><li>";
    auto nested = parse(plain_source(), answer_of(deep + "<a href=1>x</a>", site));
    if (!nested) CHECK(nested.error().kind != ErrorKind::network);

    std::string many;
    for (int i = 0; i < 3000; ++i) many += "<li><a href='" + std::to_string(i) + "'>x</a>";
    CHECK(good(plain_source(), list_of(many)).statements.size() == 500);

    const std::string long_text(2'000'000, 'x');
    const Batch big = good(
        plain_source({{"select.text.selector", "a"}}),
        list_of("<li><a href='" + long_text + "'>x</a><li><a href=1>" + long_text + "</a>")
    );
    REQUIRE(big.statements.size() == 1);
    CHECK(big.statements[0].title.size() <= 4096);
    CHECK(big.statements[0].text.size() <= 256 * 1024);
    CHECK(big.statements[0].partial);
    const std::string nulls = list_of(std::string("<li><a href=1>x\0y\xff\xfe</a>", 20));
    CHECK(good(plain_source(), nulls).statements.size() == 1);
}
