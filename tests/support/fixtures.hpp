#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace spokeswatch::testing {

// Reads a whole file; fails the process when it is not there.
std::string read_file(const std::filesystem::path& path);

// tests/fixtures/<name> of this project.
std::filesystem::path fixture(const std::string& name);

// The folder of recorded payloads that lies beside a checkout of the authors: nullopt (and one line
// on stderr that says so) when it is not there. Tests over it are an addition, never the only
// proof.
std::optional<std::filesystem::path> shared_fixtures(const std::string& name);

// A fresh empty directory, removed when the object goes.
class TempDir {
  public:
    TempDir();
    ~TempDir();
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace spokeswatch::testing
