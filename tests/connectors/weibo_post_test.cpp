// Posts of m.weibo.cn as they are recorded.

#include "connectors/weibo_post.hpp"

#include <catch2/catch.hpp>

#include "tests/connectors/imitation.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

using Texts = std::vector<std::string>;

const std::string uid = "7000000001";
const SourceConfig source = source_of("weibo", "user_id", std::string(uid));

std::string recorded(const std::string& name) { return read_file(fixture("weibo/" + name)); }

Batch parsed(std::string body) {
    auto batch = parse_body(parse_weibo, source, std::move(body));
    if (!batch) FAIL(batch.error().message);
    return std::move(*batch);
}

ErrorKind refused(std::string body, int status = 200) {
    auto batch = parse_body(parse_weibo, source, std::move(body), status);
    REQUIRE_FALSE(batch);
    return batch.error().kind;
}

Statement post(const std::string& id) {
    for (Statement& statement : parsed(recorded("timeline.json")).statements) {
        if (statement.native_id == id) return std::move(statement);
    }
    FAIL("no post " << id);
    return {};
}

}  // namespace

TEST_CASE("a list of Weibo gives its public posts in the order of the page") {
    const Batch batch = parsed(recorded("timeline.json"));
    CHECK(
        ids_of(batch) ==
        Texts{
            "4100000000000001",
            "4900000000000090",
            "4900000000000080",
            "4900000000000070",
            "4900000000000060",
            "4900000000000050",
            "4900000000000030",
            "4900000000000020"}
    );
    CHECK(batch.account_key == uid);
    const Statement plain = post("4900000000000020");
    CHECK(plain.form == Form::post);
    CHECK(plain.text == "组里的微博");
    CHECK(plain.url == "https://weibo.com/7000000001/Ngroup001");
    CHECK(plain.author_id == uid);
    CHECK(plain.author_name == "示例外交部");
    CHECK(format_time(*plain.published_at) == "2023-03-17T07:00:09Z");
    CHECK_FALSE(plain.edited);
    CHECK_FALSE(plain.partial);
    REQUIRE(plain.media.size() == 1);
    CHECK(plain.media[0].url == "https://wx1.example/l/p3.jpg");
}

TEST_CASE("a long edited post of Weibo is partial and has its tags, mentions and real links") {
    const Statement s = post("4900000000000090");
    CHECK(s.text == "#国事访问# 主席将[话筒]访问，@新华社 见 网页链接");
    CHECK(s.partial);
    CHECK(s.edited);
    CHECK(format_time(*s.edited_at) == "2023-03-17T07:20:00Z");
    CHECK(s.tags == Texts{"国事访问"});
    CHECK(s.mentions == Texts{"新华社"});
    CHECK(s.links == Texts{"https://mfa.example/a?b=1"});
}

TEST_CASE("what is passed on at Weibo is kept apart from the account's own words") {
    const Statement gone = post("4900000000000080");
    CHECK(gone.form == Form::repost);
    CHECK(gone.text == "转发微博");
    REQUIRE(gone.repost_of);
    CHECK(gone.repost_of->native_id == "4899000000000001");
    CHECK(gone.repost_of->text == "此微博已不可见");
    CHECK(gone.repost_of->url.empty());

    const Statement quote = post("4900000000000070");
    CHECK(quote.form == Form::quote);
    CHECK(quote.text == "我方坚决反对。");
    REQUIRE(quote.quote_of);
    CHECK(quote.quote_of->text == "@使馆:请看\n\n原文\n第二行");
    CHECK(quote.quote_of->author_name == "别人");
    CHECK(quote.quote_of->url == "https://weibo.com/7000000002/OrigQuot1");
    CHECK(quote.html.find("请看") == std::string::npos);
}

TEST_CASE("pictures and films of Weibo are media") {
    const Statement pictures = post("4900000000000060");
    CHECK(pictures.text.empty());
    REQUIRE(pictures.media.size() == 2);
    CHECK(pictures.media[0].kind == "photo");
    CHECK(pictures.media[0].url == "https://wx1.example/l/p1.jpg");
    CHECK(pictures.media[0].w == 1080);
    CHECK(pictures.media[1].h == 480);
    const Statement film = post("4900000000000050");
    REQUIRE(film.media.size() == 1);
    CHECK(film.media[0].kind == "video");
    CHECK(film.media[0].url == "https://v.example/1.mp4");
    CHECK(film.media[0].alt == "记者会");
    CHECK(film.media[0].duration_s == 61.5);
    CHECK(film.url == "https://weibo.com/7000000001/NvidSch01");
}

TEST_CASE("dates of Weibo in all their forms are read in Beijing's time") {
    const auto date = [](std::string_view text) {
        auto read = parse_weibo_date(text, noon);  // 20:00 in Beijing
        return read ? format_time(read->time) + " " + std::string(to_string(read->precision)) : "";
    };
    CHECK(date("刚刚") == "2023-03-17T12:00:00Z min");
    CHECK(date("5分钟前") == "2023-03-17T11:55:00Z min");
    CHECK(date("2小时前") == "2023-03-17T10:00:00Z guessed");
    CHECK(date("今天 09:30") == "2023-03-17T01:30:00Z min");
    CHECK(date("昨天 21:05") == "2023-03-16T13:05:00Z min");
    CHECK(date("03-17") == "2023-03-16T16:00:00Z day");
    CHECK(date("12-31") == "2022-12-30T16:00:00Z day");
    CHECK(date("2022-12-31") == "2022-12-30T16:00:00Z day");
    CHECK(date("Fri Mar 17 15:00:09 +0800 2023") == "2023-03-17T07:00:09Z s");
    CHECK(date("分钟前").empty());
    CHECK(date("99999999999分钟前").empty());
    CHECK(date("").empty());
}

TEST_CASE("an answer of Weibo that is no list has the class of its reason") {
    CHECK(refused("", 432) == ErrorKind::unauthorized);
    CHECK(refused("", 418) == ErrorKind::rate_limited);
    CHECK(refused("", 403) == ErrorKind::rate_limited);
    CHECK(refused("", 502) == ErrorKind::server);
    CHECK(refused("") == ErrorKind::server);
    CHECK(refused(R"({"ok":-100,"msg":"x"})") == ErrorKind::unauthorized);
    CHECK(refused(R"({"ok":0,"msg":"请求过于频繁,歇歇吧"})") == ErrorKind::rate_limited);
    CHECK(refused(R"({"ok":0,"msg":"用户不存在"})") == ErrorKind::gone);
    CHECK(refused(R"({"ok":0,"msg":"?"})") == ErrorKind::server);
    CHECK(refused(R"({"ok":1,"data":{}})") == ErrorKind::malformed);
    CHECK(refused(R"({"ok":1,"data":{"cards":[{"mblog":{"id":"x"}}]}})") == ErrorKind::malformed);
    CHECK(
        refused("<!DOCTYPE html><html><head><title>Sina Visitor System</title></head></html>") ==
        ErrorKind::blocked
    );
    CHECK(refused("<html><body>a page</body></html>") == ErrorKind::server);
    CHECK(refused("[") == ErrorKind::malformed);
    CHECK(parsed(R"({"ok":0,"msg":"这里还没有内容"})").statements.empty());
    CHECK(parsed(recorded("profile.json")).account_key == uid);

    ParseInput redirect;
    redirect.source = &source;
    redirect.response.status = 302;
    redirect.response.headers = {{"Location", "https://visitor.passport.weibo.cn/visitor"}};
    auto batch = parse_weibo(redirect);
    REQUIRE_FALSE(batch);
    CHECK(batch.error().kind == ErrorKind::blocked);
}

TEST_CASE("an answer of Weibo may be cut off anywhere") {
    for (const char* name : {"timeline.json", "profile.json", "extend.json"}) {
        CHECK(survives_cuts(parse_weibo, source, recorded(name)));
    }
}

TEST_CASE("recorded answers of Weibo parse or have the class of their reason") {
    const auto folder = shared_fixtures("weibo");
    if (!folder) {
        WARN("recorded answers of Weibo are not there: nothing was tried");
        return;
    }
    struct Row {
        std::string file;
        std::string verdict;  // ids, or the error
    };
    const std::vector<Row> rows{
        {"dates.txt", "malformed"},
        {"error_418.http", "rate_limited"},
        {"error_432.http", "unauthorized"},
        {"error_ok_minus_100.json", "unauthorized"},
        {"extend_longtext.json", "malformed"},
        {"extend_no_such.json", ""},
        {"getindex_profile.json", ""},
        {"getindex_timeline.json",
         "4383183661430868 4383180406740606 4382054705416396 4381312410216312 4381207217392722 "
         "4380517519047355 4379825714272349 4379188905591760 4378893399854472 4378514142544199 "},
        {"openapi_statuses.json", "11488058246 "},
        {"picture_mblog.json", "malformed"},
        {"timeline_edge.json",
         "4700000000000001 4880000000000009 4880000000000005 4880000000000003 4880000000000001 "},
        {"visitor_html_200.http", "blocked"},
        {"visitor_redirect.http", "blocked"},
        {"weibo_cn_page_0.html", "server"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.file);
        auto batch = parse_recording(parse_weibo, source, *folder / row.file);
        std::string verdict;
        if (!batch) verdict = to_string(batch.error().kind);
        if (batch) {
            for (const std::string& id : ids_of(*batch)) verdict += id + " ";
        }
        CHECK(verdict == row.verdict);
        if (row.file.ends_with("timeline.json")) continue;  // long, and the next is of its kind
        CHECK(survives_cuts(parse_weibo, source, read_file(*folder / row.file).substr(0, 8000)));
    }
    auto edge = parse_recording(parse_weibo, source, *folder / "timeline_edge.json");
    REQUIRE(edge);
    const std::vector<Statement>& posts = edge->statements;
    CHECK(
        posts[1].text ==
        "应俄罗斯联邦总统普京邀请，国家主席将于3月20日至22日对俄罗斯进行国事访问。[话筒]"
    );
    CHECK(posts[1].partial);
    CHECK(format_time(*posts[1].edited_at) == "2023-03-17T07:20:00Z");
    CHECK(posts[2].form == Form::repost);
    CHECK(posts[3].media.size() == 2);
    CHECK(format_time(*posts[4].published_at) == "2023-03-17T07:00:09Z");
    auto old = parse_recording(parse_weibo, source, *folder / "getindex_timeline.json");
    REQUIRE(old);
    CHECK(format_time(*old->statements[0].published_at) == "2022-06-13T16:00:00Z");
    CHECK(old->statements[0].published_precision == Precision::day);
    CHECK(old->statements[1].repost_of.has_value() != old->statements[1].quote_of.has_value());
}
