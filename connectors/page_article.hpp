#pragma once

#include "connectors/page_settings.hpp"
#include "model/statement.hpp"
#include "net/http_client.hpp"

namespace spokeswatch {

// Adds to an item of a list what its own page says. Title, text, date and author are what the
// configuration points at; what it does not point at, or what is not there, is the page's metadata:
// JSON-LD (schema.org), Open Graph, <meta> and <time>, in that order. A title that the list has
// stays, and so does a date that is as exact. malformed: the page has no text.
Result<Statement> read_article(
    Statement item, const HttpResponse& response, const PageSettings& settings
);

}  // namespace spokeswatch
