#pragma once

#include <string>
#include <string_view>

namespace spokeswatch {

// BCP 47 language by script and letters: zh, ja, ko, ru, uk, ar, he, el, th, hi, en (Latin without
// marks of another), ... Empty when the text has too few letters to say.
std::string detect_language(std::string_view text);

// "en_us" -> "en-US"; empty for und, zxx, mul and nonsense.
std::string canonical_language(std::string_view tag);

// A human name in English: "Chinese", "Russian"; the tag itself when unknown.
std::string language_name(std::string_view tag);

}  // namespace spokeswatch
