#include "config/schema.hpp"

#include <catch2/catch.hpp>

#include "config/json_schema.hpp"
#include "config/page.hpp"
#include "tests/config/loaded.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

TEST_CASE("a secret stands under three keys") {
    CHECK(find_key(Section::web, "auth_token") != nullptr);
    CHECK(find_key(Section::web, "auth_token_file") == find_key(Section::web, "auth_token"));
    CHECK(find_key(Section::web, "auth_token_env") == find_key(Section::web, "auth_token"));
    CHECK(find_key(Section::web, "auth_token_url") == nullptr);
    CHECK(find_key(Section::web, "listen_address_file") == nullptr);
}

TEST_CASE("words of a choice are parted at commas") {
    KeySpec key{.name = "severity"};
    CHECK(words_of(key).empty());
    key.words = "info, warning, critical";
    CHECK(words_of(key) == std::vector<std::string>{"info", "warning", "critical"});
}

TEST_CASE("the JSON Schema has the keys of the table and the options of the kinds") {
    const std::string schema = json_schema(some_kinds());
    for (const char* name :
         {"\"source_feed\"",
          "\"target_mail\"",
          "\"mail_configs\"",
          "\"bearer_token_env\"",
          "\"smtp_smarthost\"",
          "\"auth_token_file\"",
          "\"group_wait\""})
        CHECK_THAT(schema, Catch::Contains(name));
    CHECK_THAT(
        schema, Catch::Contains("\"mode\": {\n") && Catch::Contains("[\"full\",\"summary\"]")
    );
    // A mapping with keys of its own, one of which a text may stand for.
    CHECK_THAT(schema, Catch::Contains("\"fields\": {\n") && Catch::Contains("\"limit\": {\n"));
    CHECK_THAT(json_schema_of_tests(), Catch::Contains("\"start_time\""));
}

TEST_CASE("a page is Markdown or a man page") {
    Page page;
    page.heading(1, "Title");
    page.prose("\nA `code` and [a link](there.md).\n.dot\n\n- one\n- two\n");
    page.heading(2, "`global`");
    page.table({{"key", "type", "default", "meaning"}, {"`a|b`", "text", "`x-y`", "It is `` ` ``."}}
    );
    page.code("yaml", "a: 'b'\n.c: \\d\n");
    CHECK(
        page.markdown() ==
        "# Title\n\nA `code` and [a link](there.md).\n.dot\n\n- one\n- two\n\n## `global`\n\n"
        "| key | type | default | meaning |\n|---|---|---|---|\n"
        "| `a\\|b` | text | `x-y` | It is `` ` ``. |\n\n"
        "```yaml\na: 'b'\n.c: \\d\n```\n"
    );
    CHECK(
        page.man("a.yml", 5, "what it is") ==
        ".TH \"A.YML\" 5 \"\" spokeswatch\n.SH NAME\na.yml \\- what it is\n"
        ".SH DESCRIPTION\n.PP\nA \\fBcode\\fR and a link.\n\\&.dot\n"
        ".IP \\(bu 2\none\n.IP \\(bu 2\ntwo\n.SH \"GLOBAL\"\n"
        ".TP\n\\fBa|b\\fR\ntext\n.br\n\\fIdefault\\fR \\fBx\\-y\\fR\n.br\nIt is \\fB`\\fR.\n"
        ".PP\n.nf\n.RS 4\na: 'b'\n\\&.c: \\ed\n.RE\n.fi\n"
    );
}
