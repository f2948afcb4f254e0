#pragma once

#include <chrono>
#include <map>
#include <string>

#include "base/random.hpp"
#include "base/time.hpp"

namespace spokeswatch {

using SteadyTime = std::chrono::steady_clock::time_point;

// How long attempt `attempts` + 1 waits after attempt `attempts` failed without a hint:
// min(10 min, base * 2^(attempts-1)), with full jitter on the upper half.
Duration retry_delay(int attempts, Duration base, Random& random);
inline constexpr Duration retry_delay_max = std::chrono::minutes(10);

// A token bucket with a ceiling on what runs at once. One per bucket key: targets that share a
// credential or a host share one. Runs on steady time.
class Bucket {
  public:
    void configure(double per_second, int burst, int in_flight_max);
    // How many attempts may start now.
    [[nodiscard]] int available(SteadyTime now);
    void take(SteadyTime now);           // one starts
    void finished();                     // one ended
    void block_until(SteadyTime until);  // a hint: nobody starts before
    // When `available` may become positive; SteadyTime::max() while only an end can free a place.
    [[nodiscard]] SteadyTime next_at(SteadyTime now);

  private:
    void refill(SteadyTime now);

    double per_second_ = 1;
    double burst_ = 1;
    int in_flight_max_ = 1;
    double tokens_ = -1;  // below zero: full at first use
    int in_flight_ = 0;
    SteadyTime refilled_at_{};
    SteadyTime blocked_until_{};
};

}  // namespace spokeswatch
