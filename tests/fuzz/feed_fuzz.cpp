#include "base/check.hpp"
#include "base/utf8.hpp"
#include "connectors/feed_parse.hpp"
#include "connectors/limits.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace spokeswatch;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    FeedContext context;
    context.url = "https://feed.example/dir/feed.xml";
    const auto feed = parse_feed_document(testing::fuzz_text(data, size), "", context);
    if (!feed) {
        check(!feed.error().message.empty(), "a refusal without a reason");
        return 0;
    }
    check(feed->statements.size() <= statements_max, "too many statements");
    for (const Statement& statement : feed->statements) {
        check(!statement.native_id.empty(), "a statement without an id");
        check(statement.native_id.size() <= 1024, "an id that is too long");
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
        check(statement.title.find('\n') == std::string::npos, "a title has two lines");
    }
    return 0;
}
