#include "daemon/input.hpp"

#include <cerrno>
#include <cstring>
#include <iostream>
#include <sstream>
#include <utility>

#include "base/clock.hpp"
#include "daemon/normalise.hpp"

namespace spokeswatch {

std::optional<std::string> read_input(const std::string& file) {
    std::ostringstream out;
    if (file == "-") {
        out << std::cin.rdbuf();
        return std::move(out).str();
    }
    std::ifstream in(file, std::ios::binary);
    if (!in || !(in.peek() != EOF || in.eof())) {
        std::cerr << "spokeswatch: cannot read " << file << ": " << std::strerror(errno) << '\n';
        return std::nullopt;
    }
    in.clear();
    out << in.rdbuf();
    return std::move(out).str();
}

LineReader::LineReader(const std::string& file) : standard_input_(file == "-") {
    if (standard_input_) return;
    file_.open(file, std::ios::binary);
    good_ = file_.good();
    if (!good_) {
        std::cerr << "spokeswatch: cannot read " << file << ": " << std::strerror(errno) << '\n';
    }
}

bool LineReader::next(std::string& line) {
    std::istream& in = standard_input_ ? std::cin : file_;
    while (std::getline(in, line)) {
        ++number_;
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (line.find_first_not_of(" \t") != std::string::npos) return true;
    }
    return false;
}

std::optional<Statement> read_statement(
    const std::string& line, std::size_t number, bool normalised
) {
    StatementInput input = statement_from_json(line);
    if (input.statement && !input.text_given && !input.html_given) {
        input.problem = "a statement needs `text` or `html`";
    }
    if (!input.problem.empty() || !input.statement) {
        std::cerr << "line " << number << ": " << input.problem << '\n';
        return std::nullopt;
    }
    if (normalised)
        normalise(*input.statement);
    else
        take_text_from_html(*input.statement);
    return std::move(input.statement);
}

std::optional<Time> time_option(const std::string& option, const std::string& text) {
    std::optional<Time> time = parse_time(text);
    if (const auto ago = parse_duration(text)) time = SystemClock().now() - *ago;
    if (!time)
        std::cerr << "spokeswatch: " << option
                  << " is a duration (2d) or a time (2023-03-17T09:00:00Z)\n";
    return time;
}

void name_by_line(Statement& statement, std::size_t number) {
    if (statement.native_id.empty()) statement.native_id = "line-" + std::to_string(number);
}

SourceInfo source_info(const Snapshot& snapshot, const std::string& name) {
    const auto found = snapshot.sources.find(name);
    if (found != snapshot.sources.end()) return found->second;
    SourceInfo info;
    info.name = name;
    return info;
}

}  // namespace spokeswatch
