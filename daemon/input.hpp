#pragma once

#include <fstream>
#include <optional>
#include <string>

#include "daemon/snapshot.hpp"
#include "model/statement.hpp"

namespace spokeswatch {

// A whole file, or standard input for "-". What is wrong goes to stderr.
std::optional<std::string> read_input(const std::string& file);

// Lines of a file, or of standard input for "-"; empty ones are skipped.
class LineReader {
  public:
    explicit LineReader(const std::string& file);
    [[nodiscard]] bool good() const { return good_; }  // false: said why on stderr
    bool next(std::string& line);
    [[nodiscard]] std::size_t number() const { return number_; }

  private:
    std::ifstream file_;
    bool standard_input_ = false;
    bool good_ = true;
    std::size_t number_ = 0;
};

// A statement of `match` and `replay`. A line that is none is reported on stderr with its number
// and gives nothing. `normalised`: for more than rules, which find tags and mentions themselves.
std::optional<Statement> read_statement(
    const std::string& line, std::size_t number, bool normalised = true
);

// "2d" ago, or a time; nullopt for anything else, which is reported on stderr as `option`.
std::optional<Time> time_option(const std::string& option, const std::string& text);

// Names a statement that has no id after its place, so that no two are taken for one.
void name_by_line(Statement& statement, std::size_t number);

// The configured source of this name, else one that has only the name.
SourceInfo source_info(const Snapshot& snapshot, const std::string& name);

}  // namespace spokeswatch
