#include <map>

#include <catch2/catch.hpp>

#include "tests/store/raw.hpp"
#include "tests/store/support.hpp"
#include "tests/support/fixtures.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

// The disk under SQLite, made to fail at the n-th write or sync.

namespace {

struct Faults {
    int writes_left = -1;  // negative: all
    int syncs_left = -1;
    int write_answer = SQLITE_FULL;
    bool happened = false;
};
Faults faults;

// One patched copy for each kind of file (the database locks, its log does not); writing and
// syncing are the same for all.
std::map<const sqlite3_io_methods*, sqlite3_io_methods> patched;
const sqlite3_io_methods* real_methods = nullptr;
sqlite3_vfs* real_vfs = nullptr;

int failing_write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    if (faults.writes_left == 0) {
        faults.happened = true;
        return faults.write_answer;
    }
    if (faults.writes_left > 0) --faults.writes_left;
    return real_methods->xWrite(file, data, size, offset);
}

int failing_sync(sqlite3_file* file, int flags) {
    if (faults.syncs_left == 0) {
        faults.happened = true;
        return SQLITE_IOERR_FSYNC;
    }
    if (faults.syncs_left > 0) --faults.syncs_left;
    return real_methods->xSync(file, flags);
}

int failing_open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    const int result = real_vfs->xOpen(real_vfs, name, file, flags, out_flags);
    if (result != SQLITE_OK) return result;
    real_methods = file->pMethods;
    auto& methods = patched[real_methods];
    methods = *real_methods;
    methods.xWrite = failing_write;
    methods.xSync = failing_sync;
    file->pMethods = &methods;
    return result;
}

// SQLite's default file system for as long as it lives.
class FailingDisk {
  public:
    FailingDisk() {
        real_vfs = sqlite3_vfs_find(nullptr);
        vfs_ = *real_vfs;
        vfs_.zName = "failing";
        vfs_.xOpen = failing_open;
        sqlite3_vfs_register(&vfs_, 1);
        faults = Faults{};
    }
    ~FailingDisk() {
        sqlite3_vfs_unregister(&vfs_);
        sqlite3_vfs_register(real_vfs, 1);
    }
    FailingDisk(const FailingDisk&) = delete;
    FailingDisk& operator=(const FailingDisk&) = delete;

  private:
    sqlite3_vfs vfs_{};
};

// One scenario of everything that writes; stops at the first refusal.
bool scenario(Database& database) {
    if (!database.commit(make_alert_ingest("new"))) return false;
    GroupFlush flush;
    flush.group_id = "group-new";
    flush.notifications = {make_insert("k", "new")};
    flush.now = at(0);
    auto groups = database.due_groups(at(0), 10);
    if (!groups) return false;
    for (const auto& group : *groups)
        if (group.group_id == flush.group_id) flush.member_ids = group.members[0].member_ids;
    if (!database.flush(flush)) return false;
    if (!database.claim(at(0), allow({"slack_0"}))) return false;
    return database.record_attempts({delivered("k")}).has_value();
}

}  // namespace

TEST_CASE("a full disk at any write loses nothing, and the store works when there is space") {
    int points = 0;
    for (int n = 0;; ++n) {
        const FailingDisk disk;
        const TempDir directory;
        auto database = good(Database::open(directory.path() / "store.db"));
        good(database.commit(make_alert_ingest("old")));
        faults.writes_left = n;
        const bool clean = scenario(database);
        faults.writes_left = -1;
        if (clean && !faults.happened) break;
        ++points;
        INFO("write " << n);
        CHECK_FALSE(database.broken());
        CHECK(good(database.alert("alert-old")));
        good(database.verify_chain());
        // Space returns: the same work goes on where it stopped.
        if (!good(database.alert("alert-new"))) REQUIRE(scenario(database));
        good(database.commit(make_alert_ingest("later")));
        good(database.verify_chain());
        CHECK(good(database.counts()).alerts == 3);
    }
    CHECK(points > 10);
}

TEST_CASE("after a failed sync the store is broken, and what was acknowledged is there") {
    int points = 0;
    for (int n = 0;; ++n) {
        const TempDir directory;
        const auto path = directory.path() / "store.db";
        bool clean = false;
        {
            const FailingDisk disk;
            auto database = good(Database::open(path));
            good(database.commit(make_alert_ingest("old")));
            faults.syncs_left = n;
            clean = scenario(database);
            faults.syncs_left = -1;
            if (!clean) {
                INFO("sync " << n);
                CHECK(database.broken());
                // Nothing is tried again, though the disk would work now.
                CHECK_FALSE(database.commit(make_alert_ingest("later")));
                CHECK_FALSE(database.counts());
                CHECK_FALSE(database.checkpoint());
            }
        }
        if (clean) break;
        ++points;
        auto database = good(Database::open(path));
        CHECK_FALSE(database.broken());
        CHECK(good(database.alert("alert-old")));
        CHECK_FALSE(good(database.alert("alert-later")));
        good(database.verify_chain());
        CHECK(run_sql(path, "PRAGMA integrity_check") == "ok");
    }
    CHECK(points >= 4);
}

TEST_CASE("a write that the disk refuses breaks the store as well") {
    const FailingDisk disk;
    const TempDir directory;
    auto database = good(Database::open(directory.path() / "store.db"));
    faults.writes_left = 0;
    faults.write_answer = SQLITE_IOERR_WRITE;
    CHECK_FALSE(database.commit(make_alert_ingest("a")));
    CHECK(database.broken());
    faults.writes_left = -1;
}

TEST_CASE("a migration that fails at any write leaves a store that the next start completes") {
    int points = 0;
    for (int n = 0;; ++n) {
        const FailingDisk disk;
        const TempDir directory;
        const auto path = directory.path() / "store.db";
        faults.writes_left = n;
        const bool opened = Database::open(path).has_value();
        faults.writes_left = -1;
        if (opened && !faults.happened) break;
        ++points;
        INFO("write " << n);
        auto database = good(Database::open(path));
        good(database.commit(make_alert_ingest("a")));
    }
    CHECK(points > 5);
}
