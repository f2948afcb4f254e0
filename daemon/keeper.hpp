#pragma once

#include <functional>
#include <optional>
#include <utility>

#include "base/async.hpp"
#include "store/store.hpp"

namespace spokeswatch {

// What the intake asks and where it keeps what it decided: the store of the daemon, or the memory
// of a backtest (MemoryKeeper). Errors are the store's.
class Keeper {
  public:
    virtual ~Keeper() = default;
    virtual awaitable<Result<IntakeKnowledge>> know(IntakeQuestion question) = 0;
    // The newest revision of a statement; nullopt when there is none.
    virtual awaitable<Result<std::optional<NewRevision>>> last_revision(StatementKey key) = 0;
    virtual awaitable<Result<void>> commit(Ingest ingest) = 0;
};

class StoreKeeper : public Keeper {
  public:
    // `committed` is told of everything that was kept.
    explicit StoreKeeper(Store& store, std::function<void(const Ingest&)> committed = {})
        : store_(store), committed_(std::move(committed)) {}

    awaitable<Result<IntakeKnowledge>> know(IntakeQuestion question) override;
    awaitable<Result<std::optional<NewRevision>>> last_revision(StatementKey key) override;
    awaitable<Result<void>> commit(Ingest ingest) override;

  private:
    Store& store_;
    std::function<void(const Ingest&)> committed_;
};

}  // namespace spokeswatch
