#include "connectors/json.hpp"

#include <string>

#include <catch2/catch.hpp>

#include "base/utf8.hpp"

using namespace spokeswatch;

namespace {

JsonDocument parsed(std::string_view text) {
    auto document = parse_json(text, "a document");
    if (!document) FAIL(document.error().message);
    return std::move(*document);
}

Error refused(std::string_view text) {
    auto document = parse_json(text, "a document");
    REQUIRE_FALSE(document);
    return document.error();
}

}  // namespace

TEST_CASE("what is absent, null or of another type answers with nothing") {
    JsonDocument document = parsed(R"({"a": null, "b": [1], "c": "x", "d": {"e": true}})");
    Json root = document.root();
    CHECK(root);
    CHECK_FALSE(root["a"]);
    CHECK_FALSE(root["missing"]);
    CHECK_FALSE(root["c"]["deeper"]["still"]);
    CHECK(root["b"].items().size() == 1);
    CHECK(root["c"].items().empty());
    CHECK(root["d"].is_object());
    CHECK(root["d"].text().empty());
    CHECK(root["d"]["e"].flag());
    CHECK_FALSE(root["c"].flag());
    CHECK_FALSE(root["c"].number());
    CHECK(Json().written(10).empty());
}

TEST_CASE("an id keeps every digit or is none") {
    JsonDocument document = parsed(
        R"({"a": 110037000000000009, "b": 18446744073709551615, "c": 18446744073709551617,
            "d": "00110037000000000009", "e": 1.5, "f": -7})"
    );
    Json root = document.root();
    CHECK(root["a"].id() == "110037000000000009");
    CHECK(root["b"].id() == "18446744073709551615");
    CHECK(root["c"].id().empty());
    CHECK_FALSE(root["c"].text().empty());
    CHECK(root["d"].id() == "00110037000000000009");
    CHECK(root["e"].id().empty());
    CHECK(root["f"].id() == "-7");
    CHECK_FALSE(root["f"].number());
    CHECK(root["e"].number() == 1.5);
}

TEST_CASE("the last of two members with one name counts") {
    CHECK(parsed(R"({"id": "1", "id": "2"})").root()["id"].text() == "2");
}

TEST_CASE("broken text in JSON is mended") {
    JsonDocument document =
        parsed("\xEF\xBB\xBF{\"a\": \"\xFF\", \"b\": \"\\ud83d\", \"c\": \"x\\u0000y\"}");
    Json root = document.root();
    CHECK(root["a"].text() == "\uFFFD");
    CHECK(root["b"].text() == "\uFFFD");
    CHECK(root["c"].text() == "xy");
    CHECK(valid_utf8(root.written(1000)));
    CHECK(parsed("\"\u20AC\"").root().written(3) == "\"");
}

TEST_CASE("too deep, too many and no JSON are refused with a reason") {
    CHECK(refused(std::string(100'000, '[')).kind == ErrorKind::too_large);
    CHECK(
        refused(std::string(json_depth_max + 1, '[') + std::string(json_depth_max + 1, ']')).kind ==
        ErrorKind::too_large
    );
    std::string many = "[0";
    for (std::size_t i = 0; i < json_values_max; ++i) many += ",0";
    CHECK(refused(many + "]").kind == ErrorKind::too_large);
    Error broken = refused("{\"a\": ");
    CHECK(broken.kind == ErrorKind::malformed);
    CHECK(broken.message.starts_with("expected a document, got JSON that does not parse"));
    CHECK(refused("").kind == ErrorKind::malformed);
    CHECK(refused("{} {}").kind == ErrorKind::malformed);
}
