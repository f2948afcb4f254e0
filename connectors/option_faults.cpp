#include "connectors/option_faults.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "config/codes.hpp"
#include "text/date_format.hpp"

namespace spokeswatch {

void report(
    const std::vector<OptionFault>& faults, const Options& options, Diagnostics& diagnostics
) {
    for (const OptionFault& fault : faults) {
        Span span = options.span(fault.option);
        // Where nothing is escaped, character n of the value is character n of the file.
        const bool as_written = options.has(fault.option) && fault.length > 0 &&
                                span.length == code_points(options.text(fault.option));
        if (as_written && fault.offset <= span.length) {
            span.column += std::min(fault.offset, span.length - 1);
            span.length = std::min(fault.length, span.length);
        }
        diagnostics.error(code::extraction, span, cited(fault.option) + ": " + fault.message);
    }
}

Error rejected(const std::vector<OptionFault>& faults) {
    return Error{ErrorKind::rejected, "`" + faults.front().option + "`: " + faults.front().message};
}

Pattern compile_one_group(
    const std::string& option, std::string_view pattern, std::vector<OptionFault>& faults
) {
    std::optional<Pattern::Problem> problem;
    Pattern compiled = Pattern::compile(pattern, false, problem);
    if (problem) {
        faults.push_back({option, problem->message, problem->offset, problem->length});
    } else if (compiled.groups() != 1) {
        faults.push_back(
            {option,
             "regular expression needs one group `(...)` around what is wanted; other brackets "
             "begin with `(?:`"}
        );
    }
    return compiled;
}

void check_date_format(
    const std::string& option, std::string_view format, std::vector<OptionFault>& faults
) {
    const auto unknown = unknown_conversion(format);
    if (!unknown) return;
    faults.push_back(
        {option,
         "unknown conversion; known are %Y %m %d %H %M %S, %b %B for English names of months, and "
         "the others of strptime that name a part of a date",
         code_points(format.substr(0, *unknown)),
         2}
    );
}

}  // namespace spokeswatch
