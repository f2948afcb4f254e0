#include "config/diagnostic.hpp"

#include <algorithm>

#include "base/utf8.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t suggested_word_max = 128;
constexpr std::size_t quoted_max = 60;

std::u32string folded(const std::string& word) {
    std::u32string out;
    const std::string valid = repair_utf8(word);
    for (std::size_t at = 0; at < valid.size();) {
        char32_t c = next_code_point(valid, at);
        if (c >= U'A' && c <= U'Z') c += U'a' - U'A';
        out += c;
    }
    return out;
}

// Optimal string alignment distance.
std::size_t distance(const std::u32string& a, const std::u32string& b) {
    std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        std::swap(before, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

}  // namespace

Diagnostic::Diagnostic(Level l, std::string c, Span s, std::string m)
    : level(l), code(std::move(c)), span(std::move(s)), message(std::move(m)) {
    static const auto nowhere = std::make_shared<const SourceText>(SourceText{"(no file)", ""});
    if (!span.file) span.file = nowhere;
    span.line = std::max<std::size_t>(span.line, 1);
    span.column = std::max<std::size_t>(span.column, 1);
}

void Diagnostics::warnings_as_errors() {
    for (Diagnostic& fault : all_) fault.level = Level::error;
    errors_ += warnings_;
    warnings_ = 0;
}

Diagnostic& Diagnostics::add(Diagnostic fault) {
    ++(fault.level == Level::error ? errors_ : warnings_);
    // Errors are kept to the last: warnings must not push them out.
    const std::size_t room = fault.level == Level::error ? kept_max : kept_max / 2;
    if (all_.size() < room) return all_.emplace_back(std::move(fault));
    return dropped_.emplace(std::move(fault));
}

Diagnostic& Diagnostics::error(std::string code, Span span, std::string message) {
    return add(Diagnostic(Level::error, std::move(code), std::move(span), std::move(message)));
}

Diagnostic& Diagnostics::warning(std::string code, Span span, std::string message) {
    return add(Diagnostic(Level::warning, std::move(code), std::move(span), std::move(message)));
}

std::string cited(std::string_view text) {
    std::string out = "`";
    if (code_points(text) <= quoted_max) {
        out += text;
    } else {
        out += text.substr(0, byte_offset(text, quoted_max));
        out += "…";
    }
    return out + '`';
}

std::string nearest(const std::string& word, const std::vector<std::string>& candidates) {
    if (word.empty() || word.size() > suggested_word_max) return "";
    const std::u32string wanted = folded(word);
    std::size_t best = std::max<std::size_t>(1, wanted.size() / 3) + 1;
    const std::string* found = nullptr;
    for (const std::string& candidate : candidates) {
        if (candidate.size() > suggested_word_max) continue;
        const std::u32string other = folded(candidate);
        const std::size_t apart = other.size() > wanted.size() ? other.size() - wanted.size()
                                                               : wanted.size() - other.size();
        if (apart >= best) continue;
        const std::size_t edits = distance(wanted, other);
        // A name of two letters is not "near" one that shares nothing with it.
        if (edits >= best || edits >= other.size()) continue;
        best = edits;
        found = &candidate;
    }
    return found != nullptr ? *found : "";
}

}  // namespace spokeswatch
