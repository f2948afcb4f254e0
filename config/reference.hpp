#pragma once

#include <string>

#include "config/options.hpp"
#include "config/page.hpp"

namespace spokeswatch {

// The manual of the configuration, made of the tables of keys, kinds and codes:
// docs/configuration.md is its Markdown (a test compares), spokeswatch.yml(5) its man page.
Page configuration_page(const KindSpecs& kinds);

}  // namespace spokeswatch
