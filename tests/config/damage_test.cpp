#include <algorithm>
#include <random>

#include <catch2/catch.hpp>

#include "base/utf8.hpp"
#include "tests/config/loaded.hpp"

// Files that somebody cut, doubled or mistyped anywhere: each fault has a place in the file.

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

const std::string whole = R"(# A desk's configuration
global: {poll_interval: 60s, timezone: Europe/Berlin, chat_api_url: https://chat.example.org/x}
web:
  listen_address: '127.0.0.1:8317'
sources:
  - name: kremlin
    kind: feed
    url: http://en.kremlin.ru/events/all/feed
    labels: {org: Kremlin, country: RU, tier: official}
  - {name: mfa, kind: api, account: "mfa\tdesk", ignore: [reposts]}
concepts:
  - name: state_visit
    terms: {en: [state visit, 'pay* a visit'], zh: [国事访问], ru: [визит]}
rules:
  - name: visits
    severity: critical
    from: ['tier=official', kremlin]
    match:
      all:
        - concept: state_visit
        - {near: [Xi Jinping, {any: [Moscow, 莫斯科]}], within: 25 words}
        - any: [&t talks, *t, "a \"b", 'it''s']
          at_least: 2
      none: [film festival, regex: '\bgame']
      field: {title: [visit]}
    examples:
      match: [Xi in Moscow 👩‍👧]
      no_match: >
        A film
        festival
route:
  receiver: desk
  routes:
    - {matchers: ['severity=critical'], receiver: desk, continue: true}
receivers:
  - name: desk
    chat_configs: [{channel: '#desk'}]
    file_configs:
      - path: alerts.ndjson
)";

std::string damaged(std::mt19937& random) {
    const std::vector<std::string> pieces{
        ":",  ": ",     "-",      "- ",     "[",      "]",  "{",    "}",   ",",  "\"",
        "'",  "#",      " #",     "\n",     "\t",     "  ", "\r\n", "|",   ">",  "&a",
        "*a", "<<: ",   "---\n",  "!x",     "%",      "@x", "`",    "?",   "？", "：",
        "，", "\u3000", "\u00a0", "\u200b", "\ufeff", "\\", "~",    "null"};
    std::string out = whole;
    const auto below = [&random](std::size_t limit) {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random);
    };
    for (std::size_t edits = 1 + below(3); edits > 0; --edits) {
        const std::size_t at = below(out.size());
        const std::size_t size = std::min(1 + below(40), out.size() - at);
        switch (below(4)) {
            case 0:
                out.erase(at, size);
                break;
            case 1:
                out.insert(at, pieces[below(pieces.size())]);
                break;
            case 2:
                out.insert(at, out.substr(at, size));
                break;
            default:
                out.resize(at + 1);
        }
        if (out.empty()) out = whole;
    }
    return out;
}

bool inside(const Span& span) {
    if (!span.file || span.line == 0 || span.column == 0) return false;
    std::string_view rest = span.file->bytes;
    for (std::size_t line = 1; line < span.line; ++line) {
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos) return false;
        rest.remove_prefix(end + 1);
    }
    return span.column <= code_points(rest.substr(0, rest.find('\n'))) + 1;
}

}  // namespace

TEST_CASE("the whole file has no fault") {
    const Loaded loaded(whole);
    CHECK(loaded.errors().empty());
}

TEST_CASE("a damaged file is told of at places that it has") {
    std::mt19937 random(20230320);
    std::size_t faults = 0;
    for (int round = 0; round < 1500; ++round) {
        const std::string text = damaged(random);
        const Loaded loaded(text);
        for (const Diagnostic& fault : loaded.diagnostics.all()) {
            INFO(text);
            INFO(fault.code << ' ' << fault.message);
            REQUIRE(inside(fault.span));
            REQUIRE_FALSE(fault.message.empty());
            for (const Diagnostic::Secondary& other : fault.secondary) REQUIRE(inside(other.span));
            ++faults;
        }
        REQUIRE(valid_utf8(loaded.shown()));
        REQUIRE_FALSE(loaded.shown(DiagnosticFormat::json).empty());
    }
    CHECK(faults > 1000);
}
