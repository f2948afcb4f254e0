#include "alerts/pace.hpp"

#include <algorithm>
#include <cmath>

namespace spokeswatch {

Duration retry_delay(int attempts, Duration base, Random& random) {
    const int doublings = std::clamp(attempts - 1, 0, 20);
    const Duration whole =
        std::min<Duration>(retry_delay_max, base * (std::int64_t{1} << doublings));
    const auto half = static_cast<double>(whole.count()) / 2;
    return Duration(static_cast<std::int64_t>(half + random.uniform(0, half)));
}

void Bucket::configure(double per_second, int burst, int in_flight_max) {
    per_second_ = per_second;
    burst_ = burst;
    in_flight_max_ = in_flight_max;
}

void Bucket::refill(SteadyTime now) {
    if (tokens_ < 0) {
        tokens_ = burst_;
    } else {
        const double passed = std::chrono::duration<double>(now - refilled_at_).count();
        tokens_ = std::min(burst_, tokens_ + std::max(0.0, passed) * per_second_);
    }
    refilled_at_ = now;
}

int Bucket::available(SteadyTime now) {
    if (now < blocked_until_) return 0;
    refill(now);
    // A whole token less the rounding of its refill.
    const int by_pace = static_cast<int>(std::floor(tokens_ + 1e-6));
    return std::max(0, std::min(by_pace, in_flight_max_ - in_flight_));
}

void Bucket::take(SteadyTime now) {
    refill(now);
    tokens_ = std::max(0.0, tokens_ - 1);
    ++in_flight_;
}

void Bucket::finished() { --in_flight_; }

void Bucket::block_until(SteadyTime until) { blocked_until_ = std::max(blocked_until_, until); }

SteadyTime Bucket::next_at(SteadyTime now) {
    if (in_flight_ >= in_flight_max_) return SteadyTime::max();
    refill(now);
    SteadyTime next = std::max(now, blocked_until_);
    if (tokens_ + 1e-6 < 1) {
        const std::chrono::duration<double> wait((1 - tokens_) / per_second_);
        next = std::max(
            next,
            now + std::chrono::duration_cast<std::chrono::steady_clock::duration>(wait) +
                std::chrono::microseconds(1)
        );
    }
    return next;
}

}  // namespace spokeswatch
