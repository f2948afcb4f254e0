#include "text/charset.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>
#include <unicode/uchar.h>
#include <unicode/ucnv.h>
#include <unicode/ucnv_cb.h>
#include <unicode/ucsdet.h>

#include "base/ascii.hpp"
#include "base/utf8.hpp"

namespace spokeswatch {
namespace {

constexpr std::size_t marks_max = 32;           // on one base
constexpr std::size_t guess_bytes_max = 65536;  // what the detector sees

bool combining(char32_t c) {
    return c >= 0x300 && u_getCombiningClass(static_cast<UChar32>(c)) != 0;
}

// Sorting the marks of one base takes quadratic time: 128,000 of them, four seconds.
std::string cut_marks(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size());
    std::size_t marks = 0;
    for (std::size_t at = 0; at < utf8.size();) {
        const std::size_t start = at;
        const char32_t c = next_code_point(utf8, at);
        marks = combining(c) ? marks + 1 : 0;
        if (marks <= marks_max) out += utf8.substr(start, at - start);
    }
    return out;
}

std::string canonical_label(std::string_view label) {
    const auto drop = [](char c) {
        return c == '"' || c == '\'' || static_cast<unsigned char>(c) <= 0x20;
    };
    while (!label.empty() && drop(label.front())) label.remove_prefix(1);
    while (!label.empty() && drop(label.back())) label.remove_suffix(1);
    return label.size() > 64 ? std::string{} : ascii_lower(label);
}

// What ICU calls the charset that the label stands for in the Encoding Standard.
std::string_view converter_name(std::string_view label) {
    static const std::unordered_map<std::string, std::string_view> names = [] {
        struct Charset {
            std::string_view converter;
            std::string_view labels;
        };
        constexpr std::array charsets{
            Charset{
                "UTF-8",
                "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8"},
            Charset{"IBM866", "866 cp866 csibm866 ibm866"},
            Charset{
                "ISO-8859-2",
                "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 "
                "iso_8859-2:1987 l2 latin2"},
            Charset{
                "ISO-8859-3",
                "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 "
                "iso_8859-3:1988 l3 latin3"},
            Charset{
                "ISO-8859-4",
                "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 "
                "iso_8859-4:1988 l4 latin4"},
            Charset{
                "ISO-8859-5",
                "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 "
                "iso88595 iso_8859-5 iso_8859-5:1988"},
            Charset{
                "ISO-8859-6",
                "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 "
                "iso-8859-6 iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 "
                "iso88596 iso_8859-6 iso_8859-6:1987"},
            Charset{
                "ISO-8859-7",
                "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 "
                "iso-ir-126 iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 "
                "sun_eu_greek"},
            Charset{
                "ISO-8859-8",
                "csiso88598e csiso88598i csisolatinhebrew hebrew iso-8859-8 "
                "iso-8859-8-e iso-8859-8-i iso-ir-138 iso8859-8 iso88598 "
                "iso_8859-8 iso_8859-8:1988 logical visual"},
            Charset{
                "ISO-8859-10", "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6"},
            Charset{"ISO-8859-13", "iso-8859-13 iso8859-13 iso885913"},
            Charset{"ISO-8859-14", "iso-8859-14 iso8859-14 iso885914"},
            Charset{"ISO-8859-15", "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9"},
            Charset{"KOI8-R", "cskoi8r koi koi8 koi8-r koi8_r"},
            Charset{"KOI8-U", "koi8-ru koi8-u"},
            Charset{"macintosh", "csmacintosh mac macintosh x-mac-roman"},
            Charset{"windows-874", "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874"},
            Charset{"windows-1250", "cp1250 windows-1250 x-cp1250"},
            Charset{"windows-1251", "cp1251 windows-1251 x-cp1251"},
            Charset{
                "windows-1252",
                "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 "
                "iso-ir-100 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 "
                "latin1 us-ascii windows-1252 x-cp1252"},
            Charset{"windows-1253", "cp1253 windows-1253 x-cp1253"},
            Charset{
                "windows-1254",
                "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 "
                "iso_8859-9 iso_8859-9:1989 l5 latin5 windows-1254 x-cp1254"},
            Charset{"windows-1255", "cp1255 windows-1255 x-cp1255"},
            Charset{"windows-1256", "cp1256 windows-1256 x-cp1256"},
            Charset{"windows-1257", "cp1257 windows-1257 x-cp1257"},
            Charset{"windows-1258", "cp1258 windows-1258 x-cp1258"},
            Charset{"x-mac-cyrillic", "x-mac-cyrillic x-mac-ukrainian"},
            Charset{
                "GB18030",
                "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk "
                "iso-ir-58 x-gbk gb18030 gb18030-2000 cp936 euc-cn"},
            Charset{"Big5-HKSCS", "big5 big5-hkscs cn-big5 csbig5 x-x-big5 cp950"},
            Charset{"EUC-JP", "cseucpkdfmtjapanese euc-jp x-euc-jp"},
            Charset{"ISO-2022-JP", "csiso2022jp iso-2022-jp"},
            Charset{
                "windows-31j",
                "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j "
                "x-sjis cp932"},
            Charset{
                "windows-949",
                "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 "
                "ks_c_5601-1989 ksc5601 ksc_5601 windows-949 cp949"},
            Charset{"UTF-16BE", "unicodefffe utf-16be"},
            Charset{
                "UTF-16LE", "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le"},
            Charset{"UTF-32BE", "utf-32be ucs-4be"},
            Charset{"UTF-32LE", "utf-32 utf-32le ucs-4 ucs-4le"},
        };
        std::unordered_map<std::string, std::string_view> built;
        for (const Charset& charset : charsets) {
            for (std::size_t at = 0; at < charset.labels.size();) {
                const std::size_t end =
                    std::min(charset.labels.find(' ', at), charset.labels.size());
                built.emplace(charset.labels.substr(at, end - at), charset.converter);
                at = end + 1;
            }
        }
        return built;
    }();
    const auto found = names.find(canonical_label(label));
    return found != names.end() ? found->second : std::string_view{};
}

struct Decoded {
    std::string text;
    std::size_t faults = 0;
};

struct CloseConverter {
    void operator()(UConverter* converter) const { ucnv_close(converter); }
};
using Converter = std::unique_ptr<UConverter, CloseConverter>;

Converter open_converter(std::string_view name) {
    UErrorCode status = U_ZERO_ERROR;
    Converter converter(ucnv_open(std::string(name).c_str(), &status));
    return U_SUCCESS(status) ? std::move(converter) : nullptr;
}

// Writes U+FFFD for every fault and counts them in the std::size_t that `context` points at.
void on_fault(
    const void* context,
    UConverterToUnicodeArgs* arguments,
    const char* /*bytes*/,
    std::int32_t /*length*/,
    UConverterCallbackReason reason,
    UErrorCode* status
) {
    if (reason > UCNV_IRREGULAR) return;
    ++*static_cast<std::size_t*>(const_cast<void*>(context));
    const UChar replacement = 0xFFFD;
    *status = U_ZERO_ERROR;
    ucnv_cbToUWriteUChars(arguments, &replacement, 1, 0, status);
}

std::string without_nul(std::string text) {
    text.erase(std::remove(text.begin(), text.end(), '\0'), text.end());
    return text;
}

// `name`: ours, of the table above. nullopt: ICU's data lack it.
std::optional<Decoded> convert(std::string_view bytes, std::string_view name) {
    const Converter from = open_converter(name), to = open_converter("UTF-8");
    if (!from || !to) return std::nullopt;
    Decoded decoded;
    UErrorCode status = U_ZERO_ERROR;
    ucnv_setToUCallBack(from.get(), on_fault, &decoded.faults, nullptr, nullptr, &status);

    std::array<char, 16384> buffer;
    std::array<UChar, 4096> pivot;
    UChar* pivot_source = pivot.data();
    UChar* pivot_target = pivot.data();
    const char* source = bytes.data();
    const char* const source_end = bytes.data() + bytes.size();
    UBool reset = true;
    do {
        char* target = buffer.data();
        status = U_ZERO_ERROR;
        ucnv_convertEx(
            to.get(),
            from.get(),
            &target,
            buffer.data() + buffer.size(),
            &source,
            source_end,
            pivot.data(),
            &pivot_source,
            &pivot_target,
            pivot.data() + pivot.size(),
            reset,
            true,
            &status
        );
        reset = false;
        decoded.text.append(buffer.data(), static_cast<std::size_t>(target - buffer.data()));
    } while (status == U_BUFFER_OVERFLOW_ERROR);
    if (U_FAILURE(status)) return std::nullopt;
    decoded.text = without_nul(std::move(decoded.text));
    return decoded;
}

struct Bom {
    std::string_view mark;
    std::string_view charset;
};
constexpr std::array boms{
    Bom{"\xEF\xBB\xBF", "UTF-8"},
    Bom{std::string_view("\xFF\xFE\0\0", 4), "UTF-32LE"},
    Bom{std::string_view("\0\0\xFE\xFF", 4), "UTF-32BE"},
    Bom{"\xFF\xFE", "UTF-16LE"},
    Bom{"\xFE\xFF", "UTF-16BE"},
};

const Bom* find_bom(std::string_view bytes) {
    for (const Bom& bom : boms)
        if (bytes.substr(0, bom.mark.size()) == bom.mark) return &bom;
    return nullptr;
}

// Markup in UTF-16 or UTF-32 has a NUL beside each of its ASCII characters.
std::string_view charset_by_nul(std::string_view bytes) {
    const std::string_view head = bytes.substr(0, std::min<std::size_t>(bytes.size(), 1024));
    if (head.size() < 4) return {};
    std::array<std::size_t, 4> nuls{};
    for (std::size_t i = 0; i < head.size(); ++i)
        if (head[i] == '\0') ++nuls[i % 4];
    const std::size_t quarter = head.size() / 4;
    const auto many = [&](std::size_t place) { return nuls[place] * 10 > quarter * 3; };
    const auto few = [&](std::size_t place) { return nuls[place] * 20 <= quarter; };
    if (many(2) && many(3) && few(0)) return "UTF-32LE";
    if (many(0) && many(1) && few(3)) return "UTF-32BE";
    if (many(1) && many(3) && few(0) && few(2)) return "UTF-16LE";
    if (many(0) && many(2) && few(1) && few(3)) return "UTF-16BE";
    return {};
}

// Broken UTF-8 and not another charset: right sequences are by far more than wrong ones.
bool mostly_utf8(std::string_view bytes, const std::string& repaired) {
    std::size_t high = 0;
    for (const char c : bytes)
        if (static_cast<unsigned char>(c) >= 0x80) ++high;
    std::size_t faults = 0, right = 0;
    for (std::size_t at = 0; at < repaired.size();) {
        const char32_t c = next_code_point(repaired, at);
        if (c == 0xFFFD) {
            ++faults;
        } else if (c >= 0x80) {
            ++right;
        }
    }
    return high > 0 && right >= 4 * faults;
}

// Whether the bytes can be of that charset. One fault at the end is a cut; where a label names the
// charset one wrong byte in a hundred is forgiven.
bool fits(const Decoded& decoded, bool labelled) {
    const std::string_view replacement = "\xEF\xBF\xBD";
    const std::string_view text = decoded.text;
    if (decoded.faults == 1 && text.size() >= 3 && text.substr(text.size() - 3) == replacement)
        return true;
    return decoded.faults * 100 <= (labelled ? text.size() : 0);
}

// Japanese mail in seven bits, which looks like ASCII.
bool has_japanese_escapes(std::string_view bytes) {
    return bytes.find("\x1B$B") != std::string_view::npos ||
           bytes.find("\x1B$@") != std::string_view::npos;
}

struct CloseDetector {
    void operator()(UCharsetDetector* detector) const { ucsdet_close(detector); }
};

// The detector's candidates that we can read, best first, in our names.
std::vector<std::string_view> guesses(std::string_view bytes) {
    std::vector<std::string_view> found;
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<UCharsetDetector, CloseDetector> detector(ucsdet_open(&status));
    if (U_FAILURE(status)) return found;
    const std::string_view head = bytes.substr(0, std::min(bytes.size(), guess_bytes_max));
    ucsdet_setText(detector.get(), head.data(), static_cast<std::int32_t>(head.size()), &status);
    ucsdet_enableInputFilter(detector.get(), true);
    std::int32_t count = 0;
    const UCharsetMatch** matches = ucsdet_detectAll(detector.get(), &count, &status);
    if (U_FAILURE(status) || matches == nullptr) return found;
    for (std::int32_t i = 0; i < count; ++i) {
        const char* label = ucsdet_getName(matches[i], &status);
        if (U_FAILURE(status) || label == nullptr) break;
        const std::string_view name = converter_name(label);
        const bool wide = name.substr(0, 4) == "UTF-";
        if (!name.empty() && !wide) found.push_back(name);
    }
    return found;
}

}  // namespace

std::string nfc(std::string_view utf8) {
    if (all_ascii(utf8)) return std::string(utf8);
    UErrorCode status = U_ZERO_ERROR;
    const auto* normalizer = icu::Normalizer2::getNFCInstance(status);
    if (U_FAILURE(status)) return std::string(utf8);
    const std::string bounded = valid_utf8(utf8) ? cut_marks(utf8) : cut_marks(repair_utf8(utf8));
    std::string out;
    icu::StringByteSink<std::string> sink(&out);
    normalizer->normalizeUTF8(
        0,
        icu::StringPiece(bounded.data(), static_cast<std::int32_t>(bounded.size())),
        sink,
        nullptr,
        status
    );
    return U_SUCCESS(status) ? out : bounded;
}

std::optional<std::string> decode_charset(std::string_view bytes, std::string_view label) {
    const std::string_view name = converter_name(label);
    if (name.empty()) return std::nullopt;
    const Bom* bom = find_bom(bytes);
    if (bom != nullptr && bom->charset == name) bytes.remove_prefix(bom->mark.size());
    if (name == "UTF-8") return repair_utf8(bytes);
    auto decoded = convert(bytes, name);
    if (!decoded) return std::nullopt;
    return std::move(decoded->text);
}

std::string decode_text(
    std::string_view bytes, std::string_view header, std::string_view declared, std::string* used
) {
    const auto say = [used](std::string_view name) {
        if (used != nullptr) *used = name;
    };
    const auto decode_as = [&](std::string_view name) {
        say(name);
        return decode_charset(bytes, name).value_or(std::string{});
    };
    if (const Bom* bom = find_bom(bytes)) return decode_as(bom->charset);
    if (const auto wide = charset_by_nul(bytes); !wide.empty()) return decode_as(wide);

    const std::array labelled{converter_name(header), converter_name(declared)};
    if (has_japanese_escapes(bytes) && all_ascii(bytes)) return decode_as("ISO-2022-JP");

    std::string repaired = repair_utf8(bytes);
    if (valid_utf8(bytes) || mostly_utf8(bytes, repaired)) {
        say("UTF-8");
        return repaired;
    }
    for (const std::string_view name : labelled) {
        const bool byte_wise = !name.empty() && name.substr(0, 4) != "UTF-";
        if (!byte_wise) continue;
        auto decoded = convert(bytes, name);
        if (!decoded || !fits(*decoded, true)) continue;
        say(name);
        return std::move(decoded->text);
    }
    for (const std::string_view name : guesses(bytes)) {
        auto decoded = convert(bytes, name);
        if (!decoded || !fits(*decoded, false)) continue;
        say(name);
        return std::move(decoded->text);
    }
    return decode_as("windows-1252");
}

}  // namespace spokeswatch
