#pragma once

#include "base/result.hpp"
#include "store/connection.hpp"

namespace spokeswatch {

// The number of the newest migration: what PRAGMA user_version says of a store of this build.
int schema_version();

// Brings an empty or older store up to date, one migration a transaction, so that a kill between
// or inside them leaves a store that the next start goes on with. A newer store and a database of
// another program are refused. Read-only: looks, and changes nothing.
Result<void> migrate(Connection& connection, const std::string& name);

}  // namespace spokeswatch
