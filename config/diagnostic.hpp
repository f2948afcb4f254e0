#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace spokeswatch {

// One configuration file as it was read; diagnostics show its lines.
struct SourceText {
    std::string path;   // as shown to people: relative to the working directory where shorter
    std::string bytes;  // valid UTF-8, without a byte order mark
    // Half-open byte ranges that hold a secret: shown as ***.
    std::vector<std::pair<std::size_t, std::size_t>> hidden{};
};

// A place in a file. Lines and columns count from 1; columns and lengths are code points.
struct Span {
    std::shared_ptr<const SourceText> file;
    std::size_t line = 0;
    std::size_t column = 0;
    std::size_t length = 1;
};

// A value and where it stands.
template <typename T>
struct Located {
    T value{};
    Span span;
};

enum class Level { error, warning };

// One fault, as people see it. It cannot be made without a position; of a value that was made in
// memory, as an override of the command line is, that is the first character of "(no file)".
struct Diagnostic {
    Diagnostic(Level l, std::string c, Span s, std::string m);

    Level level;
    // SW10x syntax, SW11x values, SW12x names, SW13x terms, SW14x secrets, SW2xx lint
    std::string code;
    Span span;
    std::string message;  // `unknown key `cooldwon` in rule `x``
    std::string label;    // beside the caret: "did you mean `cooldown`?"
    struct Secondary {
        Span span;
        std::string label;
    };
    std::vector<Secondary> secondary;  // ::: other places
    std::vector<std::string> notes;    // = note:
    std::vector<std::string> helps;    // = help:
};

// What was found, in the order of finding. Beyond `kept_max` faults are only counted.
class Diagnostics {
  public:
    static constexpr std::size_t kept_max = 10'000;
    // From here on nobody reads suggestions, and a hostile file must not make us look for them.
    static constexpr std::size_t suggested_max = 100;

    // The fault is filled in by the caller, at once: the next call may move it.
    Diagnostic& error(std::string code, Span span, std::string message);
    Diagnostic& warning(std::string code, Span span, std::string message);
    [[nodiscard]] bool has_errors() const { return errors_ > 0; }
    [[nodiscard]] std::size_t errors() const { return errors_; }
    [[nodiscard]] std::size_t warnings() const { return warnings_; }
    // From now on every warning counts as an error: `--strict`.
    void warnings_as_errors();
    [[nodiscard]] bool suggests() const { return errors_ + warnings_ <= suggested_max; }
    [[nodiscard]] const std::vector<Diagnostic>& all() const { return all_; }

  private:
    Diagnostic& add(Diagnostic fault);

    std::vector<Diagnostic> all_;
    std::optional<Diagnostic> dropped_;
    std::size_t errors_ = 0, warnings_ = 0;
};

enum class DiagnosticFormat { human, short_lines, json, github };

// human: rustc's layout, the first 20 faults and a count; caret under the right terminal cell.
// short: one line a fault, `file:line:col: error[SW101]: message; hint`.
// json: a list of objects, for programs (docs/configuration.md tells their members).
// github: workflow commands that annotate a pull request.
// Errors come before warnings, so that the limit hides no error; each in order of file and place.
// Control and invisible characters are shown as <U+200B>, but for json; secrets as ***.
std::string render(const Diagnostics& diagnostics, DiagnosticFormat format);

// The text with control and invisible characters as <U+200B>, which no terminal obeys.
std::string visible_text(std::string_view text);

// `text` in backquotes, cut when it is long: how messages cite what stands in a file.
std::string cited(std::string_view text);

// Nearest of `candidates` by edit distance <= max(1, length / 3) (code points, case folded for
// ASCII; two neighbours swapped are one edit); empty when none is near.
std::string nearest(const std::string& word, const std::vector<std::string>& candidates);

}  // namespace spokeswatch
