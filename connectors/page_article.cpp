#include "connectors/page_article.hpp"

#include "connectors/feed_words.hpp"
#include "connectors/html.hpp"
#include "connectors/limits.hpp"
#include "connectors/page_list.hpp"
#include "connectors/page_metadata.hpp"
#include "text/date_format.hpp"
#include "text/html_text.hpp"
#include "text/truncate.hpp"

namespace spokeswatch {

namespace {

// Where the words of an article stand when nobody says it.
Node body_of(Node root) {
    for (const char* name : {"article", "main"}) {
        if (Node found = find_element(root, name)) return found;
    }
    return Node();
}

Result<std::vector<PageValue>> read_text(
    Node root, const PageSettings& settings, const PageMetadata& metadata, SelectorBudget& budget
) {
    auto values = page_values(settings.article.text, root, budget);
    if (!values || !values->empty()) return values;
    PageValue value;
    if (!metadata.text.empty()) {
        if (looks_like_html(metadata.text)) {
            value.markup = metadata.text;
        } else {
            value.text = metadata.text;
        }
    } else if (Node body = body_of(root)) {
        value.markup = body.inner_markup();
    } else {
        value.text = meta_content(root, "og:description");
    }
    if (!value.markup.empty() || !value.text.empty()) values->push_back(std::move(value));
    return values;
}

// The more exact one; `own` when both are as exact.
bool is_better(const std::optional<ParsedDate>& date, const Statement& own) {
    return date && (!own.published_at || date->precision < own.published_precision);
}

}  // namespace

Result<Statement> read_article(
    Statement item, const HttpResponse& response, const PageSettings& settings
) {
    OpenPage page = open_page(response, settings);
    const Node root = page.document.root();
    SelectorBudget budget;
    // Scripts hold metadata, so it is read before they go.
    const PageMetadata metadata = page_metadata(root);
    auto dropped = drop_from(root, settings.article.drop, budget);
    if (!dropped) return dropped.error();

    auto text = read_text(root, settings, metadata, budget);
    if (!text) return text.error();
    set_page_text(item, *text, page.base);
    if (item.text.empty()) {
        return Error{ErrorKind::malformed, "expected an article, got a page without its text"};
    }
    auto title = page_value(settings.article.title, root, budget);
    if (!title) return title.error();
    if (title->text.empty() && item.title.empty()) title->text = metadata.title;
    if (!title->text.empty()) item.title = clean_title(title->text);

    auto author = page_value(settings.article.author, root, budget);
    if (!author) return author.error();
    if (author->text.empty() && item.author_name.empty()) author->text = metadata.author;
    if (!author->text.empty()) item.author_name = clean_title(author->text);

    auto date = page_value(settings.article.date, root, budget);
    if (!date) return date.error();
    auto published = page_date(settings.article.date, *date);
    const std::string& zone = settings.article.date.timezone;
    if (!published) published = parse_date_in_zone(metadata.published, zone);
    if (is_better(published, item)) set_page_date(item, published);
    const auto modified = parse_date_in_zone(metadata.modified, zone);
    if (modified && item.published_at && modified->time > *item.published_at) {
        item.edited_at = modified->time;
        item.edited = true;
    }
    set_page_language(item, root, settings);
    keep_within_limits(item);
    return item;
}

}  // namespace spokeswatch
