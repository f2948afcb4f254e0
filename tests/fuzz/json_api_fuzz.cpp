#include "base/check.hpp"
#include "base/utf8.hpp"
#include "connectors/json_list.hpp"
#include "connectors/limits.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace spokeswatch;

namespace {

SourceConfig source_config() {
    SourceConfig source;
    const auto set = [&source](const char* name, const char* value) {
        source.options.set(name, std::string(value), Span());
    };
    set("url", "https://api.mfa.example/list");
    set("items", "/list");
    set("fields.id", "/id");
    set("fields.title", "/title");
    set("fields.text", "/text");
    set("fields.html", "/html");
    set("fields.published", "/date");
    set("fields.media", "/media");
    set("fields.deleted", "/deleted");
    set("template", "/n/{slug}");
    set("next.pointer", "/next");
    set("error.pointer", "/error");
    return source;
}

}  // namespace

// The first line is a pointer, the rest an answer.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const JsonSettings settings = read_json_settings(source_config());
    const std::string_view input = testing::fuzz_text(data, size);
    const auto end = std::min(input.find('\n'), input.size());
    const std::string_view body = input.substr(std::min(end + 1, input.size()));
    std::vector<OptionFault> faults;
    const JsonPointer pointer = JsonPointer::parse("x", input.substr(0, end), faults);
    if (const auto document = parse_json(body, "JSON", LongIntegers::as_text)) {
        check(faults.empty() || !pointer.find(document->root()), "a bad pointer finds something");
    }
    const auto list = parse_json_list(body, settings.url, settings);
    if (!list) {
        check(!list.error().message.empty(), "a refusal without a reason");
        return 0;
    }
    check(list->page.statements.size() <= statements_max, "too many statements");
    for (const Statement& statement : list->page.statements) {
        check(!statement.native_id.empty(), "a statement without an id");
        check(statement.native_id.size() <= native_id_bytes_max, "an id that is too long");
        for (const std::string* text :
             {&statement.url, &statement.title, &statement.text, &statement.html, &statement.raw}) {
            check(valid_utf8(*text), "a text is not UTF-8");
            check(text->size() <= text_bytes_max, "a text is too long");
        }
    }
    return 0;
}
