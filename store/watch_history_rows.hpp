#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "store/connection.hpp"
#include "store/watch_history.hpp"

namespace spokeswatch {

// Writes uses and their counts, inside a transaction of the caller's.
class History {
  public:
    explicit History(Connection& connection) : connection_(connection) {}

    // Name -> row of the subjects for which all but the newest `fresh` revisions are counted.
    // Subjects of an empty archive begin here; one that lags behind is left to those who count the
    // archive.
    std::map<std::string, std::int64_t> counted_before(
        const std::vector<HistorySubject>& subjects, std::size_t fresh
    );
    // Those subjects are counted to the last revision.
    void move_on(const std::map<std::string, std::int64_t>& subjects);
    void move_on(std::int64_t subject, std::int64_t counted_to);

    // An account is watched since its first statement was seen.
    void note_account(const StatementKey& key, Time observed_at);
    // Once for a subject and statement; again is nothing.
    void count(std::int64_t subject, std::int64_t statement_id, std::int64_t revision, Time at);
    void note_text(
        const std::string& key, std::int64_t statement_id, std::int64_t revision, Time at
    );
    void write_state(const WatchState& state);

    std::int64_t last_revision();

  private:
    Connection& connection_;
};

}  // namespace spokeswatch
