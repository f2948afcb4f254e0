#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "base/time.hpp"

namespace spokeswatch {

// Jitter and ids. Seeded from the system, or from a number so that a failing run can be repeated.
// Not for keys: those come from base/crypto.hpp.
class Random {
  public:
    Random();
    explicit Random(std::uint64_t seed) : engine_(seed) {}

    double uniform(double low, double high);
    std::uint64_t next() { return engine_(); }
    // ULID (github.com/ulid/spec): 26 characters of Crockford base 32, sortable by time.
    std::string id(Time now);

  private:
    std::mt19937_64 engine_;
};

}  // namespace spokeswatch
