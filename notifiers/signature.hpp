#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.hpp"

namespace spokeswatch {

// Key bytes of a signing secret: base64 behind `whsec_` (Standard Webhooks), otherwise the text
// itself. nullopt: what stands behind `whsec_` is not base64 or empty.
std::optional<std::string> signing_key(const Secret& secret);

// Value of `webhook-signature`: "v1," and base64 of HMAC-SHA256(key, id "." timestamp "." body) for
// each key, separated by a space (Standard Webhooks 1.0.0).
std::string sign_webhook(
    const std::vector<std::string>& keys,
    std::string_view id,
    std::int64_t timestamp,
    std::string_view body
);

}  // namespace spokeswatch
