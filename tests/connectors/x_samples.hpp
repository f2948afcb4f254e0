#pragma once

#include <string>
#include <utility>

#include <catch2/catch.hpp>

#include "tests/connectors/support.hpp"

// What the tests of the X connector send and are sent.

namespace spokeswatch::testing {

inline const std::string token = "AAAAsecretBEARER";

inline SourceConfig account_source(const std::string& base_url = "") {
    SourceConfig source = source_of("x", "account", std::string("@Ministry_EX"));
    source.options.set("bearer_token", Secret(token), Span());
    if (!base_url.empty()) source.options.set("base_url", base_url, Span());
    source.allow_private = true;
    return source;
}

inline Batch good(Result<Batch> batch) {
    if (!batch) FAIL(batch.error().message);
    return std::move(*batch);
}

inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
    return text;
}

inline std::string post(
    const std::string& id, const std::string& text, const std::string& first = ""
) {
    return R"({"id":")" + id + R"(","author_id":"7","text":")" + text +
           R"(","edit_history_tweet_ids":[)" + (first.empty() ? "" : "\"" + first + "\",") + "\"" +
           id + "\"]}";
}

inline std::string page_of(const std::string& posts, const std::string& next = "") {
    return R"({"data":[)" + posts + R"(],"meta":{"result_count":1)" +
           (next.empty() ? "" : R"(,"next_token":")" + next + "\"") + "}}";
}

inline const std::string user = R"({"data":{"id":"7","name":"Ministry","username":"Ministry_EX"}})";
inline const std::string empty_page = R"({"meta":{"result_count":0}})";
inline const std::string wrong_fields =
    R"({"errors":[{"parameters":{"tweet.fields":["note_tweet"]},"message":"The query parameter [tweet.fields] is not one of [id,since_id,post.fields]"}],
    "title":"Invalid Request","type":"https://api.x.com/2/problems/invalid-request"})";
inline const std::string problem_base = R"({"type":"https://api.x.com/2/problems/)";

}  // namespace spokeswatch::testing
