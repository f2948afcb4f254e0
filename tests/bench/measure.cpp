#include "tests/bench/measure.hpp"

#include <algorithm>
#include <array>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace spokeswatch::testing {

namespace {

double seconds_of(const rusage& usage) {
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

double cpu_seconds() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return seconds_of(usage);
}

void measure(std::vector<Candidate>& candidates, int rounds) {
    for (int round = 0; round < rounds; ++round) {
        for (Candidate& candidate : candidates) {
            const double start = cpu_seconds();
            const Work done = candidate.work();
            candidate.found = done.found;
            candidate.seconds.push_back(done.cpu_s < 0 ? cpu_seconds() - start : done.cpu_s);
        }
    }
    for (Candidate& candidate : candidates) std::ranges::sort(candidate.seconds);
}

double run_program(const std::vector<std::string>& command, std::string& out) {
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) return -1;
    const pid_t child = fork();
    if (child < 0) return -1;
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        std::vector<char*> words;
        for (const std::string& word : command) words.push_back(const_cast<char*>(word.c_str()));
        words.push_back(nullptr);
        execvp(words[0], words.data());
        _exit(127);
    }
    close(ends[1]);
    out.clear();
    std::array<char, 65536> buffer{};
    for (ssize_t got = 0; (got = read(ends[0], buffer.data(), buffer.size())) > 0;)
        out.append(buffer.data(), static_cast<std::size_t>(got));
    close(ends[0]);
    int status = 0;
    rusage usage{};
    if (wait4(child, &status, 0, &usage) != child || !WIFEXITED(status)) return -1;
    return WEXITSTATUS(status) == 127 ? -1 : seconds_of(usage);
}

}  // namespace spokeswatch::testing
