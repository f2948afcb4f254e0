#include "connectors/mastodon_status.hpp"

#include <map>
#include <string>

#include <catch2/catch.hpp>

#include "base/utf8.hpp"
#include "connectors/id_order.hpp"
#include "tests/connectors/support.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

using Texts = std::vector<std::string>;

SourceConfig ministry() {
    SourceConfig source = source_of("mastodon", "server", "social.example");
    source.options.set("account", std::string("mfa"), Span());
    return source;
}

Batch read(const std::string& name) {
    auto batch = parse_file(parse_mastodon, ministry(), fixture("mastodon/" + name));
    if (!batch) FAIL(batch.error().message);
    return std::move(*batch);
}

Statement status(const std::string& id) { return statement_of(read("statuses.json"), id); }

ErrorKind refused(int status, const std::string& body) {
    auto batch = parse_answer(parse_mastodon, ministry(), body, status);
    REQUIRE_FALSE(batch);
    CHECK_FALSE(batch.error().message.empty());
    return batch.error().kind;
}

std::string text_of(const std::string& content) {
    auto page = parse_answer(
        parse_mastodon,
        ministry(),
        R"([{"id":"1","account":{"id":"7"},"content":")" + content + "\"}]"
    );
    REQUIRE(page);
    return page->statements.at(0).text;
}

}  // namespace

TEST_CASE("a page of statuses gives what everybody may read, under the account's id") {
    Batch page = read("statuses.json");
    CHECK(page.account_key == "700@social.example");
    CHECK(page.recovered);
    CHECK(
        native_ids(page) ==
        Texts{
            "1011", "1010", "1009", "1008", "1007", "1006", "1005", "1004", "1003", "1002", "1001"}
    );
    for (const Statement& s : page.statements) {
        CHECK(s.author_id == "700");
        CHECK(s.author_handle == "mfa");
        CHECK(s.author_name == "Ministry \U0001F54A :flag:");
        CHECK(format_time(*s.published_at) == "2023-03-17T07:00:00Z");
        CHECK_FALSE(s.raw.empty());
    }
}

TEST_CASE("words, links, hashtags and mentions of a status") {
    Statement s = status("1001");
    CHECK(s.form == Form::post);
    CHECK(s.url == "https://social.example/@mfa/1001");
    CHECK(s.text == "On the #Visit with @un\nQ & A \U0001F525 中俄关系\n\nmfa.example/very/lo…");
    CHECK(
        s.links == Texts{"https://mfa.example/very/long/path?x=1&y=2", "https://mfa.example/card"}
    );
    CHECK(s.tags == Texts{"Visit"});
    CHECK(s.mentions == Texts{"un@remote.example"});
    CHECK(s.lang == "en");
    CHECK(s.lang_declared);
    CHECK_FALSE(s.edited);
}

TEST_CASE("an edited status has the time of its edit, and its markup is kept") {
    Statement s = status("1003");
    CHECK(s.edited);
    CHECK(format_time(*s.edited_at).starts_with("2023-03-17T08:15:00.25"));
    CHECK(s.text == "The President will pay a state visit from 20 to 22 March.");
    CHECK(s.html.find("<strong>state visit</strong>") != std::string::npos);
}

TEST_CASE("a long status is whole, and a language that is none is not declared") {
    Statement s = status("1002");
    CHECK(s.text.size() > 2500);
    CHECK_FALSE(s.partial);
    CHECK_FALSE(s.lang_declared);
}

TEST_CASE("a boost is a repost with the words of the other apart, at the time of the boost") {
    Statement s = status("1004");
    CHECK(s.form == Form::repost);
    CHECK(s.text.empty());
    CHECK(s.html.empty());
    CHECK(s.url == "https://social.example/users/mfa/statuses/1004");
    CHECK(format_time(*s.published_at) == "2023-03-17T07:00:00Z");
    REQUIRE(s.repost_of);
    CHECK(s.repost_of->native_id == "53");
    CHECK(s.repost_of->url == "https://remote.example/@un/53");
    CHECK(s.repost_of->author_handle == "un@remote.example");
    CHECK(s.repost_of->author_name == "UN");
    CHECK(s.repost_of->text == "The Council will meet.");
}

TEST_CASE("a status that answers oneself is a post, one that answers another is a reply") {
    Statement own = status("1005");
    CHECK(own.form == Form::post);
    REQUIRE(own.reply_to);
    CHECK(own.reply_to->native_id == "1001");
    Statement other = status("1006");
    CHECK(other.form == Form::reply);
    REQUIRE(other.reply_to);
    CHECK(other.reply_to->native_id == "54");
    CHECK(other.reply_to->author_handle == "un@remote.example");
}

TEST_CASE("a quote keeps the quoted words apart and drops the link that stands for them") {
    Statement s = status("1008");
    CHECK(s.form == Form::quote);
    CHECK(s.text == "We agree.");
    CHECK(s.links.empty());
    REQUIRE(s.quote_of);
    CHECK(s.quote_of->native_id == "55");
    CHECK(s.quote_of->text == "Council\n\nThe Council met.");
    Statement pending = status("1007");
    CHECK(pending.form == Form::quote);
    REQUIRE(pending.quote_of);
    CHECK(pending.quote_of->text.empty());
}

TEST_CASE("a quote that is given in full, as Truth Social does") {
    Batch page = read("quote_in_full.json");
    const Statement& s = statement_of(page, "2001");
    CHECK(s.form == Form::quote);
    CHECK(s.text == "Great statement");
    REQUIRE(s.quote_of);
    CHECK(s.quote_of->native_id == "1999");
    CHECK(s.quote_of->text == "The first one");
    CHECK_FALSE(s.lang_declared);
    CHECK(statement_of(page, "2000").form == Form::post);
    CHECK_FALSE(statement_of(page, "2000").quote_of);
}

TEST_CASE("a content warning stands beside the words") {
    Statement s = status("1009");
    CHECK(s.spoiler == "Casualties");
    CHECK(s.text == "Details inside.");
    CHECK(s.lang == "ru");
}

TEST_CASE("a status of media only, and a poll with its options") {
    Statement s = status("1010");
    CHECK(s.text.empty());
    REQUIRE(s.media.size() == 4);
    CHECK(s.media[0].kind == "photo");
    CHECK(s.media[0].url == "https://files.example/1.jpg");
    CHECK(s.media[0].thumb == "https://files.example/1s.jpg");
    CHECK(s.media[0].alt == "The signing");
    CHECK(s.media[0].w == 1200);
    CHECK(s.media[0].h == 800);
    CHECK(s.media[1].kind == "video");
    CHECK(s.media[1].duration_s == 12.5);
    CHECK(s.media[2].kind == "audio");
    CHECK(s.media[2].url == "https://files.example/3.mp3");
    CHECK(s.media[3].kind == "document");
    Statement poll = status("1011");
    CHECK(poll.text == "Will they meet?");
    REQUIRE(poll.media.size() == 1);
    CHECK(poll.media[0].kind == "poll");
    CHECK(poll.media[0].alt == "Yes\nNo");
}

TEST_CASE("markup that is broken or hostile gives text and no harm") {
    CHECK(text_of("") == "");
    CHECK(text_of("a < b <") == "a < b <");
    CHECK(text_of("<span class='ellipsis'>mfa.example</span>") == "mfa.example…");
    CHECK(text_of("</span></span>a<span>b") == "ab");
    CHECK(text_of("a<script>alert(1)</script>b").find("alert") == std::string::npos);
    CHECK(text_of("<title>Just a moment</title>") == "");
    CHECK(text_of("a <img src='x' onerror='y") == "a");
}

TEST_CASE("ids are ordered by length, then by letter, and are what an address can hold") {
    IdLess less;
    CHECK(less("9", "10"));
    CHECK(less("110037000000000002", "110037000000000009"));
    CHECK(less("01GX0000000000000000000001", "01GX0000000000000000000002"));
    CHECK(less("", "1"));
    CHECK_FALSE(less("10", "10"));
    CHECK(is_mastodon_id("ATZ7vdyzNAgr6HVMsm"));
    for (std::string id : {"", "1/2", "1?x", "../1", "1 2", "1&limit=0"})
        CHECK_FALSE(is_mastodon_id(id));
    CHECK_FALSE(is_mastodon_id(std::string(65, '1')));
}

TEST_CASE("an account tells what became of it") {
    Batch account = read("account.json");
    CHECK(account.account_key == "700@social.example");
    CHECK(account.notes.empty());
    CHECK(
        read("account_moved.json").notes ==
        Texts{"the account has moved to https://new.example/@mfa"}
    );
    CHECK(refused(200, read_file(fixture("mastodon/account_suspended.json"))) == ErrorKind::gone);
    auto unwilling = parse_answer(
        parse_mastodon,
        ministry(),
        R"({"id":"7","acct":"a","discoverable":false,"indexable":false})"
    );
    REQUIRE(unwilling);
    REQUIRE(unwilling->notes.size() == 1);
    CHECK(unwilling->notes[0].find("not to be indexed") != std::string::npos);
}

TEST_CASE("an answer that is no list of statuses has the class of its reason") {
    CHECK(refused(401, R"({"error":"The access token is invalid"})") == ErrorKind::unauthorized);
    CHECK(
        refused(422, R"({"error":"This method requires an authenticated user"})") ==
        ErrorKind::unauthorized
    );
    CHECK(refused(403, R"({"error":"This action is not allowed"})") == ErrorKind::forbidden);
    CHECK(refused(404, R"({"error":"Record not found"})") == ErrorKind::gone);
    CHECK(refused(410, R"({"error":"Gone"})") == ErrorKind::gone);
    CHECK(refused(429, R"({"error":"Too many requests"})") == ErrorKind::rate_limited);
    CHECK(refused(503, "<html><body>Maintenance</body></html>") == ErrorKind::server);
    CHECK(refused(404, "<html><body>No such page</body></html>") == ErrorKind::server);
    CHECK(refused(200, "<!DOCTYPE html><html><body>Sign in</body></html>") == ErrorKind::server);
    CHECK(refused(200, R"({"error":"Something"})") == ErrorKind::malformed);
    CHECK(refused(200, "[{},{},{}]") == ErrorKind::malformed);
    CHECK(refused(200, "") == ErrorKind::malformed);
    CHECK(refused(200, "7") == ErrorKind::malformed);
}

TEST_CASE("a page that asks a browser to prove itself is blocked and is no content") {
    std::string cloudflare =
        "<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head><body>"
        "<h1>Sorry, you have been blocked</h1></body></html>";
    CHECK(refused(403, cloudflare) == ErrorKind::blocked);
    CHECK(refused(403, "<html><body>Forbidden</body></html>") == ErrorKind::blocked);
    CHECK(refused(503, read_file(fixture("feed/challenge.html"))) == ErrorKind::blocked);
    CHECK(refused(200, read_file(fixture("feed/challenge.html"))) == ErrorKind::blocked);
}

TEST_CASE("an empty list of statuses is no error") {
    auto batch = parse_answer(parse_mastodon, ministry(), "[]");
    REQUIRE(batch);
    CHECK(batch->statements.empty());
    CHECK_FALSE(batch->recovered);
}

TEST_CASE("no truncation of a page of statuses does harm") {
    for (const char* name : {"statuses.json", "quote_in_full.json", "account_moved.json"}) {
        const std::string whole = read_file(fixture("mastodon/" + std::string(name)));
        std::size_t parsed = 0;
        for (std::size_t size = 0; size < whole.size(); ++size) {
            auto batch = parse_answer(parse_mastodon, ministry(), whole.substr(0, size));
            if (batch) ++parsed;
        }
        CHECK(parsed <= 1);  // all but the last line break
    }
}

TEST_CASE("every recorded answer of Mastodon gives its statuses or its reason") {
    auto root = shared_fixtures("mastodon");
    if (!root) {
        WARN("the recorded answers are not here");
        return;
    }
    const std::map<std::string, ErrorKind> errors{
        {"account_lookup_1.http", ErrorKind::gone},
        {"bigbone_error_401_unauthorized.json", ErrorKind::unauthorized},
        {"bigbone_error_404.json", ErrorKind::gone},
        {"error_410_suspended.json", ErrorKind::gone},
        {"error_422_login_required.json", ErrorKind::unauthorized},
        {"error_429.http", ErrorKind::rate_limited},
        {"status_missing.http", ErrorKind::gone},
        {"truthsocial_cloudflare_403.http", ErrorKind::blocked},
        // Polls, versions, sources, servers and streams are no statuses.
        {"instance.http", ErrorKind::malformed},
        {"polls_1.http", ErrorKind::malformed},
        {"polls_3.http", ErrorKind::malformed},
        {"polls_4.http", ErrorKind::malformed},
        {"status_edit_1.http", ErrorKind::malformed},
        {"status_edit_4.http", ErrorKind::malformed},
        {"status_edit_5.http", ErrorKind::malformed},
        {"streaming_sse.txt", ErrorKind::malformed},
        {"streaming_ws.jsonl", ErrorKind::malformed},
        {"timeline_disabled_0.http", ErrorKind::malformed},
        {"timeline_disabled_1.http", ErrorKind::malformed},
        {"timeline_disabled_3.http", ErrorKind::malformed},
    };
    const std::map<std::string, std::string> ids{
        {"account_pinned_0.http", "117020569296803689"},
        {"account_pinned_4.http", "117020569296803689"},
        {"id_hook_within_reblog_1.http", "117020574424543529"},
        {"min_max_id_1.http", "117020594094054884"},
        {"status_card_1.http", "117020609135389699"},
        {"status_edit_2.http", "117020586180926938"},
        {"status_reply_2.http", "117020583258292382"},
        {"status_post_with_quote_0.http", "117020582917124092"},
        {"statuses_page.http", "110037000000000009"},
        {"truthsocial_status.json", "110038000000000001"},
        {"timeline_disabled_2.http", "117024258897469903"},
        {"bigbone_status_with_poll.json", "11111"},
        {"bigbone_status_after_deleting.json", "103254193998341330"},
    };
    std::map<std::string, Batch> read;
    for (const auto& file : std::filesystem::directory_iterator(*root)) {
        const std::string name = file.path().filename().string();
        if (name == "SOURCES.txt") continue;
        INFO(name);
        int status = 200;
        for (int code : {401, 404, 410, 422}) {
            if (name.find("_" + std::to_string(code)) != std::string::npos) status = code;
        }
        auto batch = parse_file(parse_mastodon, ministry(), file.path(), status);
        if (auto error = errors.find(name); error != errors.end()) {
            REQUIRE_FALSE(batch);
            CHECK(batch.error().kind == error->second);
            continue;
        }
        if (!batch) FAIL(batch.error().message);
        for (const Statement& s : batch->statements) {
            CHECK(s.published_at);
            CHECK(valid_utf8(s.text));
            // Where a deletion was asked for, the words come as they were typed, in `text`.
            bool deleted = s.raw.find("\"text\":\"") != std::string::npos;
            CHECK((!s.text.empty() || !s.media.empty() || s.repost_of || deleted));
        }
        if (auto id = ids.find(name); id != ids.end()) {
            REQUIRE_FALSE(batch->statements.empty());
            CHECK(batch->statements[0].native_id == id->second);
        }
        read.emplace(name, std::move(*batch));
    }
    CHECK(read.at("timeline_disabled_2.http").statements.size() == 20);
    CHECK(read.at("statuses_empty.http").statements.empty());
    CHECK(read.at("account_lookup_2.http").account_key == "117020565966271181@social.example");
    const Batch& page = read.at("statuses_page.http");
    REQUIRE(page.statements.size() == 5);
    CHECK(page.statements[0].form == Form::post);
    CHECK(page.statements[0].reply_to->native_id == "110037000000000005");
    CHECK(page.statements[1].form == Form::repost);
    CHECK(page.statements[1].repost_of->text == "Boosted statement");
    CHECK(page.statements[2].edited);
    CHECK(page.statements[3].media.size() == 1);
    CHECK(page.statements[4].spoiler == "Casualties");
    CHECK(read.at("bigbone_status_with_poll.json").statements[0].media[0].alt == "accept\ndeny");
    CHECK(read.at("id_hook_within_reblog_1.http").statements[0].form == Form::repost);
    CHECK(read.at("status_reply_2.http").statements[0].reply_to);
    CHECK(read.at("status_edit_2.http").statements[0].edited);
}
