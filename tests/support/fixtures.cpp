#include "tests/support/fixtures.hpp"

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "base/check.hpp"

namespace spokeswatch::testing {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        std::cerr << "cannot read " << path << '\n';
        check(false, "a test file is missing");
    }
    std::ostringstream out;
    out << in.rdbuf();
    return std::move(out).str();
}

fs::path fixture(const std::string& name) {
    return fs::path(SPOKESWATCH_SOURCE_DIR) / "tests" / "fixtures" / name;
}

std::optional<fs::path> shared_fixtures(const std::string& name) {
    fs::path path = fs::path(SPOKESWATCH_SOURCE_DIR).parent_path() / "shared" / "fixtures" / name;
    if (fs::exists(path)) return path;
    std::cerr << "recorded payloads are not here (" << name << "): this part is left out\n";
    return std::nullopt;
}

TempDir::TempDir() {
    std::string pattern = (fs::temp_directory_path() / "spokeswatch-XXXXXX").string();
    check(mkdtemp(pattern.data()) != nullptr, "mkdtemp failed");
    path_ = pattern;
}

TempDir::~TempDir() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

}  // namespace spokeswatch::testing
