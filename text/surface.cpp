#include <algorithm>

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/stringpiece.h>

#include "base/check.hpp"
#include "text/fold.hpp"
#include "text/tokens.hpp"

// The text in its own case and accents, as `regex:` and `exact:` see it.

namespace spokeswatch {

namespace {

constexpr char32_t arabic_stretch = 0x640;  // nothing to words, but a sign that is there

bool is_invisible(char32_t c) {
    return c != arabic_stretch && char_entry(c).cls == CharClass::ignorable;
}

// ASCII quote or dash for one of its many shapes; 0 for everything else.
char unified_sign(char32_t c) {
    switch (c) {
        case 0x2018:
        case 0x2019:
        case 0x201A:
        case 0x201B:
        case 0x2032:
        case 0x02BC:
        case 0xFF07:
        case 0x2039:
        case 0x203A:
            return '\'';
        case 0x201C:
        case 0x201D:
        case 0x201E:
        case 0x201F:
        case 0x2033:
        case 0x00AB:
        case 0x00BB:
        case 0xFF02:
            return '"';
        case 0x2010:
        case 0x2011:
        case 0x2012:
        case 0x2013:
        case 0x2014:
        case 0x2015:
        case 0x2212:
        case 0xFE58:
        case 0xFE63:
        case 0xFF0D:
            return '-';
        default:
            return 0;
    }
}

const icu::Normalizer2& nfc() {
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* found = icu::Normalizer2::getNFCInstance(status);
    check(U_SUCCESS(status) && found != nullptr, "ICU has no normalisation data");
    return *found;
}

icu::StringPiece piece(std::string_view text) {
    return {text.data(), static_cast<std::int32_t>(text.size())};
}

// Composes what stands between two boundaries; all of it comes from where it began.
void compose(SurfaceText& surface) {
    constexpr std::size_t members_max = 64;  // a tower of marks is composed in parts: linear time
    SurfaceText composed;
    std::size_t at = 0;
    const std::string_view text = surface.text;
    while (at < text.size()) {
        const std::size_t start = at;
        decode(text, at);
        for (std::size_t members = 1; at < text.size() && members < members_max; ++members) {
            std::size_t next = at;
            if (nfc().hasBoundaryBefore(static_cast<UChar32>(decode(text, next)))) break;
            at = next;
        }
        const std::size_t before = composed.text.size();
        if (at == start + 1) {
            composed.text.push_back(text[start]);
        } else {
            UErrorCode status = U_ZERO_ERROR;
            icu::StringByteSink<std::string> sink(&composed.text);
            nfc().normalizeUTF8(0, piece(text.substr(start, at - start)), sink, nullptr, status);
        }
        composed.original_offsets.resize(
            composed.original_offsets.size() + composed.text.size() - before,
            surface.original_offsets[start]
        );
    }
    composed.original_offsets.push_back(surface.original_offsets.back());
    surface = std::move(composed);
}

}  // namespace

void surface_text(std::string_view original, SurfaceText& into) {
    into.text.clear();
    into.original_offsets.clear();
    bool ascii = true;
    std::size_t at = 0;
    while (at < original.size()) {
        const std::size_t start = at;
        const char32_t c = decode(original, at);
        if (c < 0x80) {
            into.text.push_back(static_cast<char>(c));
            into.original_offsets.push_back(static_cast<std::uint32_t>(start));
            continue;
        }
        if (is_invisible(c)) continue;
        if (const char sign = unified_sign(c)) {
            into.text.push_back(sign);
            into.original_offsets.push_back(static_cast<std::uint32_t>(start));
            continue;
        }
        ascii = false;
        into.text.append(original.substr(start, at - start));
        into.original_offsets.resize(into.text.size(), static_cast<std::uint32_t>(start));
    }
    into.original_offsets.push_back(static_cast<std::uint32_t>(original.size()));
    if (ascii) return;
    UErrorCode status = U_ZERO_ERROR;
    if (!nfc().isNormalizedUTF8(piece(into.text), status)) compose(into);
}

SurfaceText surface_text(std::string_view original) {
    SurfaceText surface;
    surface_text(original, surface);
    return surface;
}

OriginalSpan original_span(
    std::string_view original, const SurfaceText& surface, std::size_t start, std::size_t end
) {
    OriginalSpan span;
    span.start = surface.original_offsets[start];
    std::size_t last = surface.original_offsets[end];
    while (last > span.start) {
        std::size_t before = last;
        if (!is_invisible(decode_back(original, before))) break;
        last = before;
    }
    span.end = static_cast<std::uint32_t>(last);
    return span;
}

std::vector<OriginalSpan> paragraphs(std::string_view text) {
    std::vector<OriginalSpan> found;
    std::size_t at = 0, start = 0, blank_from = 0, line_breaks = 0;
    const auto finish = [&](std::size_t end) {
        if (end > start)
            found.push_back({static_cast<std::uint32_t>(start), static_cast<std::uint32_t>(end)});
    };
    while (at < text.size()) {
        const std::size_t here = at;
        const CharClass cls = char_entry(decode(text, at)).cls;
        if (cls == CharClass::line_break || cls == CharClass::paragraph) {
            if (line_breaks == 0) blank_from = here;
            const bool second_half = text[here] == '\n' && here > 0 && text[here - 1] == '\r';
            if (!second_half) line_breaks += cls == CharClass::paragraph ? 2 : 1;
        } else if (cls != CharClass::space && cls != CharClass::ignorable) {
            if (line_breaks > 1) {
                finish(blank_from);
                start = here;
            }
            line_breaks = 0;
        }
    }
    finish(line_breaks > 1 ? blank_from : text.size());
    return found;
}

std::string folded_text(std::string_view original) {
    std::string folded;
    std::size_t at = 0;
    while (at < original.size()) {
        const std::size_t start = at;
        const char32_t c = decode(original, at);
        const CharEntry& entry = char_entry(c);
        if (entry.is(CharEntry::base)) {
            // What cannot be seen does not part a letter from its marks.
            std::string sequence(original.substr(start, at - start));
            while (at < original.size()) {
                std::size_t next = at;
                const CharEntry& mark = char_entry(decode(original, next));
                const bool ignorable = mark.cls == CharClass::ignorable;
                if (!ignorable && !mark.is(CharEntry::combines)) break;
                if (!ignorable) sequence += original.substr(at, next - at);
                at = next;
            }
            folded += fold_sequence(sequence);
            continue;
        }
        switch (entry.cls) {
            case CharClass::word:
            case CharClass::ideograph:
                folded += entry.folded();
                break;
            case CharClass::expand:
                folded += char_expansion(c);
                break;
            case CharClass::mark:
            case CharClass::ignorable:
                break;
            default:
                folded += original.substr(start, at - start);
        }
    }
    return folded;
}

}  // namespace spokeswatch
