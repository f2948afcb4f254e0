#include "config/source_text.hpp"

#include <algorithm>
#include <cctype>

#include "base/utf8.hpp"
#include "config/codes.hpp"
#include "config/yaml_scan.hpp"
#include "config/yaml_tree.hpp"

namespace spokeswatch {

namespace {

// Only what stands in a file before parsing can help: the words that name credentials.
bool names_secret(std::string_view key) {
    constexpr std::string_view words[] = {
        "secret", "password", "token", "cookie", "api_url", "api_key", "private_key"};
    if (key.ends_with("_file") || key.ends_with("_env")) return false;
    return std::any_of(std::begin(words), std::end(words), [key](std::string_view word) {
        return key.find(word) != std::string_view::npos;
    });
}

// Hides the values of keys that look like credentials, so that no snippet shows them, not even
// that of a file that cannot be parsed.
void hide_secrets(SourceText& file) {
    const std::string_view bytes = file.bytes;
    for (std::size_t colon = bytes.find(':'); colon != bytes.npos;
         colon = bytes.find(':', colon + 1)) {
        std::size_t start = colon;
        if (start > 0 && bytes[start - 1] == '"') --start;
        while (start > 0 && (std::isalnum(static_cast<unsigned char>(bytes[start - 1])) != 0 ||
                             bytes[start - 1] == '_'))
            --start;
        if (!names_secret(bytes.substr(start, colon - start))) continue;
        const std::size_t value = bytes.find_first_not_of(" \t", colon + 1);
        if (value == bytes.npos || bytes[value] == '\n' || bytes[value] == '\r') continue;
        const bool in_quotes = bytes[value] == '"' || bytes[value] == '\'';
        const char* const ends = in_quotes ? "\r\n" : "\r\n,}";
        const std::size_t end = std::min(bytes.find_first_of(ends, value), bytes.size());
        if (end > value) file.hidden.emplace_back(value, end);
    }
}

void report_encoding(
    const std::string& path, const std::string& bytes, std::size_t offset, Diagnostics& diagnostics
) {
    auto shown = std::make_shared<SourceText>();
    shown->path = path;
    shown->bytes = repair_utf8(bytes);
    hide_secrets(*shown);
    Span span = Places(shown).at(repair_utf8(bytes.substr(0, offset)).size());
    const bool utf16 = bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff");
    Diagnostic& fault = diagnostics.error(
        code::encoding,
        std::move(span),
        utf16 ? "the file is UTF-16, not UTF-8"
              : "the file is not valid UTF-8 (at byte " + std::to_string(offset) + ")"
    );
    fault.helps.push_back("save the file as UTF-8");
}

// Where the first byte that is no UTF-8 stands; npos when there is none.
std::size_t first_invalid(const std::string& bytes) {
    if (valid_utf8(bytes)) return std::string::npos;
    const std::string repaired = repair_utf8(bytes);
    const auto differ = std::mismatch(bytes.begin(), bytes.end(), repaired.begin(), repaired.end());
    auto offset = static_cast<std::size_t>(differ.first - bytes.begin());
    // The replacement may begin with the same bytes as what it replaces.
    while (offset > 0 && !valid_utf8(std::string_view(bytes).substr(0, offset))) --offset;
    return offset;
}

bool control(unsigned char c) {
    return (c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7f;
}

}  // namespace

std::shared_ptr<SourceText> read_source_text(
    const std::string& path, std::string bytes, Diagnostics& diagnostics, std::size_t bytes_max
) {
    if (bytes.starts_with("\xef\xbb\xbf")) bytes.erase(0, 3);
    if (const std::size_t bad = first_invalid(bytes); bad != std::string::npos) {
        report_encoding(path, bytes, bad, diagnostics);
        return nullptr;
    }
    auto text = std::make_shared<SourceText>();
    text->path = path;
    text->bytes = std::move(bytes);
    hide_secrets(*text);
    if (text->bytes.size() > bytes_max) {
        diagnostics.error(
            code::too_much,
            Places(text).at(0),
            "the file is larger than " + std::to_string(bytes_max / 1024 / 1024) + " MiB"
        );
        return nullptr;
    }
    const auto odd = std::find_if(text->bytes.begin(), text->bytes.end(), [](char c) {
        return control(static_cast<unsigned char>(c));
    });
    if (odd == text->bytes.end()) {
        const std::size_t end = text->bytes.find('\r');
        if (end == std::string::npos || text->bytes.find('\n') != std::string::npos) return text;
        diagnostics
            .error(
                code::encoding, Places(text).at(end), "lines end with a carriage return alone here"
            )
            .helps.emplace_back("save the file with the line ends of Unix or Windows");
        return nullptr;
    }
    const auto at = static_cast<std::size_t>(odd - text->bytes.begin());
    // Every other byte of ASCII in UTF-16 is zero.
    const bool utf16 =
        *odd == '\0' && at < 2 && text->bytes.size() > at + 2 && text->bytes[at + 2] == '\0';
    Diagnostic& fault = diagnostics.error(
        code::encoding,
        Places(text).at(at),
        utf16 ? "the file is UTF-16, not UTF-8" : "a control character cannot stand here"
    );
    if (utf16) fault.helps.push_back("save the file as UTF-8");
    return nullptr;
}

}  // namespace spokeswatch
