#include "base/task_scope.hpp"

#include <csignal>
#include <stdexcept>
#include <string>

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "tests/support/run.hpp"

using namespace spokeswatch;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

awaitable<void> count_up(int& count) {
    ++count;
    co_return;
}

awaitable<void> sleep(Clock& clock, Duration duration, int& woken) {
    co_await clock.sleep_for(duration);
    ++woken;
}

awaitable<void> sleep_for_ever(Clock& clock) {
    for (;;) co_await clock.sleep_for(1h);
}

awaitable<void> spawn_another(TaskScope& scope, int& count) {
    scope.spawn("second", count_up(count));
    co_return;
}

awaitable<void> fail() {
    throw std::runtime_error("broken");
    co_return;
}

}  // namespace

TEST_CASE("join returns when every task has ended, those that tasks spawned included") {
    asio::io_context io;
    TaskScope scope(io.get_executor());
    int count = 0;
    scope.spawn("first", count_up(count));
    scope.spawn("spawns", spawn_another(scope, count));
    CHECK(scope.size() == 2);
    testing::run(io, scope.join());
    CHECK(count == 2);
    CHECK(scope.size() == 0);
    testing::run(io, scope.join());
}

TEST_CASE("cancel ends tasks that would wait for ever, and join waits for them") {
    asio::io_context io;
    SystemClock system;
    ManualClock manual{Time{}};
    TaskScope scope(io.get_executor());
    int woken = 0;
    scope.spawn("system", sleep_for_ever(system));
    scope.spawn("manual", sleep_for_ever(manual));
    scope.spawn("once", sleep(system, 1h, woken));
    io.poll();
    CHECK(scope.size() == 3);
    scope.cancel();
    testing::run(io, scope.join());
    CHECK(scope.size() == 0);
    CHECK(woken == 0);
    CHECK_FALSE(manual.next_wake());
}

TEST_CASE("a task spawned after cancel is cancelled at once") {
    asio::io_context io;
    SystemClock clock;
    TaskScope scope(io.get_executor());
    scope.cancel();
    scope.spawn("late", sleep_for_ever(clock));
    testing::run(io, scope.join());
    CHECK(scope.size() == 0);
}

TEST_CASE("a task that ends before its cancellation arrives does no harm") {
    asio::io_context io;
    TaskScope scope(io.get_executor());
    int count = 0;
    scope.spawn("quick", count_up(count));
    scope.cancel();  // outside of the loop: Asio queues it behind the task
    scope.cancel();
    testing::run(io, scope.join());
    CHECK(count <= 1);
    CHECK(scope.size() == 0);
}

TEST_CASE("an exception that is no cancellation ends the process with a line in the log") {
    int ends[2] = {};
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        std::signal(SIGABRT, SIG_DFL);  // Catch2's handler would report to the same output
        asio::io_context io;
        TaskScope scope(io.get_executor());
        scope.spawn("poller mfa", fail());
        io.run();
        _exit(0);
    }
    close(ends[1]);
    std::string lines;
    char buffer[512];
    for (ssize_t count = 0; (count = read(ends[0], buffer, sizeof buffer)) > 0;)
        lines.append(buffer, static_cast<std::size_t>(count));
    close(ends[0]);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    CHECK(WIFSIGNALED(status));
    CHECK(WTERMSIG(status) == SIGABRT);
    CHECK(lines.find("task=\"poller mfa\" error=broken") != std::string::npos);
}
