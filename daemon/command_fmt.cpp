#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/files.hpp"
#include "config/format.hpp"
#include "config/yaml_tree.hpp"
#include "daemon/commands.hpp"
#include "daemon/exit_codes.hpp"
#include "daemon/input.hpp"

namespace spokeswatch {

namespace {

namespace fs = std::filesystem;

bool write_all(int file, const std::string& bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
        const ssize_t count = write(file, bytes.data() + at, bytes.size() - at);
        if (count < 0 && errno != EINTR) return false;
        if (count > 0) at += static_cast<std::size_t>(count);
    }
    return true;
}

// A new file with the owner and mode of the old one takes its place in one step, so that a reload
// or a crash in between finds one of the two whole.
bool replace_file(const fs::path& path, const std::string& bytes) {
    struct stat old {};
    if (stat(path.c_str(), &old) != 0) return false;
    const fs::path beside = path.string() + ".fmt-new";
    const int file = open(
        beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR
    );
    if (file < 0) return false;
    bool good = write_all(file, bytes) && fchmod(file, old.st_mode & 07777U) == 0;
    // Only root may give a file away; the mode is set again because a new owner clears parts of it.
    if (good && (geteuid() == 0 || old.st_gid != getegid()))
        good =
            fchown(file, geteuid() == 0 ? old.st_uid : static_cast<uid_t>(-1), old.st_gid) == 0 &&
            fchmod(file, old.st_mode & 07777U) == 0;
    good = good && fsync(file) == 0;
    int failure = good ? 0 : errno;
    if (close(file) != 0 && failure == 0) failure = errno;
    if (failure == 0 && rename(beside.c_str(), path.c_str()) == 0) return true;
    if (failure == 0) failure = errno;
    unlink(beside.c_str());
    errno = failure;
    return false;
}

int format_one(const std::string& name, const FmtOptions& options) {
    const bool standard_input = name == "-";
    std::string bytes;
    if (standard_input) {
        auto read = read_input(name);
        if (!read) return exit_no_input;
        bytes = std::move(*read);
    } else {
        ReadFile read = read_regular_file(name, yaml_bytes_max);
        if (!read.bytes) {
            std::cerr << "spokeswatch: cannot read " << name << ": " << read.problem << '\n';
            return exit_no_input;
        }
        bytes = std::move(*read.bytes);
    }
    Diagnostics diagnostics;
    const std::string shown = standard_input ? "standard input" : name;
    const auto formatted = format_config(shown, bytes, diagnostics);
    if (!formatted) {
        std::cerr << render(diagnostics, DiagnosticFormat::human);
        return exit_config;
    }
    const bool changed = *formatted != bytes;
    if (options.check) {
        if (changed) std::cout << shown << '\n';
        return changed ? exit_no : exit_ok;
    }
    if (!options.write) {
        std::cout << *formatted;
        return exit_ok;
    }
    std::error_code failure;
    const fs::path real = fs::canonical(name, failure);  // a link stays a link
    if (!changed || (!failure && replace_file(real, *formatted))) return exit_ok;
    const char* const why = std::strerror(failure ? failure.value() : errno);
    std::cerr << "spokeswatch: cannot write " << name << ": " << why << '\n';
    return exit_io;
}

}  // namespace

int run_fmt(const CommonOptions& common, FmtOptions options) {
    if (options.files.empty()) options.files.push_back(common.config_file.string());
    int worst = exit_ok;
    for (const std::string& file : options.files) {
        if (file == "-" && options.write) {
            std::cerr << "spokeswatch: --write needs files, standard input is none\n";
            return exit_usage;
        }
        worst = std::max(worst, format_one(file, options));
    }
    return worst;
}

}  // namespace spokeswatch
