#include <catch2/catch.hpp>

#include "tests/store/raw.hpp"
#include "tests/store/support.hpp"
#include "tests/support/fixtures.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

// Three records, then one change from outside; the sentence of the verification.
std::string verdict_after(const std::string& sql) {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    auto database = good(Database::open(path));
    good(database.commit(make_alert_ingest("a")));
    good(database.commit(make_alert_ingest("b")));
    auto edit = make_ingest(at(1));
    edit.revisions.push_back(make_revision("statement-a", 2));
    good(database.commit(edit));
    good(database.verify_chain());
    run_sql(path, sql);
    const auto result = database.verify_chain();
    return result ? "" : result.error().message;
}

}  // namespace

TEST_CASE("the chain of an empty store holds") {
    auto database = Database::in_memory();
    good(database.verify_chain());
}

TEST_CASE("a changed text, raw slice, hash or time is found, with the record it is in") {
    CHECK_THAT(
        verdict_after("UPDATE revision SET body = replace(body, 'state', 'short') WHERE id = 2"),
        Catch::Contains("statement-b") && Catch::Contains("was changed")
    );
    CHECK_THAT(
        verdict_after("UPDATE revision SET raw = x'00' WHERE id = 1"),
        Catch::Contains("revision 1 of statement statement-a")
    );
    CHECK_THAT(
        verdict_after("UPDATE revision SET content_hash = 'x' WHERE id = 3"),
        Catch::Contains("revision 2 of statement statement-a") && Catch::Contains("chain")
    );
    CHECK_THAT(
        verdict_after("UPDATE revision SET observed_at = observed_at + 1 WHERE id = 1"),
        Catch::Contains("record 1")
    );
    CHECK_THAT(
        verdict_after("UPDATE statement SET native_id = 'other' WHERE native_id = 'statement-b'"),
        Catch::Contains("record 2")
    );
}

TEST_CASE("a removed record is found in the middle and at the end") {
    const std::string remove = "PRAGMA foreign_keys = OFF; DELETE FROM revision WHERE id = ";
    CHECK_THAT(verdict_after(remove + "2"), Catch::Contains("missing before"));
    CHECK_THAT(verdict_after(remove + "3"), Catch::Contains("missing at the end"));
}
