#include "text/pattern.hpp"

#include <string>
#include <vector>

#include <catch2/catch.hpp>

using namespace spokeswatch;

namespace {

using Texts = std::vector<std::string>;

Pattern pattern(const std::string& text, bool ignore_case = false) {
    std::optional<Pattern::Problem> problem;
    Pattern compiled = Pattern::compile(text, ignore_case, problem);
    if (problem) FAIL(text << ": " << problem->message);
    return compiled;
}

Texts found(const std::string& expression, const std::string& text, std::size_t max = 100) {
    Texts list;
    for (const Pattern::Span& span : pattern(expression).find_all(text, max))
        list.push_back(text.substr(span.start, span.end - span.start));
    return list;
}

Pattern::Problem problem(const std::string& text) {
    std::optional<Pattern::Problem> fault;
    const Pattern compiled = Pattern::compile(text, false, fault);
    CHECK_FALSE(compiled.search("anything"));
    CHECK_FALSE(compiled.full_match(""));
    CHECK(compiled.find_all("anything", 10).empty());
    return fault.value_or(Pattern::Problem{"no problem with " + text, 0, 0});
}

}  // namespace

TEST_CASE("word borders are those of every script") {
    CHECK(found(R"(\bвизит\b)", "визит, визиты; Визит визит") == Texts{"визит", "визит"});
    CHECK(found(R"(\bstate\b \bvisit\b)", "a state visit") == Texts{"state visit"});
    CHECK(found(R"(\bstate\b.*\bvisit\b)", "state visit") == Texts{"state visit"});
    CHECK(found(R"(\b\w+\b)", "один two,три_3 4") == Texts{"один", "two", "три_3", "4"});
    CHECK(found(R"(\bé)", "été né") == Texts{"é"});
    CHECK(found(R"(foo\b|\b-)", "foo-") == Texts{"foo", "-"});
    CHECK(found(R"(^\bа$)", "а") == Texts{"а"});
    CHECK(found(R"(а\b.\bб)", "а-б а\nб") == Texts{"а-б"});
    CHECK(found(R"((?s)а\b.\bб)", "а\nб") == Texts{"а\nб"});
    CHECK(found(R"(\b[^а-я]+\b)", "при abc вет") == Texts{" abc "});
    CHECK(found(R"(\b(?:да){2,3}\b)", "дада дадада да") == Texts{"дада", "дадада"});
    CHECK(found(R"(\b\Qа.б\E+\b)", "а.бб") == Texts{"а.бб"});
    CHECK(found(R"(\bд{2}[\s\S]{3})", "дд-ее") == Texts{"дд-ее"});
    CHECK(found(R"(\b\b\bда\b\b)", "да") == Texts{"да"});
    CHECK(pattern(R"(да\b)").full_match("да"));
    CHECK_FALSE(pattern(R"(да\b)").full_match("да "));
    CHECK(pattern(R"(\bда|нет)").full_match("нет"));
    CHECK(pattern(R"(\bда\b)").search("ну да"));
}

TEST_CASE("word and digit classes know every script") {
    CHECK(found(R"(\w+)", "три_3, été") == Texts{"три_3", "été"});
    CHECK(found(R"([\w-]+@\w+)", "ключ-1@почта") == Texts{"ключ-1@почта"});
    CHECK(found(R"(\d+)", "12 ٣٤") == Texts{"12", "٣٤"});
    CHECK(found(R"(\W+)", "да, нет") == Texts{", "});
    CHECK(found(R"([\W]+)", "да, нет") == Texts{", "});
    CHECK(found(R"([^\W]+)", "да, нет") == Texts{"да", "нет"});
    CHECK(found(R"(\D+)", "да1") == Texts{"да"});
    CHECK(found(R"([\D]+)", "да1") == Texts{"да"});
    CHECK(found(R"(\S+)", "да нет") == Texts{"да", "нет"});
    CHECK(found(R"([\S]+)", "да нет") == Texts{"да", "нет"});
    CHECK(found(R"(\PL+)", "а1б") == Texts{"1"});
    CHECK(found(R"(\p{Han}{2})", "国事访问") == Texts{"国事", "访问"});
    CHECK(found(R"([[:alpha:]\d]+)", "ab1д") == Texts{"ab1"});
    CHECK(found(R"([]a]+)", "]a") == Texts{"]a"});
    CHECK(found(R"(\x41\x{431}\.)", "Aб.") == Texts{"Aб."});
    CHECK(found(R"(a{x\b)", "a{x") == Texts{"a{x"});
}

TEST_CASE("a search is not anchored, a full match is") {
    CHECK(pattern("б").search("абв"));
    CHECK_FALSE(pattern("б").full_match("абв"));
    CHECK(pattern("а.в").full_match("абв"));
    CHECK(pattern("ВИЗИТ", true).full_match("визит"));
    CHECK_FALSE(pattern("ВИЗИТ").search("визит"));
    CHECK(pattern("").full_match(""));
}

TEST_CASE("matches are not empty, do not overlap, and are not more than asked for") {
    CHECK(found("a*", "aabaa") == Texts{"aa", "aa"});
    CHECK(found("x*", "абв").empty());
    CHECK(found("aa", "aaaaa") == Texts{"aa", "aa"});
    CHECK(found("a", "aaaa", 2) == Texts{"a", "a"});
    CHECK(found("^a", "aaa") == Texts{"a"});
    CHECK(found("a$", "aaa") == Texts{"a"});
    CHECK(found(R"(\b)", "а б").empty());
}

TEST_CASE("what is not closed is shown where it was opened") {
    CHECK(problem("国事(访问|visit").message == "regular expression is not closed: missing `)`");
    CHECK(problem("国事(访问|visit").offset == 2);
    CHECK(problem("国[а").offset == 1);
    CHECK(problem("国[а").message == "regular expression is not closed: missing `]`");
    CHECK(problem("((a)").offset == 0);
    CHECK(problem("(a(b)").offset == 0);
    CHECK(problem("国)").offset == 1);
}

TEST_CASE("what RE2 cannot do is refused by its name and place") {
    CHECK(problem("国(?=a)").message == "look-around is not available in regular expressions");
    CHECK(problem("国(?=a)").offset == 1);
    CHECK(problem("(?<!a)b").length == 4);
    CHECK(
        problem(R"((a)\1)").message == "back-references are not available in regular expressions"
    );
    CHECK(problem(R"((a)\1)").offset == 3);
    CHECK(problem(R"(国a\Bb)").offset == 2);
    CHECK(problem(R"(\C)").offset == 0);
    CHECK(problem("国a**").offset == 2);
    CHECK(problem("*a").offset == 0);
    CHECK(problem("a{1001}").offset == 1);
    CHECK(problem("[z-a]").offset == 1);
    CHECK(problem(R"(\p{Nobody})").message.find("unknown class") != std::string::npos);
    CHECK(problem(R"(国\y)").offset == 1);
    CHECK(problem("a\\").message.find("single") != std::string::npos);
    CHECK(problem(std::string(13'000, 'a')).message.find("12 KiB") != std::string::npos);
    CHECK(problem("((a{100}){100}){100}").message.find("too") != std::string::npos);
}

TEST_CASE("a hostile pattern or text ends soon") {
    const std::string text(200'000, 'a');
    for (const char* hostile :
         {"(a+)+$", "(a|aa)+b", "(.*)*x", R"((\b\w+\b\s*)+!)", "a.*b|a", "(a?){50}a{50}b"}) {
        CAPTURE(hostile);
        CHECK(pattern(hostile).find_all(text + "!", 100).size() <= 100);
    }
}

TEST_CASE("every beginning of an expression compiles or says why not") {
    const std::string whole =
        R"((?i:a[^\w\]-]\b|\p{Greek}{2,3}?)(?P<name>\Qx.y\E+)(?s-m).^$\x{41}\pN[[:alpha:]]\\)";
    for (std::size_t end = 0; end <= whole.size(); ++end) {
        std::optional<Pattern::Problem> fault;
        const Pattern compiled = Pattern::compile(whole.substr(0, end), false, fault);
        if (fault)
            CHECK(fault->offset <= end);
        else
            CHECK(compiled.find_all("aбx.y A1\\", 10).size() <= 10);
    }
}

TEST_CASE("the first group of the first match is taken out") {
    std::optional<Pattern::Problem> problem;
    const auto group = [&problem](const std::string& pattern, const std::string& text) {
        const Pattern compiled = Pattern::compile(pattern, false, problem);
        REQUIRE_FALSE(problem);
        return compiled.first_group(text).value_or("none");
    };
    CHECK(group("t(\\d{8})_", "./t20230317_1.html") == "20230317");
    CHECK(group("_(\\d+)(\\.html)", "a_12 b_34.html") == "34");
    CHECK(group("\\b(визит)\\b", "о визит президента") == "визит");
    CHECK(group("(a)?b", "b") == "none");
    CHECK(group("a", "a") == "none");
    CHECK(group("(a)", "b") == "none");
    CHECK(Pattern::compile("\\b(?:a)(b)(c)\\b", false, problem).groups() == 2);
}
