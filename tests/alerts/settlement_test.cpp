#include "alerts/settlement.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;
using namespace std::chrono_literals;

namespace {

const Time created = parse_time("2023-03-17T09:00:00Z").value();

// What an answer to the first attempt comes to, `after` the row was written.
Settlement settled(Verdict verdict, Duration after = 1min, std::optional<Duration> age_max = {}) {
    OutboxRow row;
    row.key = "sw-A-fake-1";
    row.attempts = 1;
    row.created_at = created;
    Target target;
    target.give_up_after = 24h;
    Answer answer;
    answer.verdict = verdict;
    answer.detail = "said so";
    Random random(1);
    return settle(row, target, answer, created + after, age_max, random);
}

}  // namespace

TEST_CASE("what failed waits as long as its verdict says") {
    const Settlement retry = settled(Verdict::retry);
    CHECK(retry.record.state == OutboxState::retry_wait);
    CHECK(retry.record.not_before >= created + 1min + 1s);
    CHECK(retry.record.not_before <= created + 1min + 2s);
    CHECK_FALSE(retry.block);
    CHECK_FALSE(retry.pause);

    const Settlement hinted = settled(Verdict::retry_after);
    CHECK(hinted.block == 1s);  // no hint came after all: a second
    CHECK(hinted.record.not_before == created + 1min + 1s);

    const Settlement dead_target = settled(Verdict::permanent_target);
    CHECK(dead_target.pause);
    CHECK(dead_target.record.state == OutboxState::retry_wait);
    CHECK(dead_target.record.not_before == created + 1min + probe_every);
}

TEST_CASE("a target that moved is paused and its new address is for the operator") {
    const Settlement moved = settled(Verdict::retarget);
    CHECK(moved.pause);
    CHECK(moved.record.detail == "said so; the receiver has moved: change its configuration");
}

TEST_CASE("the configuration's age limit stands in for the target's, and zero means none") {
    CHECK(settled(Verdict::retry, 23h).record.state == OutboxState::retry_wait);
    CHECK(settled(Verdict::retry, 24h).record.state == OutboxState::dead);
    CHECK(settled(Verdict::retry, 2h, 1h).record.state == OutboxState::dead);
    CHECK(settled(Verdict::retry, 24h * 365, 0s).record.state == OutboxState::retry_wait);
    CHECK(settled(Verdict::delivered, 48h).record.state == OutboxState::delivered);
}
