#include "config/files.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.hpp"
#include "config/codes.hpp"
#include "config/reader.hpp"

namespace spokeswatch {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t files_max = 4096;

std::string owner_of(const struct stat& status) {
    const passwd* user = getpwuid(status.st_uid);
    const group* members = getgrgid(status.st_gid);
    return (user != nullptr ? user->pw_name : std::to_string(status.st_uid)) + ':' +
           (members != nullptr ? members->gr_name : std::to_string(status.st_gid));
}

std::string words_of(int error) {
    switch (error) {
        case ENOENT:
        case ENOTDIR:
            return "no such file";
        case EACCES:
        case EPERM:
            return "permission denied";
        case ELOOP:
            return "too many symbolic links";
        default:
            return std::strerror(error);
    }
}

bool is_pattern(const std::string& text) { return text.find_first_of("*?[") != text.npos; }

}  // namespace

bool is_test_file(const fs::path& path) { return path.string().ends_with(".test.yml"); }

std::vector<fs::path> files_fitting(const fs::path& pattern) {
    std::vector<fs::path> out;
    if (!is_pattern(pattern.string())) {
        out.push_back(pattern);
        return out;
    }
    glob_t found{};
    if (glob(pattern.c_str(), GLOB_NOSORT, nullptr, &found) == 0) {
        for (std::size_t i = 0; i < found.gl_pathc; ++i) out.emplace_back(found.gl_pathv[i]);
    }
    globfree(&found);
    // By bytes: the order must not hang on the locale of who starts the program.
    std::sort(out.begin(), out.end());
    return out;
}

std::string shown_path(const fs::path& path) {
    std::error_code failure;
    const fs::path relative = path.lexically_relative(fs::current_path(failure));
    if (failure || relative.empty() || *relative.begin() == "..") return path.string();
    return relative.string();
}

ReadFile read_regular_file(const fs::path& path, std::size_t bytes_max) {
    ReadFile out;
    const auto refuse = [&out](int error) {
        out.error = error;
        out.problem = words_of(error);
        return out;
    };
    struct stat status {};
    if (stat(path.c_str(), &status) == 0) {
        out.mode = status.st_mode & 07777U;
        out.owner = owner_of(status);
    }
    // Without O_NONBLOCK the open of a named pipe would wait for a writer that never comes.
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) return refuse(errno);
    std::string bytes;
    int failure = 0;
    if (fstat(file, &status) != 0) {
        failure = errno;
    } else if (!S_ISREG(status.st_mode)) {
        out.problem = S_ISDIR(status.st_mode) ? "it is a directory" : "it is not a regular file";
    } else {
        out.device = status.st_dev;
        out.inode = status.st_ino;
        std::array<char, 65536> buffer{};
        while (bytes.size() <= bytes_max) {
            const ssize_t count = ::read(file, buffer.data(), buffer.size());
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) failure = errno;
            if (count <= 0) break;
            bytes.append(buffer.data(), static_cast<std::size_t>(count));
        }
        if (bytes.size() > bytes_max)
            out.problem = "it is larger than " + std::to_string(bytes_max / 1024) + " KiB";
    }
    close(file);
    if (failure != 0) return refuse(failure);
    if (out.problem.empty()) out.bytes = std::move(bytes);
    return out;
}

void Files::read_all(const fs::path& main_file) { read(fs::absolute(main_file), Naming{}); }

const ConfigFile& Files::of(const Span& span) const {
    const auto found = by_text_.find(span.file.get());
    check(found != by_text_.end(), "a value stands in no file");
    return *found->second;
}

void Files::report_unreadable(const fs::path& path, const Naming& naming, const std::string& why) {
    complete_ = false;
    if (naming.span.file) {
        Diagnostic& fault =
            diagnostics_.error(code::unreadable, naming.span, "cannot read this file: " + why);
        fault.label = shown_path(path);
        std::error_code failure;
        if (fs::is_directory(path, failure))
            fault.helps.push_back(
                "to read all files in it, write " + cited(path.filename().string() + "/*.yml")
            );
        return;
    }
    auto nothing = std::make_shared<SourceText>();
    nothing->path = shown_path(path);
    diagnostics_.error(
        code::unreadable, Span{nothing, 1, 1, 1}, "cannot read the configuration file: " + why
    );
}

void Files::read(const fs::path& path, const Naming& naming) {
    ReadFile file = read_regular_file(path, yaml_bytes_max);
    if (!file.bytes) return report_unreadable(path, naming, file.problem);
    // A file that two patterns name is one file; one that includes itself ends here too.
    if (!seen_.emplace(std::pair(file.device, file.inode), true).second) return;
    add(path, std::move(file), naming, false);
}

void Files::read_apart(const fs::path& path) {
    ReadFile file = read_regular_file(path, yaml_bytes_max);
    if (!file.bytes) return report_unreadable(path, Naming{}, file.problem);
    add(fs::absolute(path), std::move(file), Naming{}, true);
}

void Files::add(const fs::path& path, ReadFile file, const Naming& naming, bool apart) {
    if (documents_.size() >= files_max)
        return report_unreadable(path, naming, "too many files, the limit is 4096");

    auto document = std::make_unique<ConfigFile>();
    document->path = path.lexically_normal();
    document->folder = document->path.parent_path();
    document->mode = file.mode;
    document->rules_only = naming.rules_only;
    document->apart = apart;
    document->tree =
        YamlTree::parse(shown_path(document->path), std::move(*file.bytes), diagnostics_);
    if (!document->tree) {
        complete_ = false;
        return;
    }
    by_text_[document->tree->file().get()] = document.get();
    documents_.push_back(std::move(document));
    if (!apart) follow(*documents_.back());
}

void Files::follow(const ConfigFile& document) {
    const Yaml root = document.tree->root();
    if (!root.is_map() || document.rules_only) return;
    for (std::size_t i = 0; i < root.size(); ++i) {
        const std::string key = root.key(i).text();
        if (key == "include" || key == "rule_files")
            follow_list(document, root.value(i), key == "rule_files");
    }
}

void Files::follow_list(const ConfigFile& document, Yaml list, bool rules_only) {
    if (list.is_empty()) return;
    Reader reader(diagnostics_);
    const auto patterns = reader.texts_of(list, rules_only ? "`rule_files`" : "`include`");
    if (!patterns) return;
    for (const auto& pattern : *patterns) {
        const Naming naming{pattern.span, rules_only};
        if (pattern.value.empty())
            diagnostics_.error(code::empty, pattern.span, "an empty text names no file");
        else
            follow_pattern(document, pattern.value, naming);
    }
}

void Files::follow_pattern(
    const ConfigFile& document, const std::string& pattern, const Naming& naming
) {
    const fs::path path = document.folder / pattern;
    if (!is_pattern(pattern)) {
        if (naming.rules_only && is_test_file(path)) {
            diagnostics_
                .error(code::place, naming.span, cited(pattern) + " is a file of tests, not rules")
                .label = "name the file that holds the rules";
            return;
        }
        return read(path, naming);
    }
    bool any = false;
    for (const fs::path& found : files_fitting(path)) {
        if (naming.rules_only && is_test_file(found)) continue;
        any = true;
        read(found, naming);
    }
    if (!any) diagnostics_.warning(code::no_files, naming.span, "no file fits this pattern");
}

}  // namespace spokeswatch
