#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include <catch2/catch.hpp>
#include <unicode/uchar.h>

#include "base/utf8.hpp"
#include "text/literal_set.hpp"
#include "text/pattern.hpp"

using namespace spokeswatch;

namespace {

Pattern pattern(const std::string& text, bool ignore_case = false) {
    std::optional<Pattern::Problem> problem;
    Pattern compiled = Pattern::compile(text, ignore_case, problem);
    if (problem) FAIL(text << ": " << problem->message);
    return compiled;
}

bool may(const PatternFilter& filter, std::uint32_t number, const std::string& text) {
    std::vector<std::uint32_t> found;
    filter.find(text, found);
    return !filter.requires_literal(number) || std::ranges::find(found, number) != found.end();
}

}  // namespace

TEST_CASE("a pattern filter turns texts away that lack what a pattern requires") {
    PatternFilter filter;
    for (const char* text :
         {R"(\bstate\s+visit\b)", "(?i)ВИЗИТ", "国事|访问", R"(\d+)", "a?b?c?", R"(covid\d)"})
        filter.add(pattern(text));
    filter.build();
    CHECK(may(filter, 0, "a State visit"));
    CHECK_FALSE(may(filter, 0, "a state visor"));
    CHECK(may(filter, 1, "о визитах"));
    CHECK_FALSE(may(filter, 1, "о визах"));
    CHECK(may(filter, 2, "国事访问"));
    CHECK_FALSE(may(filter, 2, "国家"));
    CHECK(may(filter, 3, ""));
    CHECK(may(filter, 4, ""));
    // Digits of every script.
    CHECK(may(filter, 5, "covid٣"));
    CHECK_FALSE(filter.requires_literal(3));
    CHECK(filter.requires_literal(5));
}

TEST_CASE("a quantifier behind a border does not reach the letter before it") {
    PatternFilter filter;
    filter.add(pattern(R"(xyz\b{3})"));
    filter.build();
    CHECK(may(filter, 0, "xyz"));
}

TEST_CASE("a pattern filter and a pattern mean the same letters by ignoring case") {
    for (UChar32 c = 0x80; c <= 0x1FFFF; ++c) {
        const UChar32 forms[] = {
            c, u_tolower(c), u_toupper(c), u_totitle(c), u_foldCase(c, U_FOLD_CASE_DEFAULT)};
        if (std::ranges::count(forms, c) == std::ssize(forms)) continue;
        std::string letter;
        append_code_point(letter, static_cast<char32_t>(c));
        for (const bool ignore_case : {false, true}) {
            const Pattern wanted = pattern("xx" + letter, ignore_case);
            PatternFilter filter;
            filter.add(wanted);
            filter.build();
            for (const UChar32 form : forms) {
                std::string text = "xx";
                append_code_point(text, static_cast<char32_t>(form));
                CAPTURE(c, form, ignore_case);
                if (wanted.search(text)) REQUIRE(may(filter, 0, text));
            }
        }
    }
}

TEST_CASE("a pattern filter never turns a text away in which the pattern is found") {
    static const char* const parts[] = {
        "war",
        "s?",
        "(wars|peace)",
        ".",
        "[a-f]+",
        R"(\b)",
        R"(\w*)",
        "(?i:ÉTAT)",
        "визит",
        "国",
        "+",
        "|",
        "{2}",
        " "};
    static const char* const words[] = {
        "war", "wars", "peace", "état", "ÉTAT", "визит", "国", " ", "a", "eff"};
    std::mt19937 random(11);
    for (int round = 0; round < 300; ++round) {
        PatternFilter filter;
        std::vector<Pattern> patterns;
        while (patterns.size() < 20) {
            std::string text;
            for (std::size_t i = 1 + random() % 6; i > 0; --i) text += parts[random() % 14];
            std::optional<Pattern::Problem> problem;
            Pattern compiled = Pattern::compile(text, random() % 4 == 0, problem);
            if (problem) continue;
            filter.add(compiled);
            patterns.push_back(std::move(compiled));
        }
        filter.build();
        for (int i = 0; i < 30; ++i) {
            std::string text;
            for (std::size_t k = random() % 7; k > 0; --k) text += words[random() % 10];
            for (std::uint32_t number = 0; number < patterns.size(); ++number)
                if (patterns[number].search(text)) REQUIRE(may(filter, number, text));
        }
    }
}

TEST_CASE("a literal set finds what std::string::find finds") {
    std::mt19937 random(3);
    const auto text = [&](std::size_t size) {
        std::string made;
        for (std::size_t i = 0; i < size; ++i) made += static_cast<char>('a' + random() % 2);
        return made;
    };
    for (int round = 0; round < 200; ++round) {
        LiteralSet set;
        std::vector<std::string> literals;
        for (std::size_t i = random() % 30; i > 0; --i) {
            literals.push_back(text(3 + random() % 9));
            set.add(literals.back());
        }
        set.build();
        const std::string looked_at = text(random() % 40);
        std::vector<std::uint32_t> expected, found;
        for (std::uint32_t number = 0; number < literals.size(); ++number)
            if (looked_at.find(literals[number]) != std::string::npos) expected.push_back(number);
        set.find(looked_at, found);
        REQUIRE(found == expected);
    }
}
