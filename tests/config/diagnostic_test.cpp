#include "config/diagnostic.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;

namespace {

std::shared_ptr<const SourceText> text(const std::string& path, const std::string& bytes) {
    auto out = std::make_shared<SourceText>();
    out->path = path;
    out->bytes = bytes;
    return out;
}

std::string human(const Diagnostics& diagnostics) {
    return render(diagnostics, DiagnosticFormat::human);
}

}  // namespace

TEST_CASE("the nearest name is within a third of the length") {
    const std::vector<std::string> names{"cooldown", "group_wait", "group_interval", "from", "any"};
    CHECK(nearest("cooldwon", names) == "cooldown");
    CHECK(nearest("COOLDOWN", names) == "cooldown");
    CHECK(nearest("group_intervall", names) == "group_interval");
    CHECK(nearest("form", names) == "from");
    CHECK(nearest("ayn", names) == "any");
    CHECK(nearest("cool", names).empty());
    CHECK(nearest("", names).empty());
    CHECK(nearest("x", names).empty());
    CHECK(nearest("国事访向", {"国事访问"}) == "国事访问");
    CHECK(nearest(std::string(100'000, 'a'), names).empty());
}

TEST_CASE("a short line holds place, code, message and every hint") {
    const auto file = text("a.yml", "x: y\n");
    Diagnostics diagnostics;
    Diagnostic& fault = diagnostics.error("SW101", Span{file, 1, 1, 1}, "unknown key `x`");
    fault.label = "did you mean `z`?";
    fault.secondary.push_back({Span{file, 1, 4, 1}, "first one is here"});
    fault.notes.emplace_back("allowed: z");
    fault.helps.emplace_back("see the manual");
    CHECK(
        render(diagnostics, DiagnosticFormat::short_lines) ==
        "a.yml:1:1: error[SW101]: unknown key `x`; did you mean `z`?; "
        "first one is here (a.yml:1:4); allowed: z; see the manual\n"
    );
}

TEST_CASE("errors come before warnings, each in order of file and place") {
    const auto a = text("a.yml", "1\n2\n3\n");
    const auto b = text("b.yml", "1\n");
    Diagnostics diagnostics;
    diagnostics.warning("SW202", Span{a, 1, 1, 1}, "w");
    diagnostics.error("SW101", Span{b, 1, 1, 1}, "third");
    diagnostics.error("SW101", Span{a, 3, 1, 1}, "second");
    diagnostics.error("SW101", Span{a, 2, 1, 1}, "first");
    CHECK(
        render(diagnostics, DiagnosticFormat::short_lines) ==
        "a.yml:2:1: error[SW101]: first\na.yml:3:1: error[SW101]: second\n"
        "b.yml:1:1: error[SW101]: third\na.yml:1:1: warning[SW202]: w\n"
    );
    CHECK(diagnostics.errors() == 3);
    CHECK(diagnostics.warnings() == 1);
}

TEST_CASE("twenty faults are shown and the rest is counted") {
    const auto file = text("a.yml", "x\n");
    Diagnostics diagnostics;
    for (int i = 0; i < 22; ++i)
        diagnostics.error("SW101", Span{file, 1, 1, 1}, "fault " + std::to_string(i));
    diagnostics.warning("SW202", Span{file, 1, 1, 1}, "w");
    const std::string shown = human(diagnostics);
    CHECK_THAT(shown, Catch::Contains("fault 19"));
    CHECK_THAT(shown, !Catch::Contains("fault 20"));
    CHECK_THAT(shown, Catch::EndsWith("\nand 3 more: 22 errors, 1 warning in all\n"));
}

TEST_CASE("ten thousand faults are kept, and warnings push no error out") {
    const auto file = text("a.yml", "x\n");
    Diagnostics diagnostics;
    for (int i = 0; i < 20'000; ++i) diagnostics.warning("SW202", Span{file, 1, 1, 1}, "w");
    diagnostics.error("SW101", Span{file, 1, 1, 1}, "e").label = "l";
    CHECK(diagnostics.warnings() == 20'000);
    CHECK(diagnostics.all().size() == Diagnostics::kept_max / 2 + 1);
    CHECK_THAT(human(diagnostics), Catch::StartsWith("error[SW101]: e\n"));
    CHECK_THAT(
        human(diagnostics), Catch::EndsWith("and 19981 more: 1 error, 20000 warnings in all\n")
    );
}

TEST_CASE("the caret counts cells, the place counts characters") {
    const auto file = text("a.yml", "名: 国事 x\n");
    Diagnostics diagnostics;
    diagnostics.error("SW110", Span{file, 1, 4, 2}, "m").label = "here";
    CHECK(
        human(diagnostics) ==
        "error[SW110]: m\n --> a.yml:1:4\n  |\n1 | 名: 国事 x\n  |     ^^^^ here\n"
    );
}

TEST_CASE("combining marks take no cell of their own") {
    const auto file = text("a.yml", "e\u0301a: x\n");
    Diagnostics diagnostics;
    diagnostics.error("SW110", Span{file, 1, 5, 1}, "m");
    CHECK_THAT(
        human(diagnostics),
        Catch::EndsWith("1 | e\u0301a: x\n  |   ^\n") ||
            Catch::EndsWith("1 | e\u0301a: x\n  |    ^\n")
    );
}

TEST_CASE("a place behind the end of its line is shown behind it") {
    const auto file = text("a.yml", "abc\r\nx\n");
    Diagnostics diagnostics;
    diagnostics.error("SW100", Span{file, 1, 9, 5}, "m").label = "l";
    CHECK(human(diagnostics) == "error[SW100]: m\n --> a.yml:1:9\n  |\n1 | abc\n  |    ^ l\n");
}

TEST_CASE("a file without text shows its place alone") {
    const auto file = text("a.yml", "");
    Diagnostics diagnostics;
    diagnostics.error("SW109", Span{file, 1, 1, 1}, "cannot read it").label = "why";
    CHECK(human(diagnostics) == "error[SW109]: cannot read it\n --> a.yml:1:1\n  = why\n");
}

TEST_CASE("a line of a megabyte is shown as a window around the caret") {
    const std::string line(1'000'000, 'a');
    const auto file = text("a.yml", line + "\n");
    Diagnostics diagnostics;
    diagnostics.error("SW110", Span{file, 1, 500'000, 900'000}, "m").label = "here";
    const std::string shown = human(diagnostics);
    CHECK(shown.size() < 1000);
    CHECK_THAT(shown, Catch::Contains("1 | …aaa"));
    CHECK_THAT(shown, Catch::Contains("aaa…\n"));
    CHECK_THAT(shown, Catch::Contains("  |  " + std::string(60, ' ') + "^"));
}

TEST_CASE("control and invisible characters reach no terminal") {
    const auto file = text("a.yml", "x: \x1b[31m\u202e\u200by\n");
    Diagnostics diagnostics;
    diagnostics.error("SW110", Span{file, 1, 10, 1}, "bad \x1b]0;t\x07 `\n`").label = "\x9b";
    const std::string shown = human(diagnostics);
    CHECK_THAT(shown, Catch::Contains("1 | x: <U+001B>[31m<U+202E><U+200B>y\n"));
    CHECK_THAT(shown, Catch::Contains("error[SW110]: bad <U+001B>]0;t<U+0007> `<U+000A>`\n"));
    for (const char c : shown) CHECK((static_cast<unsigned char>(c) >= 0x20 || c == '\n'));
}

TEST_CASE("what is hidden in a file is never shown") {
    auto file = std::make_shared<SourceText>();
    file->path = "a.yml";
    file->bytes = "secret: canary # x\n";
    file->hidden.emplace_back(8, 14);
    Diagnostics diagnostics;
    diagnostics.error("SW110", Span{file, 1, 9, 6}, "m");
    CHECK(
        human(diagnostics) ==
        "error[SW110]: m\n --> a.yml:1:9\n  |\n"
        "1 | secret: *** # x\n  |         ^^^\n"
    );
}

TEST_CASE("programs read a fault as an object") {
    const auto file = text("a \"b\".yml", "x: y\n");
    Diagnostics diagnostics;
    CHECK(render(diagnostics, DiagnosticFormat::json) == "[]\n");
    Diagnostic& fault = diagnostics.error("SW101", Span{file, 1, 1, 3}, "unknown key `x\n`");
    fault.label = "did you mean `z`?";
    fault.secondary.push_back({Span{file, 1, 4, 1}, "first one is here"});
    fault.notes.emplace_back("allowed: z");
    fault.helps.emplace_back("see the manual");
    diagnostics.warning("SW202", Span{file, 2, 1, 1}, "w");
    CHECK(
        render(diagnostics, DiagnosticFormat::json) ==
        R"([{"severity":"error","code":"SW101","file":"a \"b\".yml","line":1,"column":1,"end":4,)"
        R"("message":"unknown key `x\n`","hints":["did you mean `z`?","see the manual"],)"
        R"("notes":["allowed: z"],"related":[{"file":"a \"b\".yml","line":1,"column":4,"end":5,)"
        R"("message":"first one is here"}]},)"
        "\n "
        R"({"severity":"warning","code":"SW202","file":"a \"b\".yml","line":2,"column":1,"end":2,)"
        R"("message":"w","hints":[],"notes":[],"related":[]}])"
        "\n"
    );
}

TEST_CASE("a workflow command is one line whatever a fault holds") {
    const auto file = text("a,b:c%.yml", "x: y\n");
    Diagnostics diagnostics;
    Diagnostic& fault = diagnostics.error("SW101", Span{file, 1, 1, 3}, "100 %, `::x`");
    fault.label = "did you mean `z`?";
    fault.secondary.push_back({Span{file, 7, 4, 1}, "first one is here"});
    diagnostics.warning("SW202", Span{file, 2, 1, 1}, "w\r\n::error::x");
    CHECK(
        render(diagnostics, DiagnosticFormat::github) ==
        "::error file=a%2Cb%3Ac%25.yml,line=1,col=1,endColumn=4,title=SW101::100 %25, `::x`"
        "%0Adid you mean `z`?%0Afirst one is here (a,b:c%25.yml:7)\n"
        "::warning file=a%2Cb%3Ac%25.yml,line=2,col=1,endColumn=2,title=SW202::"
        "w<U+000D><U+000A>::error::x\n"
    );
}

TEST_CASE("strictly a warning is an error") {
    const auto file = text("a.yml", "x\n");
    Diagnostics diagnostics;
    diagnostics.warning("SW202", Span{file, 1, 1, 1}, "w");
    diagnostics.warnings_as_errors();
    CHECK(diagnostics.has_errors());
    CHECK(diagnostics.warnings() == 0);
    CHECK_THAT(human(diagnostics), Catch::StartsWith("error[SW202]: w\n"));
}

TEST_CASE("the caret stands under families, flags and tabs") {
    const auto shown = [](const std::string& line, std::size_t column, std::size_t length) {
        const auto file = text("a.yml", line + "\n");
        Diagnostics diagnostics;
        diagnostics.error("SW110", Span{file, 1, column, length}, "m");
        const std::string all = human(diagnostics);
        const std::size_t start = all.rfind("\n  | ") + 5;
        return all.substr(start, all.size() - start - 1);
    };
    CHECK(shown("a: 👍 x", 6, 1) == "      ^");
    CHECK(shown("a: 国事 x", 4, 2) == "   ^^^^");
    CHECK(shown("a: \u00e9\u0301 x", 7, 1) == "     ^");
    CHECK(shown("a: ｶﾅ x", 7, 1) == "      ^");
    CHECK(shown("a:\tx", 4, 1) == "      ^");
}

TEST_CASE("a fault of a value that stands in no file has a place all the same") {
    Diagnostics diagnostics;
    diagnostics.error("SW118", Span{}, "m").label = "l";
    CHECK(human(diagnostics) == "error[SW118]: m\n --> (no file):1:1\n  = l\n");
    CHECK_THAT(
        render(diagnostics, DiagnosticFormat::json), Catch::Contains("(no file)\",\"line\":1")
    );
}
