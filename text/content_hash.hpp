#pragma once

#include <string>

#include "model/statement.hpp"

namespace spokeswatch {

// SHA-256 in hex over NFC(title, spoiler, text), media and the quoted reference: a change of it is
// a new revision. Of a medium count its kind, its alternative text and the path of its URL: hosts
// and queries differ from one delivery node to the next, and a path segment longer than 128 bytes
// is a signature. Counters are left out.
std::string content_hash(const Statement& statement);

}  // namespace spokeswatch
