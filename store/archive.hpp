#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/connection.hpp"
#include "store/records.hpp"

namespace spokeswatch {

// The hash chain over all revisions, in the order of their rows. It covers hashes and identities
// only, so a payload may be purged later without breaking it: what is left of a purged record is
// its record_hash, which its successors still prove.

// Over all that is stored of a revision.
std::string record_hash(
    std::string_view body, std::string_view html, std::string_view matches, std::string_view raw
);

struct ChainRecord {
    StatementKey key;
    std::int64_t revision = 1;
    Time observed_at{};
    std::string content_hash, record_hash;
};

// `previous` is empty for the first record.
std::string chain_hash(std::string_view previous, const ChainRecord& record);

// The chain hash of the last record; empty before the first.
std::string chain_head(Connection& connection);

}  // namespace spokeswatch
