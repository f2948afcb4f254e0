#include "base/random.hpp"

#include <algorithm>
#include <string_view>

namespace spokeswatch {

namespace {

std::uint64_t system_seed() {
    std::random_device device;
    return (static_cast<std::uint64_t>(device()) << 32) | device();
}

}  // namespace

Random::Random() : engine_(system_seed()) {}

double Random::uniform(double low, double high) {
    // The standard's distributions may differ between libraries; a seed must repeat a run anywhere.
    constexpr double step = 1.0 / static_cast<double>(std::uint64_t{1} << 53);
    return low + (high - low) * (static_cast<double>(engine_() >> 11) * step);
}

std::string Random::id(Time now) {
    constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    const auto since_epoch =
        std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count();
    // 48 bits of milliseconds in 10 characters, then 80 random bits in 16.
    auto time = static_cast<std::uint64_t>(std::max<std::int64_t>(since_epoch, 0));
    std::string out(26, '0');
    for (std::size_t at = 10; at-- > 0; time >>= 5) out[at] = alphabet[time & 31];
    std::uint64_t first = engine_();
    for (std::size_t at = 10; at < 18; ++at, first >>= 5) out[at] = alphabet[first & 31];
    std::uint64_t second = engine_();
    for (std::size_t at = 18; at < 26; ++at, second >>= 5) out[at] = alphabet[second & 31];
    return out;
}

}  // namespace spokeswatch
