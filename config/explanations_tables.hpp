#pragma once

#include <span>

#include "config/explanations.hpp"

namespace spokeswatch {

std::span<const Explanation> explained_syntax();  // SW10x
std::span<const Explanation> explained_errors();  // SW11x to SW15x
std::span<const Explanation> explained_lint();    // SW2xx

}  // namespace spokeswatch
