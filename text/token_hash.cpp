#include "text/token_hash.hpp"

#include <random>
#include <string_view>

#include "text/tokens.hpp"

namespace spokeswatch {

TokenHashKey::TokenHashKey() {
    std::random_device device;
    for (std::uint64_t& word : words)
        word = static_cast<std::uint64_t>(device()) << 32 | device() | 1;
}

const TokenHashKey& token_hash_key() {
    static const TokenHashKey key;
    return key;
}

std::uint64_t token_hash(std::string_view folded_form) {
    const TokenHashKey& key = token_hash_key();
    std::uint64_t hash = key.words[0] ^ folded_form.size();
    for (; folded_form.size() >= 8; folded_form.remove_prefix(8))
        hash = mixed(hash ^ load_block(folded_form.data()), key.words[1]);
    std::array<char, 8> rest{};
    folded_form.copy(rest.data(), rest.size());
    return finished_hash(key, hash, load_block(rest.data()));
}

}  // namespace spokeswatch
