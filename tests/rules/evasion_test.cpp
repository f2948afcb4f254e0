#include <string>

#include <catch2/catch.hpp>

#include "tests/rules/rule_text.hpp"

// Ways to write a word so that a program does not see it, through whole rules.

using namespace spokeswatch;
using testing::hits;
using testing::rule;

namespace {

std::string repeated(const std::string& part, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) text += part;
    return text;
}

}  // namespace

TEST_CASE("what cannot be seen does not hide a word") {
    for (const char* hidden :
         {"\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u180e", "\u034f"}) {
        CAPTURE(hidden);
        CHECK(
            hits("ceasefire talks", "The cease" + std::string(hidden) + "fire ta" + hidden + "lks")
        );
        CHECK(hits("制裁名单", "公布制" + std::string(hidden) + "裁名单"));
    }
    CHECK(hits("{exact: NATO}", "on N\u200bA\u00adTO"));
    CHECK(hits("{regex: 'sanct\\w+'}", "new sa\u200bnc\u2060tions"));
}

TEST_CASE("full width, mathematical and joined letters are the letters") {
    CHECK(hits("sanctions", "ｓａｎｃｔｉｏｎｓ"));
    CHECK(hits("sanctions", "𝓼𝓪𝓷𝓬𝓽𝓲𝓸𝓷𝓼 and 𝕤𝕒𝕟𝕔𝕥𝕚𝕠𝕟𝕤"));
    CHECK(hits("official office", "oﬃcial oﬀice"));
    CHECK(hits("パレード", "ﾊﾟﾚｰﾄﾞ"));
    CHECK(hits("G20", "Ｇ２０"));
}

TEST_CASE("a text that is turned around by controls reads as it is stored") {
    CHECK_FALSE(hits("sanctions", "\u202esnoitcnas\u202c"));
    CHECK(hits("sanctions", "\u202esanctions\u202c"));
    CHECK(hits("sanctions", "sanc\u2067tio\u2069ns"));
}

TEST_CASE("tag characters are nothing") {
    CHECK(hits("treaty", "tr\U000E0065\U000E0061eaty\U000E007F"));
    CHECK_FALSE(hits("treaty", "\U000E0074\U000E0072\U000E0065\U000E0061\U000E0074\U000E0079"));
}

TEST_CASE("a tower of ten thousand marks stands on its letter") {
    const std::string tower = repeated("\u0336\u0316", 5'000);
    const auto one = rule("treaty");
    const auto found = one.match("tre" + tower + "aty signed");
    REQUIRE(found.size() == 1);
    REQUIRE(found[0].highlights.size() == 1);
    CHECK(found[0].highlights[0].start == 0);
    CHECK(found[0].highlights[0].end == 10'006);
    CHECK(hits("договор", "дого" + tower + "вор"));
}

TEST_CASE("traditional and simplified Chinese find each other") {
    CHECK(hits("经济制裁", "宣布經濟制裁"));
    CHECK(hits("經濟制裁", "宣布经济制裁"));
    CHECK(hits("經濟制裁", "宣布经濟制裁"));
}

TEST_CASE("a line break and any space are one gap") {
    for (const char* gap : {"\n", "\r\n", "\t", "\u00a0", "\u3000", "\u2009", "\u202f", "\u2028"}) {
        CAPTURE(gap);
        CHECK(hits("peace treaty", "a peace" + std::string(gap) + "treaty"));
    }
    CHECK(hits("经济制裁", "经济\n制裁"));
    CHECK_FALSE(hits("peace treaty", "for peace\n\ntreaty"));
}

TEST_CASE("words are whole in scripts with spaces and anywhere in Chinese") {
    CHECK_FALSE(hits("state visit", "an estate visitor"));
    CHECK_FALSE(hits("арт", "старт"));
    CHECK(hits("制裁", "反制裁法"));
    CHECK(hits("制裁", "US制裁2026"));
}

TEST_CASE("case folds as the standard says, whatever the locale") {
    CHECK(hits("istanbul", "İSTANBUL"));
    CHECK(hits("istanbul", "ISTANBUL"));
    CHECK(hits("diyarbakır", "DIYARBAKIR"));
    CHECK(hits("straße", "STRASSE"));
    CHECK(hits("strasse", "STRAẞE"));
    CHECK(hits("πόλεμος", "ΠΟΛΕΜΟΣ"));
}

TEST_CASE("an expression cannot take long, and what needs backtracking is refused with its line") {
    const std::string hostile = repeated("a", 200'000) + "!";
    for (const char* slow : {"(a+)+$", "(a|a)*$", "(a|aa)+$", "(.*a){12}$", "^(a?){30}a{30}$"}) {
        CAPTURE(slow);
        const auto one = rule("{regex: '" + std::string(slow) + "'}");
        CHECK_FALSE(one.diagnostics.has_errors());
        CHECK_FALSE(one.hits(hostile));
    }
    for (const char* refused : {"(a)\\1", "(?=a)a", "(?<!a)b", "(a{1000}){1000}"}) {
        CAPTURE(refused);
        const auto one = rule("{regex: '" + std::string(refused) + "'}");
        CHECK(one.reports("SW131"));
        for (const Diagnostic& fault : one.diagnostics.all())
            if (fault.code == "SW131") CHECK(fault.span.line == 3);
    }
}

TEST_CASE("letters of another script hide a word unless a rule asks for look-alikes") {
    const std::string on = "    confusables: true\n";
    const std::vector<std::string> written{"sаnctions", "sаnсtiоns", "ѕanctions", "sanctiοns"};
    for (const std::string& text : written) {
        CAPTURE(text);
        CHECK_FALSE(hits("sanctions", "new " + text));
        const auto found = rule("sanctions", on).match("new " + text);
        REQUIRE(found.size() == 1);
        REQUIRE_FALSE(found[0].highlights.empty());
        CHECK(found[0].highlights[0].look_alike);
    }
    const auto plain = rule("sanctions", on).match("new sanctions");
    REQUIRE(plain.size() == 1);
    CHECK_FALSE(plain[0].highlights[0].look_alike);
}
