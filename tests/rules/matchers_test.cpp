#include "rules/matchers.hpp"

#include <catch2/catch.hpp>

using namespace spokeswatch;

namespace {

using Part = MatcherConfig::Part;

Matchers matchers(std::vector<std::vector<Part>> items, const std::string& bare = "source") {
    std::vector<MatcherConfig> config;
    for (auto& parts : items) config.push_back({std::move(parts), {}});
    Diagnostics diagnostics;
    return Matchers::compile(config, bare, diagnostics);
}

const Labels labels{{"source", "kremlin"}, {"tier", "official"}, {"country", "RU"}};

}  // namespace

TEST_CASE("items of a list are AND for routes and OR for from") {
    const Matchers both =
        matchers({{{"tier", MatcherOp::equal, "official"}}, {{"country", MatcherOp::equal, "CN"}}});
    CHECK_FALSE(both.all(labels));
    CHECK(both.any(labels));
    CHECK(matchers({}).all(labels));
    CHECK_FALSE(matchers({}).any(labels));
    CHECK(matchers({}).empty());
}

TEST_CASE("parts of one item are AND") {
    CHECK(matchers({{{"tier", MatcherOp::equal, "official"}, {"country", MatcherOp::equal, "RU"}}}
    ).any(labels));
    CHECK_FALSE(matchers(
                    {{{"tier", MatcherOp::equal, "official"}, {"country", MatcherOp::equal, "CN"}}}
    ).any(labels));
}

TEST_CASE("a missing label is the empty text") {
    CHECK(matchers({{{"org", MatcherOp::equal, ""}}}).all(labels));
    CHECK(matchers({{{"org", MatcherOp::not_equal, "X"}}}).all(labels));
    CHECK(matchers({{{"org", MatcherOp::regex, ".*"}}}).all(labels));
    CHECK_FALSE(matchers({{{"org", MatcherOp::regex, ".+"}}}).all(labels));
    CHECK(matchers({{{"org", MatcherOp::not_regex, ".+"}}}).all(labels));
}

TEST_CASE("a regular expression must match the whole value") {
    CHECK(matchers({{{"tier", MatcherOp::regex, "off.*"}}}).all(labels));
    CHECK_FALSE(matchers({{{"tier", MatcherOp::regex, "off"}}}).all(labels));
    CHECK(matchers({{{"tier", MatcherOp::regex, "media|official"}}}).all(labels));
    CHECK(matchers({{{"tier", MatcherOp::regex, R"(\bofficial\b)"}}}).all(labels));
}

TEST_CASE("a bare name is compared with the label that stands for it") {
    CHECK(matchers({{{"", MatcherOp::equal, "kremlin"}}}).any(labels));
    Diagnostics diagnostics;
    const std::vector<MatcherConfig> bare{{{{"", MatcherOp::equal, "kremlin"}}, {}}};
    Matchers::compile(bare, "", diagnostics);
    CHECK(diagnostics.has_errors());
}
