// Presets of sites whose pages are known, over pages of our own and recorded ones.

#include <catch2/catch.hpp>

#include "connectors/page_article.hpp"
#include "tests/connectors/page_support.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using Lines = std::vector<std::string>;

namespace {

// The sites that addresses and selectors are known of.
SourceConfig kremlin() {
    SourceConfig source = written_source(
        "web_page",
        "http://en.kremlin.ru/events/president/news",
        {{"select.item", ".hentry.h-entry:not(.hentry_photo, .hentry_video)"},
         {"select.title.selector", ".entry-title"},
         {"select.link.selector", "a[rel~=bookmark]"},
         {"select.id.selector", "@data-id"},
         {"select.date.selector", "time.published"},
         {"select.date.timezone", "Europe/Moscow"}}
    );
    return source;
}

SourceConfig china_mfa() {
    return written_source(
        "web_page",
        "https://www.mfa.gov.cn/eng/xw/fyrbt/",
        {{"select.item", ".newsBd li"},
         {"select.title.selector", "a"},
         {"select.link.selector", "a@href"},
         {"select.id.selector", "a@href"},
         {"select.id.regex", "t\\d{8}_(\\d+)\\.html"},
         {"select.date.selector", "a@href"},
         {"select.date.regex", "t(\\d{8})_\\d+"},
         {"select.date.format", "%Y%m%d"},
         {"select.date.timezone", "Asia/Shanghai"},
         {"article.text.selector", "#News_Body_Txt_A"},
         {"article.title.selector", ".news-title h1"},
         {"article.date.selector", ".time span"},
         {"article.date.timezone", "Asia/Shanghai"}}
    );
}

SourceConfig peoples_daily() {
    SourceConfig source = written_source(
        "web_page",
        "http://politics.people.com.cn/GB/1024/",
        {{"select.item", ".ej_list_box li"},
         {"select.title.selector", "a"},
         {"select.link.selector", "a"},
         {"select.id.selector", "a@href"},
         {"select.id.regex", "/(c\\d+-\\d+)\\.html"},
         {"select.date.selector", "em"},
         {"article.text.selector", ".rm_txt_con"}}
    );
    source.timezone = "Asia/Shanghai";
    return source;
}

SourceConfig ministry() {
    SourceConfig source = written_source(
        "web_page",
        "https://ministere.example/fr/actualites/",
        {{"select.item", "article.card"},
         {"select.title.selector", "h2"},
         {"select.link.selector", "h2 a"},
         {"select.text.selector", ".lead"},
         {"select.date.selector", "time, .date"},
         {"select.date.timezone", "Europe/Paris"}}
    );
    source.options.set("drop", std::vector<std::string>{".promo"}, Span());
    return source;
}

Result<Statement> article(
    const SourceConfig& source, const std::string& body, Statement item = {}
) {
    if (item.url.empty()) item.url = source.options.text("url");
    item.native_id = "1";
    return read_article(
        item, answer_of(body, source.options.text("url")), read_page_settings(source)
    );
}

}  // namespace

TEST_CASE("an article is what its selectors say") {
    SourceConfig source = china_mfa();
    const auto read = article(
        source,
        "<html lang=zh-CN><head><meta name=PubDate content='2023-03-17 14:00'></head><body>"
        "<div class=news-title><h1>Title of <i>the page</i></h1><p class=time><span>2023-03-17 "
        "15:00</span></p></div><div id=News_Body_Txt_A><p>One.</p><form>search</form><p>Two."
        "<script>x()</script></p><div class=share>share</div></div></body></html>"
    );
    REQUIRE(read);
    CHECK(read->title == "Title of the page");
    CHECK(read->text == "One.\n\nTwo.");
    CHECK(shown(*read) == "1 | 2023-03-17T07:00:00Z min | Title of the page");
    CHECK(read->lang == "zh-CN");
}

TEST_CASE("presets of known sites read their pages") {
    CHECK(
        shown(good(
            kremlin(),
            "<div class='hentry h-entry' data-id=70700><h3><a href='/events/president/news/70700' "
            "rel='bookmark nofollow'><span class=entry-title>Talks</span> <time class=published "
            "datetime=2023-03-17>March 17, 2023, 10:00</time></a></h3></div>"
            "<div class='hentry h-entry hentry_photo' data-id=70699><a rel=bookmark href=/p>p</a>"
        )) == Lines{"70700 | 2023-03-17T07:00:00Z min | Talks"}
    );
    CHECK(
        shown(good(
            china_mfa(),
            "<div class=newsBd><ul><li><a href='./202303/t20230317_11043407.html'>Remarks</a> "
            "(2023-03-17)</li></ul></div>"
        )) == Lines{"11043407 | 2023-03-16T16:00:00Z day | Remarks"}
    );
}

TEST_CASE("recorded pages of news sites are read with the presets") {
    const auto root = shared_fixtures("news-sites");
    if (!root) return;
    const auto lines = [&](const SourceConfig& source, const char* name) {
        return shown(good(source, read_file(*root / name)));
    };
    CHECK(
        lines(kremlin(), "kremlin_en_list.html") ==
        Lines{"70700 | 2023-03-17T07:00:00Z min | President of China to visit Russia"}
    );
    CHECK(
        lines(kremlin(), "kremlin_ru_list_item.html") ==
        Lines{"80518 | 2026-08-12T13:30:00Z min | Указ о награждении государственными наградами"}
    );
    CHECK(
        lines(china_mfa(), "mfa_cn_list_en.html") ==
        Lines{
            "11043407 | 2023-03-16T16:00:00Z day | Foreign Ministry Spokesperson Announces "
            "President's State Visit to Russia",
            "11043600 | 2023-03-16T16:00:00Z day | Foreign Ministry Spokesperson's Regular Press "
            "Conference on March 17, 2023",
            "11042900 | 2023-03-15T16:00:00Z day | Absolute link to another section"}
    );
    CHECK(
        lines(peoples_daily(), "people_list_gbk.html") ==
        Lines{"c1001-32646000 | 2023-03-17T07:00:00Z min | 习近平将对俄罗斯进行国事访问"}
    );
    const auto mfa = article(china_mfa(), read_file(*root / "mfa_cn_article_zh.html"));
    REQUIRE(mfa);
    CHECK(shown(*mfa) == "1 | 2023-03-17T07:00:00Z min | 外交部发言人宣布：");
    CHECK(mfa->text == "应俄罗斯联邦总统普京邀请，国家主席将于3月20日至22日对俄罗斯进行国事访问。");
    const auto people = article(peoples_daily(), read_file(*root / "people_article.html"));
    REQUIRE(people);
    CHECK_THAT(people->text, Catch::Contains("航天"));
    CHECK(shown(*people) == "1 | 2024-04-23T16:00:00Z day | ");
    const auto xinhua = article(
        written_source("web_page", "http://www.news.cn/", {{"article.text.selector", "p"}}),
        read_file(*root / "xinhua_article_archive.html")
    );
    CHECK(xinhua);
    auto refused = parse_recorded_response(read_file(*root / "ddos_guard_403.http"));
    REQUIRE(refused);
    CHECK(parse(kremlin(), *refused).error().kind == ErrorKind::blocked);
    for (const char* name : {"http_429.http", "reuters_401.http"}) {
        INFO(name);
        auto recorded = parse_recorded_response(read_file(*root / name));
        REQUIRE(recorded);
        CHECK_FALSE(parse(kremlin(), *recorded));
    }
}

TEST_CASE("recorded pages of other sites are read") {
    const auto root = shared_fixtures("html-generic");
    if (!root) return;
    const Batch batch = good(ministry(), read_file(*root / "list_relative_dates.html"));
    CHECK(
        shown(batch) ==
        Lines{
            "https://ministere.example/fr/actualites/visite-101.html | 2023-03-17T09:00:00Z min | "
            "Visite d’État",
            "https://ministere.example/fr/actualites/ukraine-100.html | 2023-03-15T23:00:00Z day | "
            "Crise en Ukraine"}
    );
    CHECK(batch.statements.at(0).text == "Le président …");
    CHECK(batch.statements.at(0).lang == "fr");
    const SourceConfig by_number = written_source(
        "web_page",
        "https://mfa.example/",
        {{"select.item", "ul.news li"},
         {"select.link.selector", "a"},
         {"select.id.selector", "@data-id"},
         {"select.date.selector", "i"}}
    );
    CHECK(
        shown(good(by_number, read_file(*root / "list_edited_title.html"))) ==
        Lines{"101 | 2023-03-17T00:00:00Z day | Visit (corrected)"}
    );
    CHECK(
        bad(by_number, read_file(*root / "list_empty_after_redesign.html")).kind ==
        ErrorKind::malformed
    );
    const auto news = article(
        written_source("web_page", "https://apnews.com/", {{"article", "x"}}),
        read_file(*root / "apnews_article.html")
    );
    REQUIRE(news);
    CHECK_THAT(news->title, Catch::Contains("economy grew 1.1% in 1st quarter"));
    CHECK_THAT(news->text, Catch::Contains("National Statistics Institute said Friday"));
    CHECK(news->published_at);
    auto challenge = parse_recorded_response(read_file(*root / "http_403.http"));
    REQUIRE(challenge);
    CHECK(parse(by_number, *challenge).error().kind == ErrorKind::blocked);
    auto limited = parse_recorded_response(read_file(*root / "http_429.http"));
    REQUIRE(limited);
    CHECK(parse(by_number, *limited).error().retry_after == std::chrono::seconds(120));
}
