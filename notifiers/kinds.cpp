#include "notifiers/kinds.hpp"

#include "base/crypto.hpp"

namespace spokeswatch {

std::string short_hash(std::string_view text) { return sha256_hex(text).substr(0, 10); }

std::string target_id(
    std::string_view kind,
    const std::string& receiver,
    std::size_t index,
    std::string_view recipient
) {
    // Names hold no line break, so the parts cannot run into each other.
    std::string identity = receiver + '\n' + std::to_string(index) + '\n';
    identity += recipient;
    return std::string(kind) + "-" + short_hash(identity);
}

}  // namespace spokeswatch
