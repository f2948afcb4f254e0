#include "text/pattern.hpp"

#include <algorithm>

#include <re2/re2.h>

#include "base/utf8.hpp"
#include "text/regex_rewrite.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t pattern_bytes_max = 12 * 1024;
constexpr std::int64_t program_bytes_max = 8 << 20;

RE2::Options options(bool ignore_case) {
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(program_bytes_max);
    options.set_case_sensitive(!ignore_case);
    return options;
}

re2::StringPiece piece(std::string_view text) { return {text.data(), text.size()}; }

bool is_back_reference(std::string_view escape) {
    return escape.size() >= 2 && escape[0] == '\\' && escape[1] >= '1' && escape[1] <= '9';
}

std::string sentence(RE2::ErrorCode code, const std::string& part) {
    switch (code) {
        case RE2::ErrorBadEscape:
            if (is_back_reference(part))
                return "back-references are not available in regular expressions";
            return "regular expression has an unknown escape `" + part + "`";
        case RE2::ErrorBadCharClass:
            return "regular expression has an unknown class `" + part + "`";
        case RE2::ErrorBadCharRange:
            if (part.size() > 1 && part[0] == '\\') return sentence(RE2::ErrorBadCharClass, part);
            return "regular expression has a range that runs backwards: `" + part + "`";
        case RE2::ErrorMissingBracket:
            return "regular expression is not closed: missing `]`";
        case RE2::ErrorMissingParen:
            return "regular expression is not closed: missing `)`";
        case RE2::ErrorTrailingBackslash:
            return "regular expression ends with a single `\\`";
        case RE2::ErrorRepeatArgument:
            return "regular expression repeats nothing: `" + part + "`";
        case RE2::ErrorRepeatSize:
            return "regular expression repeats too often: `" + part + "` (at most 1000 times)";
        case RE2::ErrorRepeatOp:
            return "regular expression repeats a repetition: `" + part + "`";
        case RE2::ErrorBadPerlOp:
            return "regular expression has an unknown group `" + part + "`";
        case RE2::ErrorBadUTF8:
            return "regular expression is not valid UTF-8";
        case RE2::ErrorBadNamedCapture:
            return "regular expression has a bad group name `" + part + "`";
        case RE2::ErrorPatternTooLarge:
            return "regular expression is too large when its repetitions are written out";
        default:
            return "regular expression cannot be read";
    }
}

Pattern::Problem problem_of(const RE2& regex, std::string_view pattern) {
    Pattern::Problem problem;
    const std::string& part = regex.error_arg();
    problem.message = sentence(regex.error_code(), part);
    if (const auto at = pattern.find(part); !part.empty() && at != std::string_view::npos) {
        problem.offset = code_points(pattern.substr(0, at));
        problem.length = std::max<std::size_t>(1, code_points(part));
    } else {
        problem.length = std::max<std::size_t>(1, code_points(pattern));
    }
    return problem;
}

}  // namespace

struct Pattern::Impl {
    Impl(const std::string& text, bool ignore_case, bool with_borders)
        : regex(text, options(ignore_case)), borders(with_borders) {}

    RE2 regex;
    bool borders;
};

Pattern Pattern::compile(
    std::string_view pattern, bool ignore_case, std::optional<Problem>& problem
) {
    problem.reset();
    if (pattern.size() > pattern_bytes_max) {
        problem = Problem{"regular expression is longer than 12 KiB", 0, code_points(pattern)};
        return {};
    }
    RegexRewrite rewrite = rewrite_regex(pattern);
    if (rewrite.problem) {
        problem = std::move(rewrite.problem);
        return {};
    }
    // As written first: what RE2 has to say about it then names what the author wrote.
    const RE2 as_written(piece(pattern), options(ignore_case));
    if (!as_written.ok()) {
        problem = problem_of(as_written, pattern);
        return {};
    }
    auto impl = std::make_shared<const Impl>(rewrite.text, ignore_case, rewrite.borders);
    if (!impl->regex.ok()) {
        problem = Problem{sentence(RE2::ErrorPatternTooLarge, ""), 0, code_points(pattern)};
        return {};
    }
    Pattern compiled;
    compiled.impl_ = std::move(impl);
    return compiled;
}

bool Pattern::search(std::string_view text) const {
    if (!impl_) return false;
    if (!impl_->borders) return RE2::PartialMatch(piece(text), impl_->regex);
    return RE2::PartialMatch(piece(mark_borders(text).text), impl_->regex);
}

bool Pattern::full_match(std::string_view text) const {
    if (!impl_) return false;
    if (!impl_->borders) return RE2::FullMatch(piece(text), impl_->regex);
    return RE2::FullMatch(piece(mark_borders(text).text), impl_->regex);
}

std::vector<Pattern::Span> Pattern::find_all(std::string_view text, std::size_t max) const {
    std::vector<Span> found;
    if (!impl_) return found;
    MarkedText marked;
    if (impl_->borders) {
        marked = mark_borders(text);
        text = marked.text;
    }
    std::size_t at = 0;
    re2::StringPiece match;
    while (found.size() < max && at <= text.size() &&
           impl_->regex.Match(piece(text), at, text.size(), RE2::UNANCHORED, &match, 1)) {
        const auto start = static_cast<std::size_t>(match.data() - text.data());
        const std::size_t end = start + match.size();
        const Span span{marked.original(start), marked.original(end)};
        at = end;
        if (span.end > span.start) {
            found.push_back(span);
            // The border at its end may begin the next one.
            if (impl_->borders && match.ends_with(piece(border_sign))) at -= border_sign.size();
        } else {  // nothing, or only a border: go on behind the next character
            if (at >= text.size()) break;
            next_code_point(text, at);
        }
    }
    return found;
}

}  // namespace spokeswatch
