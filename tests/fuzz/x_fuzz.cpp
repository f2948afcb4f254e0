#include "base/check.hpp"
#include "base/utf8.hpp"
#include "connectors/limits.hpp"
#include "connectors/x_answer.hpp"
#include "connectors/x_post.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace spokeswatch;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    HttpResponse response;
    response.status = 200;
    response.body = testing::fuzz_text(data, size);
    const auto document = read_x_document(response, Time());
    if (!document) {
        check(!document.error().message.empty(), "a refusal without a reason");
        return 0;
    }
    if (const auto error = x_refusal(document->root())) {
        check(!error->message.empty(), "a refusal without a reason");
    }
    if (const auto user = parse_x_user(document->root())) {
        check(is_x_id(user->id), "a user without an id");
    }
    const auto page = parse_x_page(document->root(), "");
    if (!page) return 0;
    check(page->posts.size() <= statements_max, "too many statements");
    for (const XPost& post : page->posts) {
        const Statement& statement = post.statement;
        check(is_x_id(post.id) && is_x_id(statement.native_id), "an id that is no number");
        check(statement.url.starts_with("https://x.com/"), "an address elsewhere");
        check(statement.media.size() <= list_max, "too many media");
        check(x_presence(document->root(), post.id) == Presence::there, "a post that is not there");
        for (const std::string* text : {&statement.text, &statement.author_name, &statement.raw}) {
            check(valid_utf8(*text), "a text is not UTF-8");
            check(text->size() <= text_bytes_max, "a text is too long");
        }
    }
    return 0;
}
