#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace spokeswatch {

// The only place beside net/ that knows OpenSSL. Byte strings are std::string.
std::string sha256(std::string_view data);                             // 32 bytes
std::string sha256_hex(std::string_view data);                         // 64 lower-case hex digits
std::string hmac_sha256(std::string_view key, std::string_view data);  // 32 bytes
std::string random_bytes(std::size_t count);  // from the system's generator

std::string hex(std::string_view bytes);
std::string base64(std::string_view bytes);                       // RFC 4648, with padding
std::optional<std::string> base64_decode(std::string_view text);  // padding optional, no spaces

// Equal in time that depends on the lengths only.
bool equal_constant_time(std::string_view a, std::string_view b);

}  // namespace spokeswatch
