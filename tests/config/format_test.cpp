#include "config/format.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include <catch2/catch.hpp>

#include "config/explanations.hpp"
#include "config/yaml_tree.hpp"

using namespace spokeswatch;

namespace {

std::string formatted(const std::string& bytes) {
    Diagnostics diagnostics;
    const auto out = format_config("a.yml", bytes, diagnostics);
    INFO(render(diagnostics, DiagnosticFormat::short_lines));
    REQUIRE(out);
    CHECK(format_config("a.yml", *out, diagnostics) == out);
    return *out;
}

std::string refused(const std::string& bytes) {
    Diagnostics diagnostics;
    CHECK_FALSE(format_config("a.yml", bytes, diagnostics));
    return render(diagnostics, DiagnosticFormat::short_lines);
}

std::string rule(const std::string& match) {
    return "rules:\n  - name: r  # a comment\n    match: " + match + "\n";
}

}  // namespace

TEST_CASE("a file without slips stays as it is, byte for byte") {
    for (const std::string& text :
         {std::string(""),
          std::string("\xef\xbb\xbf# only a comment\r\n\r\n"),
          rule("{any:   [ one,two ], none: ['a，b']}   # kept  "),
          rule("'\"W/5 is a title\" OR x'"),
          rule("国事（访问）"),
          rule(">\n      one NEAR/3\n\n      two")})
        CHECK(formatted(text) == text);
}

TEST_CASE("aliases of operators become the words of the house") {
    CHECK(
        formatted(rule("one ONEAR/5 two AND a1 W/3 b1")) ==
        rule("one BEFORE/5 two AND a1 NEAR/3 b1")
    );
    CHECK(formatted(rule("'one PRE/5 \"W/5\"'")) == rule("'one BEFORE/5 \"W/5\"'"));
    CHECK(
        formatted(rule(">\r\n      国事\r\n      W/2 访问")) ==
        rule(">\r\n      国事\r\n      NEAR/2 访问")
    );
    // A list holds phrases, not expressions.
    CHECK(formatted(rule("{any: [a W/5 b]}")) == rule("{any: [a W/5 b]}"));
}

TEST_CASE("words that YAML takes for signs are put in quotes") {
    CHECK(
        formatted("a: [@one, #two, what?]\nb: @x\n") ==
        "a: [\"@one\", \"#two\", \"what?\"]\nb: \"@x\"\n"
    );
    CHECK(formatted("b: @say \"it's\"\n") == "b: '@say \"it''s\"'\n");
}

TEST_CASE("full-width punctuation becomes what YAML and expressions need") {
    CHECK(
        formatted("concepts:\n  - name：c\n    terms: {zh: [国事访问，正式访问， 访问]}\n") ==
        "concepts:\n  - name: c\n    terms: {zh: [国事访问, 正式访问, 访问]}\n"
    );
    CHECK(formatted(rule("{any: [国事、正式, x]}")) == rule("{any: [国事, 正式, x]}"));
    CHECK(formatted(rule("{any: [one，@two]}")) == rule("{any: [one, \"@two\"]}"));
    CHECK(formatted(rule("（普京 OR 习近平） AND 访问")) == rule("(普京 OR 习近平) AND 访问"));
    const std::string example = "rules: [{name: r, examples: {match: [他说，中国]}}]\n";
    CHECK(formatted(example) == example);
}

TEST_CASE("tabs and odd spaces as indentation become spaces") {
    CHECK(
        formatted("rules:\n\t- name: r\n\t  match: one  # two\t\n") ==
        "rules:\n  - name: r\n    match: one  # two\t\n"
    );
    CHECK(formatted("a:\n\tb:\n\t\tc: d\n") == "a:\n  b:\n    c: d\n");
    CHECK(formatted("a:\n　b: c\n") == "a:\n  b: c\n");
    // A width that makes no YAML is none.
    CHECK(formatted("a:\n    b: c\n\td: e\n") == "a:\n    b: c\n    d: e\n");
}

TEST_CASE("what cannot be mended without a guess is refused with its place") {
    CHECK_THAT(refused("a: \"b\n"), Catch::Contains("a.yml:1:4: error[SW100]"));
    CHECK_THAT(refused("a: [b\nc: d\n"), Catch::Contains("a.yml:1:4: error[SW100]"));
    CHECK_THAT(refused("a: b\na: c\n"), Catch::Contains("a.yml:2:1: error[SW105]"));
    CHECK_THAT(refused("a: \xff\n"), Catch::Contains("a.yml:1:4: error[SW106]"));
    CHECK_THAT(refused("a: @b\nc: 'd\n"), Catch::Contains("a.yml:2:4: error[SW100]"));
    // `c` belongs to `a` or to `b`, as wide as a tab is.
    CHECK_THAT(
        refused("a:\n  b:\n    x: y\n\tc: d\n"),
        Catch::Contains("a.yml:4:1: error[SW102]") && Catch::Contains("tabs and spaces are mixed")
    );
}

TEST_CASE("good files stay as they are, and of the others no comment is lost") {
    for (const Explanation& explanation : explanations()) {
        INFO(explanation.code);
        CHECK(formatted(std::string(explanation.right)) == explanation.right);
    }
    std::size_t good = 0, mended = 0;
    const std::filesystem::path root = SPOKESWATCH_SOURCE_DIR;
    for (const char* folder : {"packaging", "tests/config/mistakes", "tests/fuzz/corpus/yaml"}) {
        for (const auto& file : std::filesystem::recursive_directory_iterator(root / folder)) {
            if (file.path().extension() != ".yml") continue;
            INFO(file.path().string());
            std::ifstream stream(file.path(), std::ios::binary);
            const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
            Diagnostics diagnostics;
            const auto once = format_config("a.yml", bytes, diagnostics);
            if (!once) continue;
            CHECK(format_config("a.yml", *once, diagnostics) == once);
            CHECK(
                std::count(once->begin(), once->end(), '\n') ==
                std::count(bytes.begin(), bytes.end(), '\n')
            );
            for (std::size_t at = bytes.find("# "); at != bytes.npos; at = bytes.find("# ", at + 1))
                CHECK(once->find(bytes.substr(at, bytes.find('\n', at) - at)) != bytes.npos);
            if (std::string_view(folder) == "packaging") {
                CHECK(*once == bytes);
                ++good;
            }
            if (*once != bytes) ++mended;
        }
    }
    CHECK(good > 3);
    CHECK(mended > 3);
}

TEST_CASE("formatting twice is formatting once, whatever is mixed") {
    const std::vector<std::string> pieces{
        "rules:\n",
        "  - name: r\n",
        "\t- name: s\n",
        "    match: ",
        "one ONEAR/3 two",
        "（a OR b）",
        "[x，y]",
        "@z",
        "#t",
        "\n",
        "：",
        " ",
        "\t",
        "'",
        "\"",
        "{any: [",
        "]}",
        "?",
        "> \n",
        "      ",
        "国",
        "concepts:\n",
        "    terms: ",
        "\r\n"};
    std::mt19937 random(7);
    int mended = 0;
    for (int i = 0; i < 3000; ++i) {
        std::string bytes;
        for (auto n = 1 + random() % 14; n > 0; --n) bytes += pieces[random() % pieces.size()];
        Diagnostics diagnostics;
        const auto once = format_config("a.yml", bytes, diagnostics);
        INFO(bytes);
        CHECK(once.has_value() == !diagnostics.has_errors());
        if (!once) continue;
        if (*once != bytes) ++mended;
        CHECK(format_config("a.yml", *once, diagnostics) == once);
        CHECK(YamlTree::parse("a.yml", *once, diagnostics) != nullptr);
    }
    CHECK(mended > 50);
}
