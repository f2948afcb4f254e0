#include "config/expression.hpp"

#include <catch2/catch.hpp>

#include "tests/config/loaded.hpp"
#include "tests/config/match_shape.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

// The scalar of `match` as it stands in a file: `value` is what follows the colon.
Loaded written(const std::string& value) {
    return Loaded(
        "concepts: [{name: visit, terms: {en: [state visit], zh: [国事访问]}}, "
        "{name: war.2, terms: [war]}]\n"
        "rules:\n  - name: r\n    examples: {match: x}\n    match: " +
        value + "\n"
    );
}

std::string tree(const std::string& value) {
    const Loaded loaded = written(value);
    INFO(loaded.shown());
    REQUIRE(loaded.errors().empty());
    REQUIRE(loaded.config.rules.size() == 1);
    return shape(loaded.config.rules[0].match);
}

// The tree of an expression, in a literal block so that it needs no quotes.
std::string parsed(const std::string& expression) { return tree("|\n      " + expression); }

// Place, message and hint of the only fault of an expression, the column counted within it.
std::string told(const std::string& expression) {
    const Loaded loaded = written("|\n      " + expression);
    INFO(loaded.shown());
    REQUIRE(loaded.diagnostics.errors() == 1);
    const Diagnostic& fault = loaded.diagnostics.all().front();
    CHECK(fault.span.line == 6);
    std::string out = fault.code + " " + std::to_string(fault.span.column - 6);
    out += "+" + std::to_string(fault.span.length) + " " + fault.message;
    if (!fault.label.empty()) out += ": " + fault.label;
    return out;
}

// line:column+length of the only fault.
std::string place(const std::string& value) {
    const Loaded loaded = written(value);
    INFO(loaded.shown());
    REQUIRE(loaded.diagnostics.errors() == 1);
    const Span& span = loaded.diagnostics.all().front().span;
    return std::to_string(span.line) + ":" + std::to_string(span.column) + "+" +
           std::to_string(span.length);
}

}  // namespace

TEST_CASE("a text without operator, quote, parenthesis or sign is one phrase") {
    CHECK(tree("state visit") == "state visit");
    CHECK(tree("pay* a visit") == "pay* a visit");
    CHECK(tree("Xi's visit, 2023") == "Xi's visit, 2023");
    CHECK(tree("and or not near") == "and or not near");
    CHECK(tree("10:30 Re:Zero W/O PRE/POST US$ 5") == "10:30 Re:Zero W/O PRE/POST US$ 5");
    CHECK(tree("“state visit”") == "“state visit”");
    CHECK(tree("C# a@b и/или - & -5") == "C# a@b и/или - & -5");
    CHECK(tree("|\n      state visit") == "state visit");
    CHECK(tree(">\n      state\n      visit\n") == "state visit");
}

TEST_CASE("every sort of term stands in an expression") {
    CHECK(parsed("visit AND war") == "all(visit, war)");
    CHECK(parsed("(visit)") == "visit");
    CHECK(parsed("visit* AND война") == "all(visit*, война)");
    CHECK(parsed("\"state visit\"") == "state visit");
    CHECK(parsed("\"pay* a visit\" OR x") == "any(pay* a visit, x)");
    CHECK(parsed("exact:\"WHO\" OR exact:\"U.S. Navy\"") == "any(exact[WHO], exact[U.S. Navy])");
    CHECK(parsed(R"(exact:"a \"b\" \\ \c")") == R"(exact[a "b" \ \c])");
    CHECK(parsed("/a b+/") == "/a b+/");
    CHECK(parsed(R"(/a\/b (c|d)/i AND x)") == R"(all(/a\/b (c|d)/i, x))");
    CHECK(parsed("$visit") == "$visit");
    CHECK(parsed("$visit.zh OR $war.2") == "any($visit.zh, $war.2)");
    CHECK(parsed("#StateVisit") == "tag:#StateVisit");
    CHECK(
        parsed("#国事访问 OR @MFA_China OR @a@b.example") ==
        "any(tag:#国事访问, mention:@MFA_China, mention:@a@b.example)"
    );
}

TEST_CASE("operators join, NOT binds to what follows, and parentheses group") {
    CHECK(parsed("one AND two AND six") == "all(one, two, six)");
    CHECK(parsed("one OR two OR six") == "any(one, two, six)");
    CHECK(parsed("one AND NOT two") == "all(one, none(two))");
    CHECK(parsed("NOT two AND one") == "all(none(two), one)");
    CHECK(parsed("(one OR two) AND NOT (six OR ten)") == "all(any(one, two), none(six, ten))");
    CHECK(parsed("one AND NOT (six AND ten)") == "all(one, none(all(six, ten)))");
    CHECK(parsed("one AND(two OR(six))AND NOT(ten)") == "all(one, any(two, six), none(ten))");
    CHECK(parsed("one AND (two OR NOT six)") == "all(one, any(two, none(six)))");
    CHECK(parsed("NOT one NEAR/3 two AND six") == "all(none(near/3(one, two)), six)");
    CHECK(parsed("((one))") == "one");
    CHECK(parsed("ONE AND Or") == "all(ONE, Or)");
}

TEST_CASE("NEAR and BEFORE count words, and three aliases are known") {
    CHECK(parsed("one NEAR/0 two") == "near/0(one, two)");
    CHECK(parsed("one BEFORE/50 \"two six\"") == "before/50(one, two six)");
    CHECK(parsed("one ONEAR/5 two") == "before/5(one, two)");
    CHECK(parsed("one PRE/5 two") == "before/5(one, two)");
    CHECK(parsed("one W/5 two") == "near/5(one, two)");
    CHECK(
        parsed("(one OR $visit) NEAR/5 (two OR (six OR ten))") ==
        "near/5(any(one, $visit), any(two, any(six, ten)))"
    );
    CHECK(parsed("one NEAR/5 two AND six NEAR/5 ten") == "all(near/5(one, two), near/5(six, ten))");
}

TEST_CASE("a field narrows what stands behind its colon") {
    CHECK(parsed("title:visit") == "title:visit");
    CHECK(parsed("title: visit") == "title:visit");
    CHECK(parsed("author:\"Wang Yi\" AND text:war") == "all(author:Wang Yi, text:war)");
    CHECK(
        parsed("quote:$visit OR alt:exact:\"WHO\" OR title:/x+/i") ==
        "any(quote:$visit, alt:exact[WHO], title:/x+/i)"
    );
    CHECK(
        parsed("title:(one AND NOT (two OR six))") == "all(title:one, none(title:two, title:six))"
    );
    CHECK(parsed("title:(one NEAR/3 $visit)") == "near/3(title:one, title:$visit)");
    CHECK(parsed("title:one NEAR/3 title:two") == "near/3(title:one, title:two)");
    CHECK(
        parsed("link:kremlin.ru/events?a=b AND link:https://a.example:80/x#y") ==
        "all(link:kremlin.ru/events?a=b, link:https://a.example:80/x#y)"
    );
    CHECK(
        parsed("tag:StateVisit OR tag:#war OR tag:(a1 OR #b1)") ==
        "any(tag:StateVisit, tag:#war, any(tag:a1, tag:#b1))"
    );
    CHECK(
        parsed("mention:user@host.example OR mention:@mfa") ==
        "any(mention:user@host.example, mention:@mfa)"
    );
    CHECK(parsed("NOT title:(one OR two) AND six") == "all(none(title:one, title:two), six)");
}

TEST_CASE("white space of every kind stands between words") {
    CHECK(parsed("one　AND\u00a0two\tAND  six") == "all(one, two, six)");
}

TEST_CASE("two words side by side are refused, and the readings are offered") {
    CHECK(
        told("state visit AND war") ==
        "SW133 1+11 two words stand side by side without an operator: write `\"state visit\"`, "
        "`state AND visit` or `(state OR visit)`"
    );
    CHECK(
        told("war OR 国事 访问") ==
        "SW133 8+5 two words stand side by side without an operator: write `\"国事 访问\"`, "
        "`国事 AND 访问` or `(国事 OR 访问)`"
    );
    CHECK(
        told("(a1 b1 c1)") ==
        "SW133 2+8 words stand side by side without an operator: write `\"a1 b1 c1\"`, "
        "`a1 AND b1 AND c1` or `(a1 OR b1 OR c1)`"
    );
    CHECK(
        told("\"state visit\" war") ==
        "SW133 1+17 two words stand side by side without an operator: write "
        "`\"state visit war\"`, `\"state visit\" AND war` or `(\"state visit\" OR war)`"
    );
    CHECK(
        told("$visit Moscow") ==
        "SW133 1+13 two conditions stand side by side without an operator: put AND or OR between "
        "them"
    );
    CHECK(
        told("(one OR two) (six)") ==
        "SW133 1+14 two conditions stand side by side without an operator: put AND or OR between "
        "them"
    );
    CHECK(
        told("one NOT two") ==
        "SW133 5+3 NOT stands here without AND or OR before it: write `AND NOT`"
    );
}

TEST_CASE("lower-case operators are words, and beside real ones they are refused") {
    CHECK(
        told("visit and war OR peace") ==
        "SW133 7+3 `and` is a word here: operators are written in capitals: write `AND`"
    );
    CHECK(
        told("(visit or war)") ==
        "SW133 8+2 `or` is a word here: operators are written in capitals: write `OR`"
    );
    CHECK(
        told("visit not war OR peace") ==
        "SW133 7+3 `not` is a word here: operators are written in capitals: write `AND NOT`"
    );
    CHECK(
        told("visit near/5 war") == "SW133 7+6 operators are written in capitals: write `NEAR/5`"
    );
    const Loaded lower = written("war and peace");
    CHECK(lower.errors().empty());
    CHECK_THAT(
        lower.lines("SW215"), Catch::Contains("5:16") && Catch::Contains("`and` is searched")
    );
}

TEST_CASE("AND with OR on one level is refused with both readings") {
    CHECK(
        told("one AND two OR six") ==
        "SW133 13+2 AND and OR stand on one level: which belongs together?: write "
        "`(one AND two) OR six` or `one AND (two OR six)`"
    );
    CHECK(
        told("one OR two AND \"six ten\" AND NOT (a1 OR b1) OR c1") ==
        "SW133 12+3 AND and OR stand on one level: which belongs together?: write "
        "`one OR (two AND \"six ten\" AND NOT (a1 OR b1)) OR c1` or "
        "`(one OR two) AND \"six ten\" AND (NOT (a1 OR b1) OR c1)`"
    );
    const std::string many = "term AND " + std::string(200, 'x') + " OR other";
    CHECK_THAT(told(many), Catch::Contains("put parentheses around what belongs together"));
}

TEST_CASE("NOT alone is refused, and so is NOT inside NEAR") {
    CHECK(
        told("NOT horoscope") ==
        "SW133 1+13 NOT alone is true of nearly every statement: join it to what is looked for: "
        "`a AND NOT b`"
    );
    CHECK_THAT(told("NOT one AND NOT two"), Catch::StartsWith("SW133 1+19 NOT alone"));
    CHECK_THAT(told("one OR NOT two"), Catch::StartsWith("SW133 1+14 NOT alone"));
    CHECK_THAT(told("NOT (NOT one)"), Catch::Contains("NOT alone"));
    CHECK(told("NOT NOT one") == "SW133 1+7 two NOT say nothing: leave both out, or one of them");
    CHECK(
        told("one NEAR/5 NOT two") ==
        "SW133 12+3 NOT cannot stand inside NEAR/5: write `one AND NOT two` or "
        "`one AND NOT (one NEAR/5 two)`"
    );
    CHECK(
        told("one NEAR/5 NOT (two)") ==
        "SW133 12+3 NOT cannot stand inside NEAR/5: say it beside: `... AND NOT ...`"
    );
    CHECK(
        told("one NEAR/5 (NOT two)") ==
        "SW133 12+9 NOT cannot stand inside NEAR/5: say it beside: `... AND NOT ...`"
    );
}

TEST_CASE("the sides of NEAR have a place in the text, and there are two of them") {
    for (const char* side :
         {"(two AND six)", "exact:\"WHO\"", "/x/", "#tag", "@who", "link:a.example"}) {
        INFO(side);
        CHECK_THAT(
            told("one NEAR/5 " + std::string(side)),
            Catch::StartsWith("SW133 12+") &&
                Catch::Contains("a side of NEAR/5 is a term, a concept or OR of these")
        );
    }
    CHECK(
        told("one NEAR/5 two BEFORE/3 six") ==
        "SW133 16+8 NEAR/5 and BEFORE/3 in a row: each joins two sides: write "
        "`(one NEAR/5 two) AND (two BEFORE/3 six)`"
    );
    CHECK_THAT(
        told("one NEAR two"), Catch::Contains("`NEAR` needs a number of words: write `NEAR/10`")
    );
    for (const char* wrong :
         {"NEAR/51", "NEAR/x", "NEAR/", "BEFORE/05", "ONEAR/100", "NEAR/5x", "W/99"}) {
        INFO(wrong);
        CHECK_THAT(
            told("one " + std::string(wrong) + " two"),
            Catch::StartsWith("SW115 5+") && Catch::Contains("from 0 to 50")
        );
    }
}

TEST_CASE("operators of other programs are refused with ours") {
    CHECK(
        told("one adj5 two") ==
        "SW133 5+4 `adj5` is an operator of another program: write `BEFORE/5`: at most 5 words "
        "between, the left side first"
    );
    CHECK(
        told("one NEAR12 two") ==
        "SW133 5+6 `NEAR12` is an operator of another program: write `NEAR/12`: at most 12 words "
        "between, in any order"
    );
    CHECK(told("one && two") == "SW133 5+2 `&&` is no operator here: write `AND`");
    CHECK(told("one || two") == "SW133 5+2 `||` is no operator here: write `OR`");
    CHECK(
        told("visit -horoscope") ==
        "SW133 7+10 a minus does not exclude a word here: write `AND NOT horoscope`"
    );
    CHECK(
        told("+visit +国事") ==
        "SW133 1+6 a plus does not ask for a word here: write `visit`, and "
        "AND between the words"
    );
    CHECK_THAT(told("国事 ANDNOT b"), Catch::Contains("SW133 4+6") && Catch::Contains("`AND NOT`"));
    CHECK_THAT(told("a XOR b"), Catch::Contains("write `(a OR b) AND NOT (a AND b)`"));
    CHECK_THAT(told("a w/5 b"), Catch::Contains("SW133 3+3") && Catch::Contains("`W/5`"));
    CHECK_THAT(told("hashtag:visit OR b"), Catch::Contains("did you mean `tag`?"));
    CHECK_THAT(told("source:mfa OR b"), Catch::Contains("stands in its `from`"));
    CHECK_THAT(told("regex:x+"), Catch::Contains("belongs to the mapping form: write `/.../`"));
    CHECK_THAT(told("concept:visit"), Catch::Contains("write `$name` in an expression"));
    CHECK_THAT(told("any:[a, b]"), Catch::Contains("write `match: {any: ...}`, with a space"));
}

TEST_CASE("an operator, parenthesis or quote without its other half is told where it stands") {
    CHECK(
        told("AND one") ==
        "SW133 1+3 AND needs something before it: put the word itself in "
        "quotes to search it"
    );
    CHECK(told("one AND") == "SW133 5+3 AND needs something behind it: the expression ends here");
    CHECK(
        told("one AND OR two") ==
        "SW133 5+3 AND needs something behind it: OR follows: is one of the two too many?"
    );
    CHECK(
        told("(OR one)") ==
        "SW133 2+2 OR needs something before it: put the word itself in "
        "quotes to search it"
    );
    CHECK(
        told("one AND (two OR)") ==
        "SW133 14+2 OR needs something behind it: the expression ends here"
    );
    CHECK(told("NOT") == "SW133 1+3 NOT needs something behind it: the expression ends here");
    CHECK(
        told("one NEAR/5") == "SW133 5+6 NEAR/5 needs something behind it: the expression ends here"
    );
    CHECK(
        told("NEAR/5 one") ==
        "SW133 1+6 NEAR/5 needs something before it: put the word itself "
        "in quotes to search it"
    );
    CHECK(told("()") == "SW133 1+2 there is nothing between these parentheses");
    CHECK(
        told("one AND (two OR six") ==
        "SW133 9+1 this `(` is never closed: a `)` is missing behind it"
    );
    CHECK(told("one AND two)") == "SW133 12+1 this `)` closes nothing: remove it");
    CHECK(
        told(")") == "SW133 1+1 this `)` closes nothing: put the word itself in quotes to search it"
    );
    CHECK(
        told("one AND \"two") ==
        "SW133 9+1 this quote is never closed: the phrase needs a `\"` behind it"
    );
    CHECK(
        told("one AND \" \"") ==
        "SW113 9+3 there is nothing between these quotes: write a word "
        "or a phrase"
    );
    CHECK(
        told("Xi\"s visit\"") ==
        "SW133 3+1 a quote begins inside a word: put a space or an operator before it"
    );
    CHECK(
        told("one AND /x+") ==
        "SW133 9+1 a regular expression begins with this `/` and is never closed: write `/.../`, "
        "or put the text in quotes to search it as it is"
    );
    CHECK_THAT(told("/a/b/c"), Catch::StartsWith("SW133 3+4 behind the `/`"));
    CHECK_THAT(told("/x/g"), Catch::StartsWith("SW133 3+2 behind the `/`"));
    CHECK_THAT(told("one AND //"), Catch::StartsWith("SW113 9+2 this regular expression is empty"));
}

TEST_CASE("mistakes with fields, concepts and exact are told") {
    CHECK(
        told("one AND titel:visit") == "SW133 9+5 no field is named `titel`: did you mean `title`?"
    );
    CHECK(
        told("one AND xyz:visit") ==
        "SW133 9+3 no field is named `xyz`: to search the text, write `\"xyz:visit\"`"
    );
    CHECK(
        told("one AND https://a.example/") ==
        "SW133 9+5 no field is named `https`: write `link:https://a.example/`"
    );
    CHECK(
        told("title:") ==
        "SW133 1+6 `title:` needs something to look for: write `title:word` or "
        "`title:\"a phrase\"`"
    );
    CHECK_THAT(told("title:NOT x"), Catch::Contains("`title:` needs something to look for"));
    CHECK(
        told("title:quote:x") ==
        "SW133 7+6 `quote` cannot stand inside `title`: join the two by AND"
    );
    CHECK(
        told("title:(x1 OR quote:y1)") ==
        "SW117 20+2 `quote` cannot stand inside `title`: join the two by AND"
    );
    CHECK_THAT(told("tag:$visit"), Catch::Contains("`tag` is compared as a whole"));
    CHECK_THAT(told("link:(a1 NEAR/3 b1)"), Catch::Contains("`link` is compared as a whole"));
    CHECK(told("exact:WHO") == "SW133 1+9 `exact:` needs a text in quotes: write `exact:\"WHO\"`");
    CHECK_THAT(told("one OR exact: \"WHO\""), Catch::Contains("needs a text in quotes"));
    CHECK_THAT(
        told("$vist"), Catch::Contains("SW121 2+4 no concept is named `vist`: did you mean")
    );
    CHECK_THAT(told("$5,000 AND x"), Catch::Contains("is not the name of a concept"));
    CHECK_THAT(told("one AND vi*"), Catch::Contains("SW132 9+3"));
    CHECK_THAT(told("one AND \"a vis*it\""), Catch::Contains("SW132 10+8"));
}

TEST_CASE("signs of other keyboards are refused where they would be words") {
    CHECK(
        told("“state visit” AND war") ==
        "SW104 1+1 curly quote `“` where an expression needs `\"`: replace with `\"`"
    );
    CHECK(
        told("（普京 OR 习近平） AND 访问") ==
        "SW104 1+1 full-width parenthesis `（` where an expression needs `(`: replace with `(`"
    );
    CHECK(
        told("war OR «мир»") ==
        "SW104 8+1 angle quote `«` where an expression needs `\"`: replace with `\"`"
    );
    CHECK(
        told("war OR ＃tag") ==
        "SW104 8+1 full-width sign `＃` where an expression needs `#`: replace with `#`"
    );
    CHECK(
        told("'state visit' AND war") ==
        "SW133 1+1 single quotes do not make a phrase: write `\"...\"` instead of `'...'`"
    );
}

TEST_CASE("a fault is shown at its character however the scalar is written") {
    // Line 5 is `    match: `: the value begins in column 12.
    CHECK(place("one AND (two") == "5:20+1");
    CHECK(place("'one AND (two'") == "5:21+1");
    CHECK(place("\"one AND (two\"") == "5:21+1");
    CHECK(place(R"("\"国事\" AND (two")") == "5:24+1");
    CHECK(place(R"("\u56fd\x41 AND (two")") == "5:28+1");
    CHECK(place("'don''t AND (two'") == "5:24+1");
    CHECK(place("国事 AND (two") == "5:19+1");
    CHECK(place("&anchor one AND (two") == "5:28+1");
    CHECK(place("&anchor 'one AND (two'") == "5:29+1");
    CHECK(place("\n      one\n      AND (two") == "7:11+1");
    CHECK(place("one\n      AND\n\n      (two") == "8:7+1");
    CHECK(place("'one\n      AND (two'") == "6:11+1");
    CHECK(place("\"one \\\n      AND (two\"") == "6:11+1");
    CHECK(place("|\n      one\n      AND (two") == "7:11+1");
    CHECK(place("|-\n      one\n\n        AND (two") == "8:13+1");
    CHECK(place(">\n      one\n      AND (two\n      OR six") == "7:11+1");
    CHECK(place(">- # a comment\n      one\n\n      AND (two") == "8:11+1");
    CHECK(place(">2\n      one\n      AND (two") == "7:11+1");
    CHECK(place(">\r\n      one\r\n      AND (two\r") == "7:11+1");
    // A place is cut at the end of its line.
    CHECK(place(">\n      state\n      visit AND war") == "6:7+5");
}

TEST_CASE("nodes of an expression know their own place") {
    const Loaded loaded = written(">\n      (\"state visit\" OR\n      $visit) AND /x+/");
    REQUIRE(loaded.errors().empty());
    const MatchNode& all = loaded.config.rules.at(0).match;
    const MatchNode& any = all.children.at(0);
    const auto spot = [](const MatchNode& node) {
        return std::to_string(node.span.line) + ":" + std::to_string(node.span.column) + "+" +
               std::to_string(node.span.length);
    };
    CHECK(spot(all) == "6:7+1");
    CHECK(spot(any.children.at(0)) == "6:9+11");
    CHECK(spot(any.children.at(1)) == "7:8+5");
    CHECK(spot(all.children.at(1)) == "7:20+2");
}

TEST_CASE("expressions are bounded in size and depth") {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '(') + "one" + std::string(depth, ')');
    };
    CHECK(parsed(nested(64)) == "one");
    CHECK(told(nested(65)) == "SW107 65+1 parentheses are nested more than 64 levels deep");
    CHECK_THAT(told(nested(100'000)), Catch::Contains("SW107 65+1"));
    std::string many = "term0";
    for (int i = 1; i < 20'000; ++i) many += " OR term" + std::to_string(i);
    const Loaded loaded = written("|\n      " + many);
    CHECK(loaded.errors().empty());
    CHECK(loaded.config.rules.at(0).match.children.size() == 20'000);
    CHECK_THAT(told(many + " OR " + std::string(300'000, 'x')), Catch::Contains("SW107 1+1"));
}

TEST_CASE("the word forms of a rule reach every term of its expression") {
    const Loaded loaded(
        "concepts: [{name: c, terms: [war]}]\n"
        "rules:\n"
        "  - {name: a, match: one AND ($c OR title:two), forms: none}\n"
        "  - {name: b, match: one AND ($c OR title:two)}\n"
    );
    REQUIRE(loaded.errors().empty());
    CHECK(shape(loaded.config.rules.at(0).match) == "all(=one, any(=$c, =title:two))");
    CHECK(shape(loaded.config.rules.at(1).match) == "all(one, any($c, title:two))");
}
