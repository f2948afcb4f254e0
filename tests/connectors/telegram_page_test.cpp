#include "connectors/telegram_page.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "base/utf8.hpp"
#include "tests/connectors/support.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

const std::string base = "https://t.me/s/ForeignMinistry";

Result<TelegramPage> parse(std::string_view bytes) {
    return parse_telegram_page(bytes, "", base, "");
}

TelegramPage page(const std::string& name) {
    auto parsed = parse(read_file(fixture("telegram_web/" + name)));
    if (!parsed) FAIL(parsed.error().message);
    return std::move(*parsed);
}

Statement message(const std::string& id) {
    for (Statement& statement : page("channel.html").statements) {
        if (statement.native_id == id) return std::move(statement);
    }
    FAIL("no message " << id);
    return {};
}

Error refused(std::string_view bytes) {
    auto parsed = parse(bytes);
    REQUIRE_FALSE(parsed);
    return parsed.error();
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("a channel page gives its messages oldest first under the channel's number") {
    auto channel = page("channel.html");
    REQUIRE(channel.statements.size() == 11);
    CHECK(channel.statements.front().native_id == "101");
    CHECK(channel.statements.back().native_id == "112");
    CHECK(channel.account_key == "1234567890");
    CHECK(channel.after.empty());
}

TEST_CASE("a text message of Telegram") {
    Statement s = message("101");
    CHECK(s.form == Form::post);
    CHECK(s.url == "https://t.me/ForeignMinistry/101");
    CHECK(s.author_handle == "ForeignMinistry");
    CHECK(s.author_name == "Foreign Ministry \U0001F54A");
    CHECK(s.account_key == "1234567890");
    CHECK(
        s.text ==
        "The President will pay a state visit on 20–22 March.\n\n#Visit \U0001F525 see "
        "mfa.example/a hidden edited words @OtherDesk"
    );
    CHECK(s.links == Texts{"https://mfa.example/a?x=1&y=2", "https://t.me/OtherDesk"});
    CHECK(s.tags == Texts{"Visit"});
    CHECK(s.mentions == Texts{"OtherDesk"});
    CHECK(format_time(*s.published_at) == "2023-03-17T07:00:12Z");
    CHECK_FALSE(s.edited);
    CHECK(s.lang == "en");
    CHECK_FALSE(s.lang_declared);
    CHECK(s.raw.find("data-post=\"ForeignMinistry/101\"") != std::string::npos);
}

TEST_CASE("an album is one statement with all its pictures, and an edit has no time") {
    Statement s = message("102");
    REQUIRE(s.media.size() == 2);
    CHECK(s.media[0].kind == "photo");
    CHECK(s.media[0].url == "https://cdn.example/one.jpg");
    CHECK(s.media[1].url == "https://cdn.example/two.jpg");
    CHECK(s.text == "Album of two.");
    CHECK(s.edited);
    CHECK_FALSE(s.edited_at);
}

TEST_CASE("a forward is a repost of its origin") {
    Statement s = message("104");
    CHECK(s.form == Form::repost);
    REQUIRE(s.repost_of);
    CHECK(s.repost_of->native_id == "77");
    CHECK(s.repost_of->author_handle == "other_desk");
    CHECK(s.repost_of->author_name == "Other Desk");
    CHECK(s.text == "Forwarded words.");
}

TEST_CASE("an answer to oneself is a post, an answer to another is a reply") {
    Statement own = message("105");
    CHECK(own.form == Form::post);
    REQUIRE(own.reply_to);
    CHECK(own.reply_to->native_id == "101");
    CHECK(own.reply_to->text == "The President will pay …");
    CHECK(own.text == "Correction: 21–22 March.");
    Statement other = message("106");
    CHECK(other.form == Form::reply);
    CHECK(other.reply_to->author_handle == "other_desk");
    CHECK(other.text == "An answer.");
}

TEST_CASE("a video has its length and the message its own time") {
    Statement s = message("107");
    REQUIRE(s.media.size() == 1);
    CHECK(s.media[0].kind == "video");
    CHECK(s.media[0].url == "https://cdn.example/film.mp4?token=x");
    CHECK(s.media[0].thumb == "https://cdn.example/thumb.jpg");
    CHECK(s.media[0].duration_s == 66.0);
    CHECK(format_time(*s.published_at) == "2023-03-17T07:25:00Z");
    CHECK_FALSE(s.partial);
}

TEST_CASE("a poll without text is told by its question") {
    Statement s = message("108");
    CHECK(s.text == "Will they meet?");
    REQUIRE(s.media.size() == 1);
    CHECK(s.media[0].kind == "poll");
    CHECK(s.media[0].alt == "Will they meet?\nYes\nNo");
}

TEST_CASE("notices of the channel are service messages and withheld posts are partial") {
    CHECK(message("109").form == Form::service);
    Statement s = message("110");
    CHECK(s.partial);
    CHECK(s.text == "Words that are shown.");
}

TEST_CASE("previews, documents, voice and places are media") {
    Statement preview = message("111");
    REQUIRE(preview.media.size() == 1);
    CHECK(preview.media[0].kind == "link");
    CHECK(preview.media[0].alt == "On the visit\nAll about it");
    CHECK(preview.media[0].thumb == "https://cdn.example/p.jpg");
    CHECK(preview.links == Texts{"https://mfa.example/long"});
    Statement files = message("112");
    REQUIRE(files.media.size() == 3);
    CHECK(files.media[0].alt == "Communique.pdf");
    CHECK(files.media[1].kind == "audio");
    CHECK(files.media[1].duration_s == 5.0);
    CHECK(files.links == Texts{"https://maps.google.com/maps?q=1,2"});
    CHECK(files.text.empty());
}

TEST_CASE("the widget of one post is read with the same account") {
    auto single = page("embed.html");
    REQUIRE(single.statements.size() == 1);
    CHECK(single.account_key == "1234567890");
    CHECK(single.statements[0].url == "https://t.me/ForeignMinistry/101");
    CHECK(single.statements[0].edited);
}

TEST_CASE("ways in which a channel is not there are told apart") {
    CHECK(page("empty.html").statements.empty());
    Error hidden = refused(read_file(fixture("telegram_web/no_preview.html")));
    CHECK(hidden.kind == ErrorKind::forbidden);
    CHECK(hidden.message.find("channel exists") != std::string::npos);
    CHECK(refused(read_file(fixture("telegram_web/no_such_name.html"))).kind == ErrorKind::gone);
    CHECK(refused(read_file(fixture("telegram_web/not_found.html"))).kind == ErrorKind::gone);
    CHECK(
        refused("<html><body>Welcome to the hotel Wi-Fi</body></html>").kind == ErrorKind::malformed
    );
    CHECK(refused("<section class='tgme_channel_history'></section>").kind == ErrorKind::malformed);
    CHECK(refused("").kind == ErrorKind::malformed);
}

TEST_CASE("messages without a usable id are left out") {
    std::string block = "<div class='tgme_widget_message' data-post='";
    auto parsed = parse(
        block + "a/1'></div>" + block + "a/x'></div>" + block + "a'></div>" + block + "a/-3'></div>"
    );
    REQUIRE(parsed);
    CHECK(parsed->statements.size() == 1);
    CHECK(parsed->account_key == "a");
    CHECK(refused(block + "nothing'></div>").kind == ErrorKind::malformed);
}

TEST_CASE("a channel is named in many ways") {
    for (std::string name :
         {"durov",
          "@durov",
          "t.me/durov",
          "https://t.me/durov",
          "https://t.me/s/durov/",
          "http://telegram.me/durov?x"}) {
        CHECK(telegram_channel(name) == "durov");
    }
    for (std::string name : {"", "@", "a b", "https://example.org/x", "дуров", "../etc"}) {
        CHECK(telegram_channel(name).empty());
    }
}

TEST_CASE("no truncation of a channel page does harm, and deep pages are cut") {
    std::string whole = read_file(fixture("telegram_web/channel.html"));
    for (std::size_t size = 0; size < whole.size(); size += 7) {
        auto parsed = parse(std::string_view(whole).substr(0, size));
        if (!parsed) continue;
        for (const Statement& statement : parsed->statements) {
            if (!valid_utf8(statement.text) || !valid_utf8(statement.raw)) FAIL(size);
        }
    }
    std::string deep = "<div class='tgme_widget_message' data-post='a/1'>";
    for (int i = 0; i < 60'000; ++i) deep += "<div class='tgme_widget_message_text'>";
    auto parsed = parse(deep + "x");
    REQUIRE(parsed);
    CHECK(parsed->statements.size() == 1);
}

TEST_CASE("every recorded page of Telegram gives statements or its reason") {
    auto root = shared_fixtures("telegram-web");
    if (!root) return;
    std::size_t statements = 0;
    for (const auto& file : std::filesystem::directory_iterator(*root)) {
        std::string name = file.path().filename().string();
        if (file.path().extension() == ".txt") continue;
        SourceConfig source = source_of("telegram_web", "channel", std::string("example"));
        ParseInput input;
        input.source = &source;
        input.now = noon;
        std::string bytes = read_file(file.path());
        if (file.path().extension() == ".http") {
            auto recorded = parse_recorded_response(bytes);
            REQUIRE(recorded);
            input.response = std::move(*recorded);
        } else {
            input.response.status = 200;
            input.response.body = std::move(bytes);
        }
        auto batch = parse_telegram_web(input);
        INFO(name);
        if (name == "rate_limited.http") {
            CHECK(batch.error().kind == ErrorKind::rate_limited);
        } else if (name == "redirect_no_preview.http" || name.starts_with("landing_")) {
            CHECK(batch.error().kind == ErrorKind::forbidden);
        } else if (name == "embed_post_not_found.html") {
            CHECK(batch.error().kind == ErrorKind::gone);
        } else if (name == "channel_info_fragment.html") {
            CHECK(batch.error().kind == ErrorKind::malformed);
        } else if (name == "message_no_posts_found.html") {
            CHECK(batch->statements.empty());
        } else {
            REQUIRE(batch);
            CHECK_FALSE(batch->statements.empty());
            for (const Statement& s : batch->statements) {
                CHECK(s.published_at);
                CHECK_FALSE(s.url.empty());
                CHECK((!s.text.empty() || !s.media.empty() || s.partial));
            }
            statements += batch->statements.size();
        }
    }
    CHECK(statements > 40);
}
