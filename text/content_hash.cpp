#include "text/content_hash.hpp"

#include <algorithm>

#include "base/crypto.hpp"
#include "text/charset.hpp"

namespace spokeswatch {
namespace {

constexpr std::size_t segment_bytes_max = 128;

// Each field with its length, so that no two records run into the same bytes.
void add(std::string& record, std::string_view field) {
    record += std::to_string(field.size());
    record += ':';
    record += field;
}

std::string lasting_path(std::string_view url) {
    url = url.substr(0, url.find_first_of("?#"));
    const std::size_t authority = url.find("//");
    if (authority != std::string_view::npos) {
        const std::size_t path = std::min(url.find('/', authority + 2), url.size());
        url.remove_prefix(path);
    }
    std::string lasting;
    for (std::size_t at = 0; at < url.size();) {
        const std::size_t end = std::min(url.find('/', at), url.size());
        if (end > at && end - at <= segment_bytes_max) {
            lasting += '/';
            lasting += url.substr(at, end - at);
        }
        at = end + 1;
    }
    return lasting;
}

}  // namespace

std::string content_hash(const Statement& statement) {
    std::string record;
    add(record, nfc(statement.title));
    add(record, nfc(statement.spoiler));
    add(record, nfc(statement.text));
    add(record, std::to_string(statement.media.size()));
    for (const Media& medium : statement.media) {
        add(record, medium.kind);
        add(record, nfc(medium.alt));
        add(record, lasting_path(medium.url));
    }
    if (statement.quote_of) {
        const Reference& quoted = *statement.quote_of;
        add(record, quoted.native_id.empty() ? quoted.url : quoted.native_id);
    }
    return sha256_hex(record);
}

}  // namespace spokeswatch
