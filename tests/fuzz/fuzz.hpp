#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

// What a target defines. It returns 0, and ends the process by `check` when a promise is broken.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace spokeswatch::testing {

inline std::string_view fuzz_text(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

}  // namespace spokeswatch::testing
