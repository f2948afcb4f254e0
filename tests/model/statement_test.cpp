#include "model/statement.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

using namespace spokeswatch;

namespace {

Statement full_statement() {
    Statement out;
    out.source = "mfa_spokesperson";
    out.kind = "telegram_web";
    out.account_key = "c1234_5";
    out.native_id = "1637000000000000001";
    out.form = Form::quote;
    out.url = "https://t.me/mfa/1";
    out.author_handle = "mfa";
    out.author_name = "外交部";
    out.author_id = "77";
    out.title = "State visit";
    out.text = "国事访问 \"visit\"\nsecond line \U0001F525";
    out.html = "<p>x</p>";
    out.spoiler = "politics";
    out.lang = "zh";
    out.lang_declared = true;
    out.published_at = parse_time("2023-03-17T09:00:00.25Z");
    out.published_precision = Precision::us;
    out.edited_at = parse_time("2023-03-17T09:05:00Z");
    out.edited = true;
    out.observed_at = parse_time("2023-03-17T09:06:00.000001Z").value();
    Media& media = out.media.emplace_back();
    media.kind = "photo";
    media.url = "https://cdn.example/1.jpg";
    media.thumb = "https://cdn.example/1s.jpg";
    media.alt = "two flags";
    media.mime = "image/jpeg";
    media.w = 640;
    media.h = 480;
    media.duration_s = 1.5;
    out.links = {"https://example.org/a", "https://example.org/b"};
    out.tags = {"StateVisit"};
    out.mentions = {"kremlin"};
    out.reply_to = Reference{"1", "https://t.me/mfa/0", "mfa", "MFA", "earlier"};
    out.repost_of = Reference{"2", "", "", "", ""};
    out.quote_of = Reference{"", "https://x.example/3", "kremlin", "", "theirs"};
    out.partial = true;
    out.late = true;
    return out;
}

// What statement_from_json finds wrong with `json`.
std::string problem_of(std::string_view json) {
    const StatementInput input = statement_from_json(json);
    CHECK(input.statement.has_value() == input.problem.empty());
    return input.problem;
}

}  // namespace

TEST_CASE("a statement reads back from its JSON with every field") {
    const Statement before = full_statement();
    const std::string line = to_json(before, true);
    CHECK(line.find('\n') == std::string::npos);
    CHECK(line.find("国事访问") != std::string::npos);

    const StatementInput input = statement_from_json(line);
    CHECK(input.problem.empty());
    REQUIRE(input.statement);
    const Statement& after = *input.statement;
    CHECK(after.source == before.source);
    CHECK(after.kind == before.kind);
    CHECK(after.account_key == before.account_key);
    CHECK(after.native_id == before.native_id);
    CHECK(after.form == before.form);
    CHECK(after.url == before.url);
    CHECK(after.author_handle == before.author_handle);
    CHECK(after.author_name == before.author_name);
    CHECK(after.author_id == before.author_id);
    CHECK(after.title == before.title);
    CHECK(after.text == before.text);
    CHECK(after.html == before.html);
    CHECK(after.spoiler == before.spoiler);
    CHECK(after.lang == before.lang);
    CHECK(after.lang_declared);
    CHECK(after.published_at == before.published_at);
    CHECK(after.published_precision == before.published_precision);
    CHECK(after.edited_at == before.edited_at);
    CHECK(after.edited);
    CHECK(after.observed_at == before.observed_at);
    CHECK(after.media == before.media);
    CHECK(after.links == before.links);
    CHECK(after.tags == before.tags);
    CHECK(after.mentions == before.mentions);
    CHECK(after.reply_to == before.reply_to);
    CHECK(after.repost_of == before.repost_of);
    CHECK(after.quote_of == before.quote_of);
    CHECK(after.partial);
    CHECK(after.late);
    CHECK(to_json(after, true) == line);
}

TEST_CASE("what is not known has no key") {
    Statement statement;
    statement.native_id = "1";
    CHECK(to_json(statement) == R"({"native_id":"1","form":"post","text":""})");
    statement.lang = "ru";
    statement.published_at = parse_time("2023-03-17T09:00:00Z");
    CHECK(
        to_json(statement) == R"({"native_id":"1","form":"post","text":"","lang":"ru",)"
                              R"("lang_source":"detected","published_at":"2023-03-17T09:00:00Z",)"
                              R"("published_precision":"s"})"
    );
}

TEST_CASE("markup is written only when asked for") {
    CHECK(to_json(full_statement()).find("<p>") == std::string::npos);
    CHECK(to_json(full_statement(), true).find("<p>") != std::string::npos);
}

TEST_CASE("a hand-written subset says which of its keys were given") {
    StatementInput input = statement_from_json(R"({"text":"","extra":[1]})");
    REQUIRE(input.statement);
    CHECK(input.text_given);
    CHECK_FALSE(input.html_given);
    CHECK_FALSE(input.source_given);
    CHECK_FALSE(input.deleted_at);
    CHECK(input.statement->form == Form::post);
    CHECK_FALSE(input.statement->published_at);

    input = statement_from_json(
        R"({"html":"<p>","source":"mfa","text":null,"deleted_at":"2023-03-17T09:00:00Z"})"
    );
    REQUIRE(input.statement);
    CHECK_FALSE(input.text_given);
    CHECK(input.html_given);
    CHECK(input.source_given);
    CHECK(input.deleted_at == parse_time("2023-03-17T09:00:00Z"));
}

TEST_CASE("a number as an id becomes its decimal text") {
    CHECK(
        statement_from_json(R"({"native_id":1637000000000000001})").statement->native_id ==
        "1637000000000000001"
    );
    CHECK(
        statement_from_json(R"({"native_id":18446744073709551615})").statement->native_id ==
        "18446744073709551615"
    );
    CHECK(
        statement_from_json(R"({"reply_to":{"native_id":7}})").statement->reply_to->native_id == "7"
    );
    CHECK(problem_of(R"({"native_id":1e30})").starts_with("native_id: expected a text or a whole"));
    CHECK(problem_of(R"({"native_id":99999999999999999999})").starts_with("native_id: "));
}

TEST_CASE("signs in front of handles and tags are dropped") {
    const auto input = statement_from_json(
        R"({"author_handle":"@mfa","tags":["#StateVisit","b"],"mentions":["@kremlin"]})"
    );
    REQUIRE(input.statement);
    CHECK(input.statement->author_handle == "mfa");
    CHECK(input.statement->tags == std::vector<std::string>{"StateVisit", "b"});
    CHECK(input.statement->mentions == std::vector<std::string>{"kremlin"});
}

TEST_CASE("a time of an edit alone says that there was an edit") {
    CHECK(statement_from_json(R"({"edited_at":"2023-03-17T09:00:00Z"})").statement->edited);
    CHECK_FALSE(statement_from_json(R"({"text":"x"})").statement->edited);
}

TEST_CASE("a language counts as declared unless it says otherwise") {
    CHECK(statement_from_json(R"({"lang":"ru"})").statement->lang_declared);
    CHECK_FALSE(
        statement_from_json(R"({"lang":"ru","lang_source":"detected"})").statement->lang_declared
    );
    CHECK_FALSE(statement_from_json(R"({"text":"x"})").statement->lang_declared);
}

TEST_CASE("half an emoji and a NUL do not cost the statement") {
    const auto input = statement_from_json(R"({"text":"fire \ud83d a\u0000b"})");
    REQUIRE(input.statement);
    CHECK(input.statement->text == "fire \uFFFD ab");
}

TEST_CASE("a wrong value is named with its key, what was expected and what came") {
    CHECK(problem_of(R"({"text":5})") == "text: expected a text, got a number");
    CHECK(
        problem_of(R"({"form":"tweet"})") ==
        "form: expected one of post reply repost quote article service, got \"tweet\""
    );
    CHECK(
        problem_of(R"({"published_at":"yesterday"})") ==
        "published_at: expected a time like \"2023-03-17T09:00:00Z\", got \"yesterday\""
    );
    CHECK(
        problem_of(R"({"published_at":1679043600})") ==
        "published_at: expected a time like \"2023-03-17T09:00:00Z\", got a number"
    );
    CHECK(
        problem_of(R"({"media":[{"w":1},{"w":"wide"}]})") ==
        "media[1].w: expected a whole number, got \"wide\""
    );
    CHECK(
        problem_of(R"({"media":[{"w":-1}]})") == "media[0].w: expected a whole number, got a number"
    );
    CHECK(problem_of(R"({"media":[1]})") == "media[0]: expected an object, got a number");
    CHECK(
        problem_of(R"({"links":"https://a"})") ==
        "links: expected a list with a text in each place, got \"https://a\""
    );
    CHECK(problem_of(R"({"links":["a",{}]})") == "links[1]: expected a text, got an object");
    CHECK(
        problem_of(R"({"quote_of":{"text":[]}})") == "quote_of.text: expected a text, got a list"
    );
    CHECK(problem_of(R"({"reply_to":"1"})") == "reply_to: expected an object, got \"1\"");
    CHECK(problem_of(R"({"late":"yes"})") == "late: expected true or false, got \"yes\"");
    CHECK(
        problem_of(R"({"lang_source":"guess"})") ==
        "lang_source: expected one of declared detected, got \"guess\""
    );
    CHECK(problem_of(R"({"published_precision":"h"})").starts_with("published_precision: "));
    CHECK(problem_of(R"({"deleted_at":true})").starts_with("deleted_at: "));
}

TEST_CASE("a line that is no JSON object is refused") {
    CHECK(problem_of("").starts_with("not valid JSON: "));
    CHECK(problem_of("{").starts_with("not valid JSON: "));
    CHECK(problem_of("{} {}").starts_with("not valid JSON: "));
    CHECK(problem_of("{\"text\":\"\xff\"}").starts_with("not valid JSON: "));
    CHECK(problem_of("[]") == "expected an object, got a list");
    CHECK(problem_of("null") == "expected an object, got null");
    CHECK(problem_of(R"({"a":)" + std::string(40, '[') + std::string(40, ']') + "}")
              .starts_with("not valid JSON: "));
    CHECK(problem_of(std::string(9 << 20, ' ')) == "longer than 8 MiB");
}

TEST_CASE("the names of forms and precisions are read back") {
    for (const char* name : {"post", "reply", "repost", "quote", "article", "service"})
        CHECK(to_string(parse_form(name).value()) == name);
    for (const char* name : {"us", "s", "min", "day", "guessed"})
        CHECK(to_string(parse_precision(name).value()) == name);
    CHECK_FALSE(parse_form("Post"));
    CHECK_FALSE(parse_precision(""));
}
