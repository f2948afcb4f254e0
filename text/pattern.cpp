#include "text/pattern.hpp"

#include <algorithm>
#include <array>

#include <re2/filtered_re2.h>
#include <re2/re2.h>
#include <unicode/uchar.h>

#include "base/utf8.hpp"
#include "text/fold.hpp"
#include "text/literal_set.hpp"
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

// `{5,2}`.
bool counts_backwards(std::string_view repetition) {
    const std::size_t comma = repetition.find(',');
    if (comma == repetition.npos || comma < 2 || comma + 2 > repetition.size()) return false;
    const std::string_view low = repetition.substr(1, comma - 1);
    const std::string_view high = repetition.substr(comma + 1, repetition.size() - comma - 2);
    if (high.empty()) return false;
    return low.size() != high.size() ? low.size() > high.size() : low > high;
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
            if (part.starts_with('\\') || part.starts_with("[:"))
                return sentence(RE2::ErrorBadCharClass, part);
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
            if (counts_backwards(part))
                return "regular expression repeats from more to fewer: `" + part + "`";
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
    Impl(const RegexRewrite& rewrite, bool any_case)
        : regex(rewrite.text, options(any_case)),
          borders(rewrite.borders),
          without_borders(rewrite.without_borders),
          ignore_case(any_case) {}

    RE2 regex;
    bool borders;
    std::string without_borders;
    bool ignore_case;
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
    auto impl = std::make_shared<const Impl>(rewrite, ignore_case);
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

int Pattern::groups() const { return impl_ ? impl_->regex.NumberOfCapturingGroups() : 0; }

std::optional<std::string> Pattern::first_group(std::string_view text) const {
    if (groups() == 0) return std::nullopt;
    MarkedText marked;
    std::string_view read = text;
    if (impl_->borders) {
        marked = mark_borders(text);
        read = marked.text;
    }
    std::array<re2::StringPiece, 2> found;
    if (!impl_->regex.Match(piece(read), 0, read.size(), RE2::UNANCHORED, found.data(), 2)) {
        return std::nullopt;
    }
    if (found[1].data() == nullptr) return std::nullopt;
    auto start = static_cast<std::size_t>(found[1].data() - read.data());
    std::size_t end = start + found[1].size();
    if (impl_->borders) {
        start = marked.original(start);
        end = marked.original(end);
    }
    return std::string(text.substr(start, end - start));
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

// RE2 works out which literals an expression requires (as a formula of AND and OR over them) and
// gives them in lower case: simple case folding of Unicode, one character to one. What it is told
// about is the expression without borders, which is found wherever the real one is.
struct PatternFilter::Impl {
    static constexpr int literal_bytes_min = 3;

    re2::FilteredRE2 filter{literal_bytes_min};
    std::vector<std::uint32_t> patterns;  // by the number that the filter gave
    std::vector<bool> required;           // by pattern
    LiteralSet literals;
};

PatternFilter::PatternFilter() : impl_(std::make_unique<Impl>()) {}
PatternFilter::PatternFilter(PatternFilter&&) noexcept = default;
PatternFilter& PatternFilter::operator=(PatternFilter&&) noexcept = default;
PatternFilter::~PatternFilter() = default;

void PatternFilter::add(const Pattern& pattern) {
    const auto number = static_cast<std::uint32_t>(impl_->required.size());
    impl_->required.push_back(false);
    if (!pattern.impl_) return;
    int given = -1;
    const RE2::ErrorCode code = impl_->filter.Add(
        piece(pattern.impl_->without_borders), options(pattern.impl_->ignore_case), &given
    );
    if (code != RE2::NoError) return;
    impl_->patterns.push_back(number);
    impl_->required.back() = true;
}

void PatternFilter::build() {
    if (impl_->patterns.empty()) return;
    std::vector<std::string> literals;
    impl_->filter.Compile(&literals);
    for (const std::string& literal : literals) impl_->literals.add(literal);
    impl_->literals.build();
    std::vector<int> without;
    impl_->filter.AllPotentials({}, &without);
    for (const int given : without)
        impl_->required[impl_->patterns[static_cast<std::size_t>(given)]] = false;
}

bool PatternFilter::requires_literal(std::uint32_t pattern) const {
    return impl_->required[pattern];
}

void PatternFilter::find(std::string_view text, std::vector<std::uint32_t>& may) const {
    may.clear();
    std::string folded;
    folded.reserve(text.size() + 8);
    std::size_t at = 0;
    while (at < text.size()) {
        const char32_t c = decode(text, at);
        if (c < 0x80)
            folded.push_back(
                c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : static_cast<char>(c)
            );
        else
            append_code_point(
                folded,
                static_cast<char32_t>(u_foldCase(static_cast<UChar32>(c), U_FOLD_CASE_DEFAULT))
            );
    }
    std::vector<std::uint32_t> literals;
    impl_->literals.find(folded, literals);
    if (literals.empty()) return;
    std::vector<int> given;
    impl_->filter.AllPotentials({literals.begin(), literals.end()}, &given);
    for (const int number : given) {
        const std::uint32_t pattern = impl_->patterns[static_cast<std::size_t>(number)];
        if (impl_->required[pattern]) may.push_back(pattern);
    }
}

}  // namespace spokeswatch
