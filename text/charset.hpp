#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace spokeswatch {

// Normalization form C. More than 32 combining marks in a row are cut to 32, so that no text takes
// more than linear time.
std::string nfc(std::string_view utf8);

// UTF-8 from a charset by its label (WHATWG labels, and UTF-32; gb2312 and gbk read as GB18030);
// invalid bytes become U+FFFD, NUL is removed. nullopt: unknown or refused (UTF-7 and those that
// WHATWG refuses) label.
std::optional<std::string> decode_charset(std::string_view bytes, std::string_view label);

// Text of unknown charset: BOM, then NULs where UTF-16 or UTF-32 have them, then valid UTF-8, then
// `header` (HTTP charset), then `declared` (in the document), then a guess. A charset whose label
// the bytes do not fit is passed over; broken UTF-8 is repaired when most of it is right. The name
// of what was used comes back in `used` when given. Always valid UTF-8 without NUL or BOM.
std::string decode_text(
    std::string_view bytes,
    std::string_view header,
    std::string_view declared,
    std::string* used = nullptr
);

}  // namespace spokeswatch
