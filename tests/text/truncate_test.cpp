#include "text/truncate.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "base/utf8.hpp"
#include "tests/support/fixtures.hpp"
#include "text/html_text.hpp"

using namespace spokeswatch;

namespace {

std::size_t bytes(std::string_view text) { return text.size(); }

std::string repeat(std::string_view unit, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i) out += unit;
    return out;
}

}  // namespace

TEST_CASE("a text that fits is left as it is") {
    CHECK(truncate("state visit", 11, bytes) == "state visit");
    CHECK(truncate("", 0, bytes).empty());
}

TEST_CASE("a cut text ends with an ellipsis and is within the limit") {
    CHECK(truncate("state visit", 10, bytes) == "state v…");
    CHECK(truncate("state visit", 3, bytes) == "…");
    CHECK(truncate("state visit", 2, bytes).empty());
    CHECK(truncate("国事访问", 3, code_points) == "国事…");
    CHECK(truncate("визит", 9, bytes) == "виз…");
    CHECK(truncate("a🔥b", 3, utf16_units) == "a…");
}

TEST_CASE("graphemes are never split at any limit of any unit") {
    const std::vector<std::string> graphemes{
        "👨‍👩‍👧‍👦",
        "🇷🇺",
        "🇨🇳",
        "e\u0301",
        "国",
        "й",
        "ﬁ",
        "👍🏽",
        "नि",
        "각",
        "\u1112\u1161\u11AB",
        "x"};
    std::string text;
    std::vector<std::string> prefixes{""};
    for (const auto& grapheme : graphemes) prefixes.push_back(text += grapheme);
    const auto escaped = [](std::string_view part) { return escape_html(part).size(); };
    for (const std::function<std::size_t(std::string_view)>& measure :
         {std::function<std::size_t(std::string_view)>(bytes),
          std::function<std::size_t(std::string_view)>(code_points),
          std::function<std::size_t(std::string_view)>(utf16_units),
          std::function<std::size_t(std::string_view)>(escaped)}) {
        for (std::size_t limit = 0; limit <= measure(text) + 1; ++limit) {
            const std::string cut = truncate(text, limit, measure);
            REQUIRE(measure(cut) <= limit);
            if (cut.empty() || cut == text) continue;
            const std::string kept = cut.substr(0, cut.size() - std::string("…").size());
            REQUIRE(std::find(prefixes.begin(), prefixes.end(), kept) != prefixes.end());
            // It is the longest.
            const auto next = std::find(prefixes.begin(), prefixes.end(), kept) + 1;
            if (*next != text) REQUIRE(measure(*next + "…") > limit);
        }
    }
}

TEST_CASE("the measure of the escaped text decides, not that of the text") {
    const auto escaped = [](std::string_view part) { return escape_html(part).size(); };
    const std::string cut = truncate("<<<<<<<<", 15, escaped);
    CHECK(cut == "<<<…");
}

TEST_CASE("a URL is kept whole or left out") {
    const std::string text = "Read https://example.org/state-visit now";
    for (std::size_t limit = 3; limit < text.size(); ++limit) {
        const std::string cut = truncate(text, limit, bytes);
        const bool whole = cut.find("https://example.org/state-visit") != std::string::npos;
        CHECK((whole || cut.find("http") == std::string::npos));
    }
    CHECK(truncate("访问https://example.org/a", 12, code_points) == "访问…");
    CHECK(truncate("https://example.org/", 8, code_points) == "…");
}

TEST_CASE("long texts and piles of marks are cut in time that does not explode") {
    const std::string text = repeat("国事访问 👨‍👩‍👧‍👦 <b> ", 20'000);
    const auto escaped = [](std::string_view part) { return escape_html(part).size(); };
    const std::string cut = truncate(text, 30'000, escaped);
    CHECK(escaped(cut) <= 30'000);
    CHECK(escaped(cut) > 29'900);
    const std::string pile = "a" + repeat("\u0301", 10'000) + "b";
    CHECK(truncate(pile, 100, code_points) == "…");
}

TEST_CASE("the shared sample is cut at every limit without a split") {
    const auto folder = testing::shared_fixtures("notifiers");
    if (!folder) return;
    const auto json = boost::json::parse(testing::read_file(*folder / "alerts" / "graphemes.json"));
    const std::string text(json.at("post").at("text").as_string());
    for (std::size_t limit = 0; limit <= std::min<std::size_t>(utf16_units(text), 600); ++limit) {
        const std::string cut = truncate(text, limit, utf16_units);
        REQUIRE(utf16_units(cut) <= limit);
        REQUIRE(valid_utf8(cut));
        REQUIRE(cut.find("\u200D…") == std::string::npos);
    }
}

TEST_CASE("display text loses controls and keeps its lines") {
    CHECK(clean_text("a\x01\x1B[31mb\tc\nd\x7F") == "a[31mb\tc\nd");
    CHECK(clean_text("a\r\nb\rc\u2028d\u2029e\u0085f") == "a\nb\nc\nd\ne\nf");
    CHECK(clean_text("a\u009B31m") == "a31m");
    CHECK(clean_text("e\u0301\xFF") == "é\uFFFD");
    CHECK(clean_text("\u202Ebidi") == "\u202Ebidi");
    CHECK(clean_text(std::string_view("a\0b", 3)) == "ab");
    const std::string zalgo = clean_text("a" + repeat("\u0336", 10'000) + "b");
    CHECK(code_points(zalgo) == 34);
    CHECK(zalgo.back() == 'b');
}

TEST_CASE("titles are one line without bidi controls and tags") {
    CHECK(clean_title("  State\n visit\t\u00A0 of\u2028Xi ") == "State visit of Xi");
    CHECK(clean_title("a\u202Eb\u2066c\u2069d\U000E0041e") == "abcde");
    CHECK(clean_title("\r\nBcc: x@example.org") == "Bcc: x@example.org");
    CHECK(clean_title("").empty());
}

TEST_CASE("the first sentence ends at its stop or line break") {
    CHECK(first_sentence("Xi arrives. Talks follow.", 100) == "Xi arrives.");
    CHECK(first_sentence("\n Mr. Putin met Mr. Xi. Talks follow.", 100) == "Mr. Putin met Mr. Xi.");
    CHECK(first_sentence("J. Smith speaks. Then not.", 100) == "J. Smith speaks.");
    CHECK(first_sentence("国事访问开始。会谈随后。", 100) == "国事访问开始。");
    CHECK(first_sentence("В г. Москва прибыл гость. Далее.", 100) == "В г. Москва прибыл гость.");
    CHECK(first_sentence("Headline\nBody. More.", 100) == "Headline");
    CHECK(first_sentence("no stop at all", 100) == "no stop at all");
    CHECK(first_sentence("a very long sentence", 7) == "a very…");
    CHECK(first_sentence("", 10).empty());
    CHECK(first_sentence(" \n ", 10).empty());
    CHECK(code_points(first_sentence(repeat("word ", 100'000), 140)) <= 140);
}
