#include "base/check.hpp"
#include "base/utf8.hpp"
#include "connectors/limits.hpp"
#include "connectors/telegram_page.hpp"
#include "tests/fuzz/fuzz.hpp"

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
        for (const std::string* text :
             {&statement.url,
              &statement.text,
              &statement.html,
              &statement.author_name,
              &statement.raw}) {
            check(valid_utf8(*text), "a text is not UTF-8");
            check(text->size() <= text_bytes_max, "a text is too long");
        }
    }
    return 0;
}
