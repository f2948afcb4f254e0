// The web page connector through `poll` and `presence`.

#include <catch2/catch.hpp>

#include "tests/connectors/page_support.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using Lines = std::vector<std::string>;

namespace {

const std::string address = "https://mfa.example/news";

SourceConfig plain_source(const Written& more = {}) {
    Written options{{"select.item", "li"}, {"select.link.selector", "a"}};
    for (const auto& [name, value] : more) options[name] = value;
    SourceConfig source = written_source("web_page", address, options);
    source.poll_interval = std::chrono::minutes(5);
    return source;
}

SourceConfig without_robots(const Written& more = {}) {
    SourceConfig source = plain_source(more);
    source.options.set("respect_robots", false, Span());
    return source;
}

SourceConfig with_articles(const Written& more = {}) {
    Written options = more;
    options["article.text.selector"] = "main";
    return without_robots(options);
}

// Items /from to /to, newest (highest) first.
std::string page(int from, int to, const std::string& more = "", const std::string& word = "Item") {
    std::string items;
    for (int id = to; id >= from; --id) {
        std::string number = std::to_string(id);
        items += "<li><a href='/" + number + "'>" + word + " " + number + "</a>";
    }
    return "<html><body><ul>" + items + "</ul>" + more + "</body></html>";
}

std::string text_page(const std::string& words) { return "<main>" + words + "</main>"; }

struct Page : Scripted {
    explicit Page(const SourceConfig& source) : Scripted(source, make_web_page) {}

    Batch good(Cursor since = {}) {
        auto batch = poll(std::move(since));
        if (!batch) FAIL(batch.error().message);
        return std::move(*batch);
    }
    Error bad(Cursor since = {}) {
        auto batch = poll(std::move(since));
        REQUIRE_FALSE(batch);
        return batch.error();
    }
    Presence present(const std::string& url) {
        auto presence = run(io, connector->presence("1", url));
        if (!presence) FAIL(presence.error().message);
        return *presence;
    }
    Lines asked() {
        Lines urls;
        for (const HttpRequest& request : http.requests) urls.push_back(request.url);
        http.requests.clear();
        return urls;
    }
};

// "/1: text" of each statement; `!` behind a partial one.
Lines texts(const Batch& batch) {
    Lines lines;
    for (const Statement& one : batch.statements) {
        lines.push_back(
            one.native_id.substr(std::string("https://mfa.example").size()) + ": " + one.title +
            (one.text.empty() ? "" : " - " + one.text) + (one.partial ? "!" : "")
        );
    }
    return lines;
}

}  // namespace

TEST_CASE("three polls of a page: baseline, new item, edit and removal") {
    Page site(without_robots());
    site.http.answer(200, page(1, 3));
    Batch batch = site.good();
    CHECK(texts(batch) == Lines{"/1: Item 1", "/2: Item 2", "/3: Item 3"});
    CHECK(batch.account_key == address);

    site.http.answer(200, page(2, 4));
    batch = site.good(batch.next);
    CHECK(texts(batch) == Lines{"/2: Item 2", "/3: Item 3", "/4: Item 4"});
    CHECK_FALSE(batch.gap);

    site.http.answer(200, page(3, 4, "", "Corrected"));
    batch = site.good(batch.next);
    CHECK(texts(batch) == Lines{"/3: Corrected 3", "/4: Corrected 4"});
    CHECK(batch.next.seen.size() == 4);
    CHECK(site.asked() == Lines{address, address, address});
}

TEST_CASE("pages behind the first are read when nothing on it is known") {
    SourceConfig source = without_robots({{"next.selector", "a.next"}});
    Page site(source);
    site.http.answer(200, page(1, 3));
    Batch batch = site.good();
    CHECK(site.asked() == Lines{address});
    site.http.answer(200, page(8, 10, "<a class=next href='?page=2'>older</a>"));
    site.http.answer(200, page(5, 7, "<a class=next href='?page=3'>older</a>"));
    site.http.answer(200, page(2, 4, "<a class=next href='?page=4'>older</a>"));
    batch = site.good(batch.next);
    CHECK(site.asked() == Lines{address, address + "?page=2", address + "?page=3"});
    CHECK(batch.statements.size() == 9);
    CHECK(batch.statements.front().native_id == "https://mfa.example/2");
    CHECK(batch.statements.front().late);
    CHECK_FALSE(batch.statements.back().late);
    CHECK_FALSE(batch.gap);
}

TEST_CASE("a list that does not reach back leaves a gap") {
    Page site(without_robots());
    site.http.answer(200, page(1, 3));
    Batch batch = site.good();
    site.http.answer(200, page(7, 9));
    batch = site.good(batch.next);
    REQUIRE(batch.gap);
    CHECK(batch.gap->from_id == "https://mfa.example/3");
    CHECK(batch.gap->to_id == "https://mfa.example/7");
}

TEST_CASE("pages that lead in a circle or have no end are left") {
    SourceConfig source = without_robots({{"next.selector", "a.next"}});
    source.options.set("max_pages", std::int64_t(4), Span());
    Page site(source);
    site.http.answer(200, page(1, 3));
    const Cursor since = site.good().next;
    site.asked();
    site.http.answer(200, page(20, 22, "<a class=next href='?2'>older</a>"));
    site.http.answer(200, page(17, 19, "<a class=next href='/news'>older</a>"));
    CHECK(site.good(since).gap);
    CHECK(site.asked().size() == 2);
    for (int i = 0; i < 10; ++i) {
        std::string next = "<a class=next href='?p=" + std::to_string(i) + "'>older</a>";
        site.http.answer(200, page(100 - 3 * i, 102 - 3 * i, next));
    }
    CHECK(site.good(since).gap);
    CHECK(site.asked().size() == 4);
}

TEST_CASE("an older page that fails fails the poll, so that nothing is skipped") {
    Page site(without_robots({{"next.selector", "a.next"}}));
    site.http.answer(200, page(1, 3));
    const Cursor since = site.good().next;
    site.http.answer(200, page(8, 10, "<a class=next href='?page=2'>older</a>"));
    site.http.answer(429, "", {{"Retry-After", "30"}});
    const Error error = site.bad(since);
    CHECK(error.kind == ErrorKind::rate_limited);
    CHECK(error.retry_after == std::chrono::seconds(30));
}

TEST_CASE("a page that cannot be read has the class of its reason") {
    Page site(without_robots());
    const auto kind = [&](int status, const std::string& body) {
        site.http.answer(status, body);
        return site.bad().kind;
    };
    CHECK(kind(200, "<html><body><div id=root></div></body></html>") == ErrorKind::malformed);
    CHECK(kind(200, "") == ErrorKind::malformed);
    CHECK(kind(404, "") == ErrorKind::server);
    CHECK(kind(410, "") == ErrorKind::gone);
    CHECK(kind(403, "") == ErrorKind::forbidden);
    CHECK(kind(503, "<title>Just a moment...</title>") == ErrorKind::blocked);
    CHECK(kind(200, "<title>Just a moment...</title>") == ErrorKind::blocked);
    site.http.fail(Error{ErrorKind::timeout, "slow"});
    CHECK(site.bad().kind == ErrorKind::timeout);
}

TEST_CASE("a site is asked by robots.txt first, once a day") {
    Page site(plain_source());
    site.http.answer(200, "User-agent: *\nDisallow: /private\nCrawl-delay: 7\n");
    site.http.answer(200, page(1, 2));
    Batch batch = site.good();
    CHECK(site.http.requests[1].min_gap == std::chrono::seconds(7));
    CHECK(site.asked() == Lines{"https://mfa.example/robots.txt", address});
    site.http.answer(200, page(1, 2));
    batch = site.good(batch.next);
    CHECK(site.asked() == Lines{address});
    site.clock.jump_to(noon + std::chrono::hours(24));
    site.http.answer(200, "User-agent: spokeswatch\nDisallow: /news\n");
    const Error error = site.bad(batch.next);
    CHECK(error.kind == ErrorKind::rejected);
    CHECK_THAT(error.message, Catch::Contains("robots.txt of mfa.example does not allow"));
    CHECK(site.asked() == Lines{"https://mfa.example/robots.txt"});
}

TEST_CASE("a site without robots.txt has no objection, one that cannot say may have") {
    Page site(plain_source());
    site.http.answer(404, "<html>not found</html>");
    site.http.answer(200, page(1, 2));
    site.good();
    Page broken(plain_source());
    broken.http.answer(503, "");
    CHECK(broken.bad().kind == ErrorKind::server);
    broken.http.fail(Error{ErrorKind::timeout, "slow"});
    CHECK(broken.bad().message == "robots.txt could not be read: slow");
    // What stands there is no robots.txt.
    broken.http.answer(200, "<!doctype html><p>User-agent: *<p>Disallow: /");
    broken.http.answer(200, page(1, 2));
    broken.good();
    SourceConfig own = plain_source();
    own.user_agent = "deskbot/2.0 (+https://desk.example)";
    Page named(own);
    named.http.answer(200, "User-agent: deskbot\nDisallow: /\n");
    CHECK(named.bad().kind == ErrorKind::rejected);
}

TEST_CASE("pages of new items are read, those of the first poll are not") {
    Page site(with_articles());
    site.http.answer(200, page(1, 3));
    Batch batch = site.good();
    CHECK(site.asked() == Lines{address});
    CHECK(texts(batch) == Lines{"/1: Item 1", "/2: Item 2", "/3: Item 3"});

    site.http.answer(200, page(2, 4));
    site.http.answer(200, text_page("<p>Words.<nav>menu</nav>"));
    batch = site.good(batch.next);
    CHECK(site.asked() == Lines{address, "https://mfa.example/4"});
    CHECK(texts(batch) == Lines{"/2: Item 2", "/3: Item 3", "/4: Item 4 - Words."});

    // Not due yet; the list alone would look like an edit.
    site.http.answer(200, page(2, 4));
    const Batch same = site.good(batch.next);
    CHECK(texts(same) == Lines{"/2: Item 2", "/3: Item 3"});
}

TEST_CASE("a page that is edited in place is read again for a day, ever more rarely") {
    Page site(with_articles());
    site.http.answer(200, page(1, 1));
    Batch batch = site.good();
    site.http.answer(200, page(1, 2));
    site.http.answer(200, text_page("First."));
    batch = site.good(batch.next);
    int readings = 0;
    for (int minutes = 5; minutes <= 48 * 60; minutes += 5) {
        site.clock.jump_to(noon + std::chrono::minutes(minutes));
        site.asked();
        site.http.answer(200, page(1, 2));
        site.http.answer(200, text_page("Words of minute " + std::to_string(minutes)));
        batch = site.good(batch.next);
        site.http.answers.clear();
        if (site.http.requests.size() == 1) continue;
        ++readings;
        REQUIRE(batch.statements.size() == 2);
        CHECK(batch.statements.back().text == "Words of minute " + std::to_string(minutes));
        CHECK(minutes <= 24 * 60);
        if (readings == 1) CHECK(minutes == 5);
    }
    CHECK(readings == 10);
}

TEST_CASE("a correction on the list makes its page be read again") {
    Page site(with_articles());
    site.http.answer(200, page(1, 1));
    Batch batch = site.good();
    site.http.answer(200, page(1, 2));
    site.http.answer(200, text_page("First."));
    batch = site.good(batch.next);
    site.clock.jump_to(noon + std::chrono::hours(90));
    site.http.answer(200, page(1, 2));
    site.http.answer(200, text_page("First."));
    batch = site.good(batch.next);
    site.asked();
    site.http.answer(200, page(1, 2, "", "Corrected"));
    site.http.fail(Error{ErrorKind::timeout, "slow"});
    batch = site.good(batch.next);
    CHECK(texts(batch) == Lines{"/1: Corrected 1"});
    site.http.answer(200, page(1, 2, "", "Corrected"));
    site.http.answer(200, text_page("Second."));
    batch = site.good(batch.next);
    CHECK(texts(batch) == Lines{"/1: Corrected 1", "/2: Corrected 2 - Second."});
}

TEST_CASE("a headline does not wait for its page") {
    Page site(with_articles());
    site.http.answer(200, page(1, 1));
    Batch batch = site.good();
    site.http.answer(200, page(1, 3));
    site.http.fail(Error{ErrorKind::timeout, "slow"});
    site.http.answer(404, "");
    batch = site.good(batch.next);
    CHECK(texts(batch) == Lines{"/1: Item 1", "/2: Item 2!", "/3: Item 3!"});
    site.clock.jump_to(noon + std::chrono::minutes(5));
    site.http.answer(200, page(1, 3));
    site.http.answer(200, text_page("Two."));
    site.http.answer(200, text_page("Three."));
    batch = site.good(batch.next);
    CHECK(texts(batch) == Lines{"/1: Item 1", "/2: Item 2 - Two.", "/3: Item 3 - Three."});
}

TEST_CASE("a poll reads a bounded number of pages, and none after it was told to wait") {
    SourceConfig source = with_articles();
    source.options.set("article_max", std::int64_t(2), Span());
    Page site(source);
    site.http.answer(200, page(1, 1));
    const Cursor since = site.good().next;
    site.asked();
    site.http.answer(200, page(1, 5));
    site.http.answer(200, text_page("Four."));
    site.http.answer(200, text_page("Five."));
    Batch batch = site.good(since);
    CHECK(site.asked() == Lines{address, "https://mfa.example/4", "https://mfa.example/5"});
    CHECK(
        texts(batch) ==
        Lines{
            "/1: Item 1", "/2: Item 2!", "/3: Item 3!", "/4: Item 4 - Four.", "/5: Item 5 - Five."}
    );
    site.http.answer(200, page(1, 5));
    site.http.answer(429, "");
    batch = site.good(since);
    CHECK(site.asked() == Lines{address, "https://mfa.example/4"});
    CHECK(batch.statements.size() == 5);
}

TEST_CASE("where no copy may be kept the markup is not") {
    Page site(with_articles());
    const Headers noarchive{{"X-Robots-Tag", "noindex, noarchive"}};
    site.http.answer(200, page(1, 1));
    Batch batch = site.good();
    CHECK_FALSE(batch.statements.at(0).raw.empty());
    site.http.answer(200, page(1, 2), noarchive);
    site.http.answer(200, text_page("<p>Words."), noarchive);
    batch = site.good(batch.next);
    for (const Statement& one : batch.statements) CHECK((one.raw + one.html).empty());
    CHECK(batch.statements.back().text == "Words.");
}

TEST_CASE("a page is deleted when that is said twice, an hour apart") {
    Page site(without_robots());
    const std::string url = "https://mfa.example/1";
    site.http.answer(200, "here");
    CHECK(site.present(url) == Presence::there);
    site.http.answer(404, "");
    CHECK(site.present(url) == Presence::unknown);
    site.clock.jump_to(noon + std::chrono::minutes(59));
    site.http.answer(410, "");
    CHECK(site.present(url) == Presence::unknown);
    site.clock.jump_to(noon + std::chrono::minutes(60));
    site.http.answer(404, "");
    CHECK(site.present(url) == Presence::deleted);
    // It came back in between.
    site.http.answer(200, "here");
    CHECK(site.present(url) == Presence::there);
    site.http.answer(404, "");
    CHECK(site.present(url) == Presence::unknown);
    // Led to the front page, refused, without an address.
    HttpResponse moved;
    moved.status = 200;
    moved.url = "https://mfa.example/";
    site.http.answers.emplace_back(moved);
    CHECK(site.present(url) == Presence::unknown);
    CHECK(site.present("") == Presence::unknown);
    site.http.answer(503, "");
    CHECK_FALSE(run(site.io, site.connector->presence("1", url)));
}
