#include "base/crypto.hpp"

#include <algorithm>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "base/check.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t sha256_bytes = 32;

const EVP_MD* sha256_method() {
    // Fetched once: the implicit fetch of EVP_sha256() costs more than hashing a short text.
    static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    check(method != nullptr, "OpenSSL has no SHA-256");
    return method;
}

const unsigned char* octets(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.empty() ? "" : bytes.data());
}

unsigned char* octets(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

constexpr std::string_view base64_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string sha256(std::string_view data) {
    std::string out(sha256_bytes, '\0');
    unsigned int size = 0;
    const int done =
        EVP_Digest(octets(data), data.size(), octets(out), &size, sha256_method(), nullptr);
    check(done == 1 && size == sha256_bytes, "SHA-256 failed");
    return out;
}

std::string sha256_hex(std::string_view data) { return hex(sha256(data)); }

std::string hmac_sha256(std::string_view key, std::string_view data) {
    std::string out(sha256_bytes, '\0');
    unsigned int size = 0;
    const unsigned char* done = HMAC(
        sha256_method(),
        octets(key),
        static_cast<int>(key.size()),
        octets(data),
        data.size(),
        octets(out),
        &size
    );
    check(done != nullptr && size == sha256_bytes, "HMAC-SHA-256 failed");
    return out;
}

std::string random_bytes(std::size_t count) {
    std::string out(count, '\0');
    check(RAND_bytes(octets(out), static_cast<int>(count)) == 1, "no random bytes");
    return out;
}

std::string hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string out;
    out.reserve(bytes.size() * 2);
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        out += digits[value >> 4];
        out += digits[value & 15];
    }
    return out;
}

std::string base64(std::string_view bytes) {
    std::string out;
    out.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t count = std::min<std::size_t>(3, bytes.size() - at);
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < 3; ++i)
            group = (group << 8) | (i < count ? static_cast<unsigned char>(bytes[at + i]) : 0U);
        for (std::size_t i = 0; i < 4; ++i)
            out += i <= count ? base64_alphabet[(group >> (18 - 6 * i)) & 63] : '=';
    }
    return out;
}

std::optional<std::string> base64_decode(std::string_view text) {
    std::size_t padding = 0;
    while (padding < 2 && !text.empty() && text.back() == '=') {
        text.remove_suffix(1);
        ++padding;
    }
    const std::size_t tail = text.size() % 4;
    if (tail == 1 || (padding > 0 && tail + padding != 4)) return std::nullopt;

    std::string out;
    out.reserve(text.size() / 4 * 3 + 2);
    std::uint32_t bits = 0;
    int bits_held = 0;
    for (const char character : text) {
        const std::size_t value = base64_alphabet.find(character);
        if (value == std::string_view::npos) return std::nullopt;
        bits = (bits << 6) | static_cast<std::uint32_t>(value);
        bits_held += 6;
        if (bits_held >= 8) {
            bits_held -= 8;
            out += static_cast<char>((bits >> bits_held) & 255);
        }
    }
    return out;
}

bool equal_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && CRYPTO_memcmp(octets(a), octets(b), a.size()) == 0;
}

}  // namespace spokeswatch
