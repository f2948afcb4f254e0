#include <random>
#include <sstream>

#include <catch2/catch.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/store/raw.hpp"
#include "tests/store/support.hpp"
#include "tests/support/fixtures.hpp"

using namespace spokeswatch;
using namespace spokeswatch::testing;

namespace {

// Starts the child, reads `acknowledged_max` numbers, kills it at once, and returns the last number
// that was acknowledged, with what was still in the pipe.
int commit_until_killed(const std::string& path, int first, int acknowledged_max) {
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        ::dup2(ends[1], STDOUT_FILENO);
        ::close(ends[0]);
        ::close(ends[1]);
        const std::string program = SPOKESWATCH_BINARY_DIR "/tests/store/store_crash_child";
        ::execl(
            program.c_str(),
            program.c_str(),
            path.c_str(),
            std::to_string(first).c_str(),
            static_cast<char*>(nullptr)
        );
        ::_exit(127);
    }
    ::close(ends[1]);
    std::string said;
    char bytes[256];
    bool killed = false;
    for (;;) {
        const auto size = ::read(ends[0], bytes, sizeof bytes);
        if (size <= 0) break;
        said.append(bytes, static_cast<std::size_t>(size));
        if (!killed && std::count(said.begin(), said.end(), '\n') >= acknowledged_max) {
            ::kill(child, SIGKILL);
            killed = true;
        }
    }
    ::close(ends[0]);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(killed);
    CHECK(WIFSIGNALED(status));
    int last = first - 1;
    std::istringstream lines(said);
    for (int number = 0; lines >> number;) {
        CHECK(number == last + 1);
        last = number;
    }
    return last;
}

}  // namespace

TEST_CASE("30 kills at random points: what was acknowledged is stored, whole and once") {
    const TempDir directory;
    const auto path = directory.path() / "store.db";
    std::mt19937 random(std::random_device{}());
    std::uniform_int_distribution<int> batches(1, 40);
    int acknowledged = 0;
    for (int kill = 0; kill < 30; ++kill) {
        acknowledged = commit_until_killed(path, acknowledged + 1, batches(random));
        CHECK(run_sql(path, "PRAGMA integrity_check") == "ok");
    }

    auto database = good(Database::open(path));
    good(database.verify_chain());
    const auto counts = good(database.counts());
    CHECK(counts.alerts >= acknowledged);
    CHECK(counts.alerts <= acknowledged + 1);
    CHECK(counts.statements == counts.alerts);
    CHECK(counts.stories == counts.alerts);
    CHECK(counts.groups_waiting == counts.alerts);
    for (int number = 1; number <= acknowledged; ++number) {
        const auto alert = good(database.alert("alert-" + std::to_string(number)));
        REQUIRE(alert);
        CHECK(alert->alert.evidence.size() == 1);
    }
}
