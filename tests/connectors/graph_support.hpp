#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

#include "base/crypto.hpp"
#include "tests/connectors/support.hpp"
#include "tests/support/raw_server.hpp"

// An imitation of a Graph API on loopback, and what its three connectors are tried by.

namespace spokeswatch::testing {

inline const std::string graph_token = "EAAG-test-token-0123456789";
inline const std::string graph_app_secret = "app-secret-of-the-test";

inline SourceConfig graph_source(const std::string& kind, const std::string& account) {
    const std::string option = kind == "facebook" ? "page" : "account";
    SourceConfig source = source_of(kind, option, account);
    source.options.set("access_token", Secret(graph_token), Span());
    if (kind == "instagram") source.options.set("user_id", std::string("17800"), Span());
    return source;
}

inline std::vector<std::string> ids(const Batch& batch) {
    std::vector<std::string> all;
    for (const Statement& statement : batch.statements) all.push_back(statement.native_id);
    return all;
}

inline int late_count(const Batch& batch) {
    int count = 0;
    for (const Statement& statement : batch.statements) count += statement.late ? 1 : 0;
    return count;
}

inline Batch good(Result<Batch> batch) {
    if (!batch) FAIL(batch.error().message);
    return std::move(*batch);
}

inline Error bad(const Result<Batch>& batch) {
    REQUIRE_FALSE(batch);
    return batch.error();
}

inline ParseInput recorded(const SourceConfig& source, const std::string& bytes) {
    ParseInput input;
    input.source = &source;
    input.now = noon;
    input.response.status = 200;
    input.response.body = bytes;
    if (bytes.starts_with("HTTP/")) {
        auto response = parse_recorded_response(bytes);
        REQUIRE(response);
        input.response = std::move(*response);
    }
    return input;
}

// Everything that may leave a connector.
inline std::string everything_in(const Batch& batch) {
    std::string all = batch.account_key;
    for (const Statement& statement : batch.statements) {
        all += to_json(statement, true) + statement.raw;
    }
    for (const std::string& note : batch.notes) all += note;
    for (const std::string& id : batch.next.seen) all += id;
    for (const auto& [key, value] : batch.next.state) all += key + value;
    if (batch.gap) all += batch.gap->from_id + batch.gap->to_id;
    return all;
}

inline void check_no_credential(const std::string& text) {
    CHECK(text.find(graph_token) == std::string::npos);
    CHECK(text.find(graph_app_secret) == std::string::npos);
    CHECK(text.find(hex(hmac_sha256(graph_app_secret, graph_token))) == std::string::npos);
}

struct GraphPost {
    std::string id;
    std::string text;
};

// What differs between the three services.
struct GraphDialect {
    std::string kind;
    std::string account;
    std::string list;    // how the address of the list begins
    std::string single;  // how the address of one post begins
    MakeConnector* make = nullptr;
    ParseRecorded* parse = nullptr;
    std::string (*entry)(const GraphPost& post) = nullptr;
    std::string (*page)(const std::string& entries, const std::string& paging) = nullptr;
};

// Serves posts, newest first, three a page. Every page names the address of the next one with the
// token in it, as the service does.
class GraphService {
  public:
    explicit GraphService(GraphDialect dialect) : dialect_(std::move(dialect)) {}

    void publish(std::string id, std::string text) {
        const std::lock_guard lock(mutex_);
        GraphPost post{std::move(id), std::move(text)};
        posts_.insert(posts_.begin(), std::move(post));
    }
    void edit(const std::string& id, const std::string& text) {
        const std::lock_guard lock(mutex_);
        for (GraphPost& post : posts_) {
            if (post.id == id) post.text = text;
        }
    }
    void remove(const std::string& id) {
        const std::lock_guard lock(mutex_);
        std::erase_if(posts_, [&](const GraphPost& post) { return post.id == id; });
    }

    RawReply answer(const std::string& request) {
        const std::lock_guard lock(mutex_);
        const auto start = request.find(' ') + 1;
        const std::string target = request.substr(start, request.find(' ', start) - start);
        RawReply reply;
        reply.after = After::read_next;
        if (request.find("Authorization: Bearer " + graph_token + "\r\n") == std::string::npos) {
            reply.bytes = refuse(190, 467, "Malformed access token " + graph_token);
        } else if (target.starts_with(dialect_.list)) {
            reply.bytes = http_ok(list(target));
        } else {
            reply.bytes = single(target);
        }
        return reply;
    }

  private:
    static std::string refuse(int code, int subcode, const std::string& message) {
        const std::string body = R"({"error":{"message":")" + message + R"(","code":)" +
                                 std::to_string(code) + R"(,"error_subcode":)" +
                                 std::to_string(subcode) + "}}";
        return "HTTP/1.1 400 Bad Request\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\n\r\n" + body;
    }

    [[nodiscard]] std::string list(const std::string& target) const {
        std::size_t first = 0;
        for (const std::string mark : {"after=C", "after(C"}) {
            const auto at = target.find(mark);
            if (at != std::string::npos) first = std::stoul(target.substr(at + mark.size()));
        }
        const std::size_t end = std::min(first + 3, posts_.size());
        std::string entries;
        for (std::size_t i = first; i < end; ++i) {
            entries += (i > first ? "," : "") + dialect_.entry(posts_[i]);
        }
        std::string paging;
        if (end < posts_.size()) {
            const std::string cursor = "C" + std::to_string(end);
            paging = R"(,"paging":{"cursors":{"after":")" + cursor +
                     R"("},"next":"https:\/\/graph.example\/x?access_token=)" + graph_token +
                     R"(\u0026after=)" + cursor + "\"}";
        }
        return dialect_.page(entries, paging);
    }

    [[nodiscard]] std::string single(const std::string& target) const {
        for (const GraphPost& post : posts_) {
            if (target.starts_with(dialect_.single + post.id + "?")) {
                return http_ok(R"({"id":")" + post.id + "\"}");
            }
        }
        return refuse(100, 33, "Unsupported get request with " + graph_token);
    }

    GraphDialect dialect_;
    std::mutex mutex_;
    std::vector<GraphPost> posts_;  // newest first
};

// A connector of `dialect` that reads a GraphService over real HTTP.
struct GraphLoopback {
    explicit GraphLoopback(const GraphDialect& dialect)
        : service(dialect),
          server([this](const std::string& request, int) { return service.answer(request); }),
          clock(noon),
          http(make_http_client(io.get_executor(), clock, {})) {
        SourceConfig source = graph_source(dialect.kind, dialect.account);
        source.allow_private = true;
        source.options.set("base_url", server.url(""), Span());
        if (dialect.kind != "threads") {
            source.options.set("app_secret", Secret(graph_app_secret), Span());
        }
        ConnectorDeps deps;
        deps.http = http.get();
        deps.clock = &clock;
        connector = dialect.make(source, deps);
        source.options.set("access_token", Secret("another-token-000"), Span());
        stranger = dialect.make(source, deps);
    }

    Batch poll(Cursor since = {}) {
        Batch batch = good(run(io, connector->poll(std::move(since))));
        check_no_credential(everything_in(batch));
        return batch;
    }
    Presence presence(const std::string& id) {
        auto told = run(io, connector->presence(id, ""));
        if (!told) FAIL(told.error().message);
        return *told;
    }

    GraphService service;
    RawServer server;
    boost::asio::io_context io;
    ManualClock clock;
    std::unique_ptr<HttpClient> http;
    std::unique_ptr<Connector> connector;
    std::unique_ptr<Connector> stranger;  // with a token that the service refuses
};

// Baseline; a new post; an edit and a deletion.
inline void play_three_polls(const GraphDialect& dialect, Presence of_deleted) {
    using Ids = std::vector<std::string>;
    GraphLoopback loopback(dialect);
    for (const char* id : {"900_1", "900_2", "900_3"}) loopback.service.publish(id, "words");
    Batch first = loopback.poll();
    CHECK(ids(first) == Ids{"900_1", "900_2", "900_3"});
    CHECK(late_count(first) == 0);

    loopback.service.publish("900_4", "a state visit");
    Batch second = loopback.poll(first.next);
    CHECK(ids(second) == Ids{"900_2", "900_3", "900_4"});
    CHECK(second.statements.back().text == "a state visit");
    CHECK(late_count(second) == 0);
    CHECK_FALSE(second.gap);

    loopback.service.edit("900_4", "no state visit");
    loopback.service.remove("900_3");
    Batch third = loopback.poll(second.next);
    CHECK(ids(third) == Ids{"900_1", "900_2", "900_4"});
    CHECK(third.statements.back().text == "no state visit");
    CHECK_FALSE(third.gap);
    CHECK(loopback.server.requests().size() == 3);

    const bool asks = of_deleted == Presence::deleted;
    CHECK(loopback.presence("900_4") == (asks ? Presence::there : Presence::unknown));
    CHECK(loopback.presence("900_3") == of_deleted);
    CHECK(loopback.presence("../900_3") == Presence::unknown);
}

inline void play_catch_up(const GraphDialect& dialect) {
    GraphLoopback loopback(dialect);
    loopback.service.publish("900_1", "words");
    Batch batch = loopback.poll();
    for (int i = 2; i <= 9; ++i) loopback.service.publish("900_" + std::to_string(i), "words");
    batch = loopback.poll(batch.next);
    CHECK(loopback.server.requests().size() == 4);
    CHECK(batch.statements.size() == 9);
    CHECK(batch.statements.front().native_id == "900_1");
    CHECK(batch.statements.back().native_id == "900_9");
    CHECK(late_count(batch) == 5);
    CHECK_FALSE(batch.statements.front().late);
    CHECK_FALSE(batch.gap);

    for (int i = 10; i <= 50; ++i) loopback.service.publish("900_" + std::to_string(i), "words");
    batch = loopback.poll(batch.next);
    CHECK(loopback.server.requests().size() == 14);
    CHECK(batch.statements.size() == 30);
    CHECK(late_count(batch) == 27);
    REQUIRE(batch.gap);
    CHECK(batch.gap->from_id == "900_9");
    CHECK(batch.gap->to_id == "900_21");
}

inline void play_credentials(const GraphDialect& dialect) {
    GraphLoopback loopback(dialect);
    for (int i = 1; i <= 7; ++i) loopback.service.publish("900_" + std::to_string(i), "words");
    loopback.service.publish("900_8", "the token is " + graph_token + ".");
    Cursor old;
    old.remember("900_1");
    old.state["name"] = dialect.account;
    Batch batch = loopback.poll(old);
    CHECK(batch.statements.size() == 8);
    CHECK(batch.statements.back().text == "the token is .");

    auto refused = run(loopback.io, loopback.stranger->poll({}));
    const Error error = bad(refused);
    CHECK(error.kind == ErrorKind::unauthorized);
    check_no_credential(error.message);
    CHECK(error.message.find("another-token") == std::string::npos);

    for (const std::string& request : loopback.server.requests()) {
        const std::string address = request.substr(0, request.find('\r'));
        CHECK(address.find(graph_token) == std::string::npos);
        CHECK(address.find(graph_app_secret) == std::string::npos);
        const bool proved = address.find("appsecret_proof=") != std::string::npos;
        CHECK(proved == (dialect.kind != "threads"));
    }
}

struct GraphExpectation {
    std::string file;
    std::optional<ErrorKind> refused{};
    std::size_t count = 0;
    std::string id{}, time{}, text{};  // of the first statement; the text's beginning
    Form form = Form::post;
};

// Every recorded answer of the folder, and every beginning of it.
inline void play_recordings(
    const GraphDialect& dialect, const std::vector<GraphExpectation>& expectations
) {
    const auto folder = shared_fixtures(dialect.kind);
    if (!folder) {
        WARN("left out: recorded answers of " << dialect.kind << " are not here");
        return;
    }
    const SourceConfig source = graph_source(dialect.kind, dialect.account);
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(*folder)) {
        const std::string name = entry.path().filename().string();
        if (name == "SOURCES.txt") continue;
        INFO(name);
        ++files;
        const auto expected = std::ranges::find(expectations, name, &GraphExpectation::file);
        REQUIRE(expected != expectations.end());
        const ParseInput input = recorded(source, read_file(entry.path()));
        auto batch = dialect.parse(input);
        if (expected->refused) {
            CHECK(bad(batch).kind == *expected->refused);
        } else {
            const Batch read = good(batch);
            REQUIRE(read.statements.size() == expected->count);
            CHECK(everything_in(read).find("access_token=TOKEN") == std::string::npos);
            if (expected->count > 0) {
                const Statement& statement = read.statements.front();
                CHECK(statement.native_id == expected->id);
                REQUIRE(statement.published_at);
                CHECK(format_time(*statement.published_at) == expected->time);
                CHECK(statement.text.starts_with(expected->text));
                CHECK(statement.form == expected->form);
            }
        }
        const std::size_t step = input.response.body.size() / 4096 + 1;
        for (std::size_t size = 0; size < input.response.body.size(); size += step) {
            ParseInput cut = input;
            cut.response.body.resize(size);
            CHECK_NOTHROW(dialect.parse(cut));
        }
    }
    CHECK(files == expectations.size());
}

// An answer cut at every byte is refused and throws nothing.
inline void play_cuts(const GraphDialect& dialect, const std::string& body) {
    const SourceConfig source = graph_source(dialect.kind, dialect.account);
    REQUIRE(dialect.parse(recorded(source, body)));
    for (std::size_t size = 0; size + 1 < body.size(); ++size) {
        auto batch = dialect.parse(recorded(source, body.substr(0, size)));
        REQUIRE_FALSE(batch);
        REQUIRE(batch.error().kind == ErrorKind::malformed);
    }
}

}  // namespace spokeswatch::testing
