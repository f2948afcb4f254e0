#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "model/statement.hpp"

// How much of one statement is kept and how far one poll reads, whatever the source sends.

namespace spokeswatch {

inline constexpr std::size_t text_bytes_max = 256 * 1024;
inline constexpr std::size_t raw_bytes_max = 256 * 1024;
inline constexpr std::size_t name_bytes_max = 512;
inline constexpr std::size_t native_id_bytes_max = 1024;
inline constexpr std::size_t link_bytes_max = 8 * 1024;
inline constexpr std::size_t alt_bytes_max = 16 * 1024;
inline constexpr std::size_t list_max = 100;        // media, links, tags, mentions
inline constexpr std::size_t statements_max = 500;  // of one document
inline constexpr int catchup_pages_max = 10;  // read back to what is known; beyond them is a gap

// Appends what is not empty, not there yet and within `list_max`.
inline void add_unique(std::vector<std::string>& list, std::string value) {
    if (value.empty() || list.size() >= list_max) return;
    if (std::find(list.begin(), list.end(), value) == list.end()) list.push_back(std::move(value));
}

// Cuts every field to these limits: a long id to its hash, lists to their first entries, texts on a
// character boundary. A text that is cut makes the statement partial.
void keep_within_limits(Statement& statement);

// An http(s) address that is short enough to keep, as it is; empty for anything else.
std::string kept_link(std::string_view url);

}  // namespace spokeswatch
