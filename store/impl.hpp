#pragma once

#include <memory>
#include <string>
#include <vector>

#include "store/connection.hpp"
#include "store/database.hpp"

// What the parts of Database share: not for other folders.

namespace spokeswatch {

struct Database::Impl {
    std::unique_ptr<Connection> connection;
};

// A statement as it stands in a column; one that cannot be read back is shown as what is left of
// it.
Statement stored_statement(const std::string& body);

// Row of a statement; 0 when it is not known.
std::int64_t find_statement(Connection& connection, const StatementKey& key);

// The evidence of an alert, oldest first: the newest `evidence_max` of all, or those of the given
// statements.
std::vector<Evidence> load_evidence(
    Connection& connection, const std::string& alert_id, std::size_t evidence_max
);
std::vector<Evidence> load_evidence_of(
    Connection& connection,
    const std::string& alert_id,
    const std::vector<std::int64_t>& statement_ids
);

// An alert without its evidence; throws StoreFault when it is not there.
Alert load_alert(Connection& connection, const std::string& id);

// One row with its notification and what it follows; nullopt where the payload is damaged.
std::optional<OutboxRow> load_outbox_row(Connection& connection, std::int64_t id);

// The notifications that told of an alert, oldest first.
std::vector<OutboxRow> load_notifications_of(Connection& connection, const std::string& alert_id);

// Writes one notification, its alerts and its thread. Throws on a key that is there already.
void insert_outbox_row(Connection& connection, const OutboxInsert& insert, Time now);

}  // namespace spokeswatch
