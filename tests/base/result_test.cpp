#include "base/result.hpp"

#include <memory>
#include <set>
#include <string>

#include <catch2/catch.hpp>

#include "base/secret.hpp"

using namespace spokeswatch;

TEST_CASE("a result is a value or an error") {
    const Result<std::string> good = std::string("text");
    REQUIRE(good);
    CHECK(*good == "text");
    CHECK(good->size() == 4);

    const Result<std::string> bad = Error{ErrorKind::timeout, "no answer within 20 s"};
    REQUIRE_FALSE(bad);
    CHECK(bad.error().kind == ErrorKind::timeout);

    Result<std::unique_ptr<int>> owned = std::make_unique<int>(3);
    CHECK(*std::move(*owned) == 3);
}

TEST_CASE("a result without a value is good unless it has an error") {
    CHECK(Result<void>());
    const Result<void> bad = Error{ErrorKind::storage, "disk full"};
    REQUIRE_FALSE(bad);
    CHECK(bad.error().message == "disk full");
}

TEST_CASE("each kind of error has its own name") {
    std::set<std::string_view> names;
    for (int kind = 0; kind <= static_cast<int>(ErrorKind::storage); ++kind)
        names.insert(to_string(static_cast<ErrorKind>(kind)));
    CHECK(names.size() == 14);
    CHECK_FALSE(names.contains("unknown"));
}

TEST_CASE("a secret shows itself only when asked") {
    const Secret secret("whsec_1");
    CHECK(secret.reveal() == "whsec_1");
    CHECK_FALSE(secret.empty());
    CHECK(Secret().empty());
    CHECK(secret == Secret("whsec_1"));
}
