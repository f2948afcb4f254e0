#include "connectors/limits.hpp"

#include "base/crypto.hpp"
#include "connectors/node.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

void cut(std::string& text, std::size_t bytes_max) {
    text.resize(cut_text(text, bytes_max).size());
}

void cut_id(std::string& id) {
    if (id.size() > native_id_bytes_max) id = sha256_hex(id);
}

void cut_names(std::vector<std::string>& names) {
    if (names.size() > list_max) names.resize(list_max);
    for (std::string& name : names) cut(name, name_bytes_max);
}

void cut_reference(std::optional<Reference>& reference) {
    if (!reference) return;
    cut_id(reference->native_id);
    cut(reference->author_handle, name_bytes_max);
    cut(reference->author_name, name_bytes_max);
    cut(reference->text, text_bytes_max);
}

}  // namespace

void keep_within_limits(Statement& statement) {
    cut_id(statement.native_id);
    if (statement.text.size() > text_bytes_max) statement.partial = true;
    for (std::string* text : {&statement.text, &statement.spoiler}) cut(*text, text_bytes_max);
    if (statement.html.size() > text_bytes_max) statement.html.clear();
    for (std::string* name :
         {&statement.author_handle, &statement.author_name, &statement.author_id}) {
        cut(*name, name_bytes_max);
    }
    if (statement.media.size() > list_max) statement.media.resize(list_max);
    for (Media& medium : statement.media) cut(medium.alt, alt_bytes_max);
    cut_names(statement.tags);
    cut_names(statement.mentions);
    cut_reference(statement.reply_to);
    cut_reference(statement.repost_of);
    cut_reference(statement.quote_of);
    cut(statement.raw, raw_bytes_max);
}

std::string kept_link(std::string_view url) {
    return url.size() <= link_bytes_max && is_http_url(url) ? std::string(url) : std::string();
}

}  // namespace spokeswatch
