#pragma once

#include <string>

#include "connectors/node.hpp"

namespace spokeswatch {

// What a page says about itself for machines. Empty: it does not say.
struct PageMetadata {
    std::string title, author;
    std::string text;  // of the article
    std::string published, modified;
};

// JSON-LD of schema.org (NewsArticle, Article, PressRelease and the like), then Open Graph and
// article:published_time, then <meta name=date|pubdate|publishdate|DC.date...>, then <time>.
PageMetadata page_metadata(Node root);

}  // namespace spokeswatch
