#include "connectors/page_list.hpp"

#include <algorithm>
#include <set>

#include "base/ascii.hpp"
#include "connectors/answer.hpp"
#include "connectors/feed_words.hpp"
#include "connectors/html.hpp"
#include "connectors/limits.hpp"
#include "text/charset.hpp"
#include "text/html_text.hpp"
#include "text/language.hpp"
#include "text/truncate.hpp"
#include "text/url.hpp"

namespace spokeswatch {

namespace {

constexpr std::size_t title_bytes_max = 4096;

// An http(s) address that leads to another page than `base` is.
std::string page_link(const std::string& base, std::string_view written) {
    written = trim(written);
    if (written.empty() || written.starts_with('#')) return {};
    auto resolved = resolve_url(base, written);
    return resolved ? kept_link(plain_url(*resolved)) : std::string();
}

// What an item says, or nothing: it lacks what it needs to be known by.
Result<std::optional<Statement>> read_item(
    Node item, const PageSettings& settings, const std::string& base, SelectorBudget& budget
) {
    Statement statement;
    statement.form = Form::article;
    std::optional<Statement> none;

    auto link = page_value(settings.link, item, budget);
    if (!link) return link.error();
    statement.url = page_link(base, link->text);

    auto id = page_value(settings.id, item, budget);
    if (!id) return id.error();
    statement.native_id = one_line(id->text);
    if (settings.id.required && statement.native_id.empty()) return none;
    if (statement.native_id.empty()) statement.native_id = statement.url;
    if (statement.native_id.empty() || (settings.link.required && statement.url.empty())) {
        return none;
    }

    auto title = page_value(settings.title, item, budget);
    if (!title) return title.error();
    if (settings.title.required && title->text.empty()) return none;
    auto text = page_values(settings.text, item, budget);
    if (!text) return text.error();
    if (settings.text.required && text->empty()) return none;
    // Where nothing is told, a link says what it leads to.
    if (!settings.title.given && !settings.text.given) {
        title->text = html_to_text((link->node ? link->node : item).inner_markup()).text;
    }
    statement.title = cut_text(clean_title(title->text), title_bytes_max);
    set_page_text(statement, *text, base);
    if (statement.title.empty() && statement.text.empty()) return none;

    auto author = page_value(settings.author, item, budget);
    if (!author) return author.error();
    statement.author_name = clean_title(author->text);
    if (settings.author.required && statement.author_name.empty()) return none;

    auto date = page_value(settings.date, item, budget);
    if (!date) return date.error();
    set_page_date(statement, page_date(settings.date, *date));
    if (settings.date.required && !statement.published_at) return none;

    statement.raw = item.outer_markup(raw_bytes_max);
    keep_within_limits(statement);
    return std::optional(std::move(statement));
}

Error changed(std::string what) {
    return Error{ErrorKind::malformed, std::move(what) + ": the page may have changed"};
}

std::string items_in_words(std::size_t count) {
    return count == 1 ? "1 item" : std::to_string(count) + " items";
}

}  // namespace

OpenPage open_page(const HttpResponse& response, const PageSettings& settings) {
    std::string base = response.url.empty() ? settings.url : response.url;
    std::optional<std::string> decoded;
    if (!settings.charset.empty()) decoded = decode_charset(response.body, settings.charset);
    Document document = decoded ? parse_html(*decoded, "utf-8")
                                : parse_html(response.body, header_charset(response));
    const std::string href = find_element(document.root(), "base").attribute("href");
    if (auto resolved = resolve_url(base, href); resolved && !href.empty()) {
        if (is_http_url(*resolved)) base = std::move(*resolved);
    }
    return {std::move(document), std::move(base)};
}

Result<void> drop_from(Node root, const std::vector<Selector>& selectors, SelectorBudget& budget) {
    for (const Selector& selector : selectors) {
        auto found = selector.find(root, budget);
        if (!found) return found.error();
        std::vector<Node> nodes;
        for (const Selector::Found& place : *found) {
            // Without its root a document is none.
            if (place.node && place.node.parent()) nodes.push_back(place.node);
        }
        remove_nodes(nodes);
    }
    return {};
}

void set_page_text(
    Statement& statement, const std::vector<PageValue>& values, const std::string& base
) {
    std::string markup;
    std::string text;
    for (const PageValue& value : values) {
        markup += value.markup.empty() ? "<p>" + escape_html(value.text) + "</p>"
                                       : "<div>" + value.markup + "</div>";
        // More would be cut.
        if (markup.size() > 8 * text_bytes_max) break;
    }
    HtmlText read = html_to_text(markup);
    statement.links.clear();
    statement.media.clear();
    statement.text = clean_text(read.text);
    statement.html = std::move(read.html);
    for (const std::string& href : read.links) {
        add_unique(statement.links, page_link(base, href));
    }
    for (const std::string& src : read.images) {
        auto url = resolve_url(base, src);
        if (!url || kept_link(*url).empty() || statement.media.size() >= list_max) continue;
        Media medium;
        medium.kind = "photo";
        medium.url = std::move(*url);
        statement.media.push_back(std::move(medium));
    }
}

void set_page_language(Statement& statement, Node root, const PageSettings& settings) {
    std::string declared =
        canonical_language(settings.lang.empty() ? root.attribute("lang") : settings.lang);
    if (declared.empty()) return;
    statement.lang = std::move(declared);
    statement.lang_declared = true;
}

void set_page_date(Statement& statement, const std::optional<ParsedDate>& date) {
    if (!date) return;
    statement.published_at = date->time;
    statement.published_precision = date->precision;
}

Result<ListPage> parse_page_list(const HttpResponse& response, const PageSettings& settings) {
    OpenPage page = open_page(response, settings);
    const Node root = page.document.root();
    SelectorBudget budget;
    if (auto dropped = drop_from(root, settings.drop, budget); !dropped) return dropped.error();
    auto items = settings.item.find(root, budget);
    if (!items) return items.error();

    ListPage list;
    list.cut = page.document.cut() || items->size() > statements_max;
    std::size_t elements = 0;
    std::size_t unknown = 0;
    std::set<std::string> known;
    for (const Selector::Found& item : *items) {
        if (!item.node) continue;
        if (++elements > statements_max) break;
        auto statement = read_item(item.node, settings, page.base, budget);
        if (!statement) return statement.error();
        if (!*statement) ++unknown;
        if (!*statement || !known.insert((*statement)->native_id).second) continue;
        set_page_language(**statement, root, settings);
        list.statements.push_back(std::move(**statement));
    }
    if (elements < settings.items_min) {
        return changed(
            "expected at least " + items_in_words(settings.items_min) + " of `select.item`, got " +
            std::to_string(elements)
        );
    }
    if (2 * unknown > elements) {
        return changed(
            std::to_string(unknown) + " of " + items_in_words(elements) +
            " have no link, id or text, or lack what is required"
        );
    }
    auto next = page_value(settings.next, root, budget);
    if (!next) return next.error();
    list.next = page_link(page.base, next->text);
    return list;
}

}  // namespace spokeswatch
