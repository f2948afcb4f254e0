#pragma once

#include "config/loader.hpp"

namespace spokeswatch {

inline constexpr std::size_t terms_file_bytes_max = 128 * 1024 * 1024;
inline constexpr std::size_t terms_file_terms_max = 4'000'000;
inline constexpr std::size_t term_bytes_max = 1024;

// A `terms_file`: UTF-8, one term a line. White space at both ends of a line is dropped; empty
// lines and lines that begin with `#` are passed over. `into` has its language and forms. False
// when the file cannot be read or one of its lines is no term; that is reported, with the line. A
// file that only rules may be in (`rule_files`) names files of its own folder and below: who may
// edit rules must not read what the service may.
bool read_terms_file(Loading& loading, Yaml path, TermsFile& into);

}  // namespace spokeswatch
