#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "connectors/list_page.hpp"
#include "connectors/page_settings.hpp"
#include "model/statement.hpp"
#include "net/http_client.hpp"

namespace spokeswatch {

// A page as a tree, its charset found. `base`: what links are relative to.
struct OpenPage {
    Document document;
    std::string base;
};
OpenPage open_page(const HttpResponse& response, const PageSettings& settings);

// Takes out what the selectors match.
Result<void> drop_from(Node root, const std::vector<Selector>& selectors, SelectorBudget& budget);

// Text, markup, links and pictures of one statement, from what a field found.
void set_page_text(
    Statement& statement, const std::vector<PageValue>& values, const std::string& base
);
// What the operator declared, else the page's own `lang`.
void set_page_language(Statement& statement, Node root, const PageSettings& settings);
void set_page_date(Statement& statement, const std::optional<ParsedDate>& date);

// Reads a list. Errors: malformed: fewer than `min_items`, or most items have nothing to be known
// by; the page has changed. too_large: the page is too complex for its selectors.
Result<ListPage> parse_page_list(const HttpResponse& response, const PageSettings& settings);

}  // namespace spokeswatch
