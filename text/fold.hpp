#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/blocks.hpp"

// What one character is and what it becomes when text is compared: the tables under tokens.hpp.
// They come from ICU, a page of 256 code points at a time when its first character is met, so that
// a program that reads English never pays for the rest. Safe to use from several threads.

namespace spokeswatch {

enum class CharClass : std::uint8_t {
    space,
    line_break,
    paragraph,    // U+2029
    punctuation,  // every other sign: a gap between words
    dot,          // . that may end a sentence
    terminator,   // ! ? …
    hard_stop,    // 。！？ and other scripts' stops: always the end of a sentence
    hyphen,
    underscore,
    hash,
    at,
    word,       // part of a word: see `folded`
    ideograph,  // a token of its own: see `folded`
    mark,       // nothing of its own; belongs to the character before it
    ignorable,  // nothing at all: soft hyphen, zero width, bidi controls
    emoji,
    skin_tone,
    regional,  // half a flag
    expand,    // several characters of different classes: see char_expansion
};

struct CharEntry {
    static constexpr std::uint8_t upper = 1;  // upper or title case, as written
    static constexpr std::uint8_t lower = 2;
    static constexpr std::uint8_t letter = 4;
    static constexpr std::uint8_t capital = 8;        // may begin a sentence: not lower case
    static constexpr std::uint8_t combines = 16;      // may change with what stands before it
    static constexpr std::uint8_t composes = 32;      // and may become one character with it
    static constexpr std::uint8_t base = 64;          // may change with what stands behind it
    static constexpr std::uint8_t joins_lines = 128;  // a line break beside it is nothing

    CharClass cls = CharClass::punctuation;
    std::uint8_t flags = 0;
    std::uint8_t size = 0;
    char bytes[5] = {};  // folded form, UTF-8

    [[nodiscard]] bool is(std::uint8_t flag) const { return (flags & flag) != 0; }
    [[nodiscard]] std::string_view folded() const { return {bytes, size}; }
};

// A character in the register: its class, flags, length and folded form.
class PackedEntry {
  public:
    explicit PackedEntry(const CharEntry& entry) : bits_(load_block(&entry)) {
        static_assert(sizeof entry == 8 && offsetof(CharEntry, bytes) == 3);
    }
    [[nodiscard]] CharClass cls() const { return static_cast<CharClass>(bits_ & 0xFF); }
    [[nodiscard]] bool is(std::uint8_t flag) const { return (bits_ >> 8 & flag) != 0; }
    [[nodiscard]] std::size_t size() const { return bits_ >> 16 & 0xFF; }
    [[nodiscard]] std::uint64_t folded() const { return bits_ >> 24; }

  private:
    std::uint64_t bits_;
};

constexpr char32_t code_point_max = 0x10FFFF;
struct CharPage {
    std::array<CharEntry, 256> entries{};
};
// Null: no character of it was met so far.
extern std::array<std::atomic<const CharPage*>, code_point_max / 256 + 1> char_pages;
const CharPage& build_char_page(std::size_t number);

inline const CharEntry& char_entry(char32_t code_point) {
    if (code_point > code_point_max) code_point = 0xFFFD;
    const CharPage* page = char_pages[code_point / 256].load(std::memory_order_acquire);
    if (page == nullptr) [[unlikely]]
        page = &build_char_page(code_point / 256);
    return page->entries[code_point % 256];
}

// For class `expand`: what it folds to, UTF-8; every character of it folds to itself.
std::string_view char_expansion(char32_t code_point);

// Folds a character and the marks behind it together: for sequences whose members have the flags
// `base` and `composes`. `utf8` has no ignorables; the result is a fixed point.
std::string fold_sequence(std::string_view utf8);

// Same as next_code_point of base/utf8.hpp, inlined for the hot path. Valid UTF-8 only.
inline char32_t decode(std::string_view text, std::size_t& at) {
    const auto byte = [&](std::size_t i) {
        return static_cast<char32_t>(static_cast<unsigned char>(text[i]));
    };
    const char32_t first = byte(at);
    if (first < 0x80) {
        ++at;
        return first;
    }
    if (first < 0xE0 && at + 1 < text.size()) {
        at += 2;
        return (first & 0x1F) << 6 | (byte(at - 1) & 0x3F);
    }
    if (first < 0xF0 && at + 2 < text.size()) {
        at += 3;
        return (first & 0x0F) << 12 | (byte(at - 2) & 0x3F) << 6 | (byte(at - 1) & 0x3F);
    }
    if (at + 3 < text.size()) {
        at += 4;
        return ((first & 0x07) << 18 | (byte(at - 3) & 0x3F) << 12 | (byte(at - 2) & 0x3F) << 6 |
                (byte(at - 1) & 0x3F)) &
               0x1FFFFF;
    }
    at = text.size();
    return 0xFFFD;
}

// The code point that ends at byte `at` (> 0); moves `at` to its start.
char32_t decode_back(std::string_view text, std::size_t& at);

}  // namespace spokeswatch
