#pragma once

#include <string>

#include "config/options.hpp"

namespace spokeswatch {

// JSON Schema (draft-07) of configuration files, for editors: any file of a configuration fits it,
// whatever part of the whole it holds. Made of the table of keys (schema.hpp) and the tables of the
// kinds. Names, secrets and what else needs more than one file are left to the loader.
std::string json_schema(const KindSpecs& kinds);
// The same for `*.test.yml`.
std::string json_schema_of_tests();

}  // namespace spokeswatch
