#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

// Where the things that are no words end, in plain text. Valid UTF-8; offsets are bytes.

namespace spokeswatch {

// End of the URL that begins at `at` ("http://", "https://" or "www." in any case); nullopt when
// none does. Full stops, quotes and unbalanced brackets at its end are not part of it.
std::optional<std::size_t> url_end(std::string_view text, std::size_t at);

struct TagExtent {
    std::size_t start = 0, end = 0;      // without the signs
    std::optional<std::size_t> closing;  // place of the second sign of `#tag#`
};
// The hashtag whose sign stands at [sign, after_sign); nullopt when it is none.
std::optional<TagExtent> tag_extent(
    std::string_view text, std::size_t sign, std::size_t after_sign
);

// End of the handle that begins at `at`, behind its sign; `at` itself when there is none.
std::size_t handle_end(std::string_view text, std::size_t at);

}  // namespace spokeswatch
