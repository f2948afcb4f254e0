#pragma once

#include <string>
#include <vector>

#include "model/source.hpp"
#include "model/statement.hpp"

namespace spokeswatch {

// One page of a list that is read page by page, newest first.
struct ListPage {
    std::vector<Statement> statements;  // as on the page
    std::string next;                   // address of the page with older ones; empty: there is none
    bool cut = false;                   // the page was longer than is read
};

// Whether one of its statements has been read before: then nothing lies between.
bool holds_known(const ListPage& page, const Cursor& since);

// Appends a page that was read because the first one did not reach back: its statements are late.
void add_older(ListPage older, ListPage& all);

}  // namespace spokeswatch
