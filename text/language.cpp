#include "text/language.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>

#include <unicode/locid.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t letters_min = 3;  // fewer say nothing
constexpr std::size_t code_points_looked_at = 20'000;

enum Script {
    latin,
    cyrillic,
    han,
    kana,
    hangul,
    arabic,
    hebrew,
    greek,
    thai,
    devanagari,
    armenian,
    georgian,
    bengali,
    tamil,
    khmer,
    lao,
    myanmar,
    ethiopic,
    script_count
};

struct Letters {
    std::array<std::size_t, script_count> scripts{};
    std::size_t total = 0;
    std::u32string marked;  // letters that only some languages of a script have, lower case

    [[nodiscard]] std::size_t count(std::u32string_view any_of) const {
        return static_cast<std::size_t>(std::count_if(
            marked.begin(),
            marked.end(),
            [&](char32_t c) { return any_of.find(c) != std::u32string_view::npos; }
        ));
    }
};

int script_of(UChar32 c) {
    UErrorCode status = U_ZERO_ERROR;
    switch (uscript_getScript(c, &status)) {
        case USCRIPT_LATIN:
            return latin;
        case USCRIPT_CYRILLIC:
            return cyrillic;
        case USCRIPT_HAN:
            return han;
        case USCRIPT_HIRAGANA:
        case USCRIPT_KATAKANA:
            return kana;
        case USCRIPT_HANGUL:
            return hangul;
        case USCRIPT_ARABIC:
            return arabic;
        case USCRIPT_HEBREW:
            return hebrew;
        case USCRIPT_GREEK:
            return greek;
        case USCRIPT_THAI:
            return thai;
        case USCRIPT_DEVANAGARI:
            return devanagari;
        case USCRIPT_ARMENIAN:
            return armenian;
        case USCRIPT_GEORGIAN:
            return georgian;
        case USCRIPT_BENGALI:
            return bengali;
        case USCRIPT_TAMIL:
            return tamil;
        case USCRIPT_KHMER:
            return khmer;
        case USCRIPT_LAO:
            return lao;
        case USCRIPT_MYANMAR:
            return myanmar;
        case USCRIPT_ETHIOPIC:
            return ethiopic;
        default:
            return -1;
    }
}

// Addresses and handles are written in Latin letters in every language.
std::size_t behind_word(std::string_view text, std::size_t at) {
    while (at < text.size() && static_cast<unsigned char>(text[at]) > ' ' &&
           static_cast<unsigned char>(text[at]) < 0x80)
        ++at;
    return at;
}

bool address_begins(std::string_view text, std::size_t at) {
    const std::string_view rest = text.substr(at);
    return rest.substr(0, 7) == "http://" || rest.substr(0, 8) == "https://" ||
           rest.substr(0, 4) == "www." || rest.substr(0, 1) == "@";
}

Letters letters_of(std::string_view text) {
    Letters letters;
    std::size_t at = 0;
    for (std::size_t n = 0; at < text.size() && n < code_points_looked_at; ++n) {
        if (address_begins(text, at)) {
            at = behind_word(text, at);
            continue;
        }
        const auto c = static_cast<UChar32>(next_code_point(text, at));
        if (!u_isalpha(c)) continue;
        const int script = script_of(c);
        if (script < 0) continue;
        ++letters.scripts[static_cast<std::size_t>(script)];
        ++letters.total;
        if (c > 0x7F && (script == latin || script == cyrillic || script == arabic))
            letters.marked.push_back(static_cast<char32_t>(u_tolower(c)));
    }
    return letters;
}

struct Sign {
    const char* language;
    std::u32string_view letters;
};

// The language with the most letters that only it has; `otherwise` when there are none.
std::string by_letters(
    const Letters& letters, std::initializer_list<Sign> signs, const char* otherwise
) {
    std::string best = otherwise;
    std::size_t most = 0;
    for (const Sign& sign : signs) {
        const std::size_t count = letters.count(sign.letters);
        if (count > most) {
            most = count;
            best = sign.language;
        }
    }
    return best;
}

std::string cyrillic_language(const Letters& letters) {
    const std::string found = by_letters(
        letters,
        {{"be", U"ў"},
         {"uk", U"їєґ"},
         {"mk", U"ѓќѕ"},
         {"sr", U"ђћљњџј"},
         {"kk", U"әғқңөұүһ"},
         {"tg", U"ҷҳӣӯ"},
         {"mn", U"өү"}},
        ""
    );
    if (!found.empty()) return found;
    // і alone is Ukrainian or Belarusian; Russian has not had it for a century.
    if (letters.count(U"і") > 0) return "uk";
    // Bulgarian writes ъ in every sentence, and never ы or э.
    const std::size_t hard = letters.count(U"ъ");
    if (hard > 0 && letters.count(U"ыэё") == 0 && hard * 100 >= letters.scripts[cyrillic])
        return "bg";
    return "ru";
}

std::string latin_language(const Letters& letters) {
    // A name or two (Erdoğan, Orbán) does not make a text foreign.
    if (letters.marked.size() * 50 < letters.scripts[latin]) return "en";
    return by_letters(
        letters,
        {{"vi", U"ơưđạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ"},
         {"pl", U"ąęłńśźż"},
         {"cs", U"ěřůčšž"},
         {"hu", U"őűáé"},
         {"tr", U"ğışç"},
         {"ro", U"ăâțşșţî"},
         {"de", U"äöüß"},
         {"sv", U"åäö"},
         {"da", U"æøå"},
         {"es", U"ñáéíóú"},
         {"pt", U"ãõçáéâêó"},
         {"fr", U"éèêàâçùûîïôœë"},
         {"it", U"àèìòù"}},
        "en"
    );
}

std::string arabic_language(const Letters& letters) {
    if (letters.count(U"ٹڈڑےں") > 0) return "ur";
    if (letters.count(U"پچژگک") > 0) return "fa";
    return "ar";
}

}  // namespace

std::string detect_language(std::string_view text) {
    const Letters letters = letters_of(text);
    if (letters.total < letters_min && letters.scripts[han] + letters.scripts[hangul] < 2)
        return "";
    const auto& scripts = letters.scripts;
    // Chinese and Japanese say in one character what takes a word elsewhere: names in Latin letters
    // must not outnumber them.
    std::array<std::size_t, script_count> weights = scripts;
    for (const Script dense : {han, kana, hangul}) weights[dense] *= 3;
    const std::size_t eastern = weights[han] + weights[kana];
    std::size_t first = latin;
    for (std::size_t i = 0; i < script_count; ++i)
        if (weights[i] > weights[first]) first = i;
    if (eastern >= weights[first]) {
        // Japanese cannot do without kana; a Chinese text may quote some.
        return scripts[kana] * 10 >= scripts[han] && scripts[kana] > 0 ? "ja" : "zh";
    }
    switch (first) {
        case cyrillic:
            return cyrillic_language(letters);
        case hangul:
            return "ko";
        case arabic:
            return arabic_language(letters);
        case hebrew:
            return "he";
        case greek:
            return "el";
        case thai:
            return "th";
        case devanagari:
            return "hi";
        case armenian:
            return "hy";
        case georgian:
            return "ka";
        case bengali:
            return "bn";
        case tamil:
            return "ta";
        case khmer:
            return "km";
        case lao:
            return "lo";
        case myanmar:
            return "my";
        case ethiopic:
            return "am";
        default:
            return latin_language(letters);
    }
}

namespace {

bool is_tag_shape(const std::string& tag) {
    std::size_t part = 0;
    bool first = true;
    for (std::size_t i = 0; i <= tag.size(); ++i) {
        if (i < tag.size() && tag[i] != '-') {
            const char c = tag[i];
            const bool letter = ascii_letter(c);
            if (!letter && (first || c < '0' || c > '9')) return false;
            ++part;
            continue;
        }
        if (part == 0 || part > 8 || (first && (part < 2 || part > 3))) return false;
        part = 0;
        first = false;
    }
    return true;
}

std::string english_name(const icu::Locale& locale) {
    icu::UnicodeString name;
    locale.getDisplayLanguage(icu::Locale::getEnglish(), name);
    std::string utf8;
    name.toUTF8String(utf8);
    return utf8;
}

}  // namespace

std::string canonical_language(std::string_view tag) {
    constexpr std::size_t tag_bytes_max = 64;
    const auto space = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
    while (!tag.empty() && space(tag.front())) tag.remove_prefix(1);
    while (!tag.empty() && space(tag.back())) tag.remove_suffix(1);
    std::string dashed(tag.substr(0, tag_bytes_max));
    // A POSIX locale: en_US.UTF-8@euro.
    dashed.resize(std::min(dashed.find_first_of(".@"), dashed.size()));
    std::replace(dashed.begin(), dashed.end(), '_', '-');
    if (!is_tag_shape(dashed)) return "";
    UErrorCode status = U_ZERO_ERROR;
    icu::Locale locale = icu::Locale::forLanguageTag(dashed, status);
    if (U_FAILURE(status)) return "";
    locale.canonicalize(status);
    if (U_FAILURE(status)) return "";
    const std::string language = locale.getLanguage();
    for (const char* none : {"", "und", "zxx", "mul", "mis", "art"})
        if (language == none) return "";
    if (english_name(icu::Locale(language.c_str())) == language) return "";  // unknown to CLDR
    const std::string canonical = locale.toLanguageTag<std::string>(status);
    return U_FAILURE(status) ? "" : canonical;
}

std::string language_name(std::string_view tag) {
    const std::string canonical = canonical_language(tag);
    if (canonical.empty()) return std::string(tag);
    UErrorCode status = U_ZERO_ERROR;
    const icu::Locale locale = icu::Locale::forLanguageTag(canonical, status);
    return U_FAILURE(status) ? std::string(tag) : english_name(locale);
}

}  // namespace spokeswatch
