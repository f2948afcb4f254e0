#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

// Eight bytes of text in one register, the first in the lowest bits: what the hot loops over
// letters work with (SIMD within a register; Lamport, "Multiple byte processing with full-word
// instructions", 1975).

namespace spokeswatch {

inline constexpr std::size_t block_bytes = 8;

inline std::uint64_t in_text_order(std::uint64_t block) {
    if constexpr (std::endian::native == std::endian::big) return __builtin_bswap64(block);
    return block;
}

inline std::uint64_t load_block(const void* bytes) {
    std::uint64_t block = 0;
    std::memcpy(&block, bytes, sizeof block);
    return in_text_order(block);
}

inline void store_block(char* bytes, std::uint64_t block) {
    block = in_text_order(block);
    std::memcpy(bytes, &block, sizeof block);
}

// The first `size` bytes of a block (0 to 7), the others 0.
inline std::uint64_t first_bytes(std::uint64_t block, std::size_t size) {
    return block & ((std::uint64_t{1} << (8 * size)) - 1);
}

constexpr std::uint64_t in_every_byte(unsigned char byte) { return 0x0101010101010101U * byte; }

// 0x80 in every byte that is between `low` and `high`, both ASCII; `block` has no other bytes.
inline std::uint64_t bytes_between(std::uint64_t block, unsigned char low, unsigned char high) {
    const std::uint64_t from = block + in_every_byte(static_cast<unsigned char>(0x80 - low));
    const std::uint64_t beyond = block + in_every_byte(static_cast<unsigned char>(0x7F - high));
    return from & ~beyond & in_every_byte(0x80);
}

// The ASCII letters and digits that a block begins with, in lower case.
struct AsciiWord {
    std::uint64_t lower = 0;  // bytes behind `size` are anything
    std::size_t size = 0;
};
inline AsciiWord ascii_word(std::uint64_t block) {
    const std::uint64_t seven_bits = block & in_every_byte(0x7F);
    const std::uint64_t letters = bytes_between(seven_bits | in_every_byte(0x20), 'a', 'z');
    const std::uint64_t digits = bytes_between(seven_bits, '0', '9');
    const std::uint64_t others = (~(letters | digits) | block) & in_every_byte(0x80);
    return {block | letters >> 2, static_cast<std::size_t>(std::countr_zero(others)) / 8};
}

}  // namespace spokeswatch
