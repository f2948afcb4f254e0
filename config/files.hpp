#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "config/yaml_tree.hpp"

namespace spokeswatch {

// One file of the configuration.
struct ConfigFile {
    std::filesystem::path path;
    std::filesystem::path folder;  // relative paths in it start here
    unsigned mode = 0;             // permission bits
    bool rules_only = false;       // named by `rule_files`: rules and concepts, nothing else
    bool apart = false;            // read_apart()
    std::unique_ptr<YamlTree> tree;
};

// A regular file of at most `bytes_max` bytes; never waits on a pipe or device.
struct ReadFile {
    std::optional<std::string> bytes;
    std::string problem;  // "no such file", "permission denied", ...: empty when `bytes` is set
    int error = 0;        // errno, where the system refused
    unsigned mode = 0;
    std::uint64_t device = 0, inode = 0;
    std::string owner;  // "root:root"
};
ReadFile read_regular_file(const std::filesystem::path& path, std::size_t bytes_max);

// Reads the main file and all that its `include` and `rule_files` name, each file once. A file
// that cannot be read or parsed is reported and left out; the others are read all the same.
class Files {
  public:
    explicit Files(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

    void read_all(const std::filesystem::path& main_file);

    // Reads a file for its rules and concepts alone, whatever else it holds or names.
    void read_apart(const std::filesystem::path& path);

    [[nodiscard]] const std::vector<std::unique_ptr<ConfigFile>>& documents() const {
        return documents_;
    }
    // The document that a value stands in.
    [[nodiscard]] const ConfigFile& of(const Span& span) const;
    // False when a file is missing from documents(): names may be defined where nobody looked.
    [[nodiscard]] bool complete() const { return complete_; }

  private:
    struct Naming {
        Span span;  // the item that names the file; empty for the main file
        bool rules_only = false;
    };
    void read(const std::filesystem::path& path, const Naming& naming);
    void add(const std::filesystem::path& path, ReadFile file, const Naming& naming, bool apart);
    void follow(const ConfigFile& document);
    void follow_list(const ConfigFile& document, Yaml list, bool rules_only);
    void follow_pattern(
        const ConfigFile& document, const std::string& pattern, const Naming& naming
    );
    void report_unreadable(
        const std::filesystem::path& path, const Naming& naming, const std::string& why
    );

    Diagnostics& diagnostics_;
    std::vector<std::unique_ptr<ConfigFile>> documents_;
    std::map<const SourceText*, const ConfigFile*> by_text_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, bool> seen_;  // device and inode
    bool complete_ = true;
};

// Files that a pattern with `*`, `?` or `[` fits, by name; without such signs the path itself.
std::vector<std::filesystem::path> files_fitting(const std::filesystem::path& pattern);
bool is_test_file(const std::filesystem::path& path);

// Relative to the working directory where that is shorter.
std::string shown_path(const std::filesystem::path& path);

}  // namespace spokeswatch
