#include <fstream>

#include <catch2/catch.hpp>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/schema.hpp"
#include "tests/store/raw.hpp"
#include "tests/store/support.hpp"
#include "tests/support/fixtures.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

unsigned mode_of(const std::filesystem::path& path) {
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    return status.st_mode & 0777U;
}

std::string refusal(Result<Database> result) {
    REQUIRE_FALSE(result);
    CHECK(result.error().kind == ErrorKind::storage);
    return result.error().message;
}

// Runs `work` in a child process that may not write outside of its own; true when it returned true.
template <typename Work>
bool as_nobody(Work work) {
    const pid_t child = ::fork();
    if (child == 0) {
        const bool dropped = ::setgid(65534) == 0 && ::setuid(65534) == 0;
        ::_exit(dropped && work() ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

TEST_CASE("a new store is made with mode 0640 in a directory that is made with 0700") {
    const TempDir directory;
    const auto path = directory.path() / "state" / "store.db";
    const auto mask = ::umask(0);
    good(good(Database::open(path)).commit(make_alert_ingest("a")));
    ::umask(mask);
    CHECK(mode_of(path) == 0640);
    CHECK(mode_of(path.parent_path()) == 0700);
    CHECK(run_sql(path, "PRAGMA journal_mode") == "wal");
    CHECK(run_sql(path, "PRAGMA user_version") == std::to_string(schema_version()));
}

TEST_CASE("what is stored is there after the store was closed and opened again") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    good(good(Database::open(path)).commit(make_alert_ingest("a")));
    auto database = good(Database::open(path));
    CHECK(good(database.alert("alert-a")));
    CHECK(good(database.source("mfa"))->cursor.knows("statement-a"));
    CHECK(good(database.due_groups(at(0), 10)).size() == 1);
}

TEST_CASE("a directory whose parent is missing is not made") {
    const TempDir directory;
    CHECK_THAT(
        refusal(Database::open(directory.path() / "not" / "mounted" / "store.db")),
        Catch::Contains("cannot create the directory") && Catch::Contains("No such file")
    );
}

TEST_CASE("a directory in the place of the store is refused by name") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    std::filesystem::create_directory(path);
    CHECK_THAT(refusal(Database::open(path)), Catch::Contains("is a directory"));
    CHECK_THAT(refusal(Database::open_read_only(path)), Catch::Contains("is a directory"));
}

TEST_CASE("a store that is not there cannot be read") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    CHECK_THAT(refusal(Database::open_read_only(path)), Catch::Contains("No such file"));
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a file that is no database is refused and left as it is") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    const std::string text(4096, 'x');
    std::ofstream(path) << text;
    CHECK_THAT(refusal(Database::open(path)), Catch::Contains("file is not a database"));
    CHECK_THAT(refusal(Database::open_read_only(path)), Catch::Contains("file is not a database"));
    CHECK(read_file(path) == text);
}

TEST_CASE("a database of another program is refused") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    run_sql(path, "CREATE TABLE bookmarks (url TEXT)");
    CHECK_THAT(refusal(Database::open(path)), Catch::Contains("another program"));
    CHECK(run_sql(path, "SELECT count(*) FROM sqlite_master") == "1");
}

TEST_CASE("a store of a newer program is refused with a sentence that says so") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    good(Database::open(path));
    run_sql(path, "PRAGMA user_version = 99");
    const auto sentence = refusal(Database::open(path));
    CHECK_THAT(sentence, Catch::Contains("schema version 99"));
    CHECK_THAT(sentence, Catch::Contains("newer spokeswatch"));
    CHECK_THAT(refusal(Database::open_read_only(path)), Catch::Contains("schema version 99"));
}

TEST_CASE("an empty file becomes a store, but not for a reader") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    std::ofstream{path};
    CHECK_THAT(refusal(Database::open_read_only(path)), Catch::Contains("is empty"));
    good(Database::open(path));
    good(Database::open_read_only(path));
}

TEST_CASE("a store that is in use is refused to a second process and free again afterwards") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    {
        auto database = good(Database::open(path));
        CHECK_THAT(refusal(Database::open(path)), Catch::Contains("is in use"));
        good(database.commit(make_alert_ingest("a")));
    }
    good(Database::open(path));
}

TEST_CASE("a reader works beside a writer, sees each commit, and cannot write") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    auto writer = good(Database::open(path));
    auto reader = good(Database::open_read_only(path));
    CHECK(good(reader.counts()).alerts == 0);
    good(writer.commit(make_alert_ingest("a")));
    CHECK(good(reader.counts()).alerts == 1);
    good(reader.verify_chain());
    const auto refused = reader.commit(make_alert_ingest("b"));
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().message, Catch::Contains("reading only"));
    good(writer.commit(make_alert_ingest("b")));
    good(writer.checkpoint());
    CHECK(good(reader.counts()).alerts == 2);
}

TEST_CASE("a reader works while the daemon is down, with and without a log left behind") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    const auto copy = directory.path() / "copy.db";
    {
        auto writer = good(Database::open(path));
        good(writer.commit(make_alert_ingest("a")));
        // What a killed daemon leaves: the log was not written back.
        std::filesystem::copy(path, copy);
        std::filesystem::copy(path.string() + "-wal", copy.string() + "-wal");
    }
    CHECK(good(good(Database::open_read_only(path)).counts()).alerts == 1);
    CHECK(good(good(Database::open_read_only(copy)).counts()).alerts == 1);
}

TEST_CASE("a reader that may not write to the directory works too") {
    if (::geteuid() != 0) {
        WARN("skipped: only root can become another user");
        return;
    }
    const TempDir directory;
    const auto path = directory.path() / "strange ?%# name.db";
    {
        auto writer = good(Database::open(path));
        good(writer.commit(make_alert_ingest("a")));
    }
    ::chmod(path.c_str(), 0644);
    ::chmod(directory.path().c_str(), 0755);
    CHECK(as_nobody([&] {
        auto reader = Database::open_read_only(path);
        return reader && good(reader->counts()).alerts == 1;
    }));
    ::chmod(path.c_str(), 0600);
    CHECK(as_nobody([&] {
        auto reader = Database::open_read_only(path);
        return !reader && reader.error().message.find("Permission denied") != std::string::npos;
    }));
}

TEST_CASE("a damaged page is an error of the store and no crash") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    {
        auto database = good(Database::open(path));
        for (int i = 0; i < 50; ++i)
            good(database.commit(make_alert_ingest(std::to_string(i), at(i))));
    }
    const auto whole = read_file(path);
    int refused = 0;
    for (std::size_t page = 4096; page + 4096 <= whole.size(); page += 4096) {
        auto damaged = whole;
        for (std::size_t i = 0; i < 64; ++i) damaged[page + i] = '\xa5';
        std::ofstream(path, std::ios::binary | std::ios::trunc) << damaged;
        auto database = Database::open(path);
        if (!database) continue;
        if (!database->verify_chain()) ++refused;
        static_cast<void>(database->counts());
        static_cast<void>(database->due_groups(at(100), 100));
        static_cast<void>(database->alerts(AlertFilter{}));
        static_cast<void>(database->commit(make_alert_ingest("after")));
    }
    CHECK(refused > 0);
}

TEST_CASE("a row of the outbox that cannot be read is dead and holds nothing up") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    auto database = good(Database::open(path));
    put(database, {make_insert("a", "1"), make_insert("b", "2")});
    run_sql(path, "UPDATE outbox SET payload = '{' WHERE key = 'a'");
    CHECK(keys(good(database.claim(at(0), allow({"slack_0"})))) == std::vector<std::string>{"b"});
    const auto rows = good(database.outbox(OutboxFilter{"desk", OutboxState::dead, 10}));
    REQUIRE(keys(rows) == std::vector<std::string>{"a"});
    CHECK_THAT(rows[0].detail, Catch::Contains("damaged"));
}

TEST_CASE("a statement that cannot be read back holds no alert up") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    auto database = good(Database::open(path));
    good(database.commit(make_alert_ingest("a")));
    good(database.commit(make_alert_ingest("b")));
    run_sql(path, "UPDATE revision SET body = '{' WHERE id = 1");
    const auto groups = good(database.due_groups(at(0), 10));
    REQUIRE(groups.size() == 2);
    const auto& evidence = groups[0].members[0].alert.alert.evidence;
    REQUIRE(evidence.size() == 1);
    CHECK(evidence[0].native_id == "statement-a");
    CHECK(evidence[0].source == "mfa");
    CHECK_THAT(evidence[0].text, Catch::Contains("cannot be read back"));
    CHECK(good(database.revisions(key("statement-a")))[0].statement.native_id == "statement-a");
}

TEST_CASE("a statement from an impossible year goes through the store and the outbox") {
    auto database = Database::in_memory();
    auto ingest = make_alert_ingest("a");
    ingest.revisions[0].statement.published_at = Time::max();
    good(database.commit(ingest));
    auto insert = make_insert("k", "a");
    insert.notification.alerts[0] = good(database.due_groups(at(0), 10))[0].members[0].alert;
    put(database, {insert});
    CHECK(keys(good(database.claim(at(0), allow({"slack_0"})))) == std::vector<std::string>{"k"});
}

TEST_CASE("the store proves that it is alive") {
    auto database = Database::in_memory();
    good(database.probe(at(0)));
    good(database.probe(at(1)));
    CHECK_FALSE(database.broken());
}
