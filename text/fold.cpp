#include "text/fold.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <memory>

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/uscript.h>

#include "base/check.hpp"
#include "base/utf8.hpp"

namespace spokeswatch {

namespace {

const icu::Normalizer2& normalizer(const icu::Normalizer2* (*instance)(UErrorCode&)) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* found = instance(status);
    check(U_SUCCESS(status) && found != nullptr, "ICU has no normalisation data");
    return *found;
}

const icu::Normalizer2& nfkc_casefold() {
    static const icu::Normalizer2& found = normalizer(icu::Normalizer2::getNFKCCasefoldInstance);
    return found;
}
const icu::Normalizer2& nfc() {
    static const icu::Normalizer2& found = normalizer(icu::Normalizer2::getNFCInstance);
    return found;
}
const icu::Normalizer2& nfd() {
    static const icu::Normalizer2& found = normalizer(icu::Normalizer2::getNFDInstance);
    return found;
}

icu::UnicodeString normalised(const icu::Normalizer2& by, const icu::UnicodeString& text) {
    UErrorCode status = U_ZERO_ERROR;
    icu::UnicodeString result = by.normalize(text, status);
    return U_SUCCESS(status) ? result : text;
}

UScriptCode script_of(UChar32 c) {
    UErrorCode status = U_ZERO_ERROR;
    return uscript_getScript(c, &status);
}

bool is_mark(UChar32 c) { return (U_GET_GC_MASK(c) & U_GC_M_MASK) != 0; }
bool is_word(UChar32 c) {
    return (U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK)) != 0;
}

// Marks that any script may carry, and the vowel signs that Hebrew and Arabic may leave out.
bool is_droppable_mark(UChar32 c) {
    if (!is_mark(c)) return false;
    const UScriptCode script = script_of(c);
    return script == USCRIPT_INHERITED || script == USCRIPT_COMMON || script == USCRIPT_HEBREW ||
           script == USCRIPT_ARABIC || u_charType(c) == U_ENCLOSING_MARK;
}

bool is_latin_or_greek(UChar32 c) {
    const UScriptCode script = script_of(c);
    return script == USCRIPT_LATIN || script == USCRIPT_GREEK;
}

// Scripts that put no space between words: each character is a token, a term is a substring.
bool is_unspaced(UChar32 c) {
    // The iteration and prolonged sound marks belong to Han and kana, though their script is
    // Common.
    if (c == 0x30FC || c == 0x3005 || c == 0x3006 || c == 0x3031 || c == 0x3032) return true;
    if (u_charType(c) == U_DECIMAL_DIGIT_NUMBER) return false;
    switch (script_of(c)) {
        case USCRIPT_HAN:
        case USCRIPT_HIRAGANA:
        case USCRIPT_KATAKANA:
        case USCRIPT_BOPOMOFO:
        case USCRIPT_HANGUL:
        case USCRIPT_THAI:
        case USCRIPT_LAO:
        case USCRIPT_KHMER:
        case USCRIPT_MYANMAR:
            return true;
        default:
            return false;
    }
}

// Latin letters that no decomposition takes apart (ł, ø, đ, ħ): their name says which letter they
// are. Others are theirselves.
UChar32 plain_latin(UChar32 c) {
    if (c == 0x131) return 'i';
    if (c == 0x237) return 'j';
    if (c < 0x80 || script_of(c) != USCRIPT_LATIN) return c;
    std::array<char, 128> buffer{};
    UErrorCode status = U_ZERO_ERROR;
    const std::int32_t length = u_charName(
        c, U_UNICODE_CHAR_NAME, buffer.data(), static_cast<std::int32_t>(buffer.size()), &status
    );
    if (U_FAILURE(status)) return c;
    const std::string_view name(buffer.data(), static_cast<std::size_t>(length));
    constexpr std::string_view begin = "LATIN SMALL LETTER ";
    if (name.substr(0, begin.size()) != begin) return c;
    const std::string_view rest = name.substr(begin.size());
    if (rest.size() < 7 || rest.substr(1, 6) != " WITH " || rest[0] < 'A' || rest[0] > 'Z')
        return c;
    return rest[0] - 'A' + 'a';
}

struct Simplified {
    UChar32 traditional, simplified;
};
constexpr Simplified simplified_characters[] = {
#include "text/simplified.inc"
};

// Simplified form of one Han character; others are theirselves.
UChar32 simplified(UChar32 c) {
    const auto* const found = std::lower_bound(
        std::begin(simplified_characters),
        std::end(simplified_characters),
        c,
        [](const Simplified& one, UChar32 wanted) { return one.traditional < wanted; }
    );
    const bool known = found != std::end(simplified_characters) && found->traditional == c;
    return known ? found->simplified : c;
}

icu::UnicodeString without_latin_marks(const icu::UnicodeString& text) {
    const icu::UnicodeString parts = normalised(nfd(), text);
    icu::UnicodeString result;
    bool plain = false;
    for (std::int32_t i = 0; i < parts.length(); i = parts.moveIndex32(i, 1)) {
        const UChar32 c = parts.char32At(i);
        if (is_mark(c)) {
            if (plain && is_droppable_mark(c)) continue;
        } else {
            plain = is_latin_or_greek(c);
        }
        result.append(c);
    }
    return normalised(nfc(), result);
}

icu::UnicodeString fold_once(const icu::UnicodeString& text) {
    const icu::UnicodeString composed = without_latin_marks(normalised(nfkc_casefold(), text));
    icu::UnicodeString result;
    for (std::int32_t i = 0; i < composed.length(); i = composed.moveIndex32(i, 1)) {
        UChar32 c = composed.char32At(i);
        // What did not become one letter with its base is a stress or vowel mark, or decoration.
        if (is_droppable_mark(c)) continue;
        if (c == 0x451) c = 0x435;               // ё
        if (c >= 0x2BB && c <= 0x2BD) c = '\'';  // letters by category only
        if (c == 0x640) continue;                // Arabic stretching
        result.append(simplified(plain_latin(c)));
    }
    return result;
}

icu::UnicodeString fold(icu::UnicodeString text) {
    constexpr int rounds_max = 8;
    for (int round = 0; round < rounds_max; ++round) {
        icu::UnicodeString folded = fold_once(text);
        if (folded == text) break;
        text = std::move(folded);
    }
    return text;
}

// Signs that the tokeniser tells apart. punctuation: none of them.
CharClass sign_class(UChar32 c) {
    switch (c) {
        case '\n':
        case '\v':
        case '\f':
        case '\r':
        case 0x85:
        case 0x2028:
            return CharClass::line_break;
        case 0x2029:
            return CharClass::paragraph;
        case '.':
        case 0xFF0E:
        case 0x2024:
        case 0xFE52:
            return CharClass::dot;
        case '!':
        case '?':
        case 0x2025:
        case 0x2026:
        case 0x203C:
        case 0x203D:
        case 0x2047:
        case 0x2048:
        case 0x2049:
        case 0xFE56:
        case 0xFE57:
            return CharClass::terminator;
        case 0x3002:
        case 0xFF61:
        case 0xFF01:
        case 0xFF1F:
        case 0xFE12:
        case 0xFE15:
        case 0xFE16:
        case 0x0964:
        case 0x0965:
        case 0x061F:
        case 0x06D4:
        case 0x0589:
        case 0x17D4:
        case 0x17D5:
        case 0x104A:
        case 0x104B:
        case 0x1362:
        case 0x1367:
            return CharClass::hard_stop;
        case '-':
        case 0x2010:
        case 0x2011:
        case 0x2012:
        case 0x2013:
        case 0x2212:
        case 0xFE63:
        case 0xFF0D:
        case 0x058A:
        case 0x05BE:
            return CharClass::hyphen;
        case '_':
        case 0xFF3F:
            return CharClass::underscore;
        case '#':
        case 0xFF03:
        case 0xFE5F:
            return CharClass::hash;
        case '@':
        case 0xFF20:
        case 0xFE6B:
            return CharClass::at;
        default:
            return CharClass::punctuation;
    }
}

bool is_emoji(UChar32 c, const icu::UnicodeString& folded) {
    if (c < 0x2190) return false;
    if (u_hasBinaryProperty(c, UCHAR_EMOJI_PRESENTATION)) return true;
    // Pictographs that are letters in a frame are letters; arrows and boxes below are signs.
    return c >= 0x2600 && u_hasBinaryProperty(c, UCHAR_EXTENDED_PICTOGRAPHIC) &&
           folded == icu::UnicodeString(c) && !is_word(c) && u_charType(c) != U_UNASSIGNED;
}

std::uint8_t flags_of(UChar32 c, CharClass cls) {
    std::uint8_t flags = 0;
    const auto set = [&](bool condition, std::uint8_t flag) {
        if (condition) flags = static_cast<std::uint8_t>(flags | flag);
    };
    const std::int8_t category = u_charType(c);
    const bool upper = category == U_UPPERCASE_LETTER || category == U_TITLECASE_LETTER;
    set(upper, CharEntry::upper);
    set(category == U_LOWERCASE_LETTER, CharEntry::lower);
    set((U_GET_GC_MASK(c) & U_GC_L_MASK) != 0, CharEntry::letter);
    set(upper || category == U_OTHER_LETTER, CharEntry::capital);

    const icu::UnicodeString whole = normalised(nfkc_casefold(), icu::UnicodeString(c));
    if (!nfkc_casefold().hasBoundaryBefore(c) && !whole.isEmpty()) {
        set(true, CharEntry::combines);
        for (std::int32_t i = 0; i < whole.length(); i = whole.moveIndex32(i, 1))
            set(u_getIntPropertyValue(whole.char32At(i), UCHAR_NFC_QUICK_CHECK) == UNORM_MAYBE,
                CharEntry::composes);
    }
    const bool text =
        cls == CharClass::word || cls == CharClass::ideograph || cls == CharClass::expand;
    // Marks behind Latin and Greek letters fall anyway: nothing to compose.
    set(text && !is_latin_or_greek(c) && !nfkc_casefold().hasBoundaryAfter(c), CharEntry::base);
    set(cls == CharClass::ideograph && script_of(c) != USCRIPT_HANGUL, CharEntry::joins_lines);
    return flags;
}

struct Page : CharPage {
    std::map<char32_t, std::string> expansions;
};

CharClass class_of_folded(UChar32 c, const icu::UnicodeString& folded) {
    std::size_t words = 0, ideographs = 0, total = 0;
    for (std::int32_t i = 0; i < folded.length(); i = folded.moveIndex32(i, 1)) {
        const UChar32 part = folded.char32At(i);
        ++total;
        if (is_unspaced(part) && is_word(part))
            ++ideographs;
        else if (is_word(part))
            ++words;
    }
    if (total == 0) return is_mark(c) ? CharClass::mark : CharClass::ignorable;
    if (words == total) return CharClass::word;
    if (ideographs == total && total == 1) return CharClass::ideograph;
    return words + ideographs == 0 ? CharClass::punctuation : CharClass::expand;
}

CharClass class_before_folding(UChar32 c) {
    if (const CharClass sign = sign_class(c); sign != CharClass::punctuation) return sign;
    if (u_isUWhiteSpace(c) != 0) return CharClass::space;
    if (c >= 0x1F1E6 && c <= 0x1F1FF) return CharClass::regional;
    if (c >= 0x1F3FB && c <= 0x1F3FF) return CharClass::skin_tone;
    if (c == 0x640 || u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) != 0)
        return CharClass::ignorable;
    return CharClass::word;  // to be seen
}

bool is_trade_sign(UChar32 c) { return c == 0x2122 || c == 0x2120 || c == 0x2139; }

// Most Chinese characters are nothing but themselves; asking ICU all of the above for 256 of them
// is what the first Chinese text would wait for.
bool build_unified_han(char32_t code_point, CharEntry& entry) {
    const bool unified = (code_point >= 0x3400 && code_point < 0x4DC0) ||
                         (code_point >= 0x4E00 && code_point < 0xA000);
    if (!unified || u_charType(static_cast<UChar32>(code_point)) != U_OTHER_LETTER) return false;
    UChar32 form = static_cast<UChar32>(code_point);
    for (int round = 0; round < 4; ++round) form = simplified(form);
    std::string utf8;
    append_code_point(utf8, static_cast<char32_t>(form));
    entry.cls = CharClass::ideograph;
    entry.size = static_cast<std::uint8_t>(utf8.copy(entry.bytes, sizeof entry.bytes));
    entry.flags = CharEntry::letter | CharEntry::capital | CharEntry::joins_lines;
    return true;
}

void build_entry(char32_t code_point, CharEntry& entry, Page& page) {
    if (build_unified_han(code_point, entry)) return;
    const auto c = static_cast<UChar32>(code_point);
    entry.cls = class_before_folding(c);
    std::string utf8;
    if (entry.cls == CharClass::word) {
        const icu::UnicodeString folded = fold(icu::UnicodeString(c));
        entry.cls = class_of_folded(c, folded);
        if (is_trade_sign(c)) entry.cls = CharClass::punctuation;
        if (is_emoji(c, folded)) entry.cls = CharClass::emoji;
        folded.toUTF8String(utf8);
    }
    const bool wordlike = entry.cls == CharClass::word || entry.cls == CharClass::ideograph;
    if (wordlike && utf8.size() > sizeof entry.bytes) entry.cls = CharClass::expand;
    if (entry.cls == CharClass::expand) {
        page.expansions.emplace(code_point, utf8);
    } else if (wordlike) {
        entry.size = static_cast<std::uint8_t>(utf8.copy(entry.bytes, sizeof entry.bytes));
    }
    entry.flags = flags_of(c, entry.cls);
}

}  // namespace

std::array<std::atomic<const CharPage*>, code_point_max / 256 + 1> char_pages;

const CharPage& build_char_page(std::size_t number) {
    auto page = std::make_unique<Page>();
    const auto first = static_cast<char32_t>(number * page->entries.size());
    for (std::size_t i = 0; i < page->entries.size(); ++i)
        build_entry(first + static_cast<char32_t>(i), page->entries[i], *page);
    const CharPage* expected = nullptr;
    // Another thread may have been faster: its page is as good. Pages are kept for ever.
    if (char_pages[number].compare_exchange_strong(expected, page.get(), std::memory_order_acq_rel))
        return *page.release();
    return *expected;
}

std::string_view char_expansion(char32_t code_point) {
    char_entry(code_point);  // its page is built
    const CharPage* page = char_pages[code_point / 256].load(std::memory_order_acquire);
    return static_cast<const Page*>(page)->expansions.at(code_point);
}

std::string fold_sequence(std::string_view utf8) {
    std::string result;
    fold(icu::UnicodeString::fromUTF8(
             icu::StringPiece(utf8.data(), static_cast<std::int32_t>(utf8.size()))
         ))
        .toUTF8String(result);
    return result;
}

char32_t decode_back(std::string_view text, std::size_t& at) {
    do {
        --at;
    } while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80);
    std::size_t next = at;
    return decode(text, next);
}

}  // namespace spokeswatch
