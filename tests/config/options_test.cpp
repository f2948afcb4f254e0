// Options that are mappings with keys of their own.

#include "config/options.hpp"

#include <catch2/catch.hpp>

#include "config/reference.hpp"
#include "tests/config/loaded.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

std::string source(const std::string& fields) {
    return "sources:\n  - name: x\n    kind: api\n    account: a\n    fields: " + fields + "\n";
}

}  // namespace

TEST_CASE("an option that is a mapping is kept under the names of its keys") {
    Loaded loaded(source("{id: i, title: {path: p, limit: 3}}"));
    CHECK(loaded.errors().empty());
    const Options& options = loaded.config.sources.at(0).options;
    CHECK(options.text("fields.id") == "i");
    CHECK(options.text("fields.title.path") == "p");
    CHECK(options.whole("fields.title.limit", 0) == 3);
    CHECK(options.has("fields"));
    CHECK(options.span("fields").column == 13);
    CHECK(options.span("fields.title.path").column == 35);
}

TEST_CASE("a text stands for the main key of a mapping") {
    Loaded loaded(source("{id: i, title: p}"));
    CHECK(loaded.errors().empty());
    const Options& options = loaded.config.sources.at(0).options;
    CHECK(options.text("fields.title.path") == "p");
    CHECK(options.has("fields.title"));
    CHECK_FALSE(options.has("fields.title.limit"));
}

TEST_CASE("faults within a mapping have their place and a suggestion") {
    CHECK(
        Loaded(source("{id: i, titel: p}")).errors() ==
        "spokeswatch.yml:5:21: error[SW101]: unknown key `titel` in `fields` of source `x`; did "
        "you "
        "mean `title`?\n"
    );
    CHECK(
        Loaded(source("{title: {limit: 3}}")).errors() ==
        "spokeswatch.yml:5:13: error[SW114]: `fields` of source `x` needs `id`; add `id: ...`\n"
        "spokeswatch.yml:5:21: error[SW114]: `title` of `fields` of source `x` needs `path`; add "
        "`path: ...`\n"
    );
    CHECK(
        Loaded(source("some text")).errors() ==
        "spokeswatch.yml:5:13: error[SW110]: `fields` of source `x` needs a mapping, this is text; "
        "write `key: value` pairs\n"
    );
    CHECK(
        Loaded(source("{id: [a], title: {path: p, limit: x}}")).errors() ==
        "spokeswatch.yml:5:18: error[SW110]: `id` needs a text, this is a list\n"
        "spokeswatch.yml:5:47: error[SW112]: `limit` needs a whole number, this is text; write "
        "digits\n"
    );
}

TEST_CASE("an option is found by the name that its value is kept under") {
    const std::vector<OptionSpec> specs = some_kinds().connectors.at(1).options;
    REQUIRE(find_option(specs, "fields.title.limit") != nullptr);
    CHECK(find_option(specs, "fields.title.limit")->name == "limit");
    CHECK(find_option(specs, "fields.limit") == nullptr);
    CHECK(find_option(specs, "account.id") == nullptr);
}

TEST_CASE("the manual tells the keys of a mapping") {
    const std::string manual = configuration_page(some_kinds()).markdown();
    CHECK_THAT(manual, Catch::Contains("`fields.id`"));
    CHECK_THAT(manual, Catch::Contains("text, or mapping of `path`, `limit`"));
}
