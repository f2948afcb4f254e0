#include "daemon/normalise.hpp"

#include <utility>

#include "text/html_text.hpp"
#include "text/language.hpp"
#include "text/tokens.hpp"

namespace spokeswatch {

void take_text_from_html(Statement& statement) {
    if (!statement.text.empty() || statement.html.empty()) return;
    HtmlText plain = html_to_text(statement.html);
    statement.text = std::move(plain.text);
    if (statement.links.empty()) statement.links = std::move(plain.links);
}

void normalise(Statement& statement) {
    take_text_from_html(statement);
    if (statement.lang.empty()) {
        statement.lang = detect_language(
            statement.text.size() > statement.title.size() ? statement.text : statement.title
        );
        statement.lang_declared = false;
    }
    const bool has_all =
        !statement.tags.empty() && !statement.mentions.empty() && !statement.links.empty();
    if (has_all) return;
    Entities entities = extract_entities(statement.text);
    if (statement.tags.empty()) statement.tags = std::move(entities.tags);
    if (statement.mentions.empty()) statement.mentions = std::move(entities.mentions);
    if (statement.links.empty()) statement.links = std::move(entities.links);
}

}  // namespace spokeswatch
