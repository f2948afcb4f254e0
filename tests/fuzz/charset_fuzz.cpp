#include <algorithm>

#include "base/check.hpp"
#include "base/utf8.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "text/charset.hpp"

using namespace spokeswatch;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = testing::fuzz_text(data, size);
    // A label in the first line, then the bytes.
    const std::size_t line = std::min(text.find('\n'), text.size());
    const std::string_view label = text.substr(0, line);
    const std::string_view bytes = text.substr(std::min(line + 1, text.size()));

    const auto good = [](const std::string& decoded) {
        return valid_utf8(decoded) && decoded.find('\0') == std::string::npos;
    };
    if (const auto decoded = decode_charset(bytes, label))
        check(good(*decoded), "a charset decodes to what is not UTF-8");
    std::string used;
    check(good(decode_text(bytes, label, {}, &used)), "a text decodes to what is not UTF-8");
    check(!used.empty(), "a text is of no charset");
    check(good(decode_text(text, {}, label)), "a text decodes to what is not UTF-8");
    if (valid_utf8(bytes)) check(nfc(nfc(bytes)) == nfc(bytes), "a normal form is not normal");
    return 0;
}
