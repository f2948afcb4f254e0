#include "rules/judgement.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;
using namespace std::chrono_literals;

namespace {

const Time noon = parse_time("2023-03-17T12:00:00Z").value();

std::vector<Time> at(const std::vector<int>& minutes) {
    std::vector<Time> times;
    for (const int minute : minutes) times.push_back(noon + std::chrono::minutes(minute));
    return times;
}

std::string dense(const std::vector<int>& minutes, std::size_t index) {
    const auto stretch = dense_stretch(at(minutes), index, Frequency{3, 1h});
    if (!stretch) return "";
    return std::to_string(stretch->first) + "-" + std::to_string(stretch->last);
}

std::string common(const std::vector<std::pair<int, std::string>>& voices, std::size_t index) {
    std::vector<Said> said;
    for (const auto& [minute, org] : voices)
        said.push_back({noon + std::chrono::minutes(minute), org});
    const auto stretch = common_stretch(said, index, Chorus{3, 1h});
    if (!stretch) return "";
    return std::to_string(stretch->first) + "-" + std::to_string(stretch->last);
}

}  // namespace

TEST_CASE("a watch waits for the archive and for its baseline, and says so") {
    CHECK(not_ready(false, noon, 0h, noon) == "the archive is still being counted");
    CHECK(
        not_ready(true, noon, 24h * 30, noon + 24h) ==
        "watched since 2023-03-17, 30d are needed: ready on 2023-04-16"
    );
    CHECK(not_ready(true, noon, 24h * 30, noon + 24h * 30).empty());
}

TEST_CASE("a stretch is dense when so many lie less than the window apart") {
    CHECK(dense({0, 20, 59}, 2) == "0-2");
    CHECK(dense({0, 20, 60}, 2).empty());
    CHECK(dense({0, 20, 59}, 0) == "0-2");
    CHECK(dense({0, 100, 110, 120, 300}, 2) == "1-3");
    CHECK(dense({0, 100, 110, 120, 300}, 4).empty());
    CHECK(dense({0, 20}, 1).empty());
}

TEST_CASE("voices are common when so many organisations lie less than the window apart") {
    CHECK(common({{0, "a"}, {10, "b"}, {59, "c"}}, 2) == "0-2");
    CHECK(common({{0, "a"}, {10, "b"}, {60, "c"}}, 2).empty());
    CHECK(common({{0, "a"}, {10, "a"}, {20, "b"}}, 2).empty());
    // The stretch with the most voices.
    CHECK(common({{0, "a"}, {30, "b"}, {50, "c"}, {70, "d"}, {80, "a"}}, 2) == "1-4");
}

TEST_CASE("a first use is judged by the last one, whenever it was") {
    FirstUse watch;
    watch.of.value = "war";
    watch.in = 24h * 30;
    CHECK(judge_first_use(watch, noon, std::nullopt).alerts);
    CHECK(judge_first_use(watch, noon, noon - 24h * 30).alerts);
    CHECK_FALSE(judge_first_use(watch, noon, noon - 24h * 29).alerts);
    CHECK_FALSE(judge_first_use(watch, noon, noon + 1h).alerts);
}

TEST_CASE("a shift needs the old wording in the baseline and the new one not") {
    Shift watch;
    watch.from.value = "operation";
    watch.to.value = "war";
    watch.baseline = 24h * 30;
    const Time within = noon - 24h * 10;
    const Time before = noon - 24h * 40;
    CHECK(judge_shift(watch, noon, within, std::nullopt).alerts);
    CHECK(judge_shift(watch, noon, within, before).alerts);
    CHECK_FALSE(judge_shift(watch, noon, within, within).alerts);
    CHECK_FALSE(judge_shift(watch, noon, before, std::nullopt).alerts);
    CHECK_FALSE(judge_shift(watch, noon, std::nullopt, std::nullopt).alerts);
    CHECK_FALSE(judge_shift(watch, noon, within, noon + 1h).alerts);
}
