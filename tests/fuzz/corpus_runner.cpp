#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

#include "tests/fuzz/fuzz.hpp"

namespace {

namespace fs = std::filesystem;

constexpr std::size_t cut_bytes_max = 4096;  // longer files are run whole only

void run(const std::vector<std::uint8_t>& bytes, std::size_t size) {
    // A copy of just that size, so that reading behind the end is seen by a sanitizer.
    const std::vector<std::uint8_t> input(
        bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)
    );
    LLVMFuzzerTestOneInput(input.data(), input.size());
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t files = 0;
    for (int i = 1; i < argc; ++i) {
        std::vector<fs::path> paths;
        for (const auto& entry : fs::directory_iterator(argv[i])) paths.push_back(entry.path());
        std::sort(paths.begin(), paths.end());
        for (const fs::path& path : paths) {
            std::ifstream in(path, std::ios::binary);
            const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(in), {}};
            std::cout << path.string() << std::endl;  // flushed: the last one is the culprit
            run(bytes, bytes.size());
            for (std::size_t size = 0; size < bytes.size() && bytes.size() <= cut_bytes_max; ++size)
                run(bytes, size);
            ++files;
        }
    }
    if (files == 0) std::cerr << "no corpus\n";
    return files == 0 ? 1 : 0;
}
