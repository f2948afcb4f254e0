#include "base/check.hpp"
#include "base/utf8.hpp"
#include "connectors/limits.hpp"
#include "connectors/page_article.hpp"
#include "connectors/page_list.hpp"
#include "connectors/robots.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace spokeswatch;

namespace {

SourceConfig source_config() {
    SourceConfig source;
    const auto set = [&source](const char* name, const char* value) {
        source.options.set(name, std::string(value), Span());
    };
    set("url", "https://mfa.example/news/");
    set("select", "");
    set("select.item", "li, article");
    set("select.title.selector", "a, h2");
    set("select.link.selector", "a");
    set("select.text.selector", "p");
    set("select.date.selector", "time, span");
    set("next.selector", "a[rel=next]");
    set("article", "");
    return source;
}

void check_statement(const Statement& statement) {
    check(statement.native_id.size() <= native_id_bytes_max, "an id that is too long");
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

}  // namespace

// The same bytes as a list, as an article and as a robots.txt.
int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const PageSettings settings = read_page_settings(source_config());
    HttpResponse response;
    response.status = 200;
    response.url = settings.url;
    response.body = testing::fuzz_text(data, size);
    const auto list = parse_page_list(response, settings);
    if (list) {
        check(list->statements.size() <= statements_max, "too many statements");
        for (const Statement& statement : list->statements) {
            check(!statement.native_id.empty(), "a statement without an id");
            check_statement(statement);
        }
    } else {
        check(!list.error().message.empty(), "a refusal without a reason");
    }
    if (const auto article = read_article(Statement(), response, settings)) {
        check(!article->text.empty(), "an article without text");
        check_statement(*article);
    }
    (void)Robots::parse(response.body, "spokeswatch").allows("/news/1.html?x=1");
    return 0;
}
