#pragma once

#include <string>
#include <string_view>

namespace spokeswatch {

// What a word looks like: equal for words whose letters, of whatever script, cannot be told apart
// by eye, so Рutin (with a Cyrillic Р) looks like Putin and M0SCOW like Moscow. Case does not
// matter. The skeleton of Unicode Technical Standard 39, section 4, made blind to case; `into` is
// for comparing only. Of some microseconds a word: for rules that ask for it.
void looks_of(std::string_view word, std::string& into);

}  // namespace spokeswatch
