#include "text/confusables.hpp"

#include <memory>

#include <unicode/uspoof.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"
#include "text/fold.hpp"
#include "text/tokens.hpp"

namespace spokeswatch {

namespace {

struct CloseChecker {
    void operator()(USpoofChecker* checker) const { uspoof_close(checker); }
};

// The skeleton of at most as many bytes as `capacity`; what has a longer one is left as it is.
std::string skeleton(std::string_view text) {
    static const auto checker = [] {
        UErrorCode status = U_ZERO_ERROR;
        return std::unique_ptr<USpoofChecker, CloseChecker>(uspoof_open(&status));
    }();
    std::string out(text.size() * 4 + 16, '\0');
    UErrorCode status = U_ZERO_ERROR;
    const std::int32_t size = uspoof_getSkeletonUTF8(
        checker.get(),
        0,
        text.data(),
        static_cast<std::int32_t>(text.size()),
        out.data(),
        static_cast<std::int32_t>(out.size()),
        &status
    );
    if (U_FAILURE(status) || static_cast<std::size_t>(size) > out.size()) return std::string(text);
    out.resize(static_cast<std::size_t>(size));
    return out;
}

// Capitals of other scripts as the Latin ones that they look like, before case is lost: Н looks
// like H, н like nothing.
void latin_capitals(std::string_view word, std::string& into) {
    for (std::size_t at = 0; at < word.size();) {
        const std::size_t start = at;
        const char32_t c = decode(word, at);
        const std::string_view letter = word.substr(start, at - start);
        if (c < 0x80 || !char_entry(c).is(CharEntry::upper)) {
            into += letter;
            continue;
        }
        const std::string looks = skeleton(letter);
        const bool one = looks.size() == 1 && ascii_alphanumeric(looks[0]);
        // The skeleton of a capital I is an l.
        into += !one ? letter : looks == "l" ? std::string_view("I") : std::string_view(looks);
    }
}

}  // namespace

void looks_of(std::string_view word, std::string& into) {
    std::string latin;
    latin_capitals(word, latin);
    into = skeleton(folded_text(latin));
    for (char& c : into) {
        c = ascii_lower(c);
        if (c == 'i') c = 'l';
    }
}

}  // namespace spokeswatch
