#include "config/explanations.hpp"

#include <algorithm>
#include <vector>

#include "base/ascii.hpp"
#include "config/diagnostic.hpp"
#include "config/explanations_tables.hpp"

namespace spokeswatch {

namespace {

std::string indented(std::string_view text) {
    std::string out;
    while (text.starts_with('\n')) text.remove_prefix(1);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        out += "    " + visible_text(std::string(text.substr(0, end))) + '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

// Lines of at most 78 characters.
std::string wrapped(std::string_view text) {
    constexpr std::size_t width = 78;
    std::string out;
    std::size_t column = 0;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(' '), text.size());
        if (column > 0 && column + 1 + end > width) {
            out += '\n';
            column = 0;
        }
        if (column > 0) {
            out += ' ';
            ++column;
        }
        out += text.substr(0, end);
        column += end;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out + '\n';
}

}  // namespace

std::span<const Explanation> explanations() {
    static const std::vector<Explanation> all = [] {
        std::vector<Explanation> out;
        for (const auto part : {explained_syntax(), explained_errors(), explained_lint()})
            out.insert(out.end(), part.begin(), part.end());
        return out;
    }();
    return all;
}

const Explanation* explanation_of(std::string_view code) {
    const std::string wanted = ascii_lower(code);
    const auto all = explanations();
    const auto found = std::find_if(all.begin(), all.end(), [&wanted](const Explanation& e) {
        return ascii_lower(e.code) == wanted;
    });
    return found == all.end() ? nullptr : &*found;
}

std::string explained(const Explanation& explanation) {
    std::string out =
        std::string(explanation.code) + ": " + std::string(explanation.title) + "\n\n";
    out += wrapped(explanation.meaning) + "\nwrong:\n" + indented(explanation.wrong);
    out += "\nright:\n" + indented(explanation.right) + '\n' + wrapped(explanation.advice);
    return out;
}

}  // namespace spokeswatch
