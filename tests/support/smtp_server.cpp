#include "tests/support/smtp_server.hpp"

#include <array>
#include <cstdlib>
#include <fstream>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/check.hpp"

extern char** environ;

namespace spokeswatch::testing {

SmtpServer::SmtpServer(std::vector<std::string> arguments) {
    // Debian's interpreter: another python3 in PATH does not see Debian's modules.
    std::vector<std::string> words{
        "/usr/bin/python3",
        std::string(SPOKESWATCH_SOURCE_DIR) + "/tests/support/smtp_server.py",
        "--out",
        (folder_.path() / "messages").string()};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> raw;
    for (std::string& word : words) raw.push_back(word.data());
    raw.push_back(nullptr);

    std::array<int, 2> ends{};
    check(pipe2(ends.data(), O_CLOEXEC) == 0, "no pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    const int failure = posix_spawn(&process_, raw[0], &actions, nullptr, raw.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    check(failure == 0, "the mail server was not started");

    std::string line;
    char c = 0;
    while (read(ends[0], &c, 1) == 1 && c != '\n') line += c;
    close(ends[0]);
    port_ = static_cast<std::uint16_t>(std::atoi(line.c_str()));
    check(port_ != 0, "the mail server did not say its port");
}

SmtpServer::~SmtpServer() {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
}

std::vector<std::string> SmtpServer::messages() const {
    std::vector<std::string> lines;
    std::ifstream in(folder_.path() / "messages");
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    return lines;
}

}  // namespace spokeswatch::testing
