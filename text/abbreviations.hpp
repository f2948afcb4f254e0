#pragma once

#include <cstdint>

namespace spokeswatch {

// Whether a full stop behind the token of this hash ends no sentence: "Mr. Brown", "ул. Ленина".
bool is_abbreviation(std::uint64_t token_hash);

}  // namespace spokeswatch
