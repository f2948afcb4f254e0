// The Weibo connector through `poll` and `presence`.

#include <algorithm>

#include <catch2/catch.hpp>

#include "tests/connectors/imitation.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

using Texts = std::vector<std::string>;

const std::string uid = "7000000001";
const std::string cookie = "SUB=account-secret-1; SUBP=account-secret-2";

SourceConfig weibo_source() {
    SourceConfig source = source_of("weibo", "user_id", std::string(uid));
    source.options.set("cookie", Secret(cookie), Span());
    return source;
}

std::string recorded(const std::string& name) { return read_file(fixture("weibo/" + name)); }

std::string card(int id, const std::string& text, const std::string& more = "") {
    return R"({"card_type":9,"mblog":{"id":")" + std::to_string(id) + R"(","bid":"B)" +
           std::to_string(id) + R"(","created_at":"Fri Mar 17 15:00:09 +0800 2023","text":")" +
           text + R"(","user":{"id":)" + uid + R"(,"screen_name":"n"})" + more + "}}";
}

std::string list(const Texts& cards, const std::string& since = "") {
    std::string all;
    for (const std::string& one : cards) all += (all.empty() ? "" : ",") + one;
    return R"({"ok":1,"data":{"cardlistInfo":{"since_id":")" + since + R"("},"cards":[)" + all +
           "]}}";
}

// Posts from `last` down to `first`.
std::string range(int first, int last, const std::string& since = "") {
    Texts cards;
    for (int id = last; id >= first; --id) cards.push_back(card(id, "w" + std::to_string(id)));
    return list(cards, since);
}

const std::string pinned = R"(,"mblogtype":2,"title":{"text":"置顶"})";

struct Weibo : Scripted {
    Weibo() : Weibo(weibo_source()) {}
    explicit Weibo(const SourceConfig& source) : Scripted(source, make_weibo) {}

    // A first poll has read these.
    Cursor knowing(const std::string& page) {
        http.answer(200, recorded("profile.json"));
        http.answer(200, page);
        return good().next;
    }
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

const std::string visitor_answer =
    R"(window.visitor_gray_callback && visitor_gray_callback({"retcode":20000000,"msg":"succ",)"
    R"("data":{"sub":"visitor-secret-1","subp":"visitor-secret-2","tid":"t"}});)";

SourceConfig guest() { return source_of("weibo", "user_id", std::string(uid)); }

int asked(const Imitation& service, const std::string& words) {
    int count = 0;
    for (const std::string& request : service.requests()) {
        count += request.find(words) != std::string::npos ? 1 : 0;
    }
    return count;
}

}  // namespace

TEST_CASE("a refusal of Weibo says how long to wait") {
    Weibo weibo;
    weibo.http.answer(418, "");
    const Error error = weibo.bad();
    CHECK(error.kind == ErrorKind::rate_limited);
    CHECK(error.retry_after == 15min);
}

TEST_CASE("requests to Weibo say what its own pages say, and keep their distance") {
    Weibo weibo;
    weibo.knowing(range(1, 2));
    const HttpRequest& request = weibo.http.requests.at(1);
    CHECK(
        request.url ==
        "https://m.weibo.cn/api/container/getIndex?type=uid&value=7000000001"
        "&containerid=1076037000000001"
    );
    CHECK(find_header(request.headers, "Referer") == "https://m.weibo.cn/u/7000000001");
    CHECK(find_header(request.headers, "MWeibo-Pwa") == "1");
    CHECK(find_header(request.headers, "Cookie") == cookie);
    CHECK_FALSE(request.follow_redirects);
    CHECK(request.min_gap >= 3s);
}

TEST_CASE("pages of Weibo are read back to a known post, and what was missed is late") {
    Weibo weibo;
    const Cursor cursor = weibo.knowing(range(1, 10));
    weibo.http.answer(200, range(21, 30, "21"));
    weibo.http.answer(200, range(11, 20, "11"));
    weibo.http.answer(200, range(1, 10, "1"));
    const Batch batch = weibo.good(cursor);
    CHECK(weibo.http.requests.at(3).url.ends_with("&since_id=21"));
    CHECK(weibo.http.requests.size() == 5);
    CHECK(batch.statements.size() == 30);
    CHECK(batch.statements.front().native_id == "1");
    CHECK(batch.statements.back().native_id == "30");
    CHECK_FALSE(batch.statements[5].late);
    CHECK(batch.statements[15].late);
    CHECK_FALSE(batch.statements[25].late);
    CHECK_FALSE(batch.gap);
}

TEST_CASE("reading Weibo back ends after ten pages with a gap") {
    Weibo weibo;
    const Cursor cursor = weibo.knowing(range(1, 2));
    for (int page = 0; page < 12; ++page) {
        const int last = 1000 - page * 10;
        weibo.http.answer(200, range(last - 9, last, std::to_string(last)));
    }
    const Batch batch = weibo.good(cursor);
    CHECK(weibo.http.requests.size() == 12);
    REQUIRE(batch.gap);
    CHECK(batch.gap->from_id == "2");
    CHECK(batch.gap->to_id == "901");
    CHECK(batch.next.get("newest") == "1000");
}

TEST_CASE("a failing page of Weibo fails the poll, so that nothing is skipped") {
    Weibo weibo;
    const Cursor cursor = weibo.knowing(range(1, 2));
    weibo.http.answer(200, range(21, 30, "21"));
    weibo.http.answer(500, "");
    CHECK(weibo.bad(cursor).kind == ErrorKind::server);
}

TEST_CASE("a pinned post of Weibo is nothing new unless it is, and never joins two pages") {
    Weibo weibo;
    Cursor cursor = weibo.knowing(range(11, 12));
    weibo.http.answer(200, list({card(5, "old", pinned), card(13, "new"), card(12, "w12")}));
    Batch batch = weibo.good(cursor);
    CHECK(ids_of(batch) == Texts{"12", "13"});
    cursor = batch.next;

    // Published and pinned at once.
    weibo.http.answer(200, list({card(14, "news", pinned), card(13, "new")}));
    batch = weibo.good(cursor);
    CHECK(ids_of(batch) == Texts{"13", "14"});
    cursor = batch.next;

    // Known and pinned: what is behind the page is still read, and an edit is seen.
    weibo.http.answer(200, list({card(14, "newer", pinned), card(20, "w"), card(19, "w")}, "9"));
    weibo.http.answer(200, list({card(18, "w"), card(13, "new")}));
    batch = weibo.good(cursor);
    CHECK(ids_of(batch) == Texts{"13", "14", "18", "19", "20"});
    CHECK(batch.statements[1].text == "newer");
}

TEST_CASE("what the list shows of other accounts or only to some is no statement of Weibo") {
    Weibo weibo;
    weibo.http.answer(200, recorded("profile.json"));
    weibo.http.answer(200, recorded("timeline.json"));
    weibo.http.answer(200, recorded("extend.json"));
    const Batch batch = weibo.good();
    CHECK(batch.statements.size() == 7);
    for (const Statement& statement : batch.statements) CHECK(statement.author_id == uid);
}

TEST_CASE("the whole of a long post of Weibo is fetched once for each edition") {
    const std::string beginning = R"(,"isLongText":true)";
    Weibo weibo;
    weibo.http.answer(200, recorded("profile.json"));
    weibo.http.answer(200, list({card(9, "begin ...全文", beginning)}));
    weibo.http.answer(200, recorded("extend.json"));
    Batch batch = weibo.good();
    CHECK(weibo.http.requests.back().url == "https://m.weibo.cn/statuses/extend?id=9");
    CHECK(batch.statements.at(0).text == "#国事访问# 主席将访问。\n两国元首将会谈。");
    CHECK_FALSE(batch.statements.at(0).partial);

    weibo.http.answer(200, list({card(9, "begin ...全文", beginning)}));
    batch = weibo.good(batch.next);
    CHECK(weibo.http.requests.size() == 4);
    CHECK(batch.statements.at(0).text == "#国事访问# 主席将访问。\n两国元首将会谈。");

    weibo.http.answer(200, list({card(9, "begin ...全文", beginning + R"(,"edit_count":1)")}));
    weibo.http.answer(200, R"({"ok":1,"data":{"longTextContent":"another whole"}})");
    batch = weibo.good(batch.next);
    CHECK(batch.statements.at(0).text == "another whole");
    CHECK(batch.statements.at(0).edited);
}

TEST_CASE("a long post of Weibo whose whole cannot be had is partial, tried again, and no edit") {
    const std::string page = list({card(9, "begin ...全文", R"(,"isLongText":true)")});
    Weibo weibo;
    weibo.http.answer(200, recorded("profile.json"));
    weibo.http.answer(200, page);
    weibo.http.answer(200, "");
    Batch batch = weibo.good();
    CHECK(batch.statements.at(0).text == "begin");
    CHECK(batch.statements.at(0).partial);
    for (int attempt = 2; attempt <= 4; ++attempt) {
        weibo.http.answer(200, page);
        weibo.http.answer(200, R"({"ok":0,"msg":"暂无数据"})");
        batch = weibo.good(batch.next);
        CHECK(batch.statements.empty());
    }
    CHECK(weibo.http.requests.size() == 9);
    weibo.http.answer(200, page);
    batch = weibo.good(batch.next);
    CHECK(weibo.http.requests.size() == 10);
    CHECK(batch.statements.empty());
}

TEST_CASE("when Weibo limits the fetching of long posts, the rest of them waits") {
    const std::string more = R"(,"isLongText":true)";
    Weibo weibo;
    weibo.http.answer(200, recorded("profile.json"));
    weibo.http.answer(200, list({card(9, "a", more), card(8, "b", more), card(7, "c")}));
    weibo.http.answer(418, "");
    const Batch batch = weibo.good();
    CHECK(weibo.http.requests.size() == 3);
    CHECK(ids_of(batch) == Texts{"7", "8", "9"});
    CHECK(batch.poll_after == 15min);
}

TEST_CASE("an account of Weibo that shows nothing any more is noted") {
    Weibo weibo;
    const Cursor cursor = weibo.knowing(range(1, 2));
    weibo.http.answer(200, R"({"ok":0,"msg":"这里还没有内容"})");
    const Batch batch = weibo.good(cursor);
    CHECK(batch.statements.empty());
    CHECK(batch.next.get("newest") == "2");
    CHECK(batch.notes == Texts{"no posts are shown, and there were some before"});
}

TEST_CASE("three polls of Weibo as a visitor: baseline, new and edited, and a deletion is proved") {
    Imitation service(guest(), make_weibo, {"base_url", "visitor_url"});
    const std::string path = "/api/container/getIndex?type=uid&value=" + uid;
    service.serve("/visitor/genvisitor2", visitor_answer);
    service.serve(path + "&containerid=100505" + uid, recorded("profile.json"));
    service.serve(path + "&containerid=107603" + uid, range(1, 3));
    auto first = service.poll();
    REQUIRE(first);
    CHECK(ids_of(*first) == Texts{"1", "2", "3"});
    CHECK(first->account_key == uid);
    CHECK(first->notes == Texts{"guest view, may be incomplete"});
    CHECK(asked(service, "Cookie: SUB=visitor-secret-1; SUBP=visitor-secret-2") == 2);

    const std::string edit = R"(,"edit_count":1,"edit_at":"Fri Mar 17 15:20:00 +0800 2023")";
    service.serve(
        path + "&containerid=107603" + uid,
        list({card(4, "w4"), card(3, "mended", edit), card(2, "w2")})
    );
    auto second = service.poll(first->next);
    REQUIRE(second);
    CHECK(ids_of(*second) == Texts{"2", "3", "4"});
    CHECK(second->statements[1].text == "mended");
    CHECK(second->statements[1].edited);
    CHECK(asked(service, "/visitor/genvisitor2") == 1);

    service.serve(path + "&containerid=107603" + uid, list({card(4, "w4"), card(2, "w2")}));
    auto third = service.poll(second->next);
    REQUIRE(third);
    CHECK(ids_of(*third) == Texts{"2", "4"});
    CHECK_FALSE(third->gap);
    service.serve("/statuses/show?id=3", R"({"ok":0,"msg":"暂无数据"})");
    service.serve(
        "/statuses/show?id=4", R"({"ok":1,"data":{"id":"4","text":"w4","visible":{"type":0}}})"
    );
    service.serve(
        "/statuses/show?id=2", R"({"ok":1,"data":{"id":"2","text":"w2","visible":{"type":10}}})"
    );
    CHECK(*service.presence("3") == Presence::deleted);
    CHECK(asked(service, "/statuses/show?id=3") == 2);
    CHECK(*service.presence("4") == Presence::there);
    CHECK(*service.presence("2") == Presence::unknown);
    service.serve(path + "&containerid=107603" + uid, R"({"ok":0,"msg":"这里还没有内容"})");
    CHECK(*service.presence("3") == Presence::unknown);
    service.serve("/statuses/show?id=3", "", 502);
    CHECK_FALSE(service.presence("3"));
    CHECK(*service.presence("../x") == Presence::unknown);
}

TEST_CASE("a visitor of Weibo gets a new cookie when the old one is refused, and not too often") {
    Weibo weibo(guest());
    weibo.http.answer(200, visitor_answer);
    weibo.http.answer(200, recorded("profile.json"));
    weibo.http.answer(432, "");
    Error error = weibo.bad();
    CHECK(error.kind == ErrorKind::unauthorized);
    CHECK(error.retry_after == 5min);
    CHECK(weibo.http.requests.size() == 3);
    weibo.clock.advance(2min);
    weibo.http.answer(432, "");
    error = weibo.bad();
    CHECK(error.retry_after == 3min);
    CHECK(weibo.http.requests.size() == 4);
    weibo.clock.advance(3min);
    weibo.http.answer(432, "");
    weibo.http.answer(200, visitor_answer);
    weibo.http.answer(200, recorded("profile.json"));
    weibo.http.answer(200, range(1, 2));
    const Batch batch = weibo.good();
    CHECK(batch.statements.size() == 2);
    CHECK(weibo.http.requests.at(5).method == "POST");

    weibo.clock.advance(6min);
    weibo.http.answer(200, "<html><head><title>Sina Visitor System</title></head></html>");
    weibo.http.answer(200, visitor_answer);
    weibo.http.answer(200, range(1, 3));
    CHECK(weibo.good(batch.next).statements.size() == 3);
}

TEST_CASE("the visitor system in place of a long post of Weibo costs no cookie") {
    const std::string page =
        list({card(9, "begin ...全文", R"(,"isLongText":true)"), card(8, "w")});
    Weibo weibo(guest());
    weibo.http.answer(200, visitor_answer);
    weibo.http.answer(200, recorded("profile.json"));
    weibo.http.answer(200, page);
    weibo.http.answer(200, "<html><head><title>Sina Visitor System</title></head></html>");
    Batch batch = weibo.good();
    CHECK(batch.statements.at(1).partial);
    CHECK(weibo.http.requests.size() == 4);
    weibo.http.answer(200, page);
    weibo.http.answer(200, recorded("extend.json"));
    batch = weibo.good(batch.next);
    CHECK_FALSE(batch.statements.at(1).partial);
}

TEST_CASE("a visitor whom Weibo gives no usable cookie is blocked") {
    for (const char* answer :
         {"",
          "nothing",
          ")(",
          "cb({)",
          R"(cb({"data":{}}))",
          R"(cb({"data":{"sub":"a;b\r\nX: y"}}))"}) {
        Weibo weibo(guest());
        weibo.http.answer(200, answer);
        CHECK(weibo.bad().kind == ErrorKind::blocked);
        CHECK(weibo.http.requests.size() == 1);
    }
}

TEST_CASE("a cookie of the configuration that Weibo refuses is not replaced by a visitor's") {
    Weibo weibo;
    weibo.http.answer(200, R"({"ok":-100})");
    CHECK(weibo.bad().kind == ErrorKind::unauthorized);
    CHECK(weibo.http.requests.size() == 1);
}

TEST_CASE("what is no number is no account of Weibo, and another account begins anew") {
    Weibo nonsense(source_of("weibo", "user_id", std::string("name")));
    CHECK(nonsense.bad().kind == ErrorKind::rejected);
    CHECK(nonsense.http.requests.empty());
    Weibo weibo;
    Cursor cursor = weibo.knowing(range(1, 2));
    cursor.state["user"] = "1";
    weibo.http.answer(200, recorded("profile.json"));
    weibo.http.answer(200, range(1, 2));
    CHECK(weibo.good(cursor).next.get("user") == uid);
}

TEST_CASE("Weibo is read only when its terms are acknowledged") {
    const std::vector<OptionSpec> options = weibo_options();
    const auto acknowledge = std::find_if(options.begin(), options.end(), [](const auto& option) {
        return option.name == "acknowledge";
    });
    REQUIRE(acknowledge != options.end());
    CHECK(acknowledge->required);
    CHECK(acknowledge->choices == Texts{"weibo_terms_forbid_automated_reading"});
}

TEST_CASE("cookies of Weibo appear nowhere") {
    for (const SourceConfig& source : {weibo_source(), guest()}) {
        Imitation service(source, make_weibo, {"base_url", "visitor_url"});
        service.serve("/visitor/genvisitor2", visitor_answer);
        service.serve("/api/container/getIndex", recorded("timeline.json"));
        service.serve("/statuses/extend", recorded("extend.json"));
        auto good = service.poll();
        REQUIRE(good);
        CHECK(everything(good).find("secret") == std::string::npos);
        CHECK(asked(service, "secret") > 0);
        for (int status : {432, 403, 418, 500, 302}) {
            service.serve("/api/container/getIndex", "", status);
            auto bad = service.poll(good->next);
            REQUIRE_FALSE(bad);
            CHECK(everything(bad).find("secret") == std::string::npos);
        }
    }
}
