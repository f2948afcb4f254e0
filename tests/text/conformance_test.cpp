// Suites of the Unicode consortium and of twitter-text against our folding, tokens and entities.
// Rows that fail are right to fail where the rule language wants something else; each has a reason
// here, and docs/text-conformance.md tells the rates.

#include "tests/text/conformance.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "base/utf8.hpp"
#include "tests/support/fixtures.hpp"
#include "text/tokens.hpp"

using namespace spokeswatch;
using testing::PassRate;

namespace {

using Texts = std::vector<std::string>;

// "0044 0307": the code points as UTF-8.
std::string from_hex(const std::string& list) {
    std::string text;
    std::istringstream stream(list);
    for (std::string number; stream >> number;)
        append_code_point(text, static_cast<char32_t>(std::stoul(number, nullptr, 16)));
    return text;
}

Texts split(const std::string& line, char separator) {
    Texts parts;
    std::istringstream stream(line);
    for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
    return parts;
}

const std::string signs_stay = "a sign is a gap between words and stays in an entity";

const std::string framed = "a trade mark or framed character is a sign or an emoji, no letters";

// The forms of all tokens without borders.
std::string joined_forms(const std::string& text) { return tokenise(text).folded; }

bool has_any(std::string_view text, const Texts& signs) {
    return std::any_of(signs.begin(), signs.end(), [&](const std::string& sign) {
        return text.find(sign) != std::string_view::npos;
    });
}

Texts texts_of(const boost::json::value& list) {
    Texts texts;
    for (const auto& text : list.as_array()) {
        const std::string one(text.as_string());
        // We list each entity once.
        if (std::find(texts.begin(), texts.end(), one) == texts.end()) texts.push_back(one);
    }
    return texts;
}

PassRate extraction(
    const boost::json::value& tests, const char* section, std::vector<std::string> Entities::*kind
) {
    PassRate rate(std::string("twitter-text ") + section);
    for (const auto& row : tests.at(section).as_array()) {
        const std::string text(row.at("text").as_string());
        const Texts expected = texts_of(row.at("expected"));
        const Texts found = extract_entities(text).*kind;
        if (found == expected)
            rate.pass();
        else
            rate.fail(std::string(row.at("description").as_string()));
    }
    rate.print();
    return rate;
}

}  // namespace

TEST_CASE("all forms of normalisation of one text fold to the same") {
    const auto folder = testing::shared_fixtures("text");
    if (!folder) return;
    const std::string suite = testing::through_python(
        "import bz2,sys; sys.stdout.buffer.write(bz2.open(sys.argv[1]).read())",
        *folder / "unicode" / "NormalizationTest.txt.bz2"
    );
    PassRate folds("NormalizationTest, folding"), composes("NormalizationTest, NFC of the surface");
    for (const std::string& line : testing::lines_of(suite)) {
        if (line.empty() || line[0] == '#' || line[0] == '@') continue;
        const Texts columns = split(line, ';');
        Texts texts;
        for (std::size_t i = 0; i < 5; ++i) texts.push_back(from_hex(columns[i]));
        const std::string folded = folded_text(texts[0]);
        const bool words = std::all_of(texts.begin(), texts.end(), [&](const std::string& text) {
            return joined_forms(text) == joined_forms(texts[0]);
        });
        const bool whole = std::all_of(texts.begin(), texts.end(), [&](const std::string& text) {
            return folded_text(text) == folded;
        });
        if (whole && words)
            folds.pass();
        else
            folds.fail(words ? signs_stay : framed);
        const std::string surface = surface_text(texts[0]).text;
        const bool composed =
            surface == surface_text(texts[1]).text && surface == surface_text(texts[2]).text;
        composed ? composes.pass() : composes.fail(columns[0]);
    }
    folds.print();
    composes.print();
    CHECK(folds.passed() >= 18'771);
    CHECK(folds.failed(framed) <= 16);
    CHECK(composes.passed() == composes.rows());
}

TEST_CASE("a letter and its case folding are the same") {
    const auto folder = testing::shared_fixtures("text");
    if (!folder) return;
    PassRate rate("CaseFolding, common and full");
    const std::string suite = testing::read_file(*folder / "unicode" / "CaseFolding.txt");
    for (const std::string& line : testing::lines_of(suite)) {
        const Texts columns = split(line, ';');
        if (line.empty() || line[0] == '#' || columns.size() < 3) continue;
        if (columns[1] != " C" && columns[1] != " F") continue;
        const std::string letter = from_hex(columns[0]), folding = from_hex(columns[2]);
        if (folded_text(letter) == folded_text(folding))
            rate.pass();
        else
            rate.fail(
                joined_forms(letter) == joined_forms(folding) ? signs_stay : "other: " + columns[0]
            );
    }
    rate.print();
    CHECK(rate.passed() >= 1529);
    CHECK(rate.passed() + rate.failed(signs_stay) == rate.rows());
}

TEST_CASE("words end where the standard ends them, but for what the rule language says") {
    const auto folder = testing::shared_fixtures("text");
    if (!folder) return;
    PassRate rate("WordBreakTest");
    const std::string suite = testing::read_file(*folder / "unicode" / "WordBreakTest.txt");
    for (const std::string& line : testing::lines_of(suite)) {
        if (line.empty() || line[0] == '#') continue;
        std::string text;
        Texts expected;
        std::string row = line.substr(0, line.find('#'));
        for (std::size_t at; (at = row.find("×")) != std::string::npos;)
            row.replace(at, std::string_view("×").size(), " ");
        for (std::size_t at; (at = row.find("÷")) != std::string::npos;)
            row.replace(at, std::string_view("÷").size(), "|");
        for (const std::string& hex : split(row, '|')) {
            const std::string piece = from_hex(hex);
            text += piece;
            // A piece that is only signs is a gap for us.
            const std::string form = joined_forms(piece);
            if (!form.empty()) expected.push_back(form);
        }
        Texts found;
        const Tokens tokens = tokenise(text);
        for (const Token& token : tokens.tokens) found.emplace_back(tokens.form(token));
        if (found == expected)
            rate.pass();
        else if (has_any(text, {"'", "\"", "’"}))
            rate.fail("an apostrophe or quote is a gap");
        else if (has_any(text, {".", ":", ",", "·", "\u2018", "\u2024", ";", "\u0387"}))
            rate.fail("a stop, colon or comma inside a word or number is a gap");
        else if (has_any(text, {"_"}))
            rate.fail("an underscore is a gap");
        else if (has_any(text, {"〱", "ア"}))
            rate.fail("Katakana gives a token a character");
        else
            rate.fail("a joiner is nothing and an emoji a token of its own");
    }
    rate.print();
    CHECK(rate.passed() >= 1666);
    CHECK(rate.failed("a joiner is nothing and an emoji a token of its own") <= 5);
}

TEST_CASE("tags, mentions and addresses are those of twitter-text, but for what is said") {
    const auto folder = testing::shared_fixtures("text");
    if (!folder) return;
    const auto tests = boost::json::parse(testing::through_python(
                                              "import json,sys,yaml; "
                                              "print(json.dumps(yaml.safe_load(open(sys.argv[1],"
                                              "encoding=\"utf-8\"))))",
                                              *folder / "twitter-text" / "extract.yml"
                                          ))
                           .at("tests");
    CHECK(extraction(tests, "mentions", &Entities::mentions).passed() >= 7);
    CHECK(extraction(tests, "hashtags", &Entities::tags).passed() >= 57);
    CHECK(extraction(tests, "hashtags_from_astral", &Entities::tags).passed() >= 3);
    CHECK(extraction(tests, "urls", &Entities::links).passed() >= 50);
}
