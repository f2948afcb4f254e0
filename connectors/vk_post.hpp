#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "connectors/json.hpp"
#include "connectors/newest_first.hpp"

// Posts of walls as the VK API gives them (dev.vk.com/reference/objects/post, version 5.199; older
// shapes are read too).

namespace spokeswatch {

struct VkPage {
    RankedPage list;        // without posts that are deleted, waiting or, unless wanted, paid for
    std::size_t count = 0;  // of all items
    std::string owner;      // number of the wall's owner, negative for a community; may be empty
};

// The `response` of wall.get or wall.getById; at most 500 posts. malformed: something else, or
// nothing of it can be used.
Result<VkPage> parse_vk_page(Json response, bool with_ads, const std::string& lang);

// Text as VK shows it: of `[club1|Name]` and `[https://vk.com/x|Name]` the name.
std::string vk_text(std::string_view text);

}  // namespace spokeswatch
