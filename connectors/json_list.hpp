#pragma once

#include <set>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "connectors/json_settings.hpp"
#include "connectors/list_page.hpp"

namespace spokeswatch {

// Signs that part a URL: a value must not become more of it.
inline constexpr std::string_view url_value_signs = "%&+#=?/";

// The items of one answer.
struct JsonList {
    ListPage page;                  // `next` absolute, or what `next_param` is to say
    std::set<std::string> deleted;  // native ids that the answer says were taken down
    std::size_t skipped = 0;        // items that have nothing to be known by
};

// Reads an answer. `base`: what addresses are relative to. Errors: malformed: no JSON, no list
// where it should stand, or most items lack id or text. server: the answer says that it failed.
Result<JsonList> parse_json_list(
    std::string_view body, const std::string& base, const JsonSettings& settings
);

}  // namespace spokeswatch
