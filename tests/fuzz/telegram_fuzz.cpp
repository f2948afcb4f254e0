#include "connectors/telegram_page.hpp"
#include "tests/fuzz/statements.hpp"

using namespace spokeswatch;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto page =
        parse_telegram_page(testing::fuzz_text(data, size), "", "https://t.me/s/example", "");
    if (!page) {
        check(!page.error().message.empty(), "a refusal without a reason");
        return 0;
    }
    for (const Statement& statement : page->statements) {
        check(telegram_id(statement.native_id) > 0, "an id that is no number");
        check(!statement.author_handle.empty(), "a message without its channel");
        testing::check_statement(statement);
    }
    return 0;
}
