// JSON answers one at a time: items, times, pointers, faults.

#include <catch2/catch.hpp>

#include "connectors/json_pointer.hpp"
#include "tests/connectors/page_support.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using Lines = std::vector<std::string>;

namespace {

const std::string address = "https://api.mfa.example/v1/list";

SourceConfig json_source(const Written& options, const std::string& url = address) {
    return written_source("json_api", url, options);
}

const Written plain{
    {"items", "/list"},
    {"fields.id", "/id"},
    {"fields.text", "/text"},
    {"fields.published", "/date"}};

SourceConfig plain_source(const Written& more = {}) {
    Written options = plain;
    for (const auto& [name, value] : more) options[name] = value;
    SourceConfig source = json_source(options);
    source.options.set("respect_robots", false, Span());
    return source;
}

}  // namespace

TEST_CASE("a JSON Pointer finds what RFC 6901 says") {
    auto document = parse_json(
        R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"m~n":8,"~1":9,"x":{"":{"y":7}}})", "JSON"
    );
    REQUIRE(document);
    const auto at = [&](std::string_view text) {
        std::vector<OptionFault> faults;
        const Json found = JsonPointer::parse("x", text, faults).find(document->root());
        if (!faults.empty()) return "refused: " + faults.front().message;
        return found ? found.written(100) : "nothing";
    };
    CHECK(at("/foo") == R"(["bar","baz"])");
    CHECK(at("/foo/0") == R"("bar")");
    CHECK(at("/") == "0");
    CHECK(at("/a~1b") == "1");
    CHECK(at("/c%d") == "2");
    CHECK(at("/m~0n") == "8");
    CHECK(at("/~01") == "9");
    CHECK(at("/x//y") == "7");
    CHECK(at("").size() > 50);
    for (const char* nowhere :
         {"/foo/2",
          "/foo/00",
          "/foo/01",
          "/foo/-",
          "/foo/+0",
          "/foo/99999999999999999999",
          "/foo/bar",
          "/nobody/0",
          "/foo/0/0",
          "/foo/"}) {
        INFO(nowhere);
        CHECK(at(nowhere) == "nothing");
    }
    CHECK(at("foo") == "refused: a JSON Pointer begins with `/`");
    CHECK_THAT(at("/a~2"), Catch::Contains("`~` is written as `~0`"));
    CHECK_THAT(at("/a~"), Catch::Contains("`~` is written as `~0`"));
}

TEST_CASE("the fields of an item become a statement") {
    const SourceConfig source = json_source(
        {{"items", "/data/list"},
         {"fields.id", "/uid"},
         {"fields.url", "/link"},
         {"fields.title", "/headline/en"},
         {"fields.html", "/body"},
         {"fields.published", "/at"},
         {"fields.edited", "/updated"},
         {"fields.author", "/by/0/name"},
         {"fields.lang", "/locale"},
         {"fields.media", "/images"}}
    );
    const Batch batch = good(
        source,
        R"({"data":{"list":[{"uid":"a-1","link":"/n/1?utm_source=api","headline":{"en":" <b>State</b> visit "},
        "body":"<p>One <a href='/x'>link</a>.</p><p>Two.</p>","at":"2023-03-17T10:00:00+01:00",
        "updated":1679054400,"by":[{"name":"Press office"}],"locale":"en_gb",
        "images":["/1.jpg",{"url":"https://img.example/2.jpg"},7,null,{"x":1}]}]}})"
    );
    REQUIRE(batch.statements.size() == 1);
    const Statement& one = batch.statements[0];
    CHECK(shown(one) == "a-1 | 2023-03-17T09:00:00Z s | State visit");
    CHECK(one.form == Form::article);
    CHECK(one.url == "https://api.mfa.example/n/1");
    CHECK(one.text == "One link.\n\nTwo.");
    CHECK(one.html.find("<p>") != std::string::npos);
    CHECK(one.links == Lines{"https://api.mfa.example/x"});
    CHECK(one.edited_at == noon);
    CHECK(one.author_name == "Press office");
    CHECK(one.lang == "en-GB");
    REQUIRE(one.media.size() == 3);
    CHECK(one.media[0].url == "https://api.mfa.example/1.jpg");
    CHECK(one.media[1].url == "https://img.example/2.jpg");
    CHECK_FALSE(one.raw.empty());
    CHECK(batch.account_key == address);
}

TEST_CASE("ids keep every digit") {
    const Batch batch = good(
        plain_source(),
        R"({"list":[{"id":9007199254740993,"text":"a"},{"id":18446744073709551615,"text":"b"},
        {"id":184467440737095516170001,"text":"c"},{"id":-12345678901234567890123,"text":"d"},
        {"id":"00017","text":"e 123456789012345678901234 \" 1"},{"id":7,"text":"f"}]})"
    );
    CHECK(
        ids(batch) ==
        Lines{
            "9007199254740993",
            "18446744073709551615",
            "184467440737095516170001",
            "-12345678901234567890123",
            "00017",
            "7"}
    );
    CHECK(batch.statements[4].text == "e 123456789012345678901234 \" 1");
    // A number that JSON does not have does not become one by its length.
    CHECK(
        bad(plain_source(), "{\"list\":[{\"id\":0000000000000000000000001}]}").kind ==
        ErrorKind::malformed
    );
}

TEST_CASE("an object gives its values, each known by its key") {
    const SourceConfig source = json_source({{"items", "/items"}, {"fields.text", "/t"}});
    CHECK(
        ids(good(source, R"({"items":{"17":{"t":"one"},"18":{"t":"two"}}})")) == Lines{"17", "18"}
    );
    const SourceConfig by_url = json_source(
        {{"fields.text", "/t"}, {"template", "https://mfa.example/{slug}/{/a~1b}?x={n}"}}
    );
    const Batch batch = good(by_url, R"([{"t":"one","slug":"état?a/b","a/b":"&","n":1.5}])");
    CHECK(ids(batch) == Lines{"https://mfa.example/%C3%A9tat%3Fa%2Fb/%26?x=1.5E0"});
}

TEST_CASE("times are read as the configuration says") {
    const auto time = [](const std::string& format, const std::string& value) {
        SourceConfig source = plain_source({{"time_format", format}});
        source.timezone = "Asia/Shanghai";
        const Batch batch =
            good(source, "{\"list\":[{\"id\":1,\"text\":\"x\",\"date\":" + value + "}]}");
        const std::string line = shown(batch.statements.at(0));
        return line.substr(4, line.rfind(" |") - 4);
    };
    CHECK(time("auto", "1679036400") == "2023-03-17T07:00:00Z s");
    CHECK(time("auto", "1679036400123") == "2023-03-17T07:00:00.123Z us");
    CHECK(time("auto", "\"1679036400123456\"") == "2023-03-17T07:00:00.123456Z us");
    CHECK(time("auto", "1679036400.5") == "2023-03-17T07:00:00.5Z us");
    CHECK(time("auto", "\"2023-03-17 15:00:03\"") == "2023-03-17T07:00:03Z s");
    CHECK(time("auto", "\"2023-03-16T10:00:00.123456789Z\"") == "2023-03-16T10:00:00.123456Z us");
    CHECK(time("unix", "1679036400") == "2023-03-17T07:00:00Z s");
    CHECK(time("unix", "\"1679036400\"") == "2023-03-17T07:00:00Z s");
    CHECK(time("unix_ms", "1679036400000") == "2023-03-17T07:00:00Z s");
    CHECK(time("rfc3339", "\"2023-03-17T10:00:00+01:00\"") == "2023-03-17T09:00:00Z s");
    CHECK(time("%d.%m.%Y %H:%M", "\"17.03.2023 15:00\"") == "2023-03-17T07:00:00Z min");
    for (const char* none : {"null", "\"\"", "-5", "1e300", "true", "{}", "\"soon\""}) {
        INFO(none);
        CHECK(time("auto", none).empty());
        CHECK(time("unix", none).empty());
    }
    CHECK(time("rfc3339", "\"17 March 2023\"").empty());
}

TEST_CASE("an answer that is not the list has the class of its reason") {
    const SourceConfig source = plain_source();
    CHECK(bad(source, "{\"list\":[{\"id\":1,\"te").kind == ErrorKind::malformed);
    CHECK(bad(source, "{\"other\":[]}").kind == ErrorKind::malformed);
    CHECK(bad(source, "{\"list\":\"none\"}").kind == ErrorKind::malformed);
    CHECK(bad(source, "{\"list\":[1,2,null]}").kind == ErrorKind::malformed);
    CHECK(bad(source, "{\"list\":[NaN]}").kind == ErrorKind::malformed);
    CHECK(bad(source, "{\"list\":[],}").kind == ErrorKind::malformed);
    CHECK(bad(source, "<!doctype html><p>x").kind == ErrorKind::server);
    CHECK(good(source, "{\"list\":[]}").statements.empty());
    CHECK(ids(good(source, "{\"list\":[{\"id\":1,\"text\":\"x\"},{\"id\":2}]}")) == Lines{"1"});
    const std::string deep = std::string(10'000, '[') + std::string(10'000, ']');
    CHECK(bad(source, "{\"list\":" + deep + "}").kind == ErrorKind::too_large);
}

TEST_CASE("a failure within a good answer is one") {
    const std::string body = R"({"status":"error","message":"token expired","list":[]})";
    const SourceConfig by_value =
        plain_source({{"error.pointer", "/status"}, {"error.value", "error"}});
    const Error error = bad(by_value, body);
    CHECK(error.kind == ErrorKind::server);
    CHECK(error.message == "the answer says, at `/status`, that it failed");
    CHECK(good(by_value, R"({"status":"ok","list":[]})").statements.empty());
    const SourceConfig by_presence = plain_source({{"error.pointer", "/error"}});
    CHECK(bad(by_presence, R"({"error":{"code":5}})").kind == ErrorKind::server);
    CHECK(bad(by_presence, R"({"error":true})").kind == ErrorKind::server);
    for (const char* none : {"null", "false", "\"\""}) {
        good(by_presence, std::string("{\"list\":[],\"error\":") + none + "}");
    }
}

TEST_CASE("what is wrong with the options of a JSON source is told where it stands") {
    const auto faults = [](const Written& more) {
        Diagnostics diagnostics;
        check_json_api(plain_source(more), diagnostics);
        std::string messages;
        for (const Diagnostic& one : diagnostics.all()) messages += one.message + '\n';
        return messages;
    };
    CHECK(faults({}).empty());
    CHECK(faults({{"items", "list"}}) == "`items`: a JSON Pointer begins with `/`\n");
    CHECK_THAT(faults({{"fields.id", "/~x"}}), Catch::Contains("`fields.id`"));
    CHECK_THAT(faults({{"time_format", "iso"}}), Catch::Contains("none of auto"));
    CHECK_THAT(faults({{"time_format", "%Q"}}), Catch::Contains("unknown conversion"));
    CHECK_THAT(faults({{"template", "https://x/{slug"}}), Catch::Contains("`template`"));
    CHECK_THAT(faults({{"cursor_param", "since=1"}}), Catch::Contains("`cursor_param`"));
    Diagnostics diagnostics;
    SourceConfig source = json_source({{"fields.id", "/id"}});
    source.options.set("headers", Lines{"no colon"}, Span());
    check_json_api(source, diagnostics);
    CHECK(diagnostics.errors() == 2);
    CHECK(bad(source, "[]").kind == ErrorKind::rejected);
}

TEST_CASE("an answer as APIs have it, and cut at any byte") {
    SourceConfig source = json_source(
        {{"items", "/payload/statements"},
         {"fields.id", "/id"},
         {"fields.title", "/headline/en"},
         {"fields.html", "/body"},
         {"fields.published", "/ts"},
         {"fields.edited", "/updated"},
         {"fields.deleted", "/deleted"},
         {"template", "https://mfa.example/{slug}"},
         {"next.pointer", "/payload/next"}}
    );
    source.timezone = "Europe/Berlin";
    const std::string body = read_file(fixture("json_api/list.json"));
    const Batch batch = good(source, body);
    CHECK(
        shown(batch) ==
        Lines{
            "9007199254740993 | 2023-03-17T09:04:00Z s | Statement on the talks",
            "102 | 2023-03-16T17:30:00Z min | Visit"}
    );
    CHECK(batch.statements[0].text == "The talks went on.");
    CHECK(batch.statements[0].edited_at == parse_time("2023-03-17T10:30:00Z"));
    CHECK(batch.statements[1].url == "https://mfa.example/visit");
    for (std::size_t size = 0; size <= body.size(); ++size) {
        (void)parse(source, answer_of(body.substr(0, size), address));
    }
}

TEST_CASE("recorded JSON answers are read") {
    const auto root = shared_fixtures("json-generic");
    if (!root) return;
    const auto body = [&](const char* name) { return read_file(*root / name); };
    const SourceConfig pointers = json_source(
        {{"items", "/payload/statements"},
         {"fields.id", "/id"},
         {"fields.title", "/headline/en"},
         {"fields.html", "/body"},
         {"fields.text", "/a~1b"},
         {"fields.author", "/m~0n"},
         {"fields.published", "/ts"},
         {"fields.edited", "/updated"},
         {"fields.deleted", "/deleted"},
         {"template", "https://mfa.example/{slug}"},
         {"next.pointer", "/payload/next"},
         {"error.pointer", "/status"},
         {"error.value", "error"}}
    );
    const Batch batch = good(pointers, body("list_pointer.json"));
    CHECK(shown(batch) == Lines{"991 | 2023-03-17T07:00:00Z s | State visit"});
    CHECK(batch.statements.at(0).text == "slash");
    CHECK(batch.statements.at(0).author_name == "tilde");
    CHECK(batch.statements.at(0).url == "https://mfa.example/state-visit");
    CHECK(batch.statements.at(0).edited_at == parse_time("2023-03-17T08:00:00Z"));
    SourceConfig all = pointers;
    all.options.set("fields.deleted", std::string("/nobody"), Span());
    CHECK(
        shown(good(all, body("list_pointer.json"))) ==
        Lines{
            "991 | 2023-03-17T07:00:00Z s | State visit",
            "990 | 2023-03-16T10:00:00.123456Z us | Ukraine crisis"}
    );
    CHECK(good(pointers, body("list_empty.json")).statements.empty());
    CHECK(bad(pointers, body("error_200.json")).kind == ErrorKind::server);
    CHECK(bad(pointers, body("truncated.json")).kind == ErrorKind::malformed);
    CHECK(
        ids(good(
            json_source({{"items", "/items"}, {"fields.id", "/id"}, {"fields.text", "/id"}}),
            body("bigint_ids.json")
        )) == Lines{"1636640000000000001", "9007199254740993"}
    );
    CHECK(
        ids(good(
            json_source({{"items", "/items"}, {"fields.text", "/t"}}), body("list_object_map.json")
        )) == Lines{"17", "18"}
    );
    CHECK(
        shown(good(
            json_source(
                {{"items", ""},
                 {"fields.id", "/uuid"},
                 {"fields.text", "/text"},
                 {"fields.published", "/created"}}
            ),
            body("list_toplevel_array_ms.json")
        )) == Lines{"a-1 | 2023-03-17T07:00:00.123Z us | "}
    );
    const auto limited = parse_recorded_response(body("http_429.http"));
    REQUIRE(limited);
    CHECK(parse(pointers, *limited).error().retry_after == std::chrono::seconds(50));
}

TEST_CASE("recorded JSON of news agencies is read") {
    const auto root = shared_fixtures("news-sites");
    if (!root) return;
    SourceConfig xinhua = json_source(
        {{"items", "/datasource"},
         {"fields.id", "/contentId"},
         {"fields.url", "/publishUrl"},
         {"fields.title", "/title"},
         {"fields.text", "/summary"},
         {"fields.published", "/publishTime"},
         {"fields.author", "/author"},
         {"fields.media", "/shareImages"}},
        "http://www.news.cn/ds_1.json"
    );
    xinhua.timezone = "Asia/Shanghai";
    const Batch batch = good(xinhua, read_file(*root / "xinhua_ds.json"));
    CHECK(
        shown(batch) ==
        Lines{
            "1129438000 | 2023-03-17T07:00:03Z s | 习近平将对俄罗斯进行国事访问",
            "https://english.news.cn/20230317/abc/c.html | 2023-03-17T07:10:00Z s | 乌克兰危机"}
    );
    CHECK(
        batch.statements.at(0).url ==
        "http://www.news.cn/politics/leaders/2023-03/17/c_1129438000.htm"
    );
    REQUIRE(batch.statements.at(0).media.size() == 1);
    SourceConfig nodes = json_source(
        {{"items", "/data/list"},
         {"fields.id", "/DocID"},
         {"fields.url", "/LinkUrl"},
         {"fields.title", "/Title"},
         {"fields.text", "/Abstract"},
         {"fields.published", "/PubTime"}}
    );
    nodes.timezone = "Asia/Shanghai";
    CHECK(
        shown(good(nodes, read_file(*root / "xinhua_nodeart.json"))) ==
        Lines{"1129438000 | 2023-03-17T07:00:03Z s | 习近平将对俄罗斯进行国事访问"}
    );
    const SourceConfig tass = json_source(
        {{"items", "/newsList"},
         {"fields.id", "/id"},
         {"fields.url", "/link"},
         {"fields.title", "/title"},
         {"fields.text", "/lead"},
         {"fields.published", "/date"}}
    );
    const Batch news = good(tass, read_file(*root / "tass_category_api.json"));
    CHECK(
        shown(news) ==
        Lines{"1590000 | 2023-03-17T07:05:12Z s | Chinese leader to visit Russia on March 20-22 — "
              "Kremlin"}
    );
    CHECK(news.statements.at(0).url == "https://api.mfa.example/politics/1590000");
}
