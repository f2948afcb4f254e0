#include "base/log.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <optional>
#include <regex>

#include <boost/json/parse.hpp>
#include <catch2/catch.hpp>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/utf8.hpp"
#include "tests/support/fixtures.hpp"

using namespace spokeswatch;

namespace {

// What `act` writes to file descriptor 2. No Catch2 assertion inside: its report goes elsewhere.
template <typename Act>
std::string stderr_of(const Act& act) {
    const testing::TempDir folder;
    const std::string path = folder.path() / "stderr";
    const int file = open(path.c_str(), O_CREAT | O_WRONLY, 0600);
    const int saved = dup(STDERR_FILENO);
    dup2(file, STDERR_FILENO);
    act();
    dup2(saved, STDERR_FILENO);
    close(saved);
    close(file);
    return testing::read_file(path);
}

// A /run of this process alone, as root or in a user namespace.
bool make_private_run() {
    if (unshare(CLONE_NEWNS) != 0) {
        const std::string map = "0 " + std::to_string(getuid()) + " 1";
        if (unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
        std::ofstream("/proc/self/uid_map") << map;
    }
    return mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
           mount("tmpfs", "/run", "tmpfs", 0, nullptr) == 0;
}

// The datagram that `act` sends to the journal, in a child that has a journal's socket of its own.
// nullopt: the machine does not allow such a child.
template <typename Act>
std::optional<std::string> journal_entry_of(const Act& act) {
    int ends[2] = {};
    REQUIRE(pipe(ends) == 0);
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        if (!make_private_run()) _exit(0);
        std::filesystem::create_directories("/run/systemd/journal");
        const int journal = socket(AF_UNIX, SOCK_DGRAM, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::string_view("/run/systemd/journal/socket").copy(address.sun_path, 100);
        if (bind(journal, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) _exit(0);
        act();
        char buffer[4096];
        const ssize_t size = recv(journal, buffer, sizeof buffer, MSG_DONTWAIT);
        if (size > 0 && write(ends[1], buffer, static_cast<std::size_t>(size)) != size) _exit(1);
        _exit(size > 0 ? 2 : 1);
    }
    close(ends[1]);
    char buffer[4096];
    const ssize_t size = read(ends[0], buffer, sizeof buffer);
    close(ends[0]);
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return std::nullopt;
    return std::string(buffer, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
}

bool has_field(const std::string& entry, const std::string& line) {
    return ("\n" + entry).find("\n" + line + "\n") != std::string::npos;
}

// Back to what the program has before log_setup.
struct PlainLog {
    ~PlainLog() { log_setup(LogLevel::info, LogFormat::text); }
};

}  // namespace

TEST_CASE("a text line is time, level, message and fields") {
    const PlainLog restore;
    log_setup(LogLevel::info, LogFormat::text);
    const std::string line = stderr_of([] {
        log_warn("poll failed", {{"source", "mfa"}, {"attempt", 2}, {"error", "rate_limited"}});
    });
    CHECK(std::regex_match(
        line,
        std::regex(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z warn  poll failed source=mfa )"
                   R"(attempt=2 error=rate_limited\n)")
    ));
}

TEST_CASE("a value that would end or break a text line is quoted and escaped") {
    const PlainLog restore;
    log_setup(LogLevel::info, LogFormat::text);
    const std::string line = stderr_of([] {
        log_info("read", {{"url", "a\" rule=b\n\x1b[31m"}, {"note", ""}, {"group", "x\\\" y=z"}});
    });
    CHECK(
        line.find(R"(url="a\" rule=b\n\x1b[31m" note="" group="x\\\" y=z")") != std::string::npos
    );
    CHECK(std::count(line.begin(), line.end(), '\n') == 1);
    CHECK(line.find('\x1b') == std::string::npos);
}

TEST_CASE("a JSON line is one object that holds any value and keeps numbers") {
    const PlainLog restore;
    log_setup(LogLevel::debug, LogFormat::json);
    const std::string hostile = "\"}\n{\"a\":\"\\ \x01 \xff визит\u2028";
    const std::string line = stderr_of([&] {
        log_debug(
            "read",
            {{"note", hostile},
             {"count", 3},
             {"share", 0.5},
             {"odd", std::numeric_limits<double>::quiet_NaN()},
             {"late", true}}
        );
    });
    REQUIRE(std::count(line.begin(), line.end(), '\n') == 1);
    const auto object = boost::json::parse(line).as_object();
    CHECK(object.at("level") == "debug");
    CHECK(object.at("message") == "read");
    CHECK(std::string(object.at("note").as_string()) == repair_utf8(hostile));
    CHECK(object.at("count") == 3);
    CHECK(object.at("share").is_double());
    CHECK(object.at("odd") == "nan");
    CHECK(object.at("late") == true);
    CHECK(object.at("time").as_string().ends_with("Z"));
}

TEST_CASE("what is below the level is not written") {
    const PlainLog restore;
    log_setup(LogLevel::error, LogFormat::text);
    const std::string lines = stderr_of([] {
        log_debug("one");
        log_info("two");
        log_warn("three");
        log_error("four");
    });
    CHECK(lines.find("four") != std::string::npos);
    CHECK(std::count(lines.begin(), lines.end(), '\n') == 1);
}

TEST_CASE("without a journal the journal's format is text") {
    if (access("/run/systemd/journal/socket", F_OK) == 0) {
        WARN("a journal listens on this machine: the fallback is not tested here");
        return;
    }
    const PlainLog restore;
    log_setup(LogLevel::info, LogFormat::journal);
    const std::string line = stderr_of([] { log_info("started", {{"config", "a.yml"}}); });
    CHECK(line.ends_with("Z info  started config=a.yml\n"));
}

TEST_CASE("the journal gets the line as its message and every field by its own name") {
    const auto received = journal_entry_of([] {
        log_setup(LogLevel::info, LogFormat::journal);
        log_warn("poll failed", {{"source", "mfa"}, {"attempt", 2}, {"note", "a\nMESSAGE=b"}});
    });
    if (!received) {
        std::cerr << "no private mount namespace here: the journal's fields are not tested\n";
        return;
    }
    CHECK(has_field(*received, "MESSAGE=poll failed source=mfa attempt=2 note=\"a\\nMESSAGE=b\""));
    CHECK(has_field(*received, "PRIORITY=4"));
    CHECK(has_field(*received, "SYSLOG_IDENTIFIER=spokeswatch"));
    CHECK(has_field(*received, "SPOKESWATCH_SOURCE=mfa"));
    CHECK(has_field(*received, "SPOKESWATCH_ATTEMPT=2"));
    CHECK(has_field(*received, "SPOKESWATCH_NOTE=a\\nMESSAGE=b"));
}

TEST_CASE("hostile bytes become printable") {
    CHECK(printable("визит 国事") == "визит 国事");
    CHECK(printable("a\nb\tc\rd\x7f") == R"(a\nb\tc\x0dd\x7f)");
    CHECK(printable("\u009b31m") == R"(\x9b31m)");
    CHECK(printable("\u202Eevil\u2069\u2028") == R"(\u202eevil\u2069\u2028)");
    CHECK(printable("\xff\xd0") == "\uFFFD\uFFFD");
    CHECK(printable("C:\\ \"x\"") == "C:\\ \"x\"");
}

TEST_CASE("a long text is cut between characters and marked") {
    CHECK(printable("abcdef", 6) == "abcdef");
    CHECK(printable("abcdefg", 6) == "abcdef…");
    CHECK(printable("国事访问", 7) == "国事…");
    CHECK(printable("ab\n", 3) == "ab…");
    CHECK(printable(std::string(100'000, 'x')) == std::string(1024, 'x') + "…");
    CHECK(printable(std::string(100'000, '\xff')).size() <= 1024 + 3);
}

TEST_CASE("the names of levels and formats are read back") {
    CHECK(parse_log_level("debug") == LogLevel::debug);
    CHECK(parse_log_level("info") == LogLevel::info);
    CHECK(parse_log_level("warn") == LogLevel::warn);
    CHECK(parse_log_level("error") == LogLevel::error);
    CHECK_FALSE(parse_log_level("verbose"));
    CHECK(parse_log_format("text") == LogFormat::text);
    CHECK(parse_log_format("json") == LogFormat::json);
    CHECK(parse_log_format("journal") == LogFormat::journal);
    CHECK_FALSE(parse_log_format("xml"));
}
