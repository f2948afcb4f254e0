// Writes the table of fold.cpp from traditional Han characters to simplified ones, as ICU knows
// them: making it takes a tenth of a second, which no start of the program should.

#include <cstdio>
#include <memory>

#include <unicode/translit.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

int main() {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<icu::Transliterator> transliterator(
        icu::Transliterator::createInstance("Traditional-Simplified", UTRANS_FORWARD, status)
    );
    if (U_FAILURE(status) || !transliterator) {
        std::fprintf(stderr, "ICU has no Traditional-Simplified: %s\n", u_errorName(status));
        return 1;
    }
    for (UChar32 c = 0; c <= UCHAR_MAX_VALUE; ++c) {
        // 乾 stays: it is two words, of which one is never simplified.
        if (c == 0x4E7E || uscript_getScript(c, &status) != USCRIPT_HAN) continue;
        icu::UnicodeString text(c);
        transliterator->transliterate(text);
        const UChar32 simplified = text.char32At(0);
        if (simplified != c && text.countChar32() == 1)
            std::printf(
                "{0x%X, 0x%X},\n", static_cast<unsigned>(c), static_cast<unsigned>(simplified)
            );
    }
    return 0;
}
