#pragma once

#include <array>
#include <cstdio>
#include <filesystem>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

#include "base/check.hpp"

namespace spokeswatch::testing {

// A packed or YAML file of the recorded suites as plain lines or JSON: `script` is Python that
// reads the file named by sys.argv[1].
inline std::string through_python(const std::string& script, const std::filesystem::path& file) {
    const std::string command = "python3 -c '" + script + "' '" + file.string() + "'";
    std::FILE* pipe = popen(command.c_str(), "r");
    check(pipe != nullptr, "python3 does not start");
    std::string output;
    std::array<char, 65536> buffer{};
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe))
        output.append(buffer.data(), size);
    check(pclose(pipe) == 0, "a recorded suite cannot be read");
    return output;
}

inline std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) lines.push_back(std::move(line));
    return lines;
}

// How many rows of a suite pass, and for which reason the others do not.
class PassRate {
  public:
    explicit PassRate(std::string suite) : suite_(std::move(suite)) {}

    void pass() { ++rows_, ++passed_; }
    void fail(const std::string& reason) { ++rows_, ++reasons_[reason]; }
    [[nodiscard]] std::size_t passed() const { return passed_; }
    [[nodiscard]] std::size_t rows() const { return rows_; }
    [[nodiscard]] std::size_t failed(const std::string& reason) const {
        const auto found = reasons_.find(reason);
        return found == reasons_.end() ? 0 : found->second;
    }

    void print() const {
        std::printf("%s: %zu of %zu\n", suite_.c_str(), passed_, rows_);
        for (const auto& [reason, count] : reasons_)
            std::printf("    %zu %s\n", count, reason.c_str());
    }

  private:
    std::string suite_;
    std::size_t rows_ = 0, passed_ = 0;
    std::map<std::string, std::size_t> reasons_;
};

}  // namespace spokeswatch::testing
