#pragma once

#include <string_view>

#include "config/page.hpp"

// What the manual of the configuration says besides its tables (reference.hpp).

namespace spokeswatch {

void add_introduction(Page& page);
// How values are written, and secrets.
void add_values(Page& page);
void add_matchers(Page& page);
// What is refused of YAML.
void add_yaml(Page& page);

extern const std::string_view later_text;
extern const std::string_view codes_text;

}  // namespace spokeswatch
