#include "daemon/doctor.hpp"

#include <fstream>

#include <catch2/catch.hpp>

#include "store/database.hpp"
#include "tests/support/fixtures.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

TEST_CASE("the store is well when its folder can be written and what is there can be read") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    CHECK(look_at_store(path).state == Finding::State::ok);
    CHECK_THAT(look_at_store(path).message, Catch::Contains("when the daemon first runs"));
    REQUIRE(Database::open(path));
    CHECK(look_at_store(path).state == Finding::State::ok);
    std::ofstream(path, std::ios::trunc) << "this is no database, and long enough to be looked at";
    CHECK(look_at_store(path).state == Finding::State::fault);
    const Finding nowhere = look_at_store(directory.path() / "none" / "store.db");
    CHECK(nowhere.state == Finding::State::fault);
    CHECK_THAT(nowhere.message, Catch::Contains("cannot write"));
}

TEST_CASE("a disk is warned of before it is full") {
    constexpr std::uint64_t mib = 1024 * 1024;
    CHECK(look_at_disk(6000 * mib, 100'000 * mib).state == Finding::State::ok);
    CHECK(look_at_disk(4000 * mib, 100'000 * mib).state == Finding::State::warning);
    CHECK(look_at_disk(500 * mib, 600 * mib).state == Finding::State::warning);
    CHECK(look_at_disk(63 * mib, 600 * mib).state == Finding::State::fault);
    CHECK(look_at_disk(0, 0).state == Finding::State::fault);
}

TEST_CASE("a clock must be set, and be kept so") {
    CHECK(look_at_clock(*parse_time("1970-01-01T00:05:00Z"), true).state == Finding::State::fault);
    CHECK(
        look_at_clock(*parse_time("2027-01-01T00:00:00Z"), false).state == Finding::State::warning
    );
    CHECK(look_at_clock(*parse_time("2027-01-01T00:00:00Z"), true).state == Finding::State::ok);
}

TEST_CASE("a trust store without a certificate trusts nobody") {
    const TempDir directory;
    const auto path = directory.path() / "ca.pem";
    CHECK(look_at_trust(path).state == Finding::State::fault);
    std::ofstream(path) << "# a comment\n";
    CHECK(look_at_trust(path).state == Finding::State::fault);
    std::ofstream(path) << "# a comment\n-----BEGIN CERTIFICATE-----\n";
    CHECK(look_at_trust(path).state == Finding::State::ok);
}

TEST_CASE("missing dictionaries are named by the package that has them") {
    CHECK(look_at_dictionaries({}).state == Finding::State::ok);
    const Finding missing = look_at_dictionaries({"hunspell-ru", "hunspell-uk"});
    CHECK(missing.state == Finding::State::warning);
    CHECK_THAT(missing.message, Catch::Contains("install hunspell-ru hunspell-uk"));
}
