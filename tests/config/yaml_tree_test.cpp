#include "config/yaml_tree.hpp"

#include <catch2/catch.hpp>

#include "tests/config/loaded.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

// What is wrong with a file, one line a fault.
std::string faults(const std::string& bytes) {
    Diagnostics diagnostics;
    const auto tree = YamlTree::parse("a.yml", bytes, diagnostics);
    CHECK((tree == nullptr) == diagnostics.has_errors());
    return render(diagnostics, DiagnosticFormat::short_lines);
}

std::string repeated(const std::string& text, std::size_t count) {
    std::string out;
    for (std::size_t i = 0; i < count; ++i) out += text;
    return out;
}

}  // namespace

TEST_CASE("every key and value knows its place in code points") {
    Diagnostics diagnostics;
    const auto tree = YamlTree::parse(
        "a.yml", "国事: [访问, \"b\", {c: d}]\nplain: 国 #x\ntext: |\n  one\n  two\n", diagnostics
    );
    REQUIRE(tree);
    const Yaml root = tree->root();
    REQUIRE(root.size() == 3);
    CHECK(root.key(0).span().column == 1);
    CHECK(root.key(0).span().length == 2);
    const Yaml list = root.value(0);
    CHECK(list.span().column == 5);
    CHECK(list.span().length == 17);
    CHECK(list.item(0).span().column == 6);
    CHECK(list.item(1).span().column == 11);
    CHECK(list.item(1).span().length == 1);
    CHECK(list.item(1).quoted());
    CHECK_FALSE(list.item(0).quoted());
    CHECK(list.item(2).value(0).text() == "d");
    CHECK(list.item(2).value(0).span().column == 19);
    CHECK(root.value(1).text() == "国");
    CHECK(root.value(1).span().line == 2);
    CHECK(root.value(1).span().length == 1);
    CHECK(root.value(2).text() == "one\ntwo\n");
    CHECK(root.value(2).span().line == 3);
}

TEST_CASE("a byte order mark is no part of the file") {
    Diagnostics diagnostics;
    const auto tree = YamlTree::parse("a.yml", "\xef\xbb\xbfrules: []\n", diagnostics);
    REQUIRE(tree);
    CHECK(tree->root().key(0).text() == "rules");
    CHECK(tree->root().key(0).span().column == 1);
}

TEST_CASE("a file of comments is an empty one") {
    Diagnostics diagnostics;
    const auto tree = YamlTree::parse("a.yml", "# nothing\n", diagnostics);
    REQUIRE(tree);
    CHECK(tree->root().is_empty());
    CHECK(YamlTree::parse("a.yml", "", diagnostics));
}

TEST_CASE("a key that stands twice is an error with both places") {
    CHECK(
        faults("a: 1\nb: 2\na: 3\n") ==
        "a.yml:3:1: error[SW105]: key `a` stands here twice; second one; "
        "first one is here (a.yml:1:1)\n"
    );
    CHECK(faults("{国: 1, \"国\": 2}\n").find("a.yml:1:9: error[SW105]") == 0);
}

TEST_CASE("merge keys and tags are refused, anchors and aliases are not") {
    CHECK(
        faults("base: &b {x: 1}\nuse:\n  <<: *b\n") ==
        "a.yml:3:3: error[SW108]: YAML merge keys (`<<`) are not supported; write the keys out "
        "here\n"
    );
    CHECK(faults("a: !!str x\n").find("SW108") != std::string::npos);
    CHECK(faults("a: !python/object x\n").find("YAML tags are not used here") != std::string::npos);
    CHECK(faults("a: &x [1, 2]\nb: *x\n").empty());
}

TEST_CASE("a second document is an error, one marker and an end are not") {
    CHECK(faults("a: 1\n---\nb: 2\n").find("a.yml:2:1: error[SW108]: a second YAML document") == 0);
    CHECK(faults("a: 1\n...\n---\nb: 2\n").find("a.yml:3:1: error[SW108]") == 0);
    CHECK(faults("---\na: 1\n").empty());
    CHECK(faults("%YAML 1.2\n---\na: 1\n...\n").empty());
    CHECK(faults("a: |\n  ---\n  x\n").empty());
}

TEST_CASE("a quote that is never closed is told where it opens") {
    CHECK(
        faults("a: 1\nb: \"x\nc: 2\n").find("a.yml:2:4: error[SW100]: this \" is never closed") == 0
    );
    CHECK(faults("b: 'it''s\n").find("a.yml:1:4: error[SW100]: this ' is never closed") == 0);
    // Closed by the opening quote of another text, lines below.
    CHECK(faults("a: \"x\nb: \"y\"\nc: 1\n").find("a.yml:1:4: error[SW100]: this quote") == 0);
    CHECK(faults("a: it's\nb: 5\" gun\nc: 'x \"y'\n").empty());
}

TEST_CASE("invalid UTF-8 is told with byte and line") {
    const std::string told = faults("a: 1\nb: \xe5\x9b\xbd\xb9x\n");
    CHECK(told.find("a.yml:2:5: error[SW106]: the file is not valid UTF-8 (at byte 11)") == 0);
    CHECK(faults(std::string("\xff\xfe\x61\x00", 4)).find("UTF-16") != std::string::npos);
    CHECK(faults("a: x\x04y\nb: c\n").find("a.yml:1:5: error[SW106]: a control character") == 0);
}

TEST_CASE("tabs are refused where they indent and nowhere else") {
    CHECK(faults("a:\n \t- b\n").find("a.yml:2:2: error[SW102]") == 0);
    CHECK(faults("a:\n\t\tb: 1\n").find("replace these tabs with 4 spaces") != std::string::npos);
    CHECK(faults("a: b\t# comment\n\t\n\t# comment\n").empty());
    CHECK(faults("a: |\n  x\n  \ty\n").empty());
    CHECK(faults("a: |\n  x\n\ty\n").find("a.yml:3:1: error[SW102]") == 0);
    // Every line is told.
    CHECK(faults("a:\n\tb: 1\n\tc: 1\n").find("a.yml:3:1") != std::string::npos);
}

TEST_CASE("signs that YAML keeps for itself are told with the quoted form") {
    CHECK(faults("a: [x, #b]\n").find("a.yml:1:8: error[SW103]: YAML takes a bare `#`") == 0);
    CHECK(faults("a: [x, #b]\n").find("write `\"#b\"`") != std::string::npos);
    CHECK(faults("a: [x,   # a comment ]\n  y]\n").empty());
    CHECK(
        faults("a: `x`\n").find("error[SW103]: YAML does not allow a bare back quote") !=
        std::string::npos
    );
    CHECK(faults("- @a\n- '@b'\n- c@d\n").find("a.yml:1:3: error[SW103]") == 0);
    CHECK(faults("a: [what? no]\n").find("a.yml:1:5: error[SW103]: a text with `?`") == 0);
    CHECK(faults("a: what? no\n").empty());
    CHECK(
        faults("a: *visit\n").find("takes a word that begins with `*` as an alias") !=
        std::string::npos
    );
}

TEST_CASE("full-width punctuation is told where it stands for YAML's own") {
    CHECK(faults("name：x\n").find("a.yml:1:5: error[SW104]") == 0);
    CHECK(faults("- name：x\n").find("a.yml:1:7: error[SW104]") == 0);
    CHECK(faults("a: {name：x}\n").find("a.yml:1:9: error[SW104]") == 0);
    CHECK(faults("a:\n　b: 1\n").find("a.yml:2:1: error[SW104]: full-width space") == 0);
    CHECK(faults("a:\n\u00a0 b: 1\n").find("a.yml:2:1: error[SW104]: no-break space") == 0);
    CHECK(faults("a: 俄外长：不评论\nb: 'zh：x'\nc: some text\n  update：news\n").empty());
}

TEST_CASE("brackets that do not fit are told at the bracket") {
    CHECK(faults("a: [x, y\nb: c\n").find("a.yml:1:4: error[SW100]: `[` is never closed") == 0);
    CHECK(faults("a: {x: 1\nb: c\n").find("a.yml:1:4: error[SW100]: `{` is never closed") == 0);
    CHECK(faults("a: [x}\n").find("a.yml:1:6: error[SW100]: `}` closes nothing here") == 0);
    CHECK(faults("a: ]\n").find("a.yml:1:4: error[SW100]: this bracket closes nothing") == 0);
}

TEST_CASE("a line that is indented less stands in the column of another") {
    CHECK_THAT(
        faults("a:\n  - b: c\n    d: e\n - f\n"),
        Catch::Contains("a.yml:4:2: error[SW100]") && Catch::Contains("write 2 spaces before")
    );
    CHECK_THAT(
        faults("国:\n    b:\n      c: d\n  e: f\n"),
        Catch::Contains("a.yml:4:3: error[SW100]") && Catch::Contains("write 4 spaces before")
    );
    CHECK(faults("a:\n- b: c\n  d: e\n- f: |\n    x\n     y\n# z\n  g: [h,\n   i]\nj: k\n").empty()
    );
    CHECK(faults("a:\n  b:\n  - c\n  - - d\n    - e\n  f: \"x\n y\"\ng:\n - h\n").empty());
}

TEST_CASE("a text that stands in part in quotes is told with quotes around it") {
    CHECK_THAT(
        faults("a: [\"国事\" 访问, c]\n"),
        Catch::Contains("a.yml:1:5: error[SW100]") && Catch::Contains("`'\"国事\" 访问'`")
    );
    CHECK(faults("a: \"b\"  # c\n\"d\" : e\nf: [\"g\" , 'h']\n").empty());
}

TEST_CASE("no hint shows what a key that names a secret holds") {
    for (const char* text : {"a:\n  token:hunter2\n", "token: 'hunter2' x\n", "token: @hunter2\n"})
        CHECK(faults(text).find("hunter2") == std::string::npos);
}

TEST_CASE("the text below a block sign is indented deeper than its key") {
    CHECK_THAT(faults("a: >\n\"国\" AND b\n"), Catch::Contains("a.yml:2:1: error[SW100]"));
    CHECK_THAT(faults("国: | b\n"), Catch::Contains("a.yml:1:6: error[SW100]"));
    CHECK(faults("a: >-  # b\n  c\nd: |2\ne: |\n# f\n\"g\": h\ni: >\n").empty());
}

TEST_CASE("what yaml-cpp refuses is told in plain words") {
    CHECK(faults("a: b: c\n").find("a.yml:1:5: error[SW100]: a `:` that cannot stand here") == 0);
    CHECK(faults("a:\n  - b\n c: d\n").find("does not fit the indentation") != std::string::npos);
    CHECK(faults("a: \"x\\qy\"\n")
              .starts_with("a.yml:1:6: error[SW100]: in double quotes `\\q` is no escape"));
    CHECK(faults("a: \"\\\\q \\u00e9 \\\" \\t\"\n").empty());
    CHECK(faults("a: \"\\bvisit\"\n").starts_with("a.yml:1:5: error[SW106]"));
}

TEST_CASE("nesting beyond 64 levels is an error with a place") {
    CHECK(faults(repeated("[", 60) + repeated("]", 60)).empty());
    CHECK(
        faults(repeated("[", 1000)).find("error[SW107]: lists and mappings are nested") !=
        std::string::npos
    );
    CHECK(faults(repeated("- ", 1000) + "x\n").find("a.yml:1:129: error[SW107]") == 0);
    std::string deep;
    for (std::size_t i = 0; i < 100; ++i) deep += std::string(i, ' ') + "a:\n";
    CHECK(faults(deep).find("error[SW107]") != std::string::npos);
}

TEST_CASE("an alias bomb is refused before anybody walks it") {
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 9; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" +
                repeated(before + ", ", 9) + before + "]\n";
    }
    CHECK(
        faults(bomb).find("error[SW107]: the file holds more than 1000000 values") !=
        std::string::npos
    );
    CHECK(
        faults("a: &x [*x]\n").find("an alias stands inside the value that it names") !=
        std::string::npos
    );
    // Depth is counted through aliases too.
    const std::string deep = "a: &a " + repeated("[", 40) + repeated("]", 40) +
                             "\nb: " + repeated("[", 40) + "*a" + repeated("]", 40) + "\n";
    CHECK(faults(deep).find("error[SW107]: lists and mappings are nested") != std::string::npos);
}

TEST_CASE("a long line costs no more than its length") {
    const std::string list = "a: [" + repeated("x, ", 200'000) + "x]\n";
    CHECK(faults(list).empty());
    const std::string names = faults("a: {" + repeated("x: 1, ", 1000) + "y: 1}\n");
    CHECK(names.find("SW105") != std::string::npos);
}
