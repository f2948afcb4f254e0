#include <fstream>
#include <map>
#include <regex>
#include <set>

#include <catch2/catch.hpp>
#include <sys/stat.h>

#include "config/explanations.hpp"
#include "config/reference.hpp"
#include "config/schema.hpp"
#include "daemon/snapshot.hpp"
#include "tests/support/fixtures.hpp"

// What the program says of its configuration, against what it does.

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

namespace fs = std::filesystem;

void write(const fs::path& path, std::string_view text, mode_t mode) {
    std::ofstream(path, std::ios::binary) << text;
    REQUIRE(chmod(path.c_str(), mode) == 0);
}

// What the loader says of a file that stands beside `other.yml`, two terms files and the secret
// file `webhook`.
Diagnostics load(std::string_view text, bool read_secrets) {
    const TempDir folder;
    write(folder.path() / "spokeswatch.yml", text, 0644);
    write(folder.path() / "other.yml", "", 0644);
    write(folder.path() / "companies.txt", "Acme\n", 0644);
    write(folder.path() / "broken.txt", "- Acme\n", 0644);
    write(folder.path() / "webhook", "https://hooks.example.org/services/T0/B0/x\n", 0600);
    LoadOptions options;
    options.file = folder.path() / "spokeswatch.yml";
    options.kinds = kind_specs();
    options.read_secrets = read_secrets;
    Diagnostics diagnostics;
    load_snapshot(options, diagnostics);
    return diagnostics;
}

std::set<std::string> codes_of(const Diagnostics& diagnostics) {
    std::set<std::string> out;
    for (const Diagnostic& fault : diagnostics.all()) out.insert(fault.code);
    return out;
}

// Every code that stands in a source file of the rooms.
std::set<std::string> codes_in_sources() {
    std::set<std::string> out;
    const std::regex code("\"(SW[0-9]{3})\"");
    const fs::path root(SPOKESWATCH_SOURCE_DIR);
    for (const char* room : {"config", "rules", "notifiers", "connectors", "alerts", "daemon"}) {
        for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
            const std::string name = entry.path().filename().string();
            if (!entry.is_regular_file() || name.starts_with("explanations")) continue;
            const std::string text = read_file(entry.path());
            for (std::sregex_iterator at(text.begin(), text.end(), code), end; at != end; ++at)
                out.insert((*at)[1]);
        }
    }
    return out;
}

}  // namespace

TEST_CASE("the manual in the tree is what the tables say") {
    const std::string made = configuration_page(kind_specs()).markdown();
    const std::string kept = read_file(fs::path(SPOKESWATCH_SOURCE_DIR) / "docs/configuration.md");
    INFO("spokeswatch schema --format markdown > docs/configuration.md");
    CHECK(made == kept);
}

TEST_CASE("every example of a section is a configuration without faults") {
    for (const SectionSpec& section : all_sections()) {
        if (section.example.empty() || section.where.find("test") != section.where.npos) continue;
        INFO(section.heading);
        const Diagnostics diagnostics = load(section.example, false);
        CHECK(
            render(diagnostics, DiagnosticFormat::short_lines).find(": error[") == std::string::npos
        );
        CHECK(diagnostics.errors() == 0);
    }
}

namespace {

bool sentence(std::string_view text) {
    return !text.empty() && (text.ends_with('.') || text.ends_with('`'));
}

void check_options(const std::string& owner, const std::vector<OptionSpec>& options) {
    for (const OptionSpec& option : options) {
        INFO(owner << ' ' << option.name);
        CHECK(sentence(option.help));
        const bool speaks = option.type == OptionType::secret ||
                            (option.type == OptionType::mapping && option.text_key.empty());
        CHECK(speaks == option.example.empty());
        CHECK((option.type == OptionType::mapping) != option.keys.empty());
        if (!option.text_key.empty()) CHECK(find_option(option.keys, option.text_key) != nullptr);
        check_options(owner + ' ' + option.name, option.keys);
    }
}

}  // namespace

TEST_CASE("every key and option says in a sentence what it does") {
    for (const SectionSpec& section : all_sections()) {
        std::set<std::string_view> names;
        for (const KeySpec& key : section.keys) {
            INFO(section.heading << ' ' << key.name);
            CHECK(names.insert(key.name).second);
            if (key.later) continue;
            CHECK(sentence(key.meaning));
            const bool shown = !key.example.empty() || key.type == ValueType::secret ||
                               key.type == ValueType::mapping || key.type == ValueType::mappings;
            CHECK(shown);
            CHECK(
                (key.type == ValueType::choice || key.type == ValueType::choices) !=
                key.words.empty()
            );
        }
    }
    const KindSpecs kinds = kind_specs();
    for (const auto* list : {&kinds.connectors, &kinds.notifiers}) {
        for (const KindSpec& kind : *list) check_options(kind.name, kind.options);
    }
}

TEST_CASE("every code that something reports is explained, and no other") {
    std::set<std::string> explained;
    for (const Explanation& explanation : explanations())
        CHECK(explained.insert(std::string(explanation.code)).second);
    CHECK(explained == codes_in_sources());
    CHECK(explanation_of("sw101") == explanation_of("SW101"));
    CHECK(explanation_of("SW999") == nullptr);
}

// The rule above such a comment a thousand times more, each with its number.
std::string written_out(std::string_view example) {
    constexpr std::string_view comment = "  # and 1,000 more\n";
    std::string text(example);
    const std::size_t at = text.find(comment);
    if (at == std::string::npos) return text;
    const std::size_t start = text.rfind("  - {", at);
    const std::string rule = text.substr(start, at - start);
    for (int number = 2; number <= 1'001; ++number) {
        std::string next = rule;
        next.replace(next.find("_1") + 1, 1, std::to_string(number));
        next.replace(
            next.find("{1}"),
            3,
            "{" + std::to_string(1 + number / 100) + "}[0-9a-z]{" +
                std::to_string(1 + number % 100) + "}"
        );
        text += next;
    }
    return text;
}

TEST_CASE("every wrong example gives its code, and every right one passes") {
    for (const Explanation& explanation : explanations()) {
        INFO(explanation.code);
        const std::string code(explanation.code);
        const Diagnostics wrong = load(written_out(explanation.wrong), true);
        CHECK(codes_of(wrong).contains(code));
        CHECK(wrong.has_errors() == !code.starts_with("SW2"));
        const Diagnostics right = load(written_out(explanation.right), true);
        INFO(render(right, DiagnosticFormat::human));
        CHECK_FALSE(codes_of(right).contains(code));
        CHECK_FALSE(right.has_errors());
    }
}

TEST_CASE("an explanation shows both examples and no control character") {
    const std::string text = explained(*explanation_of("SW106"));
    CHECK_THAT(text, Catch::StartsWith("SW106: not UTF-8, or a control character\n\n"));
    CHECK_THAT(text, Catch::Contains("\nwrong:\n    global: {contact: \"desk<U+0007>\"}\n"));
    CHECK_THAT(text, Catch::Contains("\nright:\n    global: {contact: \"desk\"}\n"));
    for (const Explanation& explanation : explanations()) {
        for (const char c : explained(explanation))
            CHECK((static_cast<unsigned char>(c) >= 0x20 || c == '\n'));
    }
}

TEST_CASE("the man page says of every key what the manual says") {
    const KindSpecs kinds = kind_specs();
    const std::string page = configuration_page(kinds).man("spokeswatch.yml", 5, "configuration");
    CHECK_THAT(page, Catch::StartsWith(".TH \"SPOKESWATCH.YML\" 5 "));
    for (const SectionSpec& section : all_sections()) {
        for (const KeySpec& key : section.keys) {
            INFO(key.name);
            if (!key.later)
                CHECK_THAT(page, Catch::Contains("\n\\fB" + std::string(key.name) + "\\fR\n"));
        }
    }
    // No line is taken for a request that is none.
    const std::regex request("\\n[.'](?!TH|SH|SS|PP|IP|TP|br|nf|fi|RS|RE)");
    CHECK_FALSE(std::regex_search(page, request));
}
