#pragma once

#include <string>
#include <vector>

#include "config/diagnostic.hpp"

// The formats of render() that programs read.

namespace spokeswatch {

std::string render_json(const std::vector<const Diagnostic*>& faults);
std::string render_github(const std::vector<const Diagnostic*>& faults);

}  // namespace spokeswatch
