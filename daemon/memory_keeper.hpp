#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "daemon/keeper.hpp"

namespace spokeswatch {

// The intake's part of the store without a database: statements, stories and alerts as
// Database::commit would have them, for jobs of many statements that nobody reads afterwards. Of a
// statement it keeps the words and who said them.
class MemoryKeeper : public Keeper {
  public:
    // `committed` is told of everything that was kept.
    explicit MemoryKeeper(std::function<void(const Ingest&)> committed)
        : committed_(std::move(committed)) {}

    awaitable<Result<IntakeKnowledge>> know(IntakeQuestion question) override;
    awaitable<Result<std::optional<NewRevision>>> last_revision(StatementKey key) override;
    awaitable<Result<void>> commit(Ingest ingest) override;

  private:
    struct Kept {
        std::int64_t id = 0;
        NewRevision last;  // without its trail
        std::set<std::string> seen_by;
    };
    struct Voice {
        std::int64_t statement_id = 0;
        std::string org;
    };
    struct KeptAlert {
        KnownAlert alert;           // without its evidence
        std::vector<Voice> voices;  // the evidence, in the order of its arrival
    };
    struct Place {
        std::string story_id;
        Time at{};
    };

    void keep(NewRevision revision, const std::string& source);
    void keep_evidence(const NewEvidence& evidence);

    std::function<void(const Ingest&)> committed_;
    std::map<StatementKey, Kept> statements_;
    std::unordered_map<std::string, Place> story_of_key_;
    std::unordered_map<std::string, std::vector<std::string>> alerts_of_story_;  // ids
    std::unordered_map<std::string, KeptAlert> alerts_;                          // by id
};

}  // namespace spokeswatch
