#include <catch2/catch.hpp>

#include "config/terms_file.hpp"
#include "tests/config/loaded.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

// Every term of the only concept: `lang:text`, with `=` before one without word forms.
std::vector<std::string> terms(const Loaded& loaded, const std::string& lang = "") {
    INFO(loaded.shown());
    REQUIRE(loaded.errors().empty());
    REQUIRE(loaded.config.concepts.size() == 1);
    std::vector<std::string> out;
    loaded.config.concepts[0].each_term(
        lang,
        [&out](std::string_view text, const std::string& of, Forms forms) {
            out.push_back((forms == Forms::none ? "=" : "") + of + ":" + std::string(text));
        }
    );
    return out;
}

Loaded with_file(const std::string& bytes, const std::string& more = "") {
    return Loaded(std::map<std::string, std::string>{
        {"spokeswatch.yml", "concepts: [{name: c, terms_file: lists/c.txt" + more + "}]\n"},
        {"lists/c.txt", bytes}});
}

using Terms = std::vector<std::string>;

}  // namespace

TEST_CASE("a term may say for itself whether its forms are found") {
    const auto concept_of = [](const std::string& keys) {
        return Loaded("concepts: [{name: c, " + keys + "}]\n");
    };
    CHECK(
        terms(concept_of("terms: [visit, {term: Putin, forms: none}, {term: war}]")) ==
        Terms{":visit", "=:Putin", ":war"}
    );
    CHECK(
        terms(concept_of("forms: none, terms: {en: [visit, {term: war, forms: light}], zh: 访问}")
        ) == Terms{"=en:visit", "en:war", "=zh:访问"}
    );
    CHECK(terms(concept_of("terms: {term: Putin, forms: none}")) == Terms{"=:Putin"});
    CHECK(terms(concept_of("terms: {ru: {term: визит, forms: none}}")) == Terms{"=ru:визит"});
    CHECK(terms(concept_of("terms: {en: [one], zh: [二]}"), "zh") == Terms{"zh:二"});
    const auto told = [&concept_of](const std::string& keys) { return concept_of(keys).errors(); };
    CHECK_THAT(told("terms: [{term: x, form: none}]"), Catch::Contains("did you mean `forms`?"));
    CHECK_THAT(
        told("terms: [{term: x, forms: strict}]"),
        Catch::Contains("one of: `light`, `none`") || Catch::Contains("one of: light, none")
    );
    CHECK_THAT(told("terms: [{term: [x, y]}]"), Catch::Contains("SW110"));
    CHECK_THAT(told("terms: [{term: 'vi*'}]"), Catch::Contains("SW132"));
    CHECK_THAT(told("terms: [{term: ''}]"), Catch::Contains("this term is empty"));
    CHECK_THAT(told("terms: {en: {fr: [x]}}"), Catch::Contains("write a list: `[a, b]`"));
}

TEST_CASE("a terms file holds one term a line, and comments") {
    CHECK(
        terms(with_file("state visit\n\n# a comment\n  国事访问\t\r\npay* a visit\n #x\n#y\nC#")) ==
        Terms{":state visit", ":国事访问", ":pay* a visit", ":C#"}
    );
    CHECK(
        terms(with_file("\xef\xbb\xbfone\r\ntwo\r\n", ", forms: none")) == Terms{"=:one", "=:two"}
    );
    CHECK(terms(with_file("one", ", terms: [two]")) == Terms{":two", ":one"});
    const Loaded languages(std::map<std::string, std::string>{
        {"spokeswatch.yml",
         "concepts: [{name: c, terms_file: {en: a.txt, ru: [b.txt, c.txt]}}]\n"
         "rules: [{name: r, match: $c.ru, examples: {match: x}}]\n"},
        {"a.txt", "one"},
        {"b.txt", "два\n"},
        {"c.txt", "три\nчетыре\n"}});
    CHECK(terms(languages) == Terms{"en:one", "ru:два", "ru:три", "ru:четыре"});
    CHECK(terms(languages, "ru").size() == 3);
    CHECK(languages.config.files.size() == 4);
}

TEST_CASE("what is wrong in a terms file is told with its line") {
    CHECK(
        with_file("one\n\n  国事 v*\n").errors() ==
        "lists/c.txt:3:3: error[SW132]: too few letters before the `*` in `国事 v*`; "
        "3 letters or more (2 of Chinese) before it; to find the character itself, use `exact:`\n"
    );
    CHECK(
        with_file("- one\n- two\n").errors() ==
        "lists/c.txt:1:1: error[SW134]: a terms file is no YAML list; remove the `-`: one term a "
        "line\n"
        "lists/c.txt:2:1: error[SW134]: a terms file is no YAML list; remove the `-`: one term a "
        "line\n"
    );
    CHECK_THAT(
        with_file("one\n" + std::string(term_bytes_max + 1, 'x')).errors(),
        Catch::Contains("c.txt:2:1: error[SW134]") && Catch::Contains("1,024 bytes")
    );
    CHECK(with_file(std::string(term_bytes_max, 'x')).errors().empty());
    CHECK_THAT(with_file("one\nt\xff\n").errors(), Catch::Contains("c.txt:2:2: error[SW106]"));
    CHECK_THAT(with_file("one\ntw\x01o\n").errors(), Catch::Contains("c.txt:2:3: error[SW106]"));
    CHECK_THAT(with_file("# nothing\n\n").errors(), Catch::Contains("this file holds no term"));
    CHECK_THAT(
        with_file("one\nХi Jinping\n").lines("SW210"), Catch::Contains("lists/c.txt:2:1: warning")
    );
    CHECK_THAT(with_file("ab\n").lines("SW205"), Catch::Contains("lists/c.txt:1:1: warning"));
}

TEST_CASE("a terms file that cannot be read is told where it is named") {
    const auto told = [](const std::string& keys) {
        return Loaded("concepts: [{name: c, terms_file: " + keys + "}]\n").errors();
    };
    CHECK_THAT(
        told("missing.txt"),
        Catch::Contains("spokeswatch.yml:1:34: error[SW109]: cannot read this file: no such file")
    );
    CHECK_THAT(told("."), Catch::Contains("it is a directory"));
    CHECK_THAT(told("[]"), Catch::Contains("names no file"));
    CHECK_THAT(told("{english: a.txt}"), Catch::Contains("no language tag"));
    CHECK_THAT(told("{en: {a: b}}"), Catch::Contains("SW110"));
    CHECK_THAT(Loaded("concepts: [{name: c}]\n").errors(), Catch::Contains("or `terms_file: ...`"));
}

TEST_CASE("a rule file names no terms outside its own folder") {
    const auto load = [](const std::string& path) {
        Loaded loaded(std::map<std::string, std::string>{
            {"spokeswatch.yml", "rule_files: [rules/*.yml]\n"},
            {"rules/a.yml", "concepts: [{name: c, terms_file: " + path + "}]\n"},
            {"rules/lists/c.txt", "one\n"},
            {"secret", "do not read\n"}});
        std::filesystem::create_symlink("../secret", loaded.folder.path() / "rules/link.txt");
        loaded.load();
        return loaded.errors();
    };
    CHECK(load("lists/c.txt").empty());
    for (const char* path : {"../secret", "link.txt", "lists/../../secret", "/etc/hostname"}) {
        INFO(path);
        CHECK_THAT(load(path), Catch::Contains("SW118") && Catch::Contains("outside its folder"));
    }
}

TEST_CASE("a reference to a language that a concept does not have is refused") {
    const auto told = [](const std::string& name) {
        return Loaded(
                   "concepts: [{name: c, terms: {en: [war]}}]\n"
                   "rules: [{name: r, match: {concept: " +
                   name + "}, examples: {match: war}}]\n"
        )
            .errors();
    };
    CHECK(told("c.en").empty());
    CHECK_THAT(
        told("c.fr"),
        Catch::Contains("SW121") && Catch::Contains("has no terms in `fr`; it has `en`")
    );
    CHECK_THAT(told("d.en"), Catch::Contains("no concept is named `d.en`"));
}

TEST_CASE("a million terms are read without a copy of any") {
    std::string bytes;
    for (int i = 0; i < 1'000'000; ++i) bytes += "term number " + std::to_string(i) + "\n";
    const Loaded loaded = with_file(bytes);
    REQUIRE(loaded.errors().empty());
    const TermsFile& file = loaded.config.concepts.at(0).terms_files.at(0);
    REQUIRE(file.starts.size() == 1'000'000);
    CHECK(file.starts.capacity() * sizeof(file.starts[0]) < 5'000'000);
    CHECK(file.term(0) == "term number 0");
    CHECK(file.term(999'999) == "term number 999999");
}
