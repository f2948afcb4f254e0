#include "config/schema.hpp"

#include <catch2/catch.hpp>

#include "tests/support/fixtures.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

std::string manual() {
    return read_file(std::string(SPOKESWATCH_SOURCE_DIR) + "/docs/configuration.md");
}

}  // namespace

TEST_CASE("the manual tells of every key") {
    const std::string text = manual();
    for (const Section section : {
             Section::file,
             Section::global,
             Section::heartbeat,
             Section::storage,
             Section::web,
             Section::source,
             Section::concept_,
             Section::rule,
             Section::match,
             Section::field,
             Section::examples,
             Section::first_use,
             Section::shift,
             Section::frequency,
             Section::chorus,
             Section::route,
             Section::receiver,
         }) {
        for (const KeySpec& key : keys_of(section)) {
            std::string name(key.name);
            // Of a secret's three keys the manual names the first.
            for (const char* ending : {"_file", "_env"}) {
                if (section == Section::web && name.ends_with(ending))
                    name.resize(name.size() - std::string(ending).size());
            }
            INFO(whereabouts(section) << ": " << name);
            CHECK(text.find(name) != std::string::npos);
        }
    }
}

TEST_CASE("the manual tells of every code") {
    const std::string text = manual();
    const std::string codes = read_file(std::string(SPOKESWATCH_SOURCE_DIR) + "/config/codes.hpp");
    for (std::size_t at = 0; (at = codes.find("\"SW", at)) != std::string::npos; at += 3) {
        const std::string code = codes.substr(at + 1, 5);
        INFO(code);
        CHECK(text.find("| " + code + " |") != std::string::npos);
    }
}
