// The Telegram preview connector through `poll`.

#include <string>

#include <catch2/catch.hpp>

#include "tests/connectors/support.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

std::string channel_page(int first, int last, int after = 0, const std::string& words = "words") {
    std::string page = "<html><body><section class=\"tgme_channel_history\">";
    for (int id = first; id <= last; ++id) {
        std::string post = "Ministry/" + std::to_string(id);
        page += "<div class=\"tgme_widget_message\" data-post=\"" + post +
                "\"><div class=\"tgme_widget_message_text\">" + words + " " + std::to_string(id) +
                "</div><a class=\"tgme_widget_message_date\" href=\"https://t.me/" + post +
                "\"><time datetime=\"2023-03-17T07:00:00+00:00\"></time></a></div>";
    }
    if (after > 0) {
        page += "<a class=\"tme_messages_more\" data-after=\"" + std::to_string(after) + "\"></a>";
    }
    return page + "</section></body></html>";
}

struct Channel : Scripted {
    Channel() : Channel("@Ministry") {}
    explicit Channel(const std::string& name)
        : Scripted(source_of("telegram_web", "channel", name), make_telegram_web) {}

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
};

std::vector<std::string> ids(const Batch& batch) {
    std::vector<std::string> out;
    for (const Statement& s : batch.statements) out.push_back(s.native_id);
    return out;
}

int late_count(const Batch& batch) {
    int count = 0;
    for (const Statement& s : batch.statements) count += s.late ? 1 : 0;
    return count;
}

}  // namespace

TEST_CASE("three polls of a channel: baseline, new message, edit") {
    Channel channel;
    channel.http.answer(200, channel_page(1, 20));
    Batch first = channel.good();
    CHECK(first.statements.size() == 20);
    CHECK(first.account_key == "ministry");
    CHECK(first.next.get("last_id") == "20");
    CHECK(channel.http.requests[0].url == "https://t.me/s/Ministry");
    CHECK(find_header(channel.http.requests[0].headers, "Accept-Language") == "en");

    channel.http.answer(200, channel_page(2, 21));
    Batch second = channel.good(first.next);
    CHECK(second.next.get("last_id") == "21");
    CHECK(late_count(second) == 0);
    CHECK_FALSE(second.gap);

    channel.http.answer(200, channel_page(2, 21, 0, "edited"));
    Batch third = channel.good(second.next);
    CHECK(third.statements.back().text == "edited 21");
    CHECK(channel.http.requests.size() == 3);
}

TEST_CASE("messages that left the page are read page by page and are late") {
    Channel channel;
    channel.http.answer(200, channel_page(1, 20));
    Batch batch = channel.good();
    channel.http.answer(200, channel_page(61, 80));
    channel.http.answer(200, channel_page(21, 40, 40));
    channel.http.answer(200, channel_page(41, 58, 58));
    channel.http.answer(200, channel_page(61, 80));
    batch = channel.good(batch.next);
    CHECK(channel.http.requests[2].url == "https://t.me/s/Ministry?after=20");
    CHECK(channel.http.requests[3].url == "https://t.me/s/Ministry?after=40");
    CHECK(channel.http.requests.size() == 5);
    CHECK(batch.statements.size() == 58);
    CHECK(batch.statements.front().native_id == "21");
    CHECK(batch.statements.back().native_id == "80");
    CHECK(late_count(batch) == 38);
    CHECK_FALSE(batch.gap);
    CHECK(batch.next.get("last_id") == "80");
}

TEST_CASE("ids that were skipped cost two questions and are no gap") {
    Channel channel;
    channel.http.answer(200, channel_page(1, 20));
    Batch batch = channel.good();
    channel.http.answer(200, channel_page(25, 44));
    channel.http.answer(200, channel_page(25, 44));
    channel.http.answer(200, channel_page(1, 20));
    batch = channel.good(batch.next);
    CHECK(channel.http.requests[3].url == "https://t.me/s/Ministry?before=25");
    CHECK(batch.statements.size() == 20);
    CHECK(late_count(batch) == 0);
    CHECK_FALSE(batch.gap);
}

TEST_CASE("a server that does not look back leaves a gap") {
    Channel channel;
    channel.http.answer(200, channel_page(1, 20));
    Batch batch = channel.good();
    channel.http.answer(200, channel_page(100, 119));
    channel.http.answer(200, channel_page(100, 119));
    channel.http.answer(200, channel_page(100, 119));
    batch = channel.good(batch.next);
    CHECK(batch.statements.size() == 20);
    REQUIRE(batch.gap);
    CHECK(batch.gap->from_id == "20");
    CHECK(batch.gap->to_id == "100");
}

TEST_CASE("catching up ends after ten pages with a gap") {
    Channel channel;
    channel.http.answer(200, channel_page(1, 20));
    Batch batch = channel.good();
    channel.http.answer(200, channel_page(981, 1000));
    for (int i = 0; i < 12; ++i)
        channel.http.answer(200, channel_page(21 + i * 20, 40 + i * 20, 40 + i * 20));
    batch = channel.good(batch.next);
    CHECK(channel.http.requests.size() == 12);
    REQUIRE(batch.gap);
    CHECK(batch.gap->from_id == "220");
    CHECK(batch.gap->to_id == "981");
    CHECK(batch.statements.size() == 220);
    CHECK(batch.next.get("last_id") == "1000");
    CHECK(batch.next.seen.size() == 200);
}

TEST_CASE("a failing page of the past fails the poll, so that nothing is skipped") {
    Channel channel;
    channel.http.answer(200, channel_page(1, 20));
    Batch batch = channel.good();
    channel.http.answer(200, channel_page(61, 80));
    channel.http.answer(429, "", {{"Retry-After", "30"}});
    Error error = channel.bad(batch.next);
    CHECK(error.kind == ErrorKind::rate_limited);
    CHECK(error.retry_after == std::chrono::seconds(30));
}

TEST_CASE("the name's new owner is noticed") {
    Channel channel;
    // {"c":-55} and {"c":-77} in base64.
    auto numbered = [](std::string page, const std::string& view) {
        for (auto at = page.find("data-post"); at != std::string::npos;
             at = page.find("data-post", at + 40)) {
            page.insert(at, "data-view=\"" + view + "\" ");
        }
        return page;
    };
    channel.http.answer(200, numbered(channel_page(100, 119), "eyJjIjotNzd9"));
    Batch batch = channel.good();
    CHECK(batch.account_key == "77");
    channel.http.answer(200, numbered(channel_page(5, 8), "eyJjIjotNTV9"));
    batch = channel.good(batch.next);
    CHECK(batch.account_key == "55");
    CHECK(batch.notes.size() == 1);
    CHECK(batch.next.get("last_id") == "8");
    CHECK(channel.http.requests.size() == 2);
}

TEST_CASE("a channel that cannot be read has the class of its reason") {
    Channel channel;
    auto kind = [&](int status, const std::string& body) {
        channel.http.answer(status, body);
        return channel.bad().kind;
    };
    CHECK(kind(200, read_file(fixture("telegram_web/no_preview.html"))) == ErrorKind::forbidden);
    CHECK(kind(200, read_file(fixture("telegram_web/no_such_name.html"))) == ErrorKind::gone);
    CHECK(kind(302, "") == ErrorKind::forbidden);
    CHECK(kind(429, "") == ErrorKind::rate_limited);
    CHECK(kind(502, "") == ErrorKind::server);
    CHECK(kind(200, "") == ErrorKind::server);
    CHECK(kind(200, read_file(fixture("feed/challenge.html"))) == ErrorKind::blocked);
    CHECK(kind(200, "<html><body>hotel</body></html>") == ErrorKind::malformed);
    channel.http.answer(200, read_file(fixture("telegram_web/empty.html")));
    CHECK(channel.good().statements.empty());
    Channel nonsense("not a name");
    CHECK(nonsense.bad().kind == ErrorKind::rejected);
    CHECK(nonsense.http.requests.empty());
}

TEST_CASE("an empty page does not move the cursor") {
    Channel channel;
    channel.http.answer(200, channel_page(1, 20));
    Batch batch = channel.good();
    channel.http.answer(200, read_file(fixture("telegram_web/empty.html")));
    batch = channel.good(batch.next);
    CHECK(batch.next.get("last_id") == "20");
    CHECK(ids(batch).empty());
}

TEST_CASE("another address of the preview is used as given") {
    SourceConfig source = source_of("telegram_web", "channel", std::string("Ministry"));
    source.options.set("base_url", std::string("http://127.0.0.1:8080/"), Span());
    Scripted scripted(source, make_telegram_web);
    scripted.http.answer(200, channel_page(1, 2));
    REQUIRE(scripted.poll());
    CHECK(scripted.http.requests[0].url == "http://127.0.0.1:8080/s/Ministry");
}
