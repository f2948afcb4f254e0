#include "base/random.hpp"

#include <set>

#include <catch2/catch.hpp>

using namespace spokeswatch;
using namespace std::chrono_literals;

TEST_CASE("an id is a ULID: the time in front, as the specification's example has it") {
    Random random(1);
    const Time time{std::chrono::milliseconds(1'469'918'176'385)};
    const std::string id = random.id(time);
    CHECK(id.size() == 26);
    CHECK(id.substr(0, 10) == "01ARYZ6S41");
    CHECK(id.find_first_not_of("0123456789ABCDEFGHJKMNPQRSTVWXYZ") == std::string::npos);
}

TEST_CASE("ids sort by time and do not repeat within one millisecond") {
    Random random;
    const Time time{1'700'000'000s};
    CHECK(random.id(time) < random.id(time + 1ms));
    std::set<std::string> ids;
    for (int i = 0; i < 1000; ++i) ids.insert(random.id(time));
    CHECK(ids.size() == 1000);
}

TEST_CASE("a seed repeats a run") {
    Random one(7);
    Random two(7);
    for (int i = 0; i < 10; ++i) CHECK(one.uniform(0.9, 1.1) == two.uniform(0.9, 1.1));
    CHECK(one.id(Time{}) == two.id(Time{}));
}

TEST_CASE("a uniform number stays inside its bounds and uses all of them") {
    Random random(3);
    double lowest = 1;
    double highest = 0;
    for (int i = 0; i < 10'000; ++i) {
        const double value = random.uniform(0.9, 1.1);
        lowest = std::min(lowest, value);
        highest = std::max(highest, value);
        REQUIRE(value >= 0.9);
        REQUIRE(value < 1.1);
    }
    CHECK(lowest < 0.91);
    CHECK(highest > 1.09);
}
