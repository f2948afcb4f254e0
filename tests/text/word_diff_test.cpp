#include "text/word_diff.hpp"

#include <random>

#include <catch2/catch.hpp>

using namespace spokeswatch;

namespace {

using Kind = DiffRun::Kind;

std::string rebuilt(const std::vector<DiffRun>& runs, Kind without) {
    std::string text;
    for (const DiffRun& run : runs)
        if (run.kind != without) text += run.text;
    return text;
}

std::string no_spaces(const std::string& text) {
    std::string out;
    for (const char c : text)
        if (c != ' ') out += c;
    return out;
}

// Longest common subsequence by the book, for short texts.
std::size_t common(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    std::vector<std::vector<std::size_t>> best(
        a.size() + 1, std::vector<std::size_t>(b.size() + 1)
    );
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t j = 0; j < b.size(); ++j)
            best[i + 1][j + 1] =
                a[i] == b[j] ? best[i][j] + 1 : std::max(best[i][j + 1], best[i + 1][j]);
    return best[a.size()][b.size()];
}

}  // namespace

TEST_CASE("a changed word stands between what stayed") {
    CHECK(
        word_diff("will pay a state visit", "will pay a working visit") ==
        std::vector<DiffRun>{
            {Kind::same, "will pay a "},
            {Kind::removed, "state "},
            {Kind::added, "working "},
            {Kind::same, "visit"}}
    );
    CHECK(word_diff("", "").empty());
    CHECK(word_diff("", "new") == std::vector<DiffRun>{{Kind::added, "new"}});
    CHECK(word_diff("old", "") == std::vector<DiffRun>{{Kind::removed, "old"}});
}

TEST_CASE("a Han character is a word") {
    CHECK(
        word_diff("进行国事访问。", "进行工作访问。") ==
        std::vector<DiffRun>{
            {Kind::same, "进行"},
            {Kind::removed, "国事"},
            {Kind::added, "工作"},
            {Kind::same, "访问。"}}
    );
}

TEST_CASE("a diff fits on one line with a few words around each change") {
    CHECK(
        word_diff_line("will pay a state visit", "will pay a working visit") ==
        "will pay a [-state-] {+working+} visit"
    );
    CHECK(
        word_diff_line(
            "one two three four five six seven war eight nine ten eleven twelve",
            "one two three four five six seven operation eight nine ten eleven twelve"
        ) == "… four five six seven [-war-] {+operation+} eight nine ten eleven …"
    );
    CHECK(word_diff_line("the same words", "the  same\nwords").empty());
    CHECK(word_diff_line("a\nb", "a\nb\nc") == "a b {+c+}");
}

TEST_CASE("a text that changed everywhere is one change, whatever its length") {
    std::string before, after;
    for (int i = 0; i < 20'000; ++i) {
        before += "a" + std::to_string(i) + " ";
        after += "b" + std::to_string(i) + " ";
    }
    const auto runs = word_diff(before, after);
    REQUIRE(runs.size() == 2);
    CHECK(runs[0].text == before);
    CHECK(runs[1].text == after);
    CHECK(word_diff_line(before, after).size() < 500);
}

TEST_CASE("a diff gives both texts back and is the shortest one") {
    std::mt19937 random(5);
    for (int round = 0; round < 2'000; ++round) {
        std::vector<std::string> words[2];
        std::string texts[2];
        for (int side = 0; side < 2; ++side) {
            const auto count = random() % 12;
            for (unsigned i = 0; i < count; ++i) {
                words[side].push_back(std::string(1, static_cast<char>('a' + random() % 4)));
                texts[side] += words[side].back() + " ";
            }
        }
        const auto runs = word_diff(texts[0], texts[1]);
        CAPTURE(texts[0], texts[1]);
        CHECK(no_spaces(rebuilt(runs, Kind::added)) == no_spaces(texts[0]));
        CHECK(rebuilt(runs, Kind::removed) == texts[1]);
        const std::size_t kept = no_spaces(texts[0]).size() + no_spaces(texts[1]).size();
        std::size_t changed = 0;
        for (const DiffRun& run : runs)
            if (run.kind != Kind::same) changed += no_spaces(run.text).size();
        CHECK(kept - changed == 2 * common(words[0], words[1]));
        for (std::size_t i = 1; i < runs.size(); ++i) CHECK(runs[i].kind != runs[i - 1].kind);
    }
}
