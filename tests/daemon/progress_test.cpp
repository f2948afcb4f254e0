#include "daemon/progress.hpp"

#include <cstdlib>
#include <functional>
#include <string>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

using namespace spokeswatch;
using namespace std::chrono_literals;

namespace {

// What `job` writes to stderr while stderr is `writer`; `reader` is the other end.
std::string said(int reader, int writer, const std::function<void()>& job) {
    const int before = dup(STDERR_FILENO);
    REQUIRE(dup2(writer, STDERR_FILENO) == STDERR_FILENO);
    job();
    dup2(before, STDERR_FILENO);
    close(before);
    std::string text;
    pollfd ready{reader, POLLIN, 0};
    char buffer[4096];
    while (poll(&ready, 1, 0) == 1 && (ready.revents & POLLIN) != 0) {
        const ssize_t count = read(reader, buffer, sizeof buffer);
        if (count <= 0) break;
        text.append(buffer, static_cast<std::size_t>(count));
    }
    close(reader);
    close(writer);
    return text;
}

std::string said_to_a_pipe(const std::function<void()>& job) {
    int ends[2];
    REQUIRE(pipe(ends) == 0);
    return said(ends[0], ends[1], job);
}

std::string said_to_a_terminal(const std::function<void()>& job) {
    const int ours = posix_openpt(O_RDWR | O_NOCTTY);
    REQUIRE(ours >= 0);
    REQUIRE(grantpt(ours) == 0);
    REQUIRE(unlockpt(ours) == 0);
    const int theirs = open(ptsname(ours), O_RDWR | O_NOCTTY);
    REQUIRE(theirs >= 0);
    return said(ours, theirs, job);
}

void count_to(std::size_t total, std::chrono::milliseconds quiet) {
    ProgressBar bar("backtest", total, quiet);
    for (std::size_t done = 1; done <= total; ++done)
        bar.update(done, rate_text(done, done, total, 1));
}

}  // namespace

TEST_CASE("a long job says a line each 10 % where stderr is no terminal") {
    std::string expected;
    for (int percent = 10; percent <= 100; percent += 10)
        expected += "backtest: " + std::to_string(percent) + " %\n";
    CHECK(said_to_a_pipe([] { count_to(1000, 0ms); }) == expected);
    CHECK(said_to_a_pipe([] {
              count_to(3, 0ms);
          }) == "backtest: 30 %\nbacktest: 60 %\nbacktest: 100 %\n");
}

TEST_CASE("a terminal sees a bar with rate and time left, which goes at the end") {
    const std::string text = said_to_a_terminal([] { count_to(10, 0ms); });
    CHECK(text.find("[###...........................] 1/s, 9s left") != std::string::npos);
    CHECK(text.find('\n') == std::string::npos);
    CHECK(text.substr(text.size() - 4) == "\r\x1b[K");
}

TEST_CASE("what is over soon shows no progress") {
    CHECK(said_to_a_pipe([] { count_to(1000, 1h); }).empty());
    CHECK(said_to_a_terminal([] { count_to(1000, 1h); }).empty());
}

TEST_CASE("rate and time left follow from what is done") {
    CHECK(rate_text(50'000, 25, 100, 2.5) == "20000/s, 8s left");
    CHECK(rate_text(0, 0, 100, 1).empty());
}
