#pragma once

#include <string>
#include <vector>

#include "config/config.hpp"
#include "connectors/page_fields.hpp"

namespace spokeswatch {

// A dropped element is one of these; `drop` of the configuration adds to them within articles.
inline constexpr std::string_view article_clutter =
    "script, style, noscript, nav, aside, form, .share";

// The options of a web_page, read once.
struct PageSettings {
    std::string url;
    std::string lang;     // declared by the operator
    std::string charset;  // stands above what the page says; empty: what the page says
    Selector item;
    PageField title, link, date, text, id, author;
    std::vector<Selector> drop;
    PageField next;
    int pages_max = 1;
    std::size_t items_min = 1;
    bool with_articles = false;
    struct Article {
        PageField title, date, text, author;
        std::vector<Selector> drop;
    };
    Article article;
    std::size_t articles_max = 0;  // new ones a poll
    std::vector<OptionFault> faults;
};

std::vector<OptionSpec> page_options();
PageSettings read_page_settings(const SourceConfig& source);

}  // namespace spokeswatch
