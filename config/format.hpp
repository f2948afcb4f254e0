#pragma once

#include <optional>
#include <string>

#include "config/diagnostic.hpp"

namespace spokeswatch {

// A configuration file with its slips mended, and every other byte as it was: tabs as indentation
// and spaces of other keyboards, full-width `：` behind keys and `，` between terms, bare `@`, `#`
// and
// `?` that need quotes; in expressions full-width parentheses, and the aliases ONEAR/n, PRE/n and
// W/n, which become BEFORE/n and NEAR/n. Nothing when the file holds what cannot be mended without
// a guess; that is reported. Formatting what it returns changes nothing.
std::optional<std::string> format_config(
    const std::string& path, const std::string& bytes, Diagnostics& diagnostics
);

}  // namespace spokeswatch
