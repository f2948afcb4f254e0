#include "alerts/pace.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;
using namespace std::chrono_literals;

TEST_CASE("a retry waits at least half of its doubled base and never more than the whole") {
    Random random(1);
    for (int attempts = 1; attempts <= 30; ++attempts) {
        const Duration whole = std::min<Duration>(
            retry_delay_max, Duration(2s) * (std::int64_t{1} << std::min(attempts - 1, 20))
        );
        const Duration delay = retry_delay(attempts, 2s, random);
        CHECK(delay >= whole / 2);
        CHECK(delay <= whole);
    }
}

TEST_CASE("a bucket gives its burst, then its pace") {
    SteadyTime now{1h};
    Bucket bucket;
    bucket.configure(1, 2, 10);
    REQUIRE(bucket.available(now) == 2);
    bucket.take(now);
    bucket.take(now);
    REQUIRE(bucket.available(now) == 0);
    const SteadyTime next = bucket.next_at(now);
    CHECK(next > now);
    CHECK(next <= now + 1001ms);
    CHECK(bucket.available(now + 999ms) == 0);
    CHECK(bucket.available(next) == 1);
}

TEST_CASE("a bucket never runs more at once than it may") {
    SteadyTime now{1h};
    Bucket bucket;
    bucket.configure(1000, 1000, 2);
    bucket.take(now);
    bucket.take(now);
    CHECK(bucket.available(now + 1h) == 0);
    CHECK(bucket.next_at(now) == SteadyTime::max());
    bucket.finished();
    CHECK(bucket.available(now) == 1);
}

TEST_CASE("a hint empties the bucket until it passes") {
    SteadyTime now{1h};
    Bucket bucket;
    bucket.configure(10, 10, 10);
    bucket.block_until(now + 30s);
    CHECK(bucket.available(now + 29s) == 0);
    CHECK(bucket.next_at(now) == now + 30s);
    CHECK(bucket.available(now + 30s) == 10);
    bucket.block_until(now + 5s);  // a shorter hint does not shorten a longer one
    CHECK(bucket.available(now + 29s) == 0);
}
