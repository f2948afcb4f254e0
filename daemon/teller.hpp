#pragma once

#include "daemon/snapshot.hpp"
#include "store/records.hpp"

namespace spokeswatch {

// Adds to what is committed: evidence of alerts, and what is told of them through which routes.
class Teller {
  public:
    Teller(const Snapshot& snapshot, Ingest& ingest) : snapshot_(snapshot), ingest_(ingest) {}

    // A new alert, not told yet.
    void open(const KnownAlert& alert);
    // Its organisation counts among those that the alert has heard.
    void evidence(KnownAlert& alert, NewEvidence evidence);
    // A change to be told, by the piece of evidence that brought it; the routes that it takes.
    std::vector<RouteTaken> tell(
        const KnownAlert& alert, Change change, const StatementKey& statement, std::int64_t revision
    );

  private:
    const Snapshot& snapshot_;
    Ingest& ingest_;
};

}  // namespace spokeswatch
