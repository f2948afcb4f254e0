// VK: posts of walls, and the connector through `poll` and `presence`.

#include <catch2/catch.hpp>

#include "connectors/vk_post.hpp"
#include "tests/connectors/imitation.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

using Texts = std::vector<std::string>;

const std::string token = "service-secret-token";

SourceConfig vk_source(const std::string& account = "-4001") {
    SourceConfig source = source_of("vk", "account", account);
    source.options.set("access_token", Secret(token), Span());
    return source;
}

std::string recorded(const std::string& name) { return read_file(fixture("vk/" + name)); }

Batch parsed(std::string body, const SourceConfig& source = vk_source()) {
    auto batch = parse_body(parse_vk, source, std::move(body));
    if (!batch) FAIL(batch.error().message);
    return std::move(*batch);
}

Error refused(std::string body, int status = 200) {
    const SourceConfig source = vk_source();
    auto batch = parse_body(parse_vk, source, std::move(body), status);
    REQUIRE_FALSE(batch);
    return batch.error();
}

Error refused_with(int code) {
    return refused(
        R"({"error":{"error_code":)" + std::to_string(code) +
        R"(,"error_msg":"words","request_params":[{"key":"access_token","value":")" + token +
        R"("}]}})"
    );
}

Statement post(const std::string& id) {
    for (Statement& statement : parsed(recorded("wall.json")).statements) {
        if (statement.native_id == "-4001_" + id) return std::move(statement);
    }
    FAIL("no post " << id);
    return {};
}

std::string item(int id, const std::string& text, const std::string& more = "") {
    return R"({"id":)" + std::to_string(id) +
           R"(,"owner_id":-4001,"from_id":-4001,"date":1679036400,"text":")" + text + '"' + more +
           "}";
}

std::string wall(const Texts& items) {
    std::string all;
    for (const std::string& one : items) all += (all.empty() ? "" : ",") + one;
    return R"({"response":{"count":900,"items":[)" + all + "]}}";
}

// Posts from `last` down to `first`.
std::string range(int first, int last) {
    Texts items;
    for (int id = last; id >= first; --id) items.push_back(item(id, "w" + std::to_string(id)));
    return wall(items);
}

struct Vk : Scripted {
    Vk() : Vk("-4001") {}
    explicit Vk(const std::string& account) : Scripted(vk_source(account), make_vk) {}

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

}  // namespace

TEST_CASE("a wall of VK gives its posts without advertisements, deleted and waiting ones") {
    const Batch batch = parsed(recorded("wall.json"));
    CHECK(
        ids_of(batch) ==
        Texts{"-4001_100", "-4001_910", "-4001_909", "-4001_908", "-4001_904", "-4001_903"}
    );
    CHECK(batch.account_key == "-4001");
    SourceConfig with_ads = vk_source();
    with_ads.options.set("ads", true, Span());
    CHECK(parsed(recorded("wall.json"), with_ads).statements.size() == 7);
}

TEST_CASE("an edited post of VK with everything that can be attached") {
    const Statement s = post("910");
    CHECK(s.form == Form::post);
    CHECK(s.text == "Визит с 20 марта. Организация и Анна, сюда [не ссылка] #Визит");
    CHECK(s.url == "https://vk.com/wall-4001_910");
    CHECK(s.author_id == "-4001");
    CHECK(s.author_name == "Министерство (пример)");
    CHECK(s.author_handle == "mfa_example");
    CHECK(format_time(*s.published_at) == "2023-03-17T07:00:00Z");
    CHECK(s.edited);
    CHECK(format_time(*s.edited_at) == "2023-03-17T08:00:00Z");
    CHECK(s.links == Texts{"https://mfa.example/2", "https://mfa.example/1"});
    REQUIRE(s.media.size() == 6);
    CHECK(s.media[0].kind == "photo");
    CHECK(s.media[0].url == "https://sun.example/w.jpg");
    CHECK(s.media[0].w == 1920);
    CHECK(s.media[0].alt == "подпись");
    CHECK(s.media[1].kind == "link");
    CHECK(s.media[1].alt == "Заявление\nполностью");
    CHECK(s.media[2].kind == "poll");
    CHECK(s.media[2].alt == "Вопрос?\nда\nнет");
    CHECK(s.media[3].kind == "video");
    CHECK(s.media[3].url == "https://vk.com/video-4001_7");
    CHECK(s.media[3].thumb == "https://sun.example/v.jpg");
    CHECK(s.media[4].kind == "document");
    CHECK(s.media[5].kind == "audio");
    CHECK(s.media[5].alt == "МИД: Выпуск");
}

TEST_CASE("what is passed on at VK is kept apart from the account's own words") {
    const Statement repost = post("909");
    CHECK(repost.form == Form::repost);
    CHECK(repost.text.empty());
    REQUIRE(repost.repost_of);
    CHECK(repost.repost_of->native_id == "-4002_55");
    CHECK(repost.repost_of->url == "https://vk.com/wall-4002_55");
    CHECK(repost.repost_of->text == "Текст исходной записи");
    CHECK(repost.repost_of->author_name == "Организация");
    const Statement quote = post("908");
    CHECK(quote.form == Form::quote);
    CHECK(quote.text == "Поддерживаем.");
    REQUIRE(quote.quote_of);
    CHECK(quote.quote_of->text == "Слова Анны");
    CHECK(quote.quote_of->author_name == "Анна Иванова");
}

TEST_CASE("a post of VK may be a picture alone, or words that others pay for") {
    const Statement picture = post("904");
    CHECK(picture.text.empty());
    REQUIRE(picture.media.size() == 1);
    CHECK(picture.media[0].url == "https://sun.example/604.jpg");
    CHECK(post("903").partial);
    CHECK_FALSE(picture.partial);
}

TEST_CASE("markup of VK that leads nowhere stays as it is written") {
    CHECK(vk_text("[club1|A] [public2|B] [event3|C] [id4|D]") == "A B C D");
    CHECK(vk_text("[id4:bp-1_2|D], ответ") == "D, ответ");
    CHECK(vk_text("[https://vk.com/a|B]") == "B");
    CHECK(
        vk_text("[x|y] [club|z] [club1] [club1|a [club2|b]") == "[x|y] [club|z] [club1] [club1|a b"
    );
    CHECK(vk_text("[club1|a\nb]") == "[club1|a\nb]");
    CHECK(vk_text("[") == "[");
    CHECK(vk_text("").empty());
}

TEST_CASE("an error of VK has the class of its code, in words of our own") {
    const std::vector<std::pair<ErrorKind, std::vector<int>>> classes{
        {ErrorKind::server, {1, 10}},
        {ErrorKind::unauthorized, {5, 27, 28, 1116, 1117}},
        {ErrorKind::rate_limited, {6, 9, 29}},
        {ErrorKind::blocked, {14, 17}},
        {ErrorKind::forbidden, {7, 15, 30, 203}},
        {ErrorKind::gone, {18, 19, 37, 104, 3610}},
        {ErrorKind::rejected, {100, 113, 125, 99999}},
    };
    for (const auto& [kind, codes] : classes) {
        for (const int code : codes) {
            CAPTURE(code);
            const Error error = refused_with(code);
            CHECK(error.kind == kind);
            CHECK(error.message.find("VK error " + std::to_string(code)) != std::string::npos);
            CHECK(error.message.find(token) == std::string::npos);
            CHECK(error.message.find("words") == std::string::npos);
        }
    }
    CHECK(refused_with(6).retry_after == 1s);
    CHECK(refused_with(9).retry_after == 1h);
    CHECK(refused_with(29).retry_after == 9h);  // it is 15:00 in Moscow
    CHECK(refused("<html><body>x</body></html>").kind == ErrorKind::server);
    CHECK(refused("", 502).kind == ErrorKind::server);
    CHECK(refused("", 429).kind == ErrorKind::rate_limited);
    CHECK(refused("{}").kind == ErrorKind::malformed);
    CHECK(refused(R"({"response":{"items":[{},{}]}})").kind == ErrorKind::malformed);
    CHECK(refused(R"({"response":7})").kind == ErrorKind::malformed);
    CHECK(parsed(wall({})).statements.empty());
}

TEST_CASE("too many requests in a second make VK wait twice as long each time") {
    Vk vk;
    const std::string hurry = R"({"error":{"error_code":6}})";
    for (int seconds : {1, 2, 4}) {
        vk.http.answer(200, hurry);
        CHECK(vk.bad().retry_after == std::chrono::seconds(seconds));
    }
    vk.http.answer(200, range(1, 2));
    vk.good();
    vk.http.answer(200, hurry);
    CHECK(vk.bad().retry_after == 1s);
}

TEST_CASE("an answer of VK may be cut off anywhere") {
    const SourceConfig source = vk_source();
    for (const char* name : {"wall.json", "deleted.json"}) {
        CHECK(survives_cuts(parse_vk, source, recorded(name)));
    }
}

TEST_CASE("a wall of VK is asked for by its number, with the token in a header") {
    for (const char* account : {"-4001", "club4001", "public4001", "https://vk.com/public4001"}) {
        Vk vk(account);
        vk.http.answer(200, range(1, 2));
        vk.good();
        const HttpRequest& request = vk.http.requests.at(0);
        CHECK(
            request.url ==
            "https://api.vk.com/method/wall.get?owner_id=-4001&count=20&offset=0&filter=owner"
            "&extended=1&v=5.199"
        );
        CHECK(find_header(request.headers, "Authorization") == "Bearer " + token);
    }
    for (const char* account : {"4001", "id4001", "vk.com/id4001"}) {
        Vk vk(account);
        vk.http.answer(200, range(1, 2));
        vk.good();
        CHECK(vk.http.requests.at(0).url.find("owner_id=4001&") != std::string::npos);
    }
    Vk nonsense("not a name");
    CHECK(nonsense.bad().kind == ErrorKind::rejected);
    CHECK(nonsense.http.requests.empty());
}

TEST_CASE("a short name of VK is looked up once") {
    Vk vk("https://vk.com/mfa_example");
    vk.http.answer(200, R"({"response":{"type":"group","object_id":4001}})");
    vk.http.answer(200, range(1, 2));
    const Batch batch = vk.good();
    CHECK(vk.http.requests.at(0).url.find("screen_name=mfa_example&") != std::string::npos);
    CHECK(batch.account_key == "-4001");
    vk.http.answer(200, range(1, 3));
    CHECK(vk.good(batch.next).statements.size() == 3);
    CHECK(vk.http.requests.size() == 3);

    vk.http.answer(200, R"({"response":[]})");
    CHECK(vk.bad().kind == ErrorKind::gone);
    vk.http.answer(200, R"({"response":{"type":"vk_app","object_id":5}})");
    CHECK(vk.bad().kind == ErrorKind::rejected);
    vk.http.answer(200, R"({"response":{"type":"user","object_id":77}})");
    vk.http.answer(200, wall({}));
    CHECK(vk.good().account_key == "77");
}

TEST_CASE("a wall of VK is read back to a known post, and what was missed is late") {
    Vk vk;
    vk.http.answer(200, range(1, 20));
    const Cursor cursor = vk.good().next;
    vk.http.answer(200, range(131, 150));
    vk.http.answer(200, range(31, 130));
    vk.http.answer(200, range(1, 30));
    const Batch batch = vk.good(cursor);
    CHECK(vk.http.requests.at(2).url.find("count=100&offset=20&") != std::string::npos);
    CHECK(vk.http.requests.at(3).url.find("count=100&offset=120&") != std::string::npos);
    CHECK(batch.statements.size() == 150);
    CHECK(batch.statements.front().native_id == "-4001_1");
    CHECK_FALSE(batch.statements[10].late);
    CHECK(batch.statements[24].late);
    CHECK_FALSE(batch.statements[149].late);
    CHECK_FALSE(batch.gap);
}

TEST_CASE("reading VK back ends after ten pages with a gap") {
    Vk vk;
    vk.http.answer(200, range(1, 20));
    const Cursor cursor = vk.good().next;
    vk.http.answer(200, range(4981, 5000));
    for (int page = 0; page < 11; ++page) {
        vk.http.answer(200, range(4881 - page * 100, 4980 - page * 100));
    }
    const Batch batch = vk.good(cursor);
    CHECK(vk.http.requests.size() == 11);
    REQUIRE(batch.gap);
    CHECK(batch.gap->from_id == "-4001_20");
    CHECK(batch.gap->to_id == "-4001_4081");
}

TEST_CASE("the last known post of VK may have been deleted") {
    Vk vk;
    vk.http.answer(200, range(5, 20));
    const Cursor cursor = vk.good().next;
    vk.http.answer(200, wall({item(22, "w"), item(21, "w"), item(4, "w"), item(3, "w")}));
    const Batch batch = vk.good(cursor);
    CHECK_FALSE(batch.gap);
    CHECK(batch.statements.size() == 4);
}

TEST_CASE("a pinned post of VK is nothing new unless it is") {
    const std::string pin = R"(,"is_pinned":1)";
    Vk vk;
    vk.http.answer(200, range(11, 12));
    Batch batch = vk.good();
    vk.http.answer(200, wall({item(5, "old", pin), item(13, "new"), item(12, "w")}));
    batch = vk.good(batch.next);
    CHECK(ids_of(batch) == Texts{"-4001_12", "-4001_13"});
    CHECK(batch.next.get("newest") == "13");
    vk.http.answer(200, wall({item(14, "news", pin), item(13, "new")}));
    CHECK(ids_of(vk.good(batch.next)) == Texts{"-4001_13", "-4001_14"});
}

TEST_CASE("three polls of VK: baseline, new and edited, and a deletion is proved") {
    Imitation service(vk_source(), make_vk, {"base_url"});
    service.serve("/method/wall.get?", range(1, 3));
    auto first = service.poll();
    REQUIRE(first);
    CHECK(ids_of(*first) == Texts{"-4001_1", "-4001_2", "-4001_3"});
    service.serve(
        "/method/wall.get?",
        wall({item(4, "w4"), item(3, "mended", R"(,"edited":1679040000)"), item(2, "w2")})
    );
    auto second = service.poll(first->next);
    REQUIRE(second);
    CHECK(ids_of(*second) == Texts{"-4001_2", "-4001_3", "-4001_4"});
    CHECK(second->statements[1].text == "mended");
    CHECK(second->statements[1].edited);
    service.serve("/method/wall.get?", wall({item(4, "w4"), item(2, "w2")}));
    auto third = service.poll(second->next);
    REQUIRE(third);
    CHECK(ids_of(*third) == Texts{"-4001_2", "-4001_4"});

    const std::string one = "/method/wall.getById?posts=-4001_";
    service.serve(one + "3", wall({item(3, "", R"(,"is_deleted":true)")}));
    service.serve(one + "4", wall({item(4, "w4")}));
    service.serve(one + "2", wall({}));
    service.serve(one + "910", recorded("deleted.json"));
    service.serve(one + "5", R"({"error":{"error_code":15}})");
    CHECK(*service.presence("-4001_3") == Presence::deleted);
    CHECK(*service.presence("-4001_4") == Presence::there);
    CHECK(*service.presence("-4001_2") == Presence::deleted);
    CHECK(*service.presence("-4001_910") == Presence::deleted);
    CHECK_FALSE(service.presence("-4001_5"));
    CHECK(*service.presence("x&y") == Presence::unknown);
    CHECK(*service.presence("") == Presence::unknown);
}

TEST_CASE("the token of VK appears nowhere") {
    Imitation service(vk_source(), make_vk, {"base_url"});
    service.serve("/method/wall.get", recorded("wall.json"));
    auto good = service.poll();
    REQUIRE(good);
    CHECK(everything(good).find("secret") == std::string::npos);
    const std::string request = service.requests().at(0);
    CHECK(request.find("Authorization: Bearer " + token) != std::string::npos);
    CHECK(request.substr(0, request.find('\r')).find("secret") == std::string::npos);
    for (const auto& [body, status] : std::vector<std::pair<std::string, int>>{
             {R"({"error":{"error_code":5,"error_msg":")" + token + R"("}})", 200},
             {token, 200},
             {token, 500},
             {token, 429}}) {
        service.serve("/method/wall.get", body, status);
        auto bad = service.poll(good->next);
        REQUIRE_FALSE(bad);
        CHECK(everything(bad).find("secret") == std::string::npos);
    }
}

TEST_CASE("recorded answers of VK parse or have the class of their reason") {
    const auto folder = shared_fixtures("vk");
    if (!folder) {
        WARN("recorded answers of VK are not there: nothing was tried");
        return;
    }
    const SourceConfig source = vk_source();
    struct Row {
        std::string file;
        std::string verdict;  // ids, or the error
    };
    const std::vector<Row> rows{
        {"error_1.json", "server"},
        {"error_104.json", "gone"},
        {"error_1117.json", "unauthorized"},
        {"error_125.json", "rejected"},
        {"error_15.json", "forbidden"},
        {"error_18.json", "gone"},
        {"error_29.json", "rate_limited"},
        {"error_30.json", "forbidden"},
        {"error_5.json", "unauthorized"},
        {"error_6.json", "rate_limited"},
        {"error_9.json", "rate_limited"},
        {"wall_ArticleAttachement.json", "-96493329_4284 "},
        {"wall_GetById_Donut.json", "-322_123 "},
        {"wall_GetById_ReturnWallRecords.json", "1_617 "},
        {"wall_Get_Document_NormalCase.json", "26033241_1261 "},
        {"wall_Get_Geo_NormalCase.json", "1563369_1164 "},
        {"wall_Get_WithPoll_NormalCase.json", "-103292418_3 "},
        {"wall_PodcastAttachment.json", "-74962618_111721 "},
        {"wall_get_current.json", "-70034991_9001 -70034991_9120 -70034991_9119 "},
        {"wall_get_empty.json", ""},
        {"wall_getbyid_deleted.json", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.file);
        auto batch = parse_recording(parse_vk, source, *folder / row.file);
        std::string verdict;
        if (!batch) verdict = to_string(batch.error().kind);
        if (batch) {
            for (const std::string& id : ids_of(*batch)) verdict += id + " ";
        }
        CHECK(verdict == row.verdict);
        CHECK(survives_cuts(parse_vk, source, read_file(*folder / row.file)));
    }
    auto current = parse_recording(parse_vk, source, *folder / "wall_get_current.json");
    REQUIRE(current);
    const Statement& edited = current->statements[1];
    CHECK(edited.text == "Государственный визит с 20 по 22 марта. МИД #Китай\nУкраинский кризис");
    CHECK(format_time(*edited.published_at) == "2023-03-17T07:00:00Z");
    CHECK(format_time(*edited.edited_at) == "2023-03-17T08:00:00Z");
    CHECK(edited.media.size() == 2);
    CHECK(current->statements[2].form == Form::repost);
    auto article = parse_recording(parse_vk, source, *folder / "wall_ArticleAttachement.json");
    REQUIRE(article);
    CHECK(
        article->statements[0].links ==
        Texts{"https://vk.com/@creaturist-teleologicheskii-biheviorizm"}
    );
    auto passed = parse_recording(parse_vk, source, *folder / "wall_Get_Geo_NormalCase.json");
    REQUIRE(passed);
    CHECK(passed->statements[0].repost_of->native_id == "-42895313_128");
}
