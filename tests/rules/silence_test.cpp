#include "rules/silence.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;
using namespace std::chrono_literals;

namespace {

constexpr Duration day = 24h;
const Time monday = parse_time("2023-01-02T00:00:00Z").value();

// At 10:00 and 15:00 from Monday to Friday, for so many weeks.
std::vector<Time> office_hours(int weeks) {
    std::vector<Time> times;
    for (int week = 0; week < weeks; ++week)
        for (int weekday = 0; weekday < 5; ++weekday)
            for (const Duration hour : {10h, 15h})
                times.push_back(monday + week * 7 * day + weekday * day + hour);
    return times;
}

// Watched from Monday on, read a moment ago.
SilenceFacts facts_of(const std::vector<Time>& times, Time now) {
    SilenceFacts facts;
    facts.watched_since = monday;
    facts.times = times;
    if (!times.empty()) facts.last = times.back();
    facts.read_at = now;
    return facts;
}

SilenceJudgement learned(const std::vector<Time>& times, Time now) {
    return judge_silence(Silent{}, facts_of(times, now), now);
}

SilenceJudgement fixed(const SilenceFacts& facts, Time now) {
    return judge_silence(Silent{36h}, facts, now);
}

}  // namespace

TEST_CASE("a source that says nothing for so long is silent, and not a moment before") {
    const Time last = monday + 10 * day;
    const auto early = fixed(facts_of({last}, last + 35h), last + 35h);
    CHECK_FALSE(early.alerts);
    CHECK(early.look_at == last + 36h);
    CHECK(
        early.reason ==
        "it last spoke at 2023-01-12T00:00:00Z: silent enough at "
        "2023-01-13T12:00:00Z"
    );
    const auto late = fixed(facts_of({last}, last + 36h), last + 36h);
    CHECK(late.alerts);
    CHECK(late.reason == "silent for 1d12h: nothing since 2023-01-12T00:00:00Z");
}

TEST_CASE("a source that is not watched for as long as it must be silent is not judged") {
    // The first page showed a statement of long ago.
    SilenceFacts facts = facts_of({monday - 9 * day}, monday + 10h);
    CHECK_FALSE(fixed(facts, monday + 10h).alerts);
    CHECK(fixed(facts, monday + 10h).look_at == monday + 36h);
    facts.read_at = monday + 36h;
    CHECK(fixed(facts, monday + 36h).alerts);
}

TEST_CASE("a source that fails, or was not read since, is not silent") {
    const Time last = monday + 10 * day;
    const Time now = last + 3 * day;
    SilenceFacts facts = facts_of({last}, now);
    facts.fault = "timeout";
    CHECK(fixed(facts, now).reason == "the source is unhealthy: timeout");
    CHECK_FALSE(fixed(facts, now).alerts);
    CHECK(fixed(facts, now).look_at == now + 1min);
    facts.fault.clear();
    facts.read_at = last + 35h;
    CHECK(fixed(facts, now).reason == "the source was not read since 2023-01-13T11:00:00Z");
    facts.read_at.reset();
    CHECK_FALSE(fixed(facts, now).alerts);
    facts.read_at = last + 36h;
    CHECK(fixed(facts, now).alerts);
}

TEST_CASE("what may have been missed may have ended a silence") {
    const Time last = monday + 10 * day;
    SilenceFacts facts = facts_of({last}, last + 36h);
    facts.missed_at = last + 20h;
    CHECK(fixed(facts, last + 36h).look_at == last + 56h);
    facts.read_at = last + 56h;
    CHECK(fixed(facts, last + 56h).alerts);
    facts.missed_at = last - 1h;
    CHECK(fixed(facts, last + 56h).alerts);
}

TEST_CASE("a silence is judged when the archive is counted, something was said, and once") {
    const Time last = monday + 10 * day;
    const Time now = last + 3 * day;
    SilenceFacts facts = facts_of({last}, now);
    facts.told = true;
    CHECK(fixed(facts, now).reason == "this silence, since 2023-01-12T00:00:00Z, is told");
    CHECK_FALSE(fixed(facts, now).alerts);
    facts.told = false;
    facts.counted = false;
    CHECK(fixed(facts, now).reason == "the archive is still being counted");
    CHECK_THAT(fixed(facts_of({}, now), now).reason, Catch::Contains("has said nothing yet"));
    CHECK_FALSE(fixed(facts_of({}, now), now).look_at);
}

TEST_CASE("a learned silence knows the nights and the weekends") {
    const auto times = office_hours(8);
    const Time friday = times.back();  // 15:00
    const Time next_monday = monday + 8 * 7 * day;
    // From Friday to Monday nothing is ever said.
    CHECK_FALSE(learned(times, next_monday).alerts);
    CHECK_FALSE(learned(times, next_monday + 10h + 5min).alerts);
    // On Monday morning something is missing that was always there.
    const auto due = learned(times, friday).look_at;
    REQUIRE(due);
    CHECK(*due == next_monday + 10h + 15min);
    const auto silent = learned(times, *due);
    CHECK(silent.alerts);
    CHECK(
        silent.reason ==
        "silent for 2d19h15m, longer than ever at these hours of the week in 53d: nothing since "
        "2023-02-24T15:00:00Z"
    );
}

TEST_CASE("a silence as long as one before is none") {
    std::vector<Time> times = office_hours(8);
    // The first week of February was a holiday.
    std::erase_if(times, [](Time time) {
        return time >= monday + 28 * day && time < monday + 35 * day;
    });
    const Time next_monday = monday + 8 * 7 * day;
    CHECK_FALSE(learned(times, next_monday + 4 * day).alerts);
    CHECK(learned(times, next_monday + 10 * day).alerts);
}

TEST_CASE("a rhythm is learned from four weeks and from twenty statements") {
    const auto three = office_hours(3);
    const Time now = monday + 24 * day;
    CHECK(
        learned(three, now).reason ==
        "watched since 2023-01-02, 28d are needed: ready on 2023-01-30"
    );
    CHECK(learned(three, now).look_at == monday + 28 * day);
    std::vector<Time> few = office_hours(8);
    few.erase(few.begin(), few.end() - 19);
    CHECK(
        learned(few, monday + 70 * day).reason ==
        "19 statements in 84d are too few to learn from, 20 are needed"
    );
    // What a first page showed of older days does not count: it may have holes.
    std::vector<Time> old = office_hours(8);
    for (Time& time : old) time -= 50 * day;
    CHECK_FALSE(learned(old, monday + 30 * day).alerts);
}

TEST_CASE("the weight of a time is what is said in it on average") {
    const auto times = office_hours(4);
    const Rhythm rhythm = Rhythm::learn(times, monday, monday + 28 * day);
    CHECK(rhythm.weight(monday, monday + 7 * day) == Approx(10));
    CHECK(rhythm.weight(monday + 5 * day, monday + 7 * day) == Approx(0));
    CHECK(rhythm.weight(monday + 10h, monday + 10h + 30min) == Approx(0.5));
    CHECK(rhythm.reaches(monday, 1.5) == monday + 15h + 30min);
    CHECK_FALSE(Rhythm::learn({}, monday, monday + 28 * day).reaches(monday, 1));
}
