#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "connectors/json.hpp"
#include "connectors/newest_first.hpp"
#include "text/date.hpp"

// Posts as m.weibo.cn gives them to its own pages. Weibo documents none of it.

namespace spokeswatch {

struct WeiboPage {
    RankedPage list;  // public posts, pinned ones marked
    // Posts that the list shows only the beginning of, by id: what changes when they are edited.
    std::map<std::string, std::string> long_posts;
};

// A list of cards, an open-API list of statuses, or a single post; at most 500. An `ok` of 0
// without cards is an empty list. `owner`: posts of others, which some lists show as liked, are
// left out; empty: none are. malformed: something else, or nothing of it can be used.
Result<WeiboPage> parse_weibo_page(
    Json root, const std::string& owner, const std::string& lang, Time now
);

// Puts the whole text of a long post in place of its beginning.
void set_weibo_text(std::string_view markup, Statement& statement);

// Everybody may read it.
bool is_public_weibo_post(Json post);

// `created_at` in all its forms: "Fri Mar 17 15:00:09 +0800 2023", 刚刚, 5分钟前, 2小时前,
// 昨天 21:05, 03-17, 2022-12-31. Without a zone it is Beijing's time.
std::optional<ParsedDate> parse_weibo_date(std::string_view text, Time now);

}  // namespace spokeswatch
