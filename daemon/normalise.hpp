#pragma once

#include "model/statement.hpp"

namespace spokeswatch {

// What every statement goes through before rules see it, wherever it came from: language, entities
// and links that the source did not name, text from markup where only that was given. Idempotent.
void normalise(Statement& statement);

// The part of it that rules cannot do without: text and links from markup.
void take_text_from_html(Statement& statement);

}  // namespace spokeswatch
