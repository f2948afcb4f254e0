#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace spokeswatch {

// One look at the machine that the service runs on.
struct Finding {
    enum class State { ok, warning, fault };

    std::string subject;  // "store", "disk", "clock", ...
    State state = State::ok;
    std::string message;  // what was found, and what to do about it
};

// The folder of the store can be written by this user, and the store, if it is there, be read.
Finding look_at_store(const std::filesystem::path& store);
// A warning below 5 % or 512 MiB, a fault below 64 MiB.
Finding look_at_disk(std::uint64_t available_bytes, std::uint64_t all_bytes);
// `synchronised`: what the kernel says.
Finding look_at_clock(Time now, bool synchronised);
// Certificates that TLS trusts; `file` is a bundle in PEM.
Finding look_at_trust(const std::filesystem::path& file);
// `missing`: packages of spelling dictionaries that rules would use.
Finding look_at_dictionaries(const std::vector<std::string>& missing);

}  // namespace spokeswatch
