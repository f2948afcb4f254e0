#include "connectors/feed_parse.hpp"
#include "tests/fuzz/statements.hpp"

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
        testing::check_statement(statement);
        check(statement.title.find('\n') == std::string::npos, "a title has two lines");
    }
    return 0;
}
