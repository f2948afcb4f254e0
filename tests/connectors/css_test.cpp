// CSS selectors and XPath over small pages: what is found, and what is refused where.

#include "connectors/css.hpp"

#include <catch2/catch.hpp>

#include "connectors/html.hpp"
#include "connectors/selector.hpp"

using namespace spokeswatch;

namespace {

constexpr std::string_view page =
    "<html lang=en><head><title>t</title></head><body>"
    "<div id=top class='box  Main\tnews'><h2 id=h>Head</h2>"
    "<ul id=list><li id=a class=first>one <a id=aa href='/1.html' rel=next>x</a></li>"
    "<li id=b data-kind='Press-Release en'>two<span id=bs>deep <b id=bb>down</b></span></li>"
    "<li id=c lang=en-GB>three \"quoted\" it's</li><p id=p></p><li id=d>four</li></ul></div>"
    "<div id=foot><a id=fa href='https://x.example/2.pdf'>y</a></div></body></html>";

std::string found(const std::string& text, std::string_view document = page) {
    std::optional<SelectorProblem> problem;
    const Selector selector = Selector::compile(text, problem);
    if (problem) return "refused: " + problem->message;
    const Document parsed = parse_html(document, "utf-8");
    SelectorBudget budget;
    const auto all = selector.find(parsed.root(), budget);
    if (!all) return "error: " + all.error().message;
    std::string ids;
    for (const Selector::Found& one : *all) {
        if (!ids.empty()) ids += ' ';
        ids += one.node ? one.node.attribute("id") : '=' + one.text;
    }
    return ids;
}

struct Case {
    const char* selector;
    const char* ids;
};

}  // namespace

TEST_CASE("selectors find what they find in a browser") {
    const std::vector<Case> cases{
        {"li", "a b c d"},
        {"LI", "a b c d"},
        {"*#top", "top"},
        {".news", "top"},
        {"div.box.Main", "top"},
        {".main", ""},
        {".box.news#top h2", "h"},
        {"ul li", "a b c d"},
        {"div li", "a b c d"},
        {"div > li", ""},
        {"ul > li > a", "aa"},
        {"body a", "aa fa"},
        {"h2 + ul", "list"},
        {"h2 ~ ul > p", "p"},
        {"p + li", "d"},
        {"li + p", "p"},
        {"li ~ li", "b c d"},
        {"#a ~ p", "p"},
        {"h2, p , #fa", "h p fa"},
        {"[href]", "aa fa"},
        {"[rel=next]", "aa"},
        {"[rel='NEXT' i]", "aa"},
        {"[rel='NEXT']", ""},
        {"[href^='/']", "aa"},
        {"[href$=\".pdf\"]", "fa"},
        {"[href$='/1.html']", "aa"},
        {"[href$='xx/1.html']", ""},
        {"[href*=example]", "fa"},
        {"[href*='']", ""},
        {"[data-kind~=en]", "b"},
        {"[data-kind~='press-release' i]", "b"},
        {"li[lang|=en]", "c"},
        {"li[lang|='en-GB']", "c"},
        {"li:first-child", "a"},
        {"li:last-child", "d"},
        {"li:nth-child(2)", "b"},
        {"li:nth-child(odd)", "a c d"},
        {"li:nth-child(2n)", "b"},
        {"li:nth-child(2n + 1)", "a c d"},
        {"li:nth-child(-n+2)", "a b"},
        {"li:nth-child(n+3)", "c d"},
        {"li:nth-of-type(4)", "d"},
        {"li:nth-of-type(even)", "b d"},
        {"li:first-of-type, p:first-of-type", "a p"},
        {"li:not(.first)", "b c d"},
        {"li:not(.first, #b):not([lang])", "d"},
        {"li:not(div.box li)", ""},
        {"li:has(a)", "a"},
        {"li:has(> b)", ""},
        {"li:has(> span b)", "b"},
        {"li:has(+ p)", "c"},
        {"li:has(a, b)", "a b"},
        {"div:has(h2 ~ ul)", "top"},
        {":is(h2, p)", "h p"},
        {"div :is(ul > .first, #b span)", "a bs"},
        {"li:contains('two')", "b"},
        {"li:contains(\"deep down\")", "b"},
        {"li:contains('\"quoted\" it\\'s')", "c"},
        {":root > body > div:last-child a", "fa"},
        {"#\\61", "a"},
        {"#\\000062 ", "b"},
    };
    for (const Case& one : cases) {
        INFO(one.selector);
        CHECK(found(one.selector) == one.ids);
    }
}

TEST_CASE("ancestors that a selector asks for may stand above the place of the search") {
    std::optional<SelectorProblem> problem;
    const Document document = parse_html(page, "utf-8");
    SelectorBudget budget;
    const Node item = Selector::compile("#b", problem).find(document.root(), budget)->at(0).node;
    const auto names = [&](const char* selector) {
        std::string ids;
        const auto all = Selector::compile(selector, problem).find(item, budget);
        for (const auto& one : *all) ids += one.node.attribute("id") + ' ';
        return ids;
    };
    CHECK(names("ul span") == "bs ");
    CHECK(names("li") == "");
    CHECK(names("*") == "bs bb ");
    CHECK(names("./span/b") == "bb ");
    CHECK(names("//h2") == "h ");
}

TEST_CASE("XPath is taken as it is") {
    CHECK(found("//li[position()<3]") == "a b");
    CHECK(found("/html/body/div[2]/a") == "fa");
    CHECK(found("xpath:descendant::b") == "bb");
    CHECK(found("//a/@href") == "=/1.html =https://x.example/2.pdf");
    CHECK(found("//li[1]/text()") == "=one ");
    CHECK(found("xpath:count(//li)") == "=4");
    CHECK(found("xpath:string(//h2)") == "=Head");
    CHECK(found("//li[$nobody]") == "");
    CHECK(found("//nobody:li") == "");
}

TEST_CASE("what is not available in selectors is refused where it stands") {
    struct Refusal {
        const char* selector;
        std::size_t offset;
        const char* message;
    };
    const std::vector<Refusal> refusals{
        {"", 0, "a CSS selector is missing here"},
        {"ul >", 4, "a CSS selector is missing here"},
        {"ul, ", 4, "a CSS selector is missing here"},
        {"li::before", 2, "`::before` is not available in selectors"},
        {"новость a:hover", 0, "no element has this name"},
        {"a:hover", 1, "`:hover` is not available in selectors"},
        {".новость:hover", 8, "`:hover` is not available in selectors"},
        {":nth-of-type(2)", 0, "`:nth-of-type` needs the name of an element before it"},
        {"li:nth-child(x)", 13, "`nth` needs a number, `odd`, `even` or a form as `2n+1`"},
        {"li:not(.a", 6, "this is not closed: missing `)`"},
        {"[href", 0, "this is not closed: missing `]`"},
        {"[href='x]", 6, "a text in quotes is not closed"},
        {"[href=2]", 6, "expected a word or a text in quotes here"},
        {"[href!=x]", 5, "an attribute goes on with `]` or one of = ~= ^= $= *= |="},
        {"li..a", 3, "expected the name of a class here"},
        {"#", 1, "expected an id here"},
        {"a { }", 2, "a CSS selector cannot have `{` here"},
        {"a)", 1, "a CSS selector cannot have `)` here"},
        {":contains(x)", 10, "`:contains` needs a text in quotes"},
        {":not", 0, "`:not` needs brackets behind it"},
        {"\\110000 ", 0, "there is no such character"},
        {"//li[", 5, "this is no XPath 1.0 expression"},
        {"xpath:li]", 8, "this is no XPath 1.0 expression"},
    };
    for (const Refusal& one : refusals) {
        INFO(one.selector);
        std::optional<SelectorProblem> problem;
        CHECK_FALSE(Selector::compile(one.selector, problem));
        if (!problem) {
            FAIL_CHECK("it is not refused");
            continue;
        }
        CHECK(problem->message == one.message);
        CHECK(problem->offset == one.offset);
    }
}

TEST_CASE("a selector is bounded in length and depth") {
    std::optional<SelectorProblem> problem;
    std::string deep = "a";
    for (int i = 0; i < 9; ++i) deep = ":not(" + deep + ')';
    Selector::compile(deep, problem);
    REQUIRE(problem);
    CHECK(problem->message == "brackets are nested too deeply");
    std::string chain = "a";
    for (int i = 0; i < 2000; ++i) chain += " a";
    Selector::compile(chain, problem);  // compiled or refused
    Selector::compile(std::string(5000, 'a'), problem);
    REQUIRE(problem);
    CHECK(problem->message == "a selector is UTF-8 text of at most 4 KiB");
    Selector::compile("a\xff", problem);
    CHECK(problem);
}

TEST_CASE("a selector that looks at every pair of elements runs out of its budget") {
    std::string wide = "<html><body>";
    for (int i = 0; i < 20'000; ++i) wide += "<i></i>";
    CHECK(found("b ~ i", wide) == "error: the page is too complex for its selectors");
    CHECK(found("i + b, i:last-child, i:first-child + i", wide + "<b id=x></b>") == "x");
}

TEST_CASE("elements are taken out with what is in them") {
    const Document document = parse_html(page, "utf-8");
    std::optional<SelectorProblem> problem;
    SelectorBudget budget;
    const auto all = Selector::compile("#b, #b span, b", problem).find(document.root(), budget);
    std::vector<Node> nodes;
    for (const auto& one : *all) nodes.push_back(one.node);
    REQUIRE(nodes.size() == 3);
    remove_nodes(nodes);
    const auto left = Selector::compile("li, span", problem).find(document.root(), budget);
    CHECK(left->size() == 3);
}
