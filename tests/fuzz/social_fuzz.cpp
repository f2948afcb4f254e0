#include "base/check.hpp"
#include "base/utf8.hpp"
#include "connectors/limits.hpp"
#include "connectors/reddit_post.hpp"
#include "connectors/vk_post.hpp"
#include "connectors/weibo_post.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace spokeswatch;

namespace {

const std::string secret = "0123456789abcdef";

void check_texts(const Statement& statement) {
    for (const std::string* text :
         {&statement.native_id,
          &statement.url,
          &statement.title,
          &statement.text,
          &statement.html,
          &statement.author_name,
          &statement.raw}) {
        check(valid_utf8(*text), "a text is not UTF-8");
        check(text->size() <= text_bytes_max, "a text is too long");
    }
    for (const std::string& link : statement.links) check(valid_utf8(link), "a link is not UTF-8");
}

void check_page(const RankedPage& page) {
    check(page.entries.size() <= statements_max, "too many statements");
    for (const ListedStatement& entry : page.entries) {
        check(!entry.statement.native_id.empty(), "a statement without an id");
        check_texts(entry.statement);
    }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = testing::fuzz_text(data, size);
    const Time now{std::chrono::seconds(1'679'054'400)};
    if (auto document = parse_json(text, "posts")) {
        const Json root = document->root();
        if (auto page = parse_weibo_page(root, "", "", now)) {
            check_page(page->list);
            for (ListedStatement& entry : page->list.entries) {
                set_weibo_text(entry.statement.text, entry.statement);
                check_texts(entry.statement);
            }
        }
        if (auto page = parse_vk_page(root["response"], true, "")) check_page(page->list);
        if (auto listing = parse_reddit_listing(root, "")) check_page(listing->list);
        return 0;
    }
    check(valid_utf8(vk_text(repair_utf8(text))), "a text of VK is not UTF-8");
    const auto date = parse_weibo_date(text, now);
    check(!date || date->time <= now + std::chrono::hours(24 * 365 * 200), "a date far away");
    FeedContext context;
    context.url = "https://www.reddit.com/";
    if (auto feed = parse_feed_document(text, "", context)) {
        const RankedPage page = reddit_feed_page(std::move(*feed), secret);
        check_page(page);
        for (const ListedStatement& entry : page.entries) {
            check(entry.statement.raw.find(secret) == std::string::npos, "a secret is kept");
        }
    }
    return 0;
}
