#include "text/date_tokens.hpp"

#include <array>
#include <unordered_map>
#include <utility>

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace spokeswatch {
namespace {

// The beginnings of month names, folded (lower case, no accents), in the languages of the header.
struct MonthName {
    std::string_view beginning;
    unsigned month = 0;
};
constexpr std::array month_names{
    MonthName{"jan", 1},  MonthName{"ene", 1},  MonthName{"gen", 1},  MonthName{"sty", 1},
    MonthName{"янв", 1},  MonthName{"січ", 1},  MonthName{"ιαν", 1},  MonthName{"feb", 2},
    MonthName{"fev", 2},  MonthName{"lut", 2},  MonthName{"фев", 2},  MonthName{"лют", 2},
    MonthName{"φεβ", 2},  MonthName{"mar", 3},  MonthName{"maar", 3}, MonthName{"mrt", 3},
    MonthName{"мар", 3},  MonthName{"бер", 3},  MonthName{"μαρ", 3},  MonthName{"apr", 4},
    MonthName{"abr", 4},  MonthName{"avr", 4},  MonthName{"kwi", 4},  MonthName{"апр", 4},
    MonthName{"кві", 4},  MonthName{"απρ", 4},  MonthName{"may", 5},  MonthName{"mai", 5},
    MonthName{"mag", 5},  MonthName{"maj", 5},  MonthName{"mei", 5},  MonthName{"маи", 5},
    MonthName{"мая", 5},  MonthName{"тра", 5},  MonthName{"μαι", 5},  MonthName{"jun", 6},
    MonthName{"juin", 6}, MonthName{"giu", 6},  MonthName{"cze", 6},  MonthName{"июн", 6},
    MonthName{"чер", 6},  MonthName{"ιουν", 6}, MonthName{"jul", 7},  MonthName{"juil", 7},
    MonthName{"lug", 7},  MonthName{"lip", 7},  MonthName{"июл", 7},  MonthName{"лип", 7},
    MonthName{"ιουλ", 7}, MonthName{"aug", 8},  MonthName{"aou", 8},  MonthName{"ago", 8},
    MonthName{"sie", 8},  MonthName{"авг", 8},  MonthName{"сер", 8},  MonthName{"αυγ", 8},
    MonthName{"sep", 9},  MonthName{"set", 9},  MonthName{"szep", 9}, MonthName{"wrz", 9},
    MonthName{"сен", 9},  MonthName{"вер", 9},  MonthName{"σεπ", 9},  MonthName{"oct", 10},
    MonthName{"okt", 10}, MonthName{"ott", 10}, MonthName{"out", 10}, MonthName{"paz", 10},
    MonthName{"окт", 10}, MonthName{"жов", 10}, MonthName{"οκτ", 10}, MonthName{"nov", 11},
    MonthName{"lis", 11}, MonthName{"ноя", 11}, MonthName{"лис", 11}, MonthName{"νοε", 11},
    MonthName{"dec", 12}, MonthName{"dic", 12}, MonthName{"dez", 12}, MonthName{"gru", 12},
    MonthName{"дек", 12}, MonthName{"гру", 12}, MonthName{"δεκ", 12},
};

const std::unordered_map<std::string_view, int>& zone_names() {
    static const std::unordered_map<std::string_view, int> names{
        {"ut", 0},     {"utc", 0},    {"gmt", 0},    {"z", 0},       {"wet", 0},     {"bst", 60},
        {"west", 60},  {"cet", 60},   {"met", 60},   {"mez", 60},    {"cest", 120},  {"mest", 120},
        {"mesz", 120}, {"eet", 120},  {"sast", 120}, {"eest", 180},  {"msk", 180},   {"мск", 180},
        {"trt", 180},  {"msd", 240},  {"gst", 240},  {"pkt", 300},   {"ist", 330},   {"ict", 420},
        {"wib", 420},  {"hkt", 480},  {"sgt", 480},  {"myt", 480},   {"pht", 480},   {"awst", 480},
        {"jst", 540},  {"kst", 540},  {"acst", 570}, {"aest", 600},  {"acdt", 630},  {"aedt", 660},
        {"nzst", 720}, {"nzdt", 780}, {"ndt", -150}, {"brt", -180},  {"art", -180},  {"adt", -180},
        {"nst", -210}, {"ast", -240}, {"at", -240},  {"edt", -240},  {"est", -300},  {"et", -300},
        {"cdt", -300}, {"cst", -360}, {"ct", -360},  {"mdt", -360},  {"mst", -420},  {"mt", -420},
        {"pdt", -420}, {"pst", -480}, {"pt", -480},  {"akdt", -480}, {"akst", -540}, {"hst", -600},
    };
    return names;
}

bool is_han(char32_t c) { return c == 0x3007 || (c >= 0x3400 && c <= 0x9FFF); }

std::optional<unsigned> han_digit(char32_t c) {
    constexpr std::u32string_view digits = U"〇一二三四五六七八九";
    if (c == U'零') return 0;
    const std::size_t at = digits.find(c);
    if (at == std::u32string_view::npos) return std::nullopt;
    return static_cast<unsigned>(at);
}

// 二〇二三 -> 2023, 十七 -> 17, 三十一 -> 31.
std::string han_number(std::u32string_view written) {
    const std::size_t ten = written.find(U'十');
    std::string digits;
    if (ten == std::u32string_view::npos) {
        for (const char32_t c : written) digits += std::to_string(han_digit(c).value_or(0));
        return digits;
    }
    const unsigned tens = ten == 0 ? 1 : han_digit(written[ten - 1]).value_or(1);
    const unsigned ones = ten + 1 < written.size() ? han_digit(written[ten + 1]).value_or(0) : 0;
    return std::to_string(tens * 10 + ones);
}

}  // namespace

std::string fold_date(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const auto* casefold = icu::Normalizer2::getNFKCCasefoldInstance(status);
    const auto* decompose = icu::Normalizer2::getNFDInstance(status);
    const auto* compose = icu::Normalizer2::getNFCInstance(status);
    if (U_FAILURE(status)) return {};
    icu::UnicodeString folded = casefold->normalize(
        icu::UnicodeString::fromUTF8(
            icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size()))
        ),
        status
    );
    folded = decompose->normalize(folded, status);

    icu::UnicodeString plain;
    int depth = 0;
    for (std::int32_t i = 0; i < folded.length(); ++i) {
        const char16_t c = folded[i];
        if (c >= 0x300 && c <= 0x36F) continue;
        if (c == u'\\' && depth > 0) {
            ++i;
        } else if (c == u'(' || c == u'[') {
            ++depth;
            plain += u' ';
        } else if ((c == u')' || c == u']') && depth > 0) {
            --depth;
        } else if (depth > 0) {
            continue;
        } else if ((c >= 0x2010 && c <= 0x2015) || c == 0x2212) {
            plain += u'-';
        } else {
            plain += c;
        }
    }
    std::string out;
    compose->normalize(plain, status).toUTF8String(out);
    for (const auto& [dotted, joined] :
         std::array<std::pair<std::string_view, std::string_view>, 4>{
             {{"a.m.", "am"}, {"p.m.", "pm"}, {"π.μ.", "πμ"}, {"μ.μ.", "μμ"}}}) {
        const std::size_t at = out.find(dotted);
        if (at != std::string::npos) out.replace(at, dotted.size(), joined);
    }
    return out;
}

std::vector<DateToken> lex_date(std::string_view folded) {
    std::vector<DateToken> tokens;
    bool space = false;
    for (std::size_t at = 0; at < folded.size() && tokens.size() <= date_tokens_max;) {
        const std::size_t start = at;
        const char32_t c = next_code_point(folded, at);
        if (c <= 0x20) {
            space = true;
            continue;
        }
        DateToken token{DateTokenType::sign, {}, space};
        space = false;
        if (c < 0x80 && ascii_digit(folded[start])) {
            token.type = DateTokenType::number;
            while (at < folded.size() && ascii_digit(folded[at])) ++at;
            token.text = folded.substr(start, at - start);
        } else if (han_digit(c) || c == U'十') {
            token.type = DateTokenType::number;
            std::u32string written(1, c);
            for (std::size_t next = at; next < folded.size(); at = next) {
                const char32_t more = next_code_point(folded, next);
                if (!han_digit(more) && more != U'十') break;
                written += more;
            }
            token.text = han_number(written);
            const bool weekday =
                !tokens.empty() && (tokens.back().text == "期" || tokens.back().text == "周" ||
                                    tokens.back().text == "週" || tokens.back().text == "拜");
            if (weekday) continue;
        } else if (is_han(c)) {
            token.type = DateTokenType::word;
            token.text = folded.substr(start, at - start);
        } else if (c >= 0x80 || (c >= U'a' && c <= U'z')) {
            token.type = DateTokenType::word;
            for (std::size_t next = at; next < folded.size(); at = next) {
                const char32_t more = next_code_point(folded, next);
                if (is_han(more) || (more < 0x80 && !(more >= U'a' && more <= U'z'))) break;
            }
            token.text = folded.substr(start, at - start);
        } else {
            token.text = folded.substr(start, at - start);
        }
        tokens.push_back(std::move(token));
    }
    return tokens;
}

std::optional<unsigned> month_by_name(std::string_view word) {
    for (const MonthName& name : month_names)
        if (word.substr(0, name.beginning.size()) == name.beginning) return name.month;
    return std::nullopt;
}

std::optional<int> zone_by_name(std::string_view word) {
    const auto found = zone_names().find(word);
    if (found == zone_names().end()) return std::nullopt;
    return found->second;
}

}  // namespace spokeswatch
