#include "config/terms_file.hpp"

#include <algorithm>

#include "config/codes.hpp"
#include "config/lint_terms.hpp"
#include "config/source_text.hpp"
#include "config/yaml_scan.hpp"

namespace spokeswatch {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view blanks = " \t\r";

std::string_view trimmed(std::string_view line) {
    const std::size_t first = line.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return line.substr(first, line.find_last_not_of(blanks) + 1 - first);
}

// Whether `path`, symbolic links followed, stands in `folder` or below.
bool is_below(const fs::path& path, const fs::path& folder) {
    std::error_code failure;
    const fs::path real = fs::weakly_canonical(path, failure);
    if (failure) return false;
    const fs::path top = fs::weakly_canonical(folder, failure);
    if (failure) return false;
    return std::mismatch(top.begin(), top.end(), real.begin(), real.end()).first == top.end();
}

class TermLines {
  public:
    TermLines(TermsFile& into, Diagnostics& diagnostics)
        : into_(into), bytes_(into.file->bytes), places_(into.file), diagnostics_(diagnostics) {}

    bool read() {
        into_.starts.reserve(
            static_cast<std::size_t>(std::count(bytes_.begin(), bytes_.end(), '\n')) + 1
        );
        for (std::size_t at = 0; at < bytes_.size() && !full_;) {
            const std::size_t end = std::min(bytes_.find('\n', at), bytes_.size());
            const std::string_view term = trimmed(bytes_.substr(at, end - at));
            if (!term.empty() && term[0] != '#') line(term);
            at = end + 1;
        }
        into_.starts.shrink_to_fit();
        return good_;
    }

  private:
    void line(std::string_view term) {
        const auto start = static_cast<std::size_t>(term.data() - bytes_.data());
        if (into_.starts.size() >= terms_file_terms_max) {
            refuse(start, 1, "the file holds more than 4,000,000 terms", "");
            full_ = true;
        } else if (term.size() > term_bytes_max) {
            refuse(start, 1, "a term is at most 1,024 bytes long", "one term stands on a line");
        } else if (term.starts_with("- ") || term == "-") {
            refuse(start, 1, "a terms file is no YAML list", "remove the `-`: one term a line");
        } else if (good_term(term, start)) {
            into_.starts.push_back(static_cast<std::uint32_t>(start));
        }
    }

    // Copies nothing of a term that needs no second look: that is nearly all of a million.
    bool good_term(std::string_view term, std::size_t start) {
        const bool prefix = term.find('*') != std::string_view::npos;
        if (!prefix && !needs_lint(term)) return true;
        const Located<std::string> located{std::string(term), places_.at(start, term.size())};
        if (prefix && !check_term(located, diagnostics_)) return good_ = false;
        lint_term(located, into_.lang, diagnostics_);
        return true;
    }

    void refuse(std::size_t start, std::size_t length, const char* message, const char* label) {
        diagnostics_.error(code::term_line, places_.at(start, length), message).label = label;
        good_ = false;
    }

    TermsFile& into_;
    std::string_view bytes_;
    Places places_;
    Diagnostics& diagnostics_;
    bool good_ = true, full_ = false;
};

}  // namespace

std::string_view TermsFile::term(std::size_t i) const {
    const std::string_view bytes = file->bytes;
    const std::size_t start = starts[i];
    return trimmed(bytes.substr(start, bytes.find('\n', start) - start));
}

bool read_terms_file(Loading& loading, Yaml path, TermsFile& into) {
    Diagnostics& diagnostics = loading.diagnostics;
    const fs::path file = path_from(loading, path);
    const ConfigFile& document = loading.files.of(path.span());
    if (document.rules_only && !is_below(file, document.folder)) {
        diagnostics
            .error(code::place, path.span(), "a rule file cannot name a file outside its folder")
            .label = "put the terms into the folder of the rules";
        return false;
    }
    ReadFile read = read_regular_file(file, terms_file_bytes_max);
    if (!read.bytes) {
        diagnostics.error(code::unreadable, path.span(), "cannot read this file: " + read.problem)
            .label = shown_path(file);
        return false;
    }
    into.file = read_source_text(
        shown_path(file), std::move(*read.bytes), diagnostics, terms_file_bytes_max
    );
    if (!into.file || !TermLines(into, diagnostics).read()) return false;
    loading.config.files.push_back(file.string());
    if (!into.starts.empty()) return true;
    diagnostics.error(code::empty, path.span(), "this file holds no term").label = shown_path(file);
    return false;
}

}  // namespace spokeswatch
