#include "text/url_encoding.hpp"

#include "base/ascii.hpp"

namespace spokeswatch {
namespace {

bool percent_triplet(std::string_view text, std::size_t at) {
    return at + 2 < text.size() && text[at] == '%' && hex_digit(text[at + 1]) >= 0 &&
           hex_digit(text[at + 2]) >= 0;
}

void append_percent(std::string& out, char c) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto value = static_cast<unsigned char>(c);
    out += '%';
    out += digits[value >> 4];
    out += digits[value & 15];
}

}  // namespace

std::string percent_encode(std::string_view text, std::string_view also) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const auto value = static_cast<unsigned char>(c);
        if (value <= 0x20 || value >= 0x7F || also.find(c) != std::string_view::npos) {
            append_percent(out, c);
        } else {
            out += c;
        }
    }
    return out;
}

std::string percent_decode(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (percent_triplet(text, at)) {
            out += static_cast<char>(hex_digit(text[at + 1]) * 16 + hex_digit(text[at + 2]));
            at += 2;
        } else {
            out += text[at];
        }
    }
    return out;
}

std::string percent_encode_strictly(std::string_view text) {
    constexpr std::string_view never = "[]\\^|{}`\"<>";
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const bool stray = text[at] == '%' && !percent_triplet(text, at);
        if (stray || never.find(text[at]) != std::string_view::npos) {
            append_percent(out, text[at]);
        } else {
            out += text[at];
        }
    }
    return out;
}

std::string percent_normal(std::string_view text) {
    std::string out;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (!percent_triplet(text, at)) {
            out += text[at];
            continue;
        }
        const char c = static_cast<char>(hex_digit(text[at + 1]) * 16 + hex_digit(text[at + 2]));
        const bool unreserved =
            ascii_letter(c) || ascii_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
        if (unreserved) {
            out += c;
        } else {
            append_percent(out, c);
        }
        at += 2;
    }
    return out;
}

}  // namespace spokeswatch
