#include "text/truncate.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <vector>

#include <unicode/brkiter.h>
#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>

#include "base/utf8.hpp"
#include "text/charset.hpp"

namespace spokeswatch {
namespace {

constexpr std::string_view ellipsis = "…";
constexpr std::size_t marks_max = 32;  // on one base

// An ICU iterator over UTF-8; offsets are bytes.
class Breaks {
  public:
    Breaks(std::unique_ptr<icu::BreakIterator> iterator, std::string_view utf8)
        : iterator_(std::move(iterator)) {
        UErrorCode status = U_ZERO_ERROR;
        text_ =
            utext_openUTF8(nullptr, utf8.data(), static_cast<std::int64_t>(utf8.size()), &status);
        if (iterator_ && U_SUCCESS(status)) iterator_->setText(text_, status);
        good_ = iterator_ && U_SUCCESS(status);
    }
    ~Breaks() { utext_close(text_); }
    Breaks(const Breaks&) = delete;
    Breaks& operator=(const Breaks&) = delete;

    // The next boundary, or npos behind the last.
    std::size_t next() {
        const std::int32_t at = good_ ? iterator_->next() : icu::BreakIterator::DONE;
        return at == icu::BreakIterator::DONE ? std::string_view::npos
                                              : static_cast<std::size_t>(at);
    }

  private:
    UText* text_ = nullptr;
    std::unique_ptr<icu::BreakIterator> iterator_;
    bool good_ = false;
};

using Iterator = std::unique_ptr<icu::BreakIterator>;

Iterator copy_of(const Iterator& made) { return Iterator(made ? made->clone() : nullptr); }

// Made once: ICU builds the list of abbreviations anew each time, which costs a hundred times what
// one sentence does.
Iterator sentences() {
    UErrorCode status = U_ZERO_ERROR;
    static const Iterator made(
        icu::BreakIterator::createSentenceInstance(icu::Locale("en@ss=standard"), status)
    );
    return copy_of(made);
}

Iterator graphemes() {
    UErrorCode status = U_ZERO_ERROR;
    static const Iterator made(
        icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status)
    );
    return copy_of(made);
}

std::vector<std::size_t> grapheme_boundaries(std::string_view text) {
    Breaks breaks(graphemes(), text);
    std::vector<std::size_t> boundaries{0};
    for (std::size_t at = breaks.next(); at != std::string_view::npos; at = breaks.next())
        boundaries.push_back(at);
    return boundaries;
}

bool url_character(char c) {
    return c > ' ' && c < 0x7F && c != '<' && c != '>' && c != '"' && c != '`';
}

// Where the URL starts that a cut at `cut` would break; `cut` when it breaks none.
std::size_t before_url(std::string_view text, std::size_t cut) {
    if (cut == 0 || cut >= text.size() || !url_character(text[cut])) return cut;
    std::size_t start = cut;
    while (start > 0 && url_character(text[start - 1])) --start;
    std::size_t end = cut;
    while (end < text.size() && url_character(text[end])) ++end;
    const std::string_view run = text.substr(start, end - start);
    const std::size_t scheme = std::min(run.find("http://"), run.find("https://"));
    return scheme == std::string_view::npos ? cut : std::min(cut, start + scheme);
}

bool control(char32_t c) { return (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7F && c < 0xA0); }

bool combining(char32_t c) {
    if (c < 0x300) return false;
    const auto category = u_charType(static_cast<UChar32>(c));
    return category == U_NON_SPACING_MARK || category == U_ENCLOSING_MARK;
}

bool left_out_of_titles(char32_t c) {
    return (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
           (c >= 0xE0000 && c <= 0xE007F);
}

// A full stop after one letter ("J. Smith", "г. Москва") or a short title ends no sentence.
bool abbreviation_before(std::string_view sentence) {
    while (!sentence.empty() && sentence.back() == ' ') sentence.remove_suffix(1);
    if (sentence.empty() || sentence.back() != '.') return false;
    sentence.remove_suffix(1);
    const std::size_t space = sentence.find_last_of(" \t(\"'.");
    const std::string_view word =
        space == std::string_view::npos ? sentence : sentence.substr(space + 1);
    return !word.empty() && code_points(word) <= 1 &&
           u_isalpha([word] {
               std::size_t at = 0;
               return static_cast<UChar32>(next_code_point(word, at));
           }()) != 0;
}

std::string trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\n");
    if (first == std::string_view::npos) return {};
    const std::size_t last = text.find_last_not_of(" \t\n");
    return std::string(text.substr(first, last - first + 1));
}

}  // namespace

std::string truncate(
    std::string_view text,
    std::size_t limit,
    const std::function<std::size_t(std::string_view)>& measure
) {
    if (measure(text) <= limit) return std::string(text);
    const auto boundaries = grapheme_boundaries(text);
    const auto cut_at = [text](std::size_t at) {
        std::string out(text.substr(0, at));
        return out += ellipsis;
    };
    const auto too_long =
        std::partition_point(boundaries.begin(), boundaries.end(), [&](std::size_t at) {
            return at < text.size() && measure(cut_at(at)) <= limit;
        });
    if (too_long == boundaries.begin()) return {};
    return cut_at(before_url(text, *std::prev(too_long)));
}

std::string clean_text(std::string_view text) {
    const std::string valid = repair_utf8(text);
    std::string out;
    out.reserve(valid.size());
    std::size_t marks = 0;
    for (std::size_t at = 0; at < valid.size();) {
        const std::size_t start = at;
        const char32_t c = next_code_point(valid, at);
        marks = combining(c) ? marks + 1 : 0;
        if (marks > marks_max) continue;
        const bool crlf = c == '\r' && at < valid.size() && valid[at] == '\n';
        if (crlf) continue;
        if (c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029) {
            out += '\n';
        } else if (!control(c)) {
            out.append(valid, start, at - start);
        }
    }
    return nfc(out);
}

std::string clean_title(std::string_view text) {
    const std::string clean = clean_text(text);
    std::string out;
    out.reserve(clean.size());
    bool space = false;
    for (std::size_t at = 0; at < clean.size();) {
        const std::size_t start = at;
        const char32_t c = next_code_point(clean, at);
        if (left_out_of_titles(c)) continue;
        if (u_isUWhiteSpace(static_cast<UChar32>(c)) != 0) {
            space = !out.empty();
            continue;
        }
        if (space) out += ' ';
        space = false;
        out.append(clean, start, at - start);
    }
    return out;
}

std::string first_sentence(std::string_view text, std::size_t code_points_max) {
    const std::string valid = repair_utf8(text);
    std::string_view rest = valid;
    const std::size_t first = rest.find_first_not_of(" \t\r\n");
    if (first == std::string_view::npos) return {};
    rest.remove_prefix(first);
    // More than this cannot be shown, so it need not be looked at.
    rest = rest.substr(0, byte_offset(rest, code_points_max + 2));
    rest = rest.substr(0, rest.find_first_of("\r\n"));

    Breaks breaks(sentences(), rest);
    std::size_t end = breaks.next();
    while (end != std::string_view::npos && abbreviation_before(rest.substr(0, end)))
        end = breaks.next();
    return truncate(trimmed(rest.substr(0, end)), code_points_max, code_points);
}

}  // namespace spokeswatch
