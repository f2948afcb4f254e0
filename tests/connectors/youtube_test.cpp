// The YouTube connector: its feed through `parse`, polls on a scripted network and on loopback.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "tests/connectors/support.hpp"
#include "tests/support/raw_server.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

const std::string channel = "UCabcdefghijklmnopqrstuv";

SourceConfig channel_source(const std::string& name = channel) {
    SourceConfig source = source_of("youtube", "channel", name);
    source.allow_private = true;
    return source;
}

std::string entry(
    const std::string& id,
    const std::string& title,
    const std::string& description,
    const std::string& updated = "2023-03-17T08:00:00+00:00"
) {
    return "<entry><id>yt:video:" + id + "</id><yt:videoId>" + id + "</yt:videoId><title>" + title +
           "</title><link rel='alternate' href='https://www.youtube.com/watch?v=" + id +
           "'/><author><name>Ministry</name></author><published>2023-03-17T08:00:00+00:00"
           "</published><updated>" +
           updated + "</updated><media:group><media:title>" + title +
           "</media:title><media:content url='https://www.youtube.com/v/" + id +
           "' type='application/x-shockwave-flash'/><media:thumbnail url='https://i.example/" + id +
           ".jpg'/><media:description>" + description +
           "</media:description><media:community><media:statistics views='12'/></media:community>"
           "</media:group></entry>";
}

std::string feed_of(const std::string& entries) {
    return "<?xml version='1.0' encoding='UTF-8'?><feed "
           "xmlns:yt='http://www.youtube.com/xml/schemas/2015' "
           "xmlns:media='http://search.yahoo.com/mrss/' xmlns='http://www.w3.org/2005/Atom'>"
           "<id>yt:channel:abc</id><title>Ministry</title>" +
           entries + "</feed>";
}

Result<Batch> parsed(const std::string& body, int status = 200) {
    SourceConfig source = channel_source();
    ParseInput input;
    input.response.status = status;
    input.response.body = body;
    input.source = &source;
    input.now = noon;
    return parse_youtube(input);
}

Batch good(Result<Batch> batch) {
    if (!batch) FAIL(batch.error().message);
    return std::move(*batch);
}

struct Channel : Scripted {
    explicit Channel(const SourceConfig& source = channel_source())
        : Scripted(source, make_youtube) {}
};

}  // namespace

TEST_CASE("a video has its title and description as text, and itself as media") {
    Batch batch = good(parsed(feed_of(
        entry(
            "AAAAAAAAAAA", "Briefing #visit", "First line\nSecond @other", "2023-03-19T00:00:00Z"
        ) +
        entry("BBBBBBBBBBB", "Only a title", "")
    )));
    REQUIRE(batch.statements.size() == 2);
    CHECK(batch.account_key == channel);
    const Statement& video = batch.statements[0];
    CHECK(video.native_id == "AAAAAAAAAAA");
    CHECK(video.form == Form::article);
    CHECK(video.title == "Briefing #visit");
    CHECK(video.text == "Briefing #visit\n\nFirst line\nSecond @other");
    CHECK(video.url == "https://www.youtube.com/watch?v=AAAAAAAAAAA");
    CHECK(video.author_id == channel);
    CHECK(video.author_name == "Ministry");
    CHECK(video.tags == std::vector<std::string>{"visit"});
    REQUIRE(video.media.size() == 1);
    CHECK(video.media[0].kind == "video");
    CHECK(video.media[0].thumb == "https://i.example/AAAAAAAAAAA.jpg");
    CHECK(batch.statements[1].text == "Only a title");
}

TEST_CASE("a short keeps its own address, and a video without a date of update is read") {
    Batch batch = good(parsed(read_file(fixture("youtube/channel.xml"))));
    REQUIRE(batch.statements.size() == 2);
    CHECK(batch.statements[0].url == "https://www.youtube.com/watch?v=CCCCCCCCCCC");
    CHECK(batch.statements[0].text == "Weekly briefing\n\nOn the visit.\nOn trade.");
    CHECK(format_time(*batch.statements[0].published_at) == "2023-03-17T09:30:00Z");
    CHECK(batch.statements[1].url == "https://www.youtube.com/shorts/DDDDDDDDDDD");
    CHECK(batch.statements[1].media[0].thumb.empty());
}

TEST_CASE("a time of update that moves with the views is no edit") {
    Batch batch = good(parsed(feed_of(entry("AAAAAAAAAAA", "T", "D", "2023-03-19T00:00:00Z"))));
    CHECK_FALSE(batch.statements[0].edited);
    CHECK_FALSE(batch.statements[0].edited_at);
}

TEST_CASE("answers that are no feed have their class") {
    CHECK(parsed("", 404).error().kind == ErrorKind::server);
    CHECK(parsed("<html>500</html>", 500).error().kind == ErrorKind::server);
    CHECK(
        parsed("<html><title>Sorry...</title></html>", 429).error().kind == ErrorKind::rate_limited
    );
    CHECK(parsed("<html><body>consent</body></html>").error().kind == ErrorKind::malformed);
    CHECK(good(parsed(feed_of(""))).statements.empty());
}

TEST_CASE("a feed cut at any byte is a feed or an error") {
    const std::string body = feed_of(entry("AAAAAAAAAAA", "Title", "Words &amp; more"));
    for (std::size_t size = 0; size <= body.size(); ++size) {
        auto batch = parsed(body.substr(0, size));
        if (!batch) CHECK_FALSE(batch.error().message.empty());
    }
}

TEST_CASE("three polls over loopback: baseline, a new video, another title") {
    const std::string one = entry("AAAAAAAAAAA", "One", "d");
    std::vector<std::string> replies{
        http_ok(feed_of(one), "Cache-Control: private, max-age=900\r\n"),
        http_ok(feed_of(entry("BBBBBBBBBBB", "Premiere", "d") + one)),
        http_ok(feed_of(entry("BBBBBBBBBBB", "Briefing", "d") + one)),
    };
    std::size_t turn = 0;
    RawServer server([&](const std::string&, int) {
        RawReply reply;
        reply.bytes = replies.at(turn++);
        reply.after = After::read_next;
        return reply;
    });
    SourceConfig source = channel_source("https://www.youtube.com/channel/" + channel + "?x=1");
    source.options.set("base_url", server.url(""), Span());
    boost::asio::io_context io;
    SystemClock system;
    ManualClock clock(noon);
    auto client = make_http_client(io.get_executor(), system, HttpClientOptions());
    ConnectorDeps deps;
    deps.http = client.get();
    deps.clock = &clock;
    auto connector = make_youtube(source, deps);

    Batch batch = good(run(io, connector->poll(Cursor())));
    CHECK(batch.next.seen == std::vector<std::string>{"AAAAAAAAAAA"});
    CHECK(batch.poll_after == std::chrono::seconds(900));
    batch = good(run(io, connector->poll(batch.next)));
    CHECK(batch.statements.back().native_id == "BBBBBBBBBBB");
    CHECK_FALSE(batch.gap);
    batch = good(run(io, connector->poll(batch.next)));
    CHECK(batch.statements.back().title == "Briefing");
    CHECK(batch.next.seen.size() == 2);
    CHECK(server.requests().at(0).starts_with("GET /feeds/videos.xml?channel_id=" + channel + " "));
}

TEST_CASE("fifteen videos of which none is known leave a gap") {
    Channel youtube;
    youtube.http.answer(200, feed_of(entry("AAAAAAAAAAA", "One", "d")));
    Batch batch = good(youtube.poll());
    youtube.http.answer(200, feed_of(entry("BBBBBBBBBBB", "Two", "d")));
    batch = good(youtube.poll(batch.next));
    REQUIRE(batch.gap);
    CHECK(batch.gap->from_id == "AAAAAAAAAAA");
    CHECK(batch.gap->to_id == "BBBBBBBBBBB");
}

TEST_CASE("a channel is gone when its feed failed for three days and its page is not there") {
    Channel youtube;
    youtube.http.answer(404, "");
    CHECK(youtube.poll().error().kind == ErrorKind::server);
    youtube.clock.advance(std::chrono::hours(72));
    youtube.http.answer(500, "");
    youtube.http.answer(200, "<html></html>");
    CHECK(youtube.poll().error().kind == ErrorKind::server);
    CHECK(youtube.http.requests.back().url == "https://www.youtube.com/channel/" + channel);
    youtube.http.answer(404, "");
    youtube.http.answer(404, "");
    CHECK(youtube.poll().error().kind == ErrorKind::gone);

    // A good answer begins the days again.
    youtube.http.answer(200, feed_of(""));
    good(youtube.poll());
    youtube.http.answer(404, "");
    CHECK(youtube.poll().error().kind == ErrorKind::server);
    CHECK(youtube.http.answers.empty());
}

TEST_CASE("a part of a channel is a list of its own") {
    auto address = [](const std::string& only) {
        SourceConfig source = channel_source();
        source.options.set("only", only, Span());
        Channel youtube(source);
        youtube.http.answer(200, feed_of(""));
        good(youtube.poll());
        return youtube.http.requests[0].url;
    };
    const std::string base = "https://www.youtube.com/feeds/videos.xml?playlist_id=";
    CHECK(address("videos") == base + "UULFabcdefghijklmnopqrstuv");
    CHECK(address("shorts") == base + "UUSHabcdefghijklmnopqrstuv");
    CHECK(address("live") == base + "UULVabcdefghijklmnopqrstuv");
}

TEST_CASE("a handle is no id of a channel") {
    for (const char* name : {"@ministry", "UCshort", "https://www.youtube.com/@ministry", ""}) {
        Channel youtube(channel_source(name));
        CHECK(youtube.poll().error().kind == ErrorKind::rejected);
        CHECK(youtube.http.requests.empty());
    }
}

TEST_CASE("the recorded feeds of YouTube are read, whole and cut") {
    auto folder = shared_fixtures("youtube");
    if (!folder) {
        WARN("recorded feeds of YouTube are not here");
        return;
    }
    const std::map<std::string, ErrorKind> errors{
        {"error_404.http", ErrorKind::server},
        {"error_500.http", ErrorKind::server},
        {"http_429.http", ErrorKind::rate_limited},
    };
    for (const auto& file : std::filesystem::directory_iterator(*folder)) {
        const std::string name = file.path().filename().string();
        if (name == "SOURCES.txt") continue;
        INFO(name);
        const std::string bytes = read_file(file.path());
        if (auto expected = errors.find(name); expected != errors.end()) {
            auto response = parse_recorded_response(bytes);
            REQUIRE(response);
            auto batch = parsed(response->body, response->status);
            REQUIRE_FALSE(batch);
            CHECK(to_string(batch.error().kind) == to_string(expected->second));
            continue;
        }
        Batch batch = good(parsed(bytes));
        CHECK(batch.statements.empty() == (name == "websub_deleted_entry.xml"));
        for (const Statement& video : batch.statements) {
            CHECK(video.native_id.size() == 11);
            CHECK(video.text.starts_with(video.title));
        }
        for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 1000) {
            auto cut = parsed(bytes.substr(0, size));
            if (!cut) CHECK_FALSE(cut.error().message.empty());
        }
    }
}
