#include "connectors/feed_parse.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "base/crypto.hpp"
#include "base/utf8.hpp"
#include "tests/connectors/support.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

ParsedFeed parsed(std::string_view bytes, FeedContext context = {}) {
    auto feed = parse_feed_document(bytes, "", context);
    if (!feed) FAIL(feed.error().message);
    return std::move(*feed);
}

ParsedFeed from_fixture(const std::string& name, const std::string& url) {
    FeedContext context;
    context.url = url;
    return parsed(read_file(fixture("feed/" + name)), context);
}

std::string time_text(const std::optional<Time>& time) {
    return time ? format_time(*time) : "none";
}

Statement only_item(const std::string& inside, FeedContext context = {}) {
    auto feed =
        parsed("<rss><channel><item>" + inside + "</item></channel></rss>", std::move(context));
    REQUIRE(feed.statements.size() == 1);
    return feed.statements[0];
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("an RSS 2.0 item becomes an article with everything it says") {
    auto feed = from_fixture("ministry_rss2.xml", "https://mfa.example/feed.xml");
    REQUIRE(feed.statements.size() == 4);
    const Statement& s = feed.statements[0];
    CHECK(s.form == Form::article);
    CHECK(s.native_id == "mfa-102");
    CHECK(s.url == "https://mfa.example/news/102?utm_source=rss");
    CHECK(s.title == "State visit of President Example announced");
    CHECK(s.text == "The President will pay a state visit.\n\nMore at the programme.");
    CHECK(s.author_name == "Press Office");
    CHECK(time_text(s.published_at) == "2023-03-17T09:05:00Z");
    CHECK(time_text(s.edited_at) == "2023-03-17T12:00:00Z");
    CHECK(s.edited);
    CHECK(s.lang == "en-GB");
    CHECK(s.lang_declared);
    CHECK(s.tags == Texts{"Visits", "Europe"});
    CHECK(s.links == Texts{"https://mfa.example/visits"});
    REQUIRE(s.media.size() == 2);
    CHECK(s.media[0].kind == "document");
    CHECK(s.media[0].url == "https://mfa.example/files/102.pdf");
    CHECK(s.media[1].kind == "photo");
    CHECK(s.media[1].w == 640);
    CHECK(s.raw.find("mfa-102") != std::string::npos);
}

TEST_CASE("titles of RSS are decoded, cleaned of markup and kept on one line") {
    auto feed = from_fixture("ministry_rss2.xml", "https://mfa.example/feed.xml");
    CHECK(feed.statements[1].title == "It\u2019s final: talks & tea");
    CHECK(only_item("<title>a\n   b</title>").title == "a b");
    CHECK(only_item("<title>if x &lt;y then</title>").title == "if x <y then");
    CHECK(only_item("<title><b>inline</b> markup</title>").title == "inline markup");
    CHECK(only_item("<title>" + std::string(9000, 'x') + "</title>").title.size() == 4096);
}

TEST_CASE("an address as guid is the link, and an author in mail form is a name") {
    auto feed = from_fixture("ministry_rss2.xml", "https://mfa.example/feed.xml");
    const Statement& s = feed.statements[1];
    CHECK(s.native_id == "https://mfa.example/news/101");
    CHECK(s.url == "https://mfa.example/news/101");
    CHECK(s.author_name == "Jane Doe");
    CHECK(s.text == "Line one goes on, 1 < 2.");
    CHECK(time_text(s.published_at) == "2023-03-16T09:00:00Z");
    CHECK(only_item("<guid isPermaLink=\"false\">https://x.example/1</guid>").url.empty());
    CHECK(only_item("<guid>urn:x:1</guid>").url.empty());
}

TEST_CASE("without a guid the link is the id, and without both a hash of the words") {
    auto feed = from_fixture("ministry_rss2.xml", "https://mfa.example/feed.xml");
    CHECK(feed.statements[2].native_id == "https://mfa.example/news/100");
    CHECK(feed.statements[3].native_id == sha256_hex("Only wordsNo link, no id."));
    CHECK(
        only_item("<guid>  </guid><link>https://x.example/1</link>").native_id ==
        "https://x.example/1"
    );
    std::string long_id(2000, 'i');
    CHECK(only_item("<guid>" + long_id + "</guid>").native_id == sha256_hex(long_id));
}

TEST_CASE("the schedule of an RSS channel is read") {
    auto feed = from_fixture("ministry_rss2.xml", "https://mfa.example/feed.xml");
    CHECK(feed.refresh_after == std::chrono::minutes(20));
    CHECK(feed.skip_hours == std::set<int>{0, 2});
    CHECK(feed.skip_days == std::set<int>{0});
    CHECK(
        from_fixture("agency_rss1.xml", "https://agency.example/rdf").refresh_after ==
        std::chrono::minutes(30)
    );
}

TEST_CASE("RSS 1.0 keeps its items outside the channel") {
    auto feed = from_fixture("agency_rss1.xml", "https://agency.example/rdf");
    REQUIRE(feed.statements.size() == 2);
    const Statement& s = feed.statements[0];
    CHECK(s.native_id == "https://agency.example/2");
    CHECK(s.title == "Визит президента");
    CHECK(s.lang == "ru");
    CHECK(s.author_name == "Редакция");
    CHECK(s.tags == Texts{"политика"});
    CHECK(time_text(s.published_at) == "2023-03-17T07:00:00Z");
    CHECK(feed.statements[1].published_precision == Precision::day);
}

TEST_CASE("an Atom entry resolves against every xml:base above it") {
    auto feed = from_fixture("cabinet_atom.xml", "https://elsewhere.example/feed.atom");
    REQUIRE(feed.statements.size() == 3);
    const Statement& s = feed.statements[0];
    CHECK(s.native_id == "tag:kanzler.example,2023:7");
    CHECK(s.url == "https://kanzler.example/news/2023/7.html");
    CHECK(s.title == "Staatsbesuch & Gespräche");
    CHECK(s.text == "Der Kanzler empfängt den Gast.\n\nSiehe hier.");
    CHECK(s.links == Texts{"https://kanzler.example/news/2023/a/b", "https://eu.example/x"});
    REQUIRE(s.media.size() == 1);
    CHECK(s.media[0].kind == "audio");
    CHECK(s.media[0].url == "https://kanzler.example/news/2023/7.mp3");
    CHECK(s.author_name == "Kanzleramt");
    CHECK(s.lang == "de");
    CHECK(s.tags == Texts{"besuch", "Besuche"});
    CHECK(time_text(s.published_at) == "2023-03-17T08:00:00Z");
    CHECK(time_text(s.edited_at) == "2023-03-17T10:30:00Z");
}

TEST_CASE("Atom text is literal, and content elsewhere leaves the summary and a link") {
    auto feed = from_fixture("cabinet_atom.xml", "https://elsewhere.example/feed.atom");
    const Statement& literal = feed.statements[1];
    CHECK(literal.title == "Literal <b> stays");
    CHECK(literal.text == "First line\nsecond line");
    CHECK(literal.lang == "en");
    CHECK(literal.author_name == "Anna Berg");
    CHECK(literal.url == "https://kanzler.example/news/6.html");
    CHECK_FALSE(literal.edited_at);
    const Statement& elsewhere = feed.statements[2];
    CHECK(elsewhere.text == "See the film.");
    CHECK(elsewhere.links == Texts{"https://video.example/5.mp4"});
}

TEST_CASE("Atom 0.3 has modes") {
    auto feed = from_fixture("old_atom03.xml", "");
    REQUIRE(feed.statements.size() == 3);
    CHECK(feed.statements[0].text == "One\n\nTwo");
    CHECK(time_text(feed.statements[0].published_at) == "2004-05-01T10:00:00Z");
    CHECK(time_text(feed.statements[0].edited_at) == "2004-05-02T10:00:00Z");
    CHECK(feed.statements[1].text == "Inline");
    CHECK(feed.statements[2].text == "State visit");
}

TEST_CASE("CDF is read as well") {
    auto feed = from_fixture("channel.cdf", "");
    REQUIRE(feed.statements.size() == 1);
    CHECK(feed.statements[0].url == "https://cdf.example/1");
    CHECK(feed.statements[0].text == "Words of the item");
    CHECK(time_text(feed.statements[0].published_at) == "2004-04-07T04:05:43Z");
}

TEST_CASE("a JSON Feed tolerates numbers as ids, wrong types and half an emoji") {
    auto feed = from_fixture("cabinet.json", "https://cabinet.example/feed.json");
    REQUIRE(feed.statements.size() == 3);
    const Statement& s = feed.statements[0];
    CHECK(s.native_id == "9007199254740993");
    CHECK(s.url == "https://cabinet.example/9");
    CHECK(s.title == "Visite d'État & accueil");
    CHECK(s.text == "Le président arrive. Plan");
    CHECK(s.links == Texts{"https://cabinet.example/plan", "https://other.example/9"});
    CHECK(s.author_name == "Jean, Marie");
    CHECK(s.tags == Texts{"visite", "7"});
    CHECK(s.lang == "fr");
    CHECK(time_text(s.edited_at) == "2023-03-17T10:00:00Z");
    REQUIRE(s.media.size() == 2);
    CHECK(s.media[0].duration_s == 61.5);
    CHECK(s.media[1].kind == "photo");
    CHECK(feed.statements[1].text == "Line one\nline two \uFFFD");
    CHECK(feed.statements[1].author_name == "Bob");
    CHECK(feed.statements[2].native_id == "https://cabinet.example/7");
    CHECK(feed.statements[2].author_name == "Service public");
    CHECK(feed.recovered);
}

TEST_CASE("a broken document gives every item it has") {
    auto feed = from_fixture("broken_rss.xml", "");
    CHECK(feed.recovered);
    REQUIRE(feed.statements.size() == 4);
    CHECK(feed.statements[0].title == "Q&A with R&D, 1 < 2");
    CHECK(feed.statements[0].url == "https://b.example/1?a=1&b=2");
    CHECK(feed.statements[0].text.find("Nice\u00A0day \u2014") != std::string::npos);
    CHECK(feed.statements[0].text.find("appear") == std::string::npos);
    CHECK(feed.statements[2].text == "Words");
    CHECK(feed.statements[3].title == "Last");
}

TEST_CASE("a feed in windows-1251 and with a Russian date is read") {
    auto feed = from_fixture("moscow_cp1251.xml", "");
    REQUIRE(feed.statements.size() == 1);
    CHECK(feed.statements[0].title == "Визит президента");
    CHECK(time_text(feed.statements[0].published_at) == "2023-03-17T10:00:00Z");
}

TEST_CASE("a date without a zone is local to the source") {
    std::string item = "<guid>1</guid><pubDate>17 Jul 2023 10:00:00</pubDate>";
    CHECK(only_item(item).published_precision == Precision::min);
    FeedContext context;
    context.timezone = "Europe/Moscow";
    auto moscow = only_item(item, context);
    CHECK(time_text(moscow.published_at) == "2023-07-17T07:00:00Z");
    CHECK(moscow.published_precision == Precision::s);
    context.timezone = "Europe/Berlin";
    CHECK(time_text(only_item(item, context).published_at) == "2023-07-17T08:00:00Z");
}

TEST_CASE("an unreadable date is none and one in the future is kept") {
    CHECK_FALSE(only_item("<guid>1</guid><pubDate>soon</pubDate>").published_at);
    auto s = only_item("<guid>1</guid><pubDate>Fri, 17 Mar 2073 10:05:00 GMT</pubDate>");
    CHECK(time_text(s.published_at) == "2073-03-17T10:05:00Z");
}

TEST_CASE("the operator's language wins, then the feed's, then the words") {
    CHECK(only_item("<title>Государственный визит президента</title>").lang == "ru");
    CHECK_FALSE(only_item("<title>Государственный визит президента</title>").lang_declared);
    FeedContext context;
    context.lang = "uk";
    CHECK(only_item("<title>Государственный визит президента</title>", context).lang == "uk");
}

TEST_CASE("titles escaped once too often are decoded when most of the feed does it") {
    auto item = [](const std::string& title) {
        return "<entry><id>" + title.substr(0, 1) + "</id><title>" + title + "</title></entry>";
    };
    std::string open = "<feed xmlns='http://www.w3.org/2005/Atom'>";
    auto most =
        parsed(open + item("A &amp;amp; B") + item("C &amp;amp; D") + item("E") + "</feed>");
    CHECK(most.statements[0].title == "A & B");
    auto few = parsed(open + item("A &amp;amp; B") + item("C") + item("E") + "</feed>");
    CHECK(few.statements[0].title == "A &amp; B");
}

TEST_CASE("links that run code or read files are not links") {
    for (std::string bad :
         {"javascript:alert(1)", "JavaScript:x", "data:text/html,x", "file:///etc/passwd"}) {
        auto s = only_item(
            "<guid isPermaLink='false'>1</guid><link>" + bad + "</link><description>&lt;a href=\"" +
            bad + "\"&gt;words&lt;/a&gt;</description>"
        );
        CHECK(s.url.empty());
        CHECK(s.links.empty());
        CHECK(s.text == "words");
    }
}

TEST_CASE("undeclared prefixes mean what they usually mean") {
    auto s = only_item(
        "<guid>1</guid><dc:creator>Ann</dc:creator><content:encoded>&lt;p&gt;x&lt;/p&gt;</"
        "content:encoded>"
    );
    CHECK(s.author_name == "Ann");
    CHECK(s.text == "x");
}

TEST_CASE("podcast and video feeds have their own words") {
    auto feed = parsed(
        "<feed xmlns='http://www.w3.org/2005/Atom' xmlns:media='http://search.yahoo.com/mrss/'>"
        "<entry><id>yt:video:1</id><title>Film</title><link rel='alternate' "
        "href='https://v.example/1'/>"
        "<media:group><media:content url='https://v.example/1.mp4' type='video/mp4' duration='61'/>"
        "<media:thumbnail url='https://v.example/1.jpg'/><media:description>About "
        "it\nmore</media:description>"
        "</media:group></entry></feed>"
    );
    REQUIRE(feed.statements.size() == 1);
    CHECK(feed.statements[0].text == "About it\nmore");
    REQUIRE(feed.statements[0].media.size() == 1);
    CHECK(feed.statements[0].media[0].thumb == "https://v.example/1.jpg");
    CHECK(feed.statements[0].media[0].duration_s == 61.0);
}

TEST_CASE("of many items the newest 500 are taken, in document order, and it is said") {
    std::string document = "<rss><channel>";
    for (int i = 0; i < 800; ++i) {
        document += "<item><guid>" + std::to_string(i) + "</guid><pubDate>" +
                    std::to_string(1'600'000'000 + i * 60) + "</pubDate></item>";
    }
    auto feed = parsed(document + "</channel></rss>");
    REQUIRE(feed.statements.size() == 500);
    CHECK(feed.statements.front().native_id == "300");
    CHECK(feed.statements.back().native_id == "799");
    REQUIRE(feed.notes.size() == 1);
    CHECK(feed.notes[0].find("800") != std::string::npos);
}

TEST_CASE("a hundred thousand items are cut at the limits") {
    std::string document = "<rss><channel>";
    for (int i = 0; i < 100'000; ++i)
        document += "<item><guid>" + std::to_string(i) + "</guid></item>";
    auto feed = parsed(document + "</channel></rss>");
    CHECK(feed.statements.size() == 500);
    CHECK(feed.recovered);
    CHECK(feed.notes.size() == 2);

    auto larger = parse_feed_document(std::string(feed_bytes_max + 1, ' '), "", {});
    REQUIRE_FALSE(larger);
    CHECK(larger.error().kind == ErrorKind::too_large);
}

TEST_CASE("long text is cut on a character boundary and marked") {
    std::string words;
    while (words.size() < 300'000) words += "слово ";
    auto s = only_item("<guid>1</guid><description>" + words + "</description>");
    CHECK(s.partial);
    CHECK(s.text.size() <= 256 * 1024);
    CHECK(valid_utf8(s.text));
}

TEST_CASE("other documents are malformed, and a page is called one") {
    auto refused = [](std::string_view bytes) {
        auto feed = parse_feed_document(bytes, "", {});
        REQUIRE_FALSE(feed);
        CHECK(feed.error().kind == ErrorKind::malformed);
        return feed.error().message;
    };
    CHECK(refused("<opml><body/></opml>").find("<opml>") != std::string::npos);
    CHECK(refused(read_file(fixture("feed/page.html"))).find("web page") != std::string::npos);
    CHECK(refused("{\"a\":1}").find("version") != std::string::npos);
    CHECK(
        refused("{\"version\":\"https://jsonfeed.org/version/1\",").find("parse") !=
        std::string::npos
    );
    refused("[1,2]");
    refused("hello");
    refused("");
}

TEST_CASE("deep and endless JSON is refused without eating memory") {
    auto deep = parse_feed_document("{\"version\":" + std::string(100'000, '['), "", {});
    REQUIRE_FALSE(deep);
    CHECK(deep.error().kind == ErrorKind::too_large);
    auto wide = parse_feed_document("{\"a\":[" + std::string(1'000'000, ','), "", {});
    REQUIRE_FALSE(wide);
    CHECK(wide.error().kind == ErrorKind::too_large);
}

TEST_CASE("a page announces its feed, and a query is not shown") {
    std::string page = read_file(fixture("feed/page.html"));
    CHECK(
        announced_feed(page, "", "https://mfa.example/press/") ==
        "https://mfa.example/press/rss.xml?key=secret"
    );
    CHECK(announced_feed("<html></html>", "", "https://mfa.example/").empty());
}

TEST_CASE("no truncation of a document does harm") {
    for (const char* name :
         {"ministry_rss2.xml",
          "agency_rss1.xml",
          "cabinet_atom.xml",
          "old_atom03.xml",
          "cabinet.json",
          "broken_rss.xml",
          "moscow_cp1251.xml",
          "channel.cdf",
          "page.html"}) {
        std::string whole = read_file(fixture(std::string("feed/") + name));
        for (std::size_t size = 0; size < whole.size(); ++size) {
            auto feed = parse_feed_document(std::string_view(whole).substr(0, size), "", {});
            if (!feed) continue;
            for (const Statement& statement : feed->statements) {
                if (!valid_utf8(statement.text) || statement.native_id.empty())
                    FAIL(name << " " << size);
            }
        }
    }
}
