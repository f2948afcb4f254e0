#pragma once

#include <memory>
#include <string>

#include "config/diagnostic.hpp"
#include "config/yaml_tree.hpp"

namespace spokeswatch {

// The bytes of a file as text: a byte order mark is dropped, values that look like credentials are
// hidden from every message. Null when the file is too large, not UTF-8 or holds control
// characters; that is reported.
std::shared_ptr<SourceText> read_source_text(
    const std::string& path,
    std::string bytes,
    Diagnostics& diagnostics,
    std::size_t bytes_max = yaml_bytes_max
);

}  // namespace spokeswatch
