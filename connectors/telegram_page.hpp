#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "model/statement.hpp"

// The preview of a public Telegram channel (t.me/s/<channel>), as a page of messages. Telegram
// documents none of it: the markup is what its servers send, in the forms of 2020 and of 2022 on.

namespace spokeswatch {

struct TelegramPage {
    std::vector<Statement> statements;  // as on the page: oldest first
    std::string account_key;  // channel number; the name in lower case when the page hides it
    std::string after;  // id to ask `?after=` for the next newer page; empty: this is the last
};

// One page. `base` resolves relative links, `lang` is what the operator declared. Errors:
//   forbidden: the channel, group, bot or person exists and has no public preview
//   gone: nobody has the name, or "Post not found" of a single post
//   malformed: not a page of Telegram, or a channel whose messages cannot be found in it
Result<TelegramPage> parse_telegram_page(
    std::string_view page,
    std::string_view header_charset,
    const std::string& base,
    const std::string& lang
);

// Numeric value of a message id; 0 when it is none.
std::int64_t telegram_id(std::string_view native_id);

// "name" of "@name", "t.me/name", "https://t.me/s/name"; empty when it is no channel name.
std::string telegram_channel(std::string_view text);

}  // namespace spokeswatch
