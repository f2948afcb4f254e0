#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "text/date.hpp"

// Dates of a source whose zone or form the operator has stated.

namespace spokeswatch {

// As parse_date. A date without zone is local time in `zone` (IANA name); in UTC when that is
// empty, and then not more exact than the minute: nobody said so.
std::optional<ParsedDate> parse_date_in_zone(std::string_view text, const std::string& zone);

// The whole text by a format of strptime(3), names in English. Its precision is that of the format.
// nullopt: it does not fit, or there is no such day, or it is before 1970 or after 2200.
std::optional<ParsedDate> parse_date_format(
    std::string_view text, const std::string& format, const std::string& zone
);

// Byte of the first conversion of a format that parse_date_format does not know; nullopt: all
// known. Known: %Y %y %m %B %b %h %d %e %j %H %I %M %S %p %z %a %A %F %T %R %D %n %t %%.
std::optional<std::size_t> unknown_conversion(std::string_view format);

}  // namespace spokeswatch
