#include <algorithm>
#include <string>

#include "base/check.hpp"
#include "base/utf8.hpp"
#include "connectors/kinds.hpp"
#include "connectors/limits.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace spokeswatch;

namespace {

void check_statement(const Statement& statement) {
    check(!statement.native_id.empty(), "a statement without an id");
    check(statement.published_at.has_value(), "a statement without a time");
    check(statement.media.size() <= list_max, "too many media");
    const std::string quoted = statement.quote_of ? statement.quote_of->text : std::string();
    for (const std::string* text :
         {&statement.native_id,
          &statement.url,
          &statement.text,
          &statement.author_name,
          &statement.raw,
          &quoted}) {
        check(valid_utf8(*text), "a text is not UTF-8");
        check(text->size() <= text_bytes_max, "a text is too long");
    }
}

}  // namespace

// One answer through the three parsers that share the Graph API. The first line, when it is not the
// beginning of JSON, is the value of a usage header.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string body(testing::fuzz_text(data, size));
    ParseInput input;
    SourceConfig source;
    input.source = &source;
    input.response.status = 200;
    if (const auto end = body.find('\n'); body.starts_with('u') && end != std::string::npos) {
        input.response.headers.emplace_back("X-App-Usage", body.substr(1, end - 1));
        body.erase(0, end + 1);
    }
    input.response.body = std::move(body);
    for (ParseRecorded* parse : {parse_facebook, parse_instagram, parse_threads}) {
        const auto batch = parse(input);
        if (!batch) {
            check(!batch.error().message.empty(), "a refusal without a reason");
            continue;
        }
        check(batch->statements.size() <= statements_max, "too many statements");
        for (const Statement& statement : batch->statements) check_statement(statement);
    }
    return 0;
}
