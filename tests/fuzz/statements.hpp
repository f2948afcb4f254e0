#pragma once

#include <initializer_list>

#include "base/check.hpp"
#include "base/utf8.hpp"
#include "connectors/kinds.hpp"
#include "connectors/limits.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace spokeswatch::testing {

// What every connector promises of a statement, whatever it was read from.
inline void check_statement(const Statement& statement) {
    check(!statement.native_id.empty(), "a statement without an id");
    check(statement.native_id.size() <= native_id_bytes_max, "an id that is too long");
    for (const std::string* text :
         {&statement.native_id,
          &statement.url,
          &statement.author_handle,
          &statement.author_name,
          &statement.title,
          &statement.text,
          &statement.html,
          &statement.spoiler,
          &statement.raw}) {
        check(valid_utf8(*text), "a text is not UTF-8");
        check(text->size() <= text_bytes_max, "a text is too long");
    }
    for (const auto* list : {&statement.links, &statement.tags, &statement.mentions}) {
        check(list->size() <= list_max, "a list is too long");
        for (const std::string& entry : *list) check(valid_utf8(entry), "an entry is not UTF-8");
    }
    for (const auto* other : {&statement.reply_to, &statement.repost_of, &statement.quote_of}) {
        if (*other) check(valid_utf8((*other)->text), "the words of another are not UTF-8");
    }
    check(statement.media.size() <= list_max, "too many media");
}

// One answer through the parser of a kind.
inline void check_parser(
    ParseRecorded* parse, const SourceConfig& source, const std::uint8_t* data, std::size_t size
) {
    ParseInput input;
    input.source = &source;
    input.response.status = 200;
    input.response.body = fuzz_text(data, size);
    const auto batch = parse(input);
    if (!batch) {
        check(!batch.error().message.empty(), "a refusal without a reason");
        return;
    }
    check(batch->statements.size() <= statements_max, "too many statements");
    for (const Statement& statement : batch->statements) check_statement(statement);
}

}  // namespace spokeswatch::testing
