#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "config/diagnostic.hpp"
#include "config/options.hpp"
#include "text/pattern.hpp"

// What is wrong with the options of a source and only its kind can tell.

namespace spokeswatch {

struct OptionFault {
    std::string option;  // name under which the value is kept
    std::string message;
    std::size_t offset = 0;  // code points into the value
    std::size_t length = 0;  // 0: the whole value
};

// Reports each where it stands.
void report(
    const std::vector<OptionFault>& faults, const Options& options, Diagnostics& diagnostics
);

// The first one, for a source that is used in spite of it.
Error rejected(const std::vector<OptionFault>& faults);

// A regular expression with one group, the value of that option; what is wrong with it is added.
Pattern compile_one_group(
    const std::string& option, std::string_view pattern, std::vector<OptionFault>& faults
);

// A format of text/date_format; what is wrong with it is added.
void check_date_format(
    const std::string& option, std::string_view format, std::vector<OptionFault>& faults
);

}  // namespace spokeswatch
