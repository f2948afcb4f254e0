#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/blocks.hpp"

// The hash of a token's folded form, inlined for the hot path; all others call token_hash().

namespace spokeswatch {

struct TokenHashKey {
    TokenHashKey();  // random
    std::array<std::uint64_t, 3> words{};
};

// One for the process.
const TokenHashKey& token_hash_key();

inline std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
    __extension__ using Product = unsigned __int128;
    const Product product = static_cast<Product>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// The last step: `block` holds the bytes behind the last whole eight of the form, then zeros.
inline std::uint64_t finished_hash(
    const TokenHashKey& key, std::uint64_t hash, std::uint64_t block
) {
    return mixed(mixed(hash ^ block, key.words[1]), key.words[2]);
}

// Of a form of at most 7 bytes that stand in `block`, then zeros.
inline std::uint64_t short_hash(const TokenHashKey& key, std::uint64_t block, std::size_t size) {
    return finished_hash(key, key.words[0] ^ size, block);
}

// Seven bytes behind the form are readable: they do not count.
inline std::uint64_t padded_hash(const TokenHashKey& key, const char* bytes, std::size_t size) {
    std::uint64_t hash = key.words[0] ^ size;
    for (; size >= 8; bytes += 8, size -= 8) hash = mixed(hash ^ load_block(bytes), key.words[1]);
    return finished_hash(key, hash, first_bytes(load_block(bytes), size));
}

}  // namespace spokeswatch
