#pragma once

#include <cstddef>
#include <filesystem>
#include <vector>

namespace spokeswatch::testing {

struct Options {
    std::vector<std::size_t> sizes{1'000, 10'000, 100'000, 1'000'000};  // phrases
    std::filesystem::path corpus;  // NDJSON with `text`; empty: generated
    std::filesystem::path json;    // results go there, too
    std::size_t statements = 20'000;
    int rounds = 5;
    bool programs = true;  // rg and grep beside us
};

// Each prints a table.
void bench_match(const Options& options);
void bench_store(const Options& options);

}  // namespace spokeswatch::testing
