#include "store/archive.hpp"

#include "base/crypto.hpp"
#include "store/impl.hpp"

namespace spokeswatch {

namespace {

// Every part goes in with its length, so that no two records give the same bytes.
void append_part(std::string& bytes, std::string_view part) {
    bytes += std::to_string(part.size());
    bytes += ':';
    bytes += part;
}

std::string name_of(const ChainRecord& record, std::int64_t row) {
    return "revision " + std::to_string(record.revision) + " of statement " + record.key.native_id +
           " (" + record.key.kind + " " + record.key.account_key + ", record " +
           std::to_string(row) + ")";
}

}  // namespace

std::string record_hash(
    std::string_view body, std::string_view html, std::string_view matches, std::string_view raw
) {
    std::string bytes;
    bytes.reserve(body.size() + html.size() + matches.size() + raw.size() + 64);
    for (const auto part : {body, html, matches, raw}) append_part(bytes, part);
    return sha256_hex(bytes);
}

std::string chain_hash(std::string_view previous, const ChainRecord& record) {
    std::string bytes;
    append_part(bytes, previous);
    append_part(bytes, record.content_hash);
    append_part(bytes, record.record_hash);
    append_part(bytes, record.key.kind);
    append_part(bytes, record.key.account_key);
    append_part(bytes, record.key.native_id);
    append_part(bytes, std::to_string(record.revision));
    append_part(bytes, std::to_string(record.observed_at.time_since_epoch().count()));
    return sha256_hex(bytes);
}

std::string chain_head(Connection& connection) {
    auto query = connection.query("SELECT value FROM meta WHERE name = 'chain_head'");
    return query.next() ? query.text(0) : std::string();
}

Result<void> Database::verify_chain() {
    return impl_->connection->read([this] {
        auto query = impl_->connection->query(
            "SELECT r.id, s.kind, s.account_key, s.native_id, r.revision, r.observed_at,"
            " r.content_hash, r.record_hash, r.chain, r.body, r.html, r.matches, r.raw"
            " FROM revision r JOIN statement s ON s.id = r.statement_id ORDER BY r.id"
        );
        std::string previous;
        std::int64_t last_row = 0;
        while (query.next()) {
            const auto row = query.integer(0);
            ChainRecord record;
            record.key = StatementKey{query.text(1), query.text(2), query.text(3)};
            record.revision = query.integer(4);
            record.observed_at = query.time(5);
            record.content_hash = query.text(6);
            record.record_hash = query.text(7);
            if (row != last_row + 1)
                throw StoreFault("a record is missing before " + name_of(record, row));
            if (record_hash(query.text(9), query.text(10), query.text(11), query.text(12)) !=
                record.record_hash)
                throw StoreFault(name_of(record, row) + " was changed after it was stored");
            if (chain_hash(previous, record) != query.text(8))
                throw StoreFault(name_of(record, row) + " does not fit the chain");
            previous = query.text(8);
            last_row = row;
        }
        // The last record has no successor that would miss it.
        if (chain_head(*impl_->connection) != previous)
            throw StoreFault("records are missing at the end of the chain");
    });
}

}  // namespace spokeswatch
