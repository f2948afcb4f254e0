#pragma once

#include <map>
#include <string>

#include <catch2/catch.hpp>

#include "tests/connectors/support.hpp"

namespace spokeswatch::testing {

// Options of a source as they are kept: "select.title.selector" and its value.
using Written = std::map<std::string, std::string>;

inline SourceConfig written_source(
    const std::string& kind, const std::string& url, const Written& options
) {
    SourceConfig source = source_of(kind, "url", url);
    for (const auto& [name, value] : options) {
        source.options.set(name, value, Span());
        // What a mapping that holds it leaves behind.
        for (auto dot = name.find('.'); dot != std::string::npos; dot = name.find('.', dot + 1)) {
            source.options.set(name.substr(0, dot), true, Span());
        }
    }
    return source;
}

inline HttpResponse answer_of(std::string body, const std::string& url) {
    HttpResponse response;
    response.status = 200;
    response.url = url;
    response.body = std::move(body);
    return response;
}

// An answer of the source's own address through the parser of its kind.
inline Result<Batch> parse(const SourceConfig& source, const HttpResponse& response) {
    ParseInput input;
    input.response = response;
    input.source = &source;
    input.now = noon;
    return source.kind.value == "json_api" ? parse_json_api(input) : parse_web_page(input);
}

inline Batch good(const SourceConfig& source, const std::string& body) {
    auto batch = parse(source, answer_of(body, source.options.text("url")));
    if (!batch) FAIL(batch.error().message);
    return std::move(*batch);
}

inline Error bad(const SourceConfig& source, const std::string& body) {
    auto batch = parse(source, answer_of(body, source.options.text("url")));
    REQUIRE_FALSE(batch);
    return batch.error();
}

inline std::vector<std::string> ids(const Batch& batch) {
    std::vector<std::string> out;
    for (const Statement& one : batch.statements) out.push_back(one.native_id);
    return out;
}

// One line a statement: id, time and its precision, title.
inline std::string shown(const Statement& statement) {
    std::string line = statement.native_id + " | ";
    if (statement.published_at) {
        line += format_time(*statement.published_at) + ' ' +
                std::string(to_string(statement.published_precision));
    }
    return line + " | " + statement.title;
}

inline std::vector<std::string> shown(const Batch& batch) {
    std::vector<std::string> lines;
    for (const Statement& statement : batch.statements) lines.push_back(shown(statement));
    return lines;
}

}  // namespace spokeswatch::testing
