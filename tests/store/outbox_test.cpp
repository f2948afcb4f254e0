#include <catch2/catch.hpp>

#include "tests/store/support.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;
using namespace std::chrono_literals;

namespace {

using Keys = std::vector<std::string>;

Keys claim(Database& database, Time now = at(0), const Keys& targets = {"slack_0"}) {
    return keys(good(database.claim(now, allow(targets))));
}

OutboxRow row_of(Database& database, const std::string& key) {
    for (auto& row : good(database.outbox(OutboxFilter{})))
        if (row.key == key) return row;
    throw std::runtime_error("no row " + key);
}

}  // namespace

TEST_CASE("a claim takes the most severe first, then the oldest, and marks them sending") {
    auto database = Database::in_memory();
    put(database, {make_insert("k-late", "1")}, at(5));
    put(database, {make_insert("k-b", "2"), make_insert("k-a", "3")}, at(0));
    put(database, {make_insert("k-critical", "4", "slack_0", Severity::critical)}, at(6));
    const auto rows = good(database.claim(at(10), allow({"slack_0"})));
    CHECK(keys(rows) == Keys{"k-critical", "k-a", "k-b", "k-late"});
    CHECK(rows[0].state == OutboxState::sending);
    CHECK(rows[0].attempts == 1);
    CHECK(rows[0].last_attempt_at == at(10));
    CHECK(rows[0].notification.attempt == 1);
    CHECK(claim(database, at(10)).empty());
}

TEST_CASE("a notification comes back as it was written") {
    auto database = Database::in_memory();
    const auto insert = make_insert("k", "1");
    put(database, {insert});
    const auto row = good(database.claim(at(0), allow({"slack_0"}))).at(0);
    CHECK(to_json(row.notification) == to_json(insert.notification));
    CHECK(row.receiver == "desk");
    CHECK(row.target == "slack_0");
    CHECK(row.created_at == at(0));
}

TEST_CASE("a claim keeps to the capacity of each bucket and to the targets that are named") {
    auto database = Database::in_memory();
    for (int i = 0; i < 5; ++i) {
        const auto n = std::to_string(i);
        put(database,
            {make_insert("a" + n, "a" + n, "a"),
             make_insert("b" + n, "b" + n, "b"),
             make_insert("c" + n, "c" + n, "c"),
             make_insert("d" + n, "d" + n, "d")},
            at(i));
    }
    ClaimAllowance allowance;
    allowance.bucket_of = {{"a", "host"}, {"b", "host"}, {"c", "own"}};
    allowance.capacity = {{"host", 3}, {"own", 1}};
    CHECK(keys(good(database.claim(at(9), allowance))) == Keys{"a0", "b0", "c0", "a1"});
    allowance.rows_max = 2;
    CHECK(keys(good(database.claim(at(9), allowance))).size() == 2);
}

TEST_CASE("a row that waits is not due before its time, and says when") {
    auto database = Database::in_memory();
    put(database, {make_insert("k", "1")});
    CHECK(claim(database) == Keys{"k"});
    CHECK_FALSE(good(database.next_outbox_at({"slack_0"})));
    good(database.record_attempts({failed("k", OutboxState::retry_wait, at(10))}));
    CHECK(good(database.next_outbox_at({"slack_0"})) == at(10));
    CHECK_FALSE(good(database.next_outbox_at({"other"})));
    CHECK(claim(database, at(9)).empty());
    const auto rows = good(database.claim(at(10), allow({"slack_0"})));
    REQUIRE(keys(rows) == Keys{"k"});
    CHECK(rows[0].attempts == 2);
    CHECK(rows[0].last_verdict == Verdict::retry);
    CHECK(rows[0].detail == "503");
}

TEST_CASE("rows of one thread go to one target one after the other") {
    auto database = Database::in_memory();
    put(database, {make_insert("t-1", "t")}, at(0));
    put(database, {make_insert("t-2", "t", "slack_0", Severity::critical)}, at(1));
    put(database, {make_insert("t-mail", "t", "mail")}, at(1));
    CHECK(claim(database, at(2), {"slack_0", "mail"}) == Keys{"t-1", "t-mail"});
    CHECK(claim(database, at(2)).empty());
    CHECK_FALSE(good(database.next_outbox_at({"slack_0"})));

    good(database.record_attempts({failed("t-1", OutboxState::retry_wait, at(30))}));
    CHECK(claim(database, at(3)).empty());
    CHECK(good(database.next_outbox_at({"slack_0"})) == at(30));
    CHECK(claim(database, at(30)) == Keys{"t-1"});
    SECTION("once it is delivered") {
        good(database.record_attempts({delivered("t-1", "ts-1")}));
        CHECK(claim(database, at(31)) == Keys{"t-2"});
    }
    SECTION("or dead") {
        good(database.record_attempts({failed("t-1", OutboxState::dead)}));
        CHECK(claim(database, at(31)) == Keys{"t-2"});
    }
}

TEST_CASE("a follow-up knows the key, the remote id and the subject of its first message") {
    auto database = Database::in_memory();
    put(database, {make_insert("t-1", "t")}, at(0));
    put(database, {make_insert("t-2", "t")}, at(1));
    const auto first = good(database.claim(at(2), allow({"slack_0"}))).at(0);
    CHECK(first.notification.thread_key.empty());
    CHECK(first.notification.thread_subject.empty());
    good(database.record_attempts({delivered("t-1", "ts-1")}));
    const auto second = good(database.claim(at(3), allow({"slack_0"}))).at(0);
    CHECK(second.key == "t-2");
    CHECK(second.notification.thread_key == "t-1");
    CHECK(second.notification.thread_remote == "ts-1");
    CHECK(second.notification.thread_subject == "Subject of t-1");
    good(database.record_attempts({delivered("t-2", "ts-2")}));
    CHECK(good(database.threads({"t"}))[0].root_remote == "ts-1");
}

TEST_CASE("answers are recorded together, and all or none of them") {
    auto database = Database::in_memory();
    put(database, {make_insert("a", "1"), make_insert("b", "2")});
    claim(database);
    CHECK_FALSE(database.record_attempts({delivered("a"), delivered("unknown")}));
    CHECK(good(database.counts()).outbox_sending == 2);

    auto minimal = failed("b", OutboxState::retry_wait, at(4));
    minimal.verdict = Verdict::permanent_message;
    minimal.minimal = true;
    good(database.record_attempts({delivered("a", "ts"), minimal}));
    const auto a = row_of(database, "a");
    CHECK(a.state == OutboxState::delivered);
    CHECK(a.delivered_at == at(1));
    CHECK(a.remote_id == "ts");
    CHECK(a.detail == "200 ok");
    const auto b = good(database.claim(at(4), allow({"slack_0"}))).at(0);
    CHECK(b.minimal);
    CHECK(b.notification.minimal);
    CHECK(b.last_verdict == Verdict::permanent_message);
}

TEST_CASE("after a crash rows that were under way are free, ambiguous and marked") {
    auto database = Database::in_memory();
    put(database, {make_insert("a", "1"), make_insert("b", "2"), make_insert("c", "3")});
    claim(database);
    good(database.record_attempts(
        {failed("b", OutboxState::retry_wait, at(1'000'000)), delivered("c")}
    ));
    CHECK(good(database.recover_outbox(at(20), 600s)) == 1);
    const auto a = row_of(database, "a");
    CHECK(a.state == OutboxState::retry_wait);
    CHECK(a.was_sending);
    CHECK(a.last_verdict == Verdict::ambiguous);
    CHECK(row_of(database, "b").not_before == at(620));
    CHECK_FALSE(row_of(database, "b").was_sending);
    CHECK(row_of(database, "c").state == OutboxState::delivered);

    const auto again = good(database.claim(at(20), allow({"slack_0"}))).at(0);
    CHECK(again.key == "a");
    CHECK(again.was_sending);
    CHECK(again.attempts == 2);
    good(database.record_attempts({delivered("a")}));
    CHECK_FALSE(row_of(database, "a").was_sending);
}

TEST_CASE("dead rows come back by key or by receiver, as new ones") {
    auto database = Database::in_memory();
    put(database, {make_insert("a", "1"), make_insert("b", "2"), make_insert("c", "3")});
    claim(database);
    auto dead = failed("a", OutboxState::dead);
    dead.minimal = true;
    good(database.record_attempts({dead, failed("b", OutboxState::dead), delivered("c")}));
    CHECK(good(database.counts()).outbox_dead == 2);
    CHECK(good(database.retry_dead("nobody", at(50))) == 0);
    CHECK(good(database.retry_dead("a", at(50))) == 1);
    CHECK(good(database.retry_dead("desk", at(60))) == 1);
    const auto rows = good(database.claim(at(60), allow({"slack_0"})));
    CHECK(keys(rows) == Keys{"a", "b"});
    CHECK(rows[0].attempts == 1);
    CHECK_FALSE(rows[0].minimal);
    CHECK(rows[0].created_at == at(0));
}

TEST_CASE("a paused target's rows can be hurried") {
    auto database = Database::in_memory();
    put(database, {make_insert("a", "1"), make_insert("other", "2", "mail")});
    claim(database, at(0), {"slack_0", "mail"});
    good(database.record_attempts(
        {failed("a", OutboxState::retry_wait, at(900)),
         failed("other", OutboxState::retry_wait, at(900))}
    ));
    CHECK(good(database.hurry("slack_0", at(5))) == 1);
    CHECK(claim(database, at(5), {"slack_0", "mail"}) == Keys{"a"});
}

TEST_CASE("rows of a slow target are tied to one digest and end with it") {
    auto database = Database::in_memory();
    for (int i = 0; i < 4; ++i)
        put(database, {make_insert("k-" + std::to_string(i), "t" + std::to_string(i))}, at(i));
    put(database, {make_insert("k-follow", "t1")}, at(5));
    CHECK(keys(good(database.claim(at(9), allow({"slack_0"}, 1)))) == Keys{"k-0"});
    CHECK(good(database.waiting(at(9), "slack_0", false)) == 4);
    CHECK(good(database.waiting(at(2), "slack_0", false)) == 2);
    const auto queued = good(database.queued(at(9), "slack_0", false, 3));
    REQUIRE(keys(queued) == Keys{"k-1", "k-2", "k-3"});
    CHECK(queued[0].state == OutboxState::pending);

    auto digest = make_insert("digest", "digest-thread");
    digest.thread_subject = "3 alerts";
    good(database.merge(digest, keys(queued), at(9)));
    CHECK(good(database.waiting(at(9), "slack_0", false)) == 2);  // the digest and the follow-up
    CHECK(row_of(database, "k-1").merged_into == "digest");
    CHECK(claim(database, at(9)) == Keys{"digest"});
    CHECK(claim(database, at(9)).empty());
    CHECK(good(database.recover_outbox(at(10), 600s)) == 2);
    CHECK(claim(database, at(10)) == Keys{"k-0", "digest"});

    SECTION("delivered: with its remote id, and follow-ups follow the digest") {
        good(database.record_attempts({delivered("digest", "ts-9")}));
        for (const auto* key : {"k-1", "k-2", "k-3"}) {
            CHECK(row_of(database, key).state == OutboxState::delivered);
            CHECK(row_of(database, key).remote_id == "ts-9");
        }
        const auto follow = good(database.claim(at(11), allow({"slack_0"}))).at(0);
        CHECK(follow.key == "k-follow");
        CHECK(follow.notification.thread_key == "digest");
        CHECK(follow.notification.thread_remote == "ts-9");
        CHECK(follow.notification.thread_subject == "3 alerts");
    }
    SECTION("dead: and they come back with it, not beside it") {
        good(database.record_attempts({failed("digest", OutboxState::dead), delivered("k-0")}));
        CHECK(row_of(database, "k-2").state == OutboxState::dead);
        CHECK(claim(database, at(11)) == Keys{"k-follow"});
        CHECK(good(database.retry_dead("desk", at(20))) == 1);
        CHECK(row_of(database, "k-2").state == OutboxState::pending);
        CHECK(claim(database, at(20)) == Keys{"digest"});
        good(database.record_attempts({delivered("digest")}));
        CHECK(row_of(database, "k-2").state == OutboxState::delivered);
    }
}

TEST_CASE("a row that was tried or tied already joins no digest") {
    auto database = Database::in_memory();
    put(database, {make_insert("a", "1"), make_insert("b", "2")});
    good(database.claim(at(0), allow({"slack_0"}, 1)));
    good(database.record_attempts({failed("a", OutboxState::retry_wait, at(0))}));
    CHECK(keys(good(database.queued(at(0), "slack_0", false, 10))) == Keys{"b"});
    CHECK_FALSE(database.merge(make_insert("digest", "d"), {"a", "b"}, at(0)));
    CHECK(good(database.outbox(OutboxFilter{})).size() == 2);
    good(database.merge(make_insert("digest", "d"), {"b"}, at(0)));
    CHECK_FALSE(database.merge(make_insert("digest-2", "d2"), {"b"}, at(0)));
}

TEST_CASE("a digest takes rows of one thread together, but none whose forerunner stays behind") {
    auto database = Database::in_memory();
    put(database, {make_insert("x-1", "x")}, at(0));
    good(database.claim(at(0), allow({"slack_0"})));
    put(database, {make_insert("x-2", "x"), make_insert("y-1", "y")}, at(1));
    put(database, {make_insert("y-2", "y")}, at(2));
    CHECK(keys(good(database.queued(at(3), "slack_0", false, 10))) == Keys{"y-1", "y-2"});
}

TEST_CASE("the outbox is listed newest first, by receiver and state") {
    auto database = Database::in_memory();
    put(database, {make_insert("a", "1")}, at(0));
    auto other = make_insert("b", "2", "mail");
    other.notification.receiver = "night";
    put(database, {other}, at(1));
    claim(database, at(1));
    CHECK(keys(good(database.outbox(OutboxFilter{}))) == Keys{"b", "a"});
    OutboxFilter filter;
    filter.receiver = "desk";
    CHECK(keys(good(database.outbox(filter))) == Keys{"a"});
    filter.state = OutboxState::pending;
    CHECK(good(database.outbox(filter)).empty());
    filter = OutboxFilter{};
    filter.limit = 1;
    CHECK(keys(good(database.outbox(filter))) == Keys{"b"});

    const auto counts = good(database.counts());
    CHECK(counts.outbox_sending == 1);
    CHECK(counts.outbox_pending == 1);
    CHECK(counts.outbox_oldest_at == at(0));
}

TEST_CASE("targets are remembered") {
    auto database = Database::in_memory();
    TargetRecord target;
    target.target = "slack_0";
    target.receiver = "desk";
    target.paused_at = at(0);
    target.reason = "404 no_service";
    target.probe_at = at(900);
    good(database.record_target(target));
    target.paused_at = std::nullopt;
    target.override_url = "https://new.example/";
    good(database.record_target(target));
    const auto targets = good(database.targets());
    REQUIRE(targets.size() == 1);
    CHECK_FALSE(targets[0].paused_at);
    CHECK(targets[0].receiver == "desk");
    CHECK(targets[0].reason == "404 no_service");
    CHECK(targets[0].probe_at == at(900));
    CHECK(targets[0].override_url == "https://new.example/");
}

TEST_CASE("a claim among 100,000 waiting rows touches only what it takes", "[large]") {
    auto database = Database::in_memory();
    std::vector<OutboxInsert> inserts;
    for (int i = 0; i < 100'000; ++i) {
        const auto n = std::to_string(i);
        inserts.push_back(make_insert("k" + n, "t" + n, i % 2 == 0 ? "slack_0" : "mail"));
    }
    put(database, std::move(inserts));
    for (int round = 0; round < 100; ++round)
        CHECK(good(database.claim(at(1), allow({"slack_0", "mail"}, 5))).size() == 10);
}
