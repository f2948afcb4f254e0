#include "base/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <optional>

#include "base/blocks.hpp"

namespace spokeswatch {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

unsigned octet(std::string_view bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]);
}

bool continuation(unsigned value) { return (value & 0xC0) == 0x80; }

struct Sequence {
    std::size_t size = 1;  // bytes of the sequence, or of the maximal subpart when not valid
    bool valid = false;
};

// One sequence at `at` by the table of well-formed byte sequences (Unicode, table 3-7): only the
// second byte has ranges of its own, which shut out non-shortest forms and surrogates.
Sequence sequence_at(std::string_view bytes, std::size_t at) {
    const unsigned lead = octet(bytes, at);
    if (lead < 0x80) return {1, true};
    std::size_t size = 0;
    unsigned second_low = 0x80;
    unsigned second_high = 0xBF;
    if (lead >= 0xC2 && lead <= 0xDF) {
        size = 2;
    } else if (lead >= 0xE0 && lead <= 0xEF) {
        size = 3;
        if (lead == 0xE0) second_low = 0xA0;
        if (lead == 0xED) second_high = 0x9F;
    } else if (lead >= 0xF0 && lead <= 0xF4) {
        size = 4;
        if (lead == 0xF0) second_low = 0x90;
        if (lead == 0xF4) second_high = 0x8F;
    } else {
        return {1, false};
    }
    if (at + 1 >= bytes.size()) return {1, false};
    const unsigned second = octet(bytes, at + 1);
    if (second < second_low || second > second_high) return {1, false};
    for (std::size_t i = 2; i < size; ++i)
        if (at + i >= bytes.size() || !continuation(octet(bytes, at + i))) return {i, false};
    return {size, true};
}

// Eight characters of ASCII stand at `at`, none of them NUL.
bool ascii_block(std::string_view bytes, std::size_t at) {
    if (bytes.size() - at < block_bytes) return false;
    const std::uint64_t block = load_block(bytes.data() + at);
    return ((block | (block - in_every_byte(1))) & in_every_byte(0x80)) == 0;
}

struct Range {
    char32_t first;
    char32_t last;
};

bool contains(const auto& ranges, char32_t code_point) {
    const auto after = std::upper_bound(
        ranges.begin(),
        ranges.end(),
        code_point,
        [](char32_t value, const Range& range) { return value < range.first; }
    );
    return after != ranges.begin() && code_point <= std::prev(after)->last;
}

// Marks that sit on the character before them, and signs that take no room. The scripts that
// official statements are written in are complete, of others the common marks.
constexpr std::array combining{
    Range{0x0300, 0x036F},   Range{0x0483, 0x0489}, Range{0x0591, 0x05BD}, Range{0x05BF, 0x05BF},
    Range{0x05C1, 0x05C2},   Range{0x05C4, 0x05C5}, Range{0x05C7, 0x05C7}, Range{0x0610, 0x061A},
    Range{0x064B, 0x065F},   Range{0x0670, 0x0670}, Range{0x06D6, 0x06DC}, Range{0x06DF, 0x06E4},
    Range{0x06E7, 0x06E8},   Range{0x06EA, 0x06ED}, Range{0x0900, 0x0902}, Range{0x093A, 0x093A},
    Range{0x093C, 0x093C},   Range{0x0941, 0x0948}, Range{0x094D, 0x094D}, Range{0x0951, 0x0957},
    Range{0x0E31, 0x0E31},   Range{0x0E34, 0x0E3A}, Range{0x0E47, 0x0E4E}, Range{0x1160, 0x11FF},
    Range{0x1AB0, 0x1ACE},   Range{0x1DC0, 0x1DFF}, Range{0x200B, 0x200F}, Range{0x2028, 0x202E},
    Range{0x2060, 0x206F},   Range{0x20D0, 0x20F0}, Range{0x302A, 0x302D}, Range{0x3099, 0x309A},
    Range{0xFE00, 0xFE0F},   Range{0xFE20, 0xFE2F}, Range{0xFEFF, 0xFEFF}, Range{0xE0001, 0xE007F},
    Range{0xE0100, 0xE01EF},
};

// East Asian Width W and F (Unicode 14.0.0); unassigned code points between two of them are
// included.
constexpr std::array wide{
    Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x2329, 0x232A},
    Range{0x23E9, 0x23EC},   Range{0x23F0, 0x23F0},   Range{0x23F3, 0x23F3},
    Range{0x25FD, 0x25FE},   Range{0x2614, 0x2615},   Range{0x2648, 0x2653},
    Range{0x267F, 0x267F},   Range{0x2693, 0x2693},   Range{0x26A1, 0x26A1},
    Range{0x26AA, 0x26AB},   Range{0x26BD, 0x26BE},   Range{0x26C4, 0x26C5},
    Range{0x26CE, 0x26CE},   Range{0x26D4, 0x26D4},   Range{0x26EA, 0x26EA},
    Range{0x26F2, 0x26F3},   Range{0x26F5, 0x26F5},   Range{0x26FA, 0x26FA},
    Range{0x26FD, 0x26FD},   Range{0x2705, 0x2705},   Range{0x270A, 0x270B},
    Range{0x2728, 0x2728},   Range{0x274C, 0x274C},   Range{0x274E, 0x274E},
    Range{0x2753, 0x2755},   Range{0x2757, 0x2757},   Range{0x2795, 0x2797},
    Range{0x27B0, 0x27B0},   Range{0x27BF, 0x27BF},   Range{0x2B1B, 0x2B1C},
    Range{0x2B50, 0x2B50},   Range{0x2B55, 0x2B55},   Range{0x2E80, 0x303E},
    Range{0x3041, 0x3247},   Range{0x3250, 0x4DBF},   Range{0x4E00, 0xA4C6},
    Range{0xA960, 0xA97C},   Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAD9},
    Range{0xFE10, 0xFE6B},   Range{0xFF01, 0xFF60},   Range{0xFFE0, 0xFFE6},
    Range{0x16FE0, 0x18D08}, Range{0x1AFF0, 0x1B2FB}, Range{0x1F004, 0x1F004},
    Range{0x1F0CF, 0x1F0CF}, Range{0x1F18E, 0x1F18E}, Range{0x1F191, 0x1F19A},
    Range{0x1F200, 0x1F320}, Range{0x1F32D, 0x1F335}, Range{0x1F337, 0x1F37C},
    Range{0x1F37E, 0x1F393}, Range{0x1F3A0, 0x1F3CA}, Range{0x1F3CF, 0x1F3D3},
    Range{0x1F3E0, 0x1F3F0}, Range{0x1F3F4, 0x1F3F4}, Range{0x1F3F8, 0x1F43E},
    Range{0x1F440, 0x1F440}, Range{0x1F442, 0x1F4FC}, Range{0x1F4FF, 0x1F53D},
    Range{0x1F54B, 0x1F54E}, Range{0x1F550, 0x1F567}, Range{0x1F57A, 0x1F57A},
    Range{0x1F595, 0x1F596}, Range{0x1F5A4, 0x1F5A4}, Range{0x1F5FB, 0x1F64F},
    Range{0x1F680, 0x1F6C5}, Range{0x1F6CC, 0x1F6CC}, Range{0x1F6D0, 0x1F6D2},
    Range{0x1F6D5, 0x1F6DF}, Range{0x1F6EB, 0x1F6EC}, Range{0x1F6F4, 0x1F6FC},
    Range{0x1F7E0, 0x1F7F0}, Range{0x1F90C, 0x1F93A}, Range{0x1F93C, 0x1F945},
    Range{0x1F947, 0x1F9FF}, Range{0x1FA70, 0x1FAF6}, Range{0x20000, 0x2FFFD},
    Range{0x30000, 0x3FFFD},
};

// The code unit of the JSON escape `\uXXXX` at `at`; nullopt when none is there.
std::optional<unsigned> escaped_unit(std::string_view json, std::size_t at) {
    if (at + 6 > json.size() || json[at] != '\\' || json[at + 1] != 'u') return std::nullopt;
    unsigned unit = 0;
    const char* const end = json.data() + at + 6;
    const auto read = std::from_chars(json.data() + at + 2, end, unit, 16);
    if (read.ptr != end) return std::nullopt;
    return unit;
}

bool is_low(const std::optional<unsigned>& unit) {
    return unit && *unit >= 0xDC00 && *unit <= 0xDFFF;
}

std::size_t cells(char32_t code_point) {
    if (code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0)) return 0;
    if (contains(combining, code_point)) return 0;
    return contains(wide, code_point) ? 2 : 1;
}

}  // namespace

std::string repair_utf8(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    std::size_t copied = 0;
    for (std::size_t at = 0; at < bytes.size();) {
        if (ascii_block(bytes, at)) {
            at += block_bytes;
            continue;
        }
        const Sequence sequence = sequence_at(bytes, at);
        if (!sequence.valid || bytes[at] == '\0') {
            out += bytes.substr(copied, at - copied);
            if (!sequence.valid) out += replacement;
            copied = at + sequence.size;
        }
        at += sequence.size;
    }
    out += bytes.substr(copied);
    return out;
}

bool valid_utf8(std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size();) {
        if (ascii_block(bytes, at)) {
            at += block_bytes;
            continue;
        }
        const Sequence sequence = sequence_at(bytes, at);
        if (!sequence.valid) return false;
        at += sequence.size;
    }
    return true;
}

std::string mend_surrogate_escapes(std::string_view json) {
    std::string out(json);
    for (std::size_t at = out.find('\\'); at != std::string::npos; at = out.find('\\', at)) {
        const std::optional<unsigned> unit = escaped_unit(out, at);
        if (!unit) {
            at += 2;  // whatever follows a backslash is not the beginning of an escape
        } else if (*unit >= 0xD800 && *unit <= 0xDBFF && is_low(escaped_unit(out, at + 6))) {
            at += 12;
        } else {
            if (*unit >= 0xD800 && *unit <= 0xDFFF) out.replace(at, 6, "\\ufffd");
            at += 6;
        }
    }
    return out;
}

void append_json_text(std::string& out, std::string_view utf8) {
    constexpr std::string_view digits = "0123456789abcdef", named = "btn?fr";
    out += '"';
    std::size_t copied = 0;
    for (std::size_t at = 0; at < utf8.size(); ++at) {
        const unsigned byte = octet(utf8, at);
        if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
        out += utf8.substr(copied, at - copied);
        copied = at + 1;
        out += '\\';
        if (byte >= 0x20) {
            out += static_cast<char>(byte);
        } else if (byte >= '\b' && byte <= '\r' && byte != '\v') {
            out += named[byte - '\b'];
        } else {
            out += "u00";
            out += digits[byte >> 4];
            out += digits[byte & 15];
        }
    }
    out += utf8.substr(copied);
    out += '"';
}

std::size_t code_points(std::string_view utf8) {
    constexpr std::uint64_t ones = in_every_byte(1);
    std::size_t count = 0, at = 0;
    for (; utf8.size() - at >= block_bytes; at += block_bytes) {
        const std::uint64_t block = load_block(utf8.data() + at);
        const std::uint64_t beginnings = ~(block >> 7 & ~(block >> 6)) & ones;
        count += beginnings * ones >> 56;  // the sum of its bytes
    }
    for (; at < utf8.size(); ++at)
        if (!continuation(octet(utf8, at))) ++count;
    return count;
}

std::size_t display_cells(std::string_view utf8) {
    std::size_t sum = 0;
    for (std::size_t at = 0; at < utf8.size();) sum += cells(next_code_point(utf8, at));
    return sum;
}

std::size_t utf16_units(std::string_view utf8) {
    // A sequence of four bytes, and no other, is a surrogate pair.
    const auto pairs = std::count_if(utf8.begin(), utf8.end(), [](char byte) {
        return static_cast<unsigned char>(byte) >= 0xF0;
    });
    return code_points(utf8) + static_cast<std::size_t>(pairs);
}

std::size_t byte_offset(std::string_view utf8, std::size_t index) {
    std::size_t at = 0;
    for (; at < utf8.size(); ++at)
        if (!continuation(octet(utf8, at)) && index-- == 0) return at;
    return at;
}

char32_t next_code_point(std::string_view utf8, std::size_t& at) {
    const unsigned lead = octet(utf8, at++);
    if (lead < 0x80) return lead;
    const std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
    char32_t code_point = lead & (0x3FU >> more);
    for (std::size_t i = 0; i < more && at < utf8.size(); ++i)
        code_point = (code_point << 6) | (octet(utf8, at++) & 0x3F);
    return code_point;
}

void append_code_point(std::string& out, char32_t code_point) {
    const auto put = [&out](char32_t value) { out += static_cast<char>(value); };
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) {
        out += replacement;
    } else if (code_point < 0x80) {
        put(code_point);
    } else if (code_point < 0x800) {
        put(0xC0 | (code_point >> 6));
        put(0x80 | (code_point & 0x3F));
    } else if (code_point < 0x10000) {
        put(0xE0 | (code_point >> 12));
        put(0x80 | ((code_point >> 6) & 0x3F));
        put(0x80 | (code_point & 0x3F));
    } else {
        put(0xF0 | (code_point >> 18));
        put(0x80 | ((code_point >> 12) & 0x3F));
        put(0x80 | ((code_point >> 6) & 0x3F));
        put(0x80 | (code_point & 0x3F));
    }
}

}  // namespace spokeswatch
