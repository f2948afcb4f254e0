#include "notifiers/signature.hpp"

#include "base/crypto.hpp"

namespace spokeswatch {

std::optional<std::string> signing_key(const Secret& secret) {
    static constexpr std::string_view prefix = "whsec_";
    const std::string& text = secret.reveal();
    if (!text.starts_with(prefix)) return text;
    auto key = base64_decode(std::string_view(text).substr(prefix.size()));
    if (key && key->empty()) return std::nullopt;
    return key;
}

std::string sign_webhook(
    const std::vector<std::string>& keys,
    std::string_view id,
    std::int64_t timestamp,
    std::string_view body
) {
    std::string content(id);
    content += '.' + std::to_string(timestamp) + '.';
    content += body;
    std::string signatures;
    for (const std::string& key : keys) {
        if (!signatures.empty()) signatures += ' ';
        signatures += "v1," + base64(hmac_sha256(key, content));
    }
    return signatures;
}

}  // namespace spokeswatch
